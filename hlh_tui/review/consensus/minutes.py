"""The minutes of consensus meetings: who took part, what was voted before and after, what was settled and why."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import is_phased, phase_of, require
from hlh_tui.review.conduct.people import people
from hlh_tui.review.consensus.differences import differences, reader_numbers
from hlh_tui.review.consensus.rounds import Round, rounds, standing_votes
from hlh_tui.review.state import current_decisions
from hlh_tui.study.log import utc_now

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hlh_tui.review.consensus.models import Difference, Settled
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far some ratings agree: cases rated by two or more, unanimous ones, and pairs of ratings that agree.

    ``alpha`` is Krippendorff's, nominal; None where it is undefined because all ratings are one category.
    """

    cases: int
    unanimous: int
    pairs: int
    agreeing: int
    alpha: float | None

    @property
    def share(self) -> float | None:
        """Agreeing pairs as a share (0-1) of all pairs; None where no case has two ratings."""
        return self.agreeing / self.pairs if self.pairs else None


@dataclass(frozen=True, slots=True)
class CaseMinutes:
    """One case of a meeting; ``first_reads`` are the categories before the first vote, by the readers' numbers."""

    round: Round
    first_reads: tuple[tuple[int, str], ...]
    changed: tuple[str, ...]
    """Printed names of the members whose vote after the discussion is another one than their blind vote."""


@dataclass(frozen=True, slots=True)
class MeetingMinutes:
    """One meeting: ``took_part`` are printed names with the role in the study, empty where the study has no roles."""

    name: str
    began: str
    ended: str
    took_part: tuple[tuple[str, str], ...]
    cases: tuple[CaseMinutes, ...]
    first_reads: Agreement
    blind: Agreement
    after: Agreement


@dataclass(frozen=True, slots=True)
class Minutes:
    """Every meeting of a study, what was settled without one, and what is still open, as of the head of the log."""

    study: str
    protocol: str
    topology: str
    phase: str
    synthetic: bool
    made_at: str
    head_seq: int
    head_hash: str
    meetings: tuple[MeetingMinutes, ...]
    without_meeting: tuple[tuple[str, Settled], ...]
    open_cases: tuple[str, ...]


def minutes(study: Study, actor: Actor) -> Minutes:
    """The minutes as of now; ``NotAllowed`` while this person may not compare the readers."""
    require(study, actor, "compare")
    found = rounds(study)
    names = dict.fromkeys(one.meeting for one in found)
    compared = differences(study, actor)
    seq, digest = study.head
    return Minutes(
        study=study.facts.get("title", study.path.stem),
        protocol=f"{study.protocol.id} {study.protocol.version}",
        topology=study.protocol.review.topology,
        phase=phase_of(study),
        synthetic=study.synthetic,
        made_at=utc_now(),
        head_seq=seq,
        head_hash=digest,
        meetings=tuple(_meeting(study, name, [one for one in found if one.meeting == name]) for name in names),
        without_meeting=_without_meeting(compared, found),
        open_cases=tuple(sorted(one.patient_id for one in compared if one.state == "open")),
    )


def agreement_of(ratings: Iterable[Sequence[str]]) -> Agreement:
    """How far the ratings of each case agree; cases with fewer than two are left out."""
    counted = [each for each in ratings if len(each) > 1]
    pairs = [pair for each in counted for pair in combinations(each, 2)]
    return Agreement(
        cases=len(counted),
        unanimous=sum(len(set(each)) == 1 for each in counted),
        pairs=len(pairs),
        agreeing=sum(one == other for one, other in pairs),
        alpha=_alpha(counted),
    )


def _alpha(ratings: Sequence[Sequence[str]]) -> float | None:
    """Krippendorff's alpha, nominal; who gave which rating does not matter to it."""
    used = sorted({category for each in ratings for category in each})
    if len(used) < 2:
        return None
    import numpy as np

    from hlh_tui.review.agreement.krippendorff import alpha
    from hlh_tui.review.agreement.patterns import MISSING, patterns

    codes = np.full((len(ratings), max(map(len, ratings))), MISSING, dtype=np.int64)
    for row, each in enumerate(ratings):
        codes[row, : len(each)] = [used.index(category) for category in each]
    found = patterns(codes, len(used))
    return float(alpha(found, found.counts, 1 - np.eye(len(used)))[0])


def _meeting(study: Study, name: str, found: list[Round]) -> MeetingMinutes:
    cases = tuple(_case(study, one) for one in found)
    open_ones = [one for one in cases if one.round.reveal is not None]
    return MeetingMinutes(
        name=name,
        began=min(one.began for one in found),
        ended=max(_ended(one) for one in found),
        took_part=_took_part(study, found),
        cases=cases,
        first_reads=agreement_of([category for _, category in one.first_reads] for one in open_ones),
        blind=agreement_of([vote.category for vote in one.round.blind] for one in open_ones),
        after=agreement_of([vote.category for vote in standing_votes(one.round)] for one in open_ones),
    )


def _case(study: Study, one: Round) -> CaseMinutes:
    before = current_decisions(study, one.patient_id, upto=one.first_seq)
    reads = {read.reader: read.category for read in before if read.role == "reader"}
    numbers = reader_numbers(study, one.patient_id, reads)
    blind = {vote.member: vote.category for vote in one.blind}
    return CaseMinutes(
        round=one,
        first_reads=tuple(sorted((numbers[reader], category) for reader, category in reads.items())),
        changed=tuple(vote.member_name for vote in one.after if blind.get(vote.member, vote.category) != vote.category),
    )


def _ended(one: Round) -> str:
    times = [one.began, *(vote.recorded_at for vote in (*one.blind, *one.after)), *(n.recorded_at for n in one.notes)]
    if one.reveal is not None:
        times.append(one.reveal.recorded_at)
    if one.outcome is not None:
        times.append(one.outcome.recorded_at)
    return max(times)


def _took_part(study: Study, found: list[Round]) -> tuple[tuple[str, str], ...]:
    """Everybody who voted, wrote a note, revealed or settled, by name."""
    roles = {one.name: one.role for one in people(study).values()} if is_phased(study) else {}
    names: set[str] = set()
    for one in found:
        names |= {vote.member_name for vote in (*one.blind, *one.after)} | {note.by for note in one.notes}
        names |= {one.reveal.by} if one.reveal is not None else set()
        names |= {one.outcome.by} if one.outcome is not None else set()
    return tuple((name, roles.get(name, "")) for name in sorted(names))


def _without_meeting(compared: tuple[Difference, ...], found: tuple[Round, ...]) -> tuple[tuple[str, Settled], ...]:
    met = {one.outcome.seq for one in found if one.outcome is not None}
    settled = [(one.patient_id, one.settled) for one in compared if one.settled is not None]
    return tuple(sorted((case, each) for case, each in settled if each.seq not in met))
