"""Where a study stands, for who conducts it: people, phase and what it waits for, packs, locks, cuts.

Others see as much of it as conduct lets them: while a blinded study is read, a reader sees their own progress alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import is_phased, phase_of, refusal
from hlh_tui.review.conduct.blinding import sees_others
from hlh_tui.review.conduct.locks import locks
from hlh_tui.review.conduct.models import Lock, Move, Person
from hlh_tui.review.conduct.phase import missing_reads
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.cuts import Cut, cuts
from hlh_tui.review.queries import queries
from hlh_tui.review.state import final_categories
from hlh_tui.review.statements import over_decisions

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

ACTIONS = ("register", "move_phase", "deal", "pack", "merge", "lock", "unlock", "cut")
READS = """
SELECT reader, arg_max(reader_name, seq), count(*) FILTER (role = 'reader'), count(*) FILTER (role = 'repeat')
FROM in_force
WHERE role IN ('reader', 'repeat')
GROUP BY reader
ORDER BY reader"""
TRAFFIC = "SELECT action, recorded_at, payload FROM log WHERE action IN ('pack_written', 'pack_merged') ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of their cases a reader has decided, and how many of the hidden repeats among them."""

    reader: str
    name: str
    cases: int
    decided: int
    repeats: int = 0
    repeats_decided: int = 0


@dataclass(frozen=True, slots=True)
class PackState:
    """A pack that was dealt: when it was last written and merged (None: not yet), and how many entries came back."""

    pack_id: str
    reader: str
    name: str
    cases: int
    repeats: int
    written_at: str | None = None
    merged_at: str | None = None
    entries: int = 0
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """Everything of it that the person may see; what is None is closed to them.

    ``refusals``: action -> why this person may not do it now, in a sentence, or None.
    """

    phased: bool
    phase: str
    topology: str
    role: str | None
    is_pack: bool
    patients: int
    people: tuple[Person, ...]
    withdrawn: tuple[Person, ...]
    moves: tuple[Move, ...]
    progress: tuple[Progress, ...]
    missing_reads: int | None
    unresolved: int | None
    open_queries: int
    packs: tuple[PackState, ...]
    locks: tuple[Lock, ...]
    cuts: tuple[Cut, ...]
    refusals: Mapping[str, str | None]


def workflow(study: Study, actor: Actor) -> Workflow:
    """Where the study stands, as far as this person may see it."""
    conduct = conduct_of(study)
    person = conduct.people.get(actor.id)
    role = None if person is None else person.role
    sees = sees_others(study, actor.id)
    all_progress = sees or role == "coordinator"
    progress, packs = _progress(study), _packs(study)
    if not all_progress:
        progress = tuple(_unmarked(each) for each in progress if each.reader == actor.id)
        packs = tuple(_unmarked_pack(each) for each in packs if each.reader == actor.id)
    ((patients,),) = study.rows("SELECT count(*) FROM patient")
    return Workflow(
        phased=is_phased(study),
        phase=phase_of(study),
        topology=study.protocol.review.topology,
        role=role,
        is_pack=conduct.pack is not None,
        patients=patients,
        people=tuple(conduct.people.values()),  # whoever gets another role or a key keeps their line
        withdrawn=tuple(sorted(conduct.withdrawn.values(), key=lambda one: one.registered_seq)),
        moves=tuple(conduct.moves),
        progress=progress,
        missing_reads=missing_reads(study)[0] if all_progress else None,
        unresolved=sum(each.source == "unresolved" for each in final_categories(study).values()) if sees else None,
        open_queries=sum(each.is_open for each in queries(study, seen_by=actor)),
        packs=packs,
        locks=locks(study, actor),
        cuts=cuts(study, actor),
        refusals={action: refusal(study, actor, action) for action in ACTIONS},
    )


def _unmarked(of: Progress) -> Progress:
    """A reader's own progress; which of the cases are repeats, and how many, stays hidden from them."""
    return Progress(of.reader, of.name, of.cases + of.repeats, of.decided + of.repeats_decided)


def _unmarked_pack(of: PackState) -> PackState:
    return replace(of, cases=of.cases + of.repeats, repeats=0)


def _progress(study: Study) -> tuple[Progress, ...]:
    """By reader: whoever is registered as one in a blinded study, and whoever has decided."""
    conduct = conduct_of(study)
    ((patients,),) = study.rows("SELECT count(*) FROM patient")
    done = {
        reader: (name, reads, repeats)
        for reader, name, reads, repeats in study.rows(over_decisions(READS), (None, None))
    }
    known = {**conduct.withdrawn, **conduct.people}
    readers = [one.id for one in conduct.people.values() if one.role == "reader"] if is_phased(study) else []
    found = []
    for reader in dict.fromkeys([*readers, *done]):
        dealt = [case for each in conduct.dealt if each.reader == reader for case in each.cases]
        repeats = sum(case[2] for case in dealt)
        name, decided, again = done.get(reader, (reader, 0, 0))
        cases = len(dealt) - repeats if conduct.dealt else patients
        name = known[reader].name if reader in known else name
        found.append(Progress(reader, name, max(cases, decided), decided, max(repeats, again), again))
    return tuple(found)


def _packs(study: Study) -> tuple[PackState, ...]:
    """Every pack that was dealt, in order, with what became of it."""
    conduct = conduct_of(study)
    traffic: dict[str, dict[str, tuple[str, dict[str, object]]]] = {}
    for action, recorded_at, payload in study.rows(TRAFFIC):
        said = json.loads(payload)
        traffic.setdefault(said["pack_id"], {})[action] = (recorded_at, said)
    names = {one.id: one.name for one in (*conduct.withdrawn.values(), *conduct.people.values())}
    found = []
    for dealt in conduct.dealt:
        seen = traffic.get(dealt.pack_id, {})
        written, merged = seen.get("pack_written"), seen.get("pack_merged")
        repeats = sum(case[2] for case in dealt.cases)
        back = merged[1] if merged else {}
        found.append(
            PackState(
                pack_id=dealt.pack_id,
                reader=dealt.reader,
                name=names.get(dealt.reader, dealt.reader),
                cases=len(dealt.cases) - repeats,
                repeats=repeats,
                written_at=written[0] if written else None,
                merged_at=merged[0] if merged else None,
                entries=max(int(str(back.get("entries", 0))) - 1, 0),  # the first is that of the pack itself
                signed=bool(back.get("signed")),
            )
        )
    return tuple(found)
