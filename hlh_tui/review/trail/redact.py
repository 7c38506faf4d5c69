"""Taking personal data out of the log, with every later entry that copied it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.review.conduct import state
from hlh_tui.review.conduct.authority import require
from hlh_tui.review.desk import DESKS
from hlh_tui.review.errors import ReviewError
from hlh_tui.study.redaction import redact as redact_entry
from hlh_tui.study.redaction import text_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

COPIES = "SELECT seq, payload FROM log WHERE TRY_CAST(payload ->> '$.old.seq' AS BIGINT) = $1 ORDER BY seq"
TELLING = 4
"""Characters from which on a redacted text must not be said again in the reason."""
STILL_THERE = (
    "Earlier exports, backups, snapshots, packs and printouts still hold the text, and parts of the disk that are no"
    " longer in use may: replace or destroy those copies."
)
IN_THE_FILE = "So may unused parts of the study file until hlh-tui redact STUDY --rewrite writes it anew."
"""Said where the redaction is not followed by ``study.rewrite``."""


class RedactionTells(ReviewError):
    """A redaction whose reason says again what is to go."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """What was redacted: the entry, its fields, the later entries that quoted it, and the redacting entries."""

    entry: int
    fields: tuple[str, ...]
    copies: tuple[int, ...]
    made: tuple[int, ...]

    @property
    def told(self) -> str:
        """The act in sentences, with what it does not reach."""
        copied = ""
        if self.copies:
            numbers = ", ".join(map(str, self.copies))
            copied = f", and out of {'entries' if len(self.copies) > 1 else 'entry'} {numbers}, which quoted it"
        fields = " and ".join(self.fields)
        return (
            f"{fields} taken out of entry {self.entry}{copied}; recorded as entry {self.made[-1]},"
            f" the log still verifies. {STILL_THERE}"
        )


def redact(study: Study, actor: Actor, entry: int, fields: Sequence[str], reason: str) -> Redacted:
    """Take texts out of an entry and out of the later entries that quote them as what they replaced.

    The copies go first, so that after a crash the same call does the rest. ``NotAllowed`` unless the actor
    coordinates; ``RedactionTells`` when the reason repeats the text; ``RedactionRefused`` as in ``study.redaction``.
    """
    require(study, actor, "redact")
    with study.writing:
        _refuse_telling(study, entry, fields, reason)
        copies = quoting(study, entry, fields)
        try:
            made = [redact_entry(study, actor, seq, held, reason).seq for seq, held in copies]
            made.append(redact_entry(study, actor, entry, fields, reason).seq)
        finally:
            forget(study)
    return Redacted(entry, tuple(fields), tuple(seq for seq, _ in copies), tuple(made))


def forget(study: Study) -> None:
    """Drop what is kept of the log's texts in memory; it is read again when it is next needed."""
    DESKS.pop(study, None)
    with state.TURN:
        state.KEPT.pop(study, None)


def _texts(study: Study, entry: int, fields: Sequence[str]) -> dict[str, str]:
    rows = study.rows("SELECT payload FROM log WHERE seq = $1", (entry,))
    payload = json.loads(rows[0][0]) if rows else {}
    return {field: text for field in fields if (text := text_at(payload, field))}


def _refuse_telling(study: Study, entry: int, fields: Sequence[str], reason: str) -> None:
    said = " ".join(reason.lower().split())
    for field, text in _texts(study, entry, fields).items():
        words = " ".join(text.lower().split())
        if len(words) >= TELLING and words in said:
            raise RedactionTells(
                f"the reason repeats the {field} of entry {entry}: say why it must go without the text"
            )


def quoting(study: Study, entry: int, fields: Sequence[str]) -> list[tuple[int, list[str]]]:
    """The entries that quote the texts as what they replaced, or say them again, and the fields in which they do."""
    texts = _texts(study, entry, fields)
    found: dict[int, list[str]] = {}
    looked, ahead = {entry}, [entry]
    while ahead:
        for seq, text in study.rows(COPIES, (ahead.pop(),)):
            payload = json.loads(text)
            held = [
                path
                for field, said in texts.items()
                for path in (field, f"old.{field}")
                if text_at(payload, path) == said
            ]
            if held and seq not in looked:
                found[seq] = held
                looked.add(seq)
                ahead.append(seq)
    return sorted(found.items())
