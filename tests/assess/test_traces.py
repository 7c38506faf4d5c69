"""The trace of criteria sets of every kind: what was charted, what is unknown and matters, what was not asked."""

from __future__ import annotations

import pytest

from hlh_tui.assess.explain import explain
from hlh_tui.assess.models import Assessment, Item
from hlh_tui.assess.possible import best_words
from hlh_tui.assess.run import assess_all
from hlh_tui.protocol import load
from hlh_tui.protocol.criteria_file import criteria_set
from tests.assess.charts import ChartRows
from tests.assess.conftest import Charted
from tests.assess.courses import panel, patient, result

DOSE_START = {
    "temperature": 38.0, "platelets": 60.0, "neutrophils": 0.8, "ferritin": 5000.0, "spleen_below_margin": 3.0,
    "fibrinogen": 0.8, "d_dimer": 2000.0,
}  # fmt: skip
DOSE_LATER = {**DOSE_START, "temperature": 37.0, "platelets": 90.0, "ferritin": 3000.0, "d_dimer": 1500.0}


def under(charted: Charted, criteria: str, chart: ChartRows) -> Assessment:
    (found,) = assess_all(charted({"p": chart}), criteria_set(load.read_bundled(load.CRITERIA, criteria)))
    return found


def spleen(found: Assessment) -> Item:
    return next(item for item in found.evaluations[-1].items if item.id == "spleen")


@pytest.mark.parametrize(
    ("before", "after", "numbers"),
    [
        (("spleen_below_margin", 4), ("splenomegaly", 0), "baseline 4 cm (day 0), value absent (day 14)"),
        (("splenomegaly", 1), ("spleen_below_margin", 2), "baseline present (day 0), value 2 cm (day 14)"),
    ],
)
def test_a_baseline_charted_as_another_analyte_is_told_as_that(
    charted: Charted, before: tuple[str, float], after: tuple[str, float], numbers: str
) -> None:
    found = under(charted, "marsh-2013", patient([result(0, *before)], [result(14, *after)]))
    assert f"  Spleen: {'met' if after[1] == 0 else 'not met'}, limit ≤0, {numbers}" in explain(found).splitlines()
    assert (spleen(found).baseline_analyte, spleen(found).analyte) == (before[0], after[0])


def test_only_what_could_still_count_is_named_as_unknown(charted: Charted) -> None:
    """Of ten markers two were abnormal at baseline; the others have no baseline and can never count."""
    start = [result(0, "ferritin", 8000), result(0, "spleen_below_margin", 4), result(0, "alt", 20)]
    found = under(charted, "marsh-2013", patient(start, [result(14, "ferritin", 6000), result(14, "splenomegaly", 0)]))
    assert found.evaluations[-1].why == (
        "improvement in a single marker: of 2 domains abnormal at baseline, 1 improved by 25 % (Ferritin);"
        " not evaluable: Fever, Haemoglobin, Neutrophils, Platelets, Triglycerides, Fibrinogen, ALT, sCD25;"
        " indeterminate: with Spleen unknown, partial response is possible"
    )


def test_a_baseline_that_asks_for_nothing_needs_no_later_value(charted: Charted) -> None:
    """The label has no rule for neutrophils above 1.5 at baseline: not measuring them again is no flag."""
    chart = patient(panel(0, DOSE_START, neutrophils=1.6), panel(7, DOSE_LATER, neutrophils=None))
    found = under(charted, "emapalumab-dose-escalation", chart)
    (day,) = found.evaluations
    assert (found.best.category, day.best_case, day.indeterminate) == ("SAT", "SAT", False)
    neutrophils = next(item for item in day.items if item.id == "neutrophils")
    assert (neutrophils.state, neutrophils.improved) == ("not_evaluable", "yes")
    assert neutrophils.asks == "baseline > 1.5: nothing is asked"


@pytest.mark.parametrize(("baseline", "category"), [(">1.5", "SAT"), (">=1.5", "UNSAT"), (1.5, "UNSAT")])
def test_that_nothing_is_asked_must_be_sure(charted: Charted, baseline: str | float, category: str) -> None:
    chart = patient(panel(0, DOSE_START, neutrophils=baseline), panel(7, DOSE_LATER, neutrophils=None))
    found = under(charted, "emapalumab-dose-escalation", chart)
    assert found.best.category == category
    assert found.evaluations[-1].best_case == "SAT"


def test_a_normal_value_is_not_called_enough_where_only_change_counts(charted: Charted) -> None:
    found = under(charted, "emapalumab-dose-escalation", patient(panel(0, DOSE_START), panel(7, DOSE_LATER)))
    assert found.evaluations[-1].why == "satisfactory improvement: all 6 domains are improved"


def test_the_step_of_a_baseline_that_a_comparator_leaves_in_one(charted: Charted) -> None:
    chart = patient(panel(0, DOSE_START, d_dimer=">2000"), panel(7, DOSE_LATER, d_dimer=1999))
    d_dimer = under(charted, "emapalumab-dose-escalation", chart).evaluations[-1].items[-1]
    assert (d_dimer.improved, d_dimer.asks) == ("yes", "baseline ≥ 500: any change for the better")
    chart = patient(panel(0, DOSE_START, d_dimer="<600"), panel(7, DOSE_LATER, d_dimer=1999))
    d_dimer = under(charted, "emapalumab-dose-escalation", chart).evaluations[-1].items[-1]
    assert d_dimer.asks == "by the step of its baseline"


