"""The charted values of an analyte, patient by patient, and its reference band."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.biomarkers.models import Band, Measurement
from hlh_tui.cohort.charts_alone import kept
from hlh_tui.cohort.errors import CohortError
from hlh_tui.protocol.analytes import Analyte, analytes, find_analyte, nearest

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

VALUES = """
SELECT patient_id, day::DOUBLE, value, comparator, unit, lower, upper, assay
FROM observation WHERE analyte = ? ORDER BY patient_id, day, rowid"""

COUNTED = "SELECT analyte, count(DISTINCT patient_id) FROM observation GROUP BY analyte"


@dataclass(frozen=True, slots=True)
class Charted:
    """An analyte that is charted, in how many patients, and whether the protocol names it as a biomarker."""

    analyte: Analyte
    patients: int
    named: bool


def charted(study: Study) -> tuple[Charted, ...]:
    """Every measured analyte of the study, those that the protocol names first, then as analytes.toml lists them."""
    counts = dict(study.rows(COUNTED))
    named = study.protocol.biomarkers.analytes
    known = analytes()
    order = [*(each for each in named if each in known), *(each for each in known if each not in named)]
    return tuple(
        Charted(known[each], counts.get(each, 0), each in named)
        for each in order
        if each in named or (counts.get(each) and known[each].kind != "finding")
    )


def analyte_named(word: str) -> Analyte:
    """The analyte with that id, label, synonym or code; ``CohortError`` names the nearest one."""
    found = find_analyte(word)
    if found is None:
        close = nearest(word)
        hint = f"did you mean {close}?" if close else "hlh-tui biomarkers STUDY lists those charted"
        raise CohortError(f"there is no analyte {word!r}: {hint}")
    if found.kind == "finding":
        raise CohortError(f"{found.id} is present or absent and has no course to compare: choose a measured analyte")
    return found


def measurements(study: Study, analyte_id: str) -> Mapping[str, tuple[Measurement, ...]]:
    """Patient -> values in order of day, from the charts as of the last import."""
    return kept(study, ("values", analyte_id), lambda: _by_patient(study.rows(VALUES, (analyte_id,))))


def _by_patient(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[Measurement, ...]]:
    values: dict[str, list[Measurement]] = {}
    for patient_id, *row in rows:
        values.setdefault(patient_id, []).append(Measurement(*row))
    return {patient_id: tuple(found) for patient_id, found in values.items()}


def reference_band(analyte: Analyte, values: Mapping[str, tuple[Measurement, ...]]) -> Band | None:
    """The laboratory's interval (the one of most values), else the default of analytes.toml, else None."""
    times = Counter((each.lower, each.upper) for found in values.values() for each in found)
    times.pop((None, None), None)
    if times:
        ((lower, upper), most), *others = times.most_common()
        share = f" of most values ({most} of {most + sum(times for _, times in others)})" if others else ""
        return Band(lower, upper, f"the laboratory's interval{share}")
    if analyte.lower is None and analyte.upper is None:
        return None
    return Band(analyte.lower, analyte.upper, "the default interval: the charts give no limits")


def above(measurement: Measurement, default: float | None) -> bool | None:
    """Whether a value lies above its laboratory's upper limit (else ``default``); None where that is open."""
    limit = measurement.upper if measurement.upper is not None else default
    if limit is None:
        return None
    if measurement.below_detection:
        return False if measurement.value <= limit else None
    if measurement.above_range:
        return True if measurement.value >= limit else None
    return measurement.value > limit
