"""Log: the audit trail in sentences, filtered and searched, each entry in full, written out and reviewed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.reactive import var
from textual.timer import Timer
from textual.widgets import Input, Static

from hlh_tui.ui.background import in_background, sentence
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.free_place import free_place
from hlh_tui.ui.likely import likely
from hlh_tui.ui.screens.asking import AskingScreen
from hlh_tui.ui.screens.log_words import Answer, pages_of, review_words, state_words
from hlh_tui.ui.widgets.log_list import LogList
from hlh_tui.ui.widgets.page_pane import PagePane

if TYPE_CHECKING:
    from hlh_tui.review.trail.models import Page, TrailEntry, TrailLine
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor, Entry

AT_ONCE = 300
"""Entries asked for at a time."""
TYPING = 0.25
"""Seconds without a key after which the filter is applied."""
REST = 0.05
"""Seconds that the cursor rests on an entry before the whole of it is read."""
NOTHING = "no entry is as wanted; esc clears the filter"
READ_ONLY = "this study is open read-only: the review of the trail is recorded in the study itself"


@dataclass(frozen=True, slots=True)
class Question:
    """Which entries, and in which order."""

    words: str = ""
    newest_first: bool = True


class LogScreen(AskingScreen):
    """The list above, the entry under the cursor below."""

    WHERE = "log"
    CSS_PATH = "log.tcss"
    BINDINGS: ClassVar = bindings_for("log")
    AUTO_FOCUS = "LogList"

    question: var[Question] = var(Question(), init=False)

    def __init__(self) -> None:
        super().__init__()
        self.answer: Answer | None = None
        self.problem = ""
        self.entry: TrailEntry | None = None
        self._typing: Timer | None = None
        self._rest: Timer | None = None
        self._asked_for: set[int] = set()
        self.known_head = 0

    def body(self) -> ComposeResult:
        """Counts, when the trail was reviewed, the filter line, the list, the entry."""
        yield Static(id="state")
        yield Static(id="reviewed")
        yield Input(placeholder="words, by:meyer case:P05 action:decision since:3d until:2026-11-23", id="filter")
        yield LogList()
        yield PagePane(id="entry")

    def on_mount(self) -> None:
        """Read the newest entries now, and again after every entry that a screen tells of."""
        self.app.decided.subscribe(self, self.follow)
        self.app.reread.subscribe(self, self.follow)
        self.tell()
        self.ask()

    # Asking

    @on(events.ScreenResume)
    def catch_up(self) -> None:
        """Read again if anything at all was recorded meanwhile."""
        if self.stale or self.app.study.head[0] != self.known_head:
            self.ask()

    def ask(self) -> None:
        """Read the first page of what is wanted, off the keyboard's thread."""
        self.stale = False
        self.known_head = self.app.study.head[0]
        self._ask_for(self.take, from_end=False)

    def _ask_for(self, take: Callable[[Answer], None], *, from_end: bool) -> None:
        app, question = self.app, self.question

        def work() -> Answer:
            return first_page(app.study, app.reader, question, from_end)

        in_background(app, self, work, take, "ask", self.refuse)

    def take(self, found: Answer) -> None:
        """Show the first page."""
        self.answer, self.problem = found, ""
        self._asked_for.clear()
        listed, more = self.query_one(LogList), len(found.lines) == AT_ONCE
        listed.nothing = NOTHING
        listed.show(found.lines, 0, above=False, below=more)
        if not found.lines:
            self.entry = None
            self.query_one("#entry", PagePane).show(pages_of(None), from_start=True)
        self.tell()

    def take_end(self, found: Answer) -> None:
        """Show the last page, the cursor on its last entry."""
        self.answer, self.problem = found, ""
        self._asked_for.clear()
        more = len(found.lines) == AT_ONCE
        self.query_one(LogList).show(found.lines, len(found.lines) - 1, above=more, below=False)
        self.tell()

    def refuse(self, error: Exception) -> None:
        """Say why there is nothing to show."""
        self.problem = sentence(error)
        self.tell()

    def tell(self) -> None:
        """The lines above the list."""
        self.write("#state", state_words(self.answer, self.question.words, self.question.newest_first, self.problem))
        words = review_words(self.answer)
        self.write("#reviewed", words)
        self.set_class(bool(words), "-reviewed")

    @on(LogList.Wanted)
    def ask_for_more(self, message: LogList.Wanted) -> None:
        """Read the page before or after those that are known; once at a time."""
        listed, side = self.query_one(LogList), message.side
        if side in self._asked_for or not listed.entries:
            return
        self._asked_for.add(side)
        app, question = self.app, self.question
        beyond = listed.entries[-1 if side > 0 else 0].number
        newest_first = question.newest_first == (side > 0)

        def take(found: tuple[TrailLine, ...]) -> None:
            if self.question != question or not listed.entries:
                return
            self._asked_for.discard(side)
            if listed.entries[-1 if side > 0 else 0].number == beyond:
                listed.extend(found if side > 0 else found[::-1], side, rest=len(found) == AT_ONCE)

        def work() -> tuple[TrailLine, ...]:
            return page_of(app.study, app.reader, question.words, made_page(beyond, newest_first))

        in_background(app, self, work, take, f"more {side}")

    # The entry under the cursor

    @on(LogList.Moved)
    def read_entry(self, message: LogList.Moved) -> None:
        """Read the whole entry once the cursor rests on it, and its case."""
        if self._rest is not None:
            self._rest.stop()
        number = message.line.number
        likely(self.app, message.line.patient_id)
        self._rest = self.set_timer(REST, lambda: self._read(number))

    def _read(self, number: int) -> None:
        app = self.app

        def work() -> TrailEntry:
            from hlh_tui.review.trail.trail import trail_entry

            return trail_entry(app.study, app.reader, number)

        in_background(app, self, work, self._show_entry, "entry")

    def _show_entry(self, entry: TrailEntry) -> None:
        fresh = self.entry is None or self.entry.line.number != entry.line.number
        self.entry = entry
        self.query_one("#entry", PagePane).show(pages_of(entry), from_start=fresh)

    def action_scroll(self, step: int) -> None:
        """Scroll the entry."""
        self.query_one("#entry", PagePane).move(step)

    def action_enlarge(self) -> None:
        """The entry on the whole screen, or the list again."""
        self.toggle_class("-entry-only")

    # Moving

    def action_line(self, step: int) -> None:
        """The entry above or below."""
        self.query_one(LogList).move(step)

    def action_page(self, step: int) -> None:
        """A screenful up or down."""
        self.query_one(LogList).page(step)

    def action_edge(self, side: int) -> None:
        """The first entry of the list, or the last one however many there are between."""
        listed = self.query_one(LogList)
        if not (listed.rest_above if side < 0 else listed.rest_below):
            listed.cursor = 0 if side < 0 else len(listed.entries) - 1
        elif side < 0:
            self.ask()
        else:
            self._ask_for(self.take_end, from_end=True)

    def action_order(self) -> None:
        """The newest entries first, or the oldest."""
        self.question = replace(self.question, newest_first=not self.question.newest_first)

    def action_open_case(self) -> None:
        """Review the case that the entry is about."""
        line = self.query_one(LogList).current
        if line is None:
            return
        if line.patient_id is None:
            self.app.say(f"entry {line.number} is about the study, not about a case")
            return
        self.app.open_case(line.patient_id)

    @on(LogList.Chosen)
    def open_chosen(self, _: LogList.Chosen) -> None:
        """Review the case of an entry clicked twice."""
        self.action_open_case()

    # Filter

    def action_find(self) -> None:
        """Open the filter line."""
        self.add_class("-filtering")
        self.query_one("#filter").focus()

    @on(Input.Changed, "#filter")
    def filter_soon(self, message: Input.Changed) -> None:
        """Apply the filter when the reader pauses."""
        if self._typing is not None:
            self._typing.stop()
        words = message.value
        self._typing = self.set_timer(TYPING, lambda: self._filter(words))

    def _filter(self, words: str) -> None:
        self.question = replace(self.question, words=" ".join(words.split()))

    @on(Input.Submitted, "#filter")
    def keep_filter(self, message: Input.Submitted) -> None:
        """Keep the filter and return to the list."""
        if self._typing is not None:
            self._typing.stop()
        self._filter(message.value)
        self.set_class(bool(self.question.words), "-filtering")
        self.query_one(LogList).focus()

    async def action_back(self) -> None:
        """Close the enlarged entry, then the filter, then the screen."""
        if self.has_class("-entry-only"):
            self.remove_class("-entry-only")
        elif self.has_class("-filtering") or self.question.words:
            self.query_one("#filter", Input).value = ""
            self.remove_class("-filtering")
            self.query_one(LogList).focus()
            self._filter("")
        else:
            await self.app.action_back()

    # Writing and reviewing

    def action_write_log(self) -> None:
        """Ask for a file and write what is listed into it."""
        app, question = self.app, self.question
        proposal = str(free_place(app.study_path.parent, f"{app.study_path.stem}-log", ".html"))

        def write(words: str) -> None:
            file = Path(words).expanduser()

            def work() -> int:
                from hlh_tui.review.trail.wanted import filter_from
                from hlh_tui.review.trail.write import write_trail

                return write_trail(app.study, app.reader, file, filter_from(question.words))

            def told(entries: int) -> None:
                app.say(f"wrote {entries} {'entry' if entries == 1 else 'entries'} to {file}")

            in_background(app, self, work, told, "write")

        title = "Write the entries listed to a new file" if question.words else "Write the log to a new file"
        app.prompt(title, proposal, write, "the ending says the form: html, txt, csv, json, jsonl")

    def action_sign_off(self) -> None:
        """Record that the trail was reviewed, with a note."""
        app = self.app
        if app.read_only:
            app.say(READ_ONLY, "warning")
            return
        if self.answer is not None and self.answer.reviewed is None:
            app.say("who reviews the trail reads all of it; you may not while the study is blinded", "warning")
            return

        def sign(note: str) -> None:
            def work() -> Entry:
                from hlh_tui.review.trail.reviewed import sign_off

                return sign_off(app.study, app.reader, note)

            def told(entry: Entry) -> None:
                app.say(f"trail reviewed up to entry {entry.payload['upto']}, saved #{entry.seq}")
                self.ask()

            app.write(work, told)

        app.prompt("Sign off the review of the trail", "", sign, "what was found, in a sentence")

    def action_redact(self) -> None:
        """Take a text out of the entry under the cursor, with a reason."""
        from hlh_tui.ui.screens.log_redaction import ask_to_redact

        ask_to_redact(self)

    @property
    def current(self) -> TrailLine | None:
        """The entry under the cursor."""
        return self.query_one(LogList).current

    def as_text(self) -> str:
        """The entries that are listed and known, a tab between columns."""
        lines = [
            "\t".join((str(one.number), one.recorded_at, one.actor_name, one.sentence, one.reason, one.standing))
            for one in self.query_one(LogList).entries
        ]
        return "\n".join(["number\ttime (UTC)\twho\twhat\treason\tsince", *lines])


def made_page(beyond: int | None, newest_first: bool) -> Page:
    """A page of as many entries as are asked for at a time."""
    from hlh_tui.review.trail.models import Page

    return Page(AT_ONCE, beyond, newest_first)


def page_of(study: Study, reader: Actor, words: str, page: Page) -> tuple[TrailLine, ...]:
    """A page of the entries that the filter words want."""
    from hlh_tui.review.trail.trail import trail
    from hlh_tui.review.trail.wanted import filter_from

    return trail(study, reader, filter_from(words), page)


def first_page(study: Study, reader: Actor, question: Question, from_end: bool) -> Answer:
    """The first page of what is wanted, or the last one, with what stands above it."""
    from hlh_tui.review.trail.reviewed import review_state
    from hlh_tui.review.trail.sight import sight_of
    from hlh_tui.review.trail.trail import count
    from hlh_tui.review.trail.wanted import filter_from

    newest_first = question.newest_first != from_end
    lines = page_of(study, reader, question.words, made_page(None, newest_first))
    whole = sight_of(study, reader).whole
    return Answer(
        lines[::-1] if from_end else lines,
        count(study, reader, filter_from(question.words)),
        whole,
        review_state(study, reader) if whole else None,
    )
