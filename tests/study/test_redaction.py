"""Redaction: a typed name goes from database and mirror, the chain holds, and any other change is still found."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import hlh_tui
from hlh_tui.study.errors import MirrorNotWritten, ReadOnlyStudy, RedactionRefused
from hlh_tui.study.file import checkpoint, open_study
from hlh_tui.study.log import REDACTED, append, canonical_json, entries, log_rows
from hlh_tui.study.mirror import Mirror
from hlh_tui.study.models import Actor
from hlh_tui.study.recover import recover
from hlh_tui.study.redaction import explained, free_texts, redact, redactions_in, text_at
from hlh_tui.study.snapshot import take_snapshot
from hlh_tui.study.verify import verify, verify_path
from tests.study.test_verify import problems, tamper

ANNA = Actor("anna-berg", "Anna Berg")
NAME = "Zebediah Quux"


@pytest.fixture
def named(ten) -> Path:
    """Entry 11 holds a name in its reason, entry 12 copies it, entry 13 cites a note with it."""
    with open_study(ten) as study:
        append(study, ANNA, "decided", "P05", {"category": "CR", "reason": f"{NAME} told me so", "old": None})
        append(
            study, ANNA, "decided", "P05", {"category": "PR", "reason": "b", "old": {"reason": f"{NAME} told me so"}}
        )
        append(study, ANNA, "decided", "P06", {"category": "PR", "evidence": [{"kind": "note", "text": f"saw {NAME}"}]})
    return ten


def mirror_of(path: Path) -> Path:
    return path.with_name("song.log.jsonl")


def test_c19_redaction_takes_the_text_from_database_and_mirror_and_the_chain_holds(named):
    with open_study(named) as study:
        before = entries(study)
        made = redact(study, ANNA, 11, ["reason"], "a name was typed")
        after = entries(study)
        assert verify(study).problems == ()
        assert after[10].payload["reason"] == "[redacted by entry 14]"
        assert {**after[10].payload, "reason": None} == {**before[10].payload, "reason": None}
        assert [entry.hash for entry in after[:13]] == [entry.hash for entry in before]
        assert (made.action, made.patient_id, made.payload["entry"], made.payload["fields"]) == (
            "redacted",
            "P05",
            11,
            ["reason"],
        )
        assert (made.payload["entry_hash"], made.payload["reason"]) == (before[10].hash, "a name was typed")
        redact(study, ANNA, 12, ["old.reason"], "its copy")
        redact(study, ANNA, 13, ["evidence.0.text"], "cited from a note")
        assert verify(study).problems == ()
    assert NAME.encode() not in mirror_of(named).read_bytes()
    found, notice = verify_path(named)
    assert (found.ok, found.entries, notice) == (True, 16, None)


def test_the_digest_of_the_rest_is_what_the_data_format_says(named):
    with open_study(named) as study:
        said = redact(study, ANNA, 11, ["reason"], "a name").payload
        row = study.rows("SELECT * FROM log WHERE seq = 11")[0]
    rest = dict(
        zip(
            ("seq", "recorded_at", "actor", "actor_name", "action", "patient_id", "payload", "prev_hash", "hash"),
            row,
            strict=True,
        )
    )
    rest["payload"] = {**json.loads(row[6]), "reason": ""}
    assert said["rest_sha256"] == hashlib.sha256(canonical_json(rest).encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        "payload = replace(payload, '\"CR\"', '\"PR\"')",
        "payload = replace(payload, '[redacted by entry 14]', 'nothing to see')",
        "payload = replace(payload, '[redacted by entry 14]', '[redacted by entry 13]')",
        "actor_name = 'Somebody Else'",
        "recorded_at = '2020-01-01T00:00:00.000000Z'",
        "patient_id = 'P06'",
        "action = 'flagged'",
        "hash = repeat('0', 64)",
        "prev_hash = repeat('0', 64)",
    ],
)
def test_any_other_change_of_a_redacted_entry_is_found(named, change):
    with open_study(named) as study:
        redact(study, ANNA, 11, ["reason"], "a name")
    tamper(named, f"UPDATE log SET {change} WHERE seq = 11", mirror=True)
    first, said = problems(named)
    assert first == 11
    assert "entry 11" in said[0]


def test_putting_the_text_back_is_found(named):
    with open_study(named) as study:
        redact(study, ANNA, 11, ["reason"], "a name")
    tamper(
        named,
        f"UPDATE log SET payload = replace(payload, '[redacted by entry 14]', '{NAME} told me so') WHERE seq = 11",
        mirror=True,
    )
    assert problems(named) == (11, ("entry 11 was redacted by entry 14, and its text is back",))


def test_a_change_of_the_redacting_entry_is_found(named):
    with open_study(named) as study:
        redact(study, ANNA, 11, ["reason"], "a name")
    tamper(named, "UPDATE log SET payload = replace(payload, 'a name', 'no name') WHERE seq = 14", mirror=True)
    assert problems(named) == (14, ("entry 14 was changed: its content does not give its hash",))


def test_two_redactions_of_one_entry_and_one_of_a_redaction(named):
    with open_study(named) as study:
        append(study, ANNA, "query_raised", "P05", {"about": {"text": "old words"}, "question": "who is Quux?"})
        redact(study, ANNA, 14, ["question"], f"{NAME} again, foolishly")
        redact(study, ANNA, 14, ["about.text"], "and there")
        redact(study, ANNA, 15, ["reason"], "a name in the reason of a redaction")
        assert verify(study).problems == ()
        found = entries(study)
    assert found[13].payload["question"] == "[redacted by entry 15]"
    assert found[13].payload["about"] == {"text": "[redacted by entry 16]"}
    assert found[14].payload["reason"] == "[redacted by entry 17]"
    tamper(named, "UPDATE log SET payload = replace(payload, 'redacted by entry 15', 'redacted by entry 16')")
    assert problems(named)[0] == 14


def test_what_cannot_be_redacted_is_said_in_a_sentence(named):
    def refused(seq, fields, reason="a name"):
        with pytest.raises(RedactionRefused) as told:
            redact(study, ANNA, seq, fields, reason)
        return str(told.value)

    with open_study(named) as study:
        assert refused(11, ["reason"], "  ") == "a redaction needs a reason: say in a sentence why the text must go"
        assert refused(99, ["reason"]) == "there is no entry 99: the log runs from entry 1 to entry 13"
        assert refused(11, ["category"]) == "entry 11 has no text 'category' that could be redacted; it has reason"
        assert refused(1, ["reason"]) == (
            "entry 1 has no text 'reason' that could be redacted; it holds no text that somebody typed"
        )
        assert refused(11, []) == "name each field of entry 11 that must go, once; it has reason"
        assert study.head[0] == 13
        redact(study, ANNA, 11, ["reason"], "a name")
        assert refused(11, ["reason"]) == "reason of entry 11 was redacted by entry 14"
        assert study.head[0] == 14
    tamper(named, "UPDATE log SET payload = replace(payload, 'saw', 'was') WHERE seq = 13")
    with open_study(named) as study:
        assert refused(13, ["evidence.0.text"]) == (
            "entry 13 is not what was written: run hlh-tui verify before anything is redacted"
        )
    with open_study(named, read_only=True) as study, pytest.raises(ReadOnlyStudy):
        redact(study, ANNA, 12, ["reason"], "a name")


def test_a_forged_redaction_of_a_category_explains_nothing(named):
    """An entry that says it blanked a category is no redaction, whatever digest it holds."""
    with open_study(named) as study:
        row = log_rows(study)[10]
        append(
            study,
            ANNA,
            REDACTED,
            payload={"entry": 11, "fields": ["category"], "entry_hash": row[8], "rest_sha256": "0" * 64, "reason": "x"},
        )
        assert redactions_in(log_rows(study)) == {}
        assert not explained(row, redactions_in(log_rows(study)))
    tamper(named, "UPDATE log SET payload = replace(payload, '\"CR\"', '\"[redacted by entry 14]\"') WHERE seq = 11")
    assert problems(named)[0] == 11


@pytest.mark.parametrize("payload", ["[]", "{}", '{"entry": "11"}', '{"entry": true, "fields": 1}', "null", "{"])
def test_a_malformed_redaction_is_left_out(payload):
    row = (14, "t", "a", "A", REDACTED, None, payload, "", "")
    assert redactions_in([row]) == {}


def test_the_triggers_stand_after_a_redaction_and_the_log_takes_the_next_entry(named):
    with open_study(named) as study:
        redact(study, ANNA, 11, ["reason"], "a name")
        with pytest.raises(Exception, match="append-only"):
            study.connection.cursor().execute("UPDATE log SET payload = '' WHERE seq = 11").fetchall()
        append(study, ANNA, "flagged", "P05", {"note": "on we go"})
        assert verify(study).problems == ()
        checkpoint(study)
    assert verify_path(named)[0].ok


CRASH = """
import os, sys
from pathlib import Path
from hlh_tui.study import log, redaction
from hlh_tui.study.file import open_study
from hlh_tui.study.mirror import Mirror
from hlh_tui.study.models import Actor

