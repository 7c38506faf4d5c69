"""A study that lost something is never opened silently, and refusing changes nothing on disk."""

import json
import re
import shutil
from pathlib import Path

import pytest

from hlh_tui.study.errors import DamagedStudy
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries
from hlh_tui.study.verify import verify


def wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def mirror(path: Path) -> Path:
    return path.with_name("song.log.jsonl")


def contents(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.parent.iterdir() if each.is_file() and each.suffix != ".lock"}


def refused(path: Path) -> str:
    """The sentence with which the study is refused; its files must stay as they are."""
    before = contents(path)
    with pytest.raises(DamagedStudy) as refusal:
        open_study(path)
    assert contents(path) == before
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).endswith(f"hlh-tui recover {path}")
    return str(refusal.value)


def test_study_of_a_killed_process_opens_with_every_entry(ten, crash):
    crash(ten, 40)
    assert wal(ten).exists()
    with open_study(ten) as study:
        assert study.notice is None
        assert (len(entries(study)), verify(study).problems) == (50, ())


def test_missing_write_ahead_log(ten, crash):
    crash(ten, 40)
    wal(ten).unlink()
    assert refused(ten).startswith(
        "entries 11 to 50 are in song.log.jsonl but not in song.duckdb: its write-ahead log was lost, cut or damaged"
    )


def test_write_ahead_log_cut_in_half(ten, crash):
    crash(ten, 40)
    whole = wal(ten).read_bytes()
    wal(ten).write_bytes(whole[: len(whole) // 2])
    assert re.match(r"entries (2\d|3\d) to 50 are in song\.log\.jsonl but not in song\.duckdb", refused(ten))


def test_write_ahead_log_cut_by_its_last_bytes_misses_the_last_entry(ten, crash):
    crash(ten, 40)
    wal(ten).write_bytes(wal(ten).read_bytes()[:-7])
    assert refused(ten).startswith("entry 50 is in song.log.jsonl but not in song.duckdb")


@pytest.mark.parametrize("where", [0.2, 0.5, 0.8])
def test_byte_flipped_in_the_write_ahead_log(ten, crash, where):
    crash(ten, 40)
    content = bytearray(wal(ten).read_bytes())
    content[int(len(content) * where)] ^= 0xFF
    wal(ten).write_bytes(content)
    assert re.match(r"entries \d+ to 50 are in song\.log\.jsonl but not|song\.duckdb or its write-ahead", refused(ten))


def test_wrecked_head_of_the_write_ahead_log(ten, crash):
    crash(ten, 5)
    content = bytearray(wal(ten).read_bytes())
    content[:64] = b"\xff" * 64
    wal(ten).write_bytes(content)
    assert "song.duckdb" in refused(ten)


def test_write_ahead_log_of_another_study(ten, crash, tmp_path, new_study):
    other = tmp_path / "other" / "song.duckdb"
    other.parent.mkdir()
    new_study(other).close()
    crash(other, 5)
    shutil.copy(wal(other), wal(ten))
    assert "song.duckdb" in refused(ten)


def test_database_missing_beside_its_write_ahead_log(ten, crash):
    crash(ten, 40)
    ten.unlink()
    assert refused(ten).startswith(
        "song.duckdb is missing, while its write-ahead log song.duckdb.wal is there and its 50 log entries are in"
        " song.log.jsonl: put the file back, or run"
    )


def test_database_missing_beside_its_mirror(ten):
    ten.unlink()
    assert refused(ten).startswith("song.duckdb is missing, while its 10 log entries are in song.log.jsonl")


def test_database_replaced_by_an_older_copy(ten, crash, tmp_path):
    shutil.copy(ten, tmp_path / "older")
    crash(ten, 5)
    with open_study(ten):
        pass
    shutil.copy(tmp_path / "older", ten)
    assert refused(ten).startswith("entries 11 to 15 are in song.log.jsonl but not in song.duckdb")


def test_mirror_missing(ten):
    mirror(ten).unlink()
    assert refused(ten).startswith(
        "song.log.jsonl is missing, the mirror of the 10 log entries in song.duckdb: put it back beside the study"
    )


def test_mirror_that_differs_is_named_by_entry(ten):
    lines = mirror(ten).read_text().splitlines(keepends=True)
    lines[6] = lines[6][:-10] + "00000000" + lines[6][-2:]
    mirror(ten).write_text("".join(lines))
    assert refused(ten).startswith("entry 7 in song.log.jsonl is not entry 7 of song.duckdb")


def test_mirror_with_a_line_taken_out(ten):
    lines = mirror(ten).read_text().splitlines(keepends=True)
    mirror(ten).write_text("".join(lines[:3] + lines[4:]))
    assert refused(ten).startswith("entry 4 in song.log.jsonl is not entry 4 of song.duckdb")


def test_torn_last_line_is_cut_and_completed_from_the_database(ten):
    whole = mirror(ten).read_bytes()
    mirror(ten).write_bytes(whole[:-30])
    with open_study(ten) as study:
        assert study.notice == "the log mirror was completed by 1 entry after a torn line was cut off"
        assert verify(study).ok
    assert mirror(ten).read_bytes() == whole


def test_mirror_without_its_last_newline_is_completed(ten):
    whole = mirror(ten).read_bytes()
    mirror(ten).write_bytes(whole[:-1])
    with open_study(ten) as study:
        assert study.notice == "the log mirror was completed by 1 entry after a torn line was cut off"
    assert mirror(ten).read_bytes() == whole


def test_short_mirror_is_completed_from_the_database(ten):
    whole = mirror(ten).read_bytes()
    mirror(ten).write_bytes(b"".join(whole.splitlines(keepends=True)[:7]))
    with open_study(ten) as study:
        assert study.notice == "the log mirror was completed by 3 entries"
    assert mirror(ten).read_bytes() == whole


def test_torn_line_of_an_entry_that_the_database_lost_is_refused(ten, crash):
    crash(ten, 1)
    wal(ten).unlink()
    mirror(ten).write_bytes(mirror(ten).read_bytes()[:-30])
    assert refused(ten).startswith("entry 11 is in song.log.jsonl but not in song.duckdb")


def test_read_only_opening_completes_nothing_but_says_so(ten):
    whole = mirror(ten).read_bytes()
    short = b"".join(whole.splitlines(keepends=True)[:9])
    mirror(ten).write_bytes(short)
    with open_study(ten, read_only=True) as study:
        assert study.notice == "song.log.jsonl lacks the last 1 entry"
    assert mirror(ten).read_bytes() == short


def test_every_line_of_the_mirror_is_readable_json(ten):
    assert [json.loads(line)["seq"] for line in mirror(ten).read_text().splitlines()] == list(range(1, 11))
