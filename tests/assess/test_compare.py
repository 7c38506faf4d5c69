"""Two readings side by side: who differs, at which day, by which item, in words that a clinician can check."""

from __future__ import annotations

import json

import msgspec
import pytest

from hlh_tui.assess.compare import Comparison, Difference, compare
from hlh_tui.assess.compare_json import compare_json
from hlh_tui.assess.compare_text import compare_text
from hlh_tui.assess.difference import standing
from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.options import choose
from hlh_tui.protocol import load
from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.item_models import DomainRule, ItemRule
from tests.assess.charts import ChartRows
from tests.assess.conftest import Charted
from tests.assess.courses import abnormal, before, normal, patient, platelet_transfusions

LOCATELLI = criteria_set(load.read_bundled(load.CRITERIA, "locatelli-2020"))
D_DIMER_HIGH = patient(before(), normal(7, 10, d_dimer=900))
HALF = {"temperature": 39, "spleen_below_margin": 6, "ferritin": 4000, "fibrinogen": 1.3, "neutrophils": 0.9}


def haemoglobin_too() -> CriteriaSet:
    """Locatelli without improvement, ferritin below 500, and haemoglobin of at least 90 g/L as a further domain."""
    ferritin = LOCATELLI.item("ferritin")
    stricter = msgspec.structs.replace(ferritin, limit=msgspec.structs.replace(ferritin.limit, value=500))
    limit = msgspec.structs.replace(LOCATELLI.item("platelets").limit, value=90)
    items = [stricter if item.id == "ferritin" else item for item in LOCATELLI.items]
    haemoglobin: ItemRule = msgspec.structs.replace(
        LOCATELLI.item("platelets"), id="haemoglobin", domain="haemoglobin", label="Haemoglobin",
        analytes=("haemoglobin",), unit="g/L", limit=limit, change=None, support=None,
    )  # fmt: skip
    domain = DomainRule(id="haemoglobin", label="Haemoglobin", met="all", source="test", confidence="design")
    return msgspec.structs.replace(
        LOCATELLI,
        id="with-haemoglobin",
        version="2.0.0",
        hash="another",
        domains=(*LOCATELLI.domains, domain),
        items=(*items, haemoglobin),
        categories=LOCATELLI.categories[:2],
        options={"missing": LOCATELLI.options["missing"]},
        variants={},
        collapses=(),
    )


def between(charted: Charted, left: dict[str, str], right: dict[str, str], **charts: ChartRows) -> Comparison:
    return compare(charted(charts), choose(LOCATELLI, left), choose(LOCATELLI, right))


def only(found: Comparison) -> Difference:
    (one,) = found.differences
    return one


def test_the_cells_hold_the_patients_and_the_diagonal_those_who_agree(charted: Charted) -> None:
    found = between(charted, {}, {"coag": "both"}, high=D_DIMER_HIGH, well=patient(before(), normal(7, 10)))
    assert found.cells == {("CR", "PR"): ("high",), ("CR", "CR"): ("well",)}
    assert (found.patients, found.agreeing, found.same_set) == (2, ("well",), True)
    assert found.left_categories == ("CR", "PR", "IMP", "NR", "NE")


def test_a_domain_made_of_the_same_items_otherwise(charted: Charted) -> None:
    one = only(between(charted, {}, {"coag": "both"}, high=D_DIMER_HIGH))
    assert (one.left, one.left_day, one.right, one.right_day) == ("CR", 7, "PR", 7)
    assert (one.day, one.better, one.options) == (7, "left", (("coag",),))
    assert one.items == ("fibrinogen", "d_dimer")
    assert one.why == (
        "on day 7 the right finds PR: Coagulopathy met left, not met right"
        " (Fibrinogen 2.4 g/L on day 7 met, D-dimer 900 µg/L FEU on day 7 not met)"
    )


