"""What a reader is told after each decision: right or wrong, what each criterion says, and what was overlooked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.assess.explain import GUARD_WORDS, deciding_days
from hlh_tui.assess.values import day_number
from hlh_tui.review.training.study import hand_of

if TYPE_CHECKING:
    from hlh_tui.assess.models import Assessment, Evaluation, Item
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.study.file import Study


@dataclass(frozen=True, slots=True)
class Feedback:
    """On one decision: the answer given and the known one, what the case teaches, and the reasons.

    ``overlooked`` says for a wrong answer what speaks against it; ``criteria`` what each criterion says on the day
    that decides; ``why`` is the sentence of the known answer.
    """

    patient_id: str
    decided: str
    answer: str
    label: str
    lesson: str
    why: str
    overlooked: tuple[str, ...]
    criteria: tuple[str, ...]

    @property
    def right(self) -> bool:
        """Whether the answer given is the known one."""
        return self.decided == self.answer

    @property
    def verdict(self) -> str:
        """``T03: right, PR (platelets under transfusion)``."""
        if self.right:
            return f"{self.patient_id}: right, {self.answer} ({self.label})"
        return f"{self.patient_id}: wrong, you decided {self.decided} and the answer is {self.answer} ({self.label})"

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it as lines of text."""
        against = ("", "What speaks against it:", *(f"  {each}" for each in self.overlooked))
        return (
            self.verdict,
            self.lesson,
            *(against if self.overlooked else ()),
            "",
            f"The answer: {self.why}.",
            *self.criteria,
        )


def feedback(study: Study, patient_id: str, decided: str) -> Feedback:
    """What a training study says of one decision; ``TrainingRefused`` if it is none."""
    from hlh_tui.assess.run import assess_patient

    case = hand_of(study).cases[patient_id]
    found = assess_patient(study, patient_id)
    days = {each.day: each for each in found.evaluations}
    deciding = [days[day] for day in deciding_days(found)[:1] if day in days]
    against = (
        () if decided == case.category else (f"Overlooked: {case.slot.overlooked}.", *_against(study, found, decided))
    )
    return Feedback(
        patient_id=patient_id,
        decided=decided,
        answer=case.category,
        label=case.slot.label,
        lesson=case.slot.lesson,
        why=found.best.why,
        overlooked=tuple(dict.fromkeys(against)),
        criteria=tuple(line for each in deciding for line in _by_criterion(each)),
    )


def _against(study: Study, found: Assessment, decided: str) -> list[str]:
    """What the chart says against the reader's category."""
    said: list[str] = []
    best, ranks = found.best, _ranks(study.protocol)
    counting = [each for each in found.evaluations if each.counts]
    ended = [each for each in found.evaluations if not each.counts and each.category == decided]
    if ended:
        day = day_number(ended[0].day)
        said.append(f"The values show {decided} on day {day}, which does not count: {ended[0].ended}.")
    if best.unconfirmed_category == decided and best.unconfirmed_day is not None:
        said.append(f"{decided} was seen on day {day_number(best.unconfirmed_day)}, and nothing confirms it.")
    if decided not in ranks and counting:
        days = ", ".join(day_number(each.day) for each in counting)
        said.append(f"The chart can be evaluated, on the days {days}.")
    if said or not counting or not {decided, best.category} <= set(ranks):
        return said
    first = best.day if best.day is not None else best.unconfirmed_day
    deciding = next((each for each in counting if each.day == first), counting[-1])
    return _not_met(deciding) if ranks[decided] > ranks[best.category] else _met(deciding)


def _not_met(evaluation: Evaluation) -> list[str]:
    """What keeps the day from a better category."""
    said = [_of(item) for item in evaluation.items if item.state != "met"]
    if evaluation.guard == "triggered" and evaluation.guard_label:
        said.append(f"{evaluation.guard_label} on day {day_number(evaluation.day)} rules a better category out.")
    return said


def _met(evaluation: Evaluation) -> list[str]:
    """What lifts the day above a worse category."""
    return [
        _of(item)
        for item in evaluation.items
        if item.abnormal_at_baseline and (item.state == "met" or item.improved == "yes")
    ]


def _of(item: Item) -> str:
    better = "improved, but " if item.state != "met" and item.improved == "yes" else ""
    return f"{item.label}: {better}{item.why}."


def _by_criterion(evaluation: Evaluation) -> list[str]:
    """The day in a sentence, then each criterion in one."""
    said = [f"Day {day_number(evaluation.day)}: {evaluation.why}.", *(f"  {_of(item)}" for item in evaluation.items)]
    if evaluation.guard_label:
        said.append(f"  {evaluation.guard_label}: {GUARD_WORDS[evaluation.guard]}.")
    return said


def _ranks(protocol: StudyProtocol) -> dict[str, int]:
    return {each.id: each.rank for each in protocol.categories if each.rank is not None}
