"""A consensus meeting: votes that nobody sees before the reveal, discussion, and what is settled in the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.review.conduct.people import withdraw
from hlh_tui.review.consensus.consensus_json import minutes_json
from hlh_tui.review.consensus.differences import NotCompared
from hlh_tui.review.consensus.meeting import (
    MeetingRefused,
    discuss,
    expected_members,
    meeting_today,
    possible_members,
    reveal_votes,
    vote,
    waiting_for,
)
from hlh_tui.review.consensus.minutes import agreement_of, minutes
from hlh_tui.review.consensus.minutes_text import agreement_words, minutes_in
from hlh_tui.review.consensus.rounds import hidden_round, last_round, standing_votes
from hlh_tui.review.consensus.settle import Settlement, settle
from hlh_tui.review.errors import NotAllowed
from hlh_tui.study.file import Study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from tests.review.consensus.panel import COORDINATOR, THIRD, WATCHER, advance, blinded_study, read
from tests.review.small_study import BIANCHI, MEYER

BRANDT = Actor("b-brandt", "B. Brandt")


@pytest.fixture
def disagreed(study: Study) -> Study:
    read(study, MEYER, "P05", "CR", day=14)
    read(study, BIANCHI, "P05", "NR")
    return study


def test_votes_are_revealed_with_the_last_one_expected(disagreed: Study) -> None:
    day_before = meeting_today()
    first = vote(disagreed, MEYER, "P05", "PR", "ferritin halved")
    assert first.meeting in (day_before, meeting_today())  # it may be midnight
    assert (first.revealed, first.waiting) == (False, ("L. Bianchi",))
    assert waiting_for(disagreed, "P05") == ("L. Bianchi",)
    assert hidden_round(disagreed, "P05") is not None
    second = vote(disagreed, BIANCHI, "P05", "NR")
    assert (second.revealed, second.waiting) == (True, ())
    found = last_round(disagreed, "P05")
    assert found is not None
    assert [(one.member_name, one.category, one.note) for one in found.blind] == [
        ("A. Meyer", "PR", "ferritin halved"),
        ("L. Bianchi", "NR", ""),
    ]
    assert [entry.action for entry in entries(disagreed)][-3:] == ["voted", "voted", "votes_revealed"]
    assert entries(disagreed)[-1].payload["missing"] == []


def test_no_view_shows_a_vote_before_the_reveal(disagreed: Study) -> None:
    vote(disagreed, MEYER, "P05", "IMP", "a secret note")
    found = minutes(disagreed, BIANCHI)
    shown = [minutes_in(found, form) for form in ("text", "markdown", "html")] + [json.dumps(minutes_json(found))]
    for text in shown:
        assert "A. Meyer" in text
        assert "IMP" not in text
        assert "a secret note" not in text


def test_a_vote_can_be_changed_until_it_is_revealed(disagreed: Study) -> None:
    vote(disagreed, MEYER, "P05", "PR")
    vote(disagreed, MEYER, "P05", "IMP")
    vote(disagreed, BIANCHI, "P05", "NR")
    found = last_round(disagreed, "P05")
    assert found is not None
    assert [one.category for one in found.blind] == ["IMP", "NR"]
    vote(disagreed, BIANCHI, "P05", "IMP", "convinced")
    found = last_round(disagreed, "P05")
    assert found is not None
    assert [one.category for one in found.blind] == ["IMP", "NR"]
    assert [(one.member_name, one.category) for one in standing_votes(found)] == [
        ("A. Meyer", "IMP"),
        ("L. Bianchi", "IMP"),
    ]


def test_the_chair_may_reveal_earlier_with_a_reason(disagreed: Study) -> None:
    with pytest.raises(MeetingRefused, match="P05 has no hidden votes: nobody has voted yet"):
        reveal_votes(disagreed, MEYER, "P05", "waiting too long")
    vote(disagreed, MEYER, "P05", "PR")
    with pytest.raises(MeetingRefused, match=r"without L\. Bianchi needs a reason"):
        reveal_votes(disagreed, MEYER, "P05", " ")
    reveal_votes(disagreed, MEYER, "P05", "L. Bianchi is ill")
    payload = entries(disagreed)[-1].payload
    assert (payload["reason"], payload["missing"]) == ("L. Bianchi is ill", ["L. Bianchi"])
    with pytest.raises(MeetingRefused, match="its votes are revealed already"):
        reveal_votes(disagreed, MEYER, "P05", "again")


def test_a_case_is_discussed_after_the_reveal_and_settled_after_that(disagreed: Study) -> None:
    with pytest.raises(MeetingRefused, match="P05 is discussed once its votes are revealed"):
        discuss(disagreed, MEYER, "P05", "too early")
    vote(disagreed, MEYER, "P05", "PR")
    with pytest.raises(NotCompared, match="votes on P05 are still hidden"):
        settle(disagreed, MEYER, Settlement("P05", "new", "edge", "Agreed.", category="PR"))
    with pytest.raises(MeetingRefused, match="P05 is discussed once"):
        discuss(disagreed, MEYER, "P05", "too early")
    vote(disagreed, BIANCHI, "P05", "NR")
    with pytest.raises(MeetingRefused, match="the note on P05 is empty"):
        discuss(disagreed, MEYER, "P05", " ")
    discuss(disagreed, MEYER, "P05", "The ferritin of day 14 was overlooked.")
    settle(disagreed, MEYER, Settlement("P05", "new", "reader_error", "All agree on PR.", category="PR"))
    found = last_round(disagreed, "P05")
    assert found is not None
    assert found.outcome is not None
    assert (found.outcome.category, found.notes[0].words) == ("PR", "The ferritin of day 14 was overlooked.")


def test_a_settled_case_is_voted_on_again_in_another_meeting_alone(disagreed: Study) -> None:
    vote(disagreed, MEYER, "P05", "PR", meeting="spring board")
    with pytest.raises(MeetingRefused, match="P05 is on the table of meeting spring board"):
        vote(disagreed, BIANCHI, "P05", "NR", meeting="another")
    vote(disagreed, BIANCHI, "P05", "NR")
    settle(disagreed, MEYER, Settlement("P05", "new", "edge", "Agreed.", category="PR"))
    with pytest.raises(MeetingRefused, match="meeting spring board has settled P05 already"):
        vote(disagreed, BIANCHI, "P05", "NR", meeting="spring board")
    again = vote(disagreed, BIANCHI, "P05", "NR", meeting="autumn board")
    assert (again.meeting, again.revealed) == ("autumn board", False)
    first, second = minutes(disagreed, MEYER).meetings
    assert first.cases[0].round.outcome is not None
    assert second.cases[0].round.outcome is None


def test_refused_votes(disagreed: Study) -> None:
    with pytest.raises(MeetingRefused, match="'XX' is no category; vote one of CR, PR, IMP, NR, NE"):
        vote(disagreed, MEYER, "P05", "XX")
    with pytest.raises(NotCompared, match="P01 cannot be compared: nobody has decided it"):
        vote(disagreed, MEYER, "P01", "CR")
    with pytest.raises(MeetingRefused, match="at most 80 characters"):
        vote(disagreed, MEYER, "P05", "CR", meeting="m" * 81)
    with pytest.raises(MeetingRefused, match="2001 characters are too many"):
        vote(disagreed, MEYER, "P05", "CR", "x" * 2001)
    assert last_round(disagreed, "P05") is None


def test_c13_who_votes_and_who_leads_in_a_blinded_study(tmp_path: Path) -> None:
    with blinded_study(tmp_path / "blinded.duckdb", "committee") as study:
        read(study, MEYER, "P05", "CR")
        read(study, BIANCHI, "P05", "NR")
        advance(study, "compare")
        with pytest.raises(NotAllowed):
            vote(study, MEYER, "P05", "CR")
        advance(study, "consensus")
        assert [one.name for one in expected_members(study, "P05")] == ["A. Meyer", "L. Bianchi"]
        assert [one.name for one in possible_members(study, "P05")] == ["A. Meyer", "L. Bianchi", "T. Hird"]
        for actor in (WATCHER, COORDINATOR, BRANDT):
            with pytest.raises(NotAllowed):
                vote(study, actor, "P05", "CR")
        vote(study, MEYER, "P05", "CR")
        for actor in (WATCHER, MEYER, BIANCHI):
            with pytest.raises(NotAllowed):
                reveal_votes(study, actor, "P05", "now")
        with pytest.raises(NotAllowed):
            discuss(study, WATCHER, "P05", "I think")
        withdraw(study, COORDINATOR, BIANCHI.id, "on leave")
        assert waiting_for(study, "P05") == ()
        reveal_votes(study, COORDINATOR, "P05", "the other reader is on leave")
        discuss(study, THIRD, "P05", "Ferritin at the limit.")


def test_the_minutes_say_who_what_when_and_how_far_they_agreed(disagreed: Study) -> None:
    read(disagreed, MEYER, "P01", "CR")
    read(disagreed, BIANCHI, "P01", "CR")
    read(disagreed, MEYER, "P02", "PR")
    read(disagreed, BIANCHI, "P02", "NE")
    for actor, category in ((MEYER, "PR"), (BIANCHI, "NR")):
        vote(disagreed, actor, "P05", category)
    for actor in (MEYER, BIANCHI):
        vote(disagreed, actor, "P01", "CR")
    discuss(disagreed, BIANCHI, "P05", "Ferritin of day 14 overlooked.")
    vote(disagreed, BIANCHI, "P05", "PR")
    settle(disagreed, MEYER, Settlement("P05", "new", "reader_error", "All agree.", category="PR", day=14))
    settle(disagreed, MEYER, Settlement("P02", "new", "data_missing", "Nothing charted.", category="NE"))
    found = minutes(disagreed, MEYER)
    (meeting,) = found.meetings
    assert [name for name, _ in meeting.took_part] == ["A. Meyer", "L. Bianchi"]
    assert (meeting.first_reads.agreeing, meeting.first_reads.pairs, meeting.first_reads.share) == (1, 2, 0.5)
    assert (meeting.blind.agreeing, meeting.after.agreeing) == (1, 2)
    assert meeting.blind.alpha == pytest.approx(0.4), "PR NR and CR CR: 1 - 0.5 / (10 / 12)"
    assert meeting.cases[0].changed == ("L. Bianchi",)
    assert [case for case, _ in found.without_meeting] == ["P02"]
    assert (found.head_seq, found.head_hash) == disagreed.head
    text = minutes_in(found, "text")
    for line in (
        "  Took part: A. Meyer, L. Bianchi",
        "  Agreement of the independent reads: 1 of 2 cases unanimous, 1 of 2 pairs of ratings agree (50.0 %),"
        " Krippendorff's alpha 0.00",
        "  Agreement after the discussion: 2 of 2 cases unanimous, 2 of 2 pairs of ratings agree (100.0 %),"
        " Krippendorff's alpha 1.00",
        "  Blind votes: A. Meyer PR, L. Bianchi NR",
        "  Changed their vote: L. Bianchi",
    ):
        assert line in text.splitlines()
    assert "Ferritin of day 14 overlooked." in text
    assert "a new category, reader error, high confidence: All agree." in text
    assert f"entry {found.head_seq} of the log, hash {found.head_hash}" in text


def test_agreement_without_pairs_or_without_difference_is_said_in_words() -> None:
    assert agreement_words(agreement_of([])) == "no case has two ratings"
    assert agreement_words(agreement_of([["CR"], []])) == "no case has two ratings"
    assert agreement_words(agreement_of([["CR", "CR"]])) == (
        "1 of 1 case unanimous, 1 of 1 pairs of ratings agree (100.0 %), Krippendorff's alpha undefined (one category)"
    )
    three = agreement_of([["CR", "CR", "NR"], ["PR"], ["NE", "NE"]])
    assert (three.cases, three.unanimous, three.agreeing, three.pairs) == (2, 1, 2, 4)


def test_what_members_write_stays_words_in_every_format(disagreed: Study) -> None:
    hostile = "<script>alert(1)</script> **bold** | [x](http://y)\n# heading \x1b[2J"
    vote(disagreed, MEYER, "P05", "PR", hostile)
    vote(disagreed, BIANCHI, "P05", "NR")
    found = minutes(disagreed, MEYER)
    page = minutes_in(found, "html")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "\\*\\*bold\\*\\*" in minutes_in(found, "markdown")
    for form in ("text", "markdown", "html"):
        written = minutes_in(found, form)
        assert "\x1b" not in written
        assert "\n# heading" not in written


def test_minutes_of_a_study_without_meetings_say_so(study: Study) -> None:
    text = minutes_in(minutes(study, MEYER), "text")
    assert "No meeting has been held yet." in text
    assert text.startswith("Minutes of consensus meetings\n=============================\n")
    assert "The patients of this study are synthetic." in text
