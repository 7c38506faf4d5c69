"""A survival result as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from hlh_tui.cohort.printed import NOT_REACHED, day, limits_in_percent
from hlh_tui.cohort.survival.models import Estimate, LogRank, Stratum, SurvivalResult

HEADINGS = ("day", "at risk", "survival", "std. error", "95 % interval")
UNDEFINED = "–"


def survival_text(result: SurvivalResult, width: int) -> str:
    """Every curve with its counts, median and estimates, then the log-rank test and the notes."""
    division = f" by {result.by}" if result.by else ""
    landmark = f", from the landmark on day {result.landmark_day:g}" if result.landmark_day is not None else ""
    blocks = [f"{result.label}{division}{landmark}", *(stratum_text(stratum) for stratum in result.strata)]
    if result.logrank is not None:
        blocks.append(logrank_text(result.logrank))
    blocks.append("\n".join(line for note in result.notes for line in wrap(note, width)))
    return "\n\n".join(blocks)


def stratum_text(stratum: Stratum) -> str:
    """One curve: who it counts, the median, and a line per chosen day."""
    median = stratum.median
    lines = [
        f"{stratum.label}: {counted(stratum.n, 'patient')}, {counted(stratum.events, 'event')},"
        f" {stratum.censored} censored",
        f"median {in_days(median.estimate)}, 95 % interval {day(median.lower)} to {day(median.upper)}",
    ]
    return "\n".join([*lines, *aligned([HEADINGS, *(estimate_words(each) for each in stratum.estimates)])])


def estimate_words(estimate: Estimate) -> tuple[str, ...]:
    """Day, at risk, survival, error and limits of one estimate; – where there is none."""
    if estimate.survival is None:
        return (day(estimate.day), str(estimate.at_risk), UNDEFINED, UNDEFINED, UNDEFINED)
    error = UNDEFINED if estimate.std_error is None else f"{100 * estimate.std_error:.1f} %"
    limits = limits_in_percent(estimate.lower, estimate.upper)
    interval = f"{limits} %" if limits else UNDEFINED
    return (day(estimate.day), str(estimate.at_risk), f"{100 * estimate.survival:.1f} %", error, interval)


def logrank_text(test: LogRank) -> str:
    """The log-rank test, or why there is none."""
    if test.chi2 is None or test.p is None:
        return f"log-rank test: none, {test.why}"
    p = "< 0.0001" if test.p < 0.0001 else f"= {test.p:.4f}"
    return f"log-rank test: chi-squared {test.chi2:.4f}, df {test.df}, p {p} (two-sided)"


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
