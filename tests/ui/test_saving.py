"""Keys that come while a decision is still on its way to the disk: nothing is lost, crossed or said of another case."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from hlh_tui.review.models import Decision
from hlh_tui.review.state import current_decisions
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.review_case import Committed
from hlh_tui.ui.screens import review as review_screen
from tests.ui.conftest import settle
from tests.ui.screen_text import screen_text
from tests.ui.test_review_screen import on_case, reviewing

DISK = threading.Event()
"""Set while the disk takes what is written; until then a commit waits, however slowly the keys arrive."""
LONGEST = 60
"""Seconds after which a commit goes on all the same, so that a test that fails ends."""
commit = review_screen.commit


@pytest.fixture(autouse=True)
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes every commit wait for the disk, and those of the named cases fail."""
    failing: set[str] = set()
    DISK.clear()

    def slowly(study: Study, reader: Actor, decision: Decision, proposal: str) -> Committed:
        DISK.wait(LONGEST)
        if decision.patient_id in failing:
            raise OSError("no space left on device")
        return commit(study, reader, decision, proposal)

    monkeypatch.setattr(review_screen, "commit", slowly)
    return failing.add


def notices(app: HlhApp) -> str:
    return " | ".join(notice.message for notice in app._notifications)


def decided(app: HlhApp) -> list[tuple[str, str]]:
    return [
        (entry.patient_id or "", entry.payload["category"]) for entry in entries(app.study) if entry.action == "decided"
    ]


async def press(app: HlhApp, pilot: Pilot[None], *keys: str) -> str:
    """The screen after those keys, of which the disk takes nothing before the last, and all that they set going."""
    DISK.clear()
    await pilot.press(*keys)
    return await until_saving_ends(app, pilot)


async def until_saving_ends(app: HlhApp, pilot: Pilot[None]) -> str:
    """The screen once everything is written."""
    DISK.set()
    await settle(app, pilot)
    return screen_text(app)


async def test_a_failed_save_is_told_although_the_next_case_is_saved(
    study_path: Path, full_disk: Callable[[str], None]
) -> None:
    full_disk("A01")
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "4", "enter", "n", "3", "enter")
        assert "A01 not saved: something unexpected went wrong (OSError: no space left on device)" in notices(app)
        assert decided(app) == [("A02", "IMP")]
        assert app.screen.state.drafts["A01"].category == "NR"
        assert app.screen.state.saving == frozenset()


async def test_two_saves_in_a_row_are_both_told_and_leave_no_draft(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        said: list[str] = []
        app.screen.watch(app.screen, "state", lambda state: said.append(state.said))
        await pilot.press("4", "enter", "n", "3", "enter")
        await until_saving_ends(app, pilot)
        assert any(words.startswith("A01 NR saved #3") for words in said)
        assert any(words.startswith("A02 IMP saved #4") for words in said)
        assert dict(app.screen.state.drafts) == {}
        await press(app, pilot, "slash", *"a01", "enter", "enter")
        assert "nothing to save" in screen_text(app)
        assert decided(app) == [("A01", "NR"), ("A02", "IMP")]


async def test_undo_takes_back_the_decision_that_was_just_entered(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "1", "enter")
        assert on_case(app) == "A02"
        await press(app, pilot, "3", "enter", "u")
        await press(app, pilot, "enter")
        assert [(d.patient_id, d.category) for d in current_decisions(app.study)] == [("A01", "CR")]
        assert "decision IMP for A02" in notices(app)


async def test_a_reason_cannot_be_begun_while_its_case_is_saved(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await pilot.press("1", "enter", "b")
        assert "saving A01 ..." in screen_text(app)
        assert not app.screen.query_one("DecisionBar").editing
        await until_saving_ends(app, pilot)
        assert on_case(app) == "A02"
        assert dict(app.screen.state.drafts) == {}


async def test_a_reason_being_written_stays_with_its_case(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "b", "o", "k")
        app.patient_id = "A02"
        await press(app, pilot)
        assert not app.screen.query_one("DecisionBar").editing
        assert app.screen.state.draft.reason == ""
        assert app.screen.state.drafts["A01"].reason == "ok"


async def test_another_case_only_hears_where_the_rules_differ(study_path: Path) -> None:
    async with reviewing(study_path, "A02") as (app, pilot):
        text = await press(app, pilot, "1", "enter", "n")
        assert on_case(app) == "A03"
        assert "A02 CR saved #3" in text
        assert "A02: the rules propose PR, p goes back" in text
        assert "enter keeps" not in text
        assert (app.screen.state.step, app.screen.state.upper) == ("reading", "timeline")
        assert "choose a category first" in await press(app, pilot, "enter")
        assert decided(app) == [("A02", "CR")]


async def test_another_case_hears_nothing_of_rules_that_agree(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        text = await press(app, pilot, "1", "enter", "n")
        assert "A01 CR saved #3" in text
        assert "rules" not in app.screen.state.said


@pytest.mark.parametrize("key", ["space", "c", "b", "3", "enter"])
async def test_a_judgement_cannot_change_while_it_is_saved(study_path: Path, key: str) -> None:
    async with reviewing(study_path) as (app, pilot):
        await pilot.press("4", "enter", key)
        assert app.screen.state.said == "saving A01 ..."
        assert app.screen.state.drafts["A01"].category == "NR"
        await until_saving_ends(app, pilot)
        assert decided(app) == [("A01", "NR")]


async def test_the_next_case_can_be_judged_while_the_first_is_saved(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await pilot.press("4", "enter", "n", "2", "c")
        assert (app.screen.state.draft.category, app.screen.state.draft.confidence) == ("PR", "low")
        await until_saving_ends(app, pilot)
        assert app.screen.state.draft.category == "PR"


async def test_leaving_waits_until_everything_is_saved(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await pilot.press("4", "enter", "q")
        assert app.is_running
        assert not app._exit
        DISK.set()
        async with asyncio.timeout(LONGEST):
            while not app._exit:
                await asyncio.sleep(0.01)
    with open_study(study_path) as study:
        assert [d.category for d in current_decisions(study)] == ["NR"]


async def test_a_reader_who_leaves_is_kept_when_the_save_fails(
    study_path: Path, full_disk: Callable[[str], None]
) -> None:
    full_disk("A01")
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "4", "enter", "q")
        assert app.is_running
        assert "A01 not saved" in notices(app)


async def test_quitting_asks_once_more_when_a_judgement_is_not_saved(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "2")
        await pilot.press("q")
        await pilot.pause()
        assert "not saved: A01; q again leaves it for next time" in notices(app)
        assert app.is_running
        await pilot.press("q")
        await pilot.pause()
        assert app._exit
