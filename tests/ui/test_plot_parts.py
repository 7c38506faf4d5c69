"""The canvas and the axis of values that the plots of the Biomarkers screen are drawn with."""

from __future__ import annotations

import pytest

from hlh_tui.ui.widgets.cell_canvas import CellCanvas
from hlh_tui.ui.widgets.value_axis import value_axis


def text(canvas: CellCanvas) -> list[str]:
    return ["".join(words for words, _ in line) for line in canvas.lines()]


def test_dots_of_one_cell_add_up() -> None:
    canvas = CellCanvas(2, 1)
    canvas.dot(0, 0, "a")
    canvas.dot(1, 3, "a")
    canvas.dot(2, 0, "b")
    assert text(canvas) == ["⢁⠁"]
    assert canvas.lines()[0] == [("⢁", "a"), ("⠁", "b")]


def test_a_line_runs_from_corner_to_corner() -> None:
    canvas = CellCanvas(3, 3, ascii_only=True)
    canvas.line((0, 0), (2, 2), "")
    assert text(canvas) == [".  ", " . ", "  ."]


def test_a_ground_lies_under_what_is_drawn_later() -> None:
    canvas = CellCanvas(3, 1)
    canvas.ground(1, 0, "band")
    canvas.write(1, 0, "x", "curve-1")
    assert canvas.lines()[0] == [(" ", ""), ("x", "band curve-1"), (" ", "")]


def test_what_lies_outside_is_cut() -> None:
    canvas = CellCanvas(4, 1, ascii_only=True)
    canvas.write(-1, 0, "abc → d")
    canvas.write(0, 5, "nothing")
    canvas.dot(99, 99, "")
    assert text(canvas) == ["bc >"]


@pytest.mark.parametrize(
    ("values", "log", "most", "ticks"),
    [
        ([1, 1000], True, 4, [1, 10, 100, 1000]),
        ([20, 400], True, 8, [20, 50, 100, 200]),
        ([36.5, 40.5], False, 5, [37, 38, 39, 40]),
        ([0, 100], True, 5, [0, 50, 100]),  # zero has no logarithm
    ],
)
def test_ticks_are_round(values, log, most, ticks) -> None:
    assert [round(tick, 6) for tick in value_axis(values, 40, log).ticks(most)][: len(ticks)] == ticks


def test_high_values_are_high_up_and_equal_ones_in_the_middle() -> None:
    axis = value_axis([1, 100], 41, True)
    assert axis.dot(100) < axis.dot(10) == 20 < axis.dot(1)
    alike = value_axis([7, 7], 41, False)
    assert alike.dot(7) == 20
    assert value_axis([], 41, False).dot(0.5) == 20
