"""The case in one line: who, which state, what day 0 is, where the evidence ends, how far the reader is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.reactive import reactive

from hlh_tui.study.models import Patient
from hlh_tui.ui.present import abbreviated, counted, sex_age
from hlh_tui.ui.values import day_text
from hlh_tui.ui.widgets.line_panel import Line, LinePanel, Span, fixed

BAR_CELLS = 13


@dataclass(frozen=True, slots=True)
class PatientView:
    """What the line says; ``place`` counts from 1."""

    patient_id: str = ""
    patient: Patient | None = None
    index_event: str = ""
    until: float = 0.0
    hindsight: bool = False
    place: int = 0
    cases: int = 0
    decided: int = 0
    flag: str | None = None
    """The note of the reader's flag, "" for a flag without a note, None without a flag."""
    queries: int = 0
    signed: str = ""


class PatientLine(LinePanel):
    """One line above the timeline."""

    view: reactive[PatientView] = reactive(PatientView(), layout=False)

    def watch_view(self) -> None:
        """Draw the new view."""
        self.redraw()

    def lines(self, width: int, _height: int, /) -> Sequence[Line]:
        """The line; the progress stands at the right and never gives way."""
        if not self.view.patient_id:
            return []
        right = _progress(self.view, width >= 100, self.ascii_only)
        room = width - cell_len(right) - 1
        return [[*_left(self.view, room, width >= 100), (f" {right}", "")]]


def _left(view: PatientView, room: int, wide: bool) -> list[Span]:
    patient = view.patient
    if patient is None:
        return [(fixed(view.patient_id, room), "strong")]
    words = "  ".join(
        part
        for part in (sex_age(patient.sex, patient.age_years), abbreviated(patient.aetiology), patient.disease_status)
        if part
    )
    marks = [] if view.flag is None else [f"! flagged {view.flag}".strip()]
    marks += [counted(view.queries, "open query", "open queries")] if view.queries else []
    marks += [view.signed] if view.signed else []
    cut = "whole course, beyond the cut-off" if view.hindsight else f"cut-off day {day_text(view.until)}"
    tail = f"day 0 = {view.index_event}, {cut}" if wide else f"day 0 = {view.index_event}"
    first = f"{view.patient_id}  "
    alert = "  ".join(marks) + "  " if marks else ""
    left = max(room - cell_len(first) - cell_len(words) - 2, 0)
    return [
        (first, "strong"),
        (f"{words}  ", ""),
        (fixed(alert, min(cell_len(alert), left)), "alert"),
        (fixed(tail, max(left - cell_len(alert), 0)), "dim"),
    ]


def _progress(view: PatientView, wide: bool, ascii_only: bool) -> str:
    words = f"case {view.place}/{view.cases}"
    if not wide or not view.cases:
        return f"{words} {view.decided} done"
    full = round(view.decided / view.cases * BAR_CELLS)
    done, left = ("#", ".") if ascii_only else ("█", "░")
    return f"{words} {done * full}{left * (BAR_CELLS - full)} {view.decided} done"
