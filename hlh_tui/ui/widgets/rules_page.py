"""The page of a criteria set's rules in words, each with its source and how sure that source is."""

from __future__ import annotations

from hlh_tui.assess.description import describe
from hlh_tui.assess.options import Reading
from hlh_tui.ui.widgets.line_panel import Line
from hlh_tui.ui.widgets.page_pane import Page


def rules_page(reading: Reading, width: int) -> Page:
    """The rules as the reading has them, headings and sources set off."""
    return Page(tuple(_line(words) for words in describe(reading.criteria, width).splitlines()))


def _line(words: str) -> Line:
    heading = words == words.upper() and words[:1].isalpha()
    source = words.lstrip().startswith(("source:", "why:"))
    return [(words, "head" if heading else "dim" if source else "")]
