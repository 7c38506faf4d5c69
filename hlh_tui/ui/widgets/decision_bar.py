"""The decision bar: what is chosen, on which evidence, why, and what is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from hlh_tui.protocol.models import Category
from hlh_tui.review.models import Cited
from hlh_tui.ui.values import day_text
from hlh_tui.ui.widgets.line_panel import FixedLines, LinePanel, Span

NARROW_BELOW = 100
NAMES_FROM = 78
"""Columns under which the bar is tight, and from which it has room for the categories' names."""

EDITOR_KEYS = "write the reason; enter keeps it, esc leaves"
BECAUSE: Span = ("because   ", "head")
EDITING = "writing the reason: enter keeps it, esc leaves it as typed"


@dataclass(frozen=True, slots=True)
class BarView:
    """What the bar shows. ``said`` is the last message, ``standing`` the decision in force or that there is none."""

    categories: tuple[Category, ...] = ()
    chosen: str | None = None
    confidence: str = "high"
    evidence: tuple[Cited, ...] = ()
    day: float | None = None
    reason: str = ""
    unsaved: bool = False
    said: str = ""
    standing: str = ""


class BecauseEditor(Input):
    """The reason while it is written; every printable key is text here."""

    BINDINGS: ClassVar = [Binding("escape", "leave", "Leave", show=False)]

    class Left(Message):
        """The reader left the editor; its text stays in the draft."""

    def action_leave(self) -> None:
        """Leave; nothing is lost."""
        self.post_message(self.Left())


class DecisionBar(Vertical):
    """Categories with their keys, confidence, evidence, reason and standing."""

    view: reactive[BarView] = reactive(BarView(), layout=False)

    case = ""
    """For which the editor was opened; what is typed belongs to it."""

    @dataclass
    class Reworded(Message):
        """The reader typed in the editor that was opened for a case."""

        case: str
        reason: str

    @dataclass
    class Kept(Message):
        """The reader left the editor: with enter (``accepted``) or with esc."""

        case: str
        accepted: bool

    def compose(self) -> ComposeResult:
        """Two lines of choice, the reason or its editor, the standing."""
        yield FixedLines(id="choice")
        with Horizontal(id="because-line"):
            yield FixedLines(id="because")
            yield BecauseEditor(id="because-editor", placeholder=EDITOR_KEYS, compact=True, select_on_focus=False)
        yield FixedLines(id="standing")

    @property
    def editing(self) -> bool:
        """Whether keys are text at the moment."""
        return self.has_class("-editing")

    def edit(self, case: str) -> None:
        """Open the editor on the reason of that case as it stands."""
        self.case = case
        editor = self.query_one(BecauseEditor)
        self.add_class("-editing")
        self.watch_view()
        with self.prevent(Input.Changed):
            editor.value = self.view.reason
        editor.cursor_position = len(editor.value)
        editor.focus()

    def close(self) -> None:
        """Close the editor; the reason stays as typed."""
        self.remove_class("-editing")
        self.watch_view()
        self.screen.set_focus(None)

    def watch_view(self) -> None:
        """Show the new view; the text under the reader's fingers is left alone."""
        if not self.is_mounted:
            return
        ascii_only = self.query_one("#choice", LinePanel).ascii_only
        self.query_one("#choice", FixedLines).content = (
            _choices(self.view, ascii_only, self.size.width or self.app.size.width),
            _evidence(self.view),
        )
        # Beside the editor there is room for the word alone.
        self.query_one("#because", FixedLines).content = ((BECAUSE,) if self.editing else _because(self.view),)
        self.query_one("#standing", FixedLines).content = _standing(self.view)

    def on_mount(self) -> None:
        """Show the first view."""
        self.watch_view()

    def on_resize(self) -> None:
        """Fit the choices to the new width."""
        self.watch_view()

    @on(Input.Changed)
    def typed(self, message: Input.Changed) -> None:
        """Hand on every change, so that no text is ever lost."""
        message.stop()
        if self.editing:
            self.post_message(self.Reworded(self.case, message.value))

    @on(Input.Submitted)
    def accepted(self, message: Input.Submitted) -> None:
        """Enter in the editor keeps the reason."""
        message.stop()
        self.close()
        self.post_message(self.Kept(self.case, True))

    @on(BecauseEditor.Left)
    def left(self, message: BecauseEditor.Left) -> None:
        """Esc in the editor leaves it with the text."""
        message.stop()
        self.close()
        self.post_message(self.Kept(self.case, False))


def _choices(view: BarView, ascii_only: bool, width: int) -> tuple[Span, ...]:
    narrow = width < NARROW_BELOW
    left, right = (">", "<") if ascii_only else ("▸", "◂")
    gap, confidence = (" ", "conf. ") if narrow else ("  ", "confidence ")
    spans: list[Span] = [("decision  ", "head")]
    for category in view.categories:
        name = category.short if category.short and width >= NAMES_FROM else category.id
        if category.id == view.chosen:
            spans += [(f"{left}{category.key}{right} {name}", "chosen"), (gap, "")]
        else:
            spans += [(f"[{category.key}]", "key"), (f" {name}{gap}", "")]
    spans += [("" if narrow else gap, ""), ("c ", "key"), (confidence, "head")]
    spans.append((view.confidence, "alert" if view.confidence == "low" else "strong"))
    return tuple(spans)


def _evidence(view: BarView) -> tuple[Span, ...]:
    words: list[Span] = [("evidence  ", "head")]
    if not view.evidence:
        return (*words, ("none cited; ", "dim"), ("space", "key"), (" cites the value under the cursor", "dim"))
    listed = ", ".join(f"{cited.name} d{day_text(cited.day)}" for cited in view.evidence)
    words.append((listed, "cited"))
    if view.day is not None:
        words.append((f"  response from day {day_text(view.day)} (first cited response)", "dim"))
    return tuple(words)


def _because(view: BarView) -> tuple[Span, ...]:
    if view.reason:
        return BECAUSE, (_one_line(view.reason), "")
    return BECAUSE, ("b", "key"), (" writes the reason", "dim")


def _standing(view: BarView) -> tuple[tuple[Span, ...], ...]:
    lines: list[tuple[Span, ...]] = []
    if view.said:
        lines.append(((view.said, "strong"),))
    elif view.unsaved:
        lines.append((("not saved", "alert"), ("  enter saves · backspace drops", "dim")))
    lines.append(((view.standing, "dim"),))
    return tuple(lines)


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
