"""Reading for the Differences screen; to be called off the keyboard's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.protocol.errors import HlhError
from hlh_tui.ui.background import sentence
from hlh_tui.ui.ways import at_the_keys

if TYPE_CHECKING:
    from hlh_tui.review.consensus.models import Comparison, Difference
    from hlh_tui.review.consensus.rounds import Round
    from hlh_tui.review.queries import DataQuery
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


@dataclass(frozen=True, slots=True)
class Table:
    """What lies on the table: the differences, the data queries, and why one of them is closed to this reader."""

    differences: tuple[Difference, ...] = ()
    queries: tuple[DataQuery, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One case side by side, the latest round of votes on it, and what this reader may not do to it and why."""

    patient_id: str
    comparison: Comparison | None = None
    round: Round | None = None
    waiting: tuple[str, ...] = ()
    settling: str | None = None
    problem: str = ""


def read_table(study: Study, reader: Actor) -> Table:
    """Differences and queries as of now."""
    from hlh_tui.review.consensus.differences import differences
    from hlh_tui.review.queries import queries

    asked = queries(study, seen_by=reader)
    try:
        return Table(differences(study, reader), asked)
    except HlhError as error:
        return Table((), asked, sentence(error))


def read_open_case(study: Study, reader: Actor, patient_id: str) -> OpenCase:
    """The case as of now."""
    from hlh_tui.review.consensus.comparison import compare_case
    from hlh_tui.review.consensus.meeting import waiting_for
    from hlh_tui.review.consensus.rounds import last_round
    from hlh_tui.review.consensus.settle import settling_refusal

    try:
        return OpenCase(
            patient_id,
            compare_case(study, reader, patient_id),
            last_round(study, patient_id),
            waiting_for(study, patient_id),
            at_the_keys(settling_refusal(study, reader, patient_id) or "") or None,
        )
    except HlhError as error:
        return OpenCase(patient_id, problem=sentence(error))
