"""What a user is told to do next, and where esc leads: driven by keys, read from the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.cli.demo_study import make_demo
from hlh_tui.study.models import Actor
from hlh_tui.ui.app import HlhApp
from tests.made_once import made_once
from tests.ui.keyboard import Keyboard
from tests.ui.screen_text import screen_text

MEYER = Actor("a-meyer", "A. Meyer")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The bundled cohort, undecided."""
    make = partial(make_demo, actor=MEYER, adjudicated=False)
    return made_once(("demo", MEYER), tmp_path / "song.duckdb", make)


@asynccontextmanager
async def cases_of(demo: Path) -> AsyncIterator[Keyboard]:
    """The keyboard of a reader who sees the list of cases."""
    app = HlhApp(demo, MEYER)
    async with app.run_test(size=(80, 24)) as pilot:
        at = Keyboard(app, pilot)
        await at.sees("P13")
        yield at


def lines(app: HlhApp) -> list[str]:
    """The rows of the screen."""
    return screen_text(app).splitlines()


@pytest.mark.parametrize(("key", "heading"), [("T", "Baseline characteristics"), ("S", "Overall survival")])
async def test_esc_on_a_chart_opened_from_a_result_goes_back_to_the_result(demo: Path, key: str, heading: str) -> None:
    async with cases_of(demo) as at:
        await at.press(key)
        await at.sees(heading)
        await at.settled()
        if key == "S":
            await at.press("right", "right")
            await at.settled()
        await at.press("enter")
        await at.sees("opens the chart")
        await at.press("enter")
        await at.sees("decision [1] CR")
        await at.press("escape")
        await at.sees(heading)
        await at.press("R")
        await at.sees("decision [1] CR")
        await at.press("escape")
        await at.sees("13 cases")


async def test_the_first_undecided_case_is_the_one_under_the_cursor(demo: Path) -> None:
    async with cases_of(demo) as at:
        await at.press("N")
        await at.sees("case 1/13")


async def test_while_the_reason_is_written_the_bar_says_how_it_ends(demo: Path) -> None:
    async with cases_of(demo) as at:
        await at.press("enter")
        await at.sees("case 1/13")
        await at.settled()
        await at.press("4", "space", "b")
        assert "writing the reason: enter keeps it, esc leaves it as typed" in await at.settled()
        assert "because ~" not in at.screen
        await at.press("x", "escape")
        assert "reason kept, not saved" in await at.settled()


async def test_a_line_of_the_bar_that_does_not_fit_says_that_it_goes_on(demo: Path) -> None:
    async with cases_of(demo) as at:
        await at.press("enter")
        await at.sees("case 1/13")
        await at.settled()
        await at.press("1", *("space", "down") * 9)
        await at.settled()
        (evidence,) = [line for line in lines(at.app) if line.lstrip().startswith("evidence")]
        (because,) = [line for line in lines(at.app) if line.lstrip().startswith("because")]
        assert evidence.rstrip().endswith("~"), evidence
        assert because.rstrip().endswith("~"), because


async def test_the_last_decision_says_where_the_results_are(demo: Path) -> None:
    async with cases_of(demo) as at:
        await at.press("enter")
        for number, digit in enumerate("4322143121142", start=1):
            await at.sees(f"case {number}/13")
            await at.settled()
            await at.press(digit, "enter")
            await at.settled()
        assert "the rules agree · all 13 decided: T tables, S survival" in await at.settled()
        await at.press("enter")
        assert "nothing to save: this decision is in force; n next case, a digit revises" in await at.settled()


async def test_what_is_typed_replaces_what_a_question_proposes(demo: Path) -> None:
    async with cases_of(demo) as at:
        await at.press("enter")
        await at.sees("case 1/13")
        await at.settled()
        await at.press("4", "enter")
        await at.sees("saved")
        await at.settled()
        await at.press("u")
        await at.sees("entered in error")
        await at.press(*"wrong", "enter")
        await at.settled()
        await at.press("L")
        await at.sees("took back")
        assert "wrong" in await at.settled()
        assert "entered in error" not in at.screen


async def test_a_question_that_the_phase_refuses_is_not_asked(tmp_path: Path) -> None:
    path = tmp_path / "blinded.duckdb"
    assert main(["demo", str(path), "--blinded", "--no-app", "--reader", "C. Ordinator"]) == 0
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(80, 24)) as pilot:
        at = Keyboard(app, pilot)
        await at.sees("P13")
        await at.press("enter")
        await at.sees("case 1/13")
        await at.settled()
        await at.press("d")
        assert "a reader may raise a data query in phase read, consensus or open" in await at.settled()
        assert "what should the site check?" not in at.screen
