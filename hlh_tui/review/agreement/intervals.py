"""Limits of a coefficient from its standard error, and what is said where the cases give no error."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

from hlh_tui.review.agreement.models import Estimate
from hlh_tui.review.proportion import clopper_pearson

if TYPE_CHECKING:
    from hlh_tui.review.agreement.patterns import Patterns

METHODS = {
    "percent": "Gwet 2014",
    "cohen": "Fleiss, Cohen and Everitt 1969",
    "conger": "Gwet 2014",
    "fleiss": "Gwet 2014",
    "brennan_prediger": "Gwet 2014",
    "gwet": "Gwet 2014",
    "krippendorff": "Gwet 2014",
    "specific": "ratio over cases",
}
"""Whose standard error each family has."""
UNCORRECTED = frozenset({"percent", "specific"})
"""What is agreement as seen, without chance taken off."""
EXACT = "exact interval (Clopper-Pearson)"
ALL_AGREE = "every pair agrees: lower limit from the exact one of agreement (Clopper-Pearson), chance held"
NOTHING = 1e-9
"""A standard error below this is none."""


def estimate(
    p: Patterns,
    family: str,
    value: float,
    std_error: float,
    parts: tuple[float, float],
    level: float,
    concerned: int | None = None,
) -> Estimate:
    """The estimate with its limits; ``parts`` are the agreement seen and that by chance.

    ``concerned`` are the cases that bear on it, where these are fewer than two or more readers read.
    """
    seen, expected = parts
    cases = p.compared if concerned is None else concerned

    def made(error: float | None, lower: float | None, upper: float | None, method: str, why: str = "") -> Estimate:
        chance = None if family in UNCORRECTED else expected
        return Estimate(value, error, lower, upper, method, seen, chance, cases, why=why)

    if cases < 2 and family not in UNCORRECTED:
        return made(None, None, None, METHODS[family], "a single case that two readers read has no standard error")
    if seen > 1 - NOTHING:
        lowest = clopper_pearson(cases, cases, level)[0]
        error = 0.0 if cases > 1 else None
        if family in UNCORRECTED:
            return made(error, lowest, 1.0, EXACT)
        return made(error, (lowest - expected) / (1 - expected), 1.0, ALL_AGREE)
    if family == "percent" and float(p.reads.max()) == 2:
        error = std_error if cases > 1 else None
        return made(error, *clopper_pearson(round(seen * cases), cases, level), f"{METHODS[family]}, {EXACT}")
    if cases < 2 or std_error < NOTHING:
        why = "the cases do not differ in what this coefficient measures, so its error cannot be told from them"
        return made(0.0 if cases > 1 else None, None, None, METHODS[family], why)
    quantile, name = _quantile(family, p.cases - 1, level)
    lower, upper = value - quantile * std_error, value + quantile * std_error
    if family in UNCORRECTED:
        lower = max(0.0, lower)
    clipped = ", clipped at 1" if upper > 1 else ""
    method = f"{METHODS[family]}, {name}{clipped}"
    return made(std_error, lower, min(1.0, upper), method)


def _quantile(family: str, df: int, level: float) -> tuple[float, str]:
    """The quantile by which the error is multiplied, and the name of the interval."""
    if family == "cohen":
        return NormalDist().inv_cdf((1 + level) / 2), "normal interval"
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + level) / 2)), f"t interval ({df} df)"
