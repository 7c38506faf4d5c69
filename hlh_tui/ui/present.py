"""The one door through which data becomes text on the screen.

Console markup would silently drop clinical brackets such as ``mass [R] [c-MET]``, so no value from a chart, a file
or an error enters a widget as a bare string: it becomes a ``rich.text.Text`` here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

if TYPE_CHECKING:
    pass

NOTHING = "-"
SEX_LETTERS = {"female": "F", "male": "M", "other": "O", "unknown": "?"}
ASCII = str.maketrans(
    {
        "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+",
        "┼": "+", "━": "=", "┃": "|", "▁": ".", "▂": ".", "▃": ":", "▄": ":", "▅": "+", "▆": "+", "▇": "#",
        "█": "#", "░": ".", "▏": "|", "▎": "|", "▌": "|", "·": ".", "…": "~", "–": "-", "—": "-", "×": "x",
        "→": ">", "←": "<", "↑": "^", "↓": "v", "≥": ">=", "≤": "<=", "▲": "^", "▼": "v", "◀": "<", "▶": ">",
        "✓": "y", "✗": "n", "●": "*", "○": "o", "µ": "u", "γ": "g", "²": "2", "³": "3", "⁹": "^9", "⁰": "^0",
        "α": "a", "β": "b", "°": "deg ",
    }
)  # fmt: skip


def plain(value: object, style: str = "") -> Text:
    """Any value as one line of literal text: brackets stay, control characters become blanks, None is ``-``."""
    if value is None or value == "":
        return Text(NOTHING, style=style)
    words = "".join(" " if unicodedata.category(c) in ("Cc", "Cf") else c for c in str(value))
    return Text(words, style=style, no_wrap=True, overflow="ellipsis", end="")


def paragraph(value: object, style: str = "") -> Text:
    """Literal text that keeps its line breaks and wraps."""
    lines = str(value).splitlines() or [""]
    return Text("\n").join(Text(plain(line, style).plain if line else "", style=style) for line in lines)


def ascii_text(words: str) -> str:
    """Words with every drawn or Greek character replaced by ASCII, for terminals without the glyphs."""
    replaced = unicodedata.normalize("NFKD", words.translate(ASCII))
    return "".join(c if c.isascii() else "" if unicodedata.combining(c) else "?" for c in replaced)


def fit(words: str, width: int, right: bool = False, ascii_only: bool = False) -> str:
    """Words in exactly ``width`` cells: cut with an ellipsis or filled with blanks, on the left if ``right``."""
    if width <= 0:
        return ""
    if ascii_only:
        words = ascii_text(words)
    if cell_len(words) > width:
        words = set_cell_size(words, width - 1).rstrip() + ("~" if ascii_only else "…")
    blanks = " " * (width - cell_len(words))
    return blanks + words if right else words + blanks


def join(parts: Iterable[Text | str], between: str = "  ") -> Text:
    """Parts side by side; strings are taken literally."""
    return Text(between).join(part if isinstance(part, Text) else plain(part) for part in parts)


def number(value: float | None, decimals: int = 0) -> str:
    """A number with fixed decimals, ``-`` where there is none; no minus before zero."""
    if value is None:
        return NOTHING
    words = f"{value:.{decimals}f}"
    return words.removeprefix("-") if float(words) == 0 else words


def relative_day(day: float | None) -> str:
    """A day counted from the index event, ``D+7`` or ``D-3.5``."""
    if day is None:
        return NOTHING
    sign = "" if day < 0 else "+"
    return f"D{sign}{number(day, 0 if float(day).is_integer() else 1)}"


def percent(share: float | None, decimals: int = 1) -> str:
    """A share 0-1 as per cent, ``72.9 %``; ``-`` where there is none."""
    return NOTHING if share is None else f"{share * 100:.{decimals}f} %"


def sex_age(sex: str | None, age_years: float | None) -> str:
    """``34 M``."""
    age = NOTHING if age_years is None else str(int(age_years))
    return f"{age} {SEX_LETTERS.get(sex or 'unknown', '?')}"


def abbreviated(text: str | None) -> str:
    """A coded word as printed: short ones are abbreviations, such as EBV."""
    if not text:
        return ""
    return text.upper() if len(text) <= 3 else text


def counted(count: int, one: str, many: str | None = None) -> str:
    """``1 case``, ``13 cases``."""
    return f"{count} {one if count == 1 else many or one + 's'}"
