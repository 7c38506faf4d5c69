"""Data queries: who asked whom, what became of it, and for how long it has been open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hlh_tui.review.errors import MarkRefused
from hlh_tui.review.models import Cited
from hlh_tui.review.queries import open_queries, queries
from hlh_tui.review.queries_answering import answer_query, close_query, raise_query, reopen_query
from hlh_tui.review.state import cases
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.file import Study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from tests.review.small_study import BIANCHI, MEYER

FERRITIN = Cited("observation", 14.0, "ferritin", "640 µg/L")
SITE = Actor("d-ata", "D. Ata")


def asked(study: Study) -> int:
    return raise_query(study, MEYER, "P05", FERRITIN, " Before or after dialysis? ", "D. Ata").seq


def told(study: Study) -> list[tuple[str, str, str]]:
    (query,) = queries(study)
    return [(step.what, step.actor_name, step.words) for step in query.steps]


def test_a_query_has_an_owner_a_state_and_an_age(study: Study) -> None:
    number = asked(study)
    (entry,) = [one for one in entries(study) if one.action == "query_raised"]
    assert entry.payload["about"] == {"kind": "observation", "day": 14.0, "name": "ferritin", "text": "640 µg/L"}
    at = datetime.fromisoformat(entry.recorded_at)
    (query,) = queries(study, now=at + timedelta(days=9, hours=23))
    assert (query.seq, query.patient_id, query.reader_name, query.owner) == (number, "P05", "A. Meyer", "D. Ata")
    assert (query.about, query.question) == (FERRITIN, "Before or after dialysis?")
    assert (query.state, query.age_days) == ("open", 9)


def test_a_query_goes_from_asking_to_closing(study: Study) -> None:
    number = asked(study)
    answer_query(study, SITE, number, "After.")
    assert queries(study)[0].state == "answered"
    reopen_query(study, MEYER, number, "Which of the two dialyses?")
    assert queries(study)[0].state == "reopened"
    answer_query(study, SITE, number, "After the first.")
    close_query(study, MEYER, number, "Answered.")
    assert (queries(study)[0].state, open_queries(study)) == ("closed", ())
    assert [row.open_queries for row in cases(study, MEYER.id)] == [0, 0, 0]
    reopen_query(study, BIANCHI, number, "The chart still says before.")
    assert [row.open_queries for row in cases(study, MEYER.id)] == [0, 0, 1]
    assert told(study) == [
        ("raised", "A. Meyer", "Before or after dialysis?"),
        ("answered", "D. Ata", "After."),
        ("sent back", "A. Meyer", "Which of the two dialyses?"),
        ("answered", "D. Ata", "After the first."),
        ("closed", "A. Meyer", "Answered."),
        ("reopened", "L. Bianchi", "The chart still says before."),
    ]


def test_the_age_of_a_closed_query_stands_still(study: Study) -> None:
    number = asked(study)
    close_query(study, MEYER, number, "Found it myself.")
    closed = datetime.fromisoformat(entries(study)[-1].recorded_at)
    assert queries(study, now=closed + timedelta(days=400))[0].age_days == 0


def test_without_a_name_the_one_who_made_the_study_answers(study: Study) -> None:
    raise_query(study, MEYER, "P05", FERRITIN, "Which unit?")
    assert queries(study)[0].owner == "C. Ordinator"


def test_open_queries_come_first_and_the_oldest_of_them_first(study: Study) -> None:
    first = asked(study)
    second = raise_query(study, BIANCHI, "P01", FERRITIN, "Which unit?").seq
    third = raise_query(study, BIANCHI, "P02", FERRITIN, "Which day?").seq
    close_query(study, MEYER, first, "Answered by the site.")
    assert [one.seq for one in queries(study)] == [second, third, first]
    assert [one.seq for one in queries(study, "P02")] == [third]


def test_c4_nothing_about_a_query_goes_without_words(study: Study) -> None:
    number = asked(study)
    with pytest.raises(MarkRefused, match="the query on P05 asks nothing; write the question in a sentence"):
        raise_query(study, MEYER, "P05", FERRITIN, " ")
    with pytest.raises(MarkRefused, match=f"the answer to query {number} is empty"):
        answer_query(study, SITE, number, "")
    with pytest.raises(MarkRefused, match=f"closing query {number} needs a reason"):
        close_query(study, MEYER, number, "  ")
    with pytest.raises(MarkRefused, match="2001 characters are too many"):
        close_query(study, MEYER, number, "x" * 2001)
    close_query(study, MEYER, number, "Done.")
    with pytest.raises(MarkRefused, match=f"reopening query {number} needs a reason"):
        reopen_query(study, MEYER, number, "")
    assert [one.action for one in entries(study)][1:] == ["query_raised", "query_closed"]


def test_a_step_that_does_not_fit_the_state_is_refused(study: Study) -> None:
    number = asked(study)
    with pytest.raises(MarkRefused, match=f"query {number} on P05: it is open and waits for an answer already"):
        reopen_query(study, MEYER, number, "again")
    answer_query(study, SITE, number, "After.")
    with pytest.raises(MarkRefused, match="it is answered; send it back to have it answered again"):
        answer_query(study, SITE, number, "Before.")
    close_query(study, MEYER, number, "Thanks.")
    with pytest.raises(MarkRefused, match="it is closed already"):
        close_query(study, MEYER, number, "Thanks.")
    with pytest.raises(MarkRefused, match="there is no query 99, and none is open"):
        close_query(study, MEYER, 99, "Thanks.")
    with pytest.raises(MarkRefused, match="there is no patient 'P99' in this study"):
        raise_query(study, MEYER, "P99", FERRITIN, "Who?")


def test_every_step_can_be_taken_back_and_put_back(study: Study) -> None:
    number = asked(study)
    answer_query(study, SITE, number, "After.")
    close_query(study, MEYER, number, "Thanks.")
    undone = undo(study, MEYER, reason="a slip")
    assert undone is not None
    assert undone.what.startswith("closing of a query on P05 of ")
    assert undone.what.endswith(f"query {number} is answered now")
    assert undo(study, SITE, reason="a slip") is not None
    assert queries(study)[0].state == "open"
    assert redo(study, MEYER) is not None
    assert queries(study)[0].state == "closed"
    assert undo(study, MEYER, reason="a slip") is not None
    assert undo(study, MEYER, reason="a slip") is not None
    assert queries(study) == ()