def test_a_value_at_the_limit(charted: Charted) -> None:
    one = only(between(charted, {"bound": "label"}, {}, p=patient(before(), normal(7, 10, platelets=100))))
    assert (one.left, one.right, one.better, one.items) == ("PR", "CR", "right", ("platelets",))
    assert one.why == (
        "on day 7 the left finds PR: Platelets 100 10⁹/L on day 7 not met left (limit >100), met right (limit ≥100)"
    )


def test_a_value_carried_further(charted: Charted) -> None:
    chart = patient(before(), normal(4), normal(9, ferritin=None))
    one = only(between(charted, {}, {"missing": "locf3"}, p=chart))
    assert (one.left, one.right, one.right_day, one.items) == ("PR", "CR", 4, ("ferritin",))
    assert "asks that it hold for 3 days, and on day 9 finds PR" in one.why
    assert one.why.endswith("without a value: Ferritin")


def test_an_improvement_under_support(charted: Charted) -> None:
    chart = patient(before(), abnormal(7, 10, **HALF, platelets=80), events=platelet_transfusions(5, 9))
    one = only(between(charted, {}, {"improvement_under_support": "excluded"}, p=chart))
    assert (one.left, one.right, one.items) == ("IMP", "NR", ("platelets",))
    assert one.why == (
        "on day 7 the right finds NR: Platelets 80 10⁹/L on day 7, +100 % from baseline,"
        " under platelet transfusion on day 5: improved left, not improved right"
    )


def test_items_that_make_up_other_domains(charted: Charted) -> None:
    chart = patient(before(), abnormal(7, 10, temperature=36.5, platelets=150, neutrophils=2))
    one = only(between(charted, {}, {"cyto_domains": "2"}, p=chart))
    assert (one.left, one.right, one.better, one.items) == ("NR", "PR", "right", ("neutrophils", "platelets"))
    assert "Neutrophils 2 10⁹/L on day 7 met counts in Cytopenia left, in Neutropenia right" in one.why


def test_a_response_that_does_not_last_names_what_was_lost(charted: Charted) -> None:
    chart = patient(before(), normal(7), normal(9, ferritin=5000), normal(12, ferritin=5000))
    one = only(between(charted, {"confirm_days": "0"}, {}, p=chart))
    assert (one.left, one.left_day, one.right, one.right_day) == ("CR", 7, "PR", 7)
    assert (one.day, one.items) == (9, ("ferritin",))
    assert one.why == (
        "the right finds CR on day 7 too, but asks that it hold for 3 days, and on day 9 finds PR:"
        " CR needs every domain met; not met: Ferritin 5000 µg/L on day 9 (limit <2000)"
    )


def test_a_response_that_nothing_confirms(charted: Charted) -> None:
    chart = patient(before(), normal(7, 10), events=[{"day": 12, "kind": "hsct"}])
    one = only(between(charted, {}, {"confirm_days": "28"}, p=chart))
    assert (one.left, one.right, one.items, one.day) == ("CR", "NR", (), 7)
    assert one.why == (
        "the right finds CR on day 7 too, but asks that it hold for 28 days, and no later day that counts confirms it"
    )


def test_which_of_several_options_suffices(charted: Charted) -> None:
    found = between(charted, {}, {"coag": "both", "bound": "label"}, high=D_DIMER_HIGH)
    assert only(found).options == (("coag",),)
    assert only(found).why.startswith("by coag=both alone: on day 7 the right finds PR")
    either = patient(before(), normal(7, 10, d_dimer=900, platelets=100))
    assert only(between(charted, {}, {"coag": "both", "bound": "label"}, p=either)).options == (("bound",), ("coag",))


def test_options_that_only_move_a_patient_together(charted: Charted) -> None:
    """Neutrophils and platelets as two domains, each exactly at its limit: three met domains only with ≥."""
    chart = patient(before(), abnormal(7, 10, temperature=36.5, platelets=100, neutrophils=1))
    one = only(between(charted, {"bound": "label"}, {"cyto_domains": "2"}, p=chart))
    assert (one.left, one.right) == ("NR", "PR")
    assert one.options == (("bound", "cyto_domains"),)
    assert one.why.startswith("by bound=registry with cyto_domains=2 alone: ")


