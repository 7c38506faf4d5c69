"""What the Survival screen asks of the cohort."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.cohort.survival.follow_up import FollowUp, Person
    from hlh_tui.cohort.survival.incidence import IncidenceResult
    from hlh_tui.cohort.survival.models import SurvivalResult
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.study.file import Study

INTERVALS = ("log-log", "log", "plain")
LANDMARK, MANTEL_BYAR, SIMON_MAKUCH, NAIVE = "landmark", "mantel-byar", "simon-makuch", "naive"
METHODS = (LANDMARK, MANTEL_BYAR, SIMON_MAKUCH, NAIVE)
METHOD_WORDS = {MANTEL_BYAR: "Mantel-Byar", SIMON_MAKUCH: "Simon-Makuch", NAIVE: "NAIVE, from day 0"}


@dataclass(frozen=True, slots=True)
class Question:
    """Endpoint, division, landmark, interval and method, by their places in ``Choices``.

    ``competing`` asks for competing risks of everybody; ``band`` None follows the curves.
    """

    endpoint: int = 0
    by: int = 0
    landmark: int = 0
    interval: int = 0
    method: int = 0
    competing: bool = False
    band: bool | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What this study can be asked: endpoint ids and labels, divisions (None first), landmark days.

    ``by_response`` are the divisions known only later, ``two_groups`` those of them that compare a response with none,
    ``from_response`` the endpoints whose clock starts at the response.
    """

    endpoints: tuple[tuple[str, str], ...]
    divisions: tuple[tuple[str | None, str], ...]
    by_response: frozenset[str]
    two_groups: frozenset[str]
    from_response: frozenset[str]
    landmarks: tuple[float, ...]

    def endpoint(self, question: Question) -> str:
        """The id of the endpoint in question."""
        return self.endpoints[question.endpoint][0]

    def methods(self, question: Question) -> tuple[str, ...]:
        """The methods to go through; none where groups are known from the start."""
        by = self.divisions[question.by][0]
        if by not in self.by_response or self.endpoint(question) in self.from_response or question.competing:
            return ()
        return METHODS if by in self.two_groups else (LANDMARK, NAIVE)

    def method(self, question: Question) -> str | None:
        """The method in force."""
        methods = self.methods(question)
        return methods[question.method % len(methods)] if methods else None

    def landmark_days(self, question: Question) -> tuple[float | None, ...]:
        """The landmarks to go through: the landmark method needs one, others may go without or have none."""
        method = self.method(question)
        if question.competing or method in (MANTEL_BYAR, NAIVE):
            return (None,)
        return self.landmarks if method == LANDMARK else (None, *self.landmarks)

    def landmark(self, question: Question) -> float | None:
        """The landmark day in force."""
        days = self.landmark_days(question)
        return days[question.landmark % len(days)]

    def turned(self, question: Question, what: str, step: int = 1) -> Question:
        """The question with the next endpoint, landmark, interval or method."""
        counts = {
            "endpoint": len(self.endpoints),
            "landmark": len(self.landmark_days(question)),
            "interval": len(INTERVALS),
            "method": max(len(self.methods(question)), 1),
        }
        turned = replace(question, **{what: (getattr(question, what) + step) % counts[what]})
        return replace(turned, landmark=0) if what in ("method", "endpoint") else turned

    def divided(self, question: Question, by: int) -> Question:
        """The question with another division; landmark, method and band go back to what fits it."""
        return replace(question, by=by, landmark=0, method=0, competing=False, band=None)


