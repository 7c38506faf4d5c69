"""C14: a trail that is open to blinded readers leaks nothing of others: no name, reason, category, number or hit."""

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.errors import NotAllowed
from hlh_tui.review.trail.as_files import FORMS
from hlh_tui.review.trail.header import header_of
from hlh_tui.review.trail.models import Page, TrailFilter
from hlh_tui.review.trail.replay import ReplayRefused, replay
from hlh_tui.review.trail.replay_text import past_json, past_lines
from hlh_tui.review.trail.reviewed import review_state, sign_off
from hlh_tui.review.trail.trail import ANY, FIRST, NoEntry, count, trail, trail_entry, whole_trail
from hlh_tui.study.file import Study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor
from tests.review.small_study import MEYER
from tests.review.trail.ward_of_readers import BIANCHI, COORDINATOR, SECRETS, THIRD, ward_of_readers

STRANGER = Actor("nobody", "N. O'Body")
VARIES = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?|[0-9a-f]{64}|[0-9a-f]{12}|[0-9a-f-]{36}|ward-\w+\.duckdb"
    r"|\d+ \w+ ago|just now"
)


@pytest.fixture
def crowded(tmp_path):
    with ward_of_readers(tmp_path / "ward-crowded.duckdb") as study:
        yield study


@pytest.fixture
def alone(tmp_path):
    with ward_of_readers(tmp_path / "ward-alone.duckdb", others=False) as study:
        yield study


def everything(study: Study, actor: Actor) -> str:
    """Every answer that this person can get of trail and replay, as one text."""
    parts = [repr(trail(study, actor)), repr(trail(study, actor, page=Page(newest_first=True)))]
    parts += ["".join(make(header_of(study, actor), whole_trail(study, actor))) for make in FORMS.values()]
    numbers = [line.number for line in trail(study, actor)]  # of the whole log the last ones will do
    parts += [repr(trail_entry(study, actor, number)) for number in numbers[-12:]]
    for number in [*numbers[-12:], datetime.now(UTC).isoformat()]:
        past = replay(study, actor, str(number))
        parts += [json.dumps(past_json(past, True)), "\n".join(past_lines(past))]
    return "\n".join(parts)


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret.lower() in text.lower()]


def test_c14_a_reader_sees_their_own_entries_and_those_of_the_study(crowded):
    assert [(line.number, line.actor_name, line.sentence) for line in trail(crowded, MEYER)] == [
        (
            1,
            "C. Ordinator",
            "made the study under protocol song-2024-blinded 1.0.0, criteria locatelli-2020 1.1.0",
        ),
        (2, "C. Ordinator", "registered A. Meyer as reader"),
        (3, "A. Meyer", "decided CR for P05, high confidence"),
        (4, "A. Meyer", "asked about ferritin 640, day 14, of P05: “which unit?”"),
        (5, "A. Meyer", "revised P05 from CR to PR, high confidence"),
        (6, "C. Ordinator", "answered query 4 on P05: “µg/L, as charted”"),
        (7, "A. Meyer", "flagged P01: “odd”"),
        (8, "A. Meyer", "took back entry 7, a flag on P01"),
        (9, "C. Ordinator", "locked the study"),
        (10, "C. Ordinator", "unlocked the study"),
    ]
    assert [line.standing for line in trail(crowded, MEYER)][2:5] == [
        "decided anew in entry 5 (PR)",
        "",
        "changed since first entry 3 (CR)",
    ]


def test_c14_no_answer_to_a_reader_holds_a_word_of_others(crowded):
    assert leaks(everything(crowded, MEYER)) == []
    assert leaks(everything(crowded, STRANGER)) == []


def test_the_words_are_there_for_who_may_read_them(crowded):
    """So that the test above can fail; a vote that is not revealed stays hidden even here."""
    move_phase(crowded, COORDINATOR, "compare", "all in")
    assert set(SECRETS) - set(leaks(everything(crowded, COORDINATOR))) == {"XSECRETVOTE"}
    assert leaks(everything(crowded, THIRD)) != []


def test_c14_the_log_of_a_reader_is_the_same_whether_others_act_or_not(crowded, alone):
    """No gap, count, number or order tells how far the others are."""
    told = [VARIES.sub("#", everything(study, MEYER)).splitlines() for study in (crowded, alone)]
    for of_crowded, of_alone in zip(*told, strict=True):
        assert of_crowded == of_alone


@pytest.mark.parametrize(
    "wanted",
    [
        TrailFilter(by="bianchi"),
        TrailFilter(by=BIANCHI.id),
        TrailFilter(search="XSECRETREASON"),
        TrailFilter(search="XSECRETCATEGORY"),
        TrailFilter(search="XSECRETHEAD"),
        TrailFilter(action="voted"),
        TrailFilter(action="signature"),
        TrailFilter(action="beamed_up"),
        TrailFilter(case="P02"),
    ],
)
def test_c14_a_filter_finds_nothing_of_others(crowded, wanted):
    assert trail(crowded, MEYER, wanted) == ()
    assert count(crowded, MEYER, wanted) == 0


