"""The words of the Survival screen: the numbers below the curves, and what is read at the cursor."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from hlh_tui.ui.present import counted
from hlh_tui.ui.widgets.survival_sketch import cause_labels, row_label

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.competing_risks import StateAt
    from hlh_tui.cohort.survival.follow_up import Person
    from hlh_tui.cohort.survival.incidence import CauseStep, IncidenceResult
    from hlh_tui.cohort.survival.models import Estimate, Limits, Observed, Step, Stratum, SurvivalResult
    from hlh_tui.protocol.models import StudyProtocol

AnyStep = TypeVar("AnyStep", "Step", "CauseStep")

NOT_REACHED = "NR"
EXPLORATORY = "; exploratory: who responds differs in more than the response"
CHANGING = ("mantel-byar", "simon-makuch")
MOST_NAMES = 12


def details(result: SurvivalResult | IncidenceResult, protocol: StudyProtocol) -> list[str]:
    """The numbers of every curve, how they compare, and the notes, one paragraph a line."""
    from hlh_tui.cohort.survival.models import SurvivalResult

    if isinstance(result, SurvivalResult):
        return survival_details(result, protocol)
    return incidence_details(result, protocol)


def survival_details(result: SurvivalResult, protocol: StudyProtocol) -> list[str]:
    """Counts, estimates, quartiles, follow-up and restricted mean of every curve; the comparisons; the notes."""
    lines: list[str] = []
    for index, stratum in enumerate(result.strata):
        lines.append(f"{row_label(result, index)}: {_head(stratum)}")
        lines.append(" " + " · ".join(estimate_words(estimate, protocol) for estimate in stratum.estimates))
        lines += _spread(stratum, protocol)
    return [*lines, *comparisons(result, protocol), *result.notes]


def _head(stratum: Stratum) -> str:
    counts = f"n = {stratum.n}, {counted(stratum.events, 'event')}, {stratum.censored} censored"
    return f"{counts}, {median_words(stratum.median)}"


def _spread(stratum: Stratum, protocol: StudyProtocol) -> list[str]:
    parts = []
    if stratum.quartiles:
        first, _, third = (limits_in_days(each) for each in stratum.quartiles)
        parts.append(f"25 % by day {first}, 75 % by {third}")
    mean = stratum.restricted
    if mean is not None and mean.estimate is not None:
        parts.append(
            f"mean to {when(mean.tau, protocol)} {mean.estimate:.1f} d"
            f" (SE {mean.std_error:.2f}; {mean.lower:.1f}–{mean.upper:.1f})"
        )
    if stratum.observed is not None:
        parts.append(observed_words(stratum.observed))
    return [" " + " · ".join(parts)] if parts else []


def observed_words(observed: Observed) -> str:
    """How long a group was observed, in short."""
    words = f"follow-up {limits_in_days(observed.median)}"
    if observed.range is None:
        return f"{words}, nobody left without the event"
    return f"{words}, without the event {observed.range[0]:g}–{observed.range[1]:g} d"


def limits_in_days(limits: Limits) -> str:
    """``55 (18–NR)``; ``NR`` alone where no limit is reached either."""
    if limits.estimate is limits.lower is limits.upper is None:
        return NOT_REACHED
    days = [NOT_REACHED if value is None else f"{value:g}" for value in (limits.estimate, limits.lower, limits.upper)]
    return f"{days[0]} ({days[1]}–{days[2]})"


def comparisons(result: SurvivalResult, protocol: StudyProtocol) -> list[str]:
    """The test, the hazard ratio and the difference of means, each with its reason where there is none."""
    lines = []
    test = result.logrank
    by_outcome = result.by in ("category", *(collapse.id for collapse in protocol.collapses))
    if test is not None:
        name = "Mantel-Byar" if result.method in CHANGING else "log-rank"
        if test.p is None or test.chi2 is None:
            lines.append(f"{name}: {test.why}")
        else:
            words = f"χ² {test.chi2:.2f}, {test.df} df, p {p_words(test.p)}"
            lines.append(f"{name}: {words}{EXPLORATORY if by_outcome else ''}")
    if result.contrast is None:
        return lines
    other, reference = result.contrast
    if (ratio := result.hazard_ratio) is not None:
        words = ratio.why
        if ratio.ratio is not None and ratio.p is not None:
            words = f"{ratio.ratio:.2f} ({ratio.lower:.2f}–{ratio.upper:.2f}), p {p_words(ratio.p)}"
        lines.append(f"hazard ratio {other} / {reference}: {words}")
    if (gap := result.restricted_difference) is not None:
        words = gap.why
        if gap.estimate is not None:
            words = f"{gap.estimate:.1f} d"
            words += f"; {gap.why}" if gap.p is None else f" ({gap.lower:.1f}–{gap.upper:.1f}), p {p_words(gap.p)}"
        lines.append(f"difference of means to {when(result.tau or 0, protocol)}, {other} - {reference}: {words}")
    return lines


def incidence_details(result: IncidenceResult, protocol: StudyProtocol) -> list[str]:
    """Estimates of every cause and of those without any, and the notes."""
    censored = sum(result.censored)
    lines = [f"n = {result.n}, {censored} censored; the shares of a day add up to 100 %"]
    labels = [*cause_labels(result), "none of these"]
    for place, label in enumerate(labels):
        words = [
            f"{when(each.day, protocol)} {share_words(each.states[place])}"
            if each.states[place].probability is not None
            else f"{when(each.day, protocol)} beyond follow-up"
            for each in result.estimates
        ]
        lines.append(f"{label}: {' · '.join(words)}")
    return [*lines, *result.notes]


def share_words(state: StateAt) -> str:
    """``25.0 % (6.0–50.5)``."""
    return f"{share(state.probability)} %{interval(state.lower, state.upper)}"


def share(value: float | None) -> str:
    """A share in per cent with one decimal, ``-`` where it is not defined."""
    return "-" if value is None else f"{value * 100:.1f}"


def interval(lower: float | None, upper: float | None) -> str:
    """``(36.8–90.5)``; empty where no interval is defined."""
    return "" if lower is None or upper is None else f" ({share(lower)}–{share(upper)})"


def median_words(median: Limits) -> str:
    """``median 61 days (13–NR)``."""
    days = [NOT_REACHED if v is None else f"{v:g}" for v in (median.estimate, median.lower, median.upper)]
    unit = "" if median.estimate is None else " days"
    return f"median {days[0]}{unit} ({days[1]}–{days[2]})"


def when(day: float, protocol: StudyProtocol) -> str:
    """``2 mo`` where the day is a whole number of months, else ``day 45``."""
    months = day / protocol.month_days
    return f"{round(months)} mo" if abs(months - round(months)) < 0.005 and day else f"day {day:g}"


def estimate_words(estimate: Estimate, protocol: StudyProtocol) -> str:
    """``2 mo 72.9 % (36.8–90.5)``."""
    if estimate.survival is None:
        return f"{when(estimate.day, protocol)} beyond follow-up"
    return f"{when(estimate.day, protocol)} {share(estimate.survival)} %{interval(estimate.lower, estimate.upper)}"


def p_words(p: float) -> str:
    """A p value as printed."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


