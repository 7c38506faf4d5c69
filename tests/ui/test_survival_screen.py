"""Survival: curves on a canvas, numbers under their ticks, and the keys that ask anew."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from hlh_tui.cohort.survival.models import Limits, Step, Stratum, SurvivalResult
from hlh_tui.ui.theme import CURVES
from hlh_tui.ui.widgets.survival_drawing import Look, draw, tick_days, under_ticks
from hlh_tui.ui.widgets.survival_plot import SurvivalPlot, picture
from hlh_tui.ui.widgets.survival_sketch import sketch
from tests.ui.conftest import settle
from tests.ui.screen_text import assert_golden, screen_text

COLOURS = ("#7cc4e8", "#e8a95c")
STEPS = (
    Step(10, 4, 1, 0, 0.75, 0.2, 0.3, 0.9),
    Step(20, 3, 0, 1, 0.75, 0.2, 0.3, 0.9),
    Step(30, 2, 1, 0, 0.375, 0.2, 0.1, 0.7),
    Step(50, 1, 1, 0, 0.0, None, None, None),
)


def curve(label: str = "all patients") -> Stratum:
    return Stratum(label, 4, 3, 1, Limits(30.0, 10.0, None), (), STEPS, ("A", "B", "C", "D"))


def result(*strata: Stratum) -> SurvivalResult:
    return SurvivalResult("overall", "Overall survival", "log-log", None, None, strata or (curve(),), None, ())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_overall_survival(opened, press, size) -> None:
    async with opened(size, decided=9) as (app, pilot):
        await press(app, pilot, "S")
        assert_golden(app, "survival")
        text = screen_text(app)
        assert "2 mo 69.2 % (37.3–87.2)" in text
        assert "median NR (20–NR)" in text


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_curves_by_prior_treatment(opened, press, size) -> None:
    async with opened(size, decided=9) as (app, pilot):
        await press(app, pilot, "S", "g", "down", "enter")
        assert_golden(app, "survival_by_prior_treatment")
        text = screen_text(app)
        assert "A previously treated" in text
        assert "by prior treatment" in text


async def test_curves_by_response_start_at_a_landmark_and_say_why(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S", "g", "down", "down", "enter")
        text = screen_text(app)
        assert "by response" in text
        assert "landmark day 14" in text
        assert "immortal time" in text
        assert "A response     7" in text
        await press(app, pilot, "w")
        assert "landmark day 7" in screen_text(app)


async def test_without_decisions_there_is_a_sentence_instead_of_curves_by_response(opened, press) -> None:
    async with opened() as (app, pilot):
        await press(app, pilot, "S", "g", "down", "down", "enter")
        assert "no case has a final category yet" in screen_text(app)
        await press(app, pilot, "g", "k", "enter")
        assert "no case has" not in screen_text(app)


async def test_endpoint_interval_and_band(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S")
        assert "⠂" in screen_text(app)
        await press(app, pilot, "b")
        assert "⠂" not in screen_text(app)
        await press(app, pilot, "tab")
        text = screen_text(app)
        assert "Survival to HSCT" in text
        assert "competing risks" in text
        await press(app, pilot, "i")
        assert "95 % interval log\n" in screen_text(app)
        await press(app, pilot, "i")
        assert "95 % interval plain" in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_competing_risks_show_the_wrong_answer_as_such(opened, press, size) -> None:
    async with opened(size, decided=9) as (app, pilot):
        await press(app, pilot, "S", "tab", "c")
        assert_golden(app, "survival_competing")
        text = screen_text(app)
        assert "Survival to HSCT · competing risks" in text
        assert "A death" in text
        assert "B HSCT" in text
        assert "1 - Kaplan-Meier, shown beside it, is the wrong answer" in text
        await press(app, pilot, "c")
        assert "Survival to HSCT · all patients" in screen_text(app)


async def test_competing_risks_are_read_at_the_cursor(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S", "tab", "c", *["right"] * 6)
        text = screen_text(app)
        assert "day 80: A death 30.8 % (9.5–55.4)" in text
        assert "B HSCT 7.7 % (0.5–29.2) (1 - KM 11.1 % is wrong) · 1 event: P02" in text
        assert "none of these 61.5 %" in text


async def test_the_naive_comparison_is_on_screen_only_behind_its_warning(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S", "g", "down", "down", "enter")
        assert "WARNING" not in screen_text(app)
        await press(app, pilot, "m")
        assert "by response · 95 % interval log-log · Mantel-Byar" in screen_text(app)
        await press(app, pilot, "m")
        assert "Simon-Makuch" in screen_text(app)
        await press(app, pilot, "m")
        text = screen_text(app)
        assert "NAIVE, from day 0" in text
        assert "WARNING, naive comparison: responders are credited with the days" in text
        assert "(immortal time)" in text
        await press(app, pilot, "m")
        assert "WARNING" not in screen_text(app)
        assert "landmark day 14" in screen_text(app)


async def test_a_method_without_response_is_a_sentence(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S", "m")
        assert "methods compare groups by response" in screen_text(app)


async def test_enter_lists_who_left_and_opens_the_chart(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S", *["right"] * 9, "enter")
        text = screen_text(app)
        assert "day 150: 2 without the event" in text
        assert "P03" in text
        assert "P11" in text
        await press(app, pilot, "down", "enter")
        assert app.current_mode == "review"
        assert app.patient_id == "P11"


async def test_enter_without_a_cursor_is_a_sentence(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S", "enter")
        assert "put the cursor on a step of the curve first" in screen_text(app)


async def test_enter_where_nobody_leaves_is_a_sentence(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S", "right", "enter")
        assert "nobody leaves on day 0" in screen_text(app)


async def test_every_endpoint_gives_curves_or_a_sentence(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S")
        seen = []
        for _ in range(7):
            lines = screen_text(app).splitlines()
            seen.append(lines[2].split(" · ")[0].strip())
            assert any("┤" in line or "nobody can be counted" in line for line in lines), seen[-1]
            assert "nan" not in screen_text(app).lower().split()
            await press(app, pilot, "tab")
        assert seen == [
            "Overall survival",
            "Survival to HSCT",
            "Event-free survival",
            "Relapse-free survival after response",
            "Duration of response",
            "Time to response",
            "Time to fever resolution",
        ]
        assert "Overall survival" in screen_text(app)
        await press(app, pilot, "shift+tab")
        text = screen_text(app)
        assert "nobody can be counted for time to fever resolution (no temperature at baseline: P01, P02," in text


async def test_the_numbers_below_give_quartiles_mean_follow_up_and_the_refused_ratio(opened, press) -> None:
    async with opened((120, 60), decided=9) as (app, pilot):
        await press(app, pilot, "S")
        text = screen_text(app)
        assert "25 % by day 42 (5–NR), 75 % by NR" in text
        assert "mean to 5 mo 106.4 d (SE 16.86; 73.4–139.5)" in text
        assert "follow-up 160 (80–333), without the event" in " ".join(text.split())
        await press(app, pilot, "g", "down", "enter", "y")
        assert "hazard ratio treatment-naive / previously treated: 5 events in all are too few" in app.clipboard


async def test_curves_by_response_follow_a_decision(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S", "g", "down", "down", "enter")
        assert "A response     7 " in screen_text(app)
        await press(app, pilot, "C", "N", "1", "b", *"gone", "enter", "enter", "S")
        assert "A response     8 " in screen_text(app)


async def test_ascii_draws_broken_lines_without_other_glyphs(opened, press) -> None:
    async with opened(decided=9, app_options={"ascii_only": True}) as (app, pilot):
        await press(app, pilot, "S", "tab", "c", "right")
        text = screen_text(app)
        assert text.isascii()
        assert "' ' '" in text


async def test_an_empty_study_has_a_sentence(opened, press) -> None:
    async with opened(empty=True) as (app, pilot):
        await press(app, pilot, "S")
        assert "has no patients yet: import charts first" in screen_text(app)
        await press(app, pilot, "c", "right", "enter", "m")
        assert "has no patients yet: import charts first" in screen_text(app)


async def test_the_curve_is_read_step_by_step_with_names(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S", "right", "right")
        assert "day 5: 92.3 % (56.6–98.9) · 13 at risk · 1 event: P12" in screen_text(app)
        await press(app, pilot, "right")
        assert "day 11: 84.6 %" in screen_text(app)
        await press(app, pilot, "left", "left")
        assert "day 0: 100.0 % · 13 at risk" in screen_text(app)


async def test_notes_scroll_where_there_is_no_room(opened, press) -> None:
    async with opened((80, 24), decided=9) as (app, pilot):
        await press(app, pilot, "S")
        before = screen_text(app)
        await press(app, pilot, "down", "down", "down")
        assert "95 % intervals by the log-log" in screen_text(app) or screen_text(app) != before


async def test_copy_gives_the_plot_and_the_numbers(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S", "y")
        assert "1.00┤" in app.clipboard
        assert "\nat risk " in app.clipboard
        assert "2 mo 69.2 % (37.3–87.2)" in app.clipboard


async def test_another_size_and_theme_draw_anew(opened, press) -> None:
    async with opened(decided=9) as (app, pilot):
        await press(app, pilot, "S")
        plot = app.screen.query_one(SurvivalPlot)
        wide = plot.picture
        await press(app, pilot, "t")
        assert plot.picture is not wide
        await pilot.resize_terminal(80, 24)
        await press(app, pilot, "right")
        assert len(plot.picture.lines) < len(wide.lines)


def test_numbers_at_risk_stand_under_their_ticks() -> None:
    drawn = picture(result(), Size(76, 20), True, False, COLOURS)
    lines = [line.plain for line in drawn.lines]
    axis = next(line for line in lines if "└" in line)
    at_risk = next(line for line in lines if "at risk" in line)
    days = lines[lines.index(axis) + 1]
    for day, column in drawn.drawing.ticks:
        assert axis[column] == "┬"
        assert f"{day:g}" in days[max(column - 1, 0) : column + 3]
        assert at_risk[column] in "0123456789"
    assert at_risk.split()[2:] == ["4", "4", "3", "2", "2", "1", "1"][: len(drawn.drawing.ticks)] or "4" in at_risk


def test_the_curve_steps_down_and_ends_at_zero() -> None:
    drawn = draw(sketch(result()), Look(76, 18, 10, False, True, COLOURS))
    lines = [line.plain for line in drawn.lines]
    assert lines[0].startswith("     1.00+---")
    bottom = next(line for line in lines if "0.00" in line)
    assert bottom.rstrip().endswith("-")
    assert sum("+" in line[11:] for line in lines[:-2]) == 1  # one patient was censored, on day 20


def test_a_mark_stands_on_its_curve() -> None:
    drawn = draw(sketch(result()), Look(120, 30, 10, False, False, COLOURS))
    row = next(line.plain for line in drawn.lines[:-2] if "+" in line.plain)
    column = row.index("+")
    assert row[column - 1] != " "
    assert row[column + 1] != " "


def test_curves_end_in_letters_that_do_not_cover_each_other() -> None:
    drawn = draw(sketch(result(curve("one"), curve("two"))), Look(90, 20, 12, False, False, COLOURS))
    ends = [line.plain for line in drawn.lines if line.plain.rstrip().endswith(("A", "B"))]
    assert len(ends) == 2


@pytest.mark.parametrize(
    ("start", "end", "columns", "days"),
    [
        (0, 150, 60, [0, 28, 56, 84, 112, 140]),
        (14, 400, 60, [14, 90, 180, 270, 360]),
        (0, 1, 60, [0, 1]),
        (0, 4000, 40, [0, 1461, 2922]),
    ],
)
def test_ticks_are_round_days(start, end, columns, days) -> None:
    assert tick_days(start, end, columns) == days


def test_words_are_centred_under_columns_and_a_long_label_is_cut() -> None:
    assert under_ticks("days", ["0", "120"], [10, 20], 30) == "days      0        120"
    assert under_ticks("a very long label", ["7"], [10], 30) == "a very l… 7"


def test_more_steps_than_dots_make_one_line_from_top_to_bottom() -> None:
    steps = tuple(Step(day, 10_000 - day, 1, 0, 1 - (day + 1) / 10_000, None, None, None) for day in range(10_000))
    many = Stratum("all patients", 10_000, 10_000, 0, Limits(5000.0, None, None), (), steps)
    drawn = draw(sketch(result(many)), Look(66, 18, 10, False, True, COLOURS))
    rows = [line.plain[10:] for line in drawn.lines[:-2]]
    assert rows[0].startswith("-")
    assert rows[-1].rstrip().endswith("-")
    assert all("-" in row for row in rows)
    assert max(row.count("-") for row in rows) < 8


async def test_a_picture_made_for_another_size_is_made_again(opened, press) -> None:
    async with opened((80, 24), decided=9) as (app, pilot):
        await press(app, pilot, "S")
        plot = app.screen.query_one(SurvivalPlot)
        shown = plot.picture
        colours = tuple(app.theme_variables[name] for name in CURVES)
        plot.show(plot.result, plot.band, picture(plot.result, Size(78, 7), plot.band, False, colours))
        assert plot.picture != shown
        await settle(app, pilot)
        assert plot.picture == shown
