"""Far patients in a study too large to be read ahead: assessed by a stored plan, the same as all together."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from hlh_tui.assess import neighbours
from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.library import available, criteria_named
from hlh_tui.assess.models import Assessment
from hlh_tui.assess.neighbours import charts_as_of
from hlh_tui.assess.options import choose
from hlh_tui.assess.records import assessment
from hlh_tui.assess.run import assess_all, assess_patient, prepare_far_cases
from hlh_tui.assess.stored_plan import chart_of, plans
from hlh_tui.study.file import Study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor
from tests.assess.charts import new_study
from tests.assess.generated import chart
from tests.assess.quick_fill import fill

READER = Actor("a-meyer", "A. Meyer")
PATIENTS = 130
READINGS = [
    {"missing": "locf3", "support_days": "7", "hsct": "composite"},
    {"missing": "worst", "ddu": "not_used", "new_therapy_by": "exposure", "guard": "1"},
    {"baseline_window": "14", "windows": "wide", "improvement_under_support": "excluded", "splenectomy": "met"},
]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    """Generated charts: ties, comparators, unit mixes, odd names of drugs, events, exposures, rows out of order."""
    with new_study(tmp_path_factory.mktemp("far") / "study.duckdb") as made:
        fill(made, {f"S{seed:04d}": chart(seed) for seed in range(PATIENTS)}, shuffled=random.Random(1))
        with made.connection.cursor() as cursor:
            cursor.execute("INSERT INTO source VALUES (1, 'labs.csv', '', '', '', 0), (2, 'ward.csv', '', '', '', 0)")
            cursor.execute("UPDATE observation SET source_id = 1 + rowid % 2, source_row = rowid WHERE rowid % 5 > 0")
        yield made


@pytest.fixture
def large(study: Study, monkeypatch: pytest.MonkeyPatch) -> Iterator[Study]:
    """The same study, taken for one too large to be read ahead; nothing is kept from another test."""
    forget(study)
    monkeypatch.setattr(neighbours, "KEPT", 40)
    monkeypatch.setattr(neighbours, "AROUND", 10)
    monkeypatch.setattr(neighbours, "REST_SECONDS", 3600)
    yield study
    forget(study)


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The patients whose neighbours were read."""
    seen: list[str] = []
    block: Callable[..., Any] = neighbours._block

    def note(of: Study, reading: Any, patient_id: str) -> Any:
        seen.append(patient_id)
        return block(of, reading, patient_id)

    monkeypatch.setattr(neighbours, "_block", note)
    return seen


def forget(study: Study) -> None:
    timer = neighbours._resting.pop(study, None)
    if timer is not None:
        timer.cancel()
    neighbours._kept.pop(study, None)
    neighbours._plans.pop(study, None)
    neighbours._steps.pop(study, None)


def everyone(study: Study, **more: Any) -> dict[str, Assessment]:
    return {each.patient_id: each for each in assess_all(study, **more)}


def soon(happened: Callable[[], bool]) -> bool:
    """Whether it happens within ten seconds."""
    end = time.monotonic() + 10
    while not happened() and time.monotonic() < end:
        time.sleep(0.01)
    return happened()


def by_plan(study: Study, reading: Any) -> dict[str, Assessment]:
    made, visits = plans(study, reading.criteria), study.protocol.visits
    ids = [patient_id for (patient_id,) in study.rows("SELECT patient_id FROM patient ORDER BY patient_id LIMIT 12")]
    charts = {each: chart_of(study, each, charts_as_of(study)) for each in ids}
    return {each: assessment(reading, *made.rows(found), visits) for each, found in charts.items() if found}


@pytest.mark.parametrize("criteria_id", [each.id for each in available(None)])
def test_the_stored_plan_of_every_criteria_set_says_what_all_together_say(study: Study, criteria_id: str) -> None:
    reading = choose(criteria_named(None, criteria_id))
    found = by_plan(study, reading)
    assert len(found) == 12
    together = everyone(study, criteria=reading.criteria)
    assert found == {name: together[name] for name in found}


@pytest.mark.parametrize("options", READINGS)
def test_so_does_that_of_another_reading(study: Study, options: dict[str, str]) -> None:
    found = by_plan(study, choose(criteria_named(study, None), options))
    together = everyone(study, options=options)
    assert found == {name: together[name] for name in found}


def test_every_jump_is_right_and_reads_no_block(large: Study, blocks: list[str]) -> None:
    together = everyone(large)
    assert prepare_far_cases(large)
    names = random.Random(2).sample(sorted(together), 45)
    assert all(assess_patient(large, name) == together[name] for name in names)
    assert blocks == []
    assert len(neighbours._kept[large]) == 40
    with pytest.raises(AssessError, match="there is no patient 'nobody'"):
        assess_patient(large, "nobody")


