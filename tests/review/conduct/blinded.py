"""A small blinded study: three patients, two readers, a third, a coordinator, an observer."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.review.conduct.people import register
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor
from tests.review.small_study import CHARTS, PATIENTS

COORDINATOR = Actor("c-chair", "C. Chair")
MEYER = Actor("a-meyer", "A. Meyer")
LANG = Actor("b-lang", "B. Lang")
ADJUDICATOR = Actor("z-third", "Z. Third")
OBSERVER = Actor("o-server", "O. Server")
PEOPLE = ((MEYER, "reader"), (LANG, "reader"), (ADJUDICATOR, "adjudicator"), (OBSERVER, "observer"))


def blinded_study(
    path: Path, protocol: str = "song-2024-blinded", registered: tuple[tuple[Actor, str], ...] = PEOPLE
) -> Study:
    """The study in phase read, with the charts of the small study of these tests (P01, P02, P05)."""
    study = create_study(
        path,
        read_bundled(STUDIES, protocol),
        read_bundled(CRITERIA, "locatelli-2020"),
        COORDINATOR,
        synthetic=True,
    )
    append(
        study,
        COORDINATOR,
        "charts_imported",
        payload={"added": {}},
        also=lambda each: each.execute(PATIENTS + ";" + CHARTS) and None,
    )
    for person, role in registered:
        register(study, COORDINATOR, person, role, f"takes part as {role}")
    return study
