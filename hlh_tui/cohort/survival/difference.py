"""The difference of two independent estimates, with limits and test from the normal distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Difference:
    """Second less first, standard error, limits and two-sided p; None where they are not defined, and ``why``.

    ``std_error`` of 0 (neither group varies) leaves limits and p None while the estimate stands.
    """

    estimate: float | None
    std_error: float | None
    lower: float | None
    upper: float | None
    p: float | None
    why: str = ""


def undefined(why: str) -> Difference:
    """No difference, and the reason."""
    return Difference(None, None, None, None, None, why)


def normal_difference(estimate: float, std_error: float, level: float, no_spread: str) -> Difference:
    """``estimate`` with its Wald limits and p; with an error of 0 only the estimate, and ``no_spread`` as reason."""
    if std_error <= 0:
        return Difference(estimate, 0.0, None, None, None, no_spread)
    half = NormalDist().inv_cdf((1 + level) / 2) * std_error
    return Difference(estimate, std_error, estimate - half, estimate + half, two_sided(estimate / std_error))


def two_sided(z: float) -> float:
    """The probability of a standard normal variable further from 0 than ``z``."""
    return erfc(abs(z) / sqrt(2))
