"""Going to a case by its id, or by so much of its end as tells it apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hlh_tui.ui.background import in_background
from hlh_tui.ui.likely import likely

if TYPE_CHECKING:
    from hlh_tui.ui.screens.review import ReviewScreen

NUMBERED = re.compile(r"(.*?)(\d*)", re.DOTALL)
TOLD = 3
"""Cases that are named when several are meant."""


def ask_for_case(screen: ReviewScreen) -> None:
    """Ask for a case and go to it; while it is typed, what it may be is assessed."""
    from hlh_tui.ui.screens.prompt import PromptScreen

    app, ids = screen.app, [row.patient_id for row in screen.state.rows]

    def typed(words: str) -> None:
        in_background(app, screen, lambda: cases_named(ids, words), lambda found: likely(app, *found[:TOLD]), "named")

    def go(words: str | None) -> None:
        if words is not None:
            found = cases_named(ids, words)
            screen.go(found[0] if len(found) == 1 else None, which_case(words, found))

    app.push_screen(PromptScreen("Go to case", hint="an id or its end, such as P05 or 5", typed=typed), go)


def cases_named(ids: Iterable[str], words: str) -> tuple[str, ...]:
    """The case with that id, however its letters are written; otherwise those whose ids end so.

    Of a number at the end the leading zeros do not count: 5 and P05 are HLH-P005, and neither is HLH-P015.
    """
    wanted = words.strip().casefold()
    if not wanted:
        return ()
    ending, number = _parted(wanted)
    found = []
    for case in ids:
        name = case.casefold()
        if name == wanted:
            return (case,)
        start, own = _parted(name)
        if start.endswith(ending) and own == number if number else name.endswith(wanted):
            found.append(case)
    return tuple(found)


def which_case(words: str, found: tuple[str, ...]) -> str:
    """Why it was not gone to the one case that is meant."""
    if not found:
        return f"there is no case {words!r}; C lists the cases"
    named = ", ".join(found[:TOLD]) + (f" and {len(found) - TOLD} more" if len(found) > TOLD else "")
    return f"{len(found)} cases end in {words!r}: {named}; give more of the id"


def _parted(name: str) -> tuple[str, str]:
    """What stands before the number at the end, and the number without its leading zeros; empty if there is none."""
    match = NUMBERED.fullmatch(name)
    before, number = match.groups() if match else (name, "")
    return before, number and (number.lstrip("0") or "0")
