"""What the proposal of the rules does to decisions once it has been shown: the automation effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.protocol.errors import HlhError
from hlh_tui.review.agreement.models import Revealed, Share, Undefined
from hlh_tui.review.agreement.settings import settings
from hlh_tui.review.proportion import wilson
from hlh_tui.review.state import revealed_cases, reveals, shows_proposals

if TYPE_CHECKING:
    from hlh_tui.review.agreement.reads import Read
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


@dataclass(frozen=True, slots=True)
class Proposals:
    """Patient -> proposed category for the cases that may be counted; ``why`` none may.

    ``shows`` says that this study shows a reader the proposal after their first decision.
    """

    counted: Mapping[str, str]
    shows: bool
    why: str = ""
    left_out: int = 0

    @property
    def none_counted(self) -> str:
        """Why a reader has no case here."""
        if self.left_out:
            return (
                f"{self.left_out} cases are left out: so few, or all alike, would tell what the rules propose for each"
            )
        return "no case has both a decision and a proposal"


def proposals_for(study: Study, actor: Actor, decided: frozenset[str]) -> Proposals:
    """What may be told this person of the proposals of the decided cases, in numbers and never by case.

    Cases whose proposal the person has been shown count. The others count together or not at all: only if there are
    several and not all alike, as on every screen that speaks of many patients.
    """
    shows = reveals(study)
    if not shows and not shows_proposals(study):
        return Proposals({}, False, "this study keeps the proposal of the rules hidden until it is open")
    from hlh_tui.assess.run import proposals

    try:
        found = {patient: one.category for patient, one in proposals(study).items() if patient in decided}
    except HlhError as error:
        return Proposals({}, shows, str(error))
    shown = revealed_cases(study, actor.id)
    hidden = [patient for patient in found if patient not in shown]
    if len(hidden) >= settings().hidden.fewest and len({found[patient] for patient in hidden}) > 1:
        return Proposals(found, shows)
    return Proposals({one: found[one] for one in found if one in shown}, shows, left_out=len(hidden))


def revealed(own: Mapping[str, str], mine: Sequence[Read], proposals: Proposals, level: float) -> Revealed | Undefined:
    """What the reader did after the reveal, over the cases that may be counted.

    Before: the decision after which the proposal was shown, also one taken back since. After: the one in force. The
    proposal is the one that a later decision records as seen, else that of the present criteria.
    """
    if proposals.why:
        return Undefined(proposals.why)
    if not proposals.shows:
        return Undefined("this study never showed a proposal before it was open, so no decision can have followed it")
    before = _before(own, mine, proposals)
    if not before:
        hidden = (
            proposals.none_counted if proposals.left_out else "the proposal of no case has been shown to this reader"
        )
        return Undefined(hidden)
    seen = {read.patient_id: read.proposal for read in mine if read.proposal_seen and read.proposal}
    proposed = {patient: seen.get(patient, proposals.counted[patient]) for patient in before}
    changed = tuple(patient for patient in before if own[patient] != before[patient])

    def share(k: int) -> Share:
        return Share(k, len(before), *wilson(k, len(before), level))

    return Revealed(
        shown=len(before),
        differed=sum(before[patient] != proposed[patient] for patient in before),
        changed=share(len(changed)),
        toward=sum(own[patient] == proposed[patient] for patient in changed),
        away=sum(before[patient] == proposed[patient] for patient in changed),
        before=share(sum(before[patient] == proposed[patient] for patient in before)),
        after=share(sum(own[patient] == proposed[patient] for patient in before)),
        patients=changed,
    )


def _before(own: Mapping[str, str], mine: Sequence[Read], proposals: Proposals) -> dict[str, str]:
    """Patient -> the category at the first decision after which the proposal was shown."""
    first: dict[str, str] = {}
    for read in mine:
        if read.role == "reader" and read.reveals and read.patient_id in own and read.patient_id in proposals.counted:
            first.setdefault(read.patient_id, read.category)
    return first