def test_two_sets_name_what_only_one_asks_for(charted: Charted) -> None:
    chart = patient(before(haemoglobin=70), normal(7, 10, haemoglobin=82))
    found = compare(charted({"p": chart}), choose(LOCATELLI), choose(haemoglobin_too()))
    one = only(found)
    assert (one.left, one.right, one.better, one.options) == ("CR", "PR", "left", ())
    assert one.items == ("ferritin", "haemoglobin")
    assert one.why == (
        "on day 7 with-haemoglobin finds PR: CR needs every domain met;"
        " not met: Ferritin 640 µg/L on day 7 (limit <500, <2000 in locatelli-2020),"
        " Haemoglobin 82 g/L on day 7 (limit ≥90, not in locatelli-2020)"
    )


def test_a_category_that_only_one_set_has_stands_by_its_order(charted: Charted) -> None:
    chart = patient(before(), abnormal(7, 10, **HALF, platelets=80))
    one = only(compare(charted({"p": chart}), choose(LOCATELLI), choose(haemoglobin_too())))
    assert (one.left, one.right, one.better) == ("IMP", "NR", "left")
    assert one.why.startswith(
        "on day 7 with-haemoglobin finds NR: PR needs 3 of the domains abnormal at baseline met, here 0;"
        " not met: Neutrophils 0.9 10⁹/L on day 7 (limit ≥1.0), Platelets 80 10⁹/L on day 7 (limit ≥100),"
        " Ferritin 4000 µg/L on day 7 (limit <500, <2000 in locatelli-2020), Fibrinogen 1.3 g/L on day 7 (limit >1.5)"
    )


def test_only_what_counts_is_counted_and_named_as_the_set_counts_it(charted: Charted) -> None:
    """Under the DEP criteria normal is no improvement, and ferritin without a baseline value never counts."""
    start = before(ferritin=None, d_dimer=300, fibrinogen=2.4, cns_involvement=0, scd25=6000, alt=300)
    later = normal(10, 14, scd25=4500, alt=200, ferritin=300)
    dep = criteria_set(load.read_bundled(load.CRITERIA, "midwest-dep"))
    one = only(compare(charted({"p": patient(start, later)}), choose(LOCATELLI, {}), choose(dep, {})))
    assert (one.left, one.right, one.day) == ("CR", "NR", 14)
    assert one.why == (
        "on day 14 midwest-dep finds NR: PR needs 2 of the domains abnormal at baseline improved, here 1 (Neutrophils);"
        " not improved: sCD25 4500 U/mL on day 14, -25 % from 6000 U/mL (improved if the value falls by more than"
        " 33.3333 %, between results of one assay and unit; not in locatelli-2020),"
        " ALT 200 U/L on day 14, -33 % from 300 U/L (no step for such a baseline; not in locatelli-2020);"
        " improvement not settled: Ferritin 300 µg/L on day 14, no baseline value"
        " (improved if the value falls by at least 25 %);"
        " without a value: Triglycerides (not in locatelli-2020);"
        " midwest-dep has no improvement of Haemoglobin, Platelets;"
        " locatelli-2020 counts Fever 36.6 °C on day 14 met, Spleen 0 cm on day 14 met,"
        " Fibrinogen 2.4 g/L on day 14 met, D-dimer 300 µg/L FEU on day 14 met,"
        " CNS involvement absent on day 14 met, not in midwest-dep"
    )


def test_the_order_of_categories_of_two_sets() -> None:
    other = haemoglobin_too()
    assert standing(LOCATELLI, "IMP", other, "PR") == -1
    assert standing(LOCATELLI, "IMP", other, "NR") == 1
    assert standing(LOCATELLI, "NR", other, "NE") == 1
    assert standing(LOCATELLI, "CR", other, "CR") == 0
    marsh = criteria_set(load.read_bundled(load.CRITERIA, "marsh-2013"))
    assert standing(LOCATELLI, "CR", marsh, "PR") == 0, "each the best of its set"
    assert standing(LOCATELLI, "CR", marsh, "SINGLE") == 0, "no set has both"
    assert standing(LOCATELLI, "IMP", marsh, "NR") == 1


