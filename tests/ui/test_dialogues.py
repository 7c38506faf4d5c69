"""Questions on top of a screen are answered once, however fast the keys come."""

from __future__ import annotations

from textual.widgets import Input

from hlh_tui.ui.screens.workflow import WorkflowScreen
from tests.ui.conftest import Opened, settle
from tests.ui.screen_text import screen_text


async def test_two_enters_at_once_answer_one_question_once_and_close_nothing_else(opened: Opened) -> None:
    answers: list[str] = []
    async with opened() as (app, pilot):
        await pilot.press("W")
        await settle(app, pilot)
        app.prompt("Why?", "", answers.append)
        await pilot.pause()
        line = app.screen.query_one(Input)
        line.value = "because"
        line.post_message(Input.Submitted(line, "because"))
        line.post_message(Input.Submitted(line, "because"))
        await settle(app, pilot)
        assert answers == ["because"]
        assert isinstance(app.screen, WorkflowScreen)
        assert len(app.screen_stack) == 1


async def test_an_answer_that_comes_too_late_closes_nothing(opened: Opened) -> None:
    answers: list[str] = []
    async with opened() as (app, pilot):
        app.prompt("Why?", "", answers.append)
        await pilot.pause()
        question = app.screen
        app.action_go("cases")
        await settle(app, pilot)
        question.dismiss("too late")
        await settle(app, pilot)
        assert answers == []
        assert len(app.screen_stack) == 1


async def test_a_path_longer_than_the_line_is_seen_with_its_name(opened: Opened) -> None:
    async with opened(size=(80, 24)) as (app, pilot):
        app.prompt("Return: file", f"/home/reader/{'long/' * 20}a-meyer.hlhreturn", lambda _: None)
        await settle(app, pilot)
        assert "long/long/a-meyer.hlhreturn" in screen_text(app)


async def test_a_reason_longer_than_the_line_is_seen_while_it_is_written(opened: Opened) -> None:
    async with opened(size=(80, 24)) as (app, pilot):
        for key in ("enter", "1", "b"):
            await pilot.press(key)
            await settle(app, pilot)
        await pilot.press(*("worded" * 20), *"thus")
        await settle(app, pilot)
        assert "wordedwordedthus" in screen_text(app)
