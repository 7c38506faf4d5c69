"""What is undefined says why; no number stands where there is none."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass

import pytest

from hlh_tui.review.agreement.models import Estimate, Undefined
from hlh_tui.review.agreement.report import agreement
from tests.review.agreement.reads import Sampling, estimate, estimates
from tests.review.agreement.studies import BIANCHI, COHEN, MEYER, read, study_of

DRAWN = Sampling(level=0.95, draws=200, seed=7)


def whys(found) -> set[str]:
    return {one.why for one in found.coefficients.values() if isinstance(one, Undefined)}


def test_a_study_without_patients(tmp_path) -> None:
    with study_of(tmp_path, 0) as study:
        found = agreement(study, MEYER)
    assert found.warnings == ("The study has no patients yet: import charts first.",)
    assert whys(found) == {"nobody has decided a case yet"}
    assert (found.cases, found.readers, found.confusions, found.rows) == (0, (), (), ())


def test_nobody_has_decided(tmp_path) -> None:
    with study_of(tmp_path, 3) as study:
        found = agreement(study, MEYER)
    assert whys(found) == {"nobody has decided a case yet"}
    assert all(isinstance(one, Undefined) for one in found.coefficients.values())


def test_one_reader(tmp_path) -> None:
    with study_of(tmp_path, 3) as study:
        read(study, MEYER, "CR PR NR")
        found = agreement(study, MEYER)
    assert whys(found) == {
        "only A. Meyer has read cases: agreement needs a second reader (hlh-tui open STUDY --reader NAME)"
    }
    (row,) = found.rows
    assert row.cases == 3
    assert row.overruled.index == Undefined("nobody else has read these cases, so nothing could overrule them")


def test_two_readers_without_a_case_in_common(tmp_path) -> None:
    with study_of(tmp_path, 4) as study:
        read(study, MEYER, "CR PR - -")
        read(study, BIANCHI, "- - CR NR")
        found = agreement(study, MEYER)
    assert "no case has been read by two of these readers" in whys(found)
    assert found.confusions[0].counts == {}


def test_everybody_in_one_category_is_full_agreement_and_no_alpha(tmp_path) -> None:
    with study_of(tmp_path, 4) as study:
        read(study, MEYER, "CR CR CR CR")
        read(study, BIANCHI, "CR CR CR CR")
        found = agreement(study, MEYER)
    percent = found.coefficients["percent"]
    assert isinstance(percent, Estimate)
    assert percent.estimate == 1.0
    assert percent.lower == pytest.approx(0.3976, abs=5e-5)  # exact, 4 of 4
    alpha = found.coefficients["krippendorff.nominal"]
    assert alpha == Undefined(
        "agreement is 100 %, and Krippendorff's alpha, nominal is undefined because only one category was used (CR)"
    )
    defined = [name for name, one in found.coefficients.items() if isinstance(one, Estimate)]
    assert defined == ["percent"]


def test_one_category_among_the_cases_compared_is_undefined_though_a_lone_read_has_another() -> None:
    found = estimates(((1, 1), (1, 1), (None, 2)))
    assert isinstance(found["fleiss"], Undefined)
    assert isinstance(found["gwet.ac1"], Undefined)


def test_full_agreement_in_several_categories_is_one_with_a_lower_limit_that_three_cases_allow() -> None:
    found = estimates(((1, 1), (2, 2), (3, 3)), DRAWN)
    kappa = estimate(found, "cohen.unweighted")
    assert (kappa.estimate, kappa.std_error, kappa.upper) == (1.0, 0.0, 1.0)
    # 3 of 3 agree: exact lower limit 0.2924; agreement by chance 1/3
    assert kappa.lower == pytest.approx((0.29240 - 1 / 3) / (2 / 3), abs=1e-4)
    assert kappa.method.startswith("every pair agrees")


def test_a_reader_who_always_says_the_same_has_kappa_zero_and_no_error() -> None:
    kappa = estimate(estimates(((1, 1), (1, 1), (1, 2), (1, 1)), DRAWN), "cohen.unweighted")
    assert kappa.estimate == pytest.approx(0.0)
    assert (kappa.lower, kappa.upper, kappa.bootstrap) == (None, None, None)
    assert "its error cannot be told from them" in kappa.why


def test_one_case_has_agreement_and_no_error(tmp_path) -> None:
    with study_of(tmp_path, 1) as study:
        read(study, MEYER, "CR")
        read(study, BIANCHI, "PR")
        found = agreement(study, MEYER)
    percent, kappa = found.coefficients["percent"], found.coefficients["conger"]
    assert isinstance(percent, Estimate)
    assert (percent.estimate, percent.std_error, percent.lower) == (0.0, None, 0.0)
    assert percent.upper == pytest.approx(0.975)
    assert isinstance(kappa, Estimate)
    assert kappa.why == "a single case that two readers read has no standard error"
    assert (kappa.std_error, kappa.lower, kappa.upper) == (None, None, None)


def test_cohens_kappa_of_three_readers_points_to_congers(tmp_path) -> None:
    with study_of(tmp_path, 3) as study:
        for reader in (MEYER, BIANCHI, COHEN):
            read(study, reader, "CR PR NR")
        found = agreement(study, MEYER)
        pair = agreement(study, MEYER, ("A. Meyer", "r-cohen"))
    assert found.coefficients["cohen.unweighted"] == Undefined(
        "Cohen's kappa compares two readers and here are 3; Conger's kappa is the same for more of them"
    )
    assert isinstance(pair.coefficients["cohen.unweighted"], Estimate)


def test_not_evaluable_is_a_category_for_itself_and_stands_outside_the_order(tmp_path) -> None:
    with study_of(tmp_path, 6) as study:
        read(study, MEYER, "CR PR NR NE NE CR")
        read(study, BIANCHI, "CR PR NR NE CR PR")
        found = agreement(study, MEYER)
    percent, quadratic = found.coefficients["percent"], found.coefficients["cohen.quadratic"]
    assert isinstance(percent, Estimate)
    assert isinstance(quadratic, Estimate)
    assert (percent.estimate, percent.cases) == (pytest.approx(4 / 6), 6)
    assert quadratic.cases == 4
    assert found.left_out == 3
    assert any("NE stands apart from the order" in note and "(3 reads here)" in note for note in found.notes)


def test_only_not_evaluable_in_common_leaves_no_ordered_case(tmp_path) -> None:
    with study_of(tmp_path, 3) as study:
        read(study, MEYER, "NE NE CR")
        read(study, BIANCHI, "NE CR NE")
        found = agreement(study, MEYER)
    assert found.coefficients["krippendorff.ordinal"] == Undefined(
        "no case has been read by two of these readers as one of CR, PR, IMP, NR"
    )
    assert isinstance(found.coefficients["krippendorff.nominal"], Estimate)


def numbers(value: object) -> list[float]:
    if isinstance(value, float):
        return [value]
    if is_dataclass(value):
        return [one for field in fields(value) for one in numbers(getattr(value, field.name))]
    if isinstance(value, dict):
        return [one for each in value.values() for one in numbers(each)]
    if isinstance(value, tuple):
        return [one for each in value for one in numbers(each)]
    return []


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("CR", "CR"),
        ("CR", "-"),
        ("CR PR", "PR CR"),
        ("NE NE", "NE NE"),
        ("CR - NE", "- NR NE"),
        ("NE NE NE", "CR PR NR"),
        ("CR CR CR", "NR NR NR"),
        ("CR NR CR", "CR NR CR"),
        ("CR PR IMP NR", "- - - NR"),
    ],
)
def test_no_number_of_a_report_is_none(tmp_path, one: str, two: str) -> None:
    with study_of(tmp_path, 4) as study:
        read(study, MEYER, one)
        read(study, BIANCHI, two)
        found = agreement(study, MEYER, draws=50)
    assert all(math.isfinite(number) for number in numbers(found))
    for name, value in found.coefficients.items():
        if isinstance(value, Estimate):
            assert value.estimate <= 1 + 1e-12, name
            assert value.upper is None or value.upper <= 1, name
            assert (value.lower is None) == (value.upper is None), name
            assert value.lower is not None or value.why, name
        else:
            assert value.why, name
