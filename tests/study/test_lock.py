"""One process at a time, and what a second one is told and offered."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hlh_tui.study.errors import StudyFileError, StudyInUse
from hlh_tui.study.file import open_study, snapshot
from hlh_tui.study.log import append, entries

SECOND = """
import sys
from pathlib import Path
from hlh_tui.study.errors import StudyInUse
from hlh_tui.study.file import open_study
try:
    open_study(Path(sys.argv[1]), read_only=sys.argv[2] == "read")
except StudyInUse as refusal:
    print(refusal)
    print(refusal.pid, refusal.user, refusal.host, refusal.since)
"""

SNAPSHOT = """
import sys
from pathlib import Path
from hlh_tui.study.file import open_study, snapshot
from hlh_tui.study.log import entries
copy = snapshot(Path(sys.argv[1]), Path(sys.argv[2]))
with open_study(copy) as study:
    print(len(entries(study)), study.read_only, study.notice)
"""


def other_process(code: str, *words: object) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("way", ["write", "read"])
def test_second_process_is_told_who_since_when_and_what_to_do(ten, way):
    with open_study(ten) as study:
        holder = json.loads((ten.parent / "song.lock").read_text())
        assert set(holder) == {"pid", "host", "user", "since"}
        sentence, facts = other_process(SECOND, ten, way)
        assert entries(study)[-1].seq == 10
    user, host, since = holder["user"], holder["host"], holder["since"]
    when = since.replace("T", " ").replace("Z", " UTC")
    assert sentence == (
        f"song.duckdb is open by {user} since {when} (process {os.getpid()} on {host}): close it there,"
        f" or look at a read-only copy with hlh-tui open {ten} --snapshot"
    )
    assert facts == f"{os.getpid()} {user} {host} {since}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", since)


def test_second_opening_in_one_process_is_refused_too(ten):
    with open_study(ten), pytest.raises(StudyInUse, match=f"process {os.getpid()} on"):
        open_study(ten)


def test_lock_survives_a_reader_of_the_file_in_the_holding_process(ten):
    with open_study(ten):
        ten.read_bytes()  # drops the engine's own lock
        assert other_process(SECOND, ten, "write")[0].startswith("song.duckdb is open by")


def test_lock_goes_with_a_killed_process(ten, crash):
    crash(ten, 3)
    assert (ten.parent / "song.lock").exists()
    with open_study(ten) as study:
        assert len(entries(study)) == 13
    assert not (ten.parent / "song.lock").exists()


def test_engine_lock_of_another_tool_is_told_like_ours(ten):
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('ready', flush=True); sys.stdin.read()"
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(ten)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline() == "ready\n"
        with pytest.raises(StudyInUse) as refusal:
            open_study(ten)
        assert refusal.value.pid == other.pid
    finally:
        other.communicate("")


def test_snapshot_while_another_process_holds_the_study(ten, tmp_path, anna):
    into = tmp_path / "copies"
    into.mkdir()
    with open_study(ten) as study:
        append(study, anna, "flagged", "P11", {"note": "in the write-ahead log only"})
        (line,) = other_process(SNAPSHOT, ten, into / "copy.duckdb")
        assert re.fullmatch(rf"11 True read-only copy of {ten}, taken \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC", line)
        append(study, anna, "flagged", "P12", {})
    assert sorted(each.name for each in into.iterdir()) == ["copy.duckdb", "copy.log.jsonl"]
    assert (into / "copy.duckdb").stat().st_mode & 0o777 == 0o444
    with open_study(into / "copy.duckdb") as copy, pytest.raises(StudyFileError, match="open for reading only"):
        append(copy, anna, "flagged", "P13", {})


def test_snapshot_stays_read_only_when_its_permissions_are_lifted(ten, tmp_path, anna):
    copy = snapshot(ten, tmp_path)
    assert re.fullmatch(r"song-snapshot-\d{8}T\d{6}Z\.duckdb", copy.name)
    copy.chmod(0o644)
    with open_study(copy) as study, pytest.raises(StudyFileError, match="open for reading only"):
        append(study, anna, "flagged", "P13", {})


def test_snapshot_of_a_snapshot_tells_of_the_first(ten, tmp_path):
    first = snapshot(ten, tmp_path / "first.duckdb")
    second = snapshot(first, tmp_path / "second.duckdb")
    with open_study(first) as one, open_study(second) as two:
        assert one.notice == two.notice
        assert two.facts["snapshot_of"] == str(ten)


def test_snapshot_keeps_private_files_private(ten, tmp_path):
    ten.chmod(0o600)
    (tmp_path / "song.log.jsonl").chmod(0o600)
    copy = snapshot(ten, tmp_path / "copy.duckdb")
    assert copy.stat().st_mode & 0o777 == 0o400
    assert (tmp_path / "copy.log.jsonl").stat().st_mode & 0o777 == 0o400


def test_snapshot_is_refused_in_the_process_that_holds_the_study(ten, tmp_path):
    with open_study(ten), pytest.raises(StudyFileError, match="is open here: close it"):
        snapshot(ten, tmp_path / "copy.duckdb")


def test_snapshot_does_not_overwrite(ten, tmp_path):
    (tmp_path / "copy.duckdb").write_text("mine")
    with pytest.raises(StudyFileError, match="exists already"):
        snapshot(ten, tmp_path / "copy.duckdb")
    assert (tmp_path / "copy.duckdb").read_text() == "mine"


def test_snapshot_of_a_study_with_lost_entries_is_refused_and_leaves_nothing(ten, tmp_path, crash):
    crash(ten, 3)
    Path(f"{ten}.wal").unlink()
    with pytest.raises(
        StudyFileError, match=r"no snapshot was taken: entries 11 to 13 are in song\.log\.jsonl but not"
    ):
        snapshot(ten, tmp_path / "copy.duckdb")
    assert not list(tmp_path.glob("copy*"))
