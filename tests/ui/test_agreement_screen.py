"""Agreement: every view at both sizes, the cases behind a cell, which readers, and what is missing."""

from __future__ import annotations

import pytest

from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision, Seen
from hlh_tui.study.file import open_study
from hlh_tui.study.models import Actor
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.widgets.table_grid import TableGrid
from tests.review.conduct.blinded import ADJUDICATOR, COORDINATOR, LANG, blinded_study
from tests.review.conduct.blinded import MEYER as BLINDED_MEYER
from tests.ui.conftest import settle
from tests.ui.screen_text import assert_golden, screen_text
from tests.ui.ward import CATEGORIES, MEYER, PATIENTS, make_ward

BIANCHI = Actor("l-bianchi", "L. Bianchi")
PANEL = Actor("panel", "Panel")
SECOND = ("NR", "IMP", "PR", "CR", "CR", "NR", "NR", "CR", "PR")
"""What L. Bianchi decides of P01 to P09; A. Meyer: NR IMP PR PR CR NR IMP CR PR."""


def read_second(path, categories=SECOND, reader=BIANCHI) -> None:
    with open_study(path) as study:
        for place, (row, category) in enumerate(zip(PATIENTS, categories, strict=False)):
            decide(study, reader, Decision(row[0], category, "read the chart", seen=Seen(seconds=60.0 + place)))


@pytest.fixture
def ward(tmp_path):
    path = make_ward(tmp_path / "ward.duckdb", decided=9)
    read_second(path)
    return path


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_views_at_both_sizes(ward, press, size) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "A")
        assert_golden(app, "agreement_coefficients")
        for view in ("confusion", "categories"):
            await press(app, pilot, "tab")
            assert_golden(app, f"agreement_{view}")
        await press(app, pilot, "tab")
        assert "by criterion, as cited (4/8)" in screen_text(app)
        assert "No decision cites any evidence yet" in screen_text(app)
        await press(app, pilot, "tab")
        assert_golden(app, "agreement_readers")
        for words in ("drift over time (6/8)", "decisions per session (7/8)", "readers and the proposal (8/8)"):
            await press(app, pilot, "tab")
            assert words in screen_text(app)
        await press(app, pilot, "tab")
        assert "coefficients side by side (1/8)" in screen_text(app)
        await press(app, pilot, "shift+tab")
        assert "(8/8)" in screen_text(app)


async def test_the_cell_says_how_it_was_estimated(ward, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "A", "down")
        # 7 of 9 agree; margins CR 2 3, PR 3 2, IMP 2 1, NR 2 3: kappa = (7/9 - 20/81) / (61/81)
        assert "Cohen's kappa · estimate · 0.705 · Fleiss, Cohen and Everitt 1969, normal interval" in screen_text(app)


async def test_a_cell_of_the_confusion_leads_to_its_cases_and_to_the_chart(ward, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "A", "tab", "right")
        assert "CR · PR · –" in screen_text(app)
        await press(app, pilot, "enter")
        assert "no case is behind this cell" in screen_text(app)
        await press(app, pilot, "left", "down")
        assert "A. Meyer (down) and L. Bianchi (across) · PR · CR · 1 · enter: 1 case" in screen_text(app)
        await press(app, pilot, "enter")
        assert "P04" in screen_text(app)
        await press(app, pilot, "enter")
        assert (app.current_mode, app.patient_id) == ("review", "P04")


async def test_it_follows_a_decision(ward, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "A")
        assert "77.8 %" in screen_text(app)
        saved = decide(app.study, MEYER, Decision("P04", "CR", "The platelets were not transfused."))
        app.announce("P04", saved)
        await settle(app, pilot)
        assert "88.9 %" in screen_text(app)
        await press(app, pilot, "u", "enter")
        assert "77.8 %" in screen_text(app)


async def test_with_three_readers_a_pair_can_be_chosen(ward, press) -> None:
    read_second(ward, CATEGORIES, Actor("r-cohen", "R. Cohen"))
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "A")
        text = screen_text(app)
        assert "9 of 13 cases read by two or more · A. Meyer, L. Bianchi, R. Cohen" in text
        await press(app, pilot, "g")
        assert "A. Meyer and R. Cohen" in screen_text(app)
        await press(app, pilot, "down", "down", "enter")
        assert "A. Meyer, R. Cohen" in screen_text(app)
        assert "100.0 %" in screen_text(app)
        await press(app, pilot, "tab")
        assert "Nobody disagrees." in screen_text(app)


async def test_with_two_readers_there_is_nothing_to_choose(ward, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "A", "g")
        assert "no more than two readers" in screen_text(app)


async def test_a_view_is_picked_from_the_list(ward, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "A", "o", "down", "down", "down", "down", "enter")
        assert "readers (5/8)" in screen_text(app)
        assert "disagreement index" in app.screen.as_text()


async def test_the_table_is_written_to_a_file(ward, press, tmp_path) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "A", "w", "enter")
        await settle(app, pilot)
        written = (tmp_path / "ward-agreement.csv").read_text(encoding="utf-8")
    assert "Gwet's AC1" in written


async def test_one_reader_is_told_what_is_missing(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "A")
        text = " ".join(screen_text(app).replace("│", " ").split())
    assert "undefined" in text
    assert "Only A. Meyer has read cases: agreement needs a second reader (hlh-tui open STUDY --reader NAME)." in text


async def test_an_empty_study_is_told_what_is_missing(opened, press) -> None:
    async with opened((80, 24), empty=True) as (app, pilot):
        await press(app, pilot, "A")
        text = screen_text(app)
        for _ in range(7):
            await press(app, pilot, "tab", "enter")
    assert "The study has no patients yet: import charts first." in text
    assert "0 of 0 cases" in text


async def test_the_prevalence_warning_stands_above_the_numbers(tmp_path, press) -> None:
    path = make_ward(tmp_path / "ward.duckdb")
    read_second(path, ("CR",) * 12 + ("PR",), MEYER)
    read_second(path, ("PR",) + ("CR",) * 12)
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "A")
        assert "CR holds 92 % of the reads, which lowers kappa and alpha" in screen_text(app)
        await press(app, pilot, "tab")
        assert "CR holds" not in screen_text(app)


@pytest.mark.parametrize("options", [{"ascii_only": True}, {}])
async def test_ascii_and_mono(ward, press, options) -> None:
    app = HlhApp(ward, MEYER, **options)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(app, pilot)
        app.theme = "mono"
        await press(app, pilot, "A", "tab", "tab", "tab", "tab")
        text = screen_text(app)
        assert "disagreement" in text
        if options:
            assert text.isascii()


async def test_a_study_in_phase_read_shows_a_sentence_and_opens_with_the_phase(tmp_path, press) -> None:
    path = tmp_path / "b.duckdb"
    with blinded_study(path) as study:
        for patient in ("P01", "P02", "P05"):
            decide(study, BLINDED_MEYER, Decision(patient, "CR", ""))
            decide(study, LANG, Decision(patient, "PR" if patient == "P05" else "CR", ""))
    app = HlhApp(path, BLINDED_MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "A")
        text = " ".join(screen_text(app).split())
        assert "see the agreement of the readers" in text
        assert "66.7 %" not in text
        assert app.screen.query_one(TableGrid).table is None
        await press(app, pilot, "tab", "enter", "g", "w", "y", "escape")
    with open_study(path) as study:
        move_phase(study, COORDINATOR, "compare", "all cases are read")
    app = HlhApp(path, ADJUDICATOR)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "A")
        text = screen_text(app)
        assert "66.7 %" in text
        assert "reader 1, reader 2" in text
        assert "Meyer" not in text
