"""What an entry from outside must look like before it may stand in a study's log.

Types are held to exactly: a text where a number belongs would stop every question that is asked of the log later.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

Text = Annotated[str, msgspec.Meta(max_length=200_000)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Number = Annotated[int, msgspec.Meta(ge=1)]
Day = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]


class About(msgspec.Struct, frozen=True):
    """A piece of evidence."""

    kind: Word
    day: Day
    name: Text
    text: Text


class Criteria(msgspec.Struct, frozen=True):
    """The criteria a decision was made under."""

    id: Word
    version: Word
    hash: Word
    options: dict[str, str]


class OldDecision(msgspec.Struct, frozen=True):
    """The decision that one replaces."""

    seq: Number
    category: Word
    day: Day | None
    confidence: Word
    reason: Text


class Seen(msgspec.Struct, frozen=True):
    """What was on screen before a decision."""

    seconds: Annotated[float, msgspec.Meta(ge=0, le=1e9)]
    items: list[Text]
    days: list[Day]
    notes: list[Day]
    sources: list[Text]
    whole_course: bool


class Stamped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every payload carries; a key that no action has might mean something to a question asked of the log."""

    app_version: Text = ""
    session: Text = ""
    protocol_hash: Text = ""
    criteria_hash: Text = ""


class Decided(Stamped, frozen=True, kw_only=True):
    """The payload of a reader's decision."""

    role: Literal["reader"]
    category: Word
    day: Annotated[float, msgspec.Meta(ge=0, le=1e6)] | None
    confidence: Literal["low", "high"]
    reason: Text
    evidence: list[About]
    criteria: Criteria
    proposal_seen: bool
    proposal: Word | None
    old: OldDecision | None
    reveals: bool = False
    seen: Seen | None = None
    accepted: None = None
    disagreement: None = None


class Flagged(Stamped, frozen=True, kw_only=True):
    """The payload of a flag."""

    note: Text


class Unflagged(Stamped, frozen=True, kw_only=True):
    """The payload of a removed flag: nothing."""


class QueryRaised(Stamped, frozen=True, kw_only=True):
    """The payload of a data query."""

    about: About
    question: Annotated[str, msgspec.Meta(min_length=1, max_length=200_000)]
    owner: Text | None = None


class QueryStep(Stamped, frozen=True, kw_only=True):
    """The payload of closing or reopening a query."""

    query: Number
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200_000)]


class Undone(Stamped, frozen=True, kw_only=True):
    """The payload of an undo."""

    undoes: Number
    undone: Word
    reason: Text = ""


class Redone(Stamped, frozen=True, kw_only=True):
    """The payload of a redo."""

    redoes: Number


class SignedDecision(msgspec.Struct, frozen=True):
    """The decision that a signature is for."""

    seq: Number
    entry_hash: Word


class Signed(msgspec.Struct, frozen=True):
    """The payload of a signature, as far as a merge has to know it; what it covers is for its own check."""

    decision: SignedDecision


SHAPES: dict[str, type[msgspec.Struct]] = {
    "decided": Decided,
    "flagged": Flagged,
    "unflagged": Unflagged,
    "query_raised": QueryRaised,
    "query_closed": QueryStep,
    "query_reopened": QueryStep,
    "undone": Undone,
    "redone": Redone,
    "signed": Signed,
}


def shaped(action: str, payload: Any) -> msgspec.Struct:
    """The payload of that action as a record; ``ValueError`` says what is wrong with it."""
    try:
        return msgspec.convert(payload, SHAPES[action])
    except (msgspec.ValidationError, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from error
