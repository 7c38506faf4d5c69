"""The trail of an open study: filters, pages, marks, and what a damaged or foreign entry gives."""

from datetime import UTC, datetime, timedelta

import pytest

from hlh_tui.review.decide import decide
from hlh_tui.review.marks import flag
from hlh_tui.review.models import Decision
from hlh_tui.review.trail.models import Page, TrailFilter
from hlh_tui.review.trail.moments import TimeRefused, ago_words, moment, utc_words
from hlh_tui.review.trail.trail import ANY, count, trail, trail_entry, whole_trail
from hlh_tui.review.trail.wanted import FilterRefused, filter_from, made_filter
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.file import Study
from hlh_tui.study.log import append, entries
from tests.review.small_study import BIANCHI, MEYER, small_study


@pytest.fixture
def study(tmp_path):
    """Entries 2 to 9: two readers on P05, a revision, a flag taken back and put back, a name with odd letters."""
    with small_study(tmp_path / "small.duckdb") as made:
        decide(made, MEYER, Decision("P05", "CR", "fever gone"))
        decide(made, BIANCHI, Decision("P05", "PR", "spleen “2 cm” \\ 50 %", day=14.0))
        decide(made, MEYER, Decision("P05", "PR", "spleen after all", day=7, confidence="low"))
        decide(made, MEYER, Decision("P01", "NR", "never better"))
        flag(made, MEYER, "P01", "100% sure_of it?")
        undo(made, MEYER, reason="a slip")
        redo(made, MEYER)
        undo(made, BIANCHI, reason="a slip")
        yield made


def numbers(study: Study, wanted: TrailFilter = ANY, page: Page | None = None) -> list[int]:
    return [line.number for line in trail(study, MEYER, wanted, page or Page())]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("by:bianchi", [3, 9]),
        ('by:"L. Bianchi"', [3, 9]),
        ("by:l-bianchi", [3, 9]),
        ("case:p01", [5, 6, 7, 8]),
        ("action:decided", [2, 3, 4, 5]),
        ("action:flag", [6]),
        ("action:taken", [7, 9]),
        ("action:teleported", []),
        ("spleen", [3, 4]),
        ("spleen meyer", [4]),
        ("“2", [3]),
        ("\\ 50", [3]),
        ("100%", [6]),
        ("sure_of", [6]),
        ("p05 PR", [3, 4]),
        ("signature", []),
        ("confidence", []),
        ("session", []),
        ("action:decision case:P05 by:meyer low", [4]),
        ("since:1d", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("until:1d", []),
        ("since:2020-01-01 until:2020-12-31", []),
    ],
)
def test_c18_filter_words_find_what_they_say(study, words, found):
    assert numbers(study, filter_from(words)) == found
    assert count(study, MEYER, filter_from(words)) == len(found)


def test_the_text_of_a_criteria_document_is_not_searched(study):
    """It holds every word; the entry that adopted it would be found by all of them."""
    assert numbers(study, filter_from("hepatosplenomegaly")) == []
    assert numbers(study, filter_from("locatelli-2020")) == [1, 2, 3, 4, 5]


def test_pages_go_on_where_the_last_one_ended(study):
    assert numbers(study, page=Page(4)) == [1, 2, 3, 4]
    assert numbers(study, page=Page(4, beyond=4)) == [5, 6, 7, 8]
    assert numbers(study, page=Page(4, newest_first=True)) == [9, 8, 7, 6]
    assert numbers(study, filter_from("case:P05"), Page(2, 9, newest_first=True)) == [4, 3]
    assert numbers(study, page=Page(0)) == []


def test_the_whole_trail_is_read_in_pieces(study, monkeypatch):
    monkeypatch.setattr("hlh_tui.review.trail.trail.AT_ONCE", 2)
    assert [entry.line.number for entry in whole_trail(study, MEYER)] == list(range(1, 10))
    assert [entry.hash for entry in whole_trail(study, MEYER)] == [entry.hash for entry in entries(study)]


def test_c8_a_changed_decision_is_marked_on_both_sides(study):
    standing = {line.number: line.standing for line in trail(study, MEYER)}
    assert standing == {
        1: "",
        2: "decided anew in entry 4 (PR)",
        3: "taken back by entry 9",
        4: "changed since first entry 2 (CR)",
        5: "",
        6: "",
        7: "",
        8: "",
        9: "",
    }


