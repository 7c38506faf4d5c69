"""Far patients in a study too large to be read ahead: assessed by a stored plan, the same as all together."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest

from hlh_tui.assess import neighbours
from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.library import available, criteria_named
from hlh_tui.assess.models import Assessment
from hlh_tui.assess.neighbours import charts_as_of
from hlh_tui.assess.options import choose
from hlh_tui.assess.records import assessment
from hlh_tui.assess.run import assess_all, assess_patient, assess_some, assess_soon, prepare_far_cases
from hlh_tui.assess.stored_plan import charts_of, plans
from hlh_tui.study.errors import StudyFileError
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
    yield study
    forget(study)


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The patients whose charts were read together for the plan, in turn."""
    seen: list[list[str]] = []
    read: Callable[..., Any] = neighbours.charts_of

    def note(of: Study, patient_ids: Sequence[str], as_of: int) -> Any:
        seen.append(list(patient_ids))
        return read(of, patient_ids, as_of)

    monkeypatch.setattr(neighbours, "charts_of", note)
    return seen


def forget(study: Study) -> None:
    neighbours._kept.pop(study, None)
    neighbours._plans.pop(study, None)


def everyone(study: Study, **more: Any) -> dict[str, Assessment]:
    return {each.patient_id: each for each in assess_all(study, **more)}


def by_plan(study: Study, reading: Any) -> dict[str, Assessment]:
    made, visits = plans(study, reading.criteria), study.protocol.visits
    ids = [patient_id for (patient_id,) in study.rows("SELECT patient_id FROM patient ORDER BY patient_id LIMIT 12")]
    charts = {each: charts_of(study, [each], charts_as_of(study)) for each in ids}
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


def test_every_jump_is_right(large: Study, groups: list[list[str]]) -> None:
    together = everyone(large)
    names = random.Random(2).sample(sorted(together), 45)
    assert all(assess_patient(large, name) == together[name] for name in names)
    assert groups == [[name] for name in names]
    assert len(neighbours._kept[large]) == 40
    with pytest.raises(AssessError, match="there is no patient 'nobody'"):
        assess_patient(large, "nobody")


def test_those_on_the_screen_are_read_together_the_likeliest_first(large: Study, groups: list[list[str]]) -> None:
    together = everyone(large)
    names = random.Random(3).sample(sorted(together), 20)
    assess_soon(large, names, lambda: False)
    assert groups == [names[:2], names[2:10], names[10:18], names[18:]]
    assert {name: assess_patient(large, name) for name in names} == {name: together[name] for name in names}
    assess_soon(large, [*names, "S0129", "nobody"], lambda: False)
    assert groups[4:] == [["S0129", "nobody"]]
    assert assess_some(large, ["S0128", *names]) == {name: together[name] for name in ["S0128", *names]}


def test_reading_the_screen_ends_when_the_reader_turns_to_another(large: Study, groups: list[list[str]]) -> None:
    assess_soon(large, [f"S{number:04d}" for number in range(20)], lambda: len(groups) == 2)
    assert [len(group) for group in groups] == [2, 8]


def test_who_asks_for_a_patient_that_is_being_read_gets_what_is_read(large: Study, groups: list[list[str]]) -> None:
    prepare_far_cases(large)
    (plan,) = neighbours._plans[large].values()
    with ThreadPoolExecutor(3) as threads, plan.turn:
        asked = [threads.submit(assess_patient, large, "S0011") for _ in range(3)]
    assert {each.result().patient_id for each in asked} == {"S0011"}
    assert groups == [["S0011"]]


def test_a_study_that_is_kept_whole_has_no_plan(study: Study, groups: list[list[str]]) -> None:
    forget(study)
    assess_soon(study, ["S0005", "S0125", "S0064"], lambda: False)
    kept = {name for *_, name in neighbours._kept[study]}
    assert {"S0005", "S0125"} <= kept
    assert "S0064" not in kept, "only the likeliest: all are read ahead anyway"
    assert groups == []
    assert study not in neighbours._plans


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
    assert charts_of(large, ["S0008"], before) is not None
    append(large, READER, "charts_imported", payload={})
    assert charts_of(large, ["S0008"], before) is None
    assert charts_of(large, ["S0008"], charts_as_of(large)) is not None


def test_another_reading_is_answered_as_such_and_has_a_plan_of_its_own(large: Study) -> None:
    usual = everyone(large)["S0100"]
    assert assess_patient(large, "S0100") == usual
    for options in READINGS:
        assert assess_patient(large, "S0100", options=options) == everyone(large, options=options)["S0100"]
    assert len(neighbours._plans[large]) == 2
    assert assess_patient(large, "S0100") == usual


def test_several_threads_may_ask(large: Study) -> None:
    together = everyone(large)
    prepare_far_cases(large)
    names = [name for seed in range(4) for name in random.Random(seed).sample(sorted(together), 12)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda name: assess_patient(large, name), names)) == [together[name] for name in names]


@pytest.mark.parametrize("wait", [0.0, 0.02, 0.05, 0.1])
def test_a_study_closes_while_its_plan_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wait: float) -> None:
    monkeypatch.setattr(neighbours, "KEPT", 10)
    study = fill(new_study(tmp_path / "study.duckdb"), {f"S{seed:04d}": chart(seed) for seed in range(40)})
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(assess_soon, study, [f"S{seed:04d}" for seed in range(40)], lambda: False)
        time.sleep(wait)
        study.close()
        assert isinstance(reading.exception(30), StudyFileError | duckdb.Error | None)


LEFT = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from hlh_tui.assess import neighbours
from hlh_tui.assess.run import assess_patient, prepare_far_cases
from hlh_tui.study.file import open_study
neighbours.KEPT = 10
with open_study(Path(sys.argv[1])) as study:
    if sys.argv[2] == "after":
        assess_patient(study, "S0020")
    else:
        ThreadPoolExecutor(1).submit(prepare_far_cases, study)
        time.sleep(0.05)
"""


@pytest.mark.parametrize("left", ["after", "while"])
def test_the_program_ends_at_once_and_without_a_word_after_a_jump_and_while_the_plan_is_stored(
    tmp_path: Path, left: str
) -> None:
    path = tmp_path / "study.duckdb"
    with new_study(path) as made:
        fill(made, {f"S{seed:04d}": chart(seed) for seed in range(40)})
    done = subprocess.run([sys.executable, "-c", LEFT, str(path), left], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
