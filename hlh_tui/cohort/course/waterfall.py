"""Waterfall: the best change of an analyte in each patient, with the adjudicated category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hlh_tui.cohort.biomarkers.change import LOG_RATIO, Pair, Window, change_of, measure_of, pair, window
from hlh_tui.cohort.biomarkers.measurements import analyte_named, measurements
from hlh_tui.cohort.biomarkers.models import Measurement
from hlh_tui.cohort.charts_alone import kept
from hlh_tui.cohort.course.models import Bar, Waterfall
from hlh_tui.cohort.course.order import Listed, listed, undecided_notes
from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.printed import day as printed
from hlh_tui.cohort.printed import names
from hlh_tui.review.conduct.blinding import require_results

if TYPE_CHECKING:
    from hlh_tui.protocol.analytes import Analyte
    from hlh_tui.study.file import Study


def waterfall(study: Study, analyte: str, by: str | None = None) -> Waterfall:
    """The best change from baseline after day 0 up to the protocol's evidence cut-off, the greatest rise first.

    Best is the greatest fall, or the greatest rise of an analyte that the protocol lists as ``rising``.
    ``CohortError`` for an analyte that is not charted or a division that there is not.
    """
    require_results(study, "courses")
    known = analyte_named(analyte)
    values = measurements(study, known.id)
    if not values:
        raise CohortError(f"{known.label} is charted in no patient of this study: choose another analyte")
    protocol = study.protocol
    at, until = window(protocol, None), protocol.review_until_day
    rising = known.id in protocol.biomarkers.rising

    def find() -> dict[str, Pair]:
        return {patient: best_pair(found, at, until, rising) for patient, found in values.items()}

    pairs = kept(study, ("best", known.id, at, until, rising), find)
    measure = measure_of(known, pairs)
    everybody = listed(study, by)
    bars = [bar(each, pairs, known, measure, at, until) for each in everybody]
    return Waterfall(
        analyte=known.id,
        label=known.label,
        short=known.short,
        unit=known.unit_shown,
        decimals=known.decimals,
        by=by,
        measure=measure,
        better="rising" if rising else "falling",
        until=until,
        bars=tuple(sorted(bars, key=lambda each: (each.change is None, -(each.change or 0.0), each.patient_id))),
        notes=tuple(notes_of(bars, known, measure, at, until, rising) + undecided_notes(everybody)),
    )


def best_pair(values: Sequence[Measurement], at: Window, until: float, rising: bool) -> Pair:
    """Baseline, and the lowest value (the highest if ``rising``) after day 0 up to ``until``; the first of equals."""
    before = pair(values, at).baseline
    # units and assays that cannot be compared with baseline cannot be the best change
    later = [each for each in values if 0 < each.day <= until and (before is None or each.unit == before.unit)]
    if not later:
        return Pair(before, None)
    sign = -1.0 if rising else 1.0
    return Pair(before, min(later, key=lambda each: (sign * each.value, each.day)))


def bar(each: Listed, pairs: Mapping[str, Pair], analyte: Analyte, measure: str, at: Window, until: float) -> Bar:
    """One patient's bar."""
    found = pairs.get(each.patient_id)
    if found is None:
        return Bar(each.patient_id, each.category, each.group, None, None, None, why="nothing charted")
    if found.chosen is None and found.baseline is not None:
        why = f"no value after day 0 up to day {printed(until)}"
        return Bar(each.patient_id, each.category, each.group, found.baseline, None, None, why=why)
    change = change_of(found, measure, analyte, at)
    return Bar(
        patient_id=each.patient_id,
        category=each.category,
        group=each.group,
        baseline=found.baseline,
        best=found.chosen,
        change=change.change,
        bound=change.bound,
        why=change.why,
    )


def notes_of(bars: Sequence[Bar], analyte: Analyte, measure: str, at: Window, until: float, rising: bool) -> list[str]:
    """What is drawn, and who is not."""
    kind = "ratio to baseline, on a log scale" if measure == LOG_RATIO else "difference to baseline"
    best = "highest" if rising else "lowest"
    notes = [
        f"Best change of {analyte.label}: the {best} value after day 0 up to day {printed(until)} as {kind}; baseline"
        f" is the last value of the {printed(at.baseline_days)} days up to day 0. Further therapy may have come first.",
    ]
    limited = [each.patient_id for each in bars if each.change is not None and each.bound]
    if limited:
        notes.append(f"At a limit of the assay, the true change lies beyond: {names(limited)}.")
    reasons: dict[str, list[str]] = {}
    for each in bars:
        if each.change is None:
            reasons.setdefault(each.why, []).append(each.patient_id)
    return notes + [f"Without a change, {why}: {names(patients)}." for why, patients in reasons.items()]
