"""Studies that several people read: open, and blinded in every topology and phase."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.protocol import load
from hlh_tui.review.conduct.people import register
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Cited, Decision, Seen
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.models import Actor
from tests.review.small_study import BIANCHI, CHARTS, MEYER, PATIENTS

COORDINATOR = Actor("c-ordinator", "C. Ordinator")
THIRD = Actor("t-hird", "T. Hird")
WATCHER = Actor("w-atcher", "W. Atcher")

FERRITIN = Cited("observation", 14.0, "ferritin", "640 µg/L")
FEVER = Cited("observation", 1.0, "temperature", "36.8 °C")
NOTE = Cited("note", 2.0, "progress", "Fever gone")
TRANSFUSION = Cited("event", 3.0, "transfusion", "platelets")


def blinded_study(path: Path, topology: str = "two_plus_one", *, cut_off_hidden: bool = True) -> Study:
    """A study of P01, P02 and P05 in phase read, its people registered."""
    document = load.read_bundled(load.STUDIES, "song-2024-blinded")
    toml = document.toml.replace('topology = "two_plus_one"', f'topology = "{topology}"')
    if not cut_off_hidden:
        toml = toml.replace("hide_after_cut_off = true", "hide_after_cut_off = false")
    criteria = load.read_bundled(load.CRITERIA, "locatelli-2020")
    study = create_study(path, load.adopt(toml, "blinded.toml"), criteria, COORDINATOR)
    study.connection.cursor().execute(f"{PATIENTS};{CHARTS}")
    for person, role in ((MEYER, "reader"), (BIANCHI, "reader"), (THIRD, "adjudicator"), (WATCHER, "observer")):
        register(study, COORDINATOR, person, role, "as the charter says")
    return study


def read(
    study: Study,
    reader: Actor,
    patient_id: str,
    category: str,
    *evidence: Cited,
    day: float | None = None,
    confidence: str = "high",
    seen: Seen | None = None,
    reason: str = "As charted.",
) -> int:
    """One reader's decision; its entry."""
    decision = Decision(patient_id, category, reason, confidence, day, evidence=evidence, seen=seen)
    return decide(study, reader, decision).seq


def advance(study: Study, *phases: str) -> None:
    """Move the study through these phases."""
    for phase in phases:
        move_phase(study, COORDINATOR, phase, "every case is read")
