"""The study that training happens in: a file of its own, synthetic, under a protocol that says so."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.training.deal import Hand, TrainingRefused, deal
from hlh_tui.study.log import append, entries
from hlh_tui.study.models import Actor

if TYPE_CHECKING:
    from hlh_tui.assess.options import Reading
    from hlh_tui.protocol.models import Adopted
    from hlh_tui.study.file import Study

ACTION = "training_begun"
TITLE = "TRAINING, synthetic cases"


@dataclass(frozen=True, slots=True)
class Aim:
    """What is trained for: the protocol and criteria of a study, how it reads them, and its id (None: no study)."""

    protocol: Adopted
    criteria: Adopted
    options: dict[str, str]
    study_id: str | None = None


def aim_of(study: Study) -> Aim:
    """What readers of that study train for; ``TrainingRefused`` where it is a training study itself."""
    from hlh_tui.assess.reading import study_reading

    if is_training(study):
        raise TrainingRefused(f"{study.path.name} is a training study itself; name the study that is trained for")
    reading = study_reading(study)
    return Aim(study.protocol_document, study.criteria_document, dict(reading.options), trained_for(study))


def trained_for(study: Study) -> str:
    """The id of the study that its readers train for: of a pack the one that it came from."""
    pack = conduct_of(study).pack
    return study.facts["study_id"] if pack is None else str(pack["study_id"])


def bundled_aim(protocol_id: str) -> Aim:
    """A bundled protocol with its own criteria, read with every default."""
    from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled, study_protocol

    protocol = read_bundled(STUDIES, protocol_id)
    return Aim(protocol, read_bundled(CRITERIA, study_protocol(protocol).criteria), {})


def is_training(study: Study) -> bool:
    """Whether this is a training study, which is never part of another."""
    return study.protocol.training.practice


def make_training(path: Path, actor: Actor, aim: Aim, cases: int | None, seed: int) -> Hand:
    """Make the training study of this reader at ``path`` and return its hand; refusals as for ``deal``.

    ``cases``: how many, None for the protocol's number. Nothing stays behind when it cannot be made.
    """
    from hlh_tui.intake.load import import_charts
    from hlh_tui.protocol.load import study_protocol
    from hlh_tui.review.training.charts import charts_of
    from hlh_tui.study.file import create_study

    protocol = study_protocol(aim.protocol)
    reading = _reading(aim)
    hand = deal(reading, protocol, protocol.training.cases if cases is None else cases, seed)
    with (
        charts_of(hand.cases, seed) as (charts, staging),
        create_study(path, practice(aim.protocol), aim.criteria, actor, synthetic=True, staging=staging) as study,
    ):
        _read_as(study, actor, reading)
        import_charts(study, charts, actor)
        append(study, actor, ACTION, payload=_begun(aim, hand, reading))
    return hand


def practice(protocol: Adopted) -> Adopted:
    """The protocol for training: open to its one reader, with feedback, and marked so that it counts nowhere."""
    from hlh_tui.protocol.load import adopt

    content = tomllib.loads(protocol.toml)
    content["id"] = f"{content['id']}-training"
    content["title"] = f"{TITLE}: {content['title']}"
    content["blinding"] = {"mode": "open", "reveal_proposal": "after_first_decision"}
    content["review"] = {"topology": "open", "readers": 1}
    content["training"] = {**content.get("training", {}), "practice": True}
    return adopt(as_toml(content), content["id"])


def as_toml(content: dict[str, Any]) -> str:
    """A document as TOML text, every table of it inline."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in content.items())


def begun(study: Study) -> dict[str, Any]:
    """What the training study says of its beginning, with ``reader`` {id, name}; ``TrainingRefused`` if it is none."""
    found = [entry for entry in entries(study) if entry.action == ACTION] if is_training(study) else []
    if not found:
        raise TrainingRefused(f"{study.path.name} is not a training study; hlh-tui train makes one")
    first = found[0]
    reader = {"id": first.actor, "name": first.actor_name}
    return {**first.payload, "reader": reader, "begun_at": first.recorded_at}


HANDS: WeakKeyDictionary[Study, Hand] = WeakKeyDictionary()


def hand_of(study: Study) -> Hand:
    """The hand that the training study was dealt, dealt again from its seed: the file holds no answers.

    ``TrainingRefused`` where this version of hlh-tui deals another one.
    """
    if study not in HANDS:
        said = begun(study)
        hand = deal(_reading(_aim(study, said)), study.protocol, said["cases"], said["seed"])
        if hand.sha256 != said["hand_sha256"]:
            raise TrainingRefused(
                f"{study.path.name} was dealt by hlh-tui {said['app_version']}, and this version deals other cases;"
                " begin a new training"
            )
        HANDS[study] = hand
    return HANDS[study]


def _aim(study: Study, said: dict[str, Any]) -> Aim:
    return Aim(study.protocol_document, study.criteria_document, said["criteria"]["options"], said["trained_for"])


def _reading(aim: Aim) -> Reading:
    from hlh_tui.assess.library import read_set
    from hlh_tui.assess.options import choose

    return choose(read_set(aim.criteria), aim.options)


def _read_as(study: Study, actor: Actor, reading: Reading) -> None:
    from hlh_tui.assess.options import moved
    from hlh_tui.assess.reading import choose_reading

    if moved(reading.base, reading.options):
        choose_reading(study, actor, reading.options, "as the study reads them that is trained for")


def _begun(aim: Aim, hand: Hand, reading: Reading) -> dict[str, Any]:
    """What the log keeps of the deal: enough to deal it again, and no answer."""
    return {
        "seed": hand.seed,
        "cases": len(hand.cases),
        "hand_sha256": hand.sha256,
        "protocol": {"id": aim.protocol.id, "version": aim.protocol.version, "hash": aim.protocol.hash},
        "criteria": {
            "id": aim.criteria.id,
            "version": aim.criteria.version,
            "hash": aim.criteria.hash,
            "options": dict(reading.options),
        },
        "trained_for": aim.study_id,
    }


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "true" if value is True else "false" if value is False else repr(value)
