"""What every screen can do: help, palette, themes, export, copy, small terminals, errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.command import CommandInput, CommandList, CommandPalette
from textual.widgets import OptionList

from hlh_tui.protocol.errors import HlhError
from hlh_tui.study.file import open_study
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.background import in_background
from hlh_tui.ui.commands import COMMANDS, commands_for
from hlh_tui.ui.screens.help import HelpScreen, help_lines
from hlh_tui.ui.theme import THEMES
from tests.ui.conftest import settle
from tests.ui.screen_text import assert_golden, screen_text
from tests.ui.waiting import until
from tests.ui.ward import MEYER, make_ward


async def test_help_lists_every_command_this_screens_first(opened, press) -> None:
    words = [str(option.prompt) for option in help_lines("survival")]
    assert words[0] == "Survival (S)"
    for command in COMMANDS:
        assert any(command.tooltip in line and command.label in line for line in words), command
    async with opened() as (app, pilot):
        await press(app, pilot, "question_mark")
        assert "enter runs" in screen_text(app)
        assert_golden(app, "help")
        await press(app, pilot, "escape")
        assert not isinstance(app.screen, HelpScreen)


async def test_a_line_of_help_runs_its_command(opened, press) -> None:
    async with opened(decided=4) as (app, pilot):
        await press(app, pilot, "question_mark")
        options = app.screen.query_one(OptionList)
        index = next(i for i, command in enumerate(COMMANDS) if command.id == "undecided_only")
        options.highlighted = options.get_option_index(str(index))
        await press(app, pilot, "enter")
        assert "only undecided" in screen_text(app)


async def test_the_palette_finds_every_command(opened, press) -> None:
    from hlh_tui.ui.palette import CommandProvider

    async with opened() as (app, pilot):
        provider = CommandProvider(app.screen)
        hits = [hit async for hit in provider.discover()]
        assert len(hits) == len(COMMANDS) - 5, "all but moving phases and packs, which an open study has none of"
        await press(app, pilot, "colon")
        assert isinstance(app.screen, CommandPalette)
        app.screen.query_one(CommandInput).value = "undecided only"
        await until(pilot, lambda: app.screen.query_one(CommandList).option_count == 1)
        await press(app, pilot, "enter")
        await until(pilot, lambda: not isinstance(app.screen, CommandPalette))
        await settle(app, pilot)
        assert "only undecided" in screen_text(app)


async def test_a_command_of_another_screen_goes_there_and_names_its_key(opened, press) -> None:
    async with opened() as (app, pilot):
        app.run_command(next(command for command in COMMANDS if command.id == "band"))
        await settle(app, pilot)
        assert app.current_mode == "survival"
        assert "press b for Band" in screen_text(app)


@pytest.mark.parametrize("where", ["cases", "review", "cohort", "survival", "criteria"])
def test_no_screen_binds_a_key_twice(where) -> None:
    keys = [key for command in commands_for(where) for key in command.keys]
    assert len(keys) == len(set(keys))


async def test_themes_go_round_and_keep_the_text(opened, press) -> None:
    async with opened(decided=4) as (app, pilot):
        before = screen_text(app)
        seen = [app.theme]
        for _ in THEMES[1:]:
            await press(app, pilot, "t")
            seen.append(app.theme)
        assert seen == ["dark", "light", "high-contrast", "colour-blind", "mono"]
        assert f"theme: {seen[-1]}" in screen_text(app)
        await press(app, pilot, "t")
        assert app.theme == "dark"
        told = 50  # cells from the left that the notices in the corner leave free
        assert [line[:told] for line in screen_text(app).splitlines()[3:17]] == [
            line[:told] for line in before.splitlines()[3:17]
        ]


async def test_without_colour_text_and_ground_differ(opened, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(decided=4) as (app, _):
        assert app.no_color
        assert_golden(app, "cases_no_colour")
        for strip in app.screen._compositor.render_strips()[:17]:
            for segment in strip:
                if segment.text.strip() and segment.style and segment.style.color and segment.style.bgcolor:
                    assert segment.style.color != segment.style.bgcolor


async def test_ascii_only_draws_nothing_else(opened, press) -> None:
    async with opened((120, 40), decided=9, app_options={"ascii_only": True}) as (app, pilot):
        await press(app, pilot, "S", "g", "down", "enter")
        lines = screen_text(app).splitlines()
        assert all(line.isascii() for line in lines), [line for line in lines if not line.isascii()]
        await press(app, pilot, "T")
        assert screen_text(app).isascii()
        await press(app, pilot, "C")
        assert screen_text(app).isascii()


async def test_what_is_asked_while_the_terminal_is_too_small_outlives_the_resizing(opened, press) -> None:
    answers: list[str] = []
    async with opened((80, 24)) as (app, pilot):
        await pilot.resize_terminal(50, 15)
        await settle(app, pilot)
        assert "needs at least 60 x 18" in screen_text(app)
        app.prompt("Sign", "", answers.append)  # what was being read when the terminal shrank asks once it is there
        await settle(app, pilot)
        for size in ((61, 19), (70, 20), (80, 24)):
            await pilot.resize_terminal(*size)
            await settle(app, pilot)
        await press(app, pilot, *"yes")
        text = screen_text(app)
        assert "Sign" in text
        assert "yes" in text
        assert "needs at least" not in text
        await press(app, pilot, "enter")
        assert answers == ["yes"]
        assert "enter review" in screen_text(app)
        await press(app, pilot, "T")
        assert "baseline" in screen_text(app)


async def test_a_terminal_that_is_too_small_says_so_and_recovers(opened, press) -> None:
    async with opened((80, 24)) as (app, pilot):
        await pilot.resize_terminal(50, 15)
        await settle(app, pilot)
        assert "needs at least 60 x 18, now 50 x 15" in screen_text(app)
        await press(app, pilot, "S")
        assert app.current_mode == "cases"
        await pilot.resize_terminal(60, 18)
        await settle(app, pilot)
        assert "P01" in screen_text(app)


@pytest.mark.parametrize("mode", ["cases", "cohort", "survival"])
async def test_every_screen_works_at_the_smallest_size(opened, mode) -> None:
    async with opened((60, 18), decided=9) as (app, pilot):
        app.action_go(mode)
        await settle(app, pilot)
        assert_golden(app, mode)
        assert "synthetic data" in screen_text(app)


async def test_export_from_the_app_writes_the_proposed_folder_and_spares_it_the_next_time(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "e", "enter")
        folder = app.study_path.with_name("ward-export")
        assert (folder / "final_categories.csv").is_file() or len(list(folder.iterdir())) > 3
        assert "exported" in screen_text(app)
        await press(app, pilot, "e")
        assert "ward-export-2" in screen_text(app)
        app.screen.query_one("Input").value = str(folder)
        await press(app, pilot, "enter")
        refused = [toast.message for toast in app._notifications if toast.severity == "error"]
        assert refused == [f"{folder} exists already and is never overwritten; choose another name"]


async def test_copy_puts_the_list_on_the_clipboard(opened, press) -> None:
    async with opened(decided=4) as (app, pilot):
        await press(app, pilot, "y")
        assert app.clipboard.splitlines()[4].startswith("P04\t38 F\tmass [R] [c-MET]\trelapse")


async def test_esc_returns_to_the_cases(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "T", "escape")
        assert app.current_mode == "cases"


async def test_undo_says_what_was_taken_back_and_nothing_to_undo(opened, press) -> None:
    async with opened(decided=1) as (app, pilot):
        await press(app, pilot, "u", "enter")
        text = screen_text(app)
        assert "you decided 0/13" in text
        assert "P01" in [toast.message for toast in app._notifications][-1]
        await press(app, pilot, "u")
        assert "nothing to undo" in screen_text(app)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (HlhError("the disk is full; free some space and save again"), "the disk is full; free some space"),
        (ValueError("odd [b]thing[/b]"), "ValueError: odd [b]thing[/b]"),
    ],
)
async def test_an_error_in_a_worker_is_a_notice_and_the_app_goes_on(opened, press, error, words) -> None:
    def fail() -> None:
        raise error

    async with opened() as (app, pilot):
        in_background(app, app, fail, lambda _: None, "test")
        await settle(app, pilot)
        assert words in " ".join(toast.message for toast in app._notifications)
        await press(app, pilot, "down", "down")
        assert app.screen.query_one("CaseTable").cursor == 2


async def test_a_study_that_cannot_be_opened_ends_the_app_with_its_exit_code(tmp_path: Path) -> None:
    app = HlhApp(tmp_path / "absent.duckdb", MEYER)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.return_code is not None)
    assert app.return_code == 2
    assert isinstance(app.opening.error, HlhError)


async def test_leaving_closes_the_study(tmp_path: Path) -> None:
    path = make_ward(tmp_path / "ward.duckdb")
    app = HlhApp(path, MEYER)
    async with app.run_test() as pilot:
        await settle(app, pilot)
        await pilot.press("q")
    with open_study(path) as study:
        assert study.rows("SELECT count(*) FROM patient") == [(13,)]


async def test_the_legend_names_at_most_seven_keys(opened, press) -> None:
    async with opened() as (app, pilot):
        for key in ("C", "T", "S"):
            await press(app, pilot, key)
            legend = app.screen.query_one("Legend").keys()
            assert sum("bold" in str(span.style) for span in legend.spans) <= 7