def test_c8_the_mark_says_the_first_entry_however_often_it_changed(study):
    decide(study, MEYER, Decision("P05", "NR", "third thought"))
    decide(study, MEYER, Decision("P05", "IMP", "fourth thought"))
    assert [line.standing for line in trail(study, MEYER)][9:] == [
        "changed since first entry 2 (CR); decided anew in entry 11 (IMP)",
        "changed since first entry 2 (CR)",
    ]
    undo(study, MEYER, reason="a slip")
    assert trail_entry(study, MEYER, 11).line.standing == "changed since first entry 2 (CR); taken back by entry 12"


def test_c2_every_line_says_who_when_what_why_and_under_which_criteria(study):
    entry, line = entries(study)[3], trail(study, MEYER)[3]
    assert (line.actor, line.actor_name, line.recorded_at) == ("a-meyer", "A. Meyer", entry.recorded_at)
    assert line.recorded_at.endswith("Z")
    assert (line.reason, line.criteria) == ("spleen after all", "locatelli-2020 1.1.0")
    assert [(one.field, one.old, one.new) for one in line.changes] == [
        ("category", "CR", "PR"),
        ("day", None, "7"),
        ("confidence", "high", "low"),
        ("reason", "fever gone", "spleen after all"),
    ]
    whole = trail_entry(study, MEYER, 4)
    assert (whole.payload, whole.hash, whole.prev_hash) == (entry.payload, entry.hash, entry.prev_hash)
    assert {"app_version", "session", "protocol_hash", "criteria_hash"} <= set(whole.payload)


def test_c3_the_making_of_the_study_and_first_decisions_are_lines_too(study):
    lines = trail(study, MEYER)
    assert lines[0].sentence == "made the study under protocol song-2024 1.1.0, criteria locatelli-2020 1.1.0"
    assert [one.old for one in lines[1].changes] == [None, None, None]


def test_an_entry_of_any_shape_can_be_listed(study):
    for payload in ({"role": 3, "old": [1], "evidence": {}}, {"decision": {"seq": "x"}}, {"criteria": {"id": 3}}):
        append(study, MEYER, "decided", "P02", payload)
        append(study, MEYER, "newer_action", None, payload)
    study.connection.cursor().execute(
        "INSERT INTO log VALUES (99, '', 'x', 'X', 'decided', 'P02', 'no JSON', '', '')"
    ).fetchall()
    assert trail(study, MEYER)[-1].sentence == "decision"
    assert trail_entry(study, MEYER, 99).payload == {"payload": "no JSON"}


@pytest.mark.parametrize("words", ["who:chen", "since:", "since:soon", "until:2026-13-01", "hash:ab"])
def test_a_filter_that_cannot_be_understood_is_refused(words):
    if words == "since:":
        assert filter_from(words).search == "since:"
        return
    with pytest.raises((FilterRefused, TimeRefused)):
        filter_from(words)


def test_times_are_read_in_utc_and_whole_days():
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert moment("2026-11-23") == "2026-11-23T00:00:00.000000Z"
    assert moment("2026-11-23", end=True) == "2026-11-23T23:59:59.999999Z"
    assert moment("2026-11-23 14:30", end=True) == "2026-11-23T14:30:59.999999Z"
    assert moment("2026-11-23T14:30:05", end=True) == "2026-11-23T14:30:05.999999Z"
    assert moment("2026-11-23T14:30:05.5Z", end=True) == "2026-11-23T14:30:05.500000Z"
    assert moment("2026-11-23T14:30+08:00") == "2026-11-23T06:30:00.000000Z"
    assert moment("2h", now=now) == "2026-11-23T10:00:00.000000Z"
    assert moment("1w", now=now) == "2026-11-16T12:00:00.000000Z"
    for wrong in ("", "yesterday", "2026", "99999999w", "2026-11-23T25:00", "٣d"):
        with pytest.raises(TimeRefused):
            moment(wrong)
    with pytest.raises(TimeRefused):
        moment("999999w", now=now)
    assert made_filter(since="2026-11-23").since == "2026-11-23T00:00:00.000000Z"


def test_times_are_told_in_utc_and_relative_to_now():
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def ago(**span: float) -> str:
        return ago_words((now - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), now)

    assert [ago(seconds=0.2), ago(seconds=1), ago(seconds=59), ago(minutes=1), ago(minutes=59)] == [
        *("just now", "1 second ago", "59 seconds ago", "1 minute ago", "59 minutes ago")
    ]
    assert [ago(hours=1), ago(hours=47), ago(days=2), ago(days=400)] == [
        *("1 hour ago", "47 hours ago", "2 days ago", "400 days ago")
    ]
    assert ago(hours=-3) == "in the future: the clock was set back since"
    assert utc_words("2026-11-23T04:44:17.120000Z") == "2026-11-23 04:44:17 UTC"
    assert (utc_words("never"), ago_words("never", now)) == ("never", "")
