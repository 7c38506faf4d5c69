"""Certificates in the study that was trained for: recorded as entries, and read again for its export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hlh_tui.review.conduct.authority import require
from hlh_tui.review.training.certificate import KIND
from hlh_tui.review.training.deal import TrainingRefused
from hlh_tui.review.training.study import is_training
from hlh_tui.study.log import append, entries

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor, Entry

ACTION = "trained"


def record_certificate(study: Study, actor: Actor, certificate: Mapping[str, Any]) -> Entry:
    """Record the reader's own certificate in the study, passed or not; its entry.

    ``NotAllowed`` for somebody without a role in a phased study; ``TrainingRefused`` for somebody else's certificate,
    one for another study, one that is recorded already, and for a training study.
    """
    require_recordable(study, actor)
    reader = certificate["reader"]
    if certificate.get("kind") != KIND or certificate["trained_for"] != study.facts["study_id"]:
        raise TrainingRefused(f"this certificate is not for {study.path.name}; train with --study {study.path.name}")
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
    """The certificates recorded in the study, in order."""
    return tuple(entry.payload["certificate"] for entry in entries(study) if entry.action == ACTION)
