"""The charts of a pack are those that it was made with, whatever the reader's other programs did to them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from hlh_tui.intake.import_faults import PACK_REMEDY, import_faults
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.packs.deidentified import COLUMNS
from hlh_tui.study.file import open_study
from hlh_tui.study.verify import verify, verify_path
from tests.review.packs.blinded import READERS, blinded_study, copied, unpacked

OTHER = {"sex": "'other'", "disease_status": "'refractory'", "comparator": "'<'", "grade": "5", "attributes": "'[]'"}
NUMBERS = ("age_years", "weight_kg", "body_surface_m2", "value", "lower", "upper", "dose")
EVERY = [(table, column) for table, columns in COLUMNS.items() for column in columns]
CHANGED = f"the charts of the pack are not those that it was made with; {PACK_REMEDY}"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked study of the reader to whom the patient with every kind of row was dealt."""
    folder = tmp_path_factory.mktemp("packed")
    with blinded_study(folder / "song.duckdb") as study:
        for reader in READERS:
            path = unpacked(study, reader, folder / reader.id)
            dealt = next(each for each in conduct_of(study).dealt if each.reader == reader.id)
            if any(patient == "HLH-001" for _, patient, _ in dealt.cases):
                return path
    raise AssertionError("HLH-001 was dealt to nobody")


@pytest.fixture
def pack(packed: Path, tmp_path: Path) -> Path:
    return copied(packed, tmp_path / "mine")


def problems(path: Path, *statements: str) -> tuple[int | None, tuple[str, ...]]:
    """What verifying finds after changes with another client: the first bad entry, and the sentences."""
    with duckdb.connect(path) as client:
        for statement in statements:
            client.execute(statement)
    found, _ = verify_path(path, checks=(import_faults,))
    return found.first_bad_seq, found.problems


def test_a_pack_that_nobody_touched_holds(pack):
    with open_study(pack) as mine:
        assert verify(mine, checks=(import_faults,)).problems == ()


@pytest.mark.parametrize(("table", "column"), EVERY)
def test_another_value_in_one_row_is_found(pack, table, column):
    number = column.endswith("day") or column in NUMBERS
    value = OTHER.get(column, f"coalesce({column}, 0) + 1" if number else f"coalesce({column}, '') || 'x'")
    chosen = f"rowid = (SELECT min(rowid) FROM {table} WHERE {column} IS DISTINCT FROM {value})"
    assert problems(pack, f"UPDATE {table} SET {column} = {value} WHERE {chosen}") == (1, (CHANGED,))


@pytest.mark.parametrize("change", ["lower = 0", "assay = ''", "raw_unit = ''", "source_ref = 'x'", "source_row = 1"])
def test_something_in_the_place_of_nothing_is_found(pack, change):
    assert problems(pack, f"UPDATE observation SET {change} WHERE rowid = 0") == (1, (CHANGED,))


@pytest.mark.parametrize("table", ["observation", "exposure", "event", "note"])
@pytest.mark.parametrize(
    "change", ["INSERT INTO {} SELECT * FROM {} WHERE rowid = 0", "DELETE FROM {} WHERE rowid = 0"]
)
def test_a_row_repeated_or_deleted_is_found(pack, table, change):
    assert problems(pack, change.replace("{}", table)) == (1, (CHANGED,))


def test_cases_whose_charts_change_places_are_found(pack):
    with duckdb.connect(pack, read_only=True) as client:
        mine, other = client.execute(
            "SELECT mine, (SELECT min(patient_id) FROM patient WHERE patient_id <> mine)"
            " FROM (SELECT min(patient_id) AS mine FROM event)"
        ).fetchall()[0]
    assert problems(pack, f"UPDATE event SET patient_id = '{other}' WHERE patient_id = '{mine}'") == (1, (CHANGED,))


def test_a_row_that_says_it_was_imported_is_found(pack):
    seq, said = problems(pack, "UPDATE event SET source_id = 1 WHERE rowid = 0")
    assert seq is None
    assert "1 row of events (" in said[0]
    assert ") came with no import that the log holds; " in said[0]
