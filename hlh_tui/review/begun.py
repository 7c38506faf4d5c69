"""Judgements that are begun and not saved, kept beside the study so that a killed process takes none of them along.

They are no part of the study: they stand in no log and no export, nothing counts them, and saving removes them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from hlh_tui.protocol.models import StudyProtocol
from hlh_tui.review.decide import CONFIDENCES
from hlh_tui.review.errors import BegunNotReadable, BegunPutAside
from hlh_tui.review.models import Cited, CurrentDecision, Seen
from hlh_tui.review.own_decisions import own_decisions
from hlh_tui.review.reason import draft_reason
from hlh_tui.study.file import Study
from hlh_tui.study.models import Actor
from hlh_tui.study.places import sync_folder
from hlh_tui.study.whole_file import part_of, take_name

READABLE_BY_ITS_USER = 0o600


@dataclass(frozen=True, slots=True)
class Draft:
    """A judgement that is being made and is not saved; ``own_words`` once the reader has edited the reason."""

    category: str | None = None
    confidence: str = "high"
    reason: str = ""
    own_words: bool = False
    evidence: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft with the case it is of, who made it in which role, and what was on the screen until then."""

    reader: str
    role: str
    patient_id: str
    draft: Draft
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class BegunFile:
    """What the file beside a study holds; ``study`` is the hash of the first entry of that study's log."""

    study: str
    begun: tuple[Begun, ...]


def wording(draft: Draft, protocol: StudyProtocol) -> str:
    """The reason as it stands: the reader's own words, else a sentence drafted from the cited evidence."""
    if draft.own_words or draft.category is None:
        return draft.reason
    return draft_reason(protocol.category(draft.category).label, draft.evidence)


def kept(study: Study, reader: Actor, role: str) -> tuple[Begun, ...]:
    """What this reader had begun in this role when it was kept last, except what a decision in force says by now.

    Empty for a study that is open read-only, and where the file is of another study of the same name.
    ``BegunPutAside`` where it makes no sense: it is met no second time then. ``BegunNotReadable`` where the system
    refuses it, as one of another account: it stays as it is, and ``keep`` refuses likewise.
    """
    protocol = study.protocol
    if study.read_only:
        return ()
    return tuple(
        each
        for each in _read(study)
        if (each.reader, each.role) == (reader.id, role)
        and not is_saved(each.draft, own_decisions(study, reader, role, each.patient_id).get(each.patient_id), protocol)
    )


def keep(study: Study, reader: Actor, role: str, begun: Sequence[Begun]) -> None:
    """Keep these judgements of this reader in this role, on disk when it returns; those of others stay as they are.

    ``OSError`` where the disk refuses: what was kept before is still there then.
    """
    others = tuple(each for each in _read(study) if (each.reader, each.role) != (reader.id, role))
    together = (*others, *begun)
    if together:
        _write(study.where.begun, BegunFile(_identity(study), together))
    else:
        study.where.begun.unlink(missing_ok=True)


def is_saved(draft: Draft, mine: CurrentDecision | None, protocol: StudyProtocol) -> bool:
    """Whether the decision in force says what the draft says: the process ended between saving and tidying up."""
    if mine is None or draft.category is None:
        return False
    says = (draft.category, draft.confidence, wording(draft, protocol).strip(), draft.evidence)
    return says == (mine.category, mine.confidence, mine.reason, mine.evidence)


def _read(study: Study) -> tuple[Begun, ...]:
    file = study.where.begun
    try:
        found = msgspec.json.decode(file.read_bytes(), type=BegunFile)
        if found.study != _identity(study):
            return ()
        _require_known(found.begun, study.protocol)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise BegunNotReadable(
            f"{file.name} cannot be read ({error.strerror}): nothing that is begun is kept beside the study now; save"
            " with enter, or ask whose file it is to let you read it"
        ) from error
    except ValueError as error:
        raise _put_aside(file, error) from error
    return found.begun


def _require_known(begun: Sequence[Begun], protocol: StudyProtocol) -> None:
    """``ValueError`` for a category or a confidence that no screen could show."""
    known = {None, *(category.id for category in protocol.categories)}
    for each in begun:
        if each.draft.category not in known or each.draft.confidence not in CONFIDENCES:
            raise ValueError(f"{each.patient_id}: no {each.draft.category} of {each.draft.confidence} confidence here")


def _put_aside(file: Path, error: Exception) -> BegunPutAside:
    """Give the file another name, so that what it may still hold is not written over."""
    aside = file.with_suffix(".unreadable.json")
    file.replace(aside)
    return BegunPutAside(
        f"judgements that were begun and not saved could not be read ({error}); they are put aside as {aside.name}:"
        " look into it, and begin them again"
    )


def _write(file: Path, holds: BegunFile) -> None:
    part = part_of(file)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READABLE_BY_ITS_USER), "wb") as whole:
            whole.write(msgspec.json.format(msgspec.json.encode(holds), indent=1))
            whole.flush()
            os.fsync(whole.fileno())
        take_name(part, file, over=True)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(file.parent)


def _identity(study: Study) -> str:
    ((first,),) = study.rows("SELECT hash FROM log WHERE seq = 1")
    return str(first)
