"""Certificates in the study that was trained for: recorded as entries, and read again for its export."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hlh_tui.review.conduct.authority import require
from hlh_tui.review.training.certificate import is_certificate
from hlh_tui.review.training.deal import TrainingRefused
from hlh_tui.review.training.study import is_training, trained_for
from hlh_tui.study.log import append

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor, Entry

ACTION = "trained"
FROM_PACK = "pack_entry"
"""The action under which a merge keeps what has no effect on the study's state."""
RECORDED = "SELECT actor, action, payload FROM log WHERE action IN ($1, $2) ORDER BY seq"


def record_certificate(study: Study, actor: Actor, certificate: Mapping[str, Any]) -> Entry:
    """Record the reader's own certificate in the study, passed or not; its entry.

    ``NotAllowed`` for somebody without a role in a phased study; ``TrainingRefused`` for somebody else's certificate,
    one for another study, one that is recorded already, and for a training study.
    """
    require_recordable(study, actor)
    if not is_certificate(certificate) or certificate["trained_for"] != trained_for(study):
        raise TrainingRefused(f"this certificate is not for {study.path.name}; train with --study {study.path.name}")
    reader = certificate["reader"]
    if reader["id"] != actor.id:
        raise TrainingRefused(
            f"this certificate is {reader['name']}'s, and only they record it; {actor.name} trains first"
        )
    with study.writing:
        if any(each["head"] == certificate["head"] for each in certificates(study)):
            raise TrainingRefused(f"{study.path.name} holds this certificate already; nothing was recorded")
        return append(study, actor, ACTION, payload={"certificate": dict(certificate)})


def require_recordable(study: Study, actor: Actor) -> None:
    """Raise what would keep the actor's certificate out of the study; asked before the training begins, too."""
    if is_training(study):
        raise TrainingRefused(f"{study.path.name} is a training study itself; name the study that is trained for")
    require(study, actor, "train")


def certificates(study: Study) -> tuple[dict[str, Any], ...]:
    """The certificates recorded in the study, in order; those that came back with packs among them."""
    found = []
    for actor, action, payload in study.rows(RECORDED, (ACTION, FROM_PACK)):
        said = json.loads(payload)
        if action == FROM_PACK:
            said = said.get("payload") if said.get("action") == ACTION else None
        held = said.get("certificate") if isinstance(said, dict) else None
        # What came with a pack was recorded elsewhere: it counts if it is whole, and its reader's own.
        if isinstance(held, dict) and is_certificate(held) and held["reader"]["id"] == actor:
            found.append(held)
    return tuple(found)
