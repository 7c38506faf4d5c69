from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hlh_tui.assess import neighbours, run, stretches
from hlh_tui.assess.run import (
    assess_ahead,
    assess_all,
    assess_each,
    assess_patient,
    categories_by_confirmation,
    prepare_far_cases,
    proposals,
    study_criteria,
)
from hlh_tui.intake.load import import_charts
from hlh_tui.intake.simulate import simulate
from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.models import Actor

READER = Actor("a-meyer", "A. Meyer")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    folder = tmp_path_factory.mktemp("ahead")
    (folder / "staging").mkdir()
    simulate(folder / "charts", 150, 3)
    documents = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020")
    with create_study(folder / "s.duckdb", *documents, READER, synthetic=True, staging=folder / "staging") as made:
        import_charts(made, folder / "charts", READER)
        yield made


@pytest.fixture
def asked(study: Study, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The middles of the blocks that were read; nothing is kept from an earlier test."""
    neighbours._kept.pop(study, None)
    seen: list[str] = []
    block: Callable[..., Any] = neighbours._block

    def note(of: Study, reading: Any, patient_id: str) -> Any:
        seen.append(patient_id)
        return block(of, reading, patient_id)

    monkeypatch.setattr(neighbours, "_block", note)
    yield seen
    neighbours._kept.pop(study, None)


def test_every_patient_of_a_small_study_is_there_after_reading_ahead(study: Study, asked: list[str]) -> None:
    assert assess_ahead(study, lambda: False) == 3
    assert len(asked) == 3
    everyone = {each.patient_id: each for each in assess_all(study)}
    assert {name: assess_patient(study, name) for name in everyone} == everyone
    assert len(asked) == 3


def test_reading_ahead_ends_when_the_reader_leaves(study: Study, asked: list[str]) -> None:
    assert assess_ahead(study, lambda: len(asked) == 1) == 1


def test_a_study_too_large_to_keep_is_not_read_ahead(
    study: Study, asked: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert not prepare_far_cases(study)
    monkeypatch.setattr(neighbours, "KEPT", 149)
    assert prepare_far_cases(study)
    assert assess_ahead(study, lambda: False) == 0
    assert asked == []


def test_what_is_not_traced_is_the_same_without_items_and_sentences(study: Study) -> None:
    found = tuple(assess_each(study, traced=False))
    assert sum(len(each.evaluations) for each in found) > 500
    assert found == tuple(
        replace(each, evaluations=tuple(replace(day, items=(), why="") for day in each.evaluations))
        for each in assess_all(study)
    )
    assert all(day.items and day.why for each in assess_all(study) for day in each.evaluations)


def test_everybody_is_assessed_once_and_in_order_whatever_is_held_at_a_time(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = assess_all(study)
    assert [each.patient_id for each in together] == [f"S{number:07d}" for number in range(1, 151)]
    for held in (40, 149, 150):
        monkeypatch.setattr(run, "TRACED", held)
        assert assess_all(study) == together


def test_categories_are_the_same_whatever_is_asked_at_a_time(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    together, confirmed = proposals(study), categories_by_confirmation(study, study_criteria(study), (3.0, 7.0))
    assert list(together) == [f"S{number:07d}" for number in range(1, 151)]
    assert confirmed[0] == {name: each.category for name, each in together.items()}
    assert confirmed[1] != confirmed[0]
    for held in (40, 149, 150):
        monkeypatch.setattr(stretches, "CATEGORIES", held)
        assert proposals(study) == together
        assert list(proposals(study)) == list(together)
        assert categories_by_confirmation(study, study_criteria(study), (3.0, 7.0)) == confirmed
