"""The reads of a study as the log has them, and the readers as the person asking may know them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.review.agreement.models import Reader
from hlh_tui.review.conduct.authority import is_phased, phase_of
from hlh_tui.review.conduct.people import role_of
from hlh_tui.review.errors import ReviewError
from hlh_tui.review.statements import over_decisions

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


@dataclass(frozen=True, slots=True)
class Read:
    """One decision of a reader; ``role`` is reader, or repeat for a hidden duplicate.

    ``at`` is UTC, ``seconds`` the time on the case before it (None: not recorded), ``cited`` the names of what was
    cited. ``taken_back`` says that it was undone, ``in_force`` that it is the reader's last word on the case.
    """

    seq: int
    at: str
    patient_id: str
    reader: str
    reader_name: str
    role: str
    category: str
    reveals: bool
    proposal_seen: bool
    proposal: str | None
    seconds: float | None
    session: str
    cited: frozenset[str]
    taken_back: bool
    in_force: bool


@cache
def statement() -> str:
    """The query that reads them."""
    return Path(__file__).with_name("reads.sql").read_text(encoding="utf-8")


def reads(study: Study) -> tuple[Read, ...]:
    """Every read of the study, in the order in which they were made."""
    return tuple(_read(row) for row in study.rows(over_decisions(statement()), (None, None)))


def _read(row: Sequence[Any]) -> Read:
    seq, at, patient, reader, name, role, category, reveals, seen, proposal, seconds, session, cited, back, force = row
    known = isinstance(seconds, float) and isfinite(seconds) and seconds >= 0
    return Read(
        seq=seq,
        at=at,
        patient_id=patient,
        reader=reader,
        reader_name=name,
        role=role,
        category=category,
        reveals=bool(reveals),
        proposal_seen=bool(seen),
        proposal=proposal,
        seconds=seconds if known else None,
        session=session,
        cited=frozenset(name for name in cited if name),
        taken_back=back,
        in_force=force,
    )


def readers_of(study: Study, actor: Actor, every: Iterable[Read]) -> dict[str, Reader]:
    """Reader id -> reader with a decision in force, by name; two of one name are told apart by their id.

    Who may not know the names sees reader 1, reader 2, ... in an order that tells nothing.
    """
    names = {read.reader: read.reader_name for read in every if read.role == "reader" and read.in_force}
    if masks(study, actor):
        return _masked(study, names)
    alike = Counter(names.values())
    told = {key: name if alike[name] == 1 else f"{name} ({key})" for key, name in names.items()}
    return {key: Reader(key, told[key]) for key in sorted(names, key=lambda key: (told[key], key))}


def masks(study: Study, actor: Actor) -> bool:
    """Whether readers are masked and cases not named: until a study read in phases is open, but for its coordinator."""
    return is_phased(study) and phase_of(study) != "open" and role_of(study, actor.id) != "coordinator"


def _masked(study: Study, names: Iterable[str]) -> dict[str, Reader]:
    study_id = study.facts.get("study_id", "")
    shuffled = sorted(names, key=lambda key: hashlib.sha256(f"{study_id}\x1f{key}".encode()).digest())
    return {key: Reader(f"reader-{place}", f"reader {place}") for place, key in enumerate(shuffled, start=1)}


def chosen(available: dict[str, Reader], between: Sequence[str]) -> dict[str, Reader]:
    """The readers named in ``between`` by id or printed name; all of them where it names none.

    ``ReviewError`` for a name that nobody has, or one that is given twice.
    """
    if not between:
        return available
    by_word = {word.casefold(): key for key, one in available.items() for word in (one.id, one.name)}
    unknown = [word for word in between if word.strip().casefold() not in by_word]
    if unknown:
        known = ", ".join(one.name for one in available.values()) or "nobody yet"
        raise ReviewError(f"{unknown[0]!r} has decided no case; those who have are {known}")
    wanted = {by_word[word.strip().casefold()] for word in between}
    if len(wanted) != len(between):
        raise ReviewError("a reader is named twice; name each reader once")
    return {key: one for key, one in available.items() if key in wanted}
