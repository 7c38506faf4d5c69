"""A multiverse as the JSON object that the command line prints."""

from __future__ import annotations

from typing import Any

from hlh_tui.assess.multiverse import Course, Multiverse


def multiverse_json(found: Multiverse) -> dict[str, Any]:
    """Counts are numbers of worlds; ``collapse`` says which categories count as response, of all ``patients``."""
    criteria, collapse = found.criteria, found.collapse
    return {
        "criteria": {"id": criteria.id, "version": criteria.version, "hash": criteria.hash, "held": found.held},
        "collapse": {"id": collapse.id, "label": collapse.label, "categories": list(collapse.categories)},
        "worlds": found.worlds,
        "patients": found.patients,
        "axes": [{"option": each.option, "label": each.label, "values": list(each.values)} for each in found.axes],
        "rates": [{"responders": responders, "worlds": worlds} for responders, worlds in found.rates],
        "default_responders": found.default_responders,
        "options": [
            {
                "option": each.option,
                "label": each.label,
                "moved": list(each.moved),
                "from_default": list(each.from_default),
                "worlds": each.worlds,
            }
            for each in found.option_effects
        ],
        "courses": [_course(each) for each in found.courses],
    }


def _course(course: Course) -> dict[str, Any]:
    return {
        "patient_id": course.patient_id,
        "default": course.default,
        "changes": len(course.counts) > 1,
        "counts": course.counts,
        "movers": [
            {
                "option": mover.option,
                "worlds": mover.worlds,
                "values": mover.values,
                "from_default": mover.from_default,
            }
            for mover in course.movers
        ],
    }
