"""Which series of a guard's analyte the board shows, and the guard's rule in words."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from hlh_tui.protocol.criteria_models import CriteriaSet, Guard
from hlh_tui.study.models import Observation

NUMBERS = {1: "one value", 2: "two consecutive values", 3: "three consecutive values"}


def main_guard(criteria: CriteriaSet | None) -> Guard | None:
    """The guard that the board shows; None when the set has none or is not read yet."""
    return criteria.guards[0] if criteria is not None and criteria.guards else None


def limit_words(guard: Guard) -> str:
    """The limit as a column holds it: ``<=2x bl``, bl for baseline."""
    return f"<={guard.factor:g}x bl"


def rule_words(guard: Guard, criteria: CriteriaSet) -> str:
    """``two consecutive values above 2 x baseline rule out complete response``."""
    blocked = " and ".join(rule.label.lower() for rule in criteria.categories if guard.id in rule.blocked_by)
    count = NUMBERS.get(guard.consecutive, f"{guard.consecutive} consecutive values")
    verb = "rules" if guard.consecutive == 1 else "rule"
    return f"{count} above {guard.factor:g} x baseline" + (f" {verb} out {blocked}" if blocked else "")


def series_of(values: Sequence[Observation], guard: Guard, day: float) -> tuple[list[Observation], int]:
    """The series (one assay, one unit) to show with the cursor on ``day``, and how many others there are.

    The one that triggers the guard by that day, else one that ever does, else the longest.
    """
    series: dict[tuple[str | None, str], list[Observation]] = {}
    for value in values:
        series.setdefault((value.assay, value.unit), []).append(value)

    def weight(one: Sequence[Observation]) -> tuple[bool, bool, int]:
        ever = any(triggers(one, guard, value.day) for value in one)
        return triggers(one, guard, day), ever, len(one)

    return max(series.values(), key=weight), len(series) - 1


def triggers(series: Sequence[Observation], guard: Guard, day: float) -> bool:
    """Whether the last values of one series up to that day are all proven above the guard's multiple of baseline."""
    baseline = [value for value in series if -guard.baseline.days <= value.day <= 0]
    after = [value for value in series if 0 < value.day <= day][-guard.consecutive :]
    if not baseline or len(after) < guard.consecutive:
        return False
    last = baseline[-1]
    limit = guard.factor * (inf if last.comparator in (">", ">=") else last.value)
    return all(_above(value, limit) for value in after)


def _above(value: Observation, limit: float) -> bool:
    if value.comparator in ("<", "<="):
        return False
    return value.value > limit or (value.comparator == ">" and value.value >= limit)
