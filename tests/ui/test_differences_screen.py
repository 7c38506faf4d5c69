"""Differences: the worst first, one case side by side, a blind vote, and data queries; by keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from hlh_tui.review.consensus.meeting import vote
from hlh_tui.review.consensus.models import Difference
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Cited, Decision, Seen
from hlh_tui.review.queries import queries
from hlh_tui.review.queries_answering import raise_query
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.screens.differences_pages import cases_page
from hlh_tui.ui.screens.differences_vote import ballot_of
from hlh_tui.ui.screens.differences_work import Table
from hlh_tui.ui.theme import THEMES
from tests.review.consensus.panel import COORDINATOR, THIRD, advance, blinded_study, read
from tests.review.small_study import BIANCHI
from tests.ui.conftest import settle
from tests.ui.review_study import BRANDT, MEYER
from tests.ui.screen_text import assert_golden, screen_text
from tests.ui.test_review_screen import press

FERRITIN_7 = Cited("observation", 7.0, "ferritin", "640 µg/L")
FERRITIN_3 = Cited("observation", 3.0, "ferritin", "3 600 µg/L")
SIZES = [(80, 24), (120, 40)]


def disagreed(path: Path) -> Path:
    """A01 CR against PR, A02 CR against NR, A03 agreed on; A04 decided by one."""
    with open_study(path) as study:
        looked = Seen(95.0, items=("ferritin",), days=(3.0,))
        for reader, case, category, more in (
            (MEYER, "A01", "CR", {"day": 7.0, "evidence": (FERRITIN_7,)}),
            (BRANDT, "A01", "PR", {"day": 3.0, "evidence": (FERRITIN_3,), "seen": looked}),
            (MEYER, "A02", "CR", {"confidence": "low"}),
            (BRANDT, "A02", "NR", {}),
            (MEYER, "A03", "PR", {}),
            (BRANDT, "A03", "PR", {}),
            (MEYER, "A04", "NR", {}),
        ):
            decide(study, reader, Decision(case, category, f"as {case} reads", **more), reveals=False)
    return path


@pytest.fixture
def by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers numbered by name; otherwise the numbers are another study's each time, as they should be."""

    def numbers(_study: object, _case: str, readers: Iterable[str]) -> dict[str, int]:
        return {reader: number for number, reader in enumerate(sorted(readers), start=1)}

    monkeypatch.setattr("hlh_tui.review.consensus.differences.reader_numbers", numbers)


@asynccontextmanager
async def looking(
    path: Path, size: tuple[int, int] = (120, 40), reader: Any = MEYER, **options: Any
) -> AsyncIterator[tuple[HlhApp, Pilot[None]]]:
    """The app on its Differences screen."""
    app = HlhApp(path, reader, **options)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "D")
        yield app, pilot


def notices(app: HlhApp) -> str:
    return " | ".join(notice.message for notice in app._notifications)


async def typed(app: HlhApp, pilot: Pilot[None], words: str) -> str:
    """The screen after a line was typed into the dialogue on top."""
    app.screen.query_one(Input).value = words
    return await press(app, pilot, "enter")


def body(text: str) -> str:
    """The screen without its notices, which lie over its top lines."""
    return "\n".join(text.splitlines()[8:])


@pytest.mark.usefixtures("by_name")
@pytest.mark.parametrize("size", SIZES)
async def test_the_worst_disagreement_is_on_top(study_path: Path, size: tuple[int, int]) -> None:
    async with looking(disagreed(study_path), size) as (app, pilot):
        text = screen_text(app)
        assert_golden(app, "differences_list")
        assert "2 open, 0 settled, 1 agreed" in text
        lines = [line for line in text.splitlines() if " A0" in line]
        assert [line.split()[0] for line in lines] == [">", "A01"]
        assert [line.replace(">", "").split()[0] for line in lines] == ["A02", "A01"]
        assert "Brandt" not in "\n".join(lines)
        assert "A03" in await press(app, pilot, "x", "x")
        assert "A03" not in await press(app, pilot, "x")


def legend(app: HlhApp) -> str:
    return screen_text(app).splitlines()[-1]


