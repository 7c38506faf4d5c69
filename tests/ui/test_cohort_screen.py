"""Tables: two tables, a cursor, the patients behind a cell, and decisions that arrive live."""

from __future__ import annotations

import pytest

from hlh_tui.protocol import load
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.ui.widgets.table_grid import TableGrid
from tests.ui.conftest import settle
from tests.ui.screen_text import assert_golden, screen_text
from tests.ui.ward import MEYER


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_baseline_table(opened, press, size) -> None:
    async with opened(size, decided=9) as (app, pilot):
        await press(app, pilot, "T")
        assert_golden(app, "cohort_baseline")
        text = screen_text(app)
        assert "9 of 13 decided" in text
        assert "41 (19–70)" in text


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_response_table(opened, press, size) -> None:
    async with opened(size, decided=9) as (app, pilot):
        await press(app, pilot, "T", "tab")
        assert_golden(app, "cohort_response")
        assert "7/9 77.8 % (40.0–97.2)" in screen_text(app)


async def test_both_tables_side_by_side_where_both_fit(opened, press) -> None:
    async with opened((210, 40), decided=9) as (app, pilot):
        await press(app, pilot, "T")
        text = screen_text(app)
        assert "Baseline characteristics" in text
        assert "Response to treatment" in text


async def test_enter_lists_the_patients_behind_a_cell_and_opens_a_chart(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "T", "tab", "down", "down", "down", "right")
        assert "partial response · previously treated · 2 of 6" in screen_text(app)
        await press(app, pilot, "enter")
        text = screen_text(app)
        assert "P04       38 F   mass [R] [c-MET]" in text
        assert "P09" in text
        assert "P03" not in text
        await press(app, pilot, "down", "enter")
        assert app.patient_id == "P09"
        assert app.current_mode == "review"


async def test_an_empty_cell_says_that_nobody_is_behind_it(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "T", "tab", "down", "down", "enter")
        assert "nobody is behind this cell" in screen_text(app)


async def test_the_cursor_skips_headings(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "T", "down", "down")
        grid = app.screen.query_one("#baseline", TableGrid)
        assert grid.row.level == "Female"


async def test_grouping_by_prior_treatment_is_switched(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "T")
        assert "treatment-" in screen_text(app)
        await press(app, pilot, "g")
        assert "treatment-" not in screen_text(app)


async def test_a_decision_and_its_undo_reach_the_table(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "T")
        assert "0 of 13 decided" in screen_text(app)
        app.announce("P01", decide(app.study, MEYER, Decision("P01", "NR", "as the criteria say")))
        await settle(app, pilot)
        await press(app, pilot, "tab")
        text = screen_text(app)
        assert "1 of 13 decided" in text
        assert "1/1 100.0 % (2.5–100.0)" in text
        await press(app, pilot, "u")
        assert "0 of 13 decided" in screen_text(app)


async def test_copy_gives_both_tables_as_text(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "T", "y")
        assert "41 (19–70)" in app.clipboard
        assert "77.8" in app.clipboard


STRATUM = """[[strata]]
id = "prior_treatment"
label = "Prior treatment"
column = "disease_status"
groups = { "previously treated" = ["refractory", "relapse"], "treatment-naive" = ["initial"] }
"""


async def test_the_columns_are_the_protocols_first_stratum(opened, press) -> None:
    toml = load.read_bundled(load.STUDIES, "song-2024").toml
    assert STRATUM in toml
    by_sex = STRATUM.split("groups")[0].replace("prior_treatment", "sex_group").replace("disease_status", "sex")
    by_sex += 'groups = { "women" = ["female"], "men" = ["male"] }\n'
    protocol = load.adopt(toml.replace(STRATUM, by_sex), "by-sex.toml")
    async with opened((210, 40), decided=9, protocol=protocol) as (app, pilot):
        await press(app, pilot, "T")
        assert "women" in screen_text(app)
        await press(app, pilot, "g")
        assert "women" not in screen_text(app)


async def test_a_protocol_without_strata_has_one_column(opened, press) -> None:
    toml = load.read_bundled(load.STUDIES, "song-2024").toml
    protocol = load.adopt("strata = []\n" + toml.replace(STRATUM, ""), "undivided.toml")
    async with opened((210, 40), decided=9, protocol=protocol) as (app, pilot):
        await press(app, pilot, "T")
        text = screen_text(app)
        assert "9 of 13 decided" in text
        assert "treatment-naive" not in text
        assert "41 (19–70)" in text
