"""Make the demo study: import the bundled charts and, if asked, record the bundled decisions."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from hlh_tui.cli.reader import reader_from
from hlh_tui.intake.bundled import bundled_charts
from hlh_tui.intake.load import import_charts
from hlh_tui.protocol import load
from hlh_tui.protocol.errors import HlhError
from hlh_tui.review.conduct.people import people, register
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.models import Actor
from hlh_tui.study.private_folder import private_folder

THIRD_READER = "R. Novak"


def make_demo(path: Path, actor: Actor, *, adjudicated: bool) -> str:
    """A new study at ``path`` with the thirteen synthetic charts; returns a sentence that says what it holds."""
    return _made(path, actor, "song-2024", lambda study, file: record_decisions(study, file) if adjudicated else 0)


def make_blinded_demo(path: Path, actor: Actor) -> str:
    """The same charts read blinded by two readers, with ``actor`` as the coordinator who now compares them.

    ``HlhError`` where the coordinator is one of the readers.
    """
    return _made(path, actor, "song-2024-blinded", read_blinded)


def _made(path: Path, actor: Actor, protocol_id: str, then: Callable[[Study, Path], int]) -> str:
    charts = bundled_charts("song2024")
    if protocol_id == "song-2024-blinded":
        refuse_reader(actor, charts / "decisions.csv")
    protocol = load.read_bundled(load.STUDIES, protocol_id)
    criteria = load.read_bundled(load.CRITERIA, load.study_protocol(protocol).criteria)
    with (
        private_folder("hlh-tui-import-") as staging,
        create_study(path, protocol, criteria, actor, synthetic=True, staging=staging) as study,
    ):
        added = import_charts(study, charts, actor).added
        decisions = then(study, charts / "decisions.csv")
    held = f"{added['patients']} synthetic patients, {added['observations']} observations"
    return f"{held}, {decisions} decisions" if decisions else held


def refuse_reader(coordinator: Actor, file: Path) -> None:
    """Raise ``HlhError`` if the coordinator is one of the demo's readers."""
    if coordinator.id in {reader_from(row["reader"]).id for row in _rows(file)} | {reader_from(THIRD_READER).id}:
        raise HlhError(
            f"{coordinator.name} reads cases in this demo; coordinate it under another name, such as"
            ' --reader "C. Ordinator"'
        )


def read_blinded(study: Study, file: Path) -> int:
    """Register the people, record what each reader decided, and move on to comparing; returns the decisions' number."""
    coordinator = next(iter(people(study).values()))
    who = Actor(coordinator.id, coordinator.name)
    reads = [row for row in _rows(file) if row["role"] == "reader"]
    for name in dict.fromkeys(row["reader"] for row in reads):
        register(study, who, reader_from(name), "reader", "reads the synthetic charts of this demo")
    register(study, who, reader_from(THIRD_READER), "adjudicator", "settles where the two readers differ")
    record(study, reads)
    move_phase(study, who, "compare", "both readers have read every synthetic chart")
    return len(reads)


def record_decisions(study: Study, file: Path) -> int:
    """Record every line of the bundled decisions in the order of the file; returns their number."""
    rows = _rows(file)
    record(study, rows)
    return len(rows)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def record(study: Study, rows: list[dict[str, str]]) -> None:
    """Record these decisions, as a script does."""
    for row in rows:
        decision = Decision(
            patient_id=row["patient_id"],
            category=row["category"],
            reason=row["reason"],
            confidence=row["confidence"],
            day=float(row["day"]) if row["day"] else None,
            role=row["role"],
        )
        decide(study, reader_from(row["reader"]), decision, reveals=False)
