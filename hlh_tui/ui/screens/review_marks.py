"""Flags and data queries from the Review screen: a line of text, then an entry in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hlh_tui.ui.judgement import READ_ONLY
from hlh_tui.ui.ways import at_the_keys

if TYPE_CHECKING:
    from hlh_tui.review.models import CaseRow, Cited, Saved
    from hlh_tui.ui.screens.review import ReviewScreen


def ask_about(screen: ReviewScreen, case: str, about: Cited) -> None:
    """Ask the reader for a question about a value, and save it as a data query."""
    app = screen.app
    if _refused(screen, "query_raise", case):
        return

    def write(question: str) -> None:
        from hlh_tui.review.queries_answering import raise_query

        _save(screen, case, lambda: raise_query(app.study, app.reader, case, about, question), "query raised")

    app.prompt(f"Data query on {case}: {about.text}", "", write, "what should the site check?")


def turn_flag(screen: ReviewScreen, row: CaseRow) -> None:
    """Take the reader's flag away, or ask for a note and flag the case."""
    from hlh_tui.review.marks import flag, unflag

    app, case = screen.app, row.patient_id
    if _refused(screen, "flag", case):
        return
    if row.flagged:
        _save(screen, case, lambda: unflag(app.study, app.reader, case), "flag taken away")
        return

    def write(note: str) -> None:
        _save(screen, case, lambda: flag(app.study, app.reader, case, note), "flagged")

    app.prompt(f"Flag {case}", "", write, "why, in a few words")


def _refused(screen: ReviewScreen, action: str, case: str) -> bool:
    """Whether this would be refused now; says why before anything is typed for nothing."""
    from hlh_tui.review.conduct.authority import refusal

    app = screen.app
    why = READ_ONLY if app.read_only else refusal(app.study, app.reader, action, case)
    if why:
        screen.say(at_the_keys(why))
    return bool(why)


def _save(screen: ReviewScreen, case: str, work: Callable[[], Saved], words: str) -> None:
    def told(saved: Saved) -> None:
        screen.say(f"{case} {words}, saved #{saved.seq}")
        screen.app.announce(case, saved)

    screen.app.write(work, told)