def test_a_search_does_not_find_what_is_hidden_in_an_entry_that_is_shown(crowded):
    """The move to another phase is shown, how many reads were missing is not, nor by a search for the number."""
    append(
        crowded, COORDINATOR, "phase_moved", None, {"old": "read", "new": "compare", "reason": "go", "missing": 4711}
    )
    assert [line.sentence for line in trail(crowded, MEYER, TrailFilter(search="phase compare"))] == [
        "moved the study from phase read to phase compare"
    ]
    assert trail(crowded, MEYER, TrailFilter(search="4711")) == ()


def test_filters_and_pages_of_a_reader_keep_their_own_numbers(crowded):
    def numbers(wanted=ANY, page=FIRST):
        return [line.number for line in trail(crowded, MEYER, wanted, page)]

    assert numbers(TrailFilter(case="p05")) == [3, 4, 5, 6]
    assert numbers(TrailFilter(by="meyer", action="decision")) == [3, 5]
    assert numbers(TrailFilter(search="unit")) == [4]
    assert numbers(page=Page(3, newest_first=True)) == [10, 9, 8]
    assert numbers(page=Page(3, beyond=8, newest_first=True)) == [7, 6, 5]
    assert numbers(TrailFilter(search="p05"), Page(2, beyond=4)) == [5, 6]
    assert numbers(TrailFilter(search="p05"), Page(2, beyond=6, newest_first=True)) == [5, 4]


def test_an_entry_of_others_is_not_there_under_any_number(crowded):
    whole = crowded.head[0]
    for number in (0, -1, 11, whole, whole + 1):
        with pytest.raises(NoEntry):
            trail_entry(crowded, MEYER, number)
    entry = trail_entry(crowded, MEYER, 5)
    assert entry.payload["old"]["seq"] == 3
    assert entry.prev_hash == ""
    with pytest.raises(ReplayRefused, match="there is no entry 11; they run from 1 to 10"):
        replay(crowded, MEYER, "11")


def test_a_hidden_repeat_is_not_shown_to_the_reader_who_was_given_it(crowded):
    """It would tell which case was given twice."""
    repeat = append(
        crowded, MEYER, "decided", "P02", {"role": "repeat", "category": "NR", "reason": "a", "old": None}
    ).seq
    append(crowded, MEYER, "undone", "P02", {"undoes": repeat, "undone": "decided"})
    append(
        crowded, MEYER, "signed", "P02", {"decision": {"seq": repeat}, "meaning": "mine", "printed_name": "A. Meyer"}
    )
    cases = [{"case": "C1", "patient_id": "P02", "repeat": True}]
    append(
        crowded,
        COORDINATOR,
        "cases_dealt",
        None,
        {"reader": {"id": MEYER.id, "name": MEYER.name}, "seed": 3, "pack_id": "k9", "cases": cases},
    )
    assert count(crowded, MEYER) == 11
    last = trail_entry(crowded, MEYER, 11)
    assert last.line.sentence == "dealt cases to A. Meyer for pack k9"
    assert "cases" not in last.payload
    assert "seed" not in last.payload


def test_what_came_from_a_pack_tells_neither_its_numbers_nor_which_case_was_given_twice(crowded):
    dealt = [
        {"case": "C03", "patient_id": "P02", "repeat": False},
        {"case": "C14", "patient_id": "P02", "repeat": True},
    ]
    reader = {"id": MEYER.id, "name": MEYER.name}
    append(crowded, COORDINATOR, "cases_dealt", None, {"reader": reader, "seed": 3, "pack_id": "k9", "cases": dealt})
    about = {"text": "ferritin", "day": 3.0}

    def origin(code):
        at = "2026-11-23T04:44:17.120000Z"
        return {
            "id": "k9",
            "seq": 47_114_711_471,
            "hash": "aa",
            "prev_hash": "bb",
            "recorded_at": at,
            "case": code,
            "was": {},
        }

    for code in ("C03", "C14"):
        append(
            crowded, MEYER, "query_raised", "P02", {"about": about, "question": f"from {code}?", "pack": origin(code)}
        )
    append(crowded, MEYER, "flagged", "P02", {"note": "twice", "role": "repeat", "pack": origin("C14")})
    append(crowded, MEYER, "pack_entry", None, {"action": "beamed_up", "payload": {}, "pack": origin(None)})
    lines = trail(crowded, MEYER)[10:]
    assert [line.sentence for line in lines] == [
        "dealt cases to A. Meyer for pack k9",
        "asked about ferritin, day 3, of P02: “from C03?”; recorded in pack k9 at 2026-11-23 04:44:17 UTC",
    ]
    told = everything(crowded, MEYER)
    assert [word for word in ("C14", "47114711471", "twice") if word in told] == []


