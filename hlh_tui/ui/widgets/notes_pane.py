"""The patient's notes, to read and to search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from hlh_tui.study.models import Note
from hlh_tui.ui.present import counted, paragraph, plain
from hlh_tui.ui.screens.dialogue import Dialogue
from hlh_tui.ui.values import day_text


class NotesPane(Dialogue[None]):
    """Notes up to the last shown day; ``later`` are those after it, counted and not shown."""

    BINDINGS: ClassVar = [
        Binding("escape", "back", "Back"),
        Binding("m", "close", "Close"),
        Binding("slash", "search", "Search"),
        Binding("j", "scroll_by(1)", show=False),
        Binding("k", "scroll_by(-1)", show=False),
    ]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, patient_id: str, notes: Sequence[Note], later: int) -> None:
        super().__init__()
        self.patient_id = patient_id
        self.notes = tuple(notes)
        self.later = later

    def compose(self) -> ComposeResult:
        """A search line over the notes."""
        with Vertical(classes="dialogue", id="notes") as box:
            box.border_title = plain(f"Notes of {self.patient_id}")
            box.border_subtitle = "/ searches · esc closes"
            yield Input(placeholder="search the notes", id="notes-search", select_on_focus=False)
            with VerticalScroll():
                yield Static(notes_text(self.notes, "", self.later), id="notes-text")

    @on(Input.Changed)
    def search_changed(self, message: Input.Changed) -> None:
        """Show the notes with those words."""
        self.query_one("#notes-text", Static).update(notes_text(self.notes, message.value, self.later))

    @on(Input.Submitted)
    def search_done(self) -> None:
        """Return to reading, with the search in force."""
        self.query_one(VerticalScroll).focus()

    def action_search(self) -> None:
        """Go to the search line."""
        self.query_one(Input).focus()

    def action_scroll_by(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_back(self) -> None:
        """Clear the search, or close."""
        search = self.query_one(Input)
        if search.value:
            search.value = ""
            self.query_one(VerticalScroll).focus()
        else:
            self.dismiss()

    def action_close(self) -> None:
        """Close."""
        self.dismiss()


def notes_text(notes: Sequence[Note], words: str, later: int) -> Text:
    """The notes that hold all the words, hits underlined; what is left out is counted."""
    wanted = words.casefold().split()
    found = [note for note in notes if all(word in note.text.casefold() for word in wanted)]
    text = Text()
    for note in found:
        head = ", ".join(part for part in (f"day {day_text(note.day)}", note.kind or "", note.author or "") if part)
        text.append_text(Text(plain(head).plain, style="bold"))
        text.append("\n")
        text.append_text(paragraph(note.text))
        text.append("\n\n")
    for word in wanted:
        text.highlight_words([word], style="bold underline reverse", case_sensitive=False)
    if not notes:
        text.append("no notes up to this day\n")
    elif not found:
        text.append("no note holds these words; esc clears the search\n")
    if later:
        text.append(f"{counted(later, 'note')} after the evidence cut-off not shown", style="italic")
    return text
