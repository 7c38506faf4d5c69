"""What a reader may open next is assessed while it is on the screen, and nothing that only passes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from hlh_tui.assess import run
from hlh_tui.ui import likely
from hlh_tui.ui.screens.patients import PatientsScreen
from hlh_tui.ui.widgets.case_table import CaseTable
from tests.ui.case_rows import ward_of
from tests.ui.conftest import settle
from tests.ui.waiting import until


@pytest.fixture
def reads_ahead() -> bool:
    return True


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The patients that were to be assessed, a list for each place in which the cursor came to rest."""
    asked: list[list[str]] = []

    def note(_study: Any, patient_ids: Sequence[str], stop: Callable[[], bool]) -> None:
        if not stop():  # a thread that comes late was told so
            asked.append(list(patient_ids))

    monkeypatch.setattr(run, "assess_soon", note)
    monkeypatch.setattr(likely, "HELD_SECONDS", 0)  # no key is held
    return asked


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key follows the one before as those of a held key do."""
    monkeypatch.setattr(likely, "HELD_SECONDS", 3600)


async def test_the_case_under_the_cursor_comes_first_then_the_next_undecided_then_those_in_view(
    opened, press, asked
) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "down", "down", "down")
        others = [f"P{number:02d}" for number in range(1, 14) if number not in {4, 10}]
        assert asked[-1] == ["P04", "P10", *others]


async def test_of_many_cases_those_in_view_and_no_others(opened, press, asked) -> None:
    async with opened((80, 24)) as (app, pilot):
        app.cases = ward_of(1000)
        await press(app, pilot, "G")
        table = app.screen.query_one(CaseTable)
        in_view = [row.patient_id for row in table.in_view]
        assert in_view[-1] == "P000999"
        assert len(in_view) == table.size.height - 1
        assert asked[-1] == ["P000999", "P000000", *in_view[:-1]]


async def test_what_the_wheel_brings_into_view_is_assessed_too(opened, asked) -> None:
    async with opened((80, 24)) as (app, pilot):
        app.cases = ward_of(1000)
        await settle(app, pilot)
        app.screen.query_one(CaseTable).scroll_to(y=500, animate=False)
        await settle(app, pilot)
        assert asked[-1][:3] == ["P000000", "P000001", "P000500"]


async def test_the_cases_that_a_filter_leaves(opened, press, asked) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "/", "1", "1")
        assert asked[-1] == ["P06", "P11"]  # who was last seen on day 11, and who is called so


async def test_a_patient_marked_in_a_list_behind_a_number(opened, press, asked) -> None:
    async with opened() as (app, pilot):
        app.push_screen(PatientsScreen("two", ("P07", "P12")))
        await press(app, pilot, "down")
        assert asked[-1] == ["P12"]


@pytest.mark.usefixtures("held")
async def test_the_cases_that_a_held_key_passes_are_not_assessed(opened, asked) -> None:
    async with opened() as (app, pilot):
        before = len(asked)
        table = app.screen.query_one(CaseTable)
        for _ in range(6):
            table.action_move(1)
        await until(pilot, lambda: len(asked) > before)
        assert [each[0] for each in asked[before:]] == ["P07"]


async def test_reading_ahead_ends_when_the_cursor_goes_elsewhere(opened, monkeypatch) -> None:
    begun: list[str] = []
    left: list[str] = []

    def read_until_left(_study: Any, patient_ids: Sequence[str], stop: Callable[[], bool]) -> None:
        begun.append(patient_ids[0])
        while not stop():
            time.sleep(0.002)
        left.append(patient_ids[0])

    async with opened() as (_, pilot):
        monkeypatch.setattr(run, "assess_soon", read_until_left)
        for key, case in (("down", "P02"), ("down", "P03")):
            await pilot.press(key)
            await until(pilot, lambda case=case: case in begun)
        await until(pilot, lambda: "P02" in left)
        assert "P03" not in left
