"""The chart after the evidence cut-off of a blinded study: opened with a reason, which the log keeps."""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.authority import refusal
from hlh_tui.review.conduct.blinding import evidence_until, in_pack, reveal_after_cut_off
from hlh_tui.ui.review_state import within_shown
from hlh_tui.ui.screens.review_reading import read_again

if TYPE_CHECKING:
    from hlh_tui.study.models import Entry
    from hlh_tui.ui.screens.review import ReviewScreen


def ask_to_reveal(screen: ReviewScreen) -> bool:
    """Ask for the reason if what came after the cut-off is closed to this reader; False where it is not."""
    app, patient_id = screen.app, screen.state.patient_id
    if patient_id is None:
        return False
    until = evidence_until(app.study, app.reader.id, patient_id)
    if until is None:
        return False
    why = None if in_pack(app.study) else refusal(app.study, app.reader, "reveal", patient_id)
    if why is not None:
        screen.say(why)
        return True

    def reveal(reason: str) -> None:
        app.write(lambda: reveal_after_cut_off(app.study, app.reader, patient_id, reason), revealed)

    def revealed(_: Entry | None) -> None:
        read_again(screen, patient_id)
        if screen.state.patient_id == patient_id:
            turn_whole_course(screen)

    app.prompt(f"Show {patient_id} after day {until:g}", "", reveal, "the log keeps that you saw it, and why")
    return True


def turn_whole_course(screen: ReviewScreen) -> None:
    """Show what came after the cut-off, and say that it is hindsight; or hide it again."""
    state = screen.state
    whole, cut = not state.whole_course, f"day {floor(state.until_day)}"
    said = f"whole course shown: what came after {cut} is hindsight" if whole else f"cut off at {cut} again"
    screen.state = within_shown(replace(state, whole_course=whole, said=said))
