"""The flow of patients as boxes of text: the spine down the left, who leaves it on the right, the two arms below."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, zip_longest
from textwrap import wrap

from hlh_tui.cohort.tables.flow import CHARTS, DECIDED, EVALUABLE, NOT_DECIDED, NOT_EVALUABLE
from hlh_tui.cohort.tables.models import Row, Table

ASIDE = {CHARTS: NOT_DECIDED, DECIDED: NOT_EVALUABLE}
"""Who leaves below which box of the spine."""
WIDEST, NARROWEST = 56, 24
GAP = 3


def draw(table: Table, width: int) -> str:
    """Title, boxes and notes within ``width`` characters; groups of the division stand in brackets behind a count."""
    boxes = {label: lines_of(list(rows), table.columns) for label, rows in groupby(table.rows, lambda row: row.label)}
    left = max(NARROWEST, min(WIDEST, (width - GAP) // 2))
    drawn: list[str] = []
    for label in (CHARTS, DECIDED, EVALUABLE):
        drawn += box(boxes[label], left, above=bool(drawn), below=True)
        if label in ASIDE:
            drawn += branch(box(boxes[ASIDE[label]], left), left)
    arms = [lines for label, lines in boxes.items() if label not in (CHARTS, DECIDED, EVALUABLE, *ASIDE.values())]
    drawn = [*drawn, fork(len(arms), left)] if arms else [*drawn[:-1], drawn[-1].replace("┬", "─")]
    drawn += side_by_side([box(lines, left, above=True) for lines in arms], left)
    notes = "\n".join(line for note in table.notes for line in wrap(note, width))
    return "\n".join([table.title, "", *(line.rstrip() for line in drawn), "", notes])


def lines_of(rows: Sequence[Row], columns: Sequence[str]) -> list[str]:
    """The lines of a box: its name and count first, then its divisions."""
    lines = []
    for row in rows:
        groups = ", ".join(f"{name} {cell.text}" for name, cell in zip(columns[1:], row.cells[1:], strict=True))
        name = f"  {row.level}" if row.level else row.label
        lines.append(f"{name}: {row.cells[0].text}{f' ({groups})' if groups and not row.level else ''}")
    return lines


def box(lines: Sequence[str], width: int, *, above: bool = False, below: bool = False) -> list[str]:
    """The lines in a frame of that width, joined to what is above or below it."""
    inside = [part for line in lines for part in wrapped(line, width - 4)]
    rule = "─" * (width - 2)
    middle = (width - 2) // 2

    def edge(start: str, join: str, end: str, *, joined: bool) -> str:
        return start + (rule[:middle] + join + rule[middle + 1 :] if joined else rule) + end

    return [
        edge("┌", "┴", "┐", joined=above),
        *(f"│ {line:<{width - 4}} │" for line in inside),
        edge("└", "┬", "┘", joined=below),
    ]


def wrapped(line: str, width: int) -> list[str]:
    """The line in parts of at most ``width``, those after the first set in."""
    indent = " " * (len(line) - len(line.lstrip()))
    return wrap(line.strip(), width, initial_indent=indent, subsequent_indent=indent + "  ")


def branch(aside: Sequence[str], left: int) -> list[str]:
    """The spine, with a box that leaves it on the right."""
    middle = (left - 2) // 2 + 1
    joint = len(aside) // 2
    lines = []
    for number, line in enumerate(aside):
        stem = "├" + "─" * (left + GAP - middle - 2) if number == joint else "│"
        lines.append(f"{' ' * middle}{stem}".ljust(left + GAP - 1) + ("┤" + line[1:] if number == joint else line))
    return lines


def fork(arms: int, left: int) -> str:
    """The line that leads from the spine to each of the arms."""
    middle, step = (left - 2) // 2 + 1, left + GAP - 1
    if arms == 1:
        return " " * middle + "│"
    between = (step - 1) * "─"
    return " " * middle + "├" + (between + "┬") * (arms - 2) + between + "┐"


def side_by_side(arms: Sequence[Sequence[str]], left: int) -> list[str]:
    """The arms beside each other, of one height."""
    height = max(map(len, arms), default=0)
    empty = f"│{' ' * (left - 2)}│"
    padded = [[*arm[:-1], *[empty] * (height - len(arm)), arm[-1]] for arm in arms]
    return [(" " * (GAP - 1)).join(parts) for parts in zip_longest(*padded, fillvalue="")]
