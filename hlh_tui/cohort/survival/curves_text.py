"""A survival result as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from hlh_tui.cohort.printed import NOT_REACHED, day, limits_in_percent
from hlh_tui.cohort.survival.methods import MANTEL_BYAR, NAIVE, SIMON_MAKUCH
from hlh_tui.cohort.survival.models import Estimate, LogRank, Observed, Stratum, SurvivalResult

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.cox import HazardRatio
    from hlh_tui.cohort.survival.difference import Difference
    from hlh_tui.cohort.survival.restricted_mean import RestrictedMean

HEADINGS = ("day", "at risk", "survival", "std. error", "95 % interval")
UNDEFINED = "–"
METHOD_NAMES = {MANTEL_BYAR: "Mantel-Byar", SIMON_MAKUCH: "Simon-Makuch", NAIVE: "naive"}


def survival_text(result: SurvivalResult, width: int) -> str:
    """The warning if there is one, every curve with its counts and estimates, the comparisons, and the notes."""
    division = f" by {result.by}" if result.by else ""
    landmark = f", from the landmark on day {result.landmark_day:g}" if result.landmark_day is not None else ""
    method = f", {METHOD_NAMES[result.method]}" if result.method in METHOD_NAMES else ""
    blocks = [f"{result.label}{division}{landmark}{method}"]
    notes = list(result.notes)
    if result.method == NAIVE:
        blocks.insert(0, "\n".join(wrap(notes.pop(0), width)))
    blocks += ["\n".join(stratum_lines(stratum, width)) for stratum in result.strata]
    if comparisons := comparison_lines(result):
        blocks.append("\n".join(line for words in comparisons for line in wrap(words, width)))
    blocks.append("\n".join(line for note in notes for line in wrap(note, width)))
    return "\n\n".join(blocks)


def stratum_lines(stratum: Stratum, width: int) -> list[str]:
    """One curve: who it counts, median and quartiles, follow-up, restricted mean, and a line per chosen day."""
    median = stratum.median
    counts = f"{counted(stratum.n, 'patient')}, {counted(stratum.events, 'event')}, {stratum.censored} censored"
    lines = [
        f"{stratum.label}: {counts}",
        f"median {in_days(median.estimate)}, 95 % interval {day(median.lower)} to {day(median.upper)}",
    ]
    words = [*quartile_words(stratum), *observed_words(stratum.observed), *restricted_words(stratum.restricted)]
    lines += [line for each in words for line in wrap(each, width, subsequent_indent="  ")]
    return [*lines, *aligned([HEADINGS, *(estimate_words(each) for each in stratum.estimates)])]


def quartile_words(stratum: Stratum) -> list[str]:
    """The first and the third quartile with their intervals, in a line."""
    if not stratum.quartiles:
        return []
    first, _, third = (f"{day(q.estimate)} ({day(q.lower)} to {day(q.upper)})" for q in stratum.quartiles)
    return [f"days by which 25 % and 75 % have had the event: {first} and {third}"]


def observed_words(observed: Observed | None) -> list[str]:
    """How long the group was observed, in a line; nothing for groups that change in time."""
    if observed is None:
        return []
    median, (first, third) = observed.median, observed.quartiles
    words = (
        f"follow-up (reverse Kaplan-Meier): median {in_days(median.estimate)}"
        f" ({day(median.lower)} to {day(median.upper)}), quartiles {day(first)} to {day(third)}"
    )
    if observed.range is None:
        return [f"{words}; nobody left without the event"]
    shortest, longest = map(day, observed.range)
    return [f"{words}; who left without the event: {shortest} to {longest} days"]


def restricted_words(mean: RestrictedMean | None) -> list[str]:
    """The restricted mean with its error and interval, or why there is none."""
    if mean is None:
        return []
    head = (
        f"restricted mean from day {mean.start:g} to {mean.tau:g}"
        if mean.start
        else f"restricted mean to day {mean.tau:g}"
    )
    if mean.estimate is None or mean.std_error is None:
        return [f"{head}: none, {mean.why}"]
    return [
        f"{head}: {mean.estimate:.1f} days, std. error {mean.std_error:.2f}, 95 % interval {mean.lower:.1f} to"
        f" {mean.upper:.1f}"
    ]


def comparison_lines(result: SurvivalResult) -> list[str]:
    """Every comparison of the groups in a line, or why there is none."""
    lines = []
    if result.logrank is not None:
        changing = result.method in (MANTEL_BYAR, SIMON_MAKUCH)
        lines.append(logrank_text(result.logrank, "Mantel-Byar test" if changing else "log-rank test"))
    if result.stratified is not None:
        lines.append(logrank_text(result.stratified, f"log-rank test stratified by {result.stratify}"))
    if result.contrast is not None:
        other, reference = result.contrast
        if result.hazard_ratio is not None:
            within = f" within the groups of {result.stratify}" if result.stratify else ""
            lines.append(f"hazard ratio{within}, {other} over {reference}: {ratio_words(result.hazard_ratio)}")
        for at, gap in result.differences:
            lines.append(f"difference of survival on day {day(at)}, {other} less {reference}: {points_words(gap)}")
        if result.restricted_difference is not None:
            words = difference_words(result.restricted_difference)
            lines.append(
                f"difference of restricted means to day {result.tau or 0:g}, {other} less {reference}: {words}"
            )
    return lines


def ratio_words(ratio: HazardRatio) -> str:
    """A hazard ratio with interval and p, or why there is none."""
    if ratio.ratio is None or ratio.p is None:
        return f"none, {ratio.why}"
    return f"{ratio.ratio:.3f}, 95 % interval {ratio.lower:.3f} to {ratio.upper:.3f}, p {p_words(ratio.p)} (Cox, Efron)"


def points_words(difference: Difference) -> str:
    """A difference of survival in percentage points with interval and p, or why there is none."""
    if difference.estimate is None:
        return f"none, {difference.why}"
    points = f"{100 * difference.estimate:.1f} points"
    if difference.lower is None or difference.upper is None:
        return f"{points}; {difference.why}"
    test = f"no test, {difference.why}" if difference.p is None else f"p {p_words(difference.p)}"
    return f"{points}, 95 % interval {100 * difference.lower:.1f} to {100 * difference.upper:.1f}, {test}"


def difference_words(difference: Difference) -> str:
    """A difference of restricted means with interval and p, or why there is none."""
    if difference.estimate is None:
        return f"none, {difference.why}"
    if difference.p is None:
        return f"{difference.estimate:.1f} days; no test, {difference.why}"
    return (
        f"{difference.estimate:.1f} days, std. error {difference.std_error:.2f}, 95 % interval"
        f" {difference.lower:.1f} to {difference.upper:.1f}, p {p_words(difference.p)}"
    )


def estimate_words(estimate: Estimate) -> tuple[str, ...]:
    """Day, at risk, survival, error and limits of one estimate; – where there is none."""
    if estimate.survival is None:
        return (day(estimate.day), str(estimate.at_risk), UNDEFINED, UNDEFINED, UNDEFINED)
    error = UNDEFINED if estimate.std_error is None else f"{100 * estimate.std_error:.1f} %"
    limits = limits_in_percent(estimate.lower, estimate.upper)
    interval = f"{limits} %" if limits else UNDEFINED
    return (day(estimate.day), str(estimate.at_risk), f"{100 * estimate.survival:.1f} %", error, interval)


def logrank_text(test: LogRank, name: str = "log-rank test") -> str:
    """The log-rank test, or another of its kind, or why there is none."""
    if test.chi2 is None or test.p is None:
        return f"{name}: none, {test.why}"
    return f"{name}: chi-squared {test.chi2:.4f}, df {test.df}, p {p_words(test.p)} (two-sided)"


def p_words(p: float) -> str:
    """A p value with its sign, such as = 0.0283."""
    return "< 0.0001" if p < 0.0001 else f"= {p:.4f}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of words as right-aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.rjust, row, widths)) for row in rows]


def counted(n: int, noun: str) -> str:
    """A number with its noun: 1 event, 2 events."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def in_days(value: float | None) -> str:
    """A time in days, or NR."""
    return NOT_REACHED if value is None else f"{day(value)} days"
