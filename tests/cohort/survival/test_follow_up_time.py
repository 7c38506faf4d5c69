"""How long a cohort was followed: the reverse Kaplan-Meier estimate against R."""

import pytest

from hlh_tui.cohort.survival.counts import count_times, reverse
from hlh_tui.cohort.survival.kaplan_meier import CI_METHODS, kaplan_meier
from hlh_tui.cohort.survival.models import Limits
from hlh_tui.cohort.survival.quantiles import quantile, quartiles
from tests.cohort.survival.reference import by_cohort, data, number

RANDOM = by_cohort("random_cohorts.csv")


def counts_of(name):
    if name in ("lung", "aml", "veteran"):
        return count_times(*data(f"{name}.csv"))
    return count_times([float(row["time"]) for row in RANDOM[name]], [int(row["event"]) for row in RANDOM[name]])


def test_lung_was_followed_for_588_days_at_the_median():
    lower, median, upper = quartiles(kaplan_meier(reverse(counts_of("lung")), "log"))
    assert median == Limits(588, 511, 1010)
    assert quartiles(kaplan_meier(reverse(counts_of("lung"))))[1] == Limits(588, 511, 821)
    assert (lower.estimate, upper.estimate) == (301, 965)


@pytest.mark.parametrize("ci", CI_METHODS)
def test_quartiles_equal_r(ci):
    for cohort, lines in by_cohort("reverse_quantiles.csv").items():
        curve = kaplan_meier(reverse(counts_of(cohort)), ci)
        for line in (line for line in lines if line["kind"] == ci):
            found = quantile(curve, float(line["p"]))
            expected = Limits(*(number(line[name]) for name in ("estimate", "lower", "upper")))
            assert found == expected, line


def test_who_dies_on_a_day_could_still_be_censored_on_it():
    # Two patients on day 4, one dead and one censored: half are followed until day 4, and R says so too.
    assert quantile(kaplan_meier(reverse(count_times((4, 4), (1, 0)))), 0.5).estimate == 4


def test_if_everybody_died_potential_follow_up_is_not_known():
    assert quartiles(kaplan_meier(reverse(count_times((4, 9), (1, 1))))) == (Limits(None, None, None),) * 3


def test_reversing_twice_changes_nothing():
    counts = counts_of("lung")
    twice = reverse(reverse(counts))
    assert (twice.events.tolist(), twice.censored.tolist()) == (counts.events.tolist(), counts.censored.tolist())
