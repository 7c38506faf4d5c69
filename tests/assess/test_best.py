"""The best response: confirmation, horizon, and what ends counting."""

from __future__ import annotations

from tests.assess.conftest import Assessed
from tests.assess.courses import abnormal, before, normal, patient, result
from tests.assess.look import best, days, on


def test_confirmation_by_exactly_three_days(assessed: Assessed) -> None:
    found = assessed(
        three=patient(before(), normal(6.2, 9.2)),
        less=patient(before(), normal(6.2, 9.1999)),
        worse_between=patient(before(), normal(6), abnormal(7), normal(8, 10)),
        second_run=patient(before(), normal(4), abnormal(5), normal(8, 9, 11)),
        lower_confirmed=patient(before(), normal(4, ferritin=3000), normal(6, 6.5), normal(7, ferritin=3000)),
        better_confirms=patient(before(), normal(4, ferritin=3000), normal(7)),
        later_complete=patient(before(), normal(4, 7, ferritin=3000), normal(10, 14)),
    )
    assert best(found["three"]) == ("CR", 6.2, 9.2)
    assert best(found["less"]) == ("NR", None, None)
    assert best(found["worse_between"]) == ("NR", None, None)
    assert best(found["second_run"]) == ("CR", 8, 11)
    assert best(found["lower_confirmed"]) == ("PR", 4, 7)
    assert (found["lower_confirmed"].best.unconfirmed_category, found["lower_confirmed"].best.unconfirmed_day) == (
        "CR",
        6,
    )
    assert best(found["better_confirms"]) == ("PR", 4, 7)
    assert found["better_confirms"].best.why == "PR from day 4, confirmed on day 7; CR on day 7, not confirmed"
    assert best(found["later_complete"]) == ("CR", 10, 14)
    assert found["later_complete"].best.unconfirmed_category is None


def test_not_evaluable_days_neither_break_nor_confirm(assessed: Assessed) -> None:
    found = assessed(p=patient(before(), normal(4), [result(22, "scd25", 500)], normal(23)))["p"]
    assert days(found) == [(4, "CR"), (22, "NE"), (23, "CR")]
    assert best(found) == ("CR", 4, 23)


def test_the_horizon_is_day_28(assessed: Assessed) -> None:
    found = assessed(
        on_day_28=patient(before(), normal(25, 28)),
        after=patient(before(), normal(25.0001, 28.0001, 35)),
        all_after=patient(before(), normal(29, 35)),
    )
    assert best(found["on_day_28"]) == ("CR", 25, 28)
    assert best(found["after"]) == ("NR", None, None)
    assert [each.counts for each in found["after"].evaluations] == [True, False, False]
    assert best(found["all_after"]) == ("NE", None, None)


def test_what_ends_counting(assessed: Assessed) -> None:
    course = (before(), normal(4, 7, 10))
    ended = {kind: patient(*course, events=[{"day": 7, "kind": kind}]) for kind in ("hsct", "chemotherapy", "death")}
    found = assessed(
        **ended,
        earlier_hsct=patient(*course, events=[{"day": -200, "kind": "hsct"}, {"day": 0, "kind": "chemotherapy"}]),
        infection=patient(*course, events=[{"day": 5, "kind": "infection"}]),
        last_contact=patient(*course, last_contact_day=6),
        seen_on_last_contact=patient(*course, last_contact_day=7),
    )
    for kind in ended:
        assert [each.counts for each in found[kind].evaluations] == [True, False, False], kind
        assert best(found[kind]) == ("NR", None, None), kind
    assert best(found["earlier_hsct"]) == ("CR", 4, 7)
    assert best(found["infection"]) == ("CR", 4, 7)
    assert best(found["last_contact"]) == ("NR", None, None)
    assert best(found["seen_on_last_contact"]) == ("CR", 4, 7)


def test_scheduled_visits_take_the_nearest_evaluation_the_earlier_on_a_tie(assessed: Assessed) -> None:
    found = assessed(
        tie=patient(before(), normal(2, 4, 6.5, 7.5, 11, 17)),
        sparse=patient(before(), normal(1.9, 9, 17.0001)),
    )
    assert found["tie"].visits == {3: 2, 7: 6.5, 14: 11}
    assert found["sparse"].visits == {3: None, 7: 9, 14: None}
    assert on(found["sparse"], 9).category == "CR"
