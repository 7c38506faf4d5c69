"""C5 the trail cannot be switched off, C6 tampering is named, C7 a log cut short or made anew is found."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import duckdb
import pytest

from hlh_tui.cli import VERBS
from hlh_tui.protocol.errors import HlhError
from hlh_tui.protocol.load import STUDIES, adopt, read_bundled, study_protocol
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries, log_rows
from tests.controls.conftest import Run
from tests.controls.test_c01_to_c03_append_only import program_texts
from tests.review.packs import blinded as packs
from tests.review.small_study import log_import
from tests.study.test_tampering import Row, Rows, hashed_anew, numbered, put, with_

# C5

ENVIRONMENT = {
    "HLH_TUI_READER": "who is at the keyboard",
    "HLH_TUI_ASCII": "plain ASCII on the screen",
    "HLH_TUI_TRACE": "the trace of a fault of the program",
    "XDG_CONFIG_HOME": "where readers' keys lie",
    "MPLBACKEND": "set for figures, not read",
}
"""Every variable that the program looks at, and what for: none of them concerns the log."""
ABOUT_THE_LOG = re.compile(r"log|audit|trail|trigger|chain|mirror|journal|record")


def test_c05_no_variable_option_or_protocol_key_switches_the_trail_off() -> None:
    texts = program_texts()
    named = {
        name for text in texts.values() for name in re.findall(r"\"(HLH_TUI_[A-Z]+|XDG_[A-Z_]+|MPL[A-Z]+)\"", text)
    }
    assert named == set(ENVIRONMENT)
    reading = [text for text in texts.values() for _ in re.findall(r"environ|getenv", text)]
    assert len(reading) == 5, "another place reads the environment: see what for, and whether the log depends on it"
    for verb in VERBS:
        parser = argparse.ArgumentParser()
        import_module(f"hlh_tui.cli.{verb}_verb").add_arguments(parser)
        options = [option for action in parser._actions for option in action.option_strings]
        assert [option for option in options if ABOUT_THE_LOG.search(option)] == [], verb
    text = read_bundled(STUDIES, "song-2024").toml
    for more in ("[log]\nenabled = false\n", "[audit]\nmode = 'off'\n"):
        with pytest.raises(HlhError, match=r"log|audit"):
            study_protocol(adopt(f"{text}\n{more}", "silent"))


def test_c05_whatever_the_environment_says_a_decision_is_logged(
    run: Run, life: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HLH_TUI_LOG", "HLH_TUI_AUDIT", "HLH_TUI_NO_LOG", "HLH_TUI_TRACE", "DUCKDB_NO_TRIGGERS"):
        monkeypatch.setenv(name, "0")
    before = len((tmp_path / "life" / "song.log.jsonl").read_text().splitlines())
    assert run("cut", life, "second", "--reason", "a second look", "--reader", "C. Chair")[0] == 0
    assert len((tmp_path / "life" / "song.log.jsonl").read_text().splitlines()) == before + 1


def test_c05_triggers_that_somebody_removed_are_put_back_and_the_log_says_so(run: Run, life: Path) -> None:
    connection = duckdb.connect(life)
    for name in ("log_no_update", "log_no_delete"):
        connection.execute(f"DROP TRIGGER {name} ON log")
    connection.close()
    code, out, err = run("verify", life)
    assert code == 1
    assert "the trigger log_no_update that keeps the log append-only was missing and has been put back" in out
    assert "were missing; they were put back and the log says so" in err
    with open_study(life) as study:
        last = entries(study)[-1]
        assert (last.action, last.actor) == ("triggers_restored", "hlh-tui")
        assert last.payload["missing"] == ["log_no_update", "log_no_delete"]
        with pytest.raises(Exception, match="append-only"):
            study.connection.cursor().execute("DELETE FROM log").fetchall()
    code, out, _ = run("log", life, "--action", "triggers", "--reader", "C. Chair")
    assert "put back the triggers that keep the log append-only: log_no_update and log_no_delete" in out


def test_c05_without_its_mirror_the_study_does_not_go_on(run: Run, life: Path) -> None:
    life.with_name("song.log.jsonl").unlink()
    code, _, err = run("cut", life, "second", "--reason", "a second look", "--reader", "C. Chair")
    assert code != 0
    assert "song.log.jsonl is missing, the mirror of the " in err


# C6


def flipped(rows: Rows, at: int) -> Rows:
    """One character of the entry is another one."""
    text = rows[at - 1][6]
    place = len(text) // 2
    other = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
    return [with_(row, payload=other) if row[0] == at else row for row in rows]


def deleted(rows: Rows, at: int) -> Rows:
    return [row for row in rows if row[0] != at]


def inserted(rows: Rows, at: int) -> Rows:
    return numbered([*rows[: at - 1], with_(rows[at - 1], actor_name="Somebody Else"), *rows[at - 1 :]])


def swapped(rows: Rows, at: int) -> Rows:
    here: list[Row] = list(rows)
    here[at - 1], here[at] = here[at], here[at - 1]
    return numbered(here)


@pytest.fixture(scope="module")
def rows(once: Path) -> Rows:
    with open_study(once / "song.duckdb", read_only=True) as study:
        return log_rows(study)


@pytest.mark.parametrize("kind", [flipped, deleted, inserted, swapped])
@pytest.mark.parametrize("at", [2, 11, 24])
@pytest.mark.parametrize("mirror", [False, True], ids=["in the database", "in the mirror as well"])
def test_c06_verify_names_the_first_entry_that_is_not_what_was_written(
    run: Run, life: Path, rows: Rows, kind: Callable[[Rows, int], Rows], at: int, mirror: bool
) -> None:
    put(life, kind(rows, at), mirror=mirror)
    code, out, _ = run("verify", life, *(("--json",) if mirror else ()))
    assert code == 1
    assert re.search(rf"entry {at}\b", out)
    if mirror:
        assert (json.loads(out)["ok"], json.loads(out)["first_bad_seq"]) == (False, at)
    else:
        assert f"the check did NOT hold; the first bad entry is {at}\n" in out


def test_c06_an_untouched_study_holds(run: Run, life: Path, rows: Rows) -> None:
    code, out, err = run("verify", life)
    assert (code, err) == (0, "")
    assert out == f"song.duckdb: {len(rows)} entries in the log, unbroken and equal to the mirror; head {rows[-1][8]}\n"


def test_c06_a_chart_that_was_changed_with_another_program_is_named_by_its_import(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "demo.duckdb"
    assert run("demo", "--no-app", path, "--reader", "C. Chair")[0] == 0
    assert run("verify", path)[0] == 0
    connection = duckdb.connect(path)
    row = "rowid = (SELECT min(rowid) FROM observation WHERE analyte = 'ferritin')"
    ((patient,),) = connection.execute(f"SELECT patient_id FROM observation WHERE {row}").fetchall()
    connection.execute(f"UPDATE observation SET value = 400 WHERE {row}")
    connection.close()
    code, out, _ = run("verify", path)
    assert code == 1
    assert "the check did NOT hold; the first bad entry is 2\n" in out
    assert (
        "  - the charts that entry 2 imported are not as it wrote them: 1 row of observations changed"
        f" ({patient}); put a backup in its place, or import the files anew into a new study\n"
    ) in out


# C7

ANCHORS = ("export", "final.json", "certificate.txt", "certificate.json", "backup.duckdb")


def other_words(rows: Rows) -> Rows:
    """The first decision says another category."""
    at = next(place for place, row in enumerate(rows) if row[4] == "decided")
    changed = rows[at][6].replace('"category":"CR"', '"category":"NR"', 1)
    return [*rows[:at], with_(rows[at], payload=changed), *rows[at + 1 :]]


def unsigned(rows: Rows) -> Rows:
    """The rows without what names earlier entries by their hash, which would give a rebuilt log away by itself."""
    naming = ("signed", "cut_made", "trail_reviewed", "redacted")
    return numbered([row for row in rows if row[4] not in naming])


@pytest.mark.parametrize("anchor", ANCHORS)
def test_c07_a_log_cut_short_or_made_anew_is_found_against_what_was_kept_elsewhere(
    run: Run, life: Path, rows: Rows, anchor: str
) -> None:
    against = life.with_name(anchor)
    assert run("verify", life, "--against", against)[0] == 0
    cut = next(row[0] for row in rows if row[4] == "signed") - 1
    put(life, rows[:cut], mirror=True)
    assert run("verify", life)[0] == 0, "alone, a log without its end looks whole"
    code, out, _ = run("verify", life, "--against", against)
    assert code == 1
    assert f"the first bad entry is {cut + 1}" in out
    assert f"entries {cut + 1} to " in out
    assert "missing at the end of the log" in out
    put(life, hashed_anew(other_words(unsigned(rows))), mirror=True)
    assert run("verify", life)[0] == 0, "alone, a log hashed anew as a whole looks unbroken"
    code, out, _ = run("verify", life, "--against", against)
    assert code == 1
    assert "the log was rewritten since" in out or "missing at the end of the log" in out


def test_c07_signatures_and_cuts_in_a_rebuilt_log_give_it_away_by_themselves(run: Run, life: Path, rows: Rows) -> None:
    put(life, hashed_anew(other_words(rows)), mirror=True)
    code, out, _ = run("verify", life)
    assert code == 1
    assert "(the cut 'final') names entry" in out
    assert "the signature in entry" in out


def test_c07_a_return_shows_that_what_its_reader_sent_is_no_longer_in_the_log(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    with packs.blinded_study(path) as study:
        log_import(study)
        mine = packs.unpacked(study, packs.MEYER, tmp_path / "m")
        packs.read_all(mine, packs.MEYER)
        with open_study(mine, read_only=True) as pack:
            kept = write_return(pack).file
        merge(study, packs.COORDINATOR, [kept])
        whole = log_rows(study)
    assert run("verify", path, "--against", kept)[0] == 0
    merged = [row[0] for row in whole if '"pack":{' in row[6] and row[4] == "decided"]
    put(path, whole[: merged[0] - 1], mirror=True)
    assert run("verify", path)[0] == 0
    code, out, _ = run("verify", path, "--against", kept)
    assert code == 1
    assert f"of log.jsonl in {kept.name}" in out or f"of {kept.name} the log does not hold entry 2 (decided)" in out
    other = [
        with_(row, payload=row[6].replace('"category":"CR"', '"category":"NR"')) if row[0] == merged[0] else row
        for row in whole
    ]
    put(path, hashed_anew(other), mirror=True)
    code, out, _ = run("verify", path, "--against", kept)
    assert code == 1
    assert f"entry {merged[0]} is not what entry 2 of the pack of A. Meyer says" in out
