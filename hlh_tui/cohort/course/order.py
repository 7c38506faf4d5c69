"""The patients with their group and adjudicated category, in the order in which courses list them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hlh_tui.cohort.columns import patient_columns

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

EVERYBODY_LABEL = "all patients"


class Listed(msgspec.Struct, frozen=True, gc=False):
    """A patient with the group and the place of that group, and the adjudicated category (None if there is none)."""

    patient_id: str
    group: str
    place: int
    category: str | None


def listed(study: Study, by: str | None) -> tuple[Listed, ...]:
    """Every patient, group by group; ``CohortError`` where ``by`` is no division."""
    from hlh_tui.review.state import final_categories

    finals = final_categories(study)
    columns = patient_columns(study, by)
    divided = [(column.label, column.patients) for column in columns[1:]] or [(EVERYBODY_LABEL, columns[0].patients)]
    return tuple(
        Listed(patient, label, place, finals[patient].category)
        for place, (label, patients) in enumerate(divided)
        for patient in patients
    )


def undecided_notes(everybody: tuple[Listed, ...]) -> list[str]:
    """How many have no adjudicated category yet; nothing where all have one."""
    none = [each.patient_id for each in everybody if each.category is None]
    if not none:
        return []
    from hlh_tui.cohort.printed import names

    return [f"No final category yet in {len(none)} of {len(everybody)}: {names(none)}."]
