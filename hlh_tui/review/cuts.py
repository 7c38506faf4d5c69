"""Named data cuts: a state of the study that can be named later, compared with others, and verified against."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.review.conduct.authority import require
from hlh_tui.review.conduct.blinding import closed, sees_conduct
from hlh_tui.review.errors import ReviewError
from hlh_tui.study.log import append

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

NOW = "now"
LONGEST_NAME = 60
MADE = "SELECT seq, recorded_at, actor_name, payload FROM log WHERE action = 'cut_made' ORDER BY seq"


class CutRefused(ReviewError):
    """A cut that cannot be made or found as asked."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A named cut: the log up to entry ``entries``, whose hash is ``head``; ``seq`` is the entry that names it."""

    name: str
    entries: int
    head: str
    reason: str
    seq: int
    recorded_at: str
    actor_name: str


@dataclass(frozen=True, slots=True)
class Point:
    """A state of the study: as of entry ``seq``, and what it was called (a cut's name, now, or the number)."""

    label: str
    seq: int
    recorded_at: str


def cuts(study: Study, seen_by: Actor | None = None) -> tuple[Cut, ...]:
    """Every cut of the study in order; none for ``seen_by`` where numbers of entries would tell them of others."""
    if seen_by is not None and not sees_conduct(study, seen_by.id):
        return ()
    found = []
    for seq, recorded_at, actor_name, payload in study.rows(MADE):
        said = json.loads(payload)
        found.append(Cut(said["name"], said["entries"], said["head"], said["reason"], seq, recorded_at, actor_name))
    return tuple(found)


def make_cut(study: Study, actor: Actor, name: str, reason: str) -> Cut:
    """Name the study as it is now, with a reason; the cut, which is in the log when this returns.

    ``NotAllowed`` for who may not; ``CutRefused`` for a name that is taken, is a number, or cannot be printed.
    """
    require(study, actor, "cut")
    with study.writing:
        name = " ".join(name.split())
        _require_name(study, name)
        if not reason.strip():
            raise CutRefused(f"the cut {name!r} needs a reason; say in a sentence what it is for")
        entries, head = study.head
        payload = {"name": name, "entries": entries, "head": head, "reason": reason.strip()}
        entry = append(study, actor, "cut_made", payload=payload)
    return Cut(name, entries, head, reason.strip(), entry.seq, entry.recorded_at, actor.name)


def cut_record(study: Study, cut: Cut) -> dict[str, Any]:
    """The cut as a JSON object to keep outside the study: against it a later log can be verified.

    ``finals`` counts the final categories and where they come from; None while results are closed.
    """
    return {
        "kind": "hlh-tui data cut",
        "study_id": study.facts["study_id"],
        "synthetic": study.synthetic,
        "name": cut.name,
        "entries": cut.entries,
        "head": cut.head,
        "reason": cut.reason,
        "made_by": cut.actor_name,
        "made_at": cut.recorded_at,
        "finals": _finals(study, cut) if closed(study, "final categories") is None else None,
    }


def write_cut(study: Study, cut: Cut, file: Path) -> None:
    """Write the cut's record to a new file; ``CutRefused`` if it cannot be written."""
    text = json.dumps(cut_record(study, cut), ensure_ascii=False, indent=2)
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text + "\n")
    except OSError as error:
        raise CutRefused(
            f"the cut {cut.name!r} is in the log, but {file} could not be written ({error.strerror}); name another file"
        ) from error


def require_vacant(file: Path) -> None:
    """``CutRefused`` unless the file can be made: asked before the cut is."""
    if os.path.lexists(file):
        raise CutRefused(f"{file} exists already and is never overwritten; choose another name")
    if not file.absolute().parent.is_dir():
        raise CutRefused(f"there is no folder {file.absolute().parent}; make it first, or choose another place")


def cut_named(study: Study, name: str) -> Cut:
    """The cut of that name; ``CutRefused`` names those that there are."""
    made = cuts(study)
    found = [cut for cut in made if cut.name.casefold() == " ".join(name.split()).casefold()]
    if not found:
        known = f"its cuts are {', '.join(cut.name for cut in made)}" if made else "it has none yet"
        raise CutRefused(f"{study.path.name} has no cut {name!r}; {known}; now and entry numbers serve as well")
    return found[0]


def point(study: Study, word: str) -> Point:
    """The state that a word names: a cut, ``now``, or the number of an entry; ``CutRefused`` if there is none.

    Also refused is a cut whose head is not the log's any more: the log before it was changed.
    """
    seq, digest = study.head
    if word.casefold() == NOW:
        return Point(NOW, seq, _recorded(study, seq)[0])
    if word.isascii() and word.isdigit():
        if not 1 <= int(word[:18]) <= seq:
            raise CutRefused(f"there is no entry {word}; the log of {study.path.name} has the entries 1 to {seq}")
        return Point(f"entry {int(word)}", int(word), _recorded(study, int(word))[0])
    cut = cut_named(study, word)
    recorded_at, digest = _recorded(study, cut.entries)
    if digest != cut.head:
        raise CutRefused(
            f"the log before the cut {cut.name!r} is not what it was; run hlh-tui verify {study.path.name}"
        )
    return Point(cut.name, cut.entries, recorded_at)


def _recorded(study: Study, seq: int) -> tuple[str, str]:
    rows = study.rows("SELECT recorded_at, hash FROM log WHERE seq = $1", (seq,))
    return rows[0] if rows else ("", "")


def _require_name(study: Study, name: str) -> None:
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise CutRefused(f"{name[:LONGEST_NAME]!r} cannot name a cut; use up to {LONGEST_NAME} printable characters")
    if name.casefold() == NOW or name.isdigit() or name.startswith("-"):
        raise CutRefused(f"{name!r} cannot name a cut, because it means something else; choose a word, such as interim")
    taken = [cut for cut in cuts(study) if cut.name.casefold() == name.casefold()]
    if taken:
        raise CutRefused(f"there is a cut {taken[0].name!r} already, of entry {taken[0].entries}; choose another name")


def _finals(study: Study, cut: Cut) -> dict[str, Any]:
    from hlh_tui.review.state import final_categories

    finals = final_categories(study, cut.entries).values()
    return {
        "patients": len(finals),
        "sources": dict(sorted(Counter(each.source for each in finals).items())),
        "categories": dict(sorted(Counter(each.category for each in finals if each.category).items())),
    }
