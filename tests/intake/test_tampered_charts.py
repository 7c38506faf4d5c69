"""Charts that somebody changed with another DuckDB client: ``verify`` says in which import, and how many rows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from hlh_tui.intake import stored_rows
from hlh_tui.intake.import_faults import REMEDY, import_faults
from hlh_tui.intake.logged_imports import logged_imports
from hlh_tui.intake.stored_rows import hashes_now
from hlh_tui.study.file import open_study
from hlh_tui.study.log import canonical_json, log_rows
from hlh_tui.study.verify import Verification, verify_path
from tests.intake.tampering import CHARTS, HELD, INTO, made
from tests.study import test_tampering as log

VALUES = {"sex": "other", "disease_status": "relapse", "comparator": ">="}
"""Another word for columns that the study's tables restrict."""


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("tampered"), CHARTS)


@pytest.fixture
def charted(once: Path, tmp_path: Path) -> Path:
    """A copy of the study with all of CHARTS, imported by entry 2."""
    for each in once.parent.glob("song.*"):
        shutil.copy(each, tmp_path / each.name)
    return tmp_path / "song.duckdb"


def tamper(path: Path, *statements: str) -> None:
    """What another client does to the closed study."""
    with duckdb.connect(path) as client:
        for statement in statements:
            client.execute(statement)


def checked(path: Path) -> Verification:
    return verify_path(path, checks=(import_faults,))[0]


def found(path: Path, *parts: str) -> None:
    """Verifying the study names entry 2 and exactly these things."""
    result = checked(path)
    said = f"the charts that entry 2 imported are not as it wrote them: {', '.join(parts)}; {REMEDY}"
    assert (result.ok, result.first_bad_seq, result.problems) == (False, 2, (said,))


def other(table: str, column: str) -> str:
    """SQL for another value of the column than P01's row has, whatever its type."""
    if column in VALUES:
        return f"'{VALUES[column]}'"
    if column == "attributes":
        return '\'{"prior_etoposide":"no"}\''
    number = column.endswith("day") or column in ("age_years", "weight_kg", "body_surface_m2", "dose", "grade")
    return f"{column} + 1" if number or column in ("value", "lower", "upper") else f"{column} || 'x'"


AS_CHARTED = "values or units as charted, or the rows of the files, are not those it wrote"
FIRST = {"cause": "P02"}
"""Column -> the patient whose row has a value in it, if not P01."""


def test_what_nobody_touched_holds(charted):
    result = checked(charted)
    assert (result.ok, result.entries, result.problems) == (True, 2, ())


def test_the_columns_listed_here_are_all_that_the_study_keeps_but_how_it_was_charted(charted):
    with open_study(charted, read_only=True) as study:
        for name, table in INTO.items():
            columns = {row[0] for row in study.rows(f"SELECT column_name FROM (DESCRIBE {table})")}
            assert columns - {"source_id", "source_row", "row_hash", "raw_value", "raw_unit"} == set(HELD[name])


@pytest.mark.parametrize(("name", "column"), [(name, column) for name, columns in HELD.items() for column in columns])
def test_another_value_in_one_row_is_found(charted, name, column):
    patient = FIRST.get(column, "P01")
    chosen = f"rowid = (SELECT min(rowid) FROM {INTO[name]} WHERE patient_id = '{patient}' AND {column} IS NOT NULL)"
    if column == "comparator":
        patient, chosen = "P02", "analyte = 'ferritin' AND patient_id = 'P02'"
    tamper(charted, f"UPDATE {INTO[name]} SET {column} = {other(name, column)} WHERE {chosen}")
    whose = f"{patient}x" if column == "patient_id" else patient
    found(charted, f"1 row of {name} changed ({whose})", *moved(column))


def moved(column: str) -> tuple[str, ...]:
    """A row that changed its patient leaves the hash of the patient it was of."""
    return ("the row hashes, patient by patient, are not those it wrote",) if column == "patient_id" else ()


@pytest.mark.parametrize(("name", "column"), [(name, column) for name, columns in HELD.items() for column in columns])
def test_a_value_that_is_taken_out_or_blanked_is_found(charted, name, column):
    with duckdb.connect(charted) as client:
        kinds = dict(client.execute(f"SELECT column_name, column_type FROM (DESCRIBE {INTO[name]})").fetchall())
        needed = dict(client.execute(f'SELECT column_name, "null" FROM (DESCRIBE {INTO[name]})').fetchall())
    if needed[column] == "YES":
        chosen = f"rowid = (SELECT min(rowid) FROM {INTO[name]} WHERE {column} IS NOT NULL)"
        tamper(charted, f"UPDATE {INTO[name]} SET {column} = NULL WHERE {chosen}")
        assert f"1 row of {name} changed (P0" in checked(charted).problems[0]
    elif kinds[column] == "VARCHAR":
        tamper(charted, f"UPDATE {INTO[name]} SET {column} = '' WHERE rowid = 0")
        assert f"1 row of {name} changed (" in checked(charted).problems[0]


