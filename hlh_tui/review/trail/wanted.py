"""What of the trail is wanted: filter words as somebody types them, and the conditions in SQL that they make."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from hlh_tui.review.errors import ReviewError
from hlh_tui.review.trail.models import Page, TrailFilter
from hlh_tui.review.trail.moments import moment
from hlh_tui.review.trail.sentences import actions_called, actions_with
from hlh_tui.study.log import canonical_json

PART = re.compile(r'(\w+):("[^"]*"|\S+)')
PARTS = ("by", "case", "action", "since", "until")


class FilterRefused(ReviewError):
    """Filter words that cannot be understood."""


def filter_from(words: str) -> TrailFilter:
    """The filter in words such as ``by:"A. Meyer" case:P05 since:2026-11-20 ferritin``; what is left is searched for.

    ``FilterRefused`` for a part that is not known, ``TimeRefused`` for a time that cannot be read.
    """
    parts: dict[str, str] = {}
    for name, value in PART.findall(words):
        if name not in PARTS:
            raise FilterRefused(
                f"{name!r} is no part of an entry; use {', '.join(f'{one}:' for one in PARTS)} or words"
            )
        parts[name] = value.strip('"')
    rest = " ".join(PART.sub(" ", words).split())
    return made_filter(search=rest, **parts)


def made_filter(
    by: str = "", action: str = "", case: str = "", since: str | None = None, until: str | None = None, search: str = ""
) -> TrailFilter:
    """A filter whose times are as the log writes them; ``FilterRefused`` for an action that nobody knows."""
    return TrailFilter(
        by=" ".join(by.split()),
        action=action.strip(),
        case=case.strip(),
        since=None if not since else moment(since),
        until=None if not until else moment(until, end=True),
        search=" ".join(search.split()),
    )


@dataclass(slots=True)
class Conditions:
    """Conditions on ``seen`` and their parameters; ``$1`` is the reader."""

    params: list[Any]
    texts: list[str] = field(default_factory=list)

    def add(self, text: str, *params: Any) -> None:
        """One more condition, ``{0}``, ``{1}`` standing for its parameters."""
        first = len(self.params) + 1
        self.params += params
        self.texts.append(text.format(*(f"${first + number}" for number in range(len(params)))))

    @property
    def where(self) -> str:
        """The WHERE clause, "" without conditions."""
        return f"WHERE {' AND '.join(self.texts)}" if self.texts else ""


def conditions(reader: str, wanted: TrailFilter) -> Conditions:
    """What the filter asks of an entry, but for its words."""
    found = Conditions([reader])
    if wanted.by:
        found.add("(actor = {0} OR contains(lower(actor_name), lower({0})))", wanted.by)
    if wanted.case:
        found.add("lower(patient_id) = lower({0})", wanted.case)
    if wanted.since:
        found.add("recorded_at >= {0}", wanted.since)
    if wanted.until:
        found.add("recorded_at <= {0}", wanted.until)
    if wanted.action:
        known = list(actions_called(wanted.action)) or [wanted.action]
        found.add("action IN (SELECT unnest(CAST({0} AS VARCHAR[])))", known)
    return found


SPOKEN = """(
    contains(lower(actor_name), lower({0})) OR contains(lower(coalesce(patient_id, '')), lower({0}))
    OR action IN (SELECT unnest(CAST({1} AS VARCHAR[])))
    OR (
        contains(lower(payload), lower({2}))
        AND CASE
            WHEN {3} OR action IN ('study_created', 'criteria_adopted') THEN contains(
                lower(regexp_replace(payload, '"toml":"([^"\\\\]|\\\\.)*"|"[^"]*":', ' ', 'g')), lower({2})
            )
            ELSE true
        END
    )
)"""
"""Where one word may occur: name, case, the action in words, or any value in the entry.

Not in the name of a field, nor in the text of a protocol or criteria document, which holds every word. To take the
names out takes long, so it is done only for words that occur in one.
"""

NAMES = (
    "app_version session protocol_hash criteria_hash role category day confidence reason evidence kind name text"
    " criteria id version hash options proposal_seen old seq reveals seen seconds items notes sources whole_course"
    " accepted disagreement pack recorded_at undoes undone redoes note about question owner query answer person"
    " public_key new missing unsettled what until reader seed cases case patient_id repeat entries head sealed signed"
    " file_sha256 meeting decision entry_hash meaning printed_name covers evidence_sha256 study_id signature entry"
    " fields rest_sha256 upto certificate files sha256 rows added content_hash charted_hash folder checksum toml"
    " synthetic created_at adopted_at"
)
"""The names of the fields of entries; a name that a newer version adds may be found like a word."""


def search_in_sql(found: Conditions, words: str, hidden: tuple[int, ...]) -> None:
    """Ask for every word somewhere in the entry; what is in a vote that is still hidden does not count."""
    for word in words.split():
        found.add(SPOKEN, word, list(actions_with(word)), in_json(word), word.lower() in NAMES)
    if words and hidden:
        found.add("seq NOT IN (SELECT unnest(CAST({0} AS BIGINT[])))", list(hidden))


def in_json(word: str) -> str:
    """The word as a JSON text holds it."""
    return canonical_json(word)[1:-1]


def on_page(found: Conditions, page: Page) -> str:
    """Add where the page begins; the ORDER BY and LIMIT of it."""
    if page.beyond is not None:
        found.add("number < {0}" if page.newest_first else "number > {0}", page.beyond)
    return f"ORDER BY number {'DESC' if page.newest_first else 'ASC'} LIMIT {max(int(page.limit), 0)}"
