"""The options of a criteria set with the other reading's values, and what is known about the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import reactive

from hlh_tui.assess.rule_words import CONFIDENCE
from hlh_tui.ui.present import ascii_text
from hlh_tui.ui.what_if import WhatIf
from hlh_tui.ui.widgets.line_panel import Line, LinePanel, Span, fixed, wrapped

LONGEST_NAME = 22
DEFAULT, SIGN = 8, 7
"""Cells of the word ``default`` and of a confidence's sign, each with a blank."""
WIDE = 48
"""Cells from which there is room for both."""


class OptionPanel(LinePanel):
    """One line an option; the list scrolls so that the cursor's line is in view."""

    state: reactive[WhatIf | None] = reactive(None, layout=False)

    def watch_state(self) -> None:
        """Draw the new state."""
        self.redraw()

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """A heading, then the options in view."""
        if self.state is None:
            return []
        keys = list(self.state.other.options)
        if not keys:
            return [[(fixed(f"{self.state.other.base.id} has no options", width), "dim")]]
        room = max(height - 1, 1)
        first = min(max(self.state.row - room + 1, 0), max(len(keys) - room, 0))
        more = len(keys) > room
        title = f"options {first + 1}-{min(first + room, len(keys))} of {len(keys)}" if more else "options"
        title += "" if width >= WIDE else ", d default"
        return [
            [(fixed(title, width), "head")],
            *(option_line(self.state, key, width) for key in keys[first : first + room]),
        ]


class OptionDetail(LinePanel):
    """What the option under the cursor is about, its values, why it is one, and how sure that is."""

    state: reactive[WhatIf | None] = reactive(None, layout=False)

    def watch_state(self) -> None:
        """Draw the new state."""
        self.redraw()

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """The detail, as much as fits."""
        if self.state is None:
            return []
        paragraphs = detail(self.state)
        if self.ascii_only:  # before lines are broken: ASCII may take more cells
            paragraphs = [[(ascii_text(text), ink) for text, ink in spans] for spans in paragraphs]
        return [line for spans in paragraphs for line in wrapped(spans, width)][:height]


def option_line(state: WhatIf, key: str, width: int) -> Line:
    """Name, value (* where it is not the study's), ``default`` (or d) where it is that, and the confidence."""
    option = state.other.base.options[key]
    value = state.other.options[key]
    here = key == state.key
    looked_at = state.own and value != state.in_force.options[key]
    name = min(max(map(len, state.other.options)), LONGEST_NAME, max(width // 2 - 4, 8))
    words = ("*" if looked_at else " ") + value
    wide = width >= WIDE
    default, sign = ("default", option.confidence) if wide else ("d", "")
    tail = DEFAULT + SIGN if wide else 2
    return [
        ("> " if here else "  ", "key"),
        (fixed(key, name), "cursor" if here else ""),
        (" ", ""),
        (fixed(words, max(width - 3 - name - tail, 1)), "cited" if looked_at else "strong"),
        (fixed(" " + (default if value == option.default else ""), DEFAULT if wide else 2), "dim"),
        (fixed(f" {sign}", SIGN if wide else 0), "dim"),
    ]


def detail(state: WhatIf) -> list[Line]:
    """The option in words: what it is, why it is one, and its values, a paragraph each."""
    if state.key is None:
        return []
    option = state.other.base.options[state.key]
    chosen = state.other.options[state.key]
    sure = f"  {option.confidence}: {CONFIDENCE[option.confidence]}"
    spans: list[Span] = [("values  ", "head")]
    for number, choice in enumerate(option.choices):
        notes = ["default"] if number == 0 else []
        notes += ["in force"] if state.own and state.in_force.options[state.key] == choice.value else []
        notes += [] if choice.sensible else ["not in the multiverse"]
        words = f"{choice.value} = {choice.label}" + (f" ({', '.join(notes)})" if notes else "")
        spans += [
            (words, "cited" if choice.value == chosen else ""),
            ("" if choice is option.choices[-1] else "; ", ""),
        ]
    return [
        [(f"{state.key}  ", "head"), (option.label, "strong"), (sure, "dim")],
        [("why     ", "head"), (option.why, "")],
        spans,
    ]
