"""Words and colours on their way to the screen."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.color import Color

from hlh_tui.ui.ascii_cells import ascii_cells
from hlh_tui.ui.present import ascii_text, counted, fit, number, paragraph, percent, plain, relative_day, sex_age
from hlh_tui.ui.theme import CURVES, RESPONSES, THEMES

CLINICAL = "mass [R] lung [2.3 cm] [c-MET] [/b] [@click=app.quit]"


def test_clinical_brackets_survive() -> None:
    assert plain(CLINICAL).plain == CLINICAL
    assert plain(CLINICAL).spans == []
    assert paragraph(f"{CLINICAL}\n{CLINICAL}").plain == f"{CLINICAL}\n{CLINICAL}"


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert plain("a\x1b[31mb\tc\u200bd").plain == "a [31mb c d"


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_a_dash(nothing) -> None:
    assert plain(nothing).plain == "-"


@pytest.mark.parametrize("words", ["haemophagocytic", "日本語テキスト", "γδ T", "e\u0301te\u0301"])
@pytest.mark.parametrize("width", [0, 1, 2, 5, 9, 20])
def test_fitted_words_take_exactly_their_cells(words, width) -> None:
    assert cell_len(fit(words, width)) == width
    assert cell_len(fit(words, width, right=True)) == width


def test_words_for_a_terminal_without_glyphs() -> None:
    assert ascii_text("IFN-γ ≥ 10⁹/L → −") == "IFN-g >= 10^9/L > ?"
    assert fit("haemophagocytic", 6, ascii_only=True) == "haemo~"


def test_numbers_days_and_counts() -> None:
    assert [number(v, 1) for v in (None, 0.04, -0.04, -2.25)] == ["-", "0.0", "0.0", "-2.2"]
    assert [relative_day(d) for d in (None, 0.0, 7.0, -3.5)] == ["-", "D+0", "D+7", "D-3.5"]
    assert percent(0.729) == "72.9 %"
    assert sex_age("male", 34.9) == "34 M"
    assert sex_age(None, None) == "- ?"
    assert [counted(n, "case") for n in (1, 13)] == ["1 case", "13 cases"]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_colour_is_readable_on_its_ground(theme) -> None:
    ground = Color.parse(theme.background)
    names = [*RESPONSES, *CURVES, "state-met", "state-not-met", "state-unknown", "synthetic-banner", "faint"]
    for name in names:
        assert wcag(ground, Color.parse(theme.variables[name])) >= 4.5, name
    assert wcag(ground, Color.parse(theme.foreground)) >= 7


def wcag(one: Color, other: Color) -> float:
    """Contrast ratio by WCAG 2.1."""

    def luminance(color: Color) -> float:
        parts = [c / 255 for c in color.rgb]
        red, green, blue = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_what_leaves_in_ascii_keeps_its_cells() -> None:
    assert ascii_cells("37.2 °C ±3 “Ü” · ≥ 1") == '37.2 oC ~3 "U" . >=1'
    assert ascii_cells("≤ 2 or (≥)") == "<=2 or (?)", "a bound never turns into another one"
    assert ascii_cells("10⁹/L") == "1e9/L", "never 109"
    assert ascii_cells("患 P01") == "?  P01"
    assert ascii_cells("plain") == "plain"
