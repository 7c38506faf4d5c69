"""What makes the difference between two readings, under criteria sets of every kind, in literal sentences."""

from __future__ import annotations

from typing import Any

import pytest

from hlh_tui.assess.compare import Difference, compare
from hlh_tui.assess.options import choose
from hlh_tui.protocol import load
from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.criteria_models import CriteriaSet
from tests.assess.charts import ChartRows
from tests.assess.conftest import Charted
from tests.assess.courses import before, normal, panel, patient

DEP_START = {
    "scd25": 3000.0, "ferritin": 8000.0, "triglycerides": 4.0, "haemoglobin": 80.0, "neutrophils": 0.3,
    "platelets": 30.0, "alt": 600.0,
}  # fmt: skip
STATE_START = {
    "temperature": 39.0, "spleen_below_margin": 5.0, "haemoglobin": 70.0, "platelets": 30.0, "neutrophils": 0.3,
    "triglycerides": 4.0, "fibrinogen": 0.8, "ferritin": 8000.0, "cns_involvement": 0.0, "scd25": 6000.0,
}  # fmt: skip
RESOLVED = {
    "temperature": 36.8, "spleen_below_margin": 0.0, "haemoglobin": 95.0, "platelets": 110.0, "neutrophils": 1.0,
    "triglycerides": 2.0, "fibrinogen": 2.1, "ferritin": 400.0, "cns_involvement": 0.0, "scd25": 2000.0,
}  # fmt: skip
FOUR_OF_EIGHT = {
    "temperature": 39.0, "splenomegaly": 1.0, "haemoglobin": 100.0, "platelets": 150.0, "neutrophils": 2.0,
    "triglycerides": 2.0, "fibrinogen": 3.0, "haemophagocytosis": 1.0, "nk_activity": 0.0, "ferritin": 499.0,
    "scd25": 9000.0,
}  # fmt: skip
SCORED = {
    "known_immunosuppression": 0.0, "temperature": 38.0, "splenomegaly": 1.0, "hepatomegaly": 0.0,
    "haemoglobin": 80.0, "leukocytes": 3.0, "platelets": 50.0, "ferritin": 7000.0, "triglycerides": 2.0,
    "fibrinogen": 3.0, "ast": 10.0, "haemophagocytosis": 0.0,
}  # fmt: skip


def bundled(name: str) -> CriteriaSet:
    return criteria_set(load.read_bundled(load.CRITERIA, name))


def only(
    charted: Charted, chart: ChartRows, left: str, right: str = "", given: dict[str, str] | None = None
) -> Difference:
    """The one difference of one patient: between two sets, or between the defaults and the options given."""
    found = compare(charted({"p": chart}), choose(bundled(left)), choose(bundled(right or left), given or {}))
    (one,) = found.differences
    return one


def dep(**changed: Any) -> ChartRows:
    """Marker values of a man at 2 weeks under DEP, unchanged since baseline unless said."""
    chart = patient(panel(0, DEP_START), panel(14, DEP_START, **changed))
    chart.sex = "male"
    return chart


def test_a_step_that_was_missed_is_told_with_its_baseline_and_not_with_the_normal_limit(charted: Charted) -> None:
    """Exactly 1.5-fold is not more than 1.5-fold (Wang 2015); Marsh asks for 25 %."""
    one = only(charted, dep(scd25=2000, neutrophils=0.6), "midwest-dep", "marsh-2013")
    assert (one.left, one.right, one.items) == ("NR", "PR", ("scd25",))
    assert one.why == (
        "on day 14 midwest-dep finds NR: PR needs 2 of the domains abnormal at baseline improved, here 1 (Neutrophils);"
        " not improved: sCD25 2000 U/mL on day 14, -33 % from 3000 U/mL"
        " (improved if the value falls by more than 33.3333 %, between results of one assay and unit)"
    )


def test_a_value_of_the_step_in_which_nothing_suffices(charted: Charted) -> None:
    """ALT counts from above 400 U/L only: a fall from 400 to 100 has no step."""
    chart = patient(panel(0, DEP_START, alt=400), panel(14, DEP_START, alt=100, neutrophils=0.6))
    one = only(charted, chart, "midwest-dep", "marsh-2013")
    assert (one.left, one.right, one.items) == ("NR", "PR", ("alt",))
    assert one.why.endswith("; not improved: ALT 100 U/L on day 14, -75 % from 400 U/L (no step for such a baseline)")


def test_what_a_comparator_leaves_open_is_not_called_not_improved(charted: Charted) -> None:
    """From at least 3000 to 2000: exactly 1.5-fold or more."""
    chart = patient(panel(0, DEP_START, scd25=">=3000"), panel(14, DEP_START, scd25=2000, neutrophils=0.6))
    one = only(charted, chart, "midwest-dep", "midwest-dep", {"missing": "best"})
    assert (one.left, one.right, one.items) == ("NR", "PR", ("scd25",))
    assert one.why == (
        "on day 14 the left finds NR: PR needs 2 of the domains abnormal at baseline improved, here 1 (Neutrophils);"
        " improvement not settled: sCD25 2000 U/mL on day 14, from ≥3000 U/mL"
        " (improved if the value falls by more than 33.3333 %, between results of one assay and unit)"
    )


def test_only_what_is_unknown_makes_the_difference_of_a_best_case(charted: Charted) -> None:
    """Four of eight are fulfilled and ferritin was not measured; what is known and normal makes no difference."""
    chart = patient(panel(-1, FOUR_OF_EIGHT, ferritin=None))
    one = only(charted, chart, "hlh-2004", given={"missing": "best"})
    assert (one.left, one.right, one.items) == ("NOT", "HLH", ("ferritin",))
    assert one.why == (
        "on day 0 the left finds NOT: HLH needs 5 domains met, here 4"
        " (Fever, Splenomegaly, Haemophagocytosis, sCD25); without a value: Ferritin"
    )


