"""The study file: make it, open it, copy it; one DuckDB file with its lock and its log mirror beside it.

Imports stay few here: the app opens its study before the first screen.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.study.errors import DamagedStudy, ReadOnlyStudy, StudyFileError, StudyInUse
from hlh_tui.study.lock import held
from hlh_tui.study.places import places, require_folder
from hlh_tui.study.study import Study, checkpoint

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Adopted
    from hlh_tui.study.create import Packed
    from hlh_tui.study.models import Actor

__all__ = [
    "DamagedStudy",
    "ReadOnlyStudy",
    "Study",
    "StudyFileError",
    "StudyInUse",
    "checkpoint",
    "create_study",
    "open_study",
    "snapshot",
]


def create_study(
    path: Path,
    protocol: Adopted,
    criteria: Adopted,
    actor: Actor,
    *,
    synthetic: bool = False,
    staging: Path | None = None,
    packed: Packed | None = None,
) -> Study:
    """A new study at ``path`` with its first log entry; ``StudyFileError`` if anything is there already.

    It is empty unless it is ``packed`` with the charts of one reader.
    """
    from hlh_tui.study.create import fill, require_vacant

    where = places(path)
    require_folder(where)
    with held(where) as lock:
        require_vacant(where)
        return fill(where, lock, protocol, criteria, actor, synthetic=synthetic, staging=staging, packed=packed)


def open_study(path: Path, *, read_only: bool = False, staging: Path | None = None) -> Study:
    """The study at ``path``, its log checked against its mirror first.

    A file without write permission, and a snapshot, open for reading only. ``staging``: a folder in which the
    engine may read and write files although its access to others is off.
    Raises ``StudyInUse``, ``DamagedStudy``, ``NewerStudy`` or ``StudyFileError``; the files are then as they were.
    """
    from hlh_tui.study.opening import is_write_protected, open_held, require_something

    where = places(path)
    require_folder(where)
    require_something(where)
    read_only = read_only or is_write_protected(where)
    with held(where, shared=read_only) as lock:
        return open_held(where, lock, read_only=read_only, staging=staging)


def snapshot(path: Path, into: Path) -> Path:
    """A read-only copy of the study at ``path``, also while another process holds it; see ``study.snapshot``."""
    from hlh_tui.study.snapshot import take_snapshot

    return take_snapshot(path, into)
