"""What each entry of the log says, as an English sentence; the wording is data, in ``actions.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hlh_tui.review.reason import day_text
from hlh_tui.review.trail.facts import facts_of
from hlh_tui.review.trail.models import Change

FILE = Path(__file__).with_name("actions.toml")
FIELD = re.compile(r"\{([\w.]+)\}")
UNKNOWN = "unknown"
FROM_PACK = "; recorded in pack {pack.id} at {read_at}"
LONGEST = 2000
"""Characters of one value in a sentence; what is longer stands in full in the entry itself."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How one action is told."""

    label: str
    says: tuple[str, ...]
    also: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]
    compare: tuple[str, str] | None


@cache
def wordings() -> dict[str, Wording]:
    """Action -> its wording; the one of actions that are not known stands under ``unknown``."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {action: _wording(said) for action, said in found.items() if action not in ("words", "together")}


def _wording(said: dict[str, Any]) -> Wording:
    compare = said.get("compare")
    return Wording(
        said["label"],
        tuple(said["says"]),
        tuple(said.get("also", ())),
        tuple((each["field"], each["old"], each["new"]) for each in said.get("changes", ())),
        None if compare is None else (compare["old"], compare["new"]),
    )


@cache
def words() -> dict[str, dict[str, str]]:
    """Field -> the words for each of its values."""
    found: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["words"]
    return found


def wording(action: str) -> Wording:
    """How the action is told, also one of a newer version."""
    return wordings().get(action) or wordings()[UNKNOWN]


def label(action: str) -> str:
    """The action in a word or two; an action of a newer version is its own label."""
    return wordings()[action].label if action in wordings() and action != UNKNOWN else action.replace("_", " ")


@cache
def together() -> dict[str, tuple[str, ...]]:
    """Name -> the actions that are asked for by it together, such as every ``unblinding``."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))["together"]
    return {name: tuple(actions) for name, actions in found.items()}


def actions_called(said: str) -> tuple[str, ...]:
    """The actions known by that name, alone or together, or whose label holds those words."""
    wanted = " ".join(said.lower().replace("_", " ").split())
    if wanted in together():
        return together()[wanted]
    return tuple(
        action
        for action in wordings()
        if action != UNKNOWN and (wanted == action.replace("_", " ") or wanted in wordings()[action].label)
    )


def actions_with(word: str) -> tuple[str, ...]:
    """The actions in whose label the word stands."""
    return tuple(
        action for action, told in wordings().items() if action != UNKNOWN and word.lower() in told.label.split()
    )


def sentence(action: str, patient_id: str | None, payload: Mapping[str, Any]) -> str:
    """What was done, for example ``revised P05 from CR to PR, high confidence``; a payload of any shape gives one."""
    told = wording(action)
    given = {**payload, **facts_of(action, payload, words()), "case": patient_id, "this_action": action}
    start = next((text for each in told.says if (text := filled(each, given)) is not None), label(action))
    return start + "".join(text for each in (*told.also, FROM_PACK) if (text := filled(each, given)) is not None)


def changes(action: str, payload: Mapping[str, Any]) -> tuple[Change, ...]:
    """What the entry set, old and new; a first decision has no old one."""
    told = wording(action)
    pairs = [(field, filled(old, payload) or None, filled(new, payload) or None) for field, old, new in told.changes]
    if told.compare is not None:
        pairs += _compared(payload, *told.compare)
    return tuple(Change(field, old, new) for field, old, new in pairs if old != new)


def _compared(payload: Mapping[str, Any], old: str, new: str) -> list[tuple[str, str | None, str | None]]:
    before, after = payload.get(old), payload.get(new)
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [(str(key), shown(before.get(key)), shown(after.get(key))) for key in dict.fromkeys((*before, *after))]


def filled(template: str, given: Mapping[str, Any]) -> str | None:
    """The template with its fields filled in; None if one of them is missing, empty or no plain value."""
    words, fields = parts_of(template)
    found = [words[0]]
    for field, following in zip(fields, words[1:], strict=True):
        value: Any = given
        for name in field:
            value = value.get(name) if isinstance(value, dict) else None
        text = shown(value)
        if not text:
            return None
        found += (text, following)
    return "".join(found)


@cache
def parts_of(template: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The words around the fields of a template, and the names in the dotted path of each field."""
    parts = FIELD.split(template)
    return tuple(parts[::2]), tuple(tuple(path.split(".")) for path in parts[1::2])


def shown(value: Any) -> str | None:
    """A plain value on one line; None for nothing, an object or a list."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return day_text(value) if isinstance(value, float) else str(value)
    if isinstance(value, str):
        line = " ".join(value.split())
        return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
    return None
