"""The log-rank test against R's survdiff, scipy and lifelines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import chdtrc

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.counts import count_times
from hlh_tui.cohort.survival.kaplan_meier import kaplan_meier, survival_at
from hlh_tui.cohort.survival.logrank import chi2_tail, logrank, stratified_logrank
from tests.cohort.survival.reference import by_cohort, data, rows


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


ECOG, SEX, CELLS, ARMS = "0123", "12", ("adeno", "large", "smallcell", "squamous"), "12"


def lung(**wanted):
    return count_times(*data("lung.csv", **wanted))


def veteran(**wanted):
    return count_times(*data("veteran.csv", **wanted))


TESTS = {
    "lung sex": lambda: logrank([lung(sex=sex) for sex in SEX]),
    "lung sex by ecog": lambda: stratified_logrank([[lung(sex=sex, ecog=ecog) for sex in SEX] for ecog in ECOG]),
    "aml": lambda: logrank([count_times(*data("aml.csv", group=g)) for g in ("Maintained", "Nonmaintained")]),
    "veteran cell": lambda: logrank([veteran(cell=cell) for cell in CELLS]),
    "veteran cell by treatment": lambda: stratified_logrank(
        [[veteran(cell=cell, treatment=arm) for cell in CELLS] for arm in ARMS]
    ),
    "veteran treatment by cell": lambda: stratified_logrank(
        [[veteran(cell=cell, treatment=arm) for arm in ARMS] for cell in CELLS]
    ),
}


def test_lung_by_sex_within_ecog():
    test = TESTS["lung sex by ecog"]()
    assert (test.chi2, test.df) == (pytest.approx(10.795060, abs=5e-7), 1)
    assert test.p == pytest.approx(0.00101771, abs=5e-9)


@pytest.mark.parametrize("line", rows("dataset_logrank.csv"), ids=lambda line: line["cohort"])
def test_data_sets_equal_r(line):
    test = TESTS[line["cohort"]]()
    assert test.chi2 == pytest.approx(float(line["chi2"]), abs=1e-9)
    assert (test.df, test.p) == (int(line["df"]), pytest.approx(float(line["p"]), rel=1e-9))


def test_small_cohorts_in_two_strata_equal_r():
    cohorts, checked = by_cohort("risk_cohorts.csv"), 0
    for cohort, (line,) in by_cohort("risk_logrank.csv").items():
        strata = [[of(cohorts[cohort], stratum, group) for group in "01"] for stratum in "12"]
        test = stratified_logrank(strata)
        if int(line["df"]) < 1:
            assert test.chi2 is None
            continue
        assert test.chi2 == pytest.approx(float(line["chi2"]), abs=1e-9), cohort
        assert (test.df, test.p) == (int(line["df"]), pytest.approx(float(line["p"]), abs=1e-9))
        checked += 1
    assert checked > 150


def of(lines, stratum, group):
    chosen = [line for line in lines if (line["stratum"], line["group"]) == (stratum, group)]
    return count_times([float(line["time"]) for line in chosen], [int(line["event"]) for line in chosen])


def test_strata_that_hold_one_group_each_have_nothing_in_common():
    dead, nobody = count_times((1, 2), (1, 1)), count_times((), ())
    test = stratified_logrank([[dead, nobody], [nobody, dead]])
    assert (test.chi2, test.p) == (None, None)
    assert test.why == "the groups are never at risk together when an event happens"


def test_what_cannot_be_tested_says_why():
    assert stratified_logrank([]).why == "there is only one group, so there is nothing to compare"
    nobody = count_times((), ())
    assert stratified_logrank([[nobody, nobody]]).why == "no group has had an event"
    dead = count_times((1, 2), (1, 1))
    with pytest.raises(CohortError, match="every stratum must have the same groups in the same order"):
        stratified_logrank([[dead, dead], [dead]])


patients = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1), st.integers(0, 2)), min_size=1, max_size=40)


def groups(drawn, unit=1):
    return [
        count_times([t * unit for t, _, g in drawn if g == k], [e for _, e, g in drawn if g == k]) for k in range(3)
    ]


@settings(max_examples=60, derandomize=True)
@given(patients, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_and_groups_nor_the_unit_of_time_matters(drawn, random):
    test = logrank(groups(drawn))
    other = logrank(groups(random.sample(drawn, len(drawn)), 24)[::-1])
    assert other.df == test.df
    assert other.chi2 == (None if test.chi2 is None else pytest.approx(test.chi2, abs=1e-8))


@settings(max_examples=60, derandomize=True)
@given(patients)
def test_two_equal_strata_double_chi_squared_and_one_stratum_is_the_plain_test(drawn):
    test = logrank(groups(drawn))
    assert stratified_logrank([groups(drawn)]) == test
    doubled = stratified_logrank([groups(drawn)] * 2)
    assert doubled.chi2 == (None if test.chi2 is None else pytest.approx(2 * test.chi2, abs=1e-8))
