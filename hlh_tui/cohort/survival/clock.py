"""When the clock of an endpoint starts for each patient, who is reached, and who cannot be counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cohort.survival.endpoint import REACHED

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Endpoint, Resolution
    from hlh_tui.study.file import Study

RESOLUTION = Path(__file__).parent / "resolution.sql"
UNDECIDED, NO_RESPONSE, UNDATED = "undecided", "no response", "undated"
NO_BASELINE, NO_FINDING, NO_LATER = "no baseline value", "no finding", "no later value"

FROM_INDEX = (
    "SELECT patient_id, 0 AS start, CAST(NULL AS DECIMAL(9, 4)) AS until, CAST(NULL AS VARCHAR) AS why FROM patient"
)
SINCE_INDEX = "SELECT patient_id, day, kind FROM event WHERE day >= 0 OR kind = 'death'"
FROM_RESPONSE = f"""
    SELECT patient.patient_id, coalesce(began, 0) AS start, CAST(NULL AS DECIMAL(9, 4)) AS until,
           CASE WHEN named.patient_id IS NULL THEN '{UNDECIDED}' ELSE reason END AS why
    FROM patient LEFT JOIN (
        SELECT unnest(CAST(? AS VARCHAR[])) AS patient_id, unnest(CAST(? AS DECIMAL(9, 4)[])) AS began,
               unnest(CAST(? AS VARCHAR[])) AS reason
    ) AS named USING (patient_id)"""
SINCE_RESPONSE = """
    SELECT event.patient_id, day, kind FROM event JOIN clock USING (patient_id) WHERE day >= start OR kind = 'death'"""
ADJUDICATED = f"""
    SELECT unnest(CAST(? AS VARCHAR[])) AS patient_id, unnest(CAST(? AS DECIMAL(9, 4)[])) AS day, '{REACHED}' AS kind"""

RESOLVED = f"SELECT patient_id, resolved AS day, '{REACHED}' AS kind FROM clock WHERE resolved IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Clock:
    """SQL of the clock (patient_id, start, until, why) and of what happens (patient_id, day, kind), with parameters.

    ``why`` says why a patient is not counted; NULL is counted. ``until`` is the last day under observation, where
    that is not last contact.
    """

    sql: str
    happening: str
    params: tuple[object, ...] = ()


def clock(study: Study, endpoint: Endpoint) -> Clock:
    """The clock of an endpoint of the study."""
    if endpoint.resolves is not None:
        return _until_resolved(endpoint.resolves)
    if endpoint.reaches or endpoint.among == "responders":
        return _by_response(study, endpoint)
    return Clock(FROM_INDEX, SINCE_INDEX)


def _until_resolved(rule: Resolution) -> Clock:
    text = RESOLUTION.read_text(encoding="utf-8")
    sql = f"SELECT patient_id, 0 AS start, until, why, resolved FROM ({text})"
    params = (rule.analyte, rule.baseline_days, rule.below, rule.stays_days)
    return Clock(sql, f"{SINCE_INDEX} UNION ALL {RESOLVED}", params)


def _by_response(study: Study, endpoint: Endpoint) -> Clock:
    """From the final categories and their days, read from the log."""
    from hlh_tui.cohort.grouping import final_days

    finals = final_days(study)
    collapses = {collapse.id: collapse.categories for collapse in study.protocol.collapses}
    reached = collapses.get(endpoint.reaches, ())
    responders = collapses[endpoint.responders] if endpoint.among == "responders" else ()
    whys: list[str | None] = []
    for _, category, day in finals:
        if responders and category not in responders:
            whys.append(NO_RESPONSE)
        else:
            whys.append(UNDATED if category in (*reached, *responders) and day is None else None)
    patients = [patient for patient, _, _ in finals]
    if endpoint.start == "response":
        return Clock(FROM_RESPONSE, SINCE_RESPONSE, (patients, [day for _, _, day in finals], whys))
    dated = [(patient, day) for patient, category, day in finals if category in reached and day is not None]
    params = (patients, [None] * len(patients), whys, [patient for patient, _ in dated], [day for _, day in dated])
    return Clock(FROM_RESPONSE, f"{SINCE_INDEX} UNION ALL {ADJUDICATED}", params)


def not_counted(why: str, endpoint: Endpoint) -> str:
    """The reason in words, for a note that goes on with the patients."""
    rule = endpoint.resolves
    finding, analyte = (rule.finding, rule.analyte) if rule is not None else ("", "")
    return {
        UNDECIDED: "no final category yet",
        NO_RESPONSE: "no response",
        UNDATED: "the day of the response is not recorded",
        NO_BASELINE: f"no {analyte} at baseline",
        NO_FINDING: f"no {finding} at baseline",
        NO_LATER: f"no {analyte} after the index event",
    }[why]
