"""Dealing: every case that lacks readers goes to as many as the protocol asks for, each in an order of their own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import is_phased, require
from hlh_tui.review.conduct.models import Dealt
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.packs.assignment import assigned
from hlh_tui.review.packs.errors import DealRefused
from hlh_tui.review.packs.ordering import codes, reading_order
from hlh_tui.review.state import current_decisions
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor

if TYPE_CHECKING:
    from hlh_tui.review.conduct.models import Person
    from hlh_tui.study.file import Study

LARGEST_SEED = 2**63 - 1


def deal(study: Study, actor: Actor, seed: int | None = None) -> tuple[Dealt, ...]:
    """Deal every case that lacks readers and return what each reader got, empty where every case has its readers.

    One ``cases_dealt`` entry for each reader who gets cases. A case dealt to somebody who was withdrawn before they
    decided it goes to somebody else. Without a ``seed`` one is drawn; the entries keep it.
    ``NotAllowed`` unless the actor coordinates; ``DealRefused`` where the protocol deals no cases, there are none, or
    fewer readers are registered than a case needs.
    """
    if seed is not None and not 0 <= seed <= LARGEST_SEED:
        raise DealRefused(f"the seed {seed} cannot be used: give a whole number from 0 to {LARGEST_SEED}")
    with study.writing:
        require_dealing(study)
        require(study, actor, "deal")
        readers = registered_readers(study)
        patients = [patient for (patient,) in study.rows("SELECT patient_id FROM patient ORDER BY patient_id")]
        needed = study.protocol.review.readers
        if not patients:
            raise DealRefused(f"{study.path.name} has no charts yet; import them before dealing")
        held = holders(study)
        lacking = [patient for patient in patients if len(held.get(patient, ())) < needed]
        if lacking and len(readers) < needed:
            raise DealRefused(_too_few(study, readers, needed))
        drawn = int.from_bytes(os.urandom(6)) if seed is None else seed
        given = assigned(lacking, sorted(readers), needed, drawn, held)
        return tuple(_record(study, actor, readers[reader], given[reader], drawn) for reader in given if given[reader])


def require_dealing(study: Study) -> None:
    """``DealRefused`` for a pack, and for a protocol under which nothing is dealt."""
    if conduct_of(study).pack is not None:
        raise DealRefused(f"{study.path.name} is a pack; the coordinator deals in the study that it came from")
    if not is_phased(study):
        raise DealRefused(
            f"protocol {study.protocol.id} is open: everybody reads every case in the study itself; for packs make one"
            " with hlh-tui new STUDY --protocol song-2024-blinded"
        )


def registered_readers(study: Study) -> dict[str, Person]:
    """Reader id -> person, of everybody who is a reader now."""
    return {person.id: person for person in conduct_of(study).people.values() if person.role == "reader"}


def holders(study: Study) -> dict[str, frozenset[str]]:
    """Patient -> readers who have the case: dealt to them while they are registered, or read by them."""
    found: dict[str, set[str]] = {}
    readers = registered_readers(study)
    for dealt in conduct_of(study).dealt:
        if dealt.reader in readers:
            for _, patient, _ in dealt.cases:
                found.setdefault(patient, set()).add(dealt.reader)
    for decision in current_decisions(study):
        if decision.role == "reader":
            found.setdefault(decision.patient_id, set()).add(decision.reader)
    return {patient: frozenset(readers) for patient, readers in found.items()}


def _record(study: Study, actor: Actor, reader: Person, patients: list[str], seed: int) -> Dealt:
    order = reading_order(patients, study.protocol.review.duplicates, seed, reader.id)
    before = sum(len(dealt.cases) for dealt in conduct_of(study).dealt if dealt.reader == reader.id)
    cases = [(code, *case) for code, case in zip(codes(len(order), before), order, strict=True)]
    pack_id = os.urandom(8).hex()
    payload = {
        "reader": {"id": reader.id, "name": reader.name},
        "seed": seed,
        "pack_id": pack_id,
        "cases": [{"case": code, "patient_id": patient, "repeat": repeat} for code, patient, repeat in cases],
    }
    entry = append(study, actor, "cases_dealt", payload=payload)
    return Dealt(entry.seq, reader.id, pack_id, tuple(cases))


def _too_few(study: Study, readers: dict[str, Person], needed: int) -> str:
    names = ", ".join(person.name for person in readers.values()) or "nobody"
    return (
        f"each case needs {needed} readers and {names} {'is' if len(readers) < 2 else 'are'} registered; add readers"
        f' with hlh-tui reader add {study.path.name} "A. Meyer" --role reader'
    )
