"""Each option of the criteria set changes at least one case; the default comes first and changes nothing."""

from __future__ import annotations

import pytest

from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.options import choose
from hlh_tui.assess.run import assess_all, assess_patient, proposals
from hlh_tui.protocol import load
from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.errors import ProtocolError
from tests.assess.charts import ChartRows
from tests.assess.conftest import Charted
from tests.assess.courses import ABNORMAL, abnormal, before, normal, panel, patient, platelet_transfusions, result

FEW = {"spleen_below_margin": 0, "cns_involvement": 0, "fibrinogen": 2, "temperature": 37}
HALF = {"temperature": 39, "spleen_below_margin": 6, "ferritin": 5000, "fibrinogen": 1.2, "platelets": 60}
CASES: dict[str, tuple[ChartRows, dict[str, str]]] = {
    "bound": (patient(before(), normal(7, 10, platelets=100)), {"registry": "CR", "label": "PR"}),
    "coag": (patient(before(), normal(7, 10, d_dimer=900)), {"and_or": "CR", "both": "PR"}),
    "cyto_domains": (
        patient(before(), abnormal(7, 10, temperature=36.5, platelets=150, neutrophils=2)),
        {"1": "NR", "2": "PR"},
    ),
    "impr_cut": (
        patient(before(), abnormal(7, 10, **HALF, neutrophils=0.75)),
        {"ge": "IMP", "gt": "NR"},
    ),
    "min_abn": (
        patient(before(**FEW), normal(7, 10, ferritin=4000), disease_status="relapse"),
        {"reactivated": "IMP", "standard": "NR"},
    ),
    "confirm_days": (
        patient(before(), normal(5, 7), abnormal(9), normal(20, 22, 25, ferritin=3000), normal(48, ferritin=3000)),
        {"3": "PR", "0": "CR", "28": "PR"},
    ),
    "missing": (
        patient(before(), normal(4), normal(9, ferritin=None)),
        {"strict": "PR", "locf3": "CR", "locf7": "CR", "best": "CR", "worst": "PR"},
    ),
    "improvement_under_support": (
        patient(
            before(), abnormal(7, 10, ferritin=4000, fibrinogen=1.3, neutrophils=0.9, platelets=80),
            events=platelet_transfusions(5, 9),
        ),
        {"counts": "IMP", "excluded": "NR"},
    ),
    "hsct": (
        patient(before(), normal(7, 10), events=[{"day": 9, "kind": "hsct"}]),
        {"while_on_treatment": "NR", "treatment_policy": "CR", "composite": "NR"},
    ),
    "new_therapy": (
        patient(before(), normal(7, 10), events=[{"day": 12, "kind": "chemotherapy"}]),
        {"while_on_treatment": "CR", "treatment_policy": "CR", "composite": "NR"},
    ),
    "new_therapy_by": (
        patient(before(), abnormal(1), normal(7, 10), exposures=[{"drug": "low-dose etoposide", "start_day": 2}]),
        {"event": "CR", "exposure": "NR"},
    ),
    "death": (
        patient(before(), normal(7, 10), events=[{"day": 20, "kind": "death"}], last_contact_day=20),
        {"while_on_treatment": "CR", "composite": "NR"},
    ),
    "horizon": (patient(before(), abnormal(7), normal(30, 34)), {"28": "NR", "56": "CR"}),
    "baseline_window": (
        patient(panel(-10, ABNORMAL), normal(7, 10, ferritin=5000)),
        {"7": "NE", "3": "NE", "14": "PR"},
    ),
    "windows": (
        patient(before(), normal(4), normal(9, ferritin=None)),
        {"standard": "PR", "narrow": "PR", "wide": "CR"},
    ),
    "support_days": (
        patient(before(), normal(7, 10), events=platelet_transfusions(2, 8)),
        {"4": "PR", "7": "PR", "ignored": "CR"},
    ),
    "guard": (
        patient(before(scd25=4000), normal(7, 10, scd25=9000)),
        {"2": "PR", "1": "PR", "off": "CR"},
    ),
    "ddu": (
        patient(
            before(), normal(7, 10, fibrinogen=1.4, d_dimer=None),
            [result(day, "d_dimer", 400, unit="ug/L{DDU}") for day in (7, 10)],
        ),
        {"converted": "CR", "not_used": "PR"},
    ),
    "splenectomy": (
        patient(
            before(), normal(7, 10, spleen_below_margin=None),
            events=[{"day": 5, "kind": "procedure", "term": "splenectomy"}],
        ),
        {"standard": "PR", "not_evaluable": "PR", "met": "CR"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def criteria() -> CriteriaSet:
    return criteria_set(load.read_bundled(load.CRITERIA, "locatelli-2020"))


def test_every_option_moves_a_case(charted: Charted, criteria: CriteriaSet) -> None:
    study = charted({key: chart for key, (chart, _) in CASES.items()})
    assert set(CASES) == set(criteria.options)
    for key, (_, expected) in CASES.items():
        values = [choice.value for choice in criteria.options[key].choices]
        found = {value: proposals(study, options={key: value})[key].category for value in values}
        assert found == expected, key
        assert next(iter(expected)) == criteria.options[key].default, key


def test_values_carried_three_days_further(charted: Charted) -> None:
    study = charted({"p": patient(before(), normal(4), normal(9, ferritin=None, temperature=None))})
    strict, carried = (assess_patient(study, "p", options={"missing": how}) for how in ("strict", "locf3"))
    assert [(each.day, each.category) for each in strict.evaluations] == [(4, "CR"), (9, "PR")]
    assert [(each.day, each.category) for each in carried.evaluations] == [(4, "CR"), (9, "PR")]
    states = {each.id: each.state for each in carried.evaluations[1].items}
    assert (states["ferritin"], states["fever"]) == ("met", "not_evaluable"), "5 days: within 3 + 3, beyond 1 + 3"


def test_a_day_without_any_value_is_not_evaluable_unless_missing_counts_for_something(charted: Charted) -> None:
    study = charted({"p": patient(before(), [result(7, "scd25", 900)])})
    found = {how: assess_patient(study, "p", options={"missing": how}) for how in ("strict", "best", "worst")}
    assert {how: each.evaluations[0].category for how, each in found.items()} == {
        "strict": "NE",
        "best": "CR",
        "worst": "NR",
    }
    assert [each.evaluations[0].indeterminate for each in found.values()] == [True, False, False]


def test_confirmation_after_28_days_moves_the_horizon(charted: Charted) -> None:
    study = charted({"p": patient(before(), normal(10, 20, 37.9999, 38, 50))})
    best = assess_patient(study, "p", options={"confirm_days": "28"}).best
    assert (best.category, best.day, best.confirmed_day) == ("CR", 10, 38)


def test_a_proposal_names_its_criteria_and_every_option(charted: Charted, criteria: CriteriaSet) -> None:
    study = charted({"p": patient(before(), normal(7, 10))})
    found = proposals(study, options={"coag": "both"})["p"]
    assert (found.category, found.day, found.confirmed_day) == ("CR", 7, 10)
    assert (found.criteria_id, found.criteria_version) == ("locatelli-2020", "1.1.0")
    assert found.criteria_hash == study.criteria_document.hash
    defaults = {key: option.default for key, option in criteria.options.items()}
    assert found.options == {**defaults, "coag": "both"}


def test_one_patient_is_assessed_as_in_the_whole_cohort(charted: Charted) -> None:
    study = charted({key: chart for key, (chart, _) in CASES.items()})
    for key, value in (("missing", "strict"), ("missing", "best"), ("cyto_domains", "2")):
        together = assess_all(study, options={key: value})
        assert together == tuple(assess_patient(study, name, options={key: value}) for name in sorted(CASES))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bounds": "label"}, "locatelli-2020 has no option 'bounds'; its options are bound, coag,"),
        ({"coag": "either"}, "option coag of locatelli-2020 cannot be 'either'; choose one of and_or, both"),
    ],
)
def test_an_unknown_option_is_refused(criteria: CriteriaSet, options: dict[str, str], message: str) -> None:
    with pytest.raises(AssessError) as refused:
        choose(criteria, options)
    assert str(refused.value).startswith(message)


def test_a_wrong_criteria_file_names_the_key_and_what_is_allowed() -> None:
    text = load.read_bundled(load.CRITERIA, "locatelli-2020").toml

    def refusal(old: str, new: str) -> str:
        assert old in text
        with pytest.raises(ProtocolError) as refused:
            choose(criteria_set(load.adopt(text.replace(old, new, 1), "own.toml")), {"coag": "both"})
        return str(refused.value)

    assert refusal('pick = "last"', 'pick = "first"').startswith(
        "locatelli-2020: items.spleen.pick: 'first' is not allowed; use one of last, strongest, worst;"
    )
    assert refusal('domain = "cytopenia"', 'domain = "anaemia"').startswith(
        "locatelli-2020: items.neutrophils.domain: 'anaemia' is not known; use one of cns, coagulopathy, cytopenia,"
    )
    assert "there is no key 'colour'; use one of best, carry_days," in refusal(
        'visit_tie = "earlier"', 'visit_tie = "earlier"\ncolour = "red"'
    )
    assert "give small letters, digits and '_', a letter first" in refusal(
        'id = "fever"', 'id = "fever\'; DROP TABLE log"'
    )
    assert refusal('"domains.coagulopathy.met" = "all"', '"domains.clotting.met" = "all"').startswith(
        "locatelli-2020: options set 'domains.clotting.met', but there is no 'clotting' in domains; use one of cns,"
    )
    assert "options: domains.coagulopathy.met: 'some' is not allowed; use one of all, any, a whole number" in refusal(
        '.met" = "all"', '.met" = "some"'
    )
