"""The trail: what a person may read of the log, filtered, a page at a time, each entry as a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hlh_tui.review.errors import ReviewError
from hlh_tui.review.trail.models import Page, TrailEntry, TrailFilter, TrailLine
from hlh_tui.review.trail.sentences import actions_with, changes, label, sentence, shown
from hlh_tui.review.trail.sight import Sight, references, shown_payload, sight_of
from hlh_tui.review.trail.standing import standings
from hlh_tui.review.trail.wanted import conditions, on_page, search_in_sql
from hlh_tui.study.log import canonical_json

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

COLUMNS = "number, seq, recorded_at, actor, actor_name, action, patient_id, payload, prev_hash, hash"
NUMBERS = """
SELECT seq, number FROM seen
WHERE seq IN (SELECT unnest(CAST($2 AS BIGINT[])))
   OR (action IN ('decided', 'undone') AND patient_id IN (SELECT unnest(CAST($3 AS VARCHAR[]))))"""
ANY = TrailFilter()
FIRST = Page()
AT_ONCE = 5000
"""Entries read at a time where all are wanted."""


DOCUMENT = "toml"
"""The field that holds the text of a protocol or criteria document; it is not searched, for it holds every word."""


class NoEntry(ReviewError):
    """An entry that is not there, or not for this reader."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as this person may read it."""

    number: int
    seq: int
    recorded_at: str
    actor: str
    actor_name: str
    action: str
    patient_id: str | None
    payload: dict[str, Any]
    prev_hash: str
    hash: str


def trail(study: Study, actor: Actor, wanted: TrailFilter = ANY, page: Page = FIRST) -> tuple[TrailLine, ...]:
    """The entries that are wanted and that this person may read, as sentences; at most a page of them, in its order."""
    sight = sight_of(study, actor)
    return lines_of(study, sight, _shown(study, sight, wanted, page))


def whole_trail(study: Study, actor: Actor, wanted: TrailFilter = ANY) -> Iterator[TrailEntry]:
    """Every entry that is wanted, the oldest first, with all it holds; read piece by piece."""
    sight = sight_of(study, actor)
    beyond: int | None = None
    while found := _shown(study, sight, wanted, Page(AT_ONCE, beyond)):
        for line, each in zip(lines_of(study, sight, found), found, strict=True):
            yield TrailEntry(line, each.payload, each.prev_hash, each.hash)
        if len(found) < AT_ONCE:
            return
        beyond = found[-1].number


def trail_entry(study: Study, actor: Actor, number: int) -> TrailEntry:
    """The entry of that number with all it holds; ``NoEntry`` if this person has no such entry."""
    sight = sight_of(study, actor)
    found = _shown(study, sight, ANY, Page(1, number - 1))
    if not found or found[0].number != number:
        raise NoEntry(f"there is no entry {number} that you may read; hlh-tui log lists those that there are")
    (line,) = lines_of(study, sight, found)
    return TrailEntry(line, found[0].payload, found[0].prev_hash, found[0].hash)


def count(study: Study, actor: Actor, wanted: TrailFilter = ANY) -> int:
    """How many entries are wanted that this person may read."""
    sight = sight_of(study, actor)
    if not sight.whole and wanted.search:
        return len(_own(study, sight, wanted))
    asked = conditions(sight.reader, wanted)
    search_in_sql(asked, wanted.search, sight.hidden_votes)
    ((found,),) = study.rows(f"{sight.source} SELECT count(*) FROM seen {asked.where}", asked.params)
    return int(found)


def _shown(study: Study, sight: Sight, wanted: TrailFilter, page: Page) -> tuple[Shown, ...]:
    if not sight.whole and wanted.search:
        found = _own(study, sight, wanted)
        if page.newest_first:
            found = found[::-1]
        if page.beyond is not None:
            found = [
                one for one in found if (one.number < page.beyond) == page.newest_first and one.number != page.beyond
            ]
        return tuple(found[: page.limit])
    asked = conditions(sight.reader, wanted)
    search_in_sql(asked, wanted.search, sight.hidden_votes)
    order = on_page(asked, page)
    rows = study.rows(f"{sight.source} SELECT {COLUMNS} FROM seen {asked.where} {order}", asked.params)
    return tuple(_as_shown(study, sight, rows))


