"""How far a training is: the first decision on each case, right or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.review.training.study import begun, hand_of

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

FIRST = """
SELECT patient_id, min(seq), arg_min(payload ->> '$.category', seq), arg_min(recorded_at, seq)
FROM log
WHERE action = 'decided' AND actor = $1 AND payload ->> '$.role' = 'reader'
GROUP BY patient_id
ORDER BY 2"""


@dataclass(frozen=True, slots=True)
class Answer:
    """The first decision on a case; later ones, and taking it back, change nothing of the score."""

    seq: int
    recorded_at: str
    patient_id: str
    decided: str
    answer: str

    @property
    def right(self) -> bool:
        """Whether it is the known answer."""
        return self.decided == self.answer


@dataclass(frozen=True, slots=True)
class Score:
    """The answers so far, of ``cases``; ``passed`` is None until every case has one."""

    answers: tuple[Answer, ...]
    cases: int
    pass_mark: float

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(each.right for each in self.answers)

    @property
    def complete(self) -> bool:
        """Whether every case has been decided."""
        return len(self.answers) == self.cases

    @property
    def passed(self) -> bool | None:
        """Whether the share of right answers reaches the pass mark."""
        return self.right >= self.pass_mark * self.cases - 1e-9 if self.complete else None

    @property
    def sentence(self) -> str:
        """``7 of 8 right, pass mark 80 %: passed``."""
        mark = f"pass mark {self.pass_mark * 100:g} %"
        if not self.complete:
            return f"{len(self.answers)} of {self.cases} cases decided, {self.right} right so far; {mark}"
        return f"{self.right} of {self.cases} right, {mark}: {'passed' if self.passed else 'not passed'}"


def score(study: Study) -> Score:
    """The score of a training study; ``TrainingRefused`` if it is none."""
    hand, reader = hand_of(study), begun(study)["reader"]["id"]
    answers = tuple(
        Answer(seq, recorded_at, patient_id, decided, hand.cases[patient_id].category)
        for patient_id, seq, decided, recorded_at in study.rows(FIRST, (reader,))
        if patient_id in hand.cases
    )
    return Score(answers, len(hand.cases), study.protocol.training.pass_mark)


def is_first(study: Study, actor: Actor, patient_id: str, seq: int) -> bool:
    """Whether that entry is the reader's first decision on the case, the one that counts."""
    return any(each[0] == patient_id and each[1] == seq for each in study.rows(FIRST, (actor.id,)))
