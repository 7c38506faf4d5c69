"""Everything that an export is written from, read at one head of the log."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hlh_tui.export.settled import Settled, settlements
from hlh_tui.review.agreement.models import Agreement
from hlh_tui.review.agreement.report import agreement
from hlh_tui.review.consensus.data_changes import reopened_entries
from hlh_tui.review.consensus.minutes import Minutes, minutes
from hlh_tui.review.models import FinalCategory
from hlh_tui.review.queries import DataQuery, queries
from hlh_tui.review.signatures.models import SignatureStatus
from hlh_tui.review.signatures.status import signatures
from hlh_tui.review.state import final_categories
from hlh_tui.review.trail.models import TrailEntry
from hlh_tui.review.trail.trail import whole_trail
from hlh_tui.review.training.record import certificates
from hlh_tui.study.log import log_rows
from hlh_tui.study.models import Actor

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

Rows = list[tuple[Any, ...]]
CONDUCT = frozenset(
    {
        *("study_created", "charts_imported", "person_registered", "person_withdrawn", "phase_moved", "revealed"),
        *("locked", "unlocked", "cut_made", "cases_dealt", "pack_written", "pack_merged", "trail_reviewed", "exported"),
        *("criteria_adopted", "reading_chosen", "redacted", "votes_revealed"),
    }
)
"""What people do with the study as a whole: few entries, whose particulars are read."""


@dataclass(frozen=True, slots=True)
class Done:
    """An entry of the log about the conduct of the study, with its particulars."""

    seq: int
    recorded_at: str
    actor: str
    actor_name: str
    action: str
    patient_id: str | None
    said: dict[str, Any]
    hash: str

    @property
    def done_at(self) -> str:
        """When it was done: in the pack that it came from, otherwise when it was recorded."""
        return str((self.said.get("pack") or {}).get("recorded_at") or self.recorded_at)

    @property
    def pack_id(self) -> str | None:
        """The pack that it came from."""
        pack = self.said.get("pack")
        return pack.get("id") if isinstance(pack, dict) else None


@dataclass(frozen=True, slots=True)
class Record:
    """A study as of one head of its log, and by whom and when it is exported.

    ``log`` holds rows of the log table, ``done`` the entries about the study's conduct. ``agreement`` is None where
    nobody has decided, ``minutes`` where nothing was voted on or settled.
    """

    actor: Actor
    made_at: str
    log: Rows
    done: tuple[Done, ...]
    finals: dict[str, FinalCategory]
    settled: dict[str, Settled]
    signatures: tuple[SignatureStatus, ...]
    queries: tuple[DataQuery, ...]
    certificates: tuple[dict[str, Any], ...]
    reopened: frozenset[int]
    agreement: Agreement | None
    minutes: Minutes | None
    trail: tuple[TrailEntry, ...]

    @property
    def entries(self) -> int:
        """How many entries the log has."""
        return int(self.log[-1][0])

    @property
    def head(self) -> str:
        """The hash of the last of them."""
        return str(self.log[-1][-1])

    def of(self, *actions: str) -> tuple[Done, ...]:
        """The entries about the conduct with one of these actions, in order."""
        return tuple(one for one in self.done if one.action in actions)


def take_record(study: Study, actor: Actor, made_at: str) -> Record:
    """Read everything; the caller holds ``study.writing``, so that all of it is of one head.

    ``made_at`` (UTC, as the log writes it) is the only thing that depends on when this is done.
    """
    log = log_rows(study)
    decided = any(row[4] == "decided" for row in log)
    held = replace(minutes(study, actor), made_at=made_at)
    # Ages are taken at the last entry, so that one head always gives one table.
    asked = queries(study, now=datetime.fromisoformat(log[-1][1]))
    return Record(
        actor=actor,
        made_at=made_at,
        log=log,
        done=tuple(_done(row) for row in log if row[4] in CONDUCT),
        finals=final_categories(study),
        settled=settlements(study, log),
        signatures=signatures(study),
        queries=tuple(sorted(asked, key=lambda one: one.seq)),
        certificates=certificates(study),
        reopened=reopened_entries(study),
        agreement=agreement(study, actor) if decided else None,
        minutes=held if held.meetings or held.without_meeting else None,
        trail=tuple(whole_trail(study, actor)),
    )


def _done(row: tuple[Any, ...]) -> Done:
    seq, recorded_at, actor, actor_name, action, patient_id, payload, _, digest = row
    said = json.loads(payload)
    return Done(seq, recorded_at, actor, actor_name, action, patient_id, said, digest)
