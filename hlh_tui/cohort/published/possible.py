"""Whether a printed figure is possible at all: percentages of whole patients, exact p values, survival estimates.

For percentages the idea of GRIM (Brown and Heathers, Soc Psychol Personal Sci 2017;8:363): so many of so many
patients can only give certain percentages.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor, sqrt
from statistics import NormalDist

from hlh_tui.cohort.biomarkers.mann_whitney import attainable, is_exact
from hlh_tui.cohort.published.compare import PERCENT
from hlh_tui.cohort.published.entries import Curve, Figure
from hlh_tui.cohort.published.ladders import ladders, one_block
from hlh_tui.cohort.published.models import Check, Claim
from hlh_tui.cohort.published.rounding import cut, decimals, exact, plain, rounded

NEAREST = 2
"""How many attainable values are named on either side of the printed one."""


def checks(claims: Sequence[Claim]) -> tuple[Check, ...]:
    """Every check that the entries allow, in their order."""
    return tuple(check for claim in claims for check in checks_of(claim.figure, groups_of(claim)))


def groups_of(claim: Claim) -> tuple[int, ...]:
    """Group sizes of a p value: as the entry gives them, else those that the study has."""
    return claim.figure.groups or (claim.computed.groups if claim.computed else ())


def checks_of(figure: Figure, groups: tuple[int, ...]) -> list[Check]:
    """The checks of one figure."""
    found = []
    if figure.unit == PERCENT and figure.denominator:
        found.append(percentage(figure, figure.denominator))
    elif figure.n is not None and figure.denominator is not None:
        found.append(whole(figure, figure.n, figure.denominator))
    if figure.unit == "p" and len(groups) == 2 and is_exact(*groups) and figure.comparator is None:
        found.append(p_value(figure, groups[0], groups[1]))
    if figure.unit == PERCENT and figure.curve is not None:
        found.append(estimate(figure, figure.curve))
    return found


def whole(figure: Figure, n: int, denominator: int) -> Check:
    """Whether a printed count is not more than its denominator, and the value printed for it the same."""
    of = f"{n} of {denominator}"
    if n > denominator:
        return Check(figure.id, "count", False, f"{of} is more than there are")
    same = figure.value == n
    return Check(figure.id, "count", same, of if same else f"{of}, but {plain(figure.value)} printed")


def percentage(figure: Figure, denominator: int) -> Check:
    """Whether the count, or any count if none is printed, gives the percentage with that denominator."""
    places = decimals(figure.value)
    counts = neighbours(figure.value, denominator) if figure.n is None else (figure.n,)
    fitting = [k for k in counts if rounded(Fraction(100 * k, denominator), places) == figure.value]
    printed = f"{plain(figure.value)} %"
    if fitting:
        return Check(figure.id, "percentage", True, f"{fitting[0]} of {denominator} is {printed}")
    nearest = min(counts, key=lambda k: abs(Fraction(100 * k, denominator) - Fraction(figure.value)))
    share = Fraction(100 * nearest, denominator)
    why = f"{nearest} of {denominator} is {cut(share, places + 1)} %, not {printed}"
    if figure.n is None:
        why = f"no count of {denominator} gives {printed}; the nearest: {why}"
    elif Decimal(int(share * 10**places)).scaleb(-places) == figure.value:
        why += " (cut off, not rounded)"
    return Check(figure.id, "percentage", False, why)


def neighbours(percent: Decimal, denominator: int) -> tuple[int, ...]:
    """The counts whose percentages lie on either side of the printed one: if any gives it, one of these does."""
    below = floor(Fraction(percent) * denominator / 100)
    return tuple(sorted({min(max(k, 0), denominator) for k in (below, below + 1)}))


def p_value(figure: Figure, first: int, second: int) -> Check:
    """Whether an exact two-sided Mann-Whitney test of groups of these sizes without ties can give the p."""
    places = decimals(figure.value)
    values = attainable(first, second)
    fitting = [p for p in values if rounded(exact(p), places) == figure.value]
    test = f"an exact two-sided Mann-Whitney test of {first} and {second} without ties"
    if fitting:
        return Check(figure.id, "p value", True, f"{test} gives {plain(figure.value)} ({fitting[0]:.4g})")
    why = f"{test} cannot give {plain(figure.value)}; nearest {nearest_words(values, float(figure.value))}"
    return Check(figure.id, "p value", False, f"{why}; {by_approximation(figure.value, first, second)}")


def nearest_words(values: Sequence[float], printed: float) -> str:
    """The attainable values next to the printed one, below and above."""
    below = [p for p in values if p < printed][-NEAREST:]
    above = [p for p in values if p >= printed][:NEAREST]
    shown = ", ".join(f"{p:.4f}" for p in (*below, *above))
    return f"{shown}{'' if below else f' ({values[0]:.4f} is the least)'}"


def by_approximation(printed: Decimal, first: int, second: int) -> str:
    """Whether the normal approximation to the test, with or without continuity correction, gives the p."""
    spread = sqrt(first * second * (first + second + 1) / 12)
    names = {0.5: "with continuity correction", 0.0: "without continuity correction"}
    for correction, name in names.items():
        for u in range(first * second // 2 + 1):
            z = max(first * second / 2 - u - correction, 0.0) / spread
            if rounded(exact(2 * NormalDist().cdf(-z)), decimals(printed)) == printed:
                return f"the normal approximation {name} gives it at U = {u}"
    return "nor can its normal approximation, with or without continuity correction"


def estimate(figure: Figure, curve: Curve) -> Check:
    """Whether a Kaplan-Meier curve of so many patients with at most so many deaths can pass through the survival."""
    of = f"{curve.patients} patients with at most {curve.deaths} deaths"
    printed = f"{plain(figure.value)} %"
    found = ladders(figure.value, curve.patients, curve.deaths)
    if found.found and found.complete:
        values = " or ".join(f"{value.numerator}/{value.denominator}" for value in found.values)
        orders = "one way" if len(found.found) == 1 else f"{len(found.found)} ways"
        return Check(figure.id, "survival", True, f"{of} give {printed} ({values}) in {orders}")
    if found.complete:
        return Check(figure.id, "survival", False, f"no curve of {of} passes through {printed}")
    block = one_block(figure.value, curve.patients, curve.deaths)
    if block:
        example = f"{block[0]} deaths with {block[1]} at risk"
    elif found.found:
        example = f"deaths at {', '.join(map(str, found.found[0]))} at risk"
    else:
        return Check(figure.id, "survival", True, f"too many curves of {of} to search all: not decided for {printed}")
    return Check(figure.id, "survival", True, f"{of} give {printed}, as by {example}")
