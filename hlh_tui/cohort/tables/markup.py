"""A table as a self-contained HTML page and as LaTeX, laid out by great_tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hlh_tui.cohort.tables.cells import both_intervals

if TYPE_CHECKING:
    from great_tables import GT

    from hlh_tui.cohort.tables.models import Row, Table

SET_IN = "\u2003"
"""An em space before a level: HTML keeps it, LaTeX makes it a quad."""
CONTROL = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))} | {9: " ", 10: " "}
PAGE_CHARACTERS = 110
"""What fits side by side on a LaTeX page at its small size; further columns become a table of their own."""
LONG = 40
"""A LaTeX table of more rows may break over pages."""
PREAMBLE = (
    "% Needs \\usepackage{booktabs, longtable, array, caption, textcomp} and, in pdfLaTeX, \\usepackage[T1]{fontenc}.\n"
)
LATEX_SIGNS = str.maketrans(
    {
        SET_IN: "\\quad{}",
        "–": "--",
        "−": "$-$",
        "≥": "$\\geq$",
        "≤": "$\\leq$",
        "×": "$\\times$",
        "±": "$\\pm$",
        "µ": "\\textmu{}",
        "μ": "\\textmu{}",
        "°": "\\textdegree{}",
        "γ": "$\\gamma$",
        "⁶": "\\textsuperscript{6}",
        "⁹": "\\textsuperscript{9}",
        "²": "\\textsuperscript{2}",
    }
)


def table_html(table: Table, banner: str = "") -> str:
    """One HTML page with its style in it; ``banner`` stands under the title, the notes below the table."""
    from great_tables import loc, style

    full = both_intervals(table)
    headings = [number for number, row in enumerate(full.rows) if not row.level]
    made = laid_out(full, range(len(full.columns)), banner, full.notes)
    if headings:
        made = made.tab_style(style.text(weight="bold"), loc.stub(rows=headings))
    page: str = made.tab_options(heading_align="left").as_raw_html(make_page=True)
    return page.replace("</head>", f"<title>{escaped(table.title)}</title>\n</head>", 1)


def table_latex(table: Table, banner: str = "") -> str:
    """LaTeX tables to be read into a document: the columns that fit a page together, the notes under the last."""
    full = both_intervals(table)
    blocks = page_blocks(full)
    parts = []
    for number, columns in enumerate(blocks, 1):
        notes = full.notes if number == len(blocks) else ()
        title = f"{full.title} ({number} of {len(blocks)})" if len(blocks) > 1 else full.title
        made = laid_out(replace(full, title=title), columns, banner, notes).tab_options(table_font_size="8pt")
        parts.append(made.as_latex(use_longtable=len(full.rows) > LONG))
    text = re.sub(r"(?m)^(\s*)([\[*])", r"\1{}\2", "\n".join(parts))
    return PREAMBLE + text.translate(LATEX_SIGNS)


def laid_out(table: Table, columns: Sequence[int], banner: str, notes: Sequence[str]) -> GT:
    """The table with some of its columns, every text as it is printed."""
    from great_tables import GT
    from pandas import DataFrame

    kept = [row for row in table.rows if says_something(row, columns, len(table.columns))]
    texts = {"label": [label_of(row) for row in kept]}
    texts |= {f"c{column}": [plain(row.cells[column].text) for row in kept] for column in columns}
    made = (
        GT(DataFrame(texts, dtype=object), rowname_col="label", id=f"hlh-{table.name}")
        .tab_header(title=plain(table.title), subtitle=banner or None)
        .cols_label({f"c{column}": plain(table.columns[column]) for column in columns})
        .cols_align("left")
    )
    for note in notes:
        made = made.tab_source_note(plain(note))
    return made


def label_of(row: Row) -> str:
    """The label of a heading, or the level below it, set in."""
    return plain(row.label) if not row.level else SET_IN + plain(row.level)


def says_something(row: Row, columns: Sequence[int], of: int) -> bool:
    """Whether the row belongs in a table of some of the columns only."""
    return len(columns) == of or not row.level or any(row.cells[column].text for column in columns)


def page_blocks(table: Table) -> list[list[int]]:
    """Column numbers in blocks that fit a page beside the labels of their rows; at least one column each."""
    blocks: list[list[int]] = [[]]
    for column in range(len(table.columns)):
        if blocks[-1] and characters(table, [*blocks[-1], column]) > PAGE_CHARACTERS:
            blocks.append([])
        blocks[-1].append(column)
    return blocks


def characters(table: Table, columns: Sequence[int]) -> int:
    """How wide a table of these columns is, without wrapping."""
    kept = [row for row in table.rows if says_something(row, columns, len(table.columns))]
    labels = max((len(label_of(row)) for row in kept), default=0)
    texts = (max([len(table.columns[c]), *(len(row.cells[c].text) for row in kept)]) for c in columns)
    return labels + sum(2 + width for width in texts)


def plain(text: str) -> str:
    """The text on one line, its control characters spelt out."""
    return text.translate(CONTROL)


def escaped(text: str) -> str:
    """The text for the title of an HTML page."""
    from html import escape

    return escape(plain(text))
