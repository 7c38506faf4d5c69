"""Odd charts: what is shown of a value, and what is said of a day, agree with what was judged."""

from __future__ import annotations

import msgspec

from hlh_tui.assess.assessment_json import patients_json
from hlh_tui.assess.explain import explain
from hlh_tui.assess.item_records import Person, limit_for
from hlh_tui.assess.library import criteria_named
from hlh_tui.assess.models import Assessment
from hlh_tui.assess.options import choose
from hlh_tui.assess.rule_words import limit_words
from hlh_tui.assess.run import assess_all
from hlh_tui.assess.values import Held
from tests.assess.charts import ChartRows
from tests.assess.conftest import Charted
from tests.assess.courses import before, normal, patient, result
from tests.assess.look import item, on

U, PG = "[arb'U]/mL", "pg/mL"


def read(charted: Charted, name: str, chart: ChartRows, **options: str) -> Assessment:
    study = charted({"p": chart})
    (found,) = assess_all(study, criteria_named(study, name), options)
    return found


def at_index(**values: float | str) -> list[dict[str, object]]:
    return [result(0, name, value) for name, value in values.items()]


def test_of_results_in_two_units_the_one_that_decides_is_shown(charted: Charted) -> None:
    """20 000 pg/mL is the greater number and is not judged; 3000 U/mL fulfils the criterion."""
    chart = patient([result(-2, "scd25", 3000, unit=U), result(-1, "scd25", 20000, unit=PG)])
    found = item(read(charted, "hlh-2004", chart), 0, "scd25")
    assert (found.state, found.value, found.value_unit) == ("met", 3000, U)
    assert found.why == "met: highest soluble CD25 (sIL-2 receptor) 3000 U/mL on day -2 is at or above 2400"


def test_a_value_that_does_not_convert_is_printed_in_its_own_unit(charted: Charted) -> None:
    chart = patient([result(0, "scd25", 9000, unit=PG), result(14, "scd25", 1900, unit=PG)])
    found = read(charted, "midwest-dep", chart)
    assert (
        "  sCD25: not evaluable, limit ≤846, baseline 9000 pg/mL (day 0), value 1900 pg/mL (day 14), -79 %"
        in explain(found)
    )
    study = charted({"p": chart})
    (printed,) = patients_json(choose(criteria_named(study, "midwest-dep")), [found])
    shown = printed["by_day"][0]["items"]
    scd25 = next(each for each in shown if each["id"] == "scd25")
    assert (scd25["value"], scd25["value_unit"], scd25["baseline_unit"], scd25["unit"]) == (1900, PG, PG, U)


def test_a_result_in_a_unit_that_is_not_used_is_not_shown_for_one_that_is(charted: Charted) -> None:
    twice = [result(7, "d_dimer", 900, unit="ug/L{DDU}"), result(7, "d_dimer", 400, unit="ug/L{FEU}")]
    chart = patient(before(), normal(7, d_dimer=None), twice)
    for option, state, value in (("converted", "not_met", 900), ("not_used", "met", 400)):
        found = item(read(charted, "locatelli-2020", chart, ddu=option), 7, "d_dimer")
        assert (found.state, found.value) == (state, value), option


def test_results_of_two_assays_at_one_instant_compare_with_none(charted: Charted) -> None:
    start = [result(0, "scd25", 9000, unit=U, assay="A"), result(0, "scd25", 1000, unit=U, assay="B")]
    chart = patient(start, [result(14, "scd25", 3000, unit=U, assay="B")])
    assert item(read(charted, "marsh-2013", chart), 14, "scd25").improved == "unknown"


def test_the_sentence_names_the_condition_that_holds(charted: Charted) -> None:
    gene = read(charted, "hlh-2004", patient(at_index(molecular_hlh=1, ferritin=100)))
    assert on(gene, 0).why == "HLH: of 1 criterion, 1 met (Molecular diagnosis)"


def test_the_sentence_counts_only_domains_that_a_category_asks(charted: Charted) -> None:
    """Fever is no marker of the DEP criteria unless the option symptoms asks for it."""
    chart = patient(
        [result(0, "temperature", 39), result(0, "alt", 500), result(0, "ferritin", 9000)],
        [result(14, "temperature", 36.5), result(14, "alt", 40), result(14, "ferritin", 8000)],
    )
    said = on(read(charted, "midwest-dep", chart), 14).why
    assert "of 2 domains abnormal at baseline, 1 met (ALT) and 1 improved (ALT); neither: Ferritin and trig" in said
    assert "Fever" not in said


