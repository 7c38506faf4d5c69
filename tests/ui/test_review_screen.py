"""Reviewing by keyboard: decide, disagree, doubt, cite, write, leave and come back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from hlh_tui.intake.load import import_charts
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.state import current_decisions
from hlh_tui.study.file import open_study
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.screens.review import ReviewScreen
from tests.ui.conftest import settle
from tests.ui.review_study import MEYER, make_study
from tests.ui.screen_text import assert_golden, screen_text
from tests.ui.waiting import until

SIZES = [(80, 24), (120, 40)]


@asynccontextmanager
async def reviewing(
    path: Path, case: str = "A01", size: tuple[int, int] = (120, 40), read_only: bool = False, ascii_only: bool = False
) -> AsyncIterator[tuple[HlhApp, Pilot[None]]]:
    """The app with that case on the Review screen."""
    app = HlhApp(path, MEYER, read_only=read_only, ascii_only=ascii_only)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(app, pilot)
        app.open_case(case)
        await settle(app, pilot)
        yield app, pilot


async def press(app: HlhApp, pilot: Pilot[None], *keys: str) -> str:
    """The screen after those keys and all that they set going."""
    await pilot.press(*keys)
    await settle(app, pilot)
    return screen_text(app)


def on_case(app: HlhApp) -> str | None:
    assert isinstance(app.screen, ReviewScreen)
    return app.screen.state.patient_id


@pytest.mark.parametrize("size", SIZES)
async def test_a_clear_case_takes_two_keys(study_path: Path, size: tuple[int, int]) -> None:
    async with reviewing(study_path, size=size) as (app, pilot):
        text = await press(app, pilot, "1", "enter")
        assert on_case(app) == "A02"
        assert "A01 CR saved #3" in text
        assert "the rules agree" in text
        (decision,) = current_decisions(app.study)
    assert (decision.patient_id, decision.category, decision.confidence) == ("A01", "CR", "high")
    assert not decision.proposal_seen


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_of_the_proposal_is_on_the_screen_before_the_first_decision(
    study_path: Path, size: tuple[int, int]
) -> None:
    async with reviewing(study_path, size=size) as (app, pilot):
        for keys in ((), ("o",), ("escape",), ("z",), ("z",), ("z",), ("v",), ("left_square_bracket",), ("w",), ("1",)):
            text = (await press(app, pilot, *keys)).casefold()
            for words in ("propose cr", "rules propose", "rules agree", "complete response", "confirmed", "domains"):
                assert words not in text
            assert app.screen.query_one("TracePane").view is None
        assert "shown once your first decision" in await press(app, pilot, "v")


async def test_a_decision_made_by_a_script_reveals_nothing_and_the_key_says_what_would(study_path: Path) -> None:
    with open_study(study_path) as study:
        decide(study, MEYER, Decision("A01", "CR", "as charted"), reveals=False)
    async with reviewing(study_path, size=(80, 24)) as (app, pilot):
        text = await press(app, pilot, "v")
        assert "decided outside the app: revise it here (digit, c, b) to see the proposal" in text
        assert app.screen.query_one("TracePane").view is None
        await press(app, pilot, "2", "enter", *"ferritin", "enter")
        assert "rules propose CR" in await press(app, pilot, "v")


@pytest.mark.parametrize("size", SIZES)
async def test_agreeing_with_an_indeterminate_proposal_says_so(
    study_path: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    """The spleen of A01 was taken out on day 6: nobody can tell partial from complete response."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "events.csv").write_text("patient_id,day,kind,term\nA01,6,procedure,splenectomy\n", "utf-8")
    with open_study(study_path, staging=tmp_path) as study:
        import_charts(study, tmp_path / "more", MEYER)
    async with reviewing(study_path, size=size) as (app, pilot):
        text = await press(app, pilot, "2", "enter")
        assert on_case(app) == "A02"
        assert "the rules agree, indeterminate: at most CR" in text
        await press(app, pilot, "p")
        said = await press(app, pilot, "v")
        assert "indeterminate: at most CR," in said.replace("\n", " ")
        if size == SIZES[1]:
            assert "rules propose PR (at most CR), v shows why" in said


