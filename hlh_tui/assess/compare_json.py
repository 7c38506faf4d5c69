"""A comparison as the JSON object that the command line prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hlh_tui.assess.compare import Comparison
from hlh_tui.assess.options import Reading
from hlh_tui.protocol.models import Collapse


def compare_json(found: Comparison) -> dict[str, Any]:
    """Days as numbers; ``comparable`` says whether the rates of the sides may be held against each other."""
    return {
        "left": _side(found.left, found.left_categories, found.left_response, found.responders[0]),
        "right": _side(found.right, found.right_categories, found.right_response, found.responders[1]),
        "comparable": found.same_set,
        "patients": found.patients,
        "agreeing": list(found.agreeing),
        "cells": [{"left": left, "right": right, "patients": list(ids)} for (left, right), ids in found.cells.items()],
        "differing": found.differing,
        "differences": [
            {**asdict(one), "items": list(one.items), "options": [list(group) for group in one.options]}
            for one in found.differences
        ],
    }


def _side(reading: Reading, categories: tuple[str, ...], response: Collapse, responders: int) -> dict[str, Any]:
    criteria = reading.base
    return {
        "id": criteria.id,
        "version": criteria.version,
        "hash": criteria.hash,
        "options": reading.options,
        "categories": list(categories),
        "response": list(response.categories),
        "responders": responders,
    }