def test_neighbours_are_read_once_the_reader_rests(
    large: Study, blocks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_far_cases(large)
    assess_patient(large, "S0020")
    monkeypatch.setattr(neighbours, "REST_SECONDS", 0)
    found = assess_patient(large, "S0120")
    assert soon(lambda: len(neighbours._kept.get(large, ())) > 20)
    assert blocks == ["S0120"]  # of the one left behind none
    stored = neighbours._plans.pop(large)
    assert assess_patient(large, "S0121") == everyone(large)["S0121"]
    assert assess_patient(large, "S0120") == found
    assert blocks == ["S0120"]
    neighbours._plans[large] = stored


def test_patient_after_patient_is_read_with_its_neighbours(large: Study, blocks: list[str]) -> None:
    prepare_far_cases(large)
    names = [f"S{number:04d}" for number in range(10, 60)]
    together = everyone(large)
    assert all(assess_patient(large, name) == together[name] for name in names)
    assert blocks == ["S0015", "S0026", "S0037", "S0048", "S0059"]  # ten on each side of each


def test_patients_in_order_but_far_from_each_other_are_not(
    large: Study, blocks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "AROUND", 1)
    prepare_far_cases(large)
    for number in range(0, PATIENTS, 6):
        assess_patient(large, f"S{number:04d}")
    assert blocks == ["S0030", "S0072", "S0114"]


def test_charts_imported_meanwhile_are_read_again(large: Study) -> None:
    prepare_far_cases(large)
    before = assess_patient(large, "S0007")
    append(
        large,
        READER,
        "charts_imported",
        payload={},
        also=lambda cursor: cursor.execute("DELETE FROM observation WHERE patient_id = 'S0007'"),
    )
    after = assess_patient(large, "S0007")
    assert before.evaluations
    assert not after.evaluations
    assert after == everyone(large)["S0007"]


def test_a_chart_is_not_read_in_parts_from_before_and_after_an_import(large: Study) -> None:
    before = charts_as_of(large)
    assert chart_of(large, "S0008", before) is not None
    append(large, READER, "charts_imported", payload={})
    assert chart_of(large, "S0008", before) is None
    assert chart_of(large, "S0008", charts_as_of(large)) is not None


def test_another_reading_is_answered_as_such_and_gets_a_plan_of_its_own(
    large: Study, blocks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_far_cases(large)
    usual = everyone(large)["S0100"]
    assert assess_patient(large, "S0100") == usual
    monkeypatch.setattr(neighbours, "REST_SECONDS", 0)
    for options in READINGS[:2]:
        assert assess_patient(large, "S0100", options=options) == everyone(large, options=options)["S0100"]
        criteria = neighbours.msgspec.msgpack.encode(choose(criteria_named(large, None), options).criteria)
        assert soon(lambda: criteria in neighbours._plans[large])  # noqa: B023
    assert len(neighbours._plans[large]) == 2
    assert assess_patient(large, "S0100") == usual


def test_several_threads_may_ask(large: Study) -> None:
    together = everyone(large)
    prepare_far_cases(large)
    names = [name for seed in range(4) for name in random.Random(seed).sample(sorted(together), 12)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda name: assess_patient(large, name), names)) == [together[name] for name in names]


def test_a_study_closes_at_once_while_its_plan_is_stored_and_neighbours_are_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "KEPT", 10)
    for wait in (0.0, 0.02, 0.05):
        monkeypatch.setattr(neighbours, "REST_SECONDS", wait)
        study = fill(new_study(tmp_path / f"{wait}.duckdb"), {f"S{seed:04d}": chart(seed) for seed in range(40)})
        prepare_far_cases(study)
        assess_patient(study, "S0020")
        time.sleep(0.03)
        start = time.monotonic()
        study.close()
        assert time.monotonic() - start < 2
        neighbours._resting[study].join(10)
        assert not neighbours._resting[study].is_alive()


LEFT = """
import sys
from pathlib import Path
from hlh_tui.assess import neighbours
from hlh_tui.assess.run import assess_patient, prepare_far_cases
from hlh_tui.study.file import open_study
neighbours.KEPT, neighbours.REST_SECONDS = 10, float(sys.argv[2])
with open_study(Path(sys.argv[1])) as study:
    prepare_far_cases(study)
    assess_patient(study, "S0020")
"""


@pytest.mark.parametrize("rest", ["3600", "0"])
def test_the_program_ends_at_once_and_without_a_word_after_a_jump(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "study.duckdb"
    with new_study(path) as made:
        fill(made, {f"S{seed:04d}": chart(seed) for seed in range(40)})
    done = subprocess.run([sys.executable, "-c", LEFT, str(path), rest], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
