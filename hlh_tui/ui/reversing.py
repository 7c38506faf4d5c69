"""Taking back and putting back, as the keys of every screen do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.review.models import Reversal
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor
    from hlh_tui.ui.app import HlhApp


def reverse(
    app: HlhApp, turn: Callable[[Study, Actor, str], Reversal | None], nothing: str, role: str | None = None
) -> None:
    """Undo or redo the reader's last act in ``role`` (else the app's), say what it was, and show its case."""
    acted_as = role or app.role

    def told(reversal: Reversal | None) -> None:
        if reversal is None:
            app.say(nothing)
            return
        app.say(reversal.what)
        app.announce(reversal.patient_id, reversal.saved)
        if app.current_mode == "review" and reversal.patient_id != app.patient_id:
            app.open_case(reversal.patient_id)

    app.write(lambda: turn(app.study, app.reader, acted_as), told)
