"""Tables: every table, a cursor, the patients behind a cell, and decisions that arrive live."""

from __future__ import annotations

import pytest

from hlh_tui.protocol import load
from hlh_tui.protocol.errors import HlhError
from hlh_tui.review.conduct.people import register
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.study.models import Actor
from hlh_tui.ui.free_place import free_place
from hlh_tui.ui.screens import cohort
from hlh_tui.ui.screens import cohort_question as question
from hlh_tui.ui.screens.cohort_question import names, write_table
from hlh_tui.ui.widgets.table_grid import TableGrid
from tests.ui.conftest import settle
from tests.ui.screen_text import assert_golden, screen_text
from tests.ui.ward import MEYER

TO_RESPONSE = ("tab", "tab", "tab")


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
        await press(app, pilot, "T", *TO_RESPONSE)
        assert_golden(app, "cohort_response")
        assert "7/9 77.8 % (40.0–97.2)" in screen_text(app)


async def test_both_tables_side_by_side_where_both_fit(opened, press) -> None:
    async with opened((210, 40), decided=9) as (app, pilot):
        await press(app, pilot, "T")
        text = screen_text(app)
        assert "Baseline characteristics" in text
        assert "Response to treatment" in text


async def test_undivided_tables_stand_side_by_side_at_120_columns(opened, press) -> None:
    async with opened((120, 40), decided=9) as (app, pilot):
        await press(app, pilot, "T", "g", "up", "enter")
        text = screen_text(app)
        assert "41 (19–70)" in text
        assert "7/9 77.8 % (40.0–97.2)" in text
        assert ">" not in text


async def test_enter_lists_the_patients_behind_a_cell_and_opens_a_chart(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "T", *TO_RESPONSE, "down", "down", "down", "right")
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
        await press(app, pilot, "T", *TO_RESPONSE, "down", "down", "enter")
        assert "nobody is behind this cell" in screen_text(app)


async def test_the_cursor_skips_headings(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "T", "down", "down")
        grid = app.screen.query_one("#first", TableGrid)
        assert grid.row.level == "Female"


async def test_grouping_by_prior_treatment_is_switched(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "T")
        assert "treatment-" in screen_text(app)
        await press(app, pilot, "g")
        text = screen_text(app)
        assert "One column, or one for each group" in text
        assert "by aetiology" in text
        await press(app, pilot, "up", "enter")
        text = screen_text(app)
        assert "all patients together" in text
        assert "treatment-" not in text
        await press(app, pilot, "g", *["down"] * 5, "enter")
        assert "by sex" in screen_text(app)


async def test_a_decision_and_its_undo_reach_the_table(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "T")
        assert "0 of 13 decided" in screen_text(app)
        app.announce("P01", decide(app.study, MEYER, Decision("P01", "NR", "as the criteria say")))
        await settle(app, pilot)
        await press(app, pilot, *TO_RESPONSE)
        text = screen_text(app)
        assert "1 of 13 decided" in text
        assert "1/1 100.0 % (2.5–100.0)" in text
        await press(app, pilot, "u", "enter")
        assert "0 of 13 decided" in screen_text(app)


async def test_copy_gives_both_tables_as_text(opened, press) -> None:
    async with opened((210, 40), decided=9) as (app, pilot):
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
        await press(app, pilot, "g", "up", "enter")
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


async def test_tab_and_shift_tab_go_round_all_tables(opened, press) -> None:
    async with opened((80, 24), decided=9) as (app, pilot):
        await press(app, pilot, "T")
        every = names()
        assert every[:4] == ("baseline", "patients", "treatment", "response")
        for name in (*every[1:], every[0], every[1]):
            await press(app, pilot, "tab")
            assert f"[{name}]" in screen_text(app)
        await press(app, pilot, "shift+tab", "shift+tab")
        assert f"[{every[-1]}]" in screen_text(app)


async def test_a_table_is_picked_from_the_list(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "T", "o")
        assert "adverse-events" in screen_text(app)
        await press(app, pilot, "down", "down", "down", "enter")
        text = screen_text(app)
        assert "[response]" in text
        assert "Response to treatment, adjudicated" in text


async def test_wide_tables_scroll_by_columns_and_keep_their_labels(opened, press) -> None:
    async with opened((80, 24), decided=9) as (app, pilot):
        await press(app, pilot, "T", "tab", "down")
        before = screen_text(app)
        assert "P01" in before
        await press(app, pilot, *["right"] * 5)
        after = screen_text(app)
        assert "P01" in after
        grid = app.screen.query_one("#first", TableGrid)
        assert grid.cursor[1] == 5
        assert grid.table.columns[5].split()[0] in after
        assert grid.table.columns[0] not in after.split("───")[1]