async def test_the_legend_names_the_keys_that_do_something_to_what_is_shown(study_path: Path) -> None:
    path = disagreed(study_path)
    with open_study(path) as study:
        raise_query(study, MEYER, "A01", FERRITIN_7, "Which assay?")
    async with looking(path) as (app, pilot):
        assert legend(app).startswith(" enter compare   x only   tab queries   d data query   o chart ")
        await press(app, pilot, "enter")
        assert legend(app).startswith(" 1 accept 1   2 accept 2   n new   v vote   d data query ")
        await press(app, pilot, "1", "enter")
        await typed(app, pilot, "seen again")
        assert legend(app) == " d data query   o chart   esc back   ? help   : palette   q quit", (
            "nothing left to settle"
        )
        await press(app, pilot, "escape", "tab")
        assert legend(app).startswith(" a answer   c close   b send back   o chart ")


@pytest.mark.usefixtures("by_name")
@pytest.mark.parametrize("size", SIZES)
async def test_a_case_side_by_side_shows_what_each_had_before_them(study_path: Path, size: tuple[int, int]) -> None:
    async with looking(disagreed(study_path), size) as (app, pilot):
        await press(app, pilot, "down", "enter")
        assert_golden(app, "differences_case")
        text = app.screen.as_text()  # type: ignore[attr-defined]
        assert "A01 · open · 1 rank · unresolved" in text
        assert "1 min 35 s, 1 day" in text
        assert "never opened" in text
        assert "met 640 µg/L d7 cited d7" in text
        assert "not met 3600 µg/L d3 cited d3" in text
        assert "Brandt" not in text
        assert "Meyer" not in text
        scrolled = await press(app, pilot, *["down"] * 9)
        assert "evidence that was cited" in scrolled
        back = await press(app, pilot, "escape")
        assert "> A01" in back
        assert app.current_mode == "differences"


async def test_a_read_is_accepted_with_kind_and_reason(study_path: Path) -> None:
    async with looking(disagreed(study_path)) as (app, pilot):
        await press(app, pilot, "1")
        assert "open a case first" in notices(app)
        await press(app, pilot, "enter")
        shown = await press(app, pilot, "2")
        assert "what kind of disagreement was it?" in shown
        await press(app, pilot, "down", "down", "enter")
        assert "as reader 2: why?" in screen_text(app)
        await typed(app, pilot, "sCD25 is missing.")
        entry = entries(app.study)[-1]
        assert (entry.payload["role"], entry.payload["accepted"]) == ("consensus", "2")
        assert (entry.payload["disagreement"], entry.payload["reason"]) == ("data_missing", "sCD25 is missing.")
        text = app.screen.as_text()  # type: ignore[attr-defined]
        assert "A02 · settled" in text
        assert "settled: " in text
        assert "1 open, 1 settled, 1 agreed" in await press(app, pilot, "escape")


async def test_undo_here_takes_back_the_settlement_and_not_the_read(study_path: Path) -> None:
    async with looking(disagreed(study_path)) as (app, pilot):
        await press(app, pilot, "u")
        assert "you have settled nothing" in notices(app)
        await press(app, pilot, "enter", "1", "enter")
        await typed(app, pilot, "Seen together.")
        settled = entries(app.study)[-1].seq
        assert "Take back the consensus" in await press(app, pilot, "u")
        await typed(app, pilot, "entered in error")
        assert entries(app.study)[-1].payload["undoes"] == settled
        assert "not settled: " in app.screen.as_text()  # type: ignore[attr-defined]
        await press(app, pilot, "U")
        assert "A02 · settled" in app.screen.as_text()  # type: ignore[attr-defined]


async def test_an_empty_reason_settles_nothing(study_path: Path) -> None:
    async with looking(disagreed(study_path)) as (app, pilot):
        await press(app, pilot, "enter", "n", "down", "enter", "enter")
        await typed(app, pilot, "")
        assert "A02 needs a reason" in notices(app)
        assert "2 open" in await press(app, pilot, "escape")
        await press(app, pilot, "enter", "n", "down", "down", "enter", "enter")
        await typed(app, pilot, "Between the two.")
        assert (entries(app.study)[-1].payload["category"], entries(app.study)[-1].payload["accepted"]) == (
            "IMP",
            "new",
        )