def test_criteria_that_no_category_asks_for_are_said_to_be_that(charted: Charted) -> None:
    chart = patient([result(0, "ferritin", 8000)], [result(14, "ferritin", 7000), result(14, "temperature", 39)])
    lines = explain(under(charted, "midwest-dep", chart)).splitlines()
    assert "  For symptoms (no category asks for it in this reading):" in lines
    assert "  For main:" not in lines


def test_no_response_is_explained_by_the_least_that_was_asked(charted: Charted) -> None:
    """HLH-2004: no response at 2 weeks is told by the five signs of response, not by the nine of resolution."""
    start = {
        "temperature": 39, "spleen_below_margin": 5, "platelets": 30, "fibrinogen": 0.8, "ferritin": 8000,
    }  # fmt: skip
    later = {**start, "temperature": 37, "platelets": 120}
    found = under(charted, "hlh-2004-response", patient(panel(0, start), panel(14, later)))
    assert found.evaluations[-1].why == (
        "no response: of 5 criteria for response, 2 improved (Fever, Platelets);"
        " not improved: Spleen, Fibrinogen, Ferritin"
    )


def test_a_category_that_is_called_by_its_id_is_named_once(charted: Charted) -> None:
    chart = patient(panel(0, {"ferritin": 700.0, "platelets": 100.0}))
    criteria = criteria_set(load.read_bundled(load.CRITERIA, "mas-2016"))
    (found,) = assess_all(charted({"p": chart}), criteria)
    assert best_words(criteria, found) == "NOT: criteria not fulfilled; indeterminate: at most MAS"


SCORED = {
    "known_immunosuppression": 0.0, "temperature": 39.4, "splenomegaly": 1.0, "hepatomegaly": 0.0,
    "haemoglobin": 80.0, "leukocytes": 5.01, "platelets": 110.0, "ferritin": 6000.0, "triglycerides": 4.0,
    "fibrinogen": 2.5, "ast": 29.0, "haemophagocytosis": 0.0,
}  # fmt: skip


def test_a_score_tells_the_points_of_each_item(charted: Charted) -> None:
    """Fardet 2014: 33 + 23 + 24 + 35 + 44 + 30 = 189, every value at its limit."""
    found = under(charted, "hscore", patient(panel(-1, SCORED)))
    assert found.evaluations[-1].why == (
        "HLH by HScore: HScore 189 (Temperature 33, Organomegaly 23, Cytopenic lineages 24, Ferritin 35,"
        " Triglycerides 44, Fibrinogen 30): probability of haemophagocytic syndrome 70 to 80 %"
    )


def test_a_score_that_is_open_tells_between_what(charted: Charted) -> None:
    """159 without the liver (38 - 23 = 15 more) and the marrow (35 more); 169 is reached by the marrow alone."""
    chart = patient(panel(-1, SCORED, fibrinogen=2.6, hepatomegaly=None, haemophagocytosis=None))
    assert under(charted, "hscore", chart).evaluations[-1].why == (
        "below the cut-off: HScore between 159 and 209 (Temperature 33, Organomegaly 23 to 38, Cytopenic lineages 24,"
        " Ferritin 35, Triglycerides 44, Haemophagocytosis 0 to 35): probability of haemophagocytic syndrome 25 to"
        " 93 %; indeterminate: with Organomegaly, Haemophagocytosis unknown, HLH by HScore is possible"
    )


def test_a_score_of_nothing_has_no_parts(charted: Charted) -> None:
    low = {**dict.fromkeys(SCORED, 0.0), "temperature": 38.3, "haemoglobin": 120, "leukocytes": 6, "platelets": 200}
    chart = patient(panel(-1, {**low, "ferritin": 1999, "triglycerides": 1.4, "fibrinogen": 2.6}))
    assert under(charted, "hscore", chart).evaluations[-1].why == (
        "below the cut-off: HScore 0: probability of haemophagocytic syndrome <1 %"
    )


@pytest.mark.parametrize("start", [result(-7.5, "ferritin", 8000), result(0, "ferritin", 300)])
def test_values_without_an_abnormal_baseline_are_not_called_missing(charted: Charted, start: dict[str, object]) -> None:
    """Ferritin was measured at two weeks; what is missing is that it was abnormal in the week before the first dose."""
    chart = patient([start], [result(14, "ferritin", 2000)])
    chart.sex = "male"
    assert under(charted, "marsh-2013", chart).best.why == "NE: no domain is known to be abnormal at baseline"


def test_an_abnormal_domain_that_was_not_measured_again_is_what_is_missing(charted: Charted) -> None:
    found = under(charted, "marsh-2013", patient([result(0, "ferritin", 8000)], [result(14, "alt", 20)]))
    assert found.best.why == "NE: nothing that was abnormal at baseline could be evaluated, up to day 17"


def test_improvement_that_support_keeps_from_counting_says_so(charted: Charted) -> None:
    start, later = [result(0, "platelets", 40)], [result(14, "platelets", 130)]
    chart = patient(start, later, events=[{"day": 13, "kind": "transfusion", "term": "platelets"}])
    criteria = criteria_set(load.read_bundled(load.CRITERIA, "marsh-2013"))
    (found,) = assess_all(charted({"p": chart}), criteria, {"improvement_under_support": "excluded"})
    platelets = next(item for item in found.evaluations[-1].items if item.id == "platelets")
    assert (found.best.category, platelets.improved, platelets.change_pct) == ("NR", "no", 225)
    assert platelets.asks == "improved if the value rises by at least 25 %, not under platelet transfusion"
