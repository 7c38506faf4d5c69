"""The log-rank test against R's survdiff, scipy and lifelines."""

import pytest
from scipy.special import chdtrc

from hlh_tui.cohort.survival.kaplan_meier import count_times, kaplan_meier, survival_at
from hlh_tui.cohort.survival.logrank import chi2_tail, logrank
from tests.cohort.survival.reference import by_cohort, data


def test_lung_by_sex():
    test = logrank([count_times(*data("lung.csv", sex=sex)) for sex in ("1", "2")])
    assert test.chi2 == pytest.approx(10.326742, abs=5e-7)
    assert (test.df, test.p) == (1, pytest.approx(0.00131116, abs=5e-9))


def test_aml_by_maintenance():
    test = logrank([count_times(*data("aml.csv", group=group)) for group in ("Maintained", "Nonmaintained")])
    assert test.chi2 == pytest.approx(3.396389, abs=5e-7)


def test_small_cohorts_of_two_and_three_groups_equal_r():
    cohorts, checked = by_cohort("random_cohorts.csv"), 0
    for cohort, (line,) in by_cohort("random_logrank.csv").items():
        groups: dict[str, list[tuple[float, int]]] = {}
        for row in cohorts[cohort]:
            groups.setdefault(row["group"], []).append((float(row["time"]), int(row["event"])))
        test = logrank([count_times(*zip(*rows, strict=True)) for _, rows in sorted(groups.items())])
        if not line["chi2"] or line["df"] == "0":
            assert test.chi2 is None
            continue
        assert test.chi2 == pytest.approx(float(line["chi2"]), abs=1e-9), cohort
        assert (test.df, test.p) == (int(line["df"]), pytest.approx(float(line["p"]), abs=1e-9))
        checked += 1
    assert checked > 300


def test_nothing_to_compare_says_why():
    alone = logrank([count_times((1, 2), (1, 1))])
    assert (alone.chi2, alone.p, alone.why) == (None, None, "there is only one group, so there is nothing to compare")
    assert logrank([count_times((1,), (0,)), count_times((2,), (0,))]).why == "no group has had an event"
    apart = logrank([count_times((1,), (0,)), count_times((5, 6), (1, 0))])
    assert apart.why == "the groups are never at risk together when an event happens"


@pytest.mark.parametrize("df", range(1, 12))
def test_the_chi_squared_tail_is_that_of_scipy(df):
    for chi2 in (0.0, 1e-6, 0.3, 1.0, 3.841458820694124, 10.326742, 60.0, 5000.0):
        assert chi2_tail(chi2, df) == pytest.approx(float(chdtrc(df, chi2)), rel=1e-12)


def test_lifelines_agrees_where_it_is_right():
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import logrank_test

    men, women = data("lung.csv", sex="1"), data("lung.csv", sex="2")
    test = logrank([count_times(*men), count_times(*women)])
    theirs = logrank_test(men[0], women[0], men[1], women[1])
    assert (test.chi2, test.p) == pytest.approx((theirs.test_statistic, theirs.p_value), abs=1e-9)
    days = (90, 180, 365, 730)
    fitted = KaplanMeierFitter().fit(*men)
    ours = survival_at(kaplan_meier(count_times(*men)), days)
    assert [e.survival for e in ours] == pytest.approx(fitted.survival_function_at_times(days).tolist(), abs=1e-12)
