"""One patient's chart as plain lines of text, for screen readers and scripts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from hlh_tui.assess.reading import study_reading
from hlh_tui.protocol.analytes import Analyte, analytes
from hlh_tui.review.conduct.blinding import evidence_until, sees_names, sees_others
from hlh_tui.review.consensus.differences import reader_numbers
from hlh_tui.review.evidence import chart_until
from hlh_tui.review.reason import day_text
from hlh_tui.review.signatures.status import signatures_seen_by
from hlh_tui.review.stale import is_stale, what_changed
from hlh_tui.review.state import current_decisions, final_categories

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor, Chart, Event, Exposure, Observation, Patient

WRITTEN = {
    "consensus": "consensus, written by",
    "adjudicator": "third read by",
    "repeat": "second look, unknown to the reader, by",
    "global": "read with hindsight by",
}
"""How a decision that is no reader's first read is introduced."""


def chart_text(study: Study, patient_id: str, until: float | None = None, reader: Actor | None = None) -> str:
    """The chart up to day ``until`` (or whole), then the decisions in force; one fact a line, headings in capitals.

    In a blinded study only what ``reader`` may see: nothing after the evidence cut-off, no decision of others.
    ``StudyFileError`` when the study has no such patient.
    """
    from hlh_tui.study.chart import chart

    charted = chart(study, patient_id)
    who = reader.id if reader is not None else ""
    allowed = evidence_until(study, who, patient_id)
    if allowed is not None:
        until = allowed if until is None else min(until, allowed)
        charted = chart_until(charted, allowed)
    last = float("inf") if until is None else until
    sections = {
        "EXPOSURES": [_exposure(drug) for drug in charted.exposures if drug.start_day <= last],
        "EVENTS": [_event(event) for event in charted.events if event.day <= last],
        "OBSERVATIONS": list(_observations(charted, last)),
        "NOTES": [_note(note.day, note.kind, note.author, note.text) for note in charted.notes if note.day <= last],
        "DECISIONS IN FORCE": list(_decisions(study, patient_id, who)),
    }
    signed = [each.sentence for each in signatures_seen_by(study, who, patient_id)]
    if signed:
        sections["SIGNATURES"] = signed
    head = [*_patient(charted.patient), f"day 0 is the {study.protocol.index_event}"]
    if study.synthetic:
        head.insert(0, "SYNTHETIC DATA")
    if until is not None:
        head.append(f"shown up to day {day_text(until)}")
    parts = [head, *([title, *(lines or ["none"])] for title, lines in sections.items())]
    return "\n\n".join("\n".join(part) for part in parts)


def number_text(value: float, decimals: int) -> str:
    """A number with at most one digit more than is usual for the analyte, without trailing zeros."""
    text = f"{value:.{decimals + 1}f}"
    return text.rstrip("0").rstrip(".")


def _patient(patient: Patient) -> Iterator[str]:
    yield f"PATIENT {patient.patient_id}"
    facts = {
        "sex": patient.sex,
        "age": None if patient.age_years is None else f"{patient.age_years:g} years",
        "aetiology": patient.aetiology,
        "disease status": patient.disease_status,
        "onset": None if patient.onset_day is None else f"day {day_text(patient.onset_day)}",
        "last contact": f"day {day_text(patient.last_contact_day)}",
        "site": patient.site,
        "weight": None if patient.weight_kg is None else f"{patient.weight_kg:g} kg",
        "body surface": None if patient.body_surface_m2 is None else f"{patient.body_surface_m2:g} m²",
        **{name.replace("_", " "): value for name, value in sorted(patient.attributes.items())},
    }
    yield from (f"{name}: {value}" for name, value in facts.items() if value)


