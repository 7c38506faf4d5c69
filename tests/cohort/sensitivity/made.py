"""Thirteen patients as in the paper: four complete and four partial responses, two improvements, three without."""

from __future__ import annotations

from hlh_tui.cohort.sensitivity.models import Base, Follow
from hlh_tui.protocol import load
from hlh_tui.protocol.models import StudyProtocol

CATEGORIES = {
    "P01": "NR", "P02": "IMP", "P03": "PR", "P04": "PR", "P05": "CR", "P06": "NR", "P07": "IMP",
    "P08": "CR", "P09": "PR", "P10": "CR", "P11": "CR", "P12": "NR", "P13": "PR",
}  # fmt: skip
TREATED = ("P01", "P02", "P04", "P06", "P07", "P08", "P11", "P13")
NAIVE = ("P03", "P05", "P09", "P10", "P12")
# Days of the last contact; those who died. P09 leaves before the landmark on day 14.
DAYS = dict(zip(CATEGORIES, (18, 151, 152, 55, 177, 27, 95, 150, 12, 148, 200, 60, 210), strict=True))
DIED = frozenset({"P01", "P04", "P06", "P07", "P12"})


def protocol() -> StudyProtocol:
    return load.study_protocol(load.read_bundled(load.STUDIES, "song-2024"))


def made(**changed: object) -> Base:
    song = protocol()
    fields: dict[str, object] = {
        "patients": tuple(CATEGORIES),
        "collapses": song.collapses,
        "ranked": ("CR", "PR", "IMP", "NR", "NE"),
        "unranked": frozenset({"NE"}),
        "groups": {"prior_treatment": {"previously treated": TREATED, "treatment-naive": NAIVE}},
        "followed": {"overall": {patient: Follow(float(day), patient in DIED) for patient, day in DAYS.items()}},
        "landmark": 14.0,
        "conclusions": song.conclusions,
    }
    return Base(**(fields | changed))  # type: ignore[arg-type]