async def test_disagreement_stays_with_the_trace_and_enter_keeps_with_a_reason(study_path: Path) -> None:
    async with reviewing(study_path, "A02") as (app, pilot):
        text = await press(app, pilot, "1", "enter")
        assert on_case(app) == "A02"
        assert "rules propose PR: enter keeps CR" in text
        assert "PR from day 7, confirmed on day 14" in text
        assert "at day 7  PR, partial response" in text
        text = await press(app, pilot, "enter")
        assert "reason needed: it differs from the proposal PR" in text
        assert app.screen.query_one("DecisionBar").editing
        await press(app, pilot, *"ferritin of known haemochromatosis".replace(" ", "_").replace("_", " "))
        await press(app, pilot, "enter")
        assert on_case(app) == "A03"
        (decision,) = current_decisions(app.study)
    assert decision.category == "CR"
    assert decision.reason == "ferritin of known haemochromatosis"
    assert (decision.proposal_seen, decision.proposal) == (True, "PR")


async def test_after_a_disagreement_a_digit_revises(study_path: Path) -> None:
    async with reviewing(study_path, "A02") as (app, pilot):
        await press(app, pilot, "1", "enter", "2", "enter")
        assert app.screen.query_one("DecisionBar").editing
        await press(app, pilot, *"ferritin above the limit", "enter")
        assert on_case(app) == "A03"
        (decision,) = current_decisions(app.study)
    assert (decision.category, decision.reason) == ("PR", "ferritin above the limit")


