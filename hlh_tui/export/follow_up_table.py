"""How long every patient was followed for every endpoint, and how that ended: what survival is computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.grouping import EVERYBODY
from hlh_tui.cohort.survival.clock import not_counted
from hlh_tui.cohort.survival.endpoint import event_name, find_endpoint
from hlh_tui.cohort.survival.follow_up import follow_up

if TYPE_CHECKING:
    from hlh_tui.export.record import Rows
    from hlh_tui.protocol.models import Endpoint
    from hlh_tui.study.file import Study

CENSORED = "censored"


def follow_up_rows(study: Study) -> Rows:
    """A row for each endpoint of the protocol and each patient, in the protocol's order and that of patients.

    Columns of dictionary.toml. An endpoint that contradicts itself, which no curve can be drawn of, has no rows.
    """
    rows: Rows = []
    for endpoint in study.protocol.endpoints:
        try:
            find_endpoint(study, endpoint.id)
        except CohortError:
            continue
        rows += _rows_of(study, endpoint)
    return rows


def _rows_of(study: Study, endpoint: Endpoint) -> Rows:
    question = follow_up(study, endpoint, EVERYBODY)
    ends = (CENSORED, event_name(endpoint), *question.causes)
    found = study.rows(
        f"{question.sql} SELECT patient_id, day, cause, why FROM followed ORDER BY patient_id", question.params
    )
    return [
        (endpoint.id, patient, endpoint.start, day, cause, ends[cause], None)
        if why is None
        else (endpoint.id, patient, endpoint.start, None, None, None, not_counted(why, endpoint))
        for patient, day, cause, why in found
    ]