def test_an_open_score_names_each_domain_whose_points_are_open(charted: Charted) -> None:
    """One of three lineages is low: the other two decide whether the domain adds 24 or 34 points."""
    chart = patient(
        at_index(platelets=50, known_immunosuppression=0, temperature=39, splenomegaly=0, hepatomegaly=0),
        at_index(ferritin=">1000", triglycerides=2, fibrinogen=1, ast=50, haemophagocytosis=0),
    )
    day = on(read(charted, "hscore", chart), 0)
    assert day.score == (33 + 44 + 30 + 19, 33 + 44 + 30 + 19 + 34 + 50)
    assert "with Cytopenic lineages, Ferritin unknown" in day.why


def test_a_day_far_from_the_visits_is_not_said_to_be_unevaluated(charted: Charted) -> None:
    chart = patient([result(0, "ferritin", 5000), result(5, "ferritin", 1000)])
    assert read(charted, "marsh-2013", chart).best.why == "NE: nothing could be evaluated at day 14 ± 3, up to day 17"


def test_what_counts_whenever_it_was_charted_is_not_said_to_have_a_window(charted: Charted) -> None:
    chart = patient(at_index(ferritin=1000))
    assert item(read(charted, "hscore", chart), 0, "immunosuppression").why == "not evaluable: no value up to day 0"
    described = limit_words(criteria_named(None, "hlh-2004").item("haemoglobin"))
    assert described == "met if <90 g/L; 100 g/L if younger than 28 days"


def test_fever_persists_or_recurs_whether_or_not_it_was_charted_before(charted: Charted) -> None:
    chart = patient(normal(3, temperature=37.5), normal(6))
    found = read(charted, "emapalumab-dose-escalation", chart)
    assert [item(found, day, "fever").improved for day in (3, 6)] == ["no", "yes"]


def test_a_step_is_told_with_the_improvement(charted: Charted) -> None:
    chart = patient([result(0, "platelets", 50), result(3, "platelets", 64)])
    lines = explain(read(charted, "emapalumab-dose-escalation", chart), 3).splitlines()
    assert "    at baseline not met; not improved (baseline ≥ 50 and ≤ 100: at least 30 %)" in lines


def test_reactivation_follows_a_resolution_that_rests_on_the_best_case(charted: Charted) -> None:
    """Unknown items count as met, so that day 14 is a resolution; three signs return a week later."""
    signs = [result(21, "ferritin", 900), result(21, "platelets", 40), result(21, "temperature", 39)]
    chart = patient([result(0, "ferritin", 9000)], [result(14, "ferritin", 300)], signs)
    best, strict = (read(charted, "hlh-2004-response", chart, missing=each) for each in ("best", "strict"))
    assert [each.category for each in best.evaluations] == ["RESOLUTION", "REACTIVATION"]
    assert [each.category for each in strict.evaluations] == ["NR", "NR"]


def test_a_limit_is_printed_as_it_is_applied() -> None:
    """The laboratory's 1.75 g/L is not 1.8; a limit printed in mg/dL keeps its sign when at least becomes more than."""
    jak = criteria_named(None, "hlh-jak").item("fibrinogen").limit
    own = limit_for(jak, Person("male", 40, (), {}), Held("fibrinogen", 1.8, None, 0, lower=1.75))
    assert (own.shown, msgspec.structs.replace(own, value=2.0).shown) == ("≥1.75", "≥2.0")
    options = {"triglycerides": "mg", "bounds": "more_than", "scd25": "laboratory"}
    strict = choose(criteria_named(None, "hlh-2004"), options).criteria
    assert strict.item("triglycerides").limit.shown == ">265 mg/dL"
    uncharted = limit_for(strict.item("scd25").limit, Person(None, None, (), {}), Held("scd25", 3000, None, 0))
    assert uncharted.shown == ">2400"


def test_the_limit_for_a_woman_has_its_own_source() -> None:
    limit = criteria_named(None, "midwest-dep").item("ferritin").limit
    found = limit_for(limit, Person("female", 30, (), {}), None)
    assert (found.value, found.source) == (150, "common interval (women)")
