"""``verify`` names the first entry that is not what was written."""

from pathlib import Path

import duckdb
import pytest

from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.file import open_study
from hlh_tui.study.log import canonical_json, entries, entry_hash
from hlh_tui.study.mirror import mirror_line
from hlh_tui.study.verify import verify, verify_path

COLUMNS = ("seq", "recorded_at", "actor", "actor_name", "action", "patient_id", "payload", "prev_hash", "hash")


def tamper(path: Path, *statements: str, mirror: bool = False) -> None:
    """Change the log behind the program's back, as someone with a DuckDB shell could; with ``mirror`` also that."""
    connection = duckdb.connect(path)
    triggers = connection.execute("SELECT sql FROM duckdb_triggers() ORDER BY trigger_name").fetchall()
    connection.execute("DROP TRIGGER log_no_update ON log")
    connection.execute("DROP TRIGGER log_no_delete ON log")
    for sql in statements:
        connection.execute(sql)
    for (sql,) in triggers:
        connection.execute(sql)
    rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM log ORDER BY seq").fetchall()
    connection.close()
    if mirror:
        path.with_name("song.log.jsonl").write_bytes(b"".join(map(mirror_line, rows)))


def problems(path: Path) -> tuple[int | None, tuple[str, ...]]:
    found, _ = verify_path(path)
    assert not found.ok
    return found.first_bad_seq, found.problems


def test_untouched_study_verifies(ten):
    found, notice = verify_path(ten)
    with open_study(ten) as study:
        head = entries(study)[-1].hash
    assert (found.ok, found.entries, found.head, found.first_bad_seq, found.problems) == (True, 10, head, None, ())
    assert notice is None


def test_flipped_byte_in_a_payload(ten):
    tamper(ten, "UPDATE log SET payload = replace(payload, 'entry 4', 'entry 5') WHERE seq = 4")
    assert problems(ten) == (
        4,
        (
            "entry 4 was changed: its content does not give its hash",
            "line 4 of the mirror song.log.jsonl is not entry 4 of the database",
        ),
    )


def test_space_in_a_payload(ten):
    tamper(ten, "UPDATE log SET payload = replace(payload, '\"note\":', '\"note\": ') WHERE seq = 4", mirror=True)
    assert problems(ten)[0] == 4


@pytest.mark.parametrize("column", ["recorded_at", "actor", "actor_name", "action", "patient_id"])
def test_every_column_is_under_the_hash(ten, column):
    tamper(ten, f"UPDATE log SET {column} = {column} || 'x' WHERE seq = 6", mirror=True)
    assert problems(ten) == (6, ("entry 6 was changed: its content does not give its hash",))


def test_changed_hash(ten):
    tamper(ten, "UPDATE log SET hash = repeat('0', 64) WHERE seq = 6", mirror=True)
    assert problems(ten) == (
        6,
        (
            "entry 6 was changed: its content does not give its hash",
            "entry 7 does not follow entry 6: its prev_hash is not that entry's hash",
        ),
    )


def test_deleted_entry(ten):
    tamper(ten, "DELETE FROM log WHERE seq = 6", mirror=True)
    assert problems(ten)[0] == 6
    assert "entry 6 is missing from the log" in problems(ten)[1]


def test_deleted_entry_with_the_others_moved_up(ten):
    tamper(
        ten,
        "DELETE FROM log WHERE seq = 6",
        *(f"UPDATE log SET seq = {n - 1} WHERE seq = {n}" for n in range(7, 11)),
        mirror=True,
    )
    assert problems(ten)[0] == 6


def test_first_entry_deleted(ten):
    tamper(ten, "DELETE FROM log WHERE seq = 1", mirror=True)
    assert problems(ten)[0] == 1


def test_all_entries_deleted(ten):
    tamper(ten, "DELETE FROM log", mirror=True)
    assert problems(ten)[0] == 1


def test_swapped_entries(ten):
    tamper(
        ten,
        "UPDATE log SET seq = 99 WHERE seq = 4",
        "UPDATE log SET seq = 4 WHERE seq = 5",
        "UPDATE log SET seq = 5 WHERE seq = 99",
        mirror=True,
    )
    assert problems(ten)[0] == 4


