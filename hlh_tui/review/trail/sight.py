"""Whose entries somebody may read: the whole log, or in a blinded study their own and what concerns everybody.

Who may not read the whole log gets running numbers of their own, so that no gap tells how far the others are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.review.conduct.authority import refusal

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

HERE = Path(__file__).parent
HIDDEN_VOTES = """
SELECT vote.seq
FROM log AS vote
WHERE vote.action = 'voted' AND vote.actor <> $1 AND NOT EXISTS (
    SELECT 1 FROM log AS opened
    WHERE opened.action = 'votes_revealed' AND opened.patient_id = vote.patient_id
      AND opened.payload ->> '$.meeting' = vote.payload ->> '$.meeting'
)
ORDER BY vote.seq"""

ORIGIN = "pack"
"""Where an entry says which pack it came from; its numbers are those of the pack, and its code names a case."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What of the log ``reader`` may read: all of it if ``whole``; ``hidden_votes`` are not open to them yet."""

    reader: str
    whole: bool
    hidden_votes: tuple[int, ...]

    @property
    def source(self) -> str:
        """The start of a SELECT from ``seen`` (number, and the columns of the log); ``$1`` is the reader."""
        if self.whole:
            return "WITH seen AS (SELECT seq AS number, * FROM log WHERE $1 IS NOT NULL)"
        return (
            own_entries()
            .replace("{study_level}", _quoted("study_level"))
            .replace("{about_reader}", _quoted("about_reader"))
        )


def sight_of(study: Study, actor: Actor) -> Sight:
    """What this person may read now; the votes of a round that is under way stay hidden from everybody else."""
    votes = tuple(seq for (seq,) in study.rows(HIDDEN_VOTES, (actor.id,)))
    return Sight(actor.id, refusal(study, actor, "trail") is None, votes)


@cache
def own_entries() -> str:
    """The text of own_entries.sql."""
    return (HERE / "own_entries.sql").read_text(encoding="utf-8")


@cache
def rules() -> dict[str, dict[str, list[str]]]:
    """What is shown of other people's entries, as blinded.toml says."""
    return tomllib.loads((HERE / "blinded.toml").read_text(encoding="utf-8"))


def _quoted(group: str) -> str:
    return ", ".join(f"'{action}'" for action in rules()[group])


def shown_payload(
    sight: Sight, seq: int, actor: str, action: str, payload: dict[str, Any], numbers: Mapping[int, int]
) -> dict[str, Any]:
    """The payload as this person may read it; ``numbers``: number of each entry that they see, by its seq."""
    if seq in sight.hidden_votes:
        return {key: value for key, value in payload.items() if key == "meeting"}
    if sight.whole:
        return payload
    own = rules()["own"]
    hidden = own["hidden"]
    if actor != sight.reader:
        groups = (rules()[group] for group in ("study_level", "about_reader", "about_entry"))
        shown = next((group[action] for group in groups if action in group), [])
        payload = {key: value for key, value in payload.items() if key in shown or key in own["always"]}
        hidden = []
    found: dict[str, Any] = _renumbered(payload, own["numbers"], hidden, numbers)
    return found


def _renumbered(value: Any, named: list[str], hidden: list[str], numbers: Mapping[int, int]) -> Any:
    """A copy with this reader's own numbers where other entries are named, and without the hidden fields."""
    if isinstance(value, list):
        return [_renumbered(each, named, hidden, numbers) for each in value]
    if not isinstance(value, dict):
        return value
    copy: dict[str, Any] = {}
    for key, inner in value.items():
        if key in hidden:
            continue
        if key == ORIGIN and isinstance(inner, dict) and "seq" in inner:
            copy[key] = {name: inner[name] for name in ("id", "recorded_at") if name in inner}
        elif key in named and isinstance(inner, int):
            if inner in numbers:
                copy[key] = numbers[inner]
        else:
            copy[key] = _renumbered(inner, named, hidden, numbers)
    return copy


def references(payload: Any) -> set[int]:
    """The numbers of the entries that a payload names."""
    named = rules()["own"]["numbers"]
    if isinstance(payload, list):
        return {number for each in payload for number in references(each)}
    if not isinstance(payload, dict):
        return set()
    found = {payload[key] for key in named if isinstance(payload.get(key), int)}
    return found | {number for each in payload.values() for number in references(each)}
