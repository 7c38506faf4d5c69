"""Which pictures are made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shot:
    """A picture: its name, keys pressed before it, the terminal's size, and the demo: demo, adjudicated, blinded."""

    name: str
    keys: tuple[str, ...]
    size: tuple[int, int] = (120, 40)
    study: str = "adjudicated"


OPEN_P05 = ("down", "down", "down", "down", "enter")

PUBLISHED = "4322143121142"
"""The digits that decide P01 to P13 as the paper did; after each the rules agree and the next case opens."""
DECIDE_ALL = ("enter", *(key for digit in PUBLISHED for key in (digit, "enter")))
TO_CONFIRM_DAYS = ("down",) * 5

SHOTS = (
    Shot("cases", ()),
    Shot("review", (*OPEN_P05, "right_square_bracket", "right_square_bracket"), study="demo"),
    Shot("review-revealed", ("down", "down", "enter", "1", "enter"), study="demo"),
    Shot("cohort", ("T",)),
    Shot("survival", ("S",)),
    Shot("survival-by-response", ("S", "g", "down", "down", "enter")),
    Shot("survival-causes", ("S", "tab", "c")),
    Shot("cohort-treatment", ("T", "tab", "tab")),
    Shot("biomarkers", ("B", "down", "tab")),
    Shot("biomarkers-courses", ("B", "tab", "tab", "tab")),
    Shot("criteria", (*DECIDE_ALL, "K", *TO_CONFIRM_DAYS, "right"), study="demo"),
    Shot("criteria-all-readings", (*DECIDE_ALL, "K", "tab"), study="demo"),
    Shot("workflow", ("W", "tab"), study="blinded"),
    Shot("differences", ("D",), study="blinded"),
    Shot("differences-case", ("D", "enter"), study="blinded"),
    Shot("agreement", ("A",), study="blinded"),
    Shot("log", ("L",), study="blinded"),
    Shot("help", ("question_mark",)),
    Shot("cases-80x24", (), (80, 24)),
    Shot("review-80x24", OPEN_P05, (80, 24), study="demo"),
    Shot("cohort-80x24", ("T",), (80, 24)),
    Shot("survival-80x24", ("S",), (80, 24)),
    Shot("differences-80x24", ("D", "enter"), (80, 24), study="blinded"),
    Shot("agreement-80x24", ("A",), (80, 24), study="blinded"),
    Shot("biomarkers-80x24", ("B", "down"), (80, 24)),
)