def test_a_redaction_of_their_own_entry_is_shown_under_their_own_number(crowded):
    ((seq,),) = crowded.rows("SELECT seq FROM log WHERE actor = 'a-meyer' AND action = 'flagged'")
    append(crowded, COORDINATOR, "locked", "P05", {"reason": "x"})
    append(
        crowded,
        COORDINATOR,
        "redacted",
        "P01",
        {"entry": seq, "fields": ["note"], "entry_hash": "aa", "rest_sha256": "bb", "reason": "a name"},
    )
    assert trail(crowded, MEYER)[-1].sentence.startswith("took note out of entry 7;")


def test_replay_shows_a_reader_their_own_past(crowded):
    past = replay(crowded, MEYER, "4")
    assert (past.number, past.whole, past.phase) == (4, False, "read")
    assert [(case.patient_id, case.final) for case in past.cases] == [("P05", None)]
    assert [(one.number, one.category) for one in past.cases[0].decisions] == [(3, "CR")]
    assert [(one.number, one.words) for one in past.cases[0].marks] == [(4, "which unit?")]
    assert [person.id for person in past.people] == ["c-ordinator", "a-meyer"]
    assert past.locks == ()


@pytest.mark.parametrize(
    ("phase", "whole"),
    [
        ("read", set()),
        ("compare", {COORDINATOR.id}),
        ("consensus", {COORDINATOR.id}),
        ("open", {COORDINATOR.id, THIRD.id, MEYER.id}),
    ],
)
def test_c14_who_reads_the_whole_log_in_which_phase(crowded, phase, whole):
    for step in ("compare", "consensus", "open"):
        if phase == "read":
            break
        move_phase(crowded, COORDINATOR, step, "on")
        if step == phase:
            break
    entries = crowded.head[0]
    seen = {one.id for one in (COORDINATOR, THIRD, MEYER, STRANGER) if count(crowded, one) == entries}
    assert seen == whole
    for one in (COORDINATOR, MEYER):
        if one.id in whole:
            assert review_state(crowded, one).upto == 30
        else:
            with pytest.raises(NotAllowed):
                review_state(crowded, one)
            with pytest.raises(NotAllowed):
                sign_off(crowded, one, "looked")


def test_a_vote_stays_hidden_from_everybody_until_the_votes_are_revealed(crowded):
    """Who may read the whole log may be a member of the meeting, too."""
    for step in ("compare", "consensus"):
        move_phase(crowded, COORDINATOR, step, "on")
    vote = append(crowded, BIANCHI, "voted", "P01", {"meeting": "m2", "category": "NE", "note": "XVOTE"}).seq
    entry = trail_entry(crowded, COORDINATOR, vote)
    assert entry.line.sentence == "voted on P01, hidden until the votes are revealed"
    assert "category" not in entry.payload
    for one in (COORDINATOR, THIRD):
        assert trail(crowded, one, TrailFilter(search="XVOTE")) == ()
        assert "XVOTE" not in everything(crowded, one)
    append(crowded, THIRD, "votes_revealed", "P01", {"meeting": "m2", "reason": "everybody", "missing": []})
    assert trail_entry(crowded, COORDINATOR, vote).line.sentence == "voted NE on P01: “XVOTE”"


def test_c14_the_command_line_leaks_nothing_either(tmp_path, capsys, monkeypatch):
    path = tmp_path / "ward-crowded.duckdb"
    ward_of_readers(path).close()
    monkeypatch.setenv("HLH_TUI_READER", "A. Meyer")
    said = []
    for words in (
        ["log", str(path)],
        ["log", str(path), "--json"],
        ["log", str(path), "--jsonl"],
        ["log", str(path), "--csv"],
        ["log", str(path), "--html"],
        ["log", str(path), "-o", str(tmp_path / "log.html")],
        ["log", str(path), "--by", "nobody"],
        ["log", str(path), "--reviewed", "looked"],
        ["replay", str(path), "--at", "5"],
        ["replay", str(path), "--at", "40", "--json"],
        ["redact", str(path), "8", "--field", "reason", "--reason", "a name"],
    ):
        main(words)
        said.append("".join(capsys.readouterr()))
    said.append((tmp_path / "log.html").read_text())
    assert leaks("".join(said)) == []
    assert "only a coordinator may redact personal data, and A. Meyer is a reader" in said[-2]
    assert Path(path).exists()


def test_nothing_that_is_shown_to_a_reader_names_a_number_beyond_their_own(crowded):
    """Numbers of the whole log would tell how many entries others made."""
    for line in trail(crowded, MEYER):
        entry = trail_entry(crowded, MEYER, line.number)
        numbers = {
            int(found)
            for found in re.findall(r"\"(?:seq|undoes|redoes|query|entry)\": (\d+)", json.dumps(asdict(entry)))
        }
        assert all(number <= 10 for number in numbers)
