"""What a case could be at most: where it differs from the proposal, the case is for a human."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.assess.options import choose
from hlh_tui.assess.possible import at_most
from hlh_tui.assess.run import assess_all
from hlh_tui.protocol import load
from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.criteria_models import CriteriaSet
from tests.assess.charts import ChartRows, new_study
from tests.assess.conftest import Charted
from tests.assess.courses import abnormal, before, normal, patient, result
from tests.assess.generated import chart
from tests.assess.quick_fill import fill

SETS = ("emapalumab-dose-escalation", "hlh-2004-response", "hlh-jak", "marsh-2013", "midwest-dep", "hscore", "hlh-2004")


def bundled(name: str) -> CriteriaSet:
    return criteria_set(load.read_bundled(load.CRITERIA, name))


LOCATELLI = bundled("locatelli-2020")
SPLENECTOMY = [{"day": 5, "kind": "procedure", "term": "splenectomy"}]


def possible(
    charted: Charted, criteria: CriteriaSet, options: dict[str, str] | None = None, **charts: ChartRows
) -> dict[str, str]:
    """``PR`` or ``PR, at most CR`` by patient."""
    read = choose(criteria, options or {}).criteria
    found = {each.patient_id: each for each in assess_all(charted(charts), criteria, options)}
    most = {name: at_most(read, each) for name, each in found.items()}
    return {
        name: each.best.category + (f", at most {most[name]}" if most[name] else "") for name, each in found.items()
    }


def test_a_case_is_open_only_where_what_is_unknown_could_make_a_confirmed_response_of_it(charted: Charted) -> None:
    assert possible(
        charted,
        LOCATELLI,
        spleen_gone=patient(before(), normal(7, 10, spleen_below_margin=None), events=SPLENECTOMY),
        ferritin_bound=patient(before(), normal(7, 10, ferritin="<3000")),
        bound_that_proves=patient(before(), normal(7, 10, ferritin=">2000")),
        open_for_one_day=patient(before(), abnormal(3, spleen_below_margin=None), normal(7, 10, ferritin=5000)),
        open_on_days_too_close=patient(before(), normal(7, 9, ferritin="<3000"), abnormal(10)),
        broken_between=patient(before(), normal(7, 10, ferritin="<3000"), normal(8, ferritin=9000)),
        later=patient(before(), abnormal(7, ferritin=9000), normal(12, 15, platelets=None)),
        nothing_known=patient(before(), [result(7, "scd25", 900), result(11, "scd25", 900)]),
        nothing_at_all=patient(before()),
        certain=patient(before(), normal(7, 10)),
    ) == {
        "spleen_gone": "PR, at most CR",
        "ferritin_bound": "PR, at most CR",
        "bound_that_proves": "PR",
        "open_for_one_day": "PR",
        "open_on_days_too_close": "NR",
        "broken_between": "PR",
        "later": "PR, at most CR",
        "nothing_known": "NE, at most CR",
        "nothing_at_all": "NE",
        "certain": "CR",
    }  # fmt: skip


def test_an_event_that_is_no_response_leaves_nothing_open(charted: Charted) -> None:
    chart = patient(before(), normal(7, 10, platelets=None), events=[{"day": 20, "kind": "hsct"}])
    assert possible(charted, LOCATELLI, p=chart) == {"p": "PR, at most CR"}
    assert possible(charted, LOCATELLI, {"hsct": "composite"}, p=chart) == {"p": "NR"}
    assert possible(charted, LOCATELLI, {"missing": "best"}, p=chart) == {"p": "CR"}
    assert possible(charted, LOCATELLI, {"missing": "worst"}, p=chart) == {"p": "PR"}


def test_a_flag_on_what_was_not_measured_is_open(charted: Charted) -> None:
    chart = patient(before(), normal(7, spleen_below_margin=None))
    assert possible(charted, bundled("emapalumab-dose-escalation"), p=chart) == {"p": "UNSAT, at most SAT"}


@pytest.mark.parametrize("options", [{}, {"confirm_days": "0"}, {"cyto_domains": "2", "coag": "both"}], ids=str)
def test_it_is_what_the_best_case_finds(tmp_path: Path, options: dict[str, str]) -> None:
    compared(tmp_path, LOCATELLI, options)


@pytest.mark.parametrize("name", SETS)
def test_it_is_what_the_best_case_finds_under_each_rule(tmp_path: Path, name: str) -> None:
    compared(tmp_path, bundled(name), {})


def compared(folder: Path, criteria: CriteriaSet, options: dict[str, str]) -> None:
    """The option ``missing=best`` makes the engine itself answer with everything unknown in the patient's favour."""
    charts = {f"S{seed:04d}": chart(seed) for seed in range(250)}
    read = choose(criteria, options).criteria
    with fill(new_study(folder / "s.duckdb"), charts) as study:
        favourable = {each.patient_id: each for each in assess_all(study, criteria, options | {"missing": "best"})}
        for found in assess_all(study, criteria, options):
            expected = favourable[found.patient_id].best.category
            worse = [criteria.otherwise.id, *(reversal.id for reversal in criteria.reversals)]
            nothing_open = expected in (found.best.category, *worse)
            assert at_most(read, found) == (None if nothing_open else expected), found.patient_id
