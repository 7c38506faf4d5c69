"""The chart as far as a reader may see it: nothing after the evidence cut-off, nor an end that lies after it."""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.study.models import Chart


def chart_until(chart: Chart, until: float | None) -> Chart:
    """The chart up to the end of day ``until`` (None: all of it).

    What began before and ended later has no end here, and last contact is not later than that day, so that neither
    tells what happened afterwards.
    """
    if until is None:
        return chart
    patient = chart.patient
    return replace(
        chart,
        patient=replace(patient, last_contact_day=min(patient.last_contact_day, until)),
        observations=tuple(each for each in chart.observations if floor(each.day) <= until),
        exposures=tuple(
            replace(each, end_day=_end(each.end_day, until))
            for each in chart.exposures
            if floor(each.start_day) <= until
        ),
        events=tuple(
            replace(each, end_day=_end(each.end_day, until)) for each in chart.events if floor(each.day) <= until
        ),
        notes=tuple(each for each in chart.notes if floor(each.day) <= until),
    )


def _end(day: float | None, until: float) -> float | None:
    return None if day is None or floor(day) > until else day
