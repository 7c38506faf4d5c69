"""Hazard ratios of two groups against R's coxph: lung, aml, veteran and 300 small cohorts with ties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.counts import count_times
from hlh_tui.cohort.survival.cox import FEWEST_EVENTS, hazard_ratio, stratified_hazard_ratio
from tests.cohort.survival.reference import by_cohort, data, number, rows

RISKS = by_cohort("risk_cohorts.csv")
DATA_SETS = {line["cohort"]: line for line in rows("dataset_cox.csv")}


def lung(**wanted):
    return tuple(count_times(*data("lung.csv", sex=sex, **wanted)) for sex in ("1", "2"))


def veteran(**wanted):
    return tuple(count_times(*data("veteran.csv", treatment=arm, **wanted)) for arm in ("1", "2"))


CELLS = ("squamous", "smallcell", "adeno", "large")
FITS = {
    "lung sex": lambda: hazard_ratio(*lung()),
    "lung sex by ecog": lambda: stratified_hazard_ratio([lung(ecog=score) for score in "0123"]),
    "aml": lambda: hazard_ratio(
        count_times(*data("aml.csv", group="Nonmaintained")), count_times(*data("aml.csv", group="Maintained"))
    ),
    "veteran treatment": lambda: hazard_ratio(*veteran()),
    "veteran treatment by cell": lambda: stratified_hazard_ratio([veteran(cell=cell) for cell in CELLS]),
}


def test_women_of_lung_have_0_59_of_the_hazard_of_men():
    found = hazard_ratio(*lung())
    assert found.ratio == pytest.approx(0.588004, abs=2e-6)
    assert (found.lower, found.upper) == pytest.approx((0.423718, 0.815985), abs=1e-6)
    assert found.p == pytest.approx(0.00149123, abs=1e-8)
    assert (found.events, found.why) == ((112, 53), "")


@pytest.mark.parametrize("name", FITS)
def test_data_sets_equal_r(name):
    same(FITS[name](), DATA_SETS[name])


def same(found, line):
    for name in ("coefficient", "std_error", "p", "ratio", "lower", "upper"):
        assert getattr(found, name) == pytest.approx(number(line[name]), rel=1e-7, abs=1e-9), name


def test_300_small_cohorts_equal_r_which_finds_no_finite_estimate_exactly_where_we_refuse():
    fitted = 0
    for cohort, (line,) in by_cohort("risk_cox.csv").items():
        found = hazard_ratio(*(count_times(*columns(cohort, group)) for group in "01"), fewest_events=0)
        if number(line["coefficient"]) is None:
            assert found.ratio is None, cohort
            assert found.why, cohort
        else:
            same(found, line)
            fitted += 1
    assert fitted > 150


def columns(cohort, group):
    chosen = [row for row in RISKS[cohort] if row["group"] == group]
    return [float(row["time"]) for row in chosen], [int(row["event"]) for row in chosen]


def test_few_events_are_refused_with_their_number():
    four, five = count_times(range(1, 6), (1, 1, 1, 1, 0)), count_times(range(1, 6), (1, 1, 1, 1, 1))
    found = hazard_ratio(four, five)
    assert FEWEST_EVENTS == 10
    assert found.why == "9 events in all are too few for a hazard ratio: at least 10 are asked for"
    assert (found.ratio, found.lower, found.upper, found.p, found.coefficient) == (None,) * 5
    assert found.events == (4, 5)
    assert hazard_ratio(five, five).ratio == pytest.approx(1)


@pytest.mark.parametrize(
    ("reference", "other", "why"),
    [
        ([(3, 1)], [(9, 0)], "untreated has had no event, so the hazard ratio has no finite estimate"),
        ([(9, 0)], [(3, 1)], "treated has had no event, so the hazard ratio has no finite estimate"),
        ([], [(3, 1)], "treated has had no event, so the hazard ratio has no finite estimate"),
        (
            [(1, 1), (2, 1)],
            [(8, 1), (9, 1)],
            "no event of untreated happens while anybody of treated is at risk, so the likelihood is monotone and the"
            " hazard ratio has no finite estimate",
        ),
        (
            [(8, 1), (9, 1)],
            [(1, 1), (2, 1)],
            "no event of treated happens while anybody of untreated is at risk, so the likelihood is monotone and the"
            " hazard ratio has no finite estimate",
        ),
    ],
)
def test_where_the_likelihood_has_no_top_the_reason_is_given(reference, other, why):
    groups = (count_times([t for t, _ in rows], [e for _, e in rows]) for rows in (reference, other))
    assert hazard_ratio(*groups, fewest_events=1, names=("treated", "untreated")).why == why


def test_strata_that_hold_one_group_each_cannot_be_compared():
    dead, nobody = count_times((1, 2), (1, 1)), count_times((), ())
    found = stratified_hazard_ratio([(dead, nobody), (nobody, dead)], fewest_events=1)
    assert found.why == "the groups are never at risk together when an event happens"


def test_no_stratum_at_all_is_refused():
    with pytest.raises(CohortError, match="there is no stratum to compare groups in"):
        stratified_hazard_ratio([])


def test_all_events_of_both_groups_on_one_day():
    found = hazard_ratio(count_times([5] * 10, [1] * 10), count_times([5] * 10, [1] * 5 + [0] * 5))
    assert found.ratio < 1
    assert found.lower < found.ratio < found.upper


patients = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=1, max_size=30)


def group(drawn, unit=1):
    return count_times([t * unit for t, _ in drawn], [e for _, e in drawn])


@settings(max_examples=60, derandomize=True)
@given(patients, patients)
def test_exchanging_the_groups_inverts_the_ratio_and_the_unit_of_time_does_not_matter(one, other):
    found = hazard_ratio(group(one), group(other), fewest_events=0)
    inverse = hazard_ratio(group(other, 24), group(one, 24), fewest_events=0)
    if found.ratio is None:
        assert inverse.ratio is None
    else:
        assert inverse.ratio == pytest.approx(1 / found.ratio, rel=1e-8)
        assert (inverse.lower, inverse.upper) == pytest.approx((1 / found.upper, 1 / found.lower), rel=1e-8)
        assert inverse.p == pytest.approx(found.p, abs=1e-8)


@settings(max_examples=60, derandomize=True)
@given(patients, patients)
def test_two_equal_strata_leave_the_ratio_and_shrink_the_error(one, other):
    pair = (group(one), group(other))
    once, twice = (stratified_hazard_ratio([pair] * k, fewest_events=0) for k in (1, 2))
    if once.ratio is None:
        assert twice.ratio is None
    else:
        assert twice.ratio == pytest.approx(once.ratio, rel=1e-8)
        assert twice.std_error == pytest.approx(once.std_error / 2**0.5, rel=1e-8)
