"""Sentences that belong to a comparison: how it was made, who is left out, and what so few patients can show."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import TYPE_CHECKING

from hlh_tui.cohort.biomarkers.change import LOG_RATIO, Window, window_words
from hlh_tui.cohort.biomarkers.mann_whitney import attainable, is_exact
from hlh_tui.cohort.biomarkers.rank_sums import EXACT_BELOW
from hlh_tui.cohort.printed import day as printed
from hlh_tui.cohort.printed import names
from hlh_tui.cohort.quantile import NAMES

if TYPE_CHECKING:
    from hlh_tui.cohort.biomarkers.models import Group, RankTest, Series

ALPHA = 0.05
EXPLORATORY = "Exploratory: nothing here was planned as a test, and who responds differs in more than the response."
SIGNS = {"<": "at most", ">": "at least", "?": "about"}


def p_words(p: float | None) -> str:
    """A p value as printed: = 0.007, < 0.001, none."""
    if p is None:
        return "none"
    return "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.9995 else "= 1"


def floor_words(p: float) -> str:
    """The least p that is possible: three decimals, or its first digit where these would be 0."""
    return f"{p:.3f}" if p >= 0.001 else f"{p:.1g}"


def change_words(change: float | None, measure: str, decimals: int = 1) -> str:
    """A change as a ratio to baseline, such as x 0.13 or x 2.1, or as a difference with its sign."""
    if change is None:
        return "–"
    if measure != LOG_RATIO:
        return f"{change:+.{decimals}f}"
    ratio = exp(change)
    return f"× {ratio:.3g}" if 0.001 <= ratio < 1000 else f"× {ratio:.1e}"


def shift_words(test: RankTest, measure: str, decimals: int = 1) -> str:
    """Estimate with its interval and the confidence that it attains; empty where there is none."""
    if test.estimate is None:
        return ""
    estimate = change_words(test.estimate, measure, decimals)
    if test.lower is None or test.upper is None or test.confidence is None:
        return f"{estimate} (no interval: too few)"
    limits = f"{change_words(test.lower, measure, decimals)} to {change_words(test.upper, measure, decimals)}"
    return f"{estimate} ({100 * test.confidence:.3g} % interval {limits})"


def method_notes(measure: str, at: Window, by: str | None, groups: int) -> list[str]:
    """What change is, and how it is tested."""
    change = "the ratio to baseline, tested on the log scale" if measure == LOG_RATIO else "the difference to baseline"
    notes = [
        EXPLORATORY,
        f"Change is {change}. Baseline: the last value of the {printed(at.baseline_days)} days up to day 0;"
        f" {window_words(at)}: the last value of the nearest day.",
        f"Two-sided tests, exact for groups of fewer than {EXACT_BELOW}, else by the normal approximation: Mann-Whitney"
        " between groups with the Hodges-Lehmann shift, signed-rank within a group with the pseudomedian. Tied changes"
        " share their mean rank; an exact p counts the arrangements of these very ranks, twice the smaller tail."
        " Where nothing changed there is no sign: the signed-rank test leaves it out. Quartiles by definition"
        f" {NAMES['type 7']}.",
    ]
    if by is not None and groups != 2:
        notes.append(f"No test between groups: {by} has {groups} of them here, and the test compares two.")
    return notes


def detection_notes(series: Sequence[Series], measure: str) -> list[str]:
    """How many changes rest on a limit of the assay."""
    limited = [each for each in series if each.change is not None and each.bound]
    if not limited:
        return []
    kind = "ratio" if measure == LOG_RATIO else "difference"
    who = names([each.patient_id for each in limited])
    return [
        f"Values beyond the range of the assay count at its limit, where they tie; for {who} the true {kind} lies"
        " beyond the one used, so p and shift are those of the limits."
    ]


def missing_notes(series: Sequence[Series]) -> list[str]:
    """Who has no change, by reason."""
    reasons: dict[str, list[str]] = {}
    for each in series:
        if each.change is None:
            reasons.setdefault(each.why, []).append(each.patient_id)
    return [f"Without a change, {why}: {names(patients)}." for why, patients in reasons.items()]


def power_words(everybody: Group, test: RankTest | None) -> str:
    """What groups of these sizes can show at all."""
    if test is None or len(test.n) != 2:
        return within_words(everybody)
    first, second = test.n
    if not first or not second:
        return f"{first} against {second} with a known change: nothing can be compared."
    if not is_exact(first, second):
        return f"{first} against {second}: the normal approximation is used, and a small p need not be a large shift."
    possible = attainable(first, second)
    least = possible[0]
    sizes = f"n = {first + second} ({first} against {second})"
    # without ties each greater p is one more pair out of order
    wrong = sum(p < ALPHA for p in possible) - 1
    if wrong < 0:
        return f"{sizes}: no exact p can fall below {floor_words(least)}, so no difference could ever be shown."
    return (
        f"{sizes}: no exact p can fall below {floor_words(least)}; p < {ALPHA:g} needs at most {wrong} of"
        f" {first * second} pairs of patients out of order. Only a nearly complete separation shows, and p above"
        f" {ALPHA:g} is no sign of likeness."
    )


def within_words(group: Group) -> str:
    """What a change within one group can show."""
    n, least = len(group.paired), group.within.smallest_p
    if not n:
        return "n = 0: nobody has a known change, so there is nothing to test."
    floor = "" if least is None else f" no exact signed-rank p can fall below {floor_words(least)};"
    return f"n = {n}:{floor} without a control arm a change from baseline is no effect of the treatment."