def test_a_set_that_judges_at_visits_says_so(charted: Charted) -> None:
    marsh = choose(criteria_set(load.read_bundled(load.CRITERIA, "marsh-2013")))
    one = only(compare(charted({"p": patient(before(), normal(3, 6))}), choose(LOCATELLI), marsh))
    assert (one.left, one.right, one.better) == ("CR", "NE", "left")
    assert one.why.startswith("marsh-2013 says NE: ")
    assert one.why.endswith(" (it judges on day 14 ± 3)")


def test_the_table_reads_well_in_80_columns(charted: Charted) -> None:
    charts = {"high": D_DIMER_HIGH, "well": patient(before(), normal(7, 10))}
    text = compare_text(between(charted, {}, {"coag": "both"}, **charts))
    assert max(map(len, text.splitlines())) <= 80
    assert text.splitlines()[:9] == [
        "left   locatelli-2020 1.1.0, default options",
        "right  locatelli-2020 1.1.0, coag=both",
        "",
        "      right",
        "left   CR   PR  IMP   NR  all",
        "CR     =1    1    .    .    2",
        "PR      .   =.    .    .    0",
        "IMP     .    .   =.    .    0",
        "NR      .    .    .   =.    0",
    ]
    assert "The same category (=): 1 of 2 patients (50 %)." in text
    assert "CR left, PR right: 1\n  high  CR d7 / PR d7: on day 7 the right finds PR" in text
    assert "1 of 2 categories depend on the choice: better left 1, better right 0." in text
    assert "Response (CR + PR + HLH improvement): left 2/2 (100 %), right 2/2 (100 %)." in text


def test_rates_of_two_sets_are_said_not_to_be_comparable(charted: Charted) -> None:
    chart = patient(before(haemoglobin=70), normal(7, 10, haemoglobin=82))
    text = compare_text(compare(charted({"p": chart}), choose(LOCATELLI), choose(haemoglobin_too())))
    assert max(map(len, text.splitlines())) <= 80
    joined = " ".join(text.split())
    assert "right with-haemoglobin 2.0.0, default options" in joined
    assert "Only left has IMP (HLH improvement)." in joined
    assert (
        "The rates of the two sets are not comparable as such: only with-haemoglobin asks for Haemoglobin. Limits and"
        " rules differ too."
    ) in joined
    assert "Items that make the difference most often (patients): Ferritin 1, Haemoglobin 1." in joined


def test_nothing_depends_on_the_choice(charted: Charted) -> None:
    found = between(charted, {}, {"impr_cut": "gt"}, well=patient(before(), normal(7, 10)))
    assert found.differences == ()
    assert compare_text(found).endswith("No category depends on the choice: all 1 patients agree.")


def test_the_json_object(charted: Charted) -> None:
    found = compare_json(between(charted, {}, {"coag": "both"}, high=D_DIMER_HIGH))
    assert json.loads(json.dumps(found)) == found
    assert (found["comparable"], found["patients"], found["agreeing"]) == (True, 1, [])
    assert found["right"]["options"]["coag"] == "both"
    assert found["cells"] == [{"left": "CR", "right": "PR", "patients": ["high"]}]
    assert found["differences"][0]["items"] == ["fibrinogen", "d_dimer"]


def test_a_diagnosis_is_not_compared_with_a_response(charted: Charted) -> None:
    diagnosis = choose(msgspec.structs.replace(LOCATELLI, id="own", kind="diagnosis"))
    with pytest.raises(AssessError, match="answer different questions: compare two sets of one kind"):
        compare(charted({"p": D_DIMER_HIGH}), choose(LOCATELLI), diagnosis)