async def test_a_meeting_by_keyboard(study_path: Path, tmp_path: Path) -> None:
    """Both vote on one machine, nothing is shown until the second has; then a note, the end, and the minutes."""
    async with looking(disagreed(study_path), (80, 24)) as (app, pilot):
        await press(app, pilot, "enter", "v")
        shown = await press(app, pilot, "enter")
        assert "A. Meyer votes on A02" in shown
        await pilot.press("4", "space", "x", "y")
        await settle(app, pilot)
        assert "4 xy" not in screen_text(app)
        await press(app, pilot, "enter")
        text = app.screen.as_text()  # type: ignore[attr-defined]
        assert "A. Meyer voted, hidden; waiting for B. Brandt" in text
        assert "xy" not in text
        await press(app, pilot, "m")
        assert "is discussed once its votes are revealed" in notices(app)
        shown = await press(app, pilot, "v")
        assert "A. Meyer (has voted, may change it)" in shown
        await press(app, pilot, "enter")
        assert "B. Brandt votes on A02" in screen_text(app)
        await typed(app, pilot, "PR")
        text = app.screen.as_text()  # type: ignore[attr-defined]
        assert "A. Meyer NR (xy), B. Brandt PR" in text
        await press(app, pilot, "m")
        await typed(app, pilot, "Ferritin of day 7 overlooked.")
        await press(app, pilot, "n", "down", "enter", "enter")
        await typed(app, pilot, "Agreed.")
        assert [entry.action for entry in entries(app.study)][-5:] == [
            "voted",
            "voted",
            "votes_revealed",
            "discussed",
            "decided",
        ]
        await press(app, pilot, "w")
        await typed(app, pilot, str(tmp_path / "minutes.html"))
        page = (tmp_path / "minutes.html").read_text()
        assert "Ferritin of day 7 overlooked." in page
        assert "B. Brandt PR" in page


async def test_a_word_that_is_no_category_is_no_vote(study_path: Path) -> None:
    async with looking(disagreed(study_path)) as (app, pilot):
        await press(app, pilot, "enter", "v", "enter")
        text = await typed(app, pilot, "maybe CR")
        assert "begin with one of the digits above" in text
        await press(app, pilot, "escape")
        assert "voted" not in [entry.action for entry in entries(app.study)]
        protocol = app.study.protocol.categories
        assert ballot_of(" pr  halved ", protocol) == ("PR", "halved")
        assert ballot_of("5", protocol) == ("NE", "")
        assert ballot_of("", protocol) is None


async def test_the_chair_reveals_with_a_reason(study_path: Path) -> None:
    disagreed(study_path)
    with open_study(study_path) as study:
        vote(study, MEYER, "A02", "PR")
    async with looking(study_path) as (app, pilot):
        assert "Reveal the votes on A02 without B. Brandt: why?" in await press(app, pilot, "enter", "r")
        await typed(app, pilot, "B. Brandt is ill")
        assert "A. Meyer PR (B. Brandt is ill)" in app.screen.as_text()  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", SIZES)
async def test_queries_are_answered_closed_and_sent_back(study_path: Path, size: tuple[int, int]) -> None:
    disagreed(study_path)
    with open_study(study_path) as study:
        raise_query(study, BRANDT, "A01", FERRITIN_7, "Before or after [dialysis]?", "D. Ata")
    async with looking(study_path, size) as (app, pilot):
        text = await press(app, pilot, "tab")
        assert "data queries: 1 open" in text
        assert "open A01  ferritin 640 µg/L, day 7 · 0 days · for D. Ata" in text
        assert "B. Brandt raised: Before or after [dialysis]?" in text
        await press(app, pilot, "a")
        await typed(app, pilot, "After.")
        assert "data queries: 1 answered" in app.screen.as_text()  # type: ignore[attr-defined]
        await press(app, pilot, "b")
        await typed(app, pilot, "Which one?")
        assert queries(app.study)[0].state == "reopened"
        await press(app, pilot, "c")
        await typed(app, pilot, "")
        assert "needs a reason" in notices(app)
        await press(app, pilot, "c")
        await typed(app, pilot, "Settled by telephone.")
        assert queries(app.study)[0].state == "closed"
        await press(app, pilot, "o")
        assert (app.current_mode, app.patient_id) == ("review", "A01")


async def test_a_query_about_the_chart_of_a_case(study_path: Path) -> None:
    async with looking(disagreed(study_path)) as (app, pilot):
        await press(app, pilot, "d")
        await typed(app, pilot, "Is there a marrow report?")
        assert [(one.patient_id, one.question) for one in queries(app.study)] == [("A02", "Is there a marrow report?")]
        assert "Q1" in await press(app, pilot, "x", "x", "x")