@dataclass(frozen=True, eq=False)
class Answer:
    """The curves of survival or of competing risks of a study."""

    result: SurvivalResult | IncidenceResult
    study: Study

    @cached_property
    def follow_up(self) -> FollowUp:
        """The question that names who is behind the curves; asked only when somebody reads them."""
        from hlh_tui.cohort.grouping import grouping
        from hlh_tui.cohort.survival.curves import as_it_stands
        from hlh_tui.cohort.survival.endpoint import find_endpoint
        from hlh_tui.cohort.survival.follow_up import follow_up
        from hlh_tui.cohort.survival.models import SurvivalResult

        result, endpoint = self.result, find_endpoint(self.study, self.result.endpoint)
        division = grouping(self.study, getattr(result, "by", None))
        if isinstance(result, SurvivalResult):
            division = as_it_stands(division, endpoint, result.method, result.landmark_day)
        return follow_up(self.study, endpoint, division)

    @cached_property
    def days(self) -> tuple[float, ...]:
        """The days at which some curve changes, from the start of the axis."""
        from hlh_tui.ui.widgets.survival_sketch import sketch

        drawn = sketch(self.result)
        return tuple(sorted({drawn.start, *(day for line in drawn.lines for day in line.curve.days[1:])}))


def choices(study: Study) -> Choices:
    """What can be asked of this study; columns in which all patients are alike are left out."""
    protocol = study.protocol
    collapses = frozenset(collapse.id for collapse in protocol.collapses)
    return Choices(
        endpoints=tuple((endpoint.id, endpoint.label) for endpoint in protocol.endpoints),
        divisions=divisions(study, protocol),
        by_response=collapses | {"category"},
        two_groups=collapses,
        from_response=frozenset(endpoint.id for endpoint in protocol.endpoints if endpoint.start == "response"),
        landmarks=protocol.landmark_days,
    )


def divisions(study: Study, protocol: StudyProtocol) -> tuple[tuple[str | None, str], ...]:
    """Everybody, then what divides the patients into more than one group, with its words."""
    from hlh_tui.cohort.grouping import CATEGORY, allowed, differing

    named = {stratum.id: stratum.label for stratum in protocol.strata}
    always = {*named, *(collapse.id for collapse in protocol.collapses), CATEGORY}
    names = allowed(study)
    told_apart = differing(study, [name for name in names if name not in always])
    kept = [name for name in names if name in always or name in told_apart]
    words = [(name, f"by {named[name].lower() if name in named else name.replace('_', ' ')}") for name in kept]
    return ((None, "all patients"), *words)


def answer(study: Study, asked: Choices, question: Question) -> Answer:
    """Ask the cohort; ``CohortError`` where there is no answer."""
    if not question.competing:
        return Answer(curves(study, asked, question), study)
    from hlh_tui.cohort.survival.incidence import incidence

    return Answer(incidence(study, asked.endpoint(question), ci=INTERVALS[question.interval]), study)


def curves(study: Study, asked: Choices, question: Question) -> SurvivalResult:
    """The survival curves, with means restricted to where all of them are known."""
    from hlh_tui.cohort.survival.curves import COMMON_END, survival

    method = asked.method(question)
    return survival(
        study,
        asked.endpoint(question),
        by=asked.divisions[question.by][0],
        ci=INTERVALS[question.interval],
        landmark=asked.landmark(question),
        method=method,
        rmst=None if method in (MANTEL_BYAR, SIMON_MAKUCH) else COMMON_END,
    )


def question_words(asked: Choices, question: Question) -> str:
    """What is shown, in one line."""
    label = asked.endpoints[question.endpoint][1]
    interval = f"95 % interval {INTERVALS[question.interval]}"
    if question.competing:
        return f"{label} · competing risks · {interval}"
    parts = [label, asked.divisions[question.by][1], interval]
    method, landmark = asked.method(question), asked.landmark(question)
    if method in METHOD_WORDS:
        parts.append(METHOD_WORDS[method])
    if landmark is not None:
        parts.append(f"from day {landmark:g}" if method == SIMON_MAKUCH else f"landmark day {landmark:g}")
    return " · ".join(parts)


def who_left(answer: Answer, day: float) -> tuple[Person, ...]:
    """Everybody who leaves on that day, however; those with the event first."""
    from hlh_tui.cohort.survival.follow_up import people

    left = people(answer.study, answer.follow_up, day, day)
    return tuple(sorted(left, key=lambda person: (person.cause == 0, person.cause, person.patient_id)))
