"""The log takes entries one after the other, on disk before they are acknowledged, and nothing else."""

import contextlib
import hashlib
import json
import resource
import subprocess
import sys
import threading

import duckdb
import pytest

from hlh_tui.study.errors import MirrorNotWritten, NotSaved, StudyFileError
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append, canonical_json, entries, entry_hash
from hlh_tui.study.verify import verify


def test_canonical_json_sorts_keys_and_keeps_letters():
    assert canonical_json({"b": [1, 2.5, None], "a": "≥ 38,5 °C"}) == '{"a":"≥ 38,5 °C","b":[1,2.5,null]}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_canonical_json_refuses_what_has_no_json(value):
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        canonical_json({"value": value})


def test_entry_hash_is_sha256_of_previous_hash_and_canonical_fields():
    text = (
        "0" * 64 + '{"action":"flagged","actor":"anna-berg","actor_name":"Anna Berg","patient_id":"P01",'
        '"payload":{"note":"x"},"recorded_at":"2026-11-22T19:41:03.000000Z","seq":1}'
    )
    digest = entry_hash(
        seq=1,
        recorded_at="2026-11-22T19:41:03.000000Z",
        actor="anna-berg",
        actor_name="Anna Berg",
        action="flagged",
        patient_id="P01",
        payload={"note": "x"},
        prev_hash="0" * 64,
    )
    assert digest == hashlib.sha256(text.encode()).hexdigest()
    assert digest == "0932471ac48115e742597267ccc0134091b064833ddddd39277c7825b5d9795c"


def test_entry_is_in_database_and_mirror_with_version_and_session(study, anna):
    entry = append(study, anna, "flagged", "P07", {"note": "ferritin?", "days": (3, 7)})
    assert entry.payload == {
        "note": "ferritin?",
        "days": [3, 7],
        "app_version": "0.1.0",
        "session": study.session,
        "protocol_hash": study.protocol_document.hash,
        "criteria_hash": study.criteria_document.hash,
    }
    assert entries(study)[-1] == entry
    line = json.loads((study.where.mirror).read_text().splitlines()[-1])
    assert line == {
        "seq": 2,
        "recorded_at": entry.recorded_at,
        "actor": "anna-berg",
        "actor_name": "Anna Berg",
        "action": "flagged",
        "patient_id": "P07",
        "payload": entry.payload,
        "prev_hash": entries(study)[0].hash,
        "hash": entry.hash,
    }
    assert (*line,)[::8] == ("seq", "hash")
    assert entry.recorded_at.endswith("Z")


def test_payload_that_is_not_json_is_refused_and_nothing_recorded(study, anna):
    for payload in ({"value": float("nan")}, {"value": object()}, {"note": "\udcff"}):
        with pytest.raises(StudyFileError, match=r"flagged was not recorded: its text or numbers cannot be stored"):
            append(study, anna, "flagged", "P01", payload)
    assert len(entries(study)) == 1
    assert verify(study).ok


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log SET payload = '{}'",
        "UPDATE log SET actor = 'x' WHERE seq = 99",
        "DELETE FROM log",
        "DELETE FROM log WHERE seq = 1",
        "TRUNCATE log",
        "INSERT OR REPLACE INTO log SELECT * FROM log",
        "INSERT INTO log SELECT * FROM log ON CONFLICT (seq) DO UPDATE SET payload = '{}'",
    ],
)
def test_engine_refuses_to_change_or_remove_entries(study, anna, sql):
    append(study, anna, "flagged", "P01", {})
    before = study.rows("FROM log ORDER BY seq")
    with pytest.raises(duckdb.Error, match=r"append-only|not supported|trigger"):
        study.rows(sql)
    assert study.rows("FROM log ORDER BY seq") == before


def test_no_code_but_the_redaction_changes_log_rows():
    from pathlib import Path

    import hlh_tui

    for path in Path(hlh_tui.__file__).parent.rglob("*.*"):
        if path.suffix in {".py", ".sql"} and path.name != "redaction.py":
            text = " ".join(path.read_text(encoding="utf-8").upper().split())
            for forbidden in ("UPDATE LOG ", "DELETE FROM LOG ", "TRUNCATE LOG", "DROP TABLE LOG", "DROP TRIGGER"):
                assert forbidden not in text, f"{path.name}: {forbidden}"


def test_what_belongs_to_an_entry_is_in_its_transaction(study, anna):
    append(
        study,
        anna,
        "charts_imported",
        payload={"files": []},
        also=lambda cursor: cursor.execute("INSERT INTO source VALUES (1, 'patients.csv', 'aa', NULL, 'now', 13)"),
    )
    assert study.rows("SELECT file, rows FROM source") == [("patients.csv", 13)]


def test_failure_in_the_transaction_leaves_neither_rows_nor_entry(study, anna):
    def fails(cursor):
        cursor.execute("INSERT INTO source VALUES (1, 'patients.csv', 'aa', NULL, 'now', 13)")
        raise KeyError("row 7")

    with pytest.raises(KeyError, match="row 7"):
        append(study, anna, "charts_imported", also=fails)
    assert study.rows("FROM source") == []
    assert append(study, anna, "flagged", "P01", {}).seq == 2
    assert verify(study).ok