# Reading at the cursor


def readings(result: SurvivalResult | IncidenceResult, day: float, left: Sequence[Person]) -> list[str]:
    """What the curves say at a day, a line a curve; ``left`` are all who leave on it."""
    from hlh_tui.cohort.survival.models import SurvivalResult

    if not isinstance(result, SurvivalResult):
        return incidence_readings(result, day, left)
    lines = [survival_reading(result, index, day, left) for index in range(len(result.strata))]
    if len(lines) == 1:
        return [f"day {day:g}: {lines[0]}"]
    return [f"day {day:g}, {row_label(result, index)}: {line}" for index, line in enumerate(lines)]


def survival_reading(result: SurvivalResult, index: int, day: float, left: Sequence[Person]) -> str:
    """One curve at a day: survival, interval, at risk, and who had the event then."""
    from hlh_tui.cohort.survival.risk import risk_counts

    stratum = result.strata[index]
    step = last_step(stratum.steps, day)
    value = f"{share(step.survival)} %{interval(step.lower, step.upper)}" if step else "100.0 %"
    words = f"{value} · {risk_counts(stratum, [day])[0].at_risk} at risk"
    if step is not None and step.day == day:
        if step.events:
            words += f" · {counted(step.events, 'event')}{who(with_event(result, stratum, left))}"
        if step.censored:
            words += f" · {step.censored} {'censored or changed' if result.method in CHANGING else 'censored'}"
    return words


def with_event(result: SurvivalResult, stratum: Stratum, left: Sequence[Person]) -> list[str]:
    """Who had the event in that curve among those who left; groups that change in time share one list."""
    had = [person for person in left if person.cause == 1]
    if len(result.strata) == 1 or result.method in CHANGING:
        return [person.patient_id for person in had]
    return [person.patient_id for person in had if (person.stratum or "missing") == stratum.label]


def incidence_readings(result: IncidenceResult, day: float, left: Sequence[Person]) -> list[str]:
    """Every cause at a day: share, interval, the wrong answer, and who had it then; then those without any."""
    lines = []
    for label, cause in zip(cause_labels(result), result.causes, strict=True):
        step = last_step(cause.steps, day)
        words = f"{share(step.cif)} %{interval(step.lower, step.upper)}" if step else "0.0 %"
        if step and len(result.causes) > 1 and round(step.naive - step.cif, 6):
            words += f" (1 - KM {share(step.naive)} % is wrong)"
        if step and step.day == day and step.events:
            had = [person.patient_id for person in left if person.cause == cause.code]
            words += f" · {counted(step.events, 'event')}{who(had)}"
        lines.append(f"{label} {words}")
    free = last_step(result.event_free.steps, day)
    rest = f"{share(free.cif)} %{interval(free.lower, free.upper)}" if free else "100.0 %"
    return [f"day {day:g}: {lines[0]}", *(f"  {line}" for line in lines[1:]), f"  none of these {rest}"]


def last_step(steps: Sequence[AnyStep], day: float) -> AnyStep | None:
    """The last step up to and including that day; None before the first."""
    at = bisect_right(steps, day, key=lambda step: step.day) - 1
    return steps[at] if at >= 0 else None


def who(patients: Sequence[str]) -> str:
    """``: P12, P13``, or the first of many with the number of the others."""
    if not patients:
        return ""
    shown = ", ".join(patients[:MOST_NAMES])
    rest = len(patients) - MOST_NAMES
    return f": {shown}" + (f" and {rest} others" if rest > 0 else "")
