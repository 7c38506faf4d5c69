"""Cohorts at the edge of what can be estimated: every record holds numbers, None or a sentence, never NaN."""

from dataclasses import asdict, is_dataclass
from math import isfinite

import msgspec
import pytest

from hlh_tui.cohort.survival.competing_risks import cumulative_incidence, incidence_at
from hlh_tui.cohort.survival.counts import count_times, reverse
from hlh_tui.cohort.survival.cox import hazard_ratio
from hlh_tui.cohort.survival.fixed_time import survival_difference
from hlh_tui.cohort.survival.kaplan_meier import CI_METHODS, kaplan_meier, steps, survival_at
from hlh_tui.cohort.survival.logrank import logrank, stratified_logrank
from hlh_tui.cohort.survival.mantel_byar import History, mantel_byar, response_hazard_ratio
from hlh_tui.cohort.survival.quantiles import quartiles
from hlh_tui.cohort.survival.restricted_mean import restricted_mean, restricted_mean_difference
from hlh_tui.cohort.survival.simon_makuch import simon_makuch

DAYS = (0, 1, 4, 5, 6, 30)
COHORTS = {
    "nobody": [],
    "one patient who dies on day 0": [(0, 1)],
    "one patient censored on day 0": [(0, 0)],
    "one patient who dies": [(5, 1)],
    "one patient censored": [(5, 0)],
    "no events": [(4, 0), (5, 0), (6, 0)],
    "all die on one day": [(5, 1)] * 4,
    "all die on day 0": [(0, 1)] * 4,
    "event and censoring tied": [(5, 1), (5, 0)],
    "the last two tied, one dead": [(1, 1), (5, 1), (5, 0)],
    "a death long after everybody": [(1, 0), (1, 0), (1e9, 1)],
    "days as small as a fraction of a second": [(1e-9, 1), (2e-9, 0), (3e-9, 1)],
}
COHORT = pytest.mark.parametrize("rows", COHORTS.values(), ids=COHORTS)


def of(rows):
    return count_times([t for t, _ in rows], [e for _, e in rows])


def no_nan(value):
    """Every number in records, tuples and dicts is finite; every record without an estimate says why."""
    if is_dataclass(value) or isinstance(value, msgspec.Struct):
        fields = asdict(value) if is_dataclass(value) else msgspec.structs.asdict(value)
        if "why" in fields and any(field is None for field in fields.values()):
            assert fields["why"]
        no_nan(tuple(fields.values()))
    elif isinstance(value, dict):
        no_nan(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for each in value:
            no_nan(each)
    elif isinstance(value, float):
        assert isfinite(value)


def has_limits(step):
    """Error and limits are there, and around the estimate, unless the curve has reached 0."""
    around = (step.std_error, step.lower, step.upper)
    if step.survival == 0:
        assert around == (None, None, None)
    else:
        assert None not in around
        assert 0 <= step.lower <= step.survival <= step.upper <= 1
        assert (step.std_error == 0) == (step.survival == 1)


@COHORT
@pytest.mark.parametrize("ci", CI_METHODS)
def test_one_curve(rows, ci):
    for counts in (of(rows), reverse(of(rows))):
        curve = kaplan_meier(counts, ci)
        no_nan(steps(curve))
        for step in steps(curve):
            has_limits(step)
        no_nan(quartiles(curve))
        no_nan(survival_at(curve, DAYS))
    for tau in DAYS:
        no_nan(restricted_mean(of(rows), tau))


@COHORT
@pytest.mark.parametrize("others", COHORTS.values(), ids=COHORTS)
def test_two_curves(rows, others):
    pair = (of(rows), of(others))
    for test in (logrank(pair), stratified_logrank([pair, pair])):
        assert (test.chi2 is None) == bool(test.why)
        no_nan(test)
    no_nan(hazard_ratio(*pair, fewest_events=0))
    for day in DAYS:
        no_nan(restricted_mean_difference(*pair, day))
        no_nan(survival_difference(*map(kaplan_meier, pair), day))


@COHORT
@pytest.mark.parametrize("ci", CI_METHODS)
def test_competing_risks(rows, ci):
    if not rows:
        return
    counts = of(rows)
    for events in ({"death": counts.events, "HSCT": 0 * counts.events}, {"death": counts.events}):
        curves = cumulative_incidence(counts.days, events, counts.censored, ci)
        for each in incidence_at(curves, DAYS):
            no_nan(each)
            shares = [state.probability for state in each.states]
            assert shares == [None] * len(shares) or sum(shares) == pytest.approx(1, abs=1e-12)


@COHORT
@pytest.mark.parametrize("response", [None, 0, 4, 5, 40])
def test_a_response_in_time(rows, response):
    for first in (True, False):
        histories = [History(t, bool(e), response if first or i else None) for i, (t, e) in enumerate(rows)]
        test = mantel_byar(histories)
        assert (test.chi2 is None) == bool(test.why)
        no_nan(test)
        no_nan(response_hazard_ratio(histories, fewest_events=0))
        for start in (0, 4, 5):
            found = simon_makuch(histories, start)
            assert bool(found.why) == (found.responders is None or found.non_responders is None)
            for curve in (found.responders, found.non_responders):
                if curve is not None:
                    no_nan(steps(curve))
                    no_nan(quartiles(curve))
                    no_nan(survival_at(curve, DAYS))
