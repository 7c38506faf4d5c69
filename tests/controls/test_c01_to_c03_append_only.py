"""C1 append-only, C2 what every entry holds and that the log alone gives the state, C3 creation is logged too."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hlh_tui
from hlh_tui.review.decide import decide
from hlh_tui.review.marks import flag, unflag
from hlh_tui.review.models import Decision
from hlh_tui.review.state import current_decisions, final_categories, flags
from hlh_tui.review.trail.redact import redact
from hlh_tui.review.trail.replay import replay
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import canonical_json, entries, log_rows
from hlh_tui.study.models import Entry
from hlh_tui.study.verify import verify
from tests.controls.conftest import Run
from tests.review.conduct.blinded import LANG, MEYER
from tests.review.small_study import small_study

ALTERS = re.compile(
    r"\b(UPDATE|DELETE\s+FROM|TRUNCATE(\s+TABLE)?|DROP\s+TABLE(\s+IF\s+EXISTS)?|MERGE\s+INTO|ALTER\s+TABLE"
    r"|(INSERT\s+OR\s+)?REPLACE\s+INTO)\s+(\w+\.)?\"?log\b",
    re.IGNORECASE,
)
REACHES_ANY_TABLE = re.compile(r"\b(UPDATE|DELETE FROM|ALTER TABLE|DROP TABLE|TRUNCATE)\s+\{", re.IGNORECASE)


def program_texts() -> dict[str, str]:
    root = Path(hlh_tui.__file__).parent
    files = (path for path in root.rglob("*") if path.suffix in (".py", ".sql"))
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in files}


def test_c01_one_file_of_the_program_changes_a_log_row_and_it_is_the_redaction_of_c19() -> None:
    texts = program_texts()
    assert {name for name, text in texts.items() if ALTERS.search(text)} == {"study/redaction.py"}
    assert {name for name, text in texts.items() if re.search("DROP TRIGGER", text)} == {"study/redaction.py"}
    assert len(ALTERS.findall(texts["study/redaction.py"])) == 1
    assert "UPDATE log SET payload = ? WHERE seq = ? AND hash = ?" in texts["study/redaction.py"]
    # Where the table is named only at run time: charts of an import, never the log.
    assert {name for name, text in texts.items() if REACHES_ANY_TABLE.search(text)} <= {"intake/load.py"}


CHANGES = (
    "UPDATE log SET actor_name = 'Somebody Else' WHERE seq = 2",
    "UPDATE log SET payload = '{}'",
    "DELETE FROM log WHERE seq = 2",
    "DELETE FROM log",
    "TRUNCATE log",
    "INSERT OR REPLACE INTO log SELECT seq, recorded_at, 'x', 'X', action, NULL, '{}', '', '' FROM log WHERE seq = 2",
    "INSERT INTO log SELECT * FROM log WHERE seq = 2 ON CONFLICT DO UPDATE SET actor = 'x'",
    "MERGE INTO log USING (SELECT 2 AS seq) AS gone ON log.seq = gone.seq WHEN MATCHED THEN DELETE",
)


def test_c01_the_database_refuses_to_change_or_remove_an_entry(tmp_path: Path) -> None:
    with small_study(tmp_path / "small.duckdb") as study:
        decide(study, MEYER, Decision("P01", "CR", "fever gone"))
        before = log_rows(study)
        for statement in CHANGES:
            with pytest.raises(Exception, match=r"append-only|not supported on tables with triggers"):
                study.connection.cursor().execute(statement).fetchall()
            assert log_rows(study) == before, statement
        assert verify(study).ok


def test_c01_every_act_leaves_the_entries_before_it_as_they_were(tmp_path: Path) -> None:
    with small_study(tmp_path / "small.duckdb") as study:
        before = log_rows(study)
        for act in (
            lambda: decide(study, MEYER, Decision("P01", "CR", "fever gone")),
            lambda: decide(study, MEYER, Decision("P01", "PR", "the spleen stayed")),
            lambda: undo(study, MEYER, reason="wrong case"),
            lambda: redo(study, MEYER),
            lambda: flag(study, MEYER, "P02", "odd"),
            lambda: unflag(study, MEYER, "P02"),
            lambda: undo(study, MEYER),
        ):
            act()
            after = log_rows(study)
            assert after[:-1] == before
            before = after
        redact(study, MEYER, 2, ["reason"], "a name was typed")
        after = log_rows(study)
        # The one exception: of the redacted entries the text went; number, links, hash and everything else stayed.
        assert len(after) > len(before)
        assert [(row[:6], row[7:]) for row in after[: len(before)]] == [(row[:6], row[7:]) for row in before]
        assert [row[0] for row, old in zip(after, before, strict=False) if row != old] == [2, 3]


# C2

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
HASH = re.compile(r"[0-9a-f]{64}")
REPLACES = {
    "decided": ("category", "reason"),
    "person_registered": ("role", "reason"),
    "person_withdrawn": ("reason",),
    "phase_moved": ("new", "reason"),
    "unlocked": ("reason",),
}
"""Action that can change something -> where its entry says the new value and why, beside ``old``."""


def test_c02_every_entry_says_when_who_what_and_with_which_program(life: Path) -> None:
    with open_study(life, read_only=True) as study:
        found = entries(study)
        documents = {row[0] for row in study.rows("SELECT hash FROM protocol")}
    assert len({entry.action for entry in found}) > 20
    assert [entry.seq for entry in found] == list(range(1, len(found) + 1))
    times = [entry.recorded_at for entry in found]
    assert all(TIME.fullmatch(each) for each in times)
    assert times == sorted(times)
    for entry in found:
        assert entry.actor
        assert entry.actor_name != entry.actor, "a printed name stands beside the id"
        assert entry.payload["app_version"] == hlh_tui.__version__
        assert re.fullmatch(r"[0-9a-f]{12}", entry.payload["session"])
        assert {entry.payload["protocol_hash"], entry.payload["criteria_hash"]} == documents
        assert HASH.fullmatch(entry.hash)


def test_c02_every_change_says_old_new_and_why(life: Path) -> None:
    with open_study(life, read_only=True) as study:
        found = entries(study)
    changed = [entry for entry in found if entry.action in REPLACES and entry.payload["old"] is not None]
    assert {entry.action for entry in changed} == set(REPLACES)
    for entry in changed:
        for name in REPLACES[entry.action]:
            assert entry.payload[name], (entry.seq, name)
    revised = next(entry for entry in changed if entry.action == "decided")
    old = {name: revised.payload["old"][name] for name in ("category", "day", "confidence", "reason")}
    assert old == {"category": "CR", "day": 7.0, "confidence": "high", "reason": "fever gone by day 2"}
    assert (revised.payload["category"], revised.payload["reason"]) == ("PR", "the spleen stayed enlarged")
    (back,) = [entry for entry in found if entry.action == "undone"]
    assert (back.payload["undone"], back.payload["reason"]) == ("decided", "wrong case")
    assert found[back.payload["undoes"] - 1].payload["category"] == "NR"


ACTS = st.lists(
    st.tuples(
        st.sampled_from(("decide", "decide", "decide", "undo", "redo", "flag", "unflag")),
        st.sampled_from((MEYER, LANG)),
        st.sampled_from(("P01", "P02", "P05")),
        st.sampled_from(("CR", "PR", "NR")),
    ),
    max_size=10,
)
State = tuple[dict[tuple[str, str], tuple[int, str]], dict[tuple[str, str], str]]


def told_by(log: tuple[Entry, ...]) -> State:
    """Decisions in force and flags, folded from the entries by a rule written down again here."""
    gone = {}
    for entry in log:
        if entry.action in ("undone", "redone"):
            gone[entry.payload.get("undoes") or entry.payload["redoes"]] = entry.action == "undone"
    decisions: dict[tuple[str, str], tuple[int, str]] = {}
    marks: dict[tuple[str, str], str] = {}
    for entry in log:
        if gone.get(entry.seq) or entry.patient_id is None:
            continue
        slot = (entry.actor, entry.patient_id)
        if entry.action == "decided":
            decisions[slot] = (entry.seq, entry.payload["category"])
        elif entry.action == "flagged":
            marks[slot] = entry.payload["note"]
        elif entry.action == "unflagged":
            marks.pop(slot, None)
    return decisions, marks


def stands(study: Study) -> State:
    decisions = {(one.reader, one.patient_id): (one.seq, one.category) for one in current_decisions(study)}
    return decisions, {(one.reader, one.patient_id): one.note for one in flags(study)}


def act_in(study: Study, kind: str, reader: Any, case: str, category: str) -> None:
    if kind == "decide":
        decide(study, reader, Decision(case, category, f"{category} it is"), reveals=False)
    elif kind == "undo":
        undo(study, reader, reason="a slip")
    elif kind == "redo":
        redo(study, reader)
    elif kind == "flag":
        flag(study, reader, case, category)
    elif any(mark.reader == reader.id for mark in flags(study, case)):
        unflag(study, reader, case)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return small_study(tmp_path_factory.mktemp("scratch") / "small.duckdb")


@settings(max_examples=12)
@given(acts=ACTS)
def test_c02_the_log_alone_gives_the_state_after_any_edits(scratch: Study, acts: list[Any]) -> None:
    """The study goes on from example to example: every example is a longer life of the same log."""
    for act in acts:
        act_in(scratch, *act)
    log = entries(scratch)
    assert stands(scratch) == told_by(log)
    past = replay(scratch, MEYER, str(len(log)))
    final = {one.patient_id: (one.category, one.source) for one in final_categories(scratch).values()}
    assert {case.patient_id: (case.final.category, case.final.source) for case in past.cases if case.final} == final
    middle = len(log) // 2 + 1
    then = replay(scratch, MEYER, str(middle))
    decided = {
        (one.reader, case.patient_id): (one.number, one.category) for case in then.cases for one in case.decisions
    }
    assert decided == told_by(log[:middle])[0]


# C3


def test_c03_a_first_decision_is_an_entry_whose_old_is_null(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "small.duckdb"
    small_study(path).close()
    assert run("decide", path, "P05", "CR", "--reader", "A. Meyer")[0] == 0
    (row,) = [json.loads(line) for line in (tmp_path / "small.log.jsonl").read_text().splitlines()[1:]]
    assert (row["action"], row["patient_id"], row["payload"]["category"]) == ("decided", "P05", "CR")
    assert "old" in row["payload"]
    assert row["payload"]["old"] is None
    assert run("decide", path, "P05", "PR", "--reader", "A. Meyer", "--reason", "the spleen")[0] == 0
    code, out, _ = run("log", path, "--json", "--reader", "A. Meyer")
    assert code == 0
    first, second = json.loads(out)["trail"][1:]
    assert [change for change in first["changes"] if change["field"] == "category"] == [
        {"field": "category", "old": None, "new": "CR"}
    ]
    assert {"field": "category", "old": "CR", "new": "PR"} in second["changes"]


def test_c03_what_comes_into_being_is_logged_with_what_it_was_made_of(life: Path) -> None:
    with open_study(life, read_only=True) as study:
        found = entries(study)
        protocol, criteria = study.protocol_document, study.criteria_document
    first = {entry.action: entry for entry in reversed(found)}
    assert (found[0].action, found[0].payload["protocol"]["toml"]) == ("study_created", protocol.toml)
    assert found[0].payload["criteria"]["hash"] == criteria.hash
    assert first["charts_imported"].seq == 2
    assert first["person_registered"].payload["old"] is None
    assert first["query_raised"].payload["question"] == "is this ng/mL?"
    assert canonical_json(first["locked"].payload["old"]) == "null"
