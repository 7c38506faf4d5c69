"""The main job by keyboard alone: thirteen cases reviewed, then the tables, the curves and the export."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.cli.demo_study import make_demo
from hlh_tui.review.state import final_categories
from hlh_tui.study.file import open_study
from hlh_tui.study.models import Actor
from hlh_tui.ui.app import HlhApp
from tests.ui.screen_text import screen_text

MEYER = Actor("a-meyer", "A. Meyer")
PUBLISHED = {
    "P01": "NR", "P02": "IMP", "P03": "PR", "P04": "PR", "P05": "CR", "P06": "NR", "P07": "IMP",
    "P08": "CR", "P09": "PR", "P10": "CR", "P11": "CR", "P12": "NR", "P13": "PR",
}  # fmt: skip
DIGIT = {"CR": "1", "PR": "2", "IMP": "3", "NR": "4", "NE": "5"}


@pytest.fixture
def reads_ahead() -> bool:
    return True


async def wait_for(pilot, *words: str, seconds: float = 20) -> str:
    """The screen once it shows all the words."""
    for _ in range(int(seconds / 0.05)):
        text = screen_text(pilot.app)
        if all(word in text for word in words):
            return text
        await pilot.pause(0.05)
    raise AssertionError(f"{words} never appeared; the screen is\n{screen_text(pilot.app)}")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_thirteen_cases_by_keyboard_give_the_published_table(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "song.duckdb"
    make_demo(path, MEYER, adjudicated=False)
    app = HlhApp(path, MEYER)
    async with app.run_test(size=size) as pilot:
        await wait_for(pilot, "P01", "P13")
        await pilot.press("enter")
        for number, (patient, category) in enumerate(PUBLISHED.items(), start=1):
            await wait_for(pilot, patient, f"case {number}/13")
            await pilot.press(DIGIT[category], "enter")
        await pilot.press("C")
        await wait_for(pilot, "13 decided")
        await pilot.press("T")
        table = await wait_for(pilot, "13 of 13 decided")
        await pilot.press("o", "down", "down", "down", "enter")
        table = await wait_for(pilot, "46.2")
        assert "10/13" in table
        assert "8/13" in table
        assert "95.0" in table
        await pilot.press("S")
        survival = await wait_for(pilot, "44.4")
        assert "14.9" in survival
        assert "70.8" in survival
        await pilot.press("q")
    with open_study(path) as study:
        final = {patient: final.category for patient, final in final_categories(study).items()}
        keys_taken = study.rows("SELECT count(*) FROM log WHERE action = 'decided'")
    assert final == PUBLISHED
    assert keys_taken == [(13,)]
