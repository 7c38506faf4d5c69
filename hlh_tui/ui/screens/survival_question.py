"""What the Survival screen asks of the cohort, and the words of the answer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hlh_tui.ui.present import counted

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.models import Estimate, Limits, Stratum, SurvivalResult
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.study.file import Study

INTERVALS = ("log-log", "log", "plain")
NOT_REACHED = "NR"
EXPLORATORY = "; exploratory: who responds differs in more than the response"


@dataclass(frozen=True, slots=True)
class Question:
    """Endpoint, division, landmark and interval, by their places in ``Choices``; ``band`` None follows the curves."""

    endpoint: int = 0
    by: int = 0
    landmark: int = 0
    interval: int = 0
    band: bool | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What this study can be asked: endpoint ids and labels, divisions (None first), landmark days."""

    endpoints: tuple[tuple[str, str], ...]
    divisions: tuple[tuple[str | None, str], ...]
    by_response: frozenset[str]
    landmarks: tuple[float, ...]

    def landmark_days(self, question: Question) -> tuple[float | None, ...]:
        """The landmarks to go through: a division by response needs one, any other may go without."""
        if self.divisions[question.by][0] in self.by_response:
            return self.landmarks
        return (None, *self.landmarks)

    def landmark(self, question: Question) -> float | None:
        """The landmark day in force."""
        days = self.landmark_days(question)
        return days[question.landmark % len(days)]

    def turned(self, question: Question, what: str) -> Question:
        """The question with the next endpoint, landmark or interval."""
        counts = {
            "endpoint": len(self.endpoints),
            "landmark": len(self.landmark_days(question)),
            "interval": len(INTERVALS),
        }
        return replace(question, **{what: (getattr(question, what) + 1) % counts[what]})

    def divided(self, question: Question, by: int) -> Question:
        """The question with another division; landmark and band go back to what fits it."""
        return replace(question, by=by, landmark=0, band=None)


@dataclass(frozen=True, slots=True)
class Answer:
    """The curves, and who had the event on which day."""

    result: SurvivalResult
    with_event: dict[float, tuple[str, ...]]


def choices(study: Study) -> Choices:
    """What can be asked of this study; columns in which all patients are alike are left out."""
    from hlh_tui.cohort.grouping import CATEGORY, allowed
    from hlh_tui.study.chart import patients

    protocol = study.protocol
    everybody = patients(study)
    named = {stratum.id: stratum.label for stratum in protocol.strata}
    responses = {collapse.id: collapse.id for collapse in protocol.collapses}
    divisions: list[tuple[str | None, str]] = [(None, "all patients")]
    for name in allowed(study):
        if name in named or name in responses or name == CATEGORY:
            divisions.append((name, f"by {named.get(name, name).lower()}"))
            continue
        values = {patient.attributes.get(name) or getattr(patient, name, None) for patient in everybody}
        if len(values - {None, ""}) > 1:
            divisions.append((name, f"by {name.replace('_', ' ')}"))
    endpoints = tuple((endpoint.id, endpoint.label) for endpoint in protocol.endpoints)
    return Choices(endpoints, tuple(divisions), frozenset({*responses, CATEGORY}), protocol.landmark_days)


def answer(study: Study, asked: Choices, question: Question) -> Answer:
    """Ask the cohort; ``CohortError`` where there is no answer."""
    from hlh_tui.cohort.grouping import EVERYBODY
    from hlh_tui.cohort.survival.curves import survival
    from hlh_tui.cohort.survival.endpoint import find_endpoint
    from hlh_tui.cohort.survival.follow_up import EVENT, follow_up, people

    endpoint = asked.endpoints[question.endpoint][0]
    result = survival(
        study,
        endpoint,
        by=asked.divisions[question.by][0],
        ci=INTERVALS[question.interval],
        landmark=asked.landmark(question),
        names=True,
    )
    with_event: dict[float, list[str]] = {}
    for person in people(study, follow_up(study, find_endpoint(study, endpoint), EVERYBODY)):
        if person.cause == EVENT:
            with_event.setdefault(person.day, []).append(person.patient_id)
    return Answer(result, {day: tuple(who) for day, who in with_event.items()})


def question_words(asked: Choices, question: Question) -> str:
    """What is shown, in one line."""
    landmark = asked.landmark(question)
    parts = [
        asked.endpoints[question.endpoint][1],
        asked.divisions[question.by][1],
        f"95 % interval {INTERVALS[question.interval]}",
    ]
    if landmark is not None:
        parts.append(f"landmark day {landmark:g}")
    return " · ".join(parts)


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
    limits = interval(estimate.lower, estimate.upper)
    return f"{when(estimate.day, protocol)} {share(estimate.survival)} %{limits}"


def reading_days(result: SurvivalResult) -> tuple[float, ...]:
    """The days at which some curve changes, from the start of the axis."""
    days = {step.day for stratum in result.strata for step in stratum.steps}
    return tuple(sorted(days | {result.landmark_day or 0.0}))


def reading(answer: Answer, index: int, day: float) -> str:
    """One curve read at a day: survival, interval, at risk, and who had the event then."""
    from hlh_tui.cohort.survival.risk import risk_counts

    stratum = answer.result.strata[index]
    at = bisect_right([step.day for step in stratum.steps], day) - 1
    step = stratum.steps[at] if at >= 0 else None
    value = f"{share(step.survival)} %{interval(step.lower, step.upper)}" if step else "100.0 %"
    words = f"{value} · {risk_counts(stratum, [day])[0].at_risk} at risk"
    if step is not None and step.day == day:
        who = sorted(set(answer.with_event.get(day, ())) & set(stratum.patients))
        if step.events:
            words += f" · {counted(step.events, 'event')}: {', '.join(who)}"
        if step.censored:
            words += f" · {step.censored} censored"
    return words


def details(answer: Answer, labels: Sequence[str], protocol: StudyProtocol) -> list[str]:
    """The numbers of every curve, the test, and the notes, one paragraph a line."""
    lines: list[str] = []
    for label, stratum in zip(labels, answer.result.strata, strict=True):
        lines.append(f"{label}: {_head(stratum)}")
        lines.append(" " + " · ".join(estimate_words(estimate, protocol) for estimate in stratum.estimates))
    test, by_outcome = answer.result.logrank, answer.result.landmark_day is not None
    if test is not None:
        lines.append(
            f"log-rank: {test.why}"
            if test.p is None or test.chi2 is None
            else f"log-rank: χ² {test.chi2:.2f}, {test.df} df, p {p_words(test.p)}{EXPLORATORY if by_outcome else ''}"
        )
    return [*lines, *answer.result.notes]


def p_words(p: float) -> str:
    """A p value as printed."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _head(stratum: Stratum) -> str:
    counts = f"n = {stratum.n}, {counted(stratum.events, 'event')}, {stratum.censored} censored"
    return f"{counts}, {median_words(stratum.median)}"
