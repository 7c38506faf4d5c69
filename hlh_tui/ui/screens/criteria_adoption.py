"""Taking a reading of the criteria into force: a reason, then an entry in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.ui.criteria_work import Adopted, adopt
from hlh_tui.ui.present import counted
from hlh_tui.ui.what_if import WhatIf, changed

if TYPE_CHECKING:
    from hlh_tui.ui.screens.criteria import CriteriaScreen

READ_ONLY = "this study is open read-only: a reading cannot be adopted here; open the study itself"


def ask_to_adopt(screen: CriteriaScreen, state: WhatIf) -> None:
    """Ask why the study reads its criteria so, and record it; say why where it cannot be adopted."""
    app = screen.app
    refusal = READ_ONLY if app.read_only else refused(state)
    if refusal:
        app.say(refusal, "warning")
        return
    options = ", ".join(f"{key}={value}" for key, value in changed(state).items())

    def told(done: Adopted) -> None:
        stale = f"; {counted(done.stale, 'decision')} to look at again (! in the list of cases)" if done.stale else ""
        app.say(f"the study reads {done.reading.base.id} with {options}, saved #{done.seq}{stale}")
        app.announce_reading(done.reading)

    def write(reason: str) -> None:
        app.write(lambda: adopt(app.study, app.reader, state.other.options, reason), told)

    app.prompt(f"Adopt for the whole study: {options}", "", write, "why does the study read its criteria so?")


def refused(state: WhatIf) -> str:
    """Why the other reading cannot be adopted here; empty where it can."""
    mine, other = state.in_force.base, state.other.base
    if not state.own:
        return (
            f"the study judges by {mine.id} {mine.version}: another set is adopted with"
            f" hlh-tui criteria adopt STUDY {other.id}"
        )
    if state.same:
        return "this reading is in force already; change an option with the arrow keys first"
    return ""
