"""A table as plain text: aligned columns, labels wrapped, columns that do not fit printed below."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from hlh_tui.cohort.tables.cells import both_intervals
from hlh_tui.cohort.tables.models import Row, Table

GAP = 2
INDENT = 2
LEAST_LABEL = 16


def lay_out(table: Table, width: int) -> str:
    """Title, columns and notes; no line is longer than ``width`` unless one column alone is.

    Wilson's intervals are printed where a column with them fits beside the labels.
    """
    room = width - min(widest_label(table), LEAST_LABEL) - GAP
    full = both_intervals(table)
    if max((column_width(full, column) for column in range(len(full.columns))), default=0) <= room:
        table = full
    blocks = []
    for columns in blocks_of(table, width):
        widths = [column_width(table, column) for column in columns]
        label_width = min(widest_label(table), max(LEAST_LABEL, width - sum(widths) - GAP * len(columns)))
        lines = heading(table, columns, label_width, widths)
        for row in table.rows:
            if len(columns) == len(table.columns) or says_something(row, columns):
                lines += row_lines(row, columns, label_width, widths)
        blocks.append("\n".join(line.rstrip() for line in lines))
    notes = "\n".join(line for note in table.notes for line in wrap(note, width))
    return "\n\n".join([table.title, *blocks, *([notes] if notes else [])])


def says_something(row: Row, columns: Sequence[int]) -> bool:
    """Whether the row belongs in a block of some columns: it is a heading, or has a text in one of them."""
    return not row.level or any(row.cells[column].text for column in columns)


def blocks_of(table: Table, width: int) -> list[list[int]]:
    """Column numbers in blocks that fit beside the labels."""
    room = width - min(widest_label(table), LEAST_LABEL)
    blocks: list[list[int]] = [[]]
    used = 0
    for column in range(len(table.columns)):
        needed = GAP + column_width(table, column)
        if blocks[-1] and used + needed > room:
            blocks.append([])
            used = 0
        blocks[-1].append(column)
        used += needed
    return blocks


def column_width(table: Table, column: int) -> int:
    """Cells of the widest text; a heading wraps at its words."""
    from rich.cells import cell_len

    words = table.columns[column].split() or [""]
    return max(cell_len(text) for text in (*words, *(row.cells[column].text for row in table.rows)))


def widest_label(table: Table) -> int:
    """Cells that the labels need without wrapping."""
    from rich.cells import cell_len

    widths = ((cell_len(row.label) if not row.level else INDENT + cell_len(row.level)) for row in table.rows)
    return max(widths, default=0)


def heading(table: Table, columns: Sequence[int], label_width: int, widths: Sequence[int]) -> list[str]:
    """The column headings, wrapped and aligned to their last line, over a rule."""
    wrapped = [wrap(table.columns[column], width) or [""] for column, width in zip(columns, widths, strict=True)]
    height = max(map(len, wrapped))
    padded = [[""] * (height - len(lines)) + lines for lines in wrapped]
    rule = "─" * (label_width + sum(widths) + GAP * len(widths))
    return [*(joined("", texts, label_width, widths) for texts in zip(*padded, strict=True)), rule]


def row_lines(row: Row, columns: Sequence[int], label_width: int, widths: Sequence[int]) -> list[str]:
    """A row; its values stand on the first line of a label that wraps."""
    indent = " " * INDENT if row.level else ""
    labels = wrap(row.level or row.label, label_width, initial_indent=indent, subsequent_indent=indent + " ") or [""]
    texts = [row.cells[column].text for column in columns]
    return [joined(labels[0], texts, label_width, widths), *labels[1:]]


def joined(label: str, texts: Sequence[str], label_width: int, widths: Sequence[int]) -> str:
    """Label and texts, each padded by the cells it takes on a screen."""
    from rich.cells import cell_len

    parts = [label + " " * max(0, label_width - cell_len(label))]
    parts += [text + " " * max(0, width - cell_len(text)) for text, width in zip(texts, widths, strict=True)]
    return (" " * GAP).join(parts)
