"""The SQL against a second reading of the same page in plain Python, on generated charts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hlh_tui.assess.models import Assessment
from hlh_tui.assess.run import assess_all, assess_patient, proposals
from tests.assess import oracle
from tests.assess.charts import fill, new_study
from tests.assess.generated import chart

IMPROVED = {True: "yes", None: "unknown", False: "no"}


def by_sql(found: Assessment) -> dict[str, Any]:
    best = found.best
    return {
        "best": (best.category, best.day, best.confirmed_day, best.unconfirmed_category, best.unconfirmed_day),
        "days": [
            {
                "day": each.day,
                "category": (each.category, each.best_case, each.indeterminate),
                "guard": each.guard == "triggered",
                "counts": each.counts,
                "domains": {domain.id: domain.state for domain in each.domains},
                "improved": {domain.id: domain.improved for domain in each.domains if domain.abnormal_at_baseline},
                "items": {item.id: item.state for item in each.items},
                "baseline": {item.id: item.baseline_state for item in each.items},
            }
            for each in found.evaluations
        ],
    }


def by_oracle(seed: int) -> dict[str, Any]:
    rows = chart(seed)
    found = oracle.assess(rows.observations, rows.events, rows.exposures, rows.disease_status, rows.last_contact_day)
    return {
        "best": (found.best, found.best_day, found.confirmed_day, found.unconfirmed, found.unconfirmed_day),
        "days": [
            {
                "day": each.day,
                "category": (each.category, each.best_case, each.indeterminate),
                "guard": each.guard,
                "counts": each.counts,
                "domains": each.domains,
                "improved": {
                    domain: IMPROVED[value]
                    for domain, value in each.improved.items()
                    if found.baseline[domain] == "not_met"
                },
                "items": each.items,
                "baseline": found.baseline_items,
            }
            for each in found.days
        ],
    }


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large],
)
@given(st.lists(st.integers(0, 2**48), min_size=60, max_size=60, unique=True))
def test_the_sql_and_the_oracle_agree_on_generated_charts(seeds: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        names = {f"S{seed:015d}": seed for seed in seeds}
        with fill(new_study(Path(folder) / "s.duckdb"), {name: chart(seed) for name, seed in names.items()}) as study:
            found = assess_all(study)
            assert [each.patient_id for each in found] == sorted(names)
            for each in found:
                assert by_sql(each) == by_oracle(names[each.patient_id]), f"seed {names[each.patient_id]}"
            quick = {name: (p.category, p.day, p.confirmed_day) for name, p in proposals(study).items()}
            assert quick == {e.patient_id: (e.best.category, e.best.day, e.best.confirmed_day) for e in found}
            alone = [assess_patient(study, name) for name in sorted(names)[:3]]
            assert alone == list(found[:3])
