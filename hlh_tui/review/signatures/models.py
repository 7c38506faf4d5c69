"""What a signature says, as the log holds it, and whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


NOT_COUNTED = ("global", "repeat")
"""Roles of decisions on which no final category rests."""


class SignedDecision(msgspec.Struct, frozen=True):
    """The decision under the signature: its number in this log, and its hash where it was signed."""

    seq: int
    entry_hash: Hash


class SignedFinal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The final category as approved: where it came from, and the hashes of the decisions that it rests on."""

    category: Words
    source: Words
    entries: tuple[Hash, ...]


class Covers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a signature covers: the decision, the chart up to a day, the log before it, and the final category if any.

    ``head``: hash of the last entry before the signature. ``evidence_until``: a day, or None for the whole chart.
    """

    entry_hash: Hash
    evidence_sha256: Hash
    evidence_until: float | None
    head: Hash
    final: SignedFinal | None = None


class Signed(msgspec.Struct, frozen=True):
    """The payload of a ``signed`` entry.

    ``case`` is the patient's id where it was signed: a code in a pack, which ``pack_id`` names (None in the study).
    """

    decision: SignedDecision
    meaning: Words
    printed_name: Words
    signed_at: Words
    covers: Covers
    study_id: Words
    pack_id: str | None
    case: Words
    public_key: Words
    signature: Words


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """A ``signed`` entry of the log; ``signed`` is None if its payload is not that of a signature."""

    seq: int
    recorded_at: str
    actor: str
    actor_name: str
    patient_id: str
    prev_hash: str
    hash: str
    merged_from: str | None
    """The pack from which the entry was merged, None for one made in this study."""
    signed: Signed | None
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SignatureStatus:
    """A signature as it stands now. ``why``: a sentence that says why it is void, empty where it holds.

    ``genuine``: its text, key, case and place are what was signed; a genuine signature is void only because something
    changed after it, and one that is not genuine is a fault of the log.
    """

    seq: int
    patient_id: str
    signer: str
    printed_name: str
    signed_at: str
    meaning: str
    category: str
    decision_seq: int | None
    public_key: str
    entry_hash: str
    evidence_sha256: str
    head: str
    valid: bool
    genuine: bool
    why: str
    recorded_at: str
    hash: str
    chart_changed: bool
    """Whether the chart is not the one that was signed in this study, whatever else voids the signature."""

    @property
    def sentence(self) -> str:
        """Printed name, date and time, meaning, and whether it holds: 21 CFR 11.50 in one line."""
        when = self.signed_at[:19].replace("T", " ")
        said = f"signed by {self.printed_name}, {when} UTC: {self.meaning} ({self.category})"
        return said if self.valid else f"SIGNATURE VOID, {self.why} ({said})"