async def test_low_confidence_asks_for_a_reason(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        text = await press(app, pilot, "1", "c", "enter")
        assert "reason needed: the confidence is low" in text
        assert on_case(app) == "A01"
        assert current_decisions(app.study) == ()
        await press(app, pilot, "o", "k", "enter")
        (decision,) = current_decisions(app.study)
    assert (decision.confidence, decision.reason) == ("low", "ok")


async def test_cited_evidence_drafts_the_reason_and_dates_the_response(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "left_square_bracket", "space")
        text = await press(app, pilot, "down", "down", "down", "down", "right", "space", "1")
        assert "temperature d7, ferritin d10" in text
        assert "Complete response: temperature 36.7 °C on day 7; ferritin 640 µg/L on day 10." in text
        await press(app, pilot, "enter")
        (decision,) = current_decisions(app.study)
    assert decision.day == 7.0
    assert [cited.name for cited in decision.evidence] == ["temperature", "ferritin"]
    assert decision.reason.startswith("Complete response: temperature 36.7 °C on day 7")


async def test_a_second_space_takes_the_citation_back(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        assert "*" in await press(app, pilot, "space")
        assert "none cited" in await press(app, pilot, "space")


async def test_keys_never_fire_while_the_reason_is_written(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        before = app.screen.state
        text = await press(app, pilot, "b", *"CRTSBALuqe1n?:/", "space", "up", "down", "tab")
        assert on_case(app) == "A01"
        assert "CRTSBALuqe1n?:/" in text
        after = app.screen.state
        assert (after.day, after.row, after.draft.category) == (before.day, before.row, None)
        text = await press(app, pilot, "escape")
        assert "reason kept, not saved" in text
        assert "because   CRTSBALuqe1n?:/" in text
        assert current_decisions(app.study) == ()


async def test_an_unsaved_choice_waits_for_its_case(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "3", "n")
        assert on_case(app) == "A02"
        text = await press(app, pilot, "p")
        assert "▸3◂" in text
        assert "not saved" in text


async def test_next_previous_and_next_undecided(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        assert "this is the first case" in await press(app, pilot, "p")
        await press(app, pilot, "n", "n")
        assert on_case(app) == "A03"
        await press(app, pilot, "N")
        assert on_case(app) == "A04"
        await press(app, pilot, "n")
        assert "this is the last case" in await press(app, pilot, "n")
        await press(app, pilot, "slash", *"a02", "enter")
        assert on_case(app) == "A02"


async def test_cases_skipped_quickly_end_on_the_last_one_shown_whole(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        for _ in range(3):
            app.screen.action_case(1)
        await until(pilot, lambda: app.screen.state.case is not None)
        await settle(app, pilot)
        text = screen_text(app)
        assert on_case(app) == "A04"
        assert "case 4/5" in text
        assert "8 420" in text


async def test_undo_shows_the_earlier_state_and_redo_the_later(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "1", "enter", "p")
        assert "CR in force: A. Meyer" in screen_text(app)
        assert "Take back the decision CR for A01 of " in await press(app, pilot, "u")
        text = await press(app, pilot, "enter")
        assert "undecided" in text
        assert "CR in force" not in text
        assert "CR in force: A. Meyer" in await press(app, pilot, "U")


async def test_a_revision_shows_the_decision_in_force_until_it_is_saved(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "1", "enter", "p")
        text = await press(app, pilot, "2")
        assert "not saved" in text
        assert "CR in force" in text
        assert "it changes your decision CR" in await press(app, pilot, "enter")


async def test_enter_on_a_saved_case_saves_nothing_again(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "1", "enter", "p")
        assert "nothing to save" in await press(app, pilot, "enter")
        assert app.study.rows("SELECT count(*) FROM log WHERE action = 'decided'") == [(1,)]


async def test_the_source_shows_raw_value_conversion_and_row(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        app.screen.state = app.screen.state.__class__(
            **{name: getattr(app.screen.state, name) for name in app.screen.state.__slots__} | {"row": "haemoglobin"}
        )
        text = await press(app, pilot, "o")
        assert "“11.2 g/dL”" in text
        assert "112 g/L" in text
        assert "g/dL x 10" in text
        assert "observations.csv, row" in text
        assert "130 to 175 (laboratory)" in text
        assert "source" not in await press(app, pilot, "escape")


async def test_a_data_query_and_a_flag_are_saved(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        text = await press(app, pilot, "d", *"right patient?", "enter")
        assert "query raised" in text
        assert "1 open query" in text
        text = await press(app, pilot, "f", *"ask Keller", "enter")
        assert "! flagged ask Keller" in text
        assert "! flagged" not in await press(app, pilot, "f")


async def test_notes_are_read_searched_and_keep_their_brackets(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        text = await press(app, pilot, "m")
        assert "mass [R] lung [2.3 cm], marrow [c-MET] negative" in text
        assert "[b]day 4[/b]" in text
        assert "HSCT" not in text
        assert "1 note after the evidence cut-off not shown" in text
        text = await press(app, pilot, "slash", *"afebrile")
        assert "[b]day 4[/b]" in text
        assert "mass [R]" not in text
        await press(app, pilot, "escape", "escape")
        assert isinstance(app.screen, ReviewScreen)


async def test_the_course_after_the_cut_off_is_shown_only_when_asked_and_named_hindsight(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        text = await press(app, pilot, "right", "right", "right", "right")
        assert "day 35" not in text
        assert "HSCT" not in text
        text = await press(app, pilot, "w", "right", "minus")
        assert "hindsight" in text
        assert "day 35" in text
        assert "X HSCT" in text
        assert "HSCT" not in await press(app, pilot, "w")


async def test_a_patient_without_a_value_after_the_first_dose_can_be_judged(study_path: Path) -> None:
    async with reviewing(study_path, "A05") as (app, pilot):
        text = await press(app, pilot, "right", "left", "5", "enter")
        assert "A05 NE saved" in text


async def test_a_read_only_study_refuses_with_a_sentence(study_path: Path) -> None:
    async with reviewing(study_path, read_only=True) as (app, pilot):
        for key in ("1", "c", "b", "enter", "f", "d", "space"):
            assert "this study is open read-only" in await press(app, pilot, key)
        assert current_decisions(app.study) == ()


async def test_a_study_that_never_reveals_goes_on_and_shows_nothing(tmp_path: Path) -> None:
    async with reviewing(make_study(tmp_path, blinded=True), "A02") as (app, pilot):
        text = await press(app, pilot, "1", "enter")
        assert on_case(app) == "A03"
        assert "rules" not in text.replace("the rules of", "")
        assert "no proposal of the rules while it is blinded" in await press(app, pilot, "p", "v")


async def test_the_screen_follows_the_terminal(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        for width, height in ((80, 24), (60, 18), (200, 60), (50, 10), (120, 40)):
            await pilot.resize_terminal(width, height)
            await settle(app, pilot)
            if (width, height) != (50, 10):
                assert "decision" in screen_text(app)
        assert "platelets" in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen_looks_as_agreed(study_path: Path, size: tuple[int, int]) -> None:
    async with reviewing(study_path, size=size) as (app, pilot):
        assert_golden(app, "review")
        await press(app, pilot, "left_square_bracket", "space", "1")
        assert_golden(app, "review_chosen")


async def test_ascii_alone(study_path: Path) -> None:
    async with reviewing(study_path, size=(80, 24), ascii_only=True) as (app, pilot):
        assert_golden(app, "review_ascii")
        board = app.screen.query_one("EvidenceBoard")
        lines = ["".join(words for words, _ in line) for line in board.lines(78, 11)]
        assert all(line.isascii() for line in lines[1:-1])
        for keys in (("o",), ("escape", "m"), ("escape", "question_mark"), ("escape", "slash"), ("escape", "z")):
            assert (await press(app, pilot, *keys)).isascii(), keys
