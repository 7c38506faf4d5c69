"""The trail into a file that appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.review.errors import ReviewError
from hlh_tui.review.trail.as_files import ENDINGS, FORMS
from hlh_tui.review.trail.header import header_of
from hlh_tui.review.trail.models import TrailFilter
from hlh_tui.review.trail.trail import ANY, whole_trail
from hlh_tui.study.whole_file import part_of, take_name

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


class TrailNotWritten(ReviewError):
    """A trail that cannot be written where it should be."""


def write_trail(study: Study, actor: Actor, file: Path, wanted: TrailFilter = ANY, form: str | None = None) -> int:
    """Write what this person may read of the trail to a new file and return how many entries it holds.

    ``form`` is text, json, jsonl, csv or html; without it the file's ending says. ``TrailNotWritten`` when there is
    such a file already, no folder, an unknown ending, or the disk refuses.
    """
    require_free(study, file)
    form = form or form_of(file)
    header = header_of(study, actor, wanted)
    put(file, FORMS[form](header, whole_trail(study, actor, wanted)))
    return header.entries


def form_of(file: Path) -> str:
    """The form that the file's ending says; ``TrailNotWritten`` for another ending."""
    form = ENDINGS.get(file.suffix.lower().lstrip("."))
    if form is None:
        raise TrailNotWritten(f"{file.name} says no form: end it with one of {', '.join(f'.{one}' for one in ENDINGS)}")
    return form


def require_free(study: Study, file: Path) -> None:
    """``TrailNotWritten`` where a file is there already, there is no folder for it, or it belongs to the study."""
    if study.where.has(file):
        raise TrailNotWritten(f"{file} belongs to the study: choose another name")
    if os.path.lexists(file):
        raise taken(file)
    if not file.absolute().parent.is_dir():
        raise TrailNotWritten(f"there is no folder {file.absolute().parent}: make it first, or choose another place")


def taken(file: Path) -> TrailNotWritten:
    """The sentence for a name that is taken."""
    return TrailNotWritten(f"{file} exists already and is never overwritten: choose another name")


def put(file: Path, pieces: Iterable[str]) -> None:
    """Write the pieces under another name beside the file and give it its name at the end; ``TrailNotWritten``."""
    part = part_of(file)
    try:
        with part.open("x", encoding="utf-8", errors="backslashreplace", newline="") as out:
            out.writelines(pieces)
            out.flush()
            os.fsync(out.fileno())
        take_name(part, file)
    except FileExistsError:
        raise taken(file) from None
    except OSError as error:
        raise TrailNotWritten(
            f"{file} could not be written ({error.strerror or error}): make room or choose another place"
        ) from error
    finally:
        part.unlink(missing_ok=True)
