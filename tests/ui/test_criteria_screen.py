"""Criteria: another reading is only looked at until it is adopted, and nothing is named that a reader may not see."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from hlh_tui.assess.reading import study_reading
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.stale import stale_decisions
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries
from hlh_tui.ui import criteria_work
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.theme import THEMES
from hlh_tui.ui.widgets.page_pane import HEAT, PagePane
from tests.ui.conftest import settle
from tests.ui.review_study import MEYER, make_study
from tests.ui.screen_text import assert_golden, screen_text
from tests.ui.test_review_screen import press
from tests.ui.waiting import LONGEST, until

CASES = ("A01", "A02", "A03", "A04", "A05")
TO_CONFIRM_DAYS = ("down",) * 5
DOSE_ESCALATION = ("s", "down", "enter")
HLH_2004 = ("s", "down", "down", "enter")
HSCORE = ("s", *("down",) * 6, "enter")


def decided(path: Path, cases: Iterable[str] = CASES) -> Path:
    """The study with decisions of A. Meyer, after each of which the proposal was shown."""
    with open_study(path) as study:
        for case in cases:
            decide(study, MEYER, Decision(case, "PR", "as the criteria say"))
    return path


@asynccontextmanager
async def looking(
    path: Path, size: tuple[int, int] = (120, 40), **options: Any
) -> AsyncIterator[tuple[HlhApp, Pilot[None]]]:
    """The app on its Criteria screen."""
    app = HlhApp(path, MEYER, **options)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "K")
        yield app, pilot


def notices(app: HlhApp) -> str:
    return " | ".join(notice.message for notice in app._notifications)


def named(text: str) -> list[str]:
    return [case for case in CASES if case in text]


# Looking


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_another_reading_shows_who_moves_and_why(study_path: Path, size: tuple[int, int]) -> None:
    async with looking(decided(study_path), size) as (app, pilot):
        assert "5 of 5 have the same category" in screen_text(app)
        text = await press(app, pilot, *TO_CONFIRM_DAYS, "left")
        assert_golden(app, "criteria_cross")
        assert "right  locatelli-2020 1.1.0, confirm_days=28 (what if)" in text
        assert "3 of 5 have the same category" in text
        assert "> A02  PR d7 -> NR" in text
        assert study_reading(app.study).options["confirm_days"] == "3"
        assert [entry.action for entry in entries(app.study)].count("reading_chosen") == 0
        text = await press(app, pilot, "x")
        assert "confirm_days=28" not in text


async def test_enter_on_a_difference_opens_that_chart(study_path: Path) -> None:
    async with looking(decided(study_path)) as (app, pilot):
        await press(app, pilot, "enter")
        assert "nobody is listed here" in notices(app)
        await press(app, pilot, *TO_CONFIRM_DAYS, "left")
        assert "> A03" in await press(app, pilot, "n")
        await press(app, pilot, "enter")
        assert (app.current_mode, app.patient_id) == ("review", "A03")


async def test_the_options_show_default_confidence_and_reason(study_path: Path) -> None:
    async with looking(study_path) as (app, pilot):
        text = screen_text(app)
        assert "coag                    and_or            default S" in text
        text = await press(app, pilot, "down", "space")
        assert "> coag                   *both                      S" in text
        assert "Coagulopathy resolved by  S: read in the source" in text
        assert "the registry says D-dimer and/or fibrinogen, the label lists both" in text
        assert "and_or = fibrinogen or D-dimer (default, in force); both = fibrinogen and D-dimer" in text


async def test_a_named_reading_is_looked_at_with_v(study_path: Path) -> None:
    async with looking(study_path) as (app, pilot):
        text = await press(app, pilot, "v", "down", "enter")
        assert "right  locatelli-2020 1.1.0, bound=label, coag=both, cyto_domains=2, min_abn=standard (what if)" in text


async def test_the_rules_stand_with_source_and_confidence_and_scroll(study_path: Path) -> None:
    async with looking(study_path, (80, 70)) as (app, pilot):
        text = await press(app, pilot, *DOSE_ESCALATION, "tab", "tab", "s", "up", "enter", "z")
        assert "Emapalumab response criteria (Locatelli 2020)" in text
        for _ in range(10):
            text += await press(app, pilot, "pagedown")
        assert "CATEGORIES, BEST FIRST" in text
        assert "source: " in text
        assert "[S]" in text


# Other sets


async def test_a_diagnosis_shows_its_score_and_opens_charts(study_path: Path) -> None:
    async with looking(decided(study_path)) as (app, pilot):
        text = await press(app, pilot, *HSCORE)
        assert "right  hscore 1.0.0, default options (another set)" in text
        assert "HLH 1, NOT 4, of 5 patients" in text
        (head,) = [line for line in text.splitlines() if "probability" in line]
        assert head[head.index("patient") :].split()[:5] == ["patient", "result", "at", "most", "HScore"]
        assert named(text) == list(CASES)
        await press(app, pilot, "n", "n", "enter")
        assert app.patient_id == "A03"


async def test_the_dose_escalation_flags_cross_with_the_response(study_path: Path) -> None:
    async with looking(decided(study_path)) as (app, pilot):
        text = await press(app, pilot, *DOSE_ESCALATION)
        assert "SAT" in text
        assert "UNSAT" in text
        assert "rates of two sets are not comparable as such" in text


# All readings


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_all_readings_at_once(study_path: Path, size: tuple[int, int]) -> None:
    async with looking(decided(study_path), size) as (app, pilot):
        await press(app, pilot, *DOSE_ESCALATION, "tab")
        assert_golden(app, "criteria_all_readings")
        text = screen_text(app)
        assert "4 readings" in text
        assert "3/5   60 %  100 %" in text
        assert "nobody is moved by spleen, missing" in text


async def test_what_was_worked_out_is_kept(study_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hlh_tui.assess import multiverse as engine

    asked: list[str] = []
    real = engine.multiverse

    def counted(study, criteria, told=None, **more):
        asked.append(criteria.id)
        return real(study, criteria, told, **more)

    monkeypatch.setattr(engine, "multiverse", counted)
    async with looking(decided(study_path)) as (app, pilot):
        await press(app, pilot, *DOSE_ESCALATION, "tab", "tab", "tab", "tab", "C", "K")
        assert asked == ["emapalumab-dose-escalation"]


async def test_leaving_stops_the_work_and_coming_back_begins_anew(
    study_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hlh_tui.assess import multiverse as engine

    told_of, ended = [], threading.Event()

    def slow(study, criteria, told, **more):
        end = time.monotonic() + LONGEST
        try:
            for done in itertools.count():  # until it is stopped, however late that is
                assert time.monotonic() < end, "nobody stopped it"
                told_of.append(done)
                told(done % 200, 200)
                time.sleep(0.15)
        finally:
            ended.set()

    monkeypatch.setattr(engine, "multiverse", slow)
    monkeypatch.setattr(criteria_work, "OFTEN", 0.0)
    async with looking(study_path) as (app, pilot):
        await pilot.press("tab")
        await until(pilot, lambda: "of 200 readings" in screen_text(app))
        await pilot.press("down", "right")
        await until(pilot, lambda: "coag=both" in screen_text(app))  # keys go on meanwhile
        await pilot.press("question_mark")
        before = len(told_of)
        await until(pilot, lambda: len(told_of) > before + 2)
        assert not ended.is_set()
        await pilot.press("escape", "C")
        await until(pilot, ended.is_set)
        assert app.current_mode == "cases"
        told_of.clear()
        await pilot.press("K")
        await until(pilot, lambda: "of 200 readings" in screen_text(app))
        assert told_of[0] == 0
        assert app._notifications._notifications == {} or "unexpected" not in notices(app)


# What a reader may see


async def test_before_any_decision_cases_are_counted_and_not_named(study_path: Path) -> None:
    async with looking(study_path) as (app, pilot):
        text = await press(app, pilot, *TO_CONFIRM_DAYS, "left")
        assert named(text) == []
        assert "5 cases not yet decided by you are counted, not named" in text
        assert "3 of 5 have the same category" in text
        assert "2 of those who differ are not named" in text
        await press(app, pilot, "enter")
        assert app.current_mode == "criteria"
        await press(app, pilot, "y")
        assert named(app.clipboard) == []
        assert named(await press(app, pilot, *HSCORE)) == []
        assert named(await press(app, pilot, *DOSE_ESCALATION, "tab")) == []


async def test_few_hidden_cases_are_left_out_of_every_count(study_path: Path) -> None:
    async with looking(decided(study_path, ("A02",))) as (app, pilot):
        text = await press(app, pilot, *TO_CONFIRM_DAYS, "left")
        assert named(text) == ["A02"]
        assert "4 cases not yet decided by you are left out" in text
        assert "0 of 1 have the same category" in text
        text = await press(app, pilot, *DOSE_ESCALATION, "tab")
        assert "share of the readings" not in text
        assert "of 5" not in text


async def test_hidden_cases_that_all_fare_alike_are_left_out_too(study_path: Path) -> None:
    async with looking(study_path) as (app, pilot):
        text = await press(app, pilot, *HLH_2004)
        assert "HLH 5" not in text
        assert "5 cases not yet decided by you are left out" in text
        text = await press(app, pilot, "tab")
        assert "no case can be shown yet" in text
        assert "each of 0" not in text


async def test_a_study_that_hides_proposals_names_nobody_even_when_all_is_decided(tmp_path: Path) -> None:
    path = decided(make_study(tmp_path, blinded=True))
    async with looking(path) as (app, pilot):
        text = await press(app, pilot, *TO_CONFIRM_DAYS, "left")
        assert named(text) == []
        assert "5 cases whose proposal you have not been shown are" in text


async def test_a_decision_on_the_review_screen_names_the_case_here(study_path: Path) -> None:
    async with looking(decided(study_path, ("A01", "A03", "A04", "A05"))) as (app, pilot):
        assert "A02" not in await press(app, pilot, *TO_CONFIRM_DAYS, "left")
        app.open_case("A02")
        await settle(app, pilot)
        await press(app, pilot, "2", "enter")
        assert "> A02  PR d7 -> NR" in await press(app, pilot, "K")


# Adopting


async def test_an_adopted_reading_is_in_force_everywhere(study_path: Path) -> None:
    async with looking(decided(study_path)) as (app, pilot):
        app.open_case("A02")
        await settle(app, pilot)
        assert "rules propose PR" in screen_text(app)
        await press(app, pilot, "K", *TO_CONFIRM_DAYS, "left", "w")
        assert "Adopt for the whole study: confirm_days=28" in screen_text(app)
        text = await press(app, pilot, *"durable", "enter")
        assert "read with confirm_days=28" in text.splitlines()[0]
        assert "5 decisions to look at again" in notices(app)
        assert "left   locatelli-2020 1.1.0, confirm_days=28 (the study's)" in text
        last = entries(app.study)[-1]
        assert (last.action, last.payload["reason"]) == ("reading_chosen", "durable")
        assert len(stale_decisions(app.study)) == 5
        text = await press(app, pilot, "R")
        assert "stale, made under another reading" in text
        assert "rules propose NR" in text
        assert "!S" in await press(app, pilot, "C")
        await press(app, pilot, "R", "enter")
        assert len(stale_decisions(app.study)) == 4


async def test_what_cannot_be_adopted_is_said(study_path: Path) -> None:
    async with looking(study_path) as (app, pilot):
        await press(app, pilot, "w")
        assert "this reading is in force already" in notices(app)
        await press(app, pilot, *DOSE_ESCALATION, "w")
        assert "hlh-tui criteria adopt STUDY emapalumab-dose-escalation" in notices(app)
        await press(app, pilot, "x", "right", "w", "enter")
        assert "a reading needs a reason" in notices(app)
        assert [entry.action for entry in entries(app.study)].count("reading_chosen") == 0


async def test_a_read_only_study_may_be_looked_at_and_not_changed(study_path: Path) -> None:
    async with looking(study_path, read_only=True) as (app, pilot):
        text = await press(app, pilot, *TO_CONFIRM_DAYS, "left", "w")
        assert "3 of 5 have the same category" in text
        assert "read-only: a reading cannot be adopted here" in notices(app)


# Terminals


async def test_ascii_only_draws_nothing_else(study_path: Path) -> None:
    async with looking(decided(study_path), (80, 24), ascii_only=True) as (app, pilot):
        for keys in (("right",), DOSE_ESCALATION, ("tab",), ("tab",), ("n", "n")):
            lines = (await press(app, pilot, *keys)).splitlines()
            assert [line for line in lines if not line.isascii()] == []


async def test_every_theme_shows_the_same_words(study_path: Path) -> None:
    async with looking(decided(study_path)) as (app, pilot):
        before = await press(app, pilot, *DOSE_ESCALATION, "tab")
        for _ in THEMES:
            after = await press(app, pilot, "t")
            assert [line[:50] for line in after.splitlines()[8:]] == [line[:50] for line in before.splitlines()[8:]]


async def test_the_four_grounds_of_the_heat_map_differ_and_can_be_read_in_every_theme(study_path: Path) -> None:
    async with looking(study_path) as (app, pilot):
        pane = app.screen.query_one(PagePane)
        for theme in THEMES:
            app.theme = theme.name
            await pilot.pause()
            styles = [pane.get_component_rich_style(f"ink--{ink}") for ink in HEAT]
            grounds = [style.bgcolor.triplet.hex for style in styles]
            assert len(set(grounds)) == len(HEAT), theme.name
            assert all(style.color.triplet.hex != ground for style, ground in zip(styles, grounds, strict=True))


async def test_the_smallest_terminal_still_shows_options_and_table(study_path: Path) -> None:
    async with looking(decided(study_path), (60, 18)) as (app, pilot):
        text = await press(app, pilot, *TO_CONFIRM_DAYS, "left", "z")
        assert_golden(app, "criteria_cross")
        assert "A02" in text