async def test_a_decision_says_what_it_moved_and_so_does_its_undo(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "T")
        app.announce("P10", decide(app.study, MEYER, Decision("P10", "CR", "as the criteria say")))
        await settle(app, pilot)
        assert "P10: Response 7/9 → 8/10; remission 5/9 → 6/10; treatment-naive 2/3 → 3/4" in screen_text(app)
        await press(app, pilot, "u", "enter")
        assert "P10: Response 8/10 → 7/9; remission 6/10 → 5/9" in screen_text(app)
        for key in ("C", "S"):
            await press(app, pilot, key)
            assert "P10: Response 8/10 → 7/9" in screen_text(app)


async def test_the_first_decision_after_start_is_told_too(opened, press) -> None:
    async with opened((80, 24)) as (app, pilot):
        app.announce("P05", decide(app.study, MEYER, Decision("P05", "CR", "as the criteria say")))
        await settle(app, pilot)
        assert "P05: Response 0/0 → 1/1; remission 0/0 → 1/1" in screen_text(app)


async def test_a_blinded_study_does_not_say_what_a_decision_moved(opened, press) -> None:
    toml = load.read_bundled(load.STUDIES, "song-2024").toml.replace('mode = "open"', 'mode = "phased"')
    chair = Actor("c-chair", "C. Chair")
    async with opened(protocol=load.adopt(toml, "blinded.toml")) as (app, pilot):
        register(app.study, MEYER, chair, "coordinator", "conducts the study")
        register(app.study, chair, MEYER, "reader", "reads all cases")
        app.announce_conduct()
        await settle(app, pilot)
        app.announce("P10", decide(app.study, MEYER, Decision("P10", "CR", "as the criteria say")))
        await settle(app, pilot)
        assert "→" not in screen_text(app)
        assert app.changed == ""


async def test_a_table_that_cannot_be_made_says_why(opened, press) -> None:
    async with opened((80, 24), empty=True) as (app, pilot):
        await press(app, pilot, "T", "tab", "tab", "tab", "tab", "tab", "tab", "tab", "tab", "g", "escape")
        assert "[flow]" in screen_text(app)
        await press(app, pilot, "enter")
        assert "nobody is behind this cell" in screen_text(app)


async def test_a_table_is_written_to_a_file_that_is_never_overwritten(opened, press, tmp_path) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "T", *TO_RESPONSE, "w", "enter")
        written = tmp_path / "ward-response.csv"
        assert written.read_text(encoding="utf-8").startswith("label,level,Overall,previously treated,treatment-naive")
        assert free_place(tmp_path, "ward-response", ".csv") == tmp_path / "ward-response-2.csv"
        with pytest.raises(HlhError, match="exists already"):
            write_table(app.study, app.screen.grid.table, written)
        with pytest.raises(HlhError, match="end the name with"):
            write_table(app.study, app.screen.grid.table, tmp_path / "ward.docx")


@pytest.mark.parametrize(("size", "ascii_only"), [((60, 18), True), ((80, 24), False), ((200, 50), False)])
async def test_every_table_at_every_size(opened, press, size, ascii_only) -> None:
    async with opened(size, decided=9, app_options={"ascii_only": ascii_only}) as (app, pilot):
        await press(app, pilot, "T")
        for name in names():
            app.screen.active = name
            await settle(app, pilot)
            text = screen_text(app)
            assert name in text
            assert not ascii_only or text.isascii()
            assert app.screen.query_one("#first", TableGrid).table.name == name
            await press(app, pilot, "pagedown", "right", "pageup")


async def test_after_a_decision_only_tables_that_show_decisions_are_counted_again(opened, press, monkeypatch) -> None:
    asked: list[str] = []

    def ask(study, name, by):
        asked.append(name)
        return question.ask(study, name, by)

    monkeypatch.setattr(cohort, "ask", ask)
    async with opened((120, 40), decided=9) as (app, pilot):
        await press(app, pilot, "T", *TO_RESPONSE)
        asked.clear()
        await press(app, pilot, "u", "enter")
        assert "8/13" in screen_text(app)
        assert asked == ["response"]
        await press(app, pilot, "o", "up", "up", "up", "enter")
        assert asked == ["response"]


async def test_a_count_begun_before_a_decision_is_not_shown_after_it(opened, press) -> None:
    async with opened((80, 24), decided=9) as (app, pilot):
        await press(app, pilot, "T", *TO_RESPONSE)
        screen = app.screen
        before = question.ask(app.study, "response", "")
        old = screen.decisions
        await press(app, pilot, "u", "enter")
        screen.take((("response", ""), before, old))
        await settle(app, pilot)
        assert "8/13" in screen_text(app)