def _own(study: Study, sight: Sight, wanted: TrailFilter) -> list[Shown]:
    """A blinded reader's entries that hold the words; searched as they are shown, so that nothing hidden is found."""
    asked = conditions(sight.reader, wanted)
    rows = study.rows(f"{sight.source} SELECT {COLUMNS} FROM seen {asked.where} ORDER BY number", asked.params)
    return [one for one in _as_shown(study, sight, rows) if _holds(one, wanted.search)]


def _holds(one: Shown, words: str) -> bool:
    values = " ".join(_values(one.payload)).lower()
    text = f"{one.actor_name} {one.patient_id or ''}".lower()
    return all(word in text or word in values or one.action in actions_with(word) for word in words.lower().split())


def _values(payload: Any) -> Iterator[str]:
    if isinstance(payload, dict):
        payload = [value for key, value in payload.items() if key != DOCUMENT]
    if isinstance(payload, list):
        for each in payload:
            yield from _values(each)
    elif payload is not None:
        yield payload if isinstance(payload, str) else canonical_json(payload)


def _as_shown(study: Study, sight: Sight, rows: Sequence[tuple[Any, ...]]) -> list[Shown]:
    """The rows (see ``COLUMNS``) without what this person may not read."""
    payloads = [decoded(row[7]) for row in rows]
    numbers: Mapping[int, int] = {}
    if not sight.whole:
        named = sorted({number for payload in payloads for number in references(payload)})
        numbers = _numbers(study, sight, named, [])
    return [
        Shown(
            number=row[0],
            seq=row[1],
            recorded_at=row[2],
            actor=row[3],
            actor_name=row[4],
            action=row[5],
            patient_id=row[6],
            payload=shown_payload(sight, row[1], row[3], row[5], payload, numbers),
            prev_hash=row[8] if sight.whole else "",
            hash=row[9],
        )
        for row, payload in zip(rows, payloads, strict=True)
    ]


def _numbers(study: Study, sight: Sight, seqs: list[int], cases: list[str]) -> dict[int, int]:
    """The number that this person sees of each of these entries, and of the decisions on these cases."""
    return dict(study.rows(f"{sight.source} {NUMBERS}", (sight.reader, seqs, cases)))


def decoded(text: str) -> dict[str, Any]:
    """The payload as an object; what is none (a damaged log) stands whole under ``payload``."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"payload": text}


def lines_of(study: Study, sight: Sight, found: Sequence[Shown]) -> tuple[TrailLine, ...]:
    """The entries as lines of the trail."""
    cases = sorted({one.patient_id for one in found if one.action == "decided" and one.patient_id is not None})
    since: dict[int, str] = {}
    if cases:
        since = standings(study, sight, cases, _numbers(study, sight, [], cases))
    names = _criteria_names(study)
    return tuple(
        TrailLine(
            number=one.number,
            recorded_at=one.recorded_at,
            actor=one.actor,
            actor_name=one.actor_name,
            action=one.action,
            label=label(one.action),
            patient_id=one.patient_id,
            sentence=sentence(one.action, one.patient_id, one.payload),
            changes=changes(one.action, one.payload),
            reason=shown(one.payload.get("reason")) or "",
            criteria=_criteria(one.payload, names),
            standing=since.get(one.seq, ""),
        )
        for one in found
    )


def _criteria_names(study: Study) -> dict[str, str]:
    rows = study.rows("SELECT hash, id || ' ' || version FROM protocol WHERE kind = 'criteria'")
    return dict(rows)


def _criteria(payload: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The criteria under which the entry was made: ``locatelli-2020 1.0.0``; "" for an older entry without."""
    said = payload.get("criteria")
    if isinstance(said, dict) and isinstance(said.get("id"), str) and isinstance(said.get("version"), str):
        return f"{said['id']} {said['version']}"
    return names.get(str(payload.get("criteria_hash")), "")
