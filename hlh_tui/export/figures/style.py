"""Sizes and colours of printed figures, and matplotlib set up so that nothing of the machine shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

LEAST_OPAQUE, MOST_OPAQUE, FEW_LINES = 0.08, 0.75, 30

FILE = Path(__file__).parent / "style.toml"


class PageSizes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Widths and margins in mm."""

    single: float
    double: float
    narrowest: float
    widest: float
    margin: float
    gap: float
    png_dpi: int


class TextSizes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The font and its sizes in points."""

    font: str
    title: float
    letter: float
    label: float
    tick: float
    small: float
    leading: float


class LineWidths(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Line widths in points."""

    curve: float
    axis: float
    thin: float


class LaneStyle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Figures of one row or bar a patient: heights in mm, and how many patients a page can hold."""

    most: int
    lane: float
    cell: float
    highest: float
    least_labelled: float


class CurveStyle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How time-to-event curves are drawn."""

    few_at_risk: int
    plot_height: float


class Colours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Colours by what they mean; ``curves`` one a group."""

    ink: str
    soft: str
    grid: str
    paper: str
    reference: str
    wrong: str
    curves: tuple[str, ...]


class CategoryStyle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fill and hatch of response categories, from the best rank to the worst, and of those without a rank."""

    ranked: tuple[str, ...]
    hatches: tuple[str, ...]
    unranked: str
    unranked_hatch: str


class Marks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Matplotlib marker codes: one a group, one a kind of event, and those of values beyond the assay's ends."""

    groups: tuple[str, ...]
    below_detection: str
    above_range: str
    dose: str
    events: dict[str, str]
    other: tuple[str, ...]


class EvaluationStyle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fill and sign of each state of a criterion."""

    colours: dict[str, str]
    signs: dict[str, str]
    words: dict[str, str]


class Style(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in style.toml."""

    page: PageSizes
    text: TextSizes
    line: LineWidths
    survival: CurveStyle
    lanes: LaneStyle
    colours: Colours
    categories: CategoryStyle
    marks: Marks
    drugs: tuple[str, ...]
    evaluations: EvaluationStyle


@lru_cache(maxsize=1)
def style() -> Style:
    """The style of printed figures, read from style.toml once."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Style)


def of_group(choices: tuple[str, ...], index: int) -> str:
    """The colour or mark of the group with that number; they begin again where there are more groups."""
    return choices[index % len(choices)]


def seen_through(lines: int) -> float:
    """How opaque so many lines are drawn over one another: the more, the less."""
    return max(LEAST_OPAQUE, min(MOST_OPAQUE, FEW_LINES / max(lines, 1)))


@contextmanager
def printing() -> Iterator[None]:
    """Matplotlib in the state in which every figure is made: no display, no user's settings, text kept as text.

    The messages about its font cache are kept silent, which a home that cannot be written to would bring up.
    """
    import logging
    import os
    import warnings

    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    os.environ["MPLBACKEND"] = "agg"
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        mpl.rcdefaults()
        mpl.rcParams.update(settings(style()))
        yield


def settings(look: Style) -> dict[Any, Any]:
    """The rcParams of a figure."""
    return {
        "font.family": "sans-serif",
        "font.sans-serif": [look.text.font],
        "font.size": look.text.label,
        "text.color": look.colours.ink,
        "text.parse_math": False,
        "axes.linewidth": look.line.axis,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.labelsize": look.text.label,
        "axes.labelpad": 2.0,
        "axes.unicode_minus": True,
        "xtick.labelsize": look.text.tick,
        "ytick.labelsize": look.text.tick,
        "xtick.major.width": look.line.axis,
        "ytick.major.width": look.line.axis,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "xtick.major.pad": 2.0,
        "ytick.major.pad": 2.0,
        "xtick.minor.size": 1.5,
        "ytick.minor.size": 1.5,
        "hatch.linewidth": 0.4,
        "lines.solid_capstyle": "butt",
        "pdf.fonttype": 42,
        "svg.fonttype": "none",
        "svg.hashsalt": "hlh-tui",
        "figure.dpi": 72.0,
        "path.simplify": False,
    }