async def test_what_somebody_else_settles_is_seen_at_once(study_path: Path) -> None:
    from hlh_tui.review.consensus.settle import Settlement
    from hlh_tui.review.consensus.settle import settle as settle_case

    async with looking(disagreed(study_path)) as (app, pilot):
        saved = settle_case(app.study, BRANDT, Settlement("A02", "new", "edge", "Agreed.", category="PR"))
        app.announce("A02", saved)
        await settle(app, pilot)
        assert "1 open, 1 settled" in screen_text(app)


async def test_a_study_that_nobody_has_read_twice_says_so(study_path: Path) -> None:
    async with looking(study_path, (80, 24)) as (app, pilot):
        assert "no case has been decided by two readers yet" in screen_text(app)
        for key in ("enter", "1", "n", "v", "r", "m", "d", "o", "down", "up"):
            await press(app, pilot, key)
        assert app.current_mode == "differences"
        assert "no data queries" in await press(app, pilot, "tab")
        for key in ("a", "c", "b", "enter", "o"):
            await press(app, pilot, key)
        assert [entry.action for entry in entries(app.study)] == ["study_created", "charts_imported"]


async def test_read_only_changes_nothing(study_path: Path) -> None:
    disagreed(study_path)
    async with looking(study_path, read_only=True) as (app, pilot):
        await press(app, pilot, "enter", "1")
        assert "open read-only" in notices(app)
        await press(app, pilot, "v")
        assert len(app.screen_stack) == 1


async def test_c13_while_a_blinded_study_is_read_the_screen_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "blinded.duckdb"
    with blinded_study(path) as study:
        read(study, MEYER, "P05", "CR")
        read(study, BIANCHI, "P05", "NR")
        raise_query(study, BIANCHI, "P05", FERRITIN_7, "Could this be IMP?")
    async with looking(path, (80, 24)) as (app, pilot):
        text = screen_text(app)
        closed = "a reader may compare the readers in phase consensus or open, and the study is in phase read"
        assert closed in " ".join(text.split())
        assert "differences are closed" in text
        assert "P05" not in body(text)
        assert "IMP" not in await press(app, pilot, "tab")
    with open_study(path) as study:
        advance(study, "compare", "consensus")
    async with looking(path, reader=THIRD) as (app, pilot):
        await press(app, pilot, "enter", "1", "enter")
        await typed(app, pilot, "Seen anew.")
        assert entries(app.study)[-1].payload["role"] == "adjudicator"
        assert "(third reader)" in app.screen.as_text()  # type: ignore[attr-defined]
    async with looking(path, reader=COORDINATOR) as (app, pilot):
        await press(app, pilot, "x", "enter", "1")
        assert "accept" not in legend(app), "a third reader settles here, and nobody else ever does"
        assert "settle a disagreement as the third reader" in notices(app)


async def test_of_many_cases_the_worst_are_listed() -> None:
    one = Difference("P1", (), "open", 3, False, None, "unresolved", None, 0)
    page = cases_page(Table(tuple(replace(one, patient_id=f"P{number}") for number in range(10_000))), "open")(78)
    assert len(page.stops) == 1000
    assert "9000 cases more, less far apart" in "".join(text for text, _ in page.lines[-1])


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_every_theme_and_ascii(study_path: Path, theme: str) -> None:
    async with looking(disagreed(study_path), (80, 24), ascii_only=True) as (app, pilot):
        app.theme = theme
        text = await press(app, pilot, "enter")
        assert text.isascii()
        assert "reader 1" in text


async def test_a_committee_of_five_stands_under_each_other_where_it_does_not_fit(study_path: Path) -> None:
    with open_study(study_path) as study:
        names = ("A. Meyer", "B. Brandt", "[b]C[/b] Chen", "陈 D", "E\x1b[31m Evil")
        for name, category in zip(names, ("CR", "PR", "IMP", "NR", "NE"), strict=True):
            reader = Actor(name.lower().replace(" ", "-"), name)
            decide(study, reader, Decision("A01", category, f"as {name} reads [sic]\nand more"), reveals=False)
    async with looking(study_path, (80, 24)) as (app, pilot):
        assert "3 ranks, NE" in screen_text(app)
        text = await press(app, pilot, "enter")
        assert "  5: reader 5" in text
        assert "\x1b" not in app.screen.as_text()  # type: ignore[attr-defined]
        await press(app, pilot, "5", "enter")
        await typed(app, pilot, "The fifth has it.")
        assert entries(app.study)[-1].payload["accepted"] == "5"
        app.action_theme()
        await press(app, pilot, "escape", "x", "escape")
        assert app.current_mode == "cases"
