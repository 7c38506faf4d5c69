"""What a decision moved, in one sentence, from the headline before and after it."""

from __future__ import annotations

from hlh_tui.cohort.sensitivity.models import Headline, Named, Result, Share

UNCHANGED = "no headline result has changed"


def what_changed(before: Headline, after: Headline) -> str:
    """Such as ``Response 9/13 → 10/13; remission unchanged; log-rank p 0.031 → 0.060``.

    Every outcome is named, groups and tests only where they moved; shares are of the decided patients.
    """
    outcomes = [_outcome(old, new) for old, new in zip(before.outcomes, after.outcomes, strict=True)]
    rest = [
        words
        for old, new in zip((*before.groups, *before.tests), (*after.groups, *after.tests), strict=True)
        if (words := moved(old, new))
    ]
    if not rest and not any(moved(o, n) for o, n in zip(before.outcomes, after.outcomes, strict=True)):
        return UNCHANGED
    sentence = "; ".join([*outcomes, *rest])
    return sentence[:1].upper() + sentence[1:]


def _outcome(before: Named, after: Named) -> str:
    return moved(before, after) or f"{after.id} unchanged"


def moved(before: Named, after: Named) -> str:
    """``response 9/13 → 10/13``; empty where both print alike."""
    old, new = printed(before.result), printed(after.result)
    return "" if old == new else f"{after.id} {old} → {new}"


def printed(result: Result) -> str:
    """``9/13``, ``0.031``, ``< 0.001``, or that a test is not defined."""
    if isinstance(result, Share):
        return f"{result.k}/{result.n}"
    if result.p is None:
        return "not defined"
    return "< 0.001" if result.p < 0.001 else f"{result.p:.3f}"
