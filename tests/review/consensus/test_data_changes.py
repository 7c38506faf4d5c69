"""A case is open again when charts come in after it was decided."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.intake.load import import_charts
from hlh_tui.protocol import load
from hlh_tui.review.consensus.data_changes import reopened_cases
from hlh_tui.review.consensus.differences import differences
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.study.file import Study, create_study, open_study
from hlh_tui.study.log import append, entries
from tests.review.consensus.panel import COORDINATOR, read
from tests.review.small_study import BIANCHI, MEYER

PATIENTS = """patient_id,sex,age_years,last_contact_day
Q1,female,40,100
Q2,male,50,100
"""
FIRST = """patient_id,day,analyte,value,unit
Q1,-1,ferritin,9000,ug/L
Q2,-1,ferritin,8000,ug/L
"""
MORE = """patient_id,day,analyte,value,unit
Q1,7,ferritin,4000,ug/L
Q1,14,ferritin,900,ug/L
Q1,-1,ferritin,9000,ug/L
"""
EVENT = """patient_id,day,kind
Q1,60,hsct
"""


def folder(place: Path, **files: str) -> Path:
    place.mkdir()
    for name, text in files.items():
        (place / f"{name}.csv").write_text(text)
    return place


def charted(path: Path, protocol: str = "song-2024") -> Study:
    """A study of Q1 and Q2 that can import; both are charted at baseline."""
    study = create_study(
        path,
        load.read_bundled(load.STUDIES, protocol),
        load.read_bundled(load.CRITERIA, "locatelli-2020"),
        COORDINATOR,
        staging=path.parent,
    )
    import_charts(study, folder(path.parent / "first", patients=PATIENTS, observations=FIRST), COORDINATOR)
    return study


def whys(study: Study) -> list[tuple[str, str, str]]:
    return [(one.patient_id, one.reader, one.why) for one in reopened_cases(study)]


def test_charts_imported_before_the_decisions_reopen_nothing(tmp_path: Path) -> None:
    with charted(tmp_path / "study.duckdb") as study:
        assert reopened_cases(study) == ()
        import_charts(study, folder(tmp_path / "more", observations=MORE), COORDINATOR)
        read(study, MEYER, "Q1", "CR")
        assert reopened_cases(study) == ()


def test_new_rows_reopen_the_decisions_on_their_patient_and_on_nobody_else(tmp_path: Path) -> None:
    with charted(tmp_path / "study.duckdb") as study:
        for reader in (MEYER, BIANCHI):
            read(study, reader, "Q1", "NE")
            read(study, reader, "Q2", "NE")
        import_charts(study, folder(tmp_path / "more", observations=MORE, events=EVENT), COORDINATOR)
        said = "2 observations of days 7 to 14, 1 event of day 60"
        assert whys(study) == [("Q1", "a-meyer", said), ("Q1", "l-bianchi", said)]
        found = differences(study, MEYER)
        assert [(one.state, one.data_changed) for one in found] == [("agreed", True), ("agreed", False)]
        assert [one.patient_id for one in found if one.listed_as("open")] == ["Q1"], "open again, though agreed on"
        read(study, MEYER, "Q1", "CR", reason="The ferritin is charted now.")
        assert whys(study) == [("Q1", "l-bianchi", said)]


def test_keeping_a_decision_after_new_rows_is_a_decision(tmp_path: Path) -> None:
    """Otherwise a reader who looked again and agrees could never say so."""
    with charted(tmp_path / "study.duckdb") as study:
        kept = Decision("Q1", "NE", "As charted.")
        first = decide(study, MEYER, kept, reveals=False)
        assert decide(study, MEYER, kept, reveals=False).already
        import_charts(study, folder(tmp_path / "more", observations=MORE), COORDINATOR)
        again = decide(study, MEYER, kept, reveals=False)
        assert not again.already
        assert again.seq > first.seq
        assert reopened_cases(study) == ()
        assert decide(study, MEYER, kept, reveals=False).already


def test_the_same_rows_again_reopen_nothing(tmp_path: Path) -> None:
    with charted(tmp_path / "study.duckdb") as study:
        read(study, MEYER, "Q1", "NE")
        import_charts(study, tmp_path / "first", COORDINATOR)
        assert reopened_cases(study) == ()


def test_rows_after_a_hidden_cut_off_reopen_nothing(tmp_path: Path) -> None:
    """Follow-up of day 60 says nothing to a reader who was shown the chart to day 28."""
    from hlh_tui.review.conduct.people import register

    with charted(tmp_path / "study.duckdb", "song-2024-blinded") as study:
        register(study, COORDINATOR, MEYER, "reader", "as the charter says")
        read(study, MEYER, "Q1", "NE")
        import_charts(study, folder(tmp_path / "later", events=EVENT), COORDINATOR)
        assert reopened_cases(study) == ()
        import_charts(study, folder(tmp_path / "more", observations=MORE), COORDINATOR)
        assert whys(study) == [("Q1", "a-meyer", "2 observations of days 7 to 14")]


def test_a_decision_from_a_pack_was_made_on_the_charts_of_the_pack(tmp_path: Path) -> None:
    """The pack is written, more comes in, and only then are the reader's decisions merged."""
    with charted(tmp_path / "study.duckdb") as study:
        append(study, COORDINATOR, "pack_written", None, {"pack_id": "k1"})
        import_charts(study, folder(tmp_path / "more", observations=MORE), COORDINATOR)
        read(study, BIANCHI, "Q1", "CR")
        decided = entries(study)[-1].payload
        append(study, MEYER, "decided", "Q1", {**decided, "pack": {"id": "k1", "seq": 3}})
        assert whys(study) == [("Q1", "a-meyer", "2 observations of days 7 to 14")]


def test_charts_brought_back_from_the_same_files_reopen_nothing(tmp_path: Path) -> None:
    path = tmp_path / "study.duckdb"
    with charted(path) as study:
        read(study, MEYER, "Q1", "NE")
    path.unlink()
    assert main(["recover", str(path), "--charts", str(tmp_path / "first"), "--reader", "C. Ordinator"]) == 0
    with open_study(path) as study:
        actions = [entry.action for entry in entries(study)]
        assert (actions.count("decided"), actions.count("charts_imported")) == (1, 2)
        assert reopened_cases(study) == ()


@pytest.mark.slow
def test_ten_thousand_patients_are_asked_quickly(tmp_path: Path) -> None:
    with charted(tmp_path / "study.duckdb") as study:
        cursor = study.connection.cursor()
        cursor.execute(
            "INSERT INTO patient (patient_id, last_contact_day) SELECT 'Z' || i, 100 FROM range(10000) AS t (i)"
        )
        cursor.execute(
            "INSERT INTO observation (patient_id, day, analyte, value, unit, raw_value, source_id)"
            " SELECT 'Z' || (i // 100), i % 28, 'ferritin', 500, 'ug/L', '500', 1 FROM range(1000000) AS t (i)"
        )
        read(study, MEYER, "Q1", "NE")
        import_charts(study, folder(tmp_path / "more", observations=MORE), COORDINATOR)
        start = time.process_time()
        assert len(reopened_cases(study)) == 1
        first = time.process_time() - start
        start = time.process_time()
        assert len(reopened_cases(study)) == 1
        again = time.process_time() - start
        assert (first < 1, again < 0.1) == (True, True), (first, again)
        cursor.close()
    shutil.rmtree(tmp_path / "first")