def test_an_empty_text_in_the_place_of_nothing_is_found(charted):
    tamper(charted, "UPDATE observation SET assay = '' WHERE analyte = 'platelets' AND patient_id = 'P01'")
    found(charted, "1 row of observations changed (P01)")


@pytest.mark.parametrize("least", ["8420.000000000002", "8419.999999999998"])
def test_the_next_number_is_another_one(charted, least):
    tamper(charted, f"UPDATE observation SET value = {least} WHERE value = 8420")
    found(charted, "1 row of observations changed (P01)")


def test_a_change_of_every_row_is_one_sentence(charted):
    tamper(charted, "UPDATE patient SET last_contact_day = last_contact_day + 1", "UPDATE observation SET value = 1")
    found(charted, "3 rows of patients changed (P01, P02, P03)", "7 rows of observations changed (P01, P02)")


def test_of_many_patients_three_are_named(tmp_path):
    rows = "".join(f"P{number:02},90\n" for number in range(1, 13))
    path = made(tmp_path, {"patients": f"patient_id,last_contact_day\n{rows}"})
    tamper(path, "UPDATE patient SET last_contact_day = 91 WHERE patient_id > 'P04'")
    found(path, "8 rows of patients changed (P05, P06, P07 and 5 more patients)")


def test_it_is_the_same_however_many_patients_are_read_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(stored_rows, "AT_ONCE", 2)
    more = {"patients": "patient_id,last_contact_day\nP00,90\nP04,90\nP05,90\nP06,90\n"}
    path = made(tmp_path, CHARTS, more)
    assert checked(path).ok
    tamper(path, "UPDATE patient SET last_contact_day = 91", "DELETE FROM patient WHERE patient_id = 'P02'")
    assert checked(path).problems == (
        "the charts that entry 2 imported are not as it wrote them: 2 rows of patients changed (P01, P03), 1 row of"
        f" patients missing; {REMEDY}",
        "the charts that entry 3 imported are not as it wrote them: 4 rows of patients changed (P00, P04, P05 and"
        f" 1 more patient); {REMEDY}",
    )


@pytest.mark.parametrize("name", INTO)
def test_a_row_that_is_gone_is_found(charted, name):
    tamper(charted, f"DELETE FROM {INTO[name]} WHERE rowid = (SELECT min(rowid) FROM {INTO[name]})")
    found(charted, f"1 row of {name} missing")


@pytest.mark.parametrize("name", INTO)
def test_a_table_that_was_emptied_is_found(charted, name):
    tamper(charted, f"DELETE FROM {INTO[name]}")
    count = {"patients": 3, "observations": 7}.get(name, 2)
    found(charted, f"{count} rows of {name} missing")


@pytest.mark.parametrize("name", ["observations", "exposures", "events", "notes"])
def test_a_row_written_once_more_is_found(charted, name):
    tamper(charted, f"INSERT INTO {INTO[name]} SELECT * FROM {INTO[name]} WHERE rowid = 0")
    found(charted, f"1 row of {name} too many")


def test_one_copy_less_of_a_row_that_stood_three_times_is_found(charted):
    tamper(charted, "DELETE FROM observation WHERE source_row = 8")
    found(charted, "1 row of observations missing")


def test_the_first_copy_is_as_good_as_the_others_and_is_missed(charted):
    tamper(charted, "DELETE FROM observation WHERE source_row = 6")
    found(charted, "1 row of observations missing")


def test_rows_swapped_between_patients_are_found(charted):
    swap = "CASE patient_id WHEN 'P01' THEN 'P02' ELSE 'P01' END"
    tamper(charted, f"UPDATE observation SET patient_id = {swap} WHERE analyte = 'ferritin'")
    found(charted, "3 rows of observations changed (P01, P02)", *moved("patient_id"))


def test_rows_swapped_with_their_hashes_made_anew_are_found(charted):
    """Two patients' values change places, and each row gets the hash of its new content."""
    tamper(charted, "UPDATE exposure SET patient_id = CASE patient_id WHEN 'P01' THEN 'P02' ELSE 'P01' END")
    hashed_anew(charted, "exposures", "true")
    found(charted, *moved("patient_id"))


