"""The SQL against a second reading of the same page in plain Python, on generated charts under every option."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hlh_tui.assess.run import assess_all, assess_patient, proposals
from hlh_tui.protocol import load
from hlh_tui.protocol.criteria_file import criteria_set
from tests.assess.charts import new_study
from tests.assess.compared import Chosen, differences, report
from tests.assess.generated import chart
from tests.assess.quick_fill import fill

STRATEGIES = ("while_on_treatment", "treatment_policy", "composite")
CHOICES = {
    "bound": ("registry", "label"),
    "coag": ("and_or", "both"),
    "cyto_domains": ("1", "2"),
    "impr_cut": ("ge", "gt"),
    "min_abn": ("reactivated", "standard"),
    "confirm_days": ("3", "0", "28"),
    "missing": ("strict", "locf3", "locf7", "best", "worst"),
    "improvement_under_support": ("counts", "excluded"),
    "hsct": STRATEGIES,
    "new_therapy": STRATEGIES,
    "new_therapy_by": ("event", "exposure"),
    "death": ("while_on_treatment", "composite"),
    "horizon": ("28", "56"),
    "baseline_window": ("7", "3", "14"),
    "windows": ("standard", "narrow", "wide"),
    "support_days": ("4", "7", "ignored"),
    "guard": ("2", "1", "off"),
    "ddu": ("converted", "not_used"),
    "splenectomy": ("standard", "not_evaluable", "met"),
}
READING = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()})


def agree(seeds: list[int], readings: list[Chosen]) -> None:
    """Fails with the smallest chart on which program and oracle differ."""
    charts = {f"S{seed:016d}": chart(seed) for seed in seeds}
    hit = next(differences(charts, readings), None)
    if hit:
        raise AssertionError(f"seed {int(hit[0][1:])}\n{report(charts[hit[0]], hit[1])}")


def test_the_oracle_knows_every_option() -> None:
    found = criteria_set(load.read_bundled(load.CRITERIA, "locatelli-2020")).options
    assert {name: tuple(each.value for each in option.choices) for name, option in found.items()} == CHOICES


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.integers(0, 2**32), st.lists(READING, min_size=3, max_size=3))
def test_program_and_oracle_agree_on_generated_charts(batch: int, readings: list[Chosen]) -> None:
    agree([batch << 16 | place for place in range(150)], [{}, *readings])


def test_program_and_oracle_agree_under_every_choice_alone() -> None:
    alone: list[Chosen] = [{name: value} for name, values in CHOICES.items() for value in values[1:]]
    agree(list(range(60)), alone)


def test_one_patient_or_all_or_the_best_alone_give_the_same_answer(tmp_path: Path) -> None:
    charts = {f"S{seed:04d}": chart(seed) for seed in range(150)}
    some = random.Random(1).sample(sorted(charts), 12)
    with fill(new_study(tmp_path / "s.duckdb"), charts) as study:
        for options in ({}, {"missing": "locf3", "cyto_domains": "2"}, {"missing": "best"}):
            found = {each.patient_id: each for each in assess_all(study, options=options)}
            quick = {
                p.patient_id: (p.category, p.day, p.confirmed_day) for p in proposals(study, options=options).values()
            }
            assert quick == {
                name: (each.best.category, each.best.day, each.best.confirmed_day) for name, each in found.items()
            }
            assert [assess_patient(study, name, options=options) for name in some] == [found[name] for name in some]
