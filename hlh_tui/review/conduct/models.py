"""The records of a study's conduct."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("coordinator", "reader", "adjudicator", "observer")
PHASES = ("read", "compare", "consensus", "open")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a role in the study; ``public_key`` is ``ed25519:...`` or None, ``registered_seq`` the entry."""

    id: str
    name: str
    role: str
    public_key: str | None
    registered_seq: int


@dataclass(frozen=True, slots=True)
class Move:
    """A move from one phase to another: when, by whom, why, and how many reads were missing then."""

    seq: int
    recorded_at: str
    actor: str
    actor_name: str
    old: str
    new: str
    reason: str
    missing: int


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock on one case, or on the whole study (``patient_id`` None)."""

    seq: int
    recorded_at: str
    patient_id: str | None
    actor_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dealt:
    """The cases dealt to one reader in one pack, in the order in which they are to be read.

    ``cases`` are (code, patient id, whether it is a hidden repeat); the code alone leaves the study.
    """

    seq: int
    reader: str
    pack_id: str
    cases: tuple[tuple[str, str, bool], ...]