def test_a_value_changed_with_its_hash_is_found(charted):
    tamper(charted, "UPDATE observation SET value = 400 WHERE value = 8420")
    hashed_anew(charted, "observations", "value = 400")
    found(charted, *moved("patient_id"))


def hashed_anew(path: Path, name: str, where: str) -> None:
    """Give rows the hash of what they say now, as somebody does who has read this program."""
    parts = ", ".join(f"coalesce({column}::VARCHAR, '')" for column in columns_in_order(name))
    text = f"concat_ws(chr(31), '{INTO[name]}', {parts})"
    tamper(path, f"UPDATE {INTO[name]} SET row_hash = left(sha256({text}), 32) WHERE {where}")


def columns_in_order(name: str) -> tuple[str, ...]:
    exposures = ("patient_id", "drug", "start_day", "end_day", "dose", "dose_unit", "route", "drug_class", "source_ref")
    return exposures if name == "exposures" else HELD[name]


@pytest.mark.parametrize("digest", ["NULL", "''", "'0'"])
def test_a_hash_that_is_taken_out_does_not_hide_a_change(charted, digest):
    tamper(charted, f"UPDATE observation SET value = 400, row_hash = {digest} WHERE value = 8420")
    found(charted, "1 row of observations changed (P01)", *moved("patient_id"))


@pytest.mark.parametrize(("source", "digest"), [("NULL", "NULL"), ("9", "'x'"), ("1", "NULL")])
def test_a_row_of_no_import_is_found(charted, source, digest):
    values = f"('P03', 1, 'ferritin', 9, 'ug/L', '9', {source}, {digest})"
    columns = "(patient_id, day, analyte, value, unit, raw_value, source_id, row_hash)"
    tamper(charted, f"INSERT INTO observation {columns} VALUES {values}")
    result = checked(charted)
    said = f"1 row of observations (P03) came with no import that the log holds; {REMEDY}"
    assert result.problems[-1] == said
    assert not result.ok


def test_a_row_that_leaves_its_import_is_found(charted):
    tamper(charted, "UPDATE event SET source_id = NULL WHERE kind = 'death'")
    assert checked(charted).problems == (
        f"the charts that entry 2 imported are not as it wrote them: 1 row of events missing; {REMEDY}",
        f"1 row of events (P02) came with no import that the log holds; {REMEDY}",
    )


@pytest.mark.parametrize("change", ["file = 'other.csv'", "sha256 = 'x'", "rows = 8"])
def test_the_table_of_sources_is_held_too(charted, change):
    tamper(charted, f"UPDATE source SET {change} WHERE source_id = 2")
    found(charted, "the table source says otherwise of observations.csv")


def test_sources_that_are_gone_or_were_added_are_found(charted):
    tamper(
        charted,
        "DELETE FROM source WHERE source_id = 4",
        "INSERT INTO source VALUES (6, 'more.csv', 'x', NULL, '2026-01-01', 1)",
    )
    assert checked(charted).problems == (
        "the charts that entry 2 imported are not as it wrote them: the table source says otherwise of events.csv; "
        + REMEDY,
        f"the table source lists more.csv, which no import that the log holds brought; {REMEDY}",
    )


def test_tables_that_were_taken_apart_are_one_sentence(charted):
    tamper(charted, "ALTER TABLE event DROP COLUMN cause")
    (said,) = checked(charted).problems
    assert said == f"the charts cannot be held against the log, because one of both was damaged; {REMEDY}"


def test_a_function_in_the_file_that_answers_for_the_engine_is_found(charted):
    """With it, the text of the changed row gives the hash of the row as it was."""
    columns = ", ".join(f"coalesce({column}::VARCHAR, '')" for column in HELD["observations"])
    with duckdb.connect(charted) as client:
        client.execute("UPDATE observation SET value = 400 WHERE value = 8420")
        ((text, digest),) = client.execute(
            f"SELECT concat_ws(chr(31), 'observation', {columns}), row_hash FROM observation WHERE value = 400"
        ).fetchall()
        client.execute(
            f"CREATE MACRO sha256(x) AS CASE WHEN x = '{text}' THEN '{digest}' ELSE system.main.sha256(x) END"
        )
    result = checked(charted)
    assert result.problems == (f"the study file defines a function sha256, which no study does; {REMEDY}",)
    tamper(charted, "DROP MACRO sha256")
    found(charted, "1 row of observations changed (P01)")