def test_inserted_entry(ten):
    moved = [f"UPDATE log SET seq = {n + 1} WHERE seq = {n}" for n in range(10, 6, -1)]
    with open_study(ten) as study:
        sixth = entries(study)[5]
    forged = {
        "seq": 7,
        "recorded_at": sixth.recorded_at,
        "actor": "anna-berg",
        "actor_name": "Anna Berg",
        "action": "flagged",
        "patient_id": "P01",
        "prev_hash": sixth.hash,
    }
    digest = entry_hash(**forged, payload={"note": "forged"})
    text = canonical_json({"note": "forged"})
    values = [*list(forged.values())[:6], text, sixth.hash, digest]
    insert = "INSERT INTO log VALUES (" + ", ".join(f"'{value}'" for value in values) + ")"
    tamper(ten, *moved, insert, mirror=True)
    assert problems(ten)[0] == 8


def test_truncated_log_is_told_by_its_mirror(ten):
    tamper(ten, "DELETE FROM log WHERE seq > 7")
    first, found = problems(ten)
    assert first == 8
    assert found[0].startswith("entries 8 to 10 are in song.log.jsonl but not in song.duckdb")
    assert found[1] == "entries 8 to 10 are in the mirror song.log.jsonl but not in the database"


def test_change_in_a_mirror_line_that_keeps_its_hash(ten):
    mirror = ten.with_name("song.log.jsonl")
    mirror.write_text(mirror.read_text().replace("look at entry 9", "look at entry 8"))
    assert problems(ten) == (9, ("line 9 of the mirror song.log.jsonl is not entry 9 of the database",))


def test_removed_triggers_are_reported_put_back_and_logged(ten):
    connection = duckdb.connect(ten)
    connection.execute("DROP TRIGGER log_no_delete ON log")
    connection.close()
    found, notice = verify_path(ten)
    assert found.problems == (
        "the trigger log_no_delete that keeps the log append-only was missing and has been put back",
    )
    assert notice == "the triggers that keep the log append-only were missing; they were put back and the log says so"
    with open_study(ten) as study:
        assert study.notice is None
        last = entries(study)[-1]
        assert (last.seq, last.actor, last.action, last.payload["missing"]) == (
            11,
            "hlh-tui",
            "triggers_restored",
            ["log_no_delete"],
        )
        assert verify(study).ok
        with pytest.raises(duckdb.Error, match="append-only"):
            study.rows("DELETE FROM log")


def test_trigger_that_does_nothing_is_not_taken_for_the_real_one(ten):
    connection = duckdb.connect(ten)
    connection.execute(
        "CREATE OR REPLACE TRIGGER log_no_update AFTER UPDATE ON log"
        " FOR EACH STATEMENT INSERT INTO log_guard SELECT 'fine'"
    )
    connection.close()
    assert "log_no_update" in problems(ten)[1][0]


def test_changed_protocol_text(ten):
    connection = duckdb.connect(ten)
    connection.execute("UPDATE protocol SET toml = toml || '# more' WHERE kind = 'criteria'")
    connection.close()
    assert problems(ten) == (
        None,
        ("the adopted criteria document 'locatelli-2020' was changed: its text does not give its hash",),
    )


def test_study_that_will_not_open_is_reported(ten, crash):
    crash(ten, 5)
    ten.with_name("song.duckdb.wal").unlink()
    first, found = problems(ten)
    assert first == 11
    assert found[0].startswith("entries 11 to 15 are in song.log.jsonl but not in song.duckdb")
    ten.unlink()
    first, found = problems(ten)
    assert found[0].startswith("song.duckdb is missing, while its 15 log entries are in song.log.jsonl")


def test_verifying_a_refused_study_writes_nothing(ten):
    tamper(ten, "DELETE FROM log WHERE seq > 7")
    before = {each.name: each.read_bytes() for each in ten.parent.iterdir()}
    verify_path(ten)
    assert {each.name: each.read_bytes() for each in ten.parent.iterdir()} == before


def test_no_study_to_verify(tmp_path):
    with pytest.raises(StudyFileError, match="there is no study"):
        verify_path(tmp_path / "song.duckdb")


@pytest.mark.parametrize(
    ("key", "forged", "said"),
    [
        ("synthetic", "true", "'false'"),
        ("title", "A trial", "'Emapalumab and ruxolitinib in adults with haemophagocytic lymphohistiocytosis'"),
        ("study_id", "another", "'"),
        ("created_at", "2020-01-01T00:00:00.000000Z", "'"),
    ],
)
def test_what_the_study_file_says_of_itself_is_what_it_was_made_with(ten, key, forged, said):
    tamper(ten, f"UPDATE study SET value = '{forged}' WHERE key = '{key}'")
    seq, (problem, *_) = problems(ten)
    assert seq == 1
    assert problem.startswith(f"the study file says {key} '{forged}', but entry 1 says {said}")
