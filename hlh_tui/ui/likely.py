"""The cases that a reader will likely open next, assessed while they are on the screen."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from textual.worker import get_current_worker

from hlh_tui.ui.background import in_background

if TYPE_CHECKING:
    from textual.timer import Timer

    from hlh_tui.ui.app import HlhApp

HELD_SECONDS = 0.1
"""Moves that follow each other sooner than this come of a held key: nobody reads what passes."""
REST_SECONDS = 0.05
"""How long a held key's cursor rests on a case before it is read ahead: longer than from line to line."""
GROUP = "likely"


@dataclass(slots=True)
class Move:
    """When the cursor last moved, and what waits for it to rest."""

    at: float
    rest: Timer | None = None


_moves: WeakKeyDictionary[HlhApp, Move] = WeakKeyDictionary()


def likely(app: HlhApp, *patient_ids: str | None, on_screen: Iterable[str] = ()) -> None:
    """Assess these cases, the likeliest first, and then those that are on the screen beside them; None is nobody.

    What was said before is forgotten: the cursor is in one place.
    """
    wanted = [each for each in dict.fromkeys((*patient_ids, *on_screen)) if each is not None]
    now = time.monotonic()
    # The first cases are on the screen before the program is quite there: they wait, too.
    move = _moves.setdefault(app, Move(now))
    held, move.at = now - move.at < HELD_SECONDS, now
    if move.rest is not None:
        move.rest.stop()
    app.workers.cancel_group(app, GROUP)
    if held:
        move.rest = app.set_timer(REST_SECONDS, lambda: _assess(app, wanted))
    else:
        _assess(app, wanted)


def _assess(app: HlhApp, patient_ids: list[str]) -> None:
    if not app.ready or not patient_ids:
        return

    def assess() -> None:
        from hlh_tui.assess.run import assess_soon

        worker = get_current_worker()
        assess_soon(app.study, patient_ids, lambda: worker.is_cancelled)

    # Nobody waits for this: what is wrong is said when the case is opened, and the study may be closed by now.
    in_background(app, app, assess, lambda _: None, GROUP, lambda _: None)
