"""Who settles is led to what the readers differ on, and not to what they agree on."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.review.consensus.settle import Settlement
from hlh_tui.review.consensus.settle import settle as settle_case
from hlh_tui.study.file import open_study
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.widgets.case_table import CaseTable
from tests.review.consensus.panel import THIRD, advance, blinded_study, read
from tests.review.small_study import BIANCHI, MEYER
from tests.ui.conftest import settle
from tests.ui.screen_text import screen_text
from tests.ui.test_review_screen import press


@pytest.fixture
def compared(tmp_path: Path) -> Path:
    """P01 agreed on, P02 and P05 not; the readers are to be settled."""
    path = tmp_path / "s.duckdb"
    with blinded_study(path) as study:
        for case, one, other in (("P01", "CR", "CR"), ("P02", "CR", "NR"), ("P05", "PR", "CR")):
            read(study, MEYER, case, one)
            read(study, BIANCHI, case, other)
        advance(study, "compare", "consensus")
    return path


def listed(app: HlhApp) -> list[str]:
    return [row.patient_id for row in app.screen.query_one(CaseTable).rows]


async def test_what_is_undecided_for_the_third_reader_is_what_the_readers_differ_on(compared: Path) -> None:
    app = HlhApp(compared, THIRD)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(app, pilot)
        assert listed(app) == ["P01", "P02", "P05"]
        await press(app, pilot, "x")
        assert listed(app) == ["P02", "P05"]
        await press(app, pilot, "escape", "g", "N")
        assert app.patient_id == "P02"
        await press(app, pilot, "N")
        assert app.patient_id == "P05"
        await press(app, pilot, "N")
        assert app.patient_id == "P02"


async def test_review_begins_with_what_waits_for_the_third_reader(compared: Path) -> None:
    app = HlhApp(compared, THIRD)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "R")
        assert app.patient_id == "P02"


async def test_nothing_waits_once_the_differences_are_settled(compared: Path) -> None:
    with open_study(compared) as study:
        for case in ("P02", "P05"):
            settle_case(study, THIRD, Settlement(case, "new", "edge", "The fall of ferritin decides.", category="PR"))
    app = HlhApp(compared, THIRD)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "N")
        assert app.current_mode == "cases"
        assert "no listed case waits for your decision" in screen_text(app)
        await press(app, pilot, "x")
        assert listed(app) == []


async def test_every_undecided_case_waits_for_an_independent_reader(tmp_path: Path) -> None:
    with blinded_study(tmp_path / "s.duckdb") as study:
        read(study, MEYER, "P02", "CR")
    app = HlhApp(tmp_path / "s.duckdb", MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "x")
        assert listed(app) == ["P01", "P05"]
