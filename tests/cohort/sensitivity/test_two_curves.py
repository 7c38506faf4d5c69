"""The test when patients change sides equals the log-rank test computed anew."""

from __future__ import annotations

import random

import numpy as np
import pytest

from hlh_tui.cohort.sensitivity.analysis import sensitivity
from hlh_tui.cohort.sensitivity.follower import Follower
from hlh_tui.cohort.sensitivity.fragile_survival import moves_of
from hlh_tui.cohort.sensitivity.measures import SurvivalOf, read
from hlh_tui.cohort.sensitivity.models import Follow
from hlh_tui.cohort.sensitivity.two_curves import log_rank, p_value, scores, singles, two_curves
from hlh_tui.cohort.survival.counts import count_times
from hlh_tui.cohort.survival.curves import survival
from hlh_tui.cohort.survival.logrank import logrank
from tests.cohort.example import add_event, add_patient, judge, new_study
from tests.cohort.sensitivity.made import CATEGORIES, made

RESPONSE = frozenset({"CR", "PR", "IMP"})
WARD = (("A", 100, False), ("B", 60, True), ("E", 30, True), ("F", 60, False))
"""Patient, last day, died."""


def anew(first, followed, landmark=0.0):
    """The p of the program's own log-rank test."""
    sides = []
    for side in (True, False):
        late = [followed[p] for p, is_first in first.items() if is_first is side and followed[p].day > landmark]
        if not late:
            return None
        sides.append(count_times([each.day for each in late], [each.event for each in late]))
    return logrank(sides).p


def test_responders_against_the_others_of_thirteen() -> None:
    followed = made().followed["overall"]
    first = {patient: category in RESPONSE for patient, category in CATEGORIES.items()}
    curves = two_curves(first, followed, 14.0)
    assert "P09" not in curves.of  # censored on day 12
    result = log_rank(curves)
    assert result.p == pytest.approx(anew(first, followed, 14.0), abs=1e-12)
    assert result.towards < 0  # responders die less than expected


@pytest.mark.parametrize("seed", range(30))
def test_every_single_change_equals_the_test_computed_anew(seed) -> None:
    rng = random.Random(seed)
    patients = [f"P{i}" for i in range(rng.randint(2, 14))]
    followed = {p: Follow(float(rng.randint(0, 9)), rng.random() < 0.6) for p in patients}
    first = {p: rng.random() < 0.6 for p in patients}
    curves = two_curves(first, followed, 1.0)
    for step in (1, -1):
        changed = singles(curves, step)
        for patient in curves.of:
            if first[patient] is (step > 0):
                continue
            other = {**first, patient: step > 0}
            wanted = anew(other, followed, 1.0)
            got = changed[curves.of[patient]].p
            assert (got is None) == (wanted is None)
            assert got is None or got == pytest.approx(wanted, abs=1e-9)


def test_many_sets_at_once_equal_each_alone() -> None:
    followed = made().followed["overall"]
    first = {patient: category in RESPONSE for patient, category in CATEGORIES.items()}
    curves = two_curves(first, followed, 14.0)
    other = {**first, "P05": False, "P01": True}
    moved = curves.first.copy()
    moved[curves.of["P05"]] -= 1
    moved[curves.of["P01"]] += 1
    score, variance = scores(curves, np.array([curves.first, moved]))
    got = [p_value(curves, u, v, 9).p for u, v in zip(score, variance, strict=True)]
    assert got == pytest.approx([anew(first, followed, 14.0), anew(other, followed, 14.0)], abs=1e-12)


def test_what_cannot_be_compared_says_why() -> None:
    followed = {"P01": Follow(20.0, True), "P02": Follow(30.0, False)}
    assert log_rank(two_curves({}, followed, 14.0)).why == "nobody has the event after the landmark"
    assert log_rank(two_curves({"P01": True, "P02": True}, followed, 14.0)).why == (
        "only one group is followed after the landmark"
    )
    alone = {"P01": Follow(30.0, True), "P02": Follow(20.0, False)}
    assert log_rank(two_curves({"P01": True, "P02": False}, alone, 14.0)).why == (
        "the groups are never at risk together when an event happens"
    )


def test_a_response_after_the_landmark_is_none_on_it_and_no_decision_moves_it() -> None:
    """A responds on day 7, B on day 20, E and F never: on day 14 only A has responded; p as log-rank by hand."""
    followed = {name: Follow(float(day), died) for name, day, died in WARD}
    measure = SurvivalOf(RESPONSE, followed, 14.0, frozenset({"B"}))
    reading = read(measure, {"A": "CR", "B": "PR", "E": "NR", "F": "NE"})
    # chi-squared (1/4 + 1/3)^2 / (3/16 + 2/9) = 0.8305
    assert reading.now.p == pytest.approx(0.362126, abs=1e-6)
    assert reading.after("B", "PR", "NR") == reading.now
    assert reading.after("E", "NR", "CR") == read(measure, {"A": "CR", "B": "PR", "E": "CR", "F": "NE"}).now
    assert sum(move.most for move in moves_of(reading.curves)) == 3  # everybody but B


def test_the_headline_has_the_p_of_the_survival_screen(tmp_path) -> None:
    with new_study(tmp_path) as study:
        for name, day, died in WARD:
            add_patient(study, name, day)
            if died:
                add_event(study, name, day, "death")
        judge(study, "NR", "B", "E")
        judge(study, "NE", "F")
        judge(study, "CR", "A", day=7)
        follower = Follower(study)
        follower.prepare()
        judge(study, "PR", "B", day=20)
        follower.tell(study.head[0])
        shown = survival(study, "overall", by="response").logrank.p
        told = (sensitivity(study).headline, follower.headline)
    assert shown == pytest.approx(0.362126, abs=1e-6)
    assert [each.tests[0].result.p for each in told] == [pytest.approx(shown)] * 2
