"""Studies of a handful of patients with what readers decided, written down as plain rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Cited, Decision, Seen
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor

MEYER = Actor("a-meyer", "A. Meyer")
BIANCHI = Actor("l-bianchi", "L. Bianchi")
COHEN = Actor("r-cohen", "R. Cohen")
PANEL = Actor("panel", "Consensus panel")


def study_of(folder: Path, patients: int, protocol: str = "song-2024") -> Study:
    """An open study of P01, P02, ... with empty charts."""
    study = create_study(
        folder / "agreement.duckdb",
        read_bundled(STUDIES, protocol),
        read_bundled(CRITERIA, "locatelli-2020"),
        Actor("c-chair", "C. Chair"),
        synthetic=True,
    )
    if patients:
        rows = ", ".join(f"('P{number:02}', 300)" for number in range(1, patients + 1))
        fill = f"INSERT INTO patient (patient_id, last_contact_day) VALUES {rows}"
        append(study, MEYER, "charts_imported", None, {"added": {}}, also=lambda cursor: cursor.execute(fill) and None)
    return study


def read(study: Study, reader: Actor, categories: Mapping[str, str] | str, **given: object) -> None:
    """Decisions of one reader: patient -> category, or categories of P01, P02, ... in turn, - for none."""
    if isinstance(categories, str):
        categories = {f"P{place:02}": one for place, one in enumerate(categories.split(), start=1)}
    for patient, category in categories.items():
        if category != "-":
            decide(study, reader, Decision(patient, category, "read the chart", **given))  # type: ignore[arg-type]


def again(study: Study, reader: Actor, categories: Mapping[str, str]) -> None:
    """Reads of hidden duplicates, as a merged pack brings them."""
    for patient, category in categories.items():
        payload = {
            "role": "repeat",
            "category": category,
            "day": None,
            "confidence": "high",
            "reason": "",
            "evidence": [],
            "criteria": None,
            "proposal_seen": False,
            "proposal": None,
            "reveals": False,
            "old": None,
            "seen": {"seconds": 31.0, "items": [], "days": [], "notes": [], "sources": [], "whole_course": False},
        }
        append(study, reader, "decided", patient, payload)


def settle(study: Study, categories: Mapping[str, str]) -> None:
    """What the panel decided."""
    read(study, PANEL, categories, role="consensus")


def took(seconds: float) -> Seen:
    """What was on screen, for so long."""
    return Seen(seconds=seconds)


def citing(*names: str) -> tuple[Cited, ...]:
    """Evidence of these names."""
    return tuple(Cited("item", 7.0, name, f"{name} normal") for name in names)