def die(*_, **__):
    os._exit(9)

where = sys.argv[2]
study = open_study(Path(sys.argv[1]))
if where == "before the entry":
    blank = redaction.blank
    redaction.blank = lambda *given: (blank(*given), die())
elif where == "after the commit":
    log.write_mirror = die
elif where == "before the name":
    Path.replace = die
else:
    import hlh_tui.study.mirror
    hlh_tui.study.mirror.sync_folder = die
redaction.redact(study, Actor("anna-berg", "Anna Berg"), 11, ["reason"], "a name")
"""


@pytest.mark.parametrize("where", ["before the entry", "after the commit", "before the name", "after the name"])
def test_a_crash_leaves_either_everything_or_nothing(named, where):
    done = subprocess.run([sys.executable, "-c", CRASH, str(named), where], capture_output=True)
    assert done.returncode == 9, done.stderr.decode()
    with open_study(named) as study:
        assert verify(study).problems == ()
        texts = [entry.payload.get("reason") for entry in entries(study)]
    whole = mirror_of(named).read_text()
    if where == "before the entry":
        assert (len(texts), texts[10], whole.count(NAME)) == (13, f"{NAME} told me so", 3)
    else:
        assert (len(texts), texts[10], whole.count(NAME)) == (14, "[redacted by entry 14]", 2)


def test_a_mirror_that_could_not_be_written_is_redacted_with_the_next_entry(named, monkeypatch):
    with open_study(named) as study:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(Mirror, "replace", full)
            with pytest.raises(MirrorNotWritten):
                redact(study, ANNA, 11, ["reason"], "a name")
        assert mirror_of(named).read_text().count(NAME) == 3
        append(study, ANNA, "flagged", "P05", {"note": "next"})
        assert mirror_of(named).read_text().count(NAME) == 2
        assert verify(study).problems == ()
    assert sorted(each.name for each in named.parent.iterdir()) == ["song.duckdb", "song.log.jsonl"]


def test_a_redacted_mirror_can_be_recovered_and_keeps_its_permissions(named):
    mirror_of(named).chmod(0o640)
    with open_study(named) as study:
        redact(study, ANNA, 11, ["reason"], "a name")
    assert mirror_of(named).stat().st_mode & 0o777 == 0o640
    named.unlink()
    assert recover(named, ANNA).entries == 15
    with open_study(named) as study:
        assert verify(study).problems == ()
        assert entries(study)[10].payload["reason"] == "[redacted by entry 14]"


def test_a_redaction_that_only_the_mirror_still_holds_is_done_again(named, tmp_path):
    """The database is older than the mirror: its write-ahead log was lost with the redaction."""
    old = named.read_bytes()
    with open_study(named) as study:
        redact(study, ANNA, 11, ["reason"], "a name")
        append(study, ANNA, "flagged", "P05", {"note": "on"})
    named.write_bytes(old)
    assert recover(named, ANNA).entries == 16
    with open_study(named) as study:
        assert verify(study).problems == ()
        assert entries(study)[10].payload["reason"] == "[redacted by entry 14]"


def test_a_mirror_from_before_the_redaction_is_made_anew_from_the_database(named):
    """An old mirror was put back and torn: opening completes it, text and all."""
    old = mirror_of(named).read_bytes()
    with open_study(named) as study:
        redact(study, ANNA, 11, ["reason"], "a name")
    mirror_of(named).write_bytes(old[:-40])
    with open_study(named) as study:
        assert "completed" in (study.notice or "")
        assert verify(study).problems == ()
    assert mirror_of(named).read_text().count(NAME) == 2


def test_a_snapshot_of_a_redacted_study_verifies(named, tmp_path):
    with open_study(named) as study:
        redact(study, ANNA, 11, ["reason"], "a name")
    copy = take_snapshot(named, tmp_path / "copy.duckdb")
    assert verify_path(copy)[0].ok


def test_paths_lead_only_to_text():
    payload = {"a": [{"text": "x"}], "note": "n", "b": {"note": 3}, "reason": "", "odd.note": "y"}
    assert free_texts(payload) == ["a.0.text", "note"]
    assert (text_at(payload, "a.0.text"), text_at(payload, "a.1.text"), text_at(payload, "a.-1.text")) == (
        "x",
        None,
        None,
    )
    assert text_at(payload, "b.note") is None


ALTERS_LOG = re.compile(
    r"\b(UPDATE|DELETE\s+FROM|TRUNCATE(\s+TABLE)?|DROP\s+TABLE(\s+IF\s+EXISTS)?|MERGE\s+INTO|ALTER\s+TABLE|REPLACE\s+INTO)"
    r"\s+log\b",
    re.IGNORECASE,
)


def test_c1_no_other_code_changes_the_log():
    root = Path(hlh_tui.__file__).parent
    texts = {
        str(path.relative_to(root)): path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.suffix in (".py", ".sql") and "data" not in path.relative_to(root).parts
    }
    assert {name for name, text in texts.items() if ALTERS_LOG.search(text)} == {"study/redaction.py"}
    assert {name for name, text in texts.items() if re.search("DROP TRIGGER", text)} == {"study/redaction.py"}
    # A table named only when it runs could be the log: the two that write so take it from the data format.
    named_late = {name for name, text in texts.items() if re.search(r"(UPDATE|DELETE FROM|ALTER TABLE) \{", text)}
    assert named_late <= {"intake/load.py"}
