"""A small study made by hand for the screens: thirteen patients whose outcomes are known by heart."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.protocol.models import Adopted
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.study.file import create_study, open_study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor
from tests.made_once import made_once

MEYER = Actor("a-meyer", "A. Meyer")

# id, sex, age, aetiology, status, onset day, last contact; then the kind of event on the last day
PATIENTS = (
    ("P01", "male", 62, "lymphoma", "refractory", -35, 20, "death"),
    ("P02", "female", 24, "ebv", "refractory", -49, 80, "hsct"),
    ("P03", "male", 51, "ebv", "initial", -14, 150, None),
    ("P04", "female", 38, "mass [R] [c-MET]", "relapse", -70, 120, None),
    ("P05", "male", 34, "ebv", "refractory", -28, 160, "hsct"),
    ("P06", "male", 70, "lymphoma", "initial", -21, 11, "death"),
    ("P07", "female", 29, "autoimmune", "initial", -10, 42, "death"),
    ("P08", "male", 45, "unidentified", "refractory", -30, 400, None),
    ("P09", "female", 33, "ebv", "relapse", -90, 210, None),
    ("P10", "male", 58, "autoimmune", "initial", -12, 333, None),
    ("P11", "female", 19, "ebv", "refractory", -40, 150, None),
    ("P12", "male", 66, "lymphoma", "refractory", -33, 5, "death"),
    ("P13", "female", 41, "ebv", "relapse", -60, 95, "death"),
)

CATEGORIES = ("NR", "IMP", "PR", "PR", "CR", "NR", "IMP", "CR", "PR")
"""What A. Meyer has decided in the half-reviewed ward: P01 to P09."""


def make_ward(
    path: Path, *, synthetic: bool = True, empty: bool = False, decided: int = 0, protocol: Adopted | None = None
) -> Path:
    """A study file with the ward's patients; the first ``decided`` cases carry A. Meyer's decisions."""
    protocol = protocol or read_bundled(STUDIES, "song-2024")
    key = ("ward", synthetic, empty, decided, protocol.hash)
    return made_once(key, path, lambda new: _make(new, protocol, synthetic=synthetic, empty=empty, decided=decided))


def _make(path: Path, protocol: Adopted, *, synthetic: bool, empty: bool, decided: int) -> None:
    criteria = read_bundled(CRITERIA, "locatelli-2020")
    create_study(path, protocol, criteria, MEYER, synthetic=synthetic).close()
    if empty:
        return
    with open_study(path) as study:

        def fill(cursor: object) -> None:
            for row in PATIENTS:
                cursor.execute(  # type: ignore[attr-defined]
                    "INSERT INTO patient (patient_id, sex, age_years, aetiology, disease_status, onset_day,"
                    " last_contact_day) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    row[:7],
                )
                if row[7]:
                    cursor.execute(  # type: ignore[attr-defined]
                        "INSERT INTO event (patient_id, day, kind) VALUES (?, ?, ?)", (row[0], row[6], row[7])
                    )

        append(study, MEYER, "charts_imported", None, {"added": {"patients": len(PATIENTS)}}, also=fill)
        for row, category in zip(PATIENTS[:decided], CATEGORIES, strict=False):
            decide(study, MEYER, Decision(row[0], category, "as the criteria say"))