def _exposure(exposure: Exposure) -> str:
    end = ", ongoing at last contact" if exposure.end_day is None else f" to {day_text(exposure.end_day)}"
    dose = None if exposure.dose is None else f"{exposure.dose:g} {exposure.dose_unit or ''}".strip()
    what = " ".join(filter(None, (exposure.drug, dose, exposure.route)))
    kind = f" ({exposure.drug_class})" if exposure.drug_class else ""
    if exposure.end_day == exposure.start_day:
        return f"day {day_text(exposure.start_day)}: {what}{kind}"
    return f"day {day_text(exposure.start_day)}{end}: {what}{kind}"


def _event(event: Event) -> str:
    end = "" if event.end_day in (None, event.day) else f" to {day_text(event.end_day or event.day)}"
    details = (
        event.term,
        None if event.grade is None else f"grade {event.grade}",
        event.relatedness and f"related: {event.relatedness}",
        event.cause and f"cause: {event.cause}",
    )
    what = ", ".join(filter(None, (event.kind.replace("_", " "), *details)))
    return f"day {day_text(event.day)}{end}: {what}"


def _observations(charted: Chart, last: float) -> Iterator[str]:
    known = analytes()
    order = {analyte_id: place for place, analyte_id in enumerate(known)}
    seen = [observation for observation in charted.observations if observation.day <= last]
    seen.sort(key=lambda one: (order.get(one.analyte, len(order)), one.analyte, one.unit, one.day))
    for (analyte_id, unit), values in groupby(seen, key=lambda one: (one.analyte, one.unit)):
        analyte = known.get(analyte_id)
        shown = analyte.shown(unit) if analyte else unit
        yield ", ".join(filter(None, (analyte.label if analyte else analyte_id, shown)))
        yield from (f"  day {day_text(value.day)}: {_value(value, analyte)}" for value in values)


def _value(observation: Observation, analyte: Analyte | None) -> str:
    levels = {level: word for word, level in reversed(analyte.levels.items())} if analyte else {}
    if analyte is not None and analyte.kind == "finding" and observation.value in levels:
        return levels[observation.value]
    text = number_text(observation.value, analyte.decimals if analyte else 2)
    details = [observation.assay, observation.specimen]
    if observation.raw_unit and observation.raw_unit not in (observation.unit, analyte and analyte.unit_shown):
        details.append(f"charted {observation.raw_value} {observation.raw_unit}")
    said = ", ".join(filter(None, details))
    return f"{observation.comparator or ''}{text}" + (f" ({said})" if said else "")


def _note(day: float, kind: str | None, author: str | None, text: str) -> str:
    by = ", ".join(filter(None, (f"day {day_text(day)}", kind, author)))
    return f"{by}: {' '.join(text.split())}"


def _decisions(study: Study, patient_id: str, who: str) -> Iterator[str]:
    everybody = sees_others(study, who)
    if not everybody:
        yield "decisions of others are not shown, because the study is blinded"
    labels = {category.id: category.label for category in study.protocol.categories}
    named = sees_names(study, who)
    found = current_decisions(study, patient_id)
    numbers = reader_numbers(study, patient_id, [one.reader for one in found if one.role == "reader"])
    for one in found:
        # A second look would tell its reader which case they were given twice.
        if (not everybody and one.reader != who) or (not named and one.role == "repeat"):
            continue
        day = "" if one.day is None else f" from day {day_text(one.day)}"
        name = one.reader_name if one.role == "reader" else f"{WRITTEN[one.role]} {one.reader_name}"
        if one.role == "reader" and not named and one.reader != who:
            name = f"reader {numbers[one.reader]}"
        yield f"{name}: {one.category} {labels.get(one.category, '')}{day}, confidence {one.confidence}"
        if one.reason:
            yield f"  because: {one.reason}"
        if one.under is not None:
            changed = what_changed(one.under, study_reading(study)) if is_stale(study, one) else ""
            yield f"  under: {one.under.id} {one.under.version}" + (f", STALE: {changed}" if changed else "")
        yield from (f"  cites: {piece.name} on day {day_text(piece.day)}: {piece.text}" for piece in one.evidence)
    if not everybody:
        return
    final = final_categories(study)[patient_id]
    yield f"final category: {final.category or 'none'} ({final.source})"