def test_swallowed_failure_in_the_transaction_is_not_acknowledged(study, anna):
    def swallows(cursor):
        row = "INSERT INTO source VALUES (1, 'patients.csv', 'aa', NULL, 'now', 13)"
        cursor.execute(row)
        with contextlib.suppress(duckdb.ConstraintException):
            cursor.execute(row)

    with pytest.raises(duckdb.TransactionException):
        append(study, anna, "charts_imported", also=swallows)
    assert study.rows("FROM source") == []
    assert len(entries(study)) == 1


def test_threads_appending_at_once_give_one_unbroken_chain(study, anna):
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def work(name: str) -> None:
        start.wait()
        try:
            for number in range(25):
                append(study, anna, "flagged", name, {"note": str(number)})
                assert len(entries(study, patient_id=name)) == number + 1
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(f"P{number:02}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    found = verify(study)
    assert (found.ok, found.entries, found.problems) == (True, 101, ())
    for name in ("P00", "P01", "P02", "P03"):
        assert [entry.payload["note"] for entry in entries(study, patient_id=name)] == [str(n) for n in range(25)]


def test_mirror_that_cannot_be_written_says_that_the_entry_is_saved(ten, anna, monkeypatch):
    with open_study(ten) as study:
        with monkeypatch.context() as patch:
            patch.setattr("hlh_tui.study.mirror.os.fsync", refuse)
            with pytest.raises(MirrorNotWritten, match=r"entry 11 IS saved in the database.*No space left on device"):
                append(study, anna, "flagged", "P11", {})
        assert len(study.where.mirror.read_text().splitlines()) == 10
        assert append(study, anna, "flagged", "P12", {}).seq == 12
        assert len(study.where.mirror.read_text().splitlines()) == 12
        assert verify(study).ok


def refuse(handle):
    raise OSError(28, "No space left on device")


def test_removed_mirror_is_noticed_at_the_next_entry(ten, anna):
    with open_study(ten) as study:
        study.where.mirror.unlink()
        with pytest.raises(MirrorNotWritten, match="it was removed or replaced while the study was open"):
            append(study, anna, "flagged", "P11", {})
        assert len(entries(study)) == 11


FULL = """
import resource, signal, sys
from pathlib import Path
from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append, entries
from hlh_tui.study.models import Actor
from hlh_tui.study.verify import verify
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
anna = Actor("anna-berg", "Anna Berg")
study = open_study(Path(sys.argv[1]))
limit = study.where.wal.stat().st_size if study.where.wal.exists() else 0
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
saved = 0
try:
    for _ in range(100_000):
        append(study, anna, "flagged", "P01", {"note": "x" * 2000})
        saved += 1
except StudyFileError as refusal:
    print(type(refusal).__name__, str(refusal).split(":")[0])
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
append(study, anna, "flagged", "P02", {"note": "there is room again"})
print(saved, len(entries(study)), verify(study).problems)
study.close()
"""


def test_full_disk_refuses_the_entry_and_keeps_the_others(ten):
    assert resource.RLIMIT_FSIZE
    done = subprocess.run([sys.executable, "-c", FULL, str(ten)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    refusal, counts = done.stdout.splitlines()
    saved, present = map(int, counts.split()[:2])
    # the mirror or the write-ahead log, whichever reached the limit first
    if refusal.startswith("MirrorNotWritten"):
        assert present == 10 + saved + 2
    else:
        assert refusal == "NotSaved flagged was NOT saved, everything before it is"
        assert present == 10 + saved + 1
    assert counts.endswith("()")
    with open_study(ten) as study:
        assert verify(study).ok


def test_engine_that_gave_up_is_connected_anew_and_nothing_is_lost(ten, anna):
    def fails(cursor):
        raise duckdb.FatalException("database has been invalidated: could not write: No space left on device")

    with open_study(ten) as study:
        append(study, anna, "flagged", "P11", {})
        with pytest.raises(NotSaved, match=r"flagged was NOT saved, everything before it is: the disk refused it"):
            append(study, anna, "flagged", "P12", {}, also=fails)
        assert len(entries(study)) == 11
        assert append(study, anna, "flagged", "P13", {}).seq == 12
        assert verify(study).ok


def test_entry_that_was_committed_before_the_engine_gave_up_counts_as_saved(ten, anna, monkeypatch):
    """The automatic checkpoint after a commit can meet a full disk while the commit itself is on disk."""
    from hlh_tui.study.file import Study

    def commits_then_fails(study, write, entry):
        cursor = study.connection.cursor()
        cursor.begin()
        write(cursor)
        cursor.commit()
        cursor.close()
        error = duckdb.FatalException("checkpoint failed")
        study.reopen()
        study.require_saved(entry, error)

    monkeypatch.setattr(Study, "transaction", commits_then_fails)
    with open_study(ten) as study:
        assert append(study, anna, "flagged", "P11", {}).seq == 11
        assert verify(study).ok