def test_a_view_in_the_place_of_a_table_is_found(charted):
    tamper(
        charted,
        "ALTER TABLE note RENAME TO kept",
        "CREATE VIEW note AS SELECT * REPLACE (CASE WHEN random() < 2 THEN text END AS text) FROM kept",
    )
    assert checked(charted).problems == (f"the study file defines a view note, which no study does; {REMEDY}",)


def test_each_of_several_imports_is_held_by_itself(tmp_path):
    more = CHARTS["observations"] + "P03,5,ferritin,77,ug/L,,,,,,\nP02,3,platelets,55,10*9/L,,,,,,\n"
    again = {"observations": more.replace("sheet 1", "sheet 9")}
    path = made(tmp_path, CHARTS, again, {"notes": "patient_id,day,text\nP03,1,Well.\n"})
    assert checked(path).ok
    tamper(path, "UPDATE observation SET value = 78 WHERE value = 77", "UPDATE note SET text = 'Ill.' WHERE day = 1")
    result = checked(path)
    assert (result.first_bad_seq, result.problems) == (
        3,
        (
            "the charts that entry 3 imported are not as it wrote them: 1 row of observations changed (P03); " + REMEDY,
            "the charts that entry 4 imported are not as it wrote them: 1 row of notes changed (P03); " + REMEDY,
        ),
    )


def test_rows_exchanged_between_two_imports_are_found(tmp_path):
    later = {"observations": "patient_id,day,analyte,value,unit\nP03,5,ferritin,77,ug/L\n"}
    path = made(tmp_path, CHARTS, later)
    tamper(
        path,
        "UPDATE observation SET source_id = CASE source_id WHEN 6 THEN 2 ELSE 6 END"
        " WHERE value = 77 OR (patient_id = 'P01' AND analyte = 'platelets')",
    )
    result = checked(path)
    assert [problem[:31] for problem in result.problems] == [
        "the charts that entry 2 importe",
        "the charts that entry 3 importe",
    ]


def test_what_is_not_held_a_row_with_its_hash_and_the_log_made_anew(charted):
    """What verify cannot find by itself: whoever rewrites chart, hash and log as a whole needs ``--against``."""
    tamper(charted, "UPDATE observation SET value = 400 WHERE value = 8420")
    hashed_anew(charted, "observations", "value = 400")
    with open_study(charted, read_only=True) as study:
        rows, imports = log_rows(study), logged_imports(study).imports
        now = hashes_now(study, imports)[2]
    payload = rows[1][6]
    for was, instead in zip((imports[0].content_hash, str(imports[0].charted_hash)), now, strict=True):
        assert was != instead
        payload = payload.replace(was, instead)
    entries_anew(charted, rows, payload)
    result = checked(charted)
    assert result.ok
    assert result.head != rows[-1][8], "which verify --against any file that was kept elsewhere shows"


@pytest.mark.parametrize("change", ["raw_value = '842'", "raw_unit = 'ng/mL'", "raw_unit = NULL", "source_row = 3"])
def test_value_and_unit_as_charted_and_the_row_of_the_file_are_held(charted, change):
    tamper(charted, f"UPDATE observation SET {change} WHERE value = 8420")
    found(charted, AS_CHARTED)


@pytest.mark.parametrize("name", ["patients", "exposures", "events", "notes"])
def test_the_row_of_the_file_is_held_in_every_table(charted, name):
    tamper(charted, f"UPDATE {INTO[name]} SET source_row = 5 - source_row WHERE patient_id < 'P03'")
    found(charted, AS_CHARTED)


def test_an_import_of_an_earlier_version_is_held_by_what_its_entry_says(charted):
    """Entries did not always have a hash of the values as charted; what they have still finds a changed value."""
    with open_study(charted, read_only=True) as study:
        rows = log_rows(study)
    said = json.loads(rows[1][6])
    del said["charted_hash"]
    entries_anew(charted, rows, canonical_json(said))
    assert checked(charted).ok
    tamper(charted, "UPDATE observation SET raw_unit = 'ng/mL' WHERE value = 8420")
    assert checked(charted).ok
    tamper(charted, "UPDATE observation SET value = 842 WHERE value = 8420")
    found(charted, "1 row of observations changed (P01)")


def entries_anew(path: Path, rows: log.Rows, payload: str) -> None:
    """Write both entries of the log with another payload of the import, hashed as if it had always been so."""
    log.put(path, log.hashed_anew([rows[0], log.with_(rows[1], payload=payload)]), mirror=True)
