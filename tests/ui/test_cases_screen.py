"""The list of cases, driven by its keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hlh_tui.review.state import without_person
from hlh_tui.ui.screens.cases import TYPING_SECONDS, CasesScreen
from hlh_tui.ui.widgets.case_columns import closed_columns, fitted, matches
from hlh_tui.ui.widgets.case_table import CaseTable
from tests.ui.case_rows import ward_of
from tests.ui.screen_text import assert_golden, screen_text


def listed(app) -> list[str]:
    return [row.patient_id for row in app.screen.query_one(CaseTable).rows]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_list_of_cases(opened, size) -> None:
    async with opened(size, decided=4) as (app, _):
        assert_golden(app, "cases")
        text = screen_text(app)
        assert "13 cases · 4 decided · 0 flagged" in text
        assert "you decided 4/13" in text
        assert "synthetic data: constructed to published margins, not patients" in text


async def test_bracketed_clinical_text_survives_in_the_list(opened) -> None:
    async with opened() as (app, _):
        assert "mass [R] [c-MET]" in screen_text(app)


async def test_an_empty_study_says_which_command_fills_it(opened) -> None:
    async with opened((80, 24), empty=True) as (app, _):
        assert "hlh-tui import ward.duckdb FOLDER" in screen_text(app)


async def test_a_study_of_real_charts_has_no_synthetic_banner(opened) -> None:
    async with opened(synthetic=False) as (app, _):
        assert "synthetic" not in screen_text(app)


async def test_the_filter_lists_while_typing_and_esc_clears_it(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "slash", *"ebv")
        assert listed(app) == ["P02", "P03", "P05", "P09", "P11", "P13"]
        await press(app, pilot, *" relapse", "enter")
        assert listed(app) == ["P09", "P13"]
        assert "13 cases · 0 decided · 0 flagged · 2 listed · filter: ebv relapse" in screen_text(app)
        await press(app, pilot, "escape")
        assert len(listed(app)) == 13
        await press(app, pilot, "down", "enter")
        assert app.patient_id == "P10"  # the cursor stayed on P09 while the filter went


async def test_keys_typed_into_the_filter_fire_no_command(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "slash", *"qxSTfu1")
        assert app.current_mode == "cases"
        assert app.screen.query_one("#filter").value == "qxSTfu1"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status:relapse", {"P04", "P09", "P13"}),
        ("aet:lymph", {"P01", "P06", "P12"}),
        ("mine:cr", {"P05", "P08"}),
        ("[c-met]", {"P04"}),
        ("unknown:ebv", set()),
        ("P1", {"P10", "P11", "P12", "P13"}),
    ],
)
async def test_what_a_filter_finds(opened, query, expected) -> None:
    async with opened(decided=9) as (app, _):
        assert {row.patient_id for row in app.cases if matches(row, query)} == expected


async def test_only_undecided_and_order(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "x")
        assert listed(app) == ["P10", "P11", "P12", "P13"]
        await press(app, pilot, "o")
        assert listed(app) == ["P10", "P11", "P13", "P12"]  # autoimmune, ebv, ebv, lymphoma
        assert "only undecided · by aetiology" in screen_text(app)
        await press(app, pilot, "escape")
        assert listed(app)[0] == "P01"
        assert len(listed(app)) == 13


async def test_a_flag_with_a_note_is_listed_undone_and_put_back(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "down", "down", "f", *"scan [R]", "enter")
        text = screen_text(app)
        assert "13 cases · 0 decided · 1 flagged" in text
        assert "scan [R]" in text
        await press(app, pilot, "u")
        assert "0 flagged" in screen_text(app)
        await press(app, pilot, "U")
        assert "1 flagged" in screen_text(app)
        await press(app, pilot, "f")
        assert "0 flagged" in screen_text(app)
        actions = [row[0] for row in app.study.rows("SELECT action FROM log ORDER BY seq")]
        assert actions[-4:] == ["flagged", "undone", "redone", "unflagged"]


async def test_esc_leaves_the_flag_unwritten(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "f", *"why", "escape")
        assert "0 flagged" in screen_text(app)


async def test_next_undecided_starts_over_at_the_end(opened, press) -> None:
    async with opened(decided=4) as (app, pilot):
        await press(app, pilot, "G", "N")
        assert app.patient_id == "P13", "the case under the cursor waits, and was not looked at"
        await press(app, pilot, "escape", "N")
        assert app.patient_id == "P05"


async def test_a_hundred_thousand_cases_are_listed_and_walked_through(opened, press) -> None:
    async with opened() as (app, pilot):
        app.cases = ward_of(100_000)
        await press(app, pilot, "G")
        text = screen_text(app)
        assert "100000 cases" in text
        assert "P099999" in text
        await press(app, pilot, "pageup", "g")
        assert "P000000" in screen_text(app)


async def test_a_long_list_is_filtered_once_the_reader_stops_typing(opened, press) -> None:
    async with opened() as (app, pilot):
        app.cases = ward_of(100_000)
        await press(app, pilot, "slash", *"P07777")
        await pilot.pause(TYPING_SECONDS * 2)
        assert listed(app) == [f"P07777{last}" for last in range(10)]
        await press(app, pilot, "7", "enter")
        assert listed(app) == ["P077777"], "enter does not wait"
        assert app.focused is app.screen.query_one("CaseTable")
        await press(app, pilot, "escape")
        assert len(listed(app)) == 100_000


@pytest.mark.parametrize("width", [40, 56, 58, 79, 100, 119, 200])
def test_columns_fit_their_width_and_the_first_is_never_dropped(width) -> None:
    columns = fitted(width)
    assert sum(cells for _, cells in columns) + 2 * (len(columns) - 1) <= width
    assert columns[0][0].id == "case"


async def test_a_case_screen_is_built_once(opened, press) -> None:
    async with opened() as (app, pilot):
        first = app.screen
        await press(app, pilot, "T", "C")
        assert app.screen is first
        assert isinstance(first, CasesScreen)


def test_a_pack_lists_nothing_by_which_a_case_dealt_twice_could_be_found() -> None:
    rows = tuple(replace(without_person(row), source="closed") for row in ward_of(3))
    shown = [column.id for column, _ in fitted(200, closed_columns(rows))]
    assert shown == ["case", "mine", "marks", "note"]
    assert len({(row.sex, row.age_years, row.aetiology, row.disease_status, row.last_contact_day) for row in rows}) == 1


def test_a_blinded_list_has_no_columns_of_other_readers() -> None:
    rows = tuple(replace(row, source="closed") for row in ward_of(3))
    shown = {column.id for column, _ in fitted(200, closed_columns(rows))}
    assert shown.isdisjoint({"readers", "final", "source"})
    assert {"age", "aetiology", "status", "followed"} <= shown
    assert closed_columns(ward_of(3)) == frozenset()
