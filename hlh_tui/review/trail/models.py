"""The records of the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an entry set: what it was before (None: nothing) and what it is since (None: gone)."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry in words.

    ``number`` is the entry's number in the log, or a running number of their own for who may not see the whole log.
    ``sentence`` says what was done, without who and when; ``standing`` what became of a decision since ("" nothing).
    """

    number: int
    recorded_at: str
    actor: str
    actor_name: str
    action: str
    label: str
    patient_id: str | None
    sentence: str
    changes: tuple[Change, ...]
    reason: str
    criteria: str
    standing: str


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """A line of the trail with everything its entry holds; the links of the chain are empty for a blinded reader."""

    line: TrailLine
    payload: dict[str, Any]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which entries are wanted; "" and None leave a part open.

    ``by``: id or part of the printed name; ``action``: action or part of its label; ``since`` and ``until``: first
    and last time as the log writes it; ``search``: words that all occur in the entry.
    """

    by: str = ""
    action: str = ""
    case: str = ""
    since: str | None = None
    until: str | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a trail: at most ``limit`` entries after number ``beyond`` (before it, with the newest first)."""

    limit: int = 200
    beyond: int | None = None
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class ReviewState:
    """What of the trail was reviewed: up to which entry, when and by whom (None: never), and entries since."""

    upto: int
    recorded_at: str | None
    actor_name: str | None
    note: str
    since: int
