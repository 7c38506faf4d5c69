from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hlh_tui.review.decide import decide
from hlh_tui.review.marks import flag
from hlh_tui.review.models import Cited, Decision
from hlh_tui.review.undo import undo
from hlh_tui.study.file import Study
from tests.review.small_study import BIANCHI, MEYER, PANEL, small_study

FERRITIN = Cited("observation", 14.0, "ferritin", "640 µg/L")


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    """P01 revised, P02 taken back, P05 read by two who differ and settled; nine entries."""
    with small_study(tmp_path / "small.duckdb") as study:
        decide(study, MEYER, Decision("P01", "CR", "", day=14, evidence=(FERRITIN,)))
        decide(study, MEYER, Decision("P01", "PR", 'Said "spleen, 2 cm" on day 7.', "low", 7))
        decide(study, BIANCHI, Decision("P02", "NR", ""))
        undo(study, BIANCHI, reason="a slip")
        flag(study, MEYER, "P02", "ask about G-CSF")
        decide(study, MEYER, Decision("P05", "CR", ""))
        decide(study, BIANCHI, Decision("P05", "PR", ""))
        decide(study, PANEL, Decision("P05", "PR", "Spleen still enlarged.", role="consensus"))
        cursor = study.connection.cursor()
        cursor.execute("INSERT INTO identity VALUES ('P01', TIMESTAMP '2021-03-04 08:00:00', 'MRN-4711')")
        cursor.close()
        yield study
