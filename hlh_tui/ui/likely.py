"""The cases that a reader will likely open next, assessed while the cursor rests on what opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from hlh_tui.ui.background import in_background

if TYPE_CHECKING:
    from textual.timer import Timer

    from hlh_tui.ui.app import HlhApp

REST_SECONDS = 0.05
"""How long the cursor rests on a case before it is read ahead: longer than a held key takes from line to line."""

_rests: WeakKeyDictionary[HlhApp, Timer] = WeakKeyDictionary()


def likely(app: HlhApp, *patient_ids: str | None) -> None:
    """Assess these cases, the likeliest first, unless the cursor moves on at once; None is nobody.

    What was said before is forgotten: the cursor is in one place.
    """
    before = _rests.pop(app, None)
    if before is not None:
        before.stop()
    wanted = [patient_id for patient_id in dict.fromkeys(patient_ids) if patient_id is not None]
    if wanted:
        _rests[app] = app.set_timer(REST_SECONDS, lambda: _assess(app, wanted))


def _assess(app: HlhApp, patient_ids: list[str]) -> None:
    if not app.ready:
        return

    def assess() -> None:
        from hlh_tui.assess.run import assess_patient

        for patient_id in patient_ids:
            assess_patient(app.study, patient_id)

    # Nobody waits for this: what is wrong is said when the case is opened, and the study may be closed by now.
    in_background(app, app, assess, lambda _: None, "likely", lambda _: None)
