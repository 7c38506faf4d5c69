"""How a study reads its criteria: the options chosen for it, on record in the log."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.library import criteria_named
from hlh_tui.assess.options import Reading, choose
from hlh_tui.study.log import append

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor, Entry

ACTION = "reading_chosen"
CHOSEN = "SELECT payload FROM log WHERE action = ? ORDER BY seq"


@dataclass
class Choices:
    """The options last chosen for each criteria document (by hash), and the readings made of them."""

    options: dict[str, dict[str, str]]
    readings: dict[str, Reading] = field(default_factory=dict)


KNOWN: WeakKeyDictionary[Study, Choices] = WeakKeyDictionary()
"""Read from the log once: one process alone holds a study that can be written, and drops this when it writes."""
TURN = threading.Lock()


def study_reading(study: Study) -> Reading:
    """The adopted criteria read as the study chose last for this very document, otherwise with every default."""
    digest = study.criteria_document.hash
    with TURN:
        known = KNOWN.get(study)
        if known is None:
            known = KNOWN[study] = Choices(_chosen(study))
        if digest not in known.readings:
            known.readings[digest] = choose(criteria_named(study, None), known.options.get(digest))
        return known.readings[digest]


def choose_reading(study: Study, actor: Actor, options: Mapping[str, str], reason: str) -> Entry:
    """Record that the study reads its criteria with ``options`` (or ``variant``), the others at their default.

    ``AssessError`` for an option or a value that the set does not have, a missing reason, or the reading in force.
    """
    if not reason.strip():
        raise AssessError("a reading needs a reason: say in a sentence why the study reads its criteria so")
    with study.writing:
        criteria = criteria_named(study, None)
        present, chosen = study_reading(study).options, choose(criteria, options).options
        if chosen == present:
            raise AssessError(f"{study.path.name} reads {criteria.id} so already; nothing was recorded")
        payload = {
            "criteria": {"id": criteria.id, "version": criteria.version, "hash": criteria.hash},
            "options": chosen,
            "old": present,
            "reason": reason.strip(),
        }
        try:
            return append(study, actor, ACTION, payload=payload)
        finally:  # also when only the mirror could not be written
            with TURN:
                KNOWN.pop(study, None)


def _chosen(study: Study) -> dict[str, dict[str, str]]:
    entries = (json.loads(payload) for (payload,) in study.rows(CHOSEN, (ACTION,)))
    return {entry["criteria"]["hash"]: entry["options"] for entry in entries}