def test_another_number_asked_for_is_the_difference(charted: Charted) -> None:
    one = only(charted, patient(panel(-1, FOUR_OF_EIGHT)), "hlh-2004", given={"count": "4"})
    assert (one.left, one.right, one.items) == ("NOT", "HLH", ())
    assert one.why == (
        "on day 0 the left finds NOT: HLH needs 5 domains met, here 4"
        " (Fever, Splenomegaly, Haemophagocytosis, sCD25); the right asks for 4"
    )


def test_points_are_told_as_points(charted: Charted) -> None:
    """23 + 34 + 50 + 44 = 151 points."""
    one = only(charted, patient(panel(-1, SCORED)), "hscore", given={"marrow": "not_done"})
    assert (one.left, one.right, one.items) == ("NOT", "HLH", ())
    assert one.why == "on day 0 the left finds NOT: HLH needs 169 points, here 151; the right asks for 135"


def test_a_molecular_diagnosis_is_what_only_one_set_counts(charted: Charted) -> None:
    chart = patient(panel(-1, FOUR_OF_EIGHT, splenomegaly=0, molecular_hlh=1))
    one = only(charted, chart, "hlh-2004", "hlh-2024")
    assert (one.left, one.right, one.items) == ("HLH", "NOT", ("molecular_hlh",))
    assert one.why == (
        "on day 0 hlh-2024 finds NOT: HLH needs 5 domains met, here 3 (Fever, Haemophagocytosis, sCD25);"
        " hlh-2004 counts Molecular diagnosis present on day -1 met, not in hlh-2024"
    )


def test_an_exclusion_is_named_and_not_items_that_do_not_matter(charted: Charted) -> None:
    """Resolved but for new CNS involvement, which rules PR and improvement out under Locatelli."""
    start, later = panel(0, STATE_START, d_dimer=6000), panel(14, RESOLVED, d_dimer=300, cns_involvement=1)
    one = only(charted, patient(start, later), "hlh-2004-response", "locatelli-2020")
    assert (one.left, one.right, one.items) == ("RESPONSE", "NR", ("cns",))
    assert one.why == "on day 14 locatelli-2020 finds NR: new CNS involvement rules out IMP"


def test_a_sign_of_reactivation_is_not_counted_as_an_achievement(charted: Charted) -> None:
    """High triglycerides and sCD25 are met as signs of reactivation; response does not ask for them."""
    response = {"temperature": 37, "spleen_below_margin": 4, "platelets": 100, "fibrinogen": 1.6, "ferritin": 6000}
    chart = patient(panel(0, STATE_START, d_dimer=6000), panel(14, {**STATE_START, **response}, d_dimer=6000))
    one = only(charted, chart, "hlh-2004-response", "locatelli-2020")
    assert (one.left, one.right) == ("RESPONSE", "NR")
    assert "sCD25" not in one.why
    assert "Triglycerides" not in one.why
    assert "Ferritin 6000 µg/L on day 14, -25 % from baseline (limit <2000, ≤500 in hlh-2004-response)" in one.why


def test_a_reactivation_is_explained_by_its_signs(charted: Charted) -> None:
    """Fever 38.5, platelets 90, ferritin 600 after resolution on day 14; Locatelli keeps improvement from day 14 on."""
    again = panel(28, RESOLVED, temperature=38.5, platelets=90, ferritin=600)
    start = panel(0, STATE_START, d_dimer=6000)
    chart = patient(start, panel(14, RESOLVED), panel(20, RESOLVED), again)
    one = only(charted, chart, "hlh-2004-response", "locatelli-2020")
    assert one.left == "REACTIVATION"
    assert one.items == ("rea_fever", "rea_platelets", "rea_ferritin")
    assert one.why.startswith(
        "on day 28 hlh-2004-response finds REACTIVATION: reactivation: of 8 criteria, 3 met"
        " (Fever again, Platelets low again, Ferritin high again)"
    )


def test_another_category_seen_is_not_called_the_same(charted: Charted) -> None:
    """A response at 2 weeks that Locatelli sees as another category on that day alone."""
    start, later = panel(0, STATE_START, d_dimer=6000), panel(14, RESOLVED, d_dimer=300, haemoglobin=80)
    one = only(charted, patient(start, later), "hlh-2004-response", "locatelli-2020")
    assert (one.left, one.right) == ("RESPONSE", "NR")
    assert one.why == (
        "locatelli-2020 finds CR on day 14, but asks that it hold for 3 days, and no later day that counts confirms it"
    )


def test_the_best_of_two_sets_are_said_to_be_that(charted: Charted) -> None:
    chart = patient(before(), normal(13, 16))
    one = only(charted, chart, "locatelli-2020", "marsh-2013")
    assert (one.left, one.right, one.better, one.items) == ("CR", "PR", "", ())
    assert one.why == (
        "CR is the best of locatelli-2020 and PR the best of marsh-2013;"
        " left: CR from day 13, confirmed on day 16; right: PR on day 13"
    )


@pytest.mark.parametrize("choice", ["interval", "2000"])
def test_a_set_against_itself_does_not_differ(charted: Charted, choice: str) -> None:
    reading = choose(bundled("hlh-jak"), {"ferritin_limit": choice})
    assert compare(charted({"p": dep()}), reading, reading).differences == ()
