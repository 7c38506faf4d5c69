"""What happened after a signature: decisions replaced or taken back, cases unlocked, people withdrawn, other keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.review.signatures.models import Signed, SignedEntry
from hlh_tui.review.signatures.read import DecidedEntry

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

EVENTS = """
SELECT seq, recorded_at, actor, actor_name, action, patient_id, payload
FROM log
WHERE action IN ('undone', 'unlocked', 'person_registered', 'person_withdrawn')
   OR (seq = 1 AND json_exists(payload, '$.pack'))
ORDER BY seq"""


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry after which a signature may be void; ``key``: the key registered by it."""

    seq: int
    recorded_at: str
    actor_name: str
    patient_id: str | None
    key: str | None = None

    @property
    def at(self) -> str:
        """``entry 45 of 23 Nov 2026 05:10 UTC`` without the words that need a locale."""
        return f"entry {self.seq}, {self.recorded_at[:16].replace('T', ' ')} UTC"


@dataclass(frozen=True, slots=True)
class Afterwards:
    """The entries that can void a signature, each list in the order of the log."""

    decided: tuple[DecidedEntry, ...]
    undone: dict[tuple[str, int], Happened]
    """(Reader, decision) -> the last entry that took it back."""
    unlocks: tuple[Happened, ...]
    registered: dict[str, tuple[Happened, ...]]
    withdrawn: dict[str, tuple[Happened, ...]]

    def fate(self, decision: DecidedEntry) -> str:
        """How a decision that is no longer in force ended."""
        back = self.undone.get((decision.reader, decision.seq))
        if back is not None:
            return f"{decision.reader_name} took the decision back ({back.at})"
        shared = decision.role in ("consensus", "adjudicator")
        for each in self.decided:
            same = each.patient_id == decision.patient_id and each.role == decision.role
            if each.seq > decision.seq and same and (shared or each.reader == decision.reader):
                when = f"{each.recorded_at[:16].replace('T', ' ')} UTC"
                return f"{each.reader_name} changed the decision to {each.category} (entry {each.seq}, {when})"
        return "the decision is no longer in force"

    def unlocked(self, entry: SignedEntry) -> str:
        """The first unlocking of the case, or of the study, after the signature."""
        for each in self.unlocks:
            if each.seq > entry.seq and each.patient_id in (None, entry.patient_id):
                what = "the study" if each.patient_id is None else each.patient_id
                return f"{each.actor_name} unlocked {what} ({each.at})"
        return ""

    def signer_gone(self, entry: SignedEntry, signed: Signed) -> str:
        """Whether the signer was withdrawn, or has got another key, after the signature."""
        for each in self.withdrawn.get(entry.actor, ()):
            if each.seq > entry.seq:
                return f"{entry.actor_name} was withdrawn from the study ({each.at})"
        for each in self.registered.get(entry.actor, ()):
            if each.seq > entry.seq and each.key != signed.public_key:
                return f"{entry.actor_name} has been registered with another key ({each.at})"
        return ""

    def key_known(self, person: str, seq: int) -> str | None:
        """The key under which the study knew the person just before entry ``seq``; None if it knew none."""
        before = [each.key for each in self.registered.get(person, ()) if each.seq < seq]
        return before[-1] if before else None

    def key_was_known(self, person: str, seq: int, key: str) -> bool:
        """Whether the study knew the person under that key at any time before entry ``seq``."""
        return any(each.seq < seq and each.key == key for each in self.registered.get(person, ()))


def afterwards(study: Study, decided: Sequence[DecidedEntry]) -> Afterwards:
    """Read what can void signatures."""
    undone: dict[tuple[str, int], Happened] = {}
    unlocks: list[Happened] = []
    registered: dict[str, list[Happened]] = {}
    withdrawn: dict[str, list[Happened]] = {}
    for seq, recorded_at, actor, actor_name, action, patient_id, text in study.rows(EVENTS):
        said = json.loads(text)
        here = Happened(seq, recorded_at, actor_name, patient_id)
        if action == "undone":
            undone[actor, said["undoes"]] = here
        elif action == "unlocked":
            unlocks.append(here)
        elif action == "person_withdrawn":
            withdrawn.setdefault(said["person"]["id"], []).append(here)
        else:
            person = said["pack"]["reader"] if action == "study_created" else said["person"]
            key = person.get("public_key") if action == "study_created" else said.get("public_key")
            registered.setdefault(person["id"], []).append(Happened(seq, recorded_at, actor_name, None, key))
    return Afterwards(
        decided=tuple(decided),
        undone=undone,
        unlocks=tuple(unlocks),
        registered={person: tuple(some) for person, some in registered.items()},
        withdrawn={person: tuple(some) for person, some in withdrawn.items()},
    )
