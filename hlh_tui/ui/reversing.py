"""Taking back and putting back, as the keys of every screen do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.review.models import Reversal
    from hlh_tui.review.undo import Undoable
    from hlh_tui.ui.app import HlhApp

SLIP = "entered in error"
"""The reason proposed for taking a decision back; the reader writes another one over it."""


def take_back(app: HlhApp, nothing: str, role: str | None = None) -> None:
    """Undo the reader's last act in ``role`` (else the app's); what is no mere mark asks for a reason first."""
    from hlh_tui.review.undo import undo, undoable

    acted_as = role or app.role

    def act(reason: str) -> None:
        app.write(lambda: undo(app.study, app.reader, acted_as, reason), lambda reversal: tell(app, reversal, nothing))

    def ask(found: Undoable | None) -> None:
        if found is None:
            app.say(nothing)
        elif found.needs_reason:
            app.prompt(f"Take back the {found.what}: why?", SLIP, act, "the reason is required")
        else:
            act("")

    # Asked for in the order of the keys, after what is still being written.
    app.write(lambda: undoable(app.study, app.reader, acted_as), ask)


def put_back(app: HlhApp, nothing: str, role: str | None = None) -> None:
    """Redo what the reader took back last in ``role`` (else the app's)."""
    from hlh_tui.review.undo import redo

    acted_as = role or app.role
    app.write(lambda: redo(app.study, app.reader, acted_as), lambda reversal: tell(app, reversal, nothing))


def tell(app: HlhApp, reversal: Reversal | None, nothing: str) -> None:
    """Say what was taken back or put back, and show its case."""
    if reversal is None:
        app.say(nothing)
        return
    app.say(reversal.what)
    app.announce(reversal.patient_id, reversal.saved)
    if app.current_mode == "review" and reversal.patient_id != app.patient_id:
        app.open_case(reversal.patient_id)
