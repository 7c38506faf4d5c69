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
        at_its_end=patient(before(), normal(25.0001, 28.9999, 35)),
        after=patient(before(), normal(25.0001, 29, 35)),
        all_after=patient(before(), normal(29, 35)),
    )
    assert best(found["on_day_28"]) == ("CR", 25, 28)
    assert best(found["at_its_end"]) == ("CR", 25.0001, 28.9999)
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
        last_contact=patient(*course, last_contact_day=6.9),
        seen_on_last_contact=patient(*course, last_contact_day=7),
        later_that_day=patient(before(), normal(4, 20.3), last_contact_day=20),
    )
    for kind in ended:
        assert [each.counts for each in found[kind].evaluations] == [True, False, False], kind
        assert best(found[kind]) == ("NR", None, None), kind
    assert best(found["earlier_hsct"]) == ("CR", 4, 7)
    assert best(found["infection"]) == ("CR", 4, 7)
    assert best(found["last_contact"]) == ("NR", None, None)
    assert best(found["seen_on_last_contact"]) == ("CR", 4, 7)
    assert best(found["later_that_day"]) == ("CR", 4, 20.3)


def test_a_death_on_day_0_leaves_nothing_to_count(assessed: Assessed) -> None:
    ended = {kind: patient(before(), normal(3, 7), events=[{"day": 0, "kind": kind}]) for kind in ("death", "hsct")}
    found = assessed(**ended)
    assert [each.counts for each in found["death"].evaluations] == [False, False]
    assert found["death"].best.why == "NE: no evaluation counts: death on day 0"
    assert best(found["hsct"]) == ("CR", 3, 7)


def test_why_nothing_was_evaluable(assessed: Assessed) -> None:
    """Either no evaluation counts, and what ended counting first, or none was there up to then."""
    hsct, quiet = [{"day": 3, "kind": "hsct"}, {"day": 5, "kind": "death"}], [result(2, "scd25", 500)]
    found = assessed(
        hsct=patient(before(), normal(7, 10), events=hsct),
        last_contact=patient(before(), normal(7, 10), last_contact_day=5.5),
        both=patient(before(), normal(7), events=hsct, last_contact_day=2),
        horizon=patient(before(), normal(29, 35)),
        nothing=patient(before()),
        nothing_before_hsct=patient(before(), events=hsct),
        not_evaluable=patient(before(), quiet, normal(7), events=hsct),
        nothing_to_last_contact=patient(before(), quiet, last_contact_day=20),
    )
    assert {name: each.best.why for name, each in found.items()} == {
        "hsct": "NE: no evaluation counts: HSCT on day 3",
        "last_contact": "NE: no evaluation counts: last contact on day 5.5",
        "both": "NE: no evaluation counts: last contact on day 2",
        "horizon": "NE: no evaluation counts: the horizon is day 28",
        "nothing": "NE: nothing could be evaluated after the first dose, up to day 28",
        "nothing_before_hsct": "NE: nothing could be evaluated after the first dose, before HSCT on day 3",
        "not_evaluable": "NE: nothing could be evaluated after the first dose, before HSCT on day 3",
        "nothing_to_last_contact": "NE: nothing could be evaluated after the first dose, up to the last contact on"
        " day 20",
    }


def test_scheduled_visits_take_the_nearest_evaluation_the_earlier_on_a_tie(assessed: Assessed) -> None:
    found = assessed(
        tie=patient(before(), normal(2, 4, 6.5, 7.5, 11, 17)),
        sparse=patient(before(), normal(1.9, 9, 17.0001)),
    )
    assert found["tie"].visits == {3: 2, 7: 7.5, 14: 11}
    assert found["sparse"].visits == {3: None, 7: 9, 14: 17.0001}
    assert on(found["sparse"], 9).category == "CR"
