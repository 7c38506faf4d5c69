"""Which pictures are made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shot:
    """A picture: its name, the keys pressed before it, the terminal's size, and whether readers have decided."""

    name: str
    keys: tuple[str, ...]
    size: tuple[int, int] = (120, 40)
    adjudicated: bool = True


OPEN_P05 = ("down", "down", "down", "down", "enter")

SHOTS = (
    Shot("cases", ()),
    Shot("review", (*OPEN_P05, "right_square_bracket", "right_square_bracket"), adjudicated=False),
    Shot("review-revealed", ("down", "down", "enter", "1", "enter"), adjudicated=False),
    Shot("cohort", ("T",)),
    Shot("survival", ("S",)),
    Shot("survival-by-response", ("S", "g", "down", "down", "enter")),
    Shot("help", ("question_mark",)),
    Shot("cases-80x24", (), (80, 24)),
    Shot("review-80x24", OPEN_P05, (80, 24), adjudicated=False),
    Shot("cohort-80x24", ("T",), (80, 24)),
    Shot("survival-80x24", ("S",), (80, 24)),
)
