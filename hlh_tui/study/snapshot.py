"""A read-only copy of a study, also while another process holds it."""

from __future__ import annotations

import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from hlh_tui.study.engine import require_engine_file
from hlh_tui.study.errors import DamagedStudy, StudyFileError
from hlh_tui.study.lock import held, is_held_here, unusable
from hlh_tui.study.opening import open_held, require_database, require_something
from hlh_tui.study.places import SUFFIX, Places, places, require_folder, require_plain_file, sync_folder
from hlh_tui.study.study import Study

ATTEMPTS = 100
PAUSE = 0.05
CLOCK_TICK = 20_000_000
"""Nanoseconds within which two changes of a file may carry one time (the kernel's clock ticks every 1 to 10 ms)."""


def take_snapshot(path: Path, into: Path) -> Path:
    """Copy the study at ``path`` to ``into`` (a folder, or the new file's name), check it and mark it read-only.

    The copy holds everything that was saved when it was taken. It works on the files, so it is refused in the
    process that has the study open: reading the file there would drop the engine's lock on it.
    """
    where = places(path)
    require_something(where)
    require_database(where)
    require_plain_file(where)
    if is_held_here(where):
        raise StudyFileError(f"{where.database.name} is open here: close it before taking a snapshot of it")
    require_engine_file(where)
    target = places(snapshot_name(where, into))
    require_folder(target)
    if any(each.exists() for each in target.files):
        raise StudyFileError(f"{target.database} exists already: choose another name for the snapshot")
    try:
        taken = copy_quietly(where, target)
        mark(where, target, taken)
    except DamagedStudy as refusal:
        remove(target)
        raise DamagedStudy(f"no snapshot was taken: {in_terms_of(where, target, str(refusal))}") from refusal
    except StudyFileError as refusal:
        remove(target)
        raise StudyFileError(f"no snapshot was taken: {in_terms_of(where, target, str(refusal))}") from refusal
    except OSError as error:
        remove(target)
        raise unusable(target, error) from error
    except BaseException:
        remove(target)
        raise
    return target.database


def in_terms_of(where: Places, target: Places, sentence: str) -> str:
    """A sentence about the copy as one about the study itself."""
    for name in ("database", "wal", "mirror"):
        of_copy, of_study = getattr(target, name), getattr(where, name)
        sentence = sentence.replace(str(of_copy), str(of_study)).replace(of_copy.name, of_study.name)
    return sentence


def snapshot_name(where: Places, into: Path) -> Path:
    """``into``, or a name with the time in it if ``into`` is a folder."""
    if not into.is_dir():
        return into
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return into / f"{where.database.name.removesuffix(SUFFIX)}-snapshot-{stamp}{SUFFIX}"


def copy_quietly(where: Places, target: Places) -> str:
    """Copy database, write-ahead log and mirror in a moment in which none is written; when that was (UTC).

    The mirror goes first: its lines follow their commits, so the copied database holds all of them.
    """
    for _ in range(ATTEMPTS):
        before = state(where)
        if time.time_ns() - max(changed for _, _, changed in filter(None, before)) < CLOCK_TICK:
            time.sleep(PAUSE)
            continue
        taken = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            copy_if_there(where.mirror, target.mirror)
            for source, copy in zip(where.engine_files, target.engine_files, strict=True):
                copy_if_there(source, copy)
        except FileNotFoundError:
            time.sleep(PAUSE)
            continue
        if state(where) == before:
            return taken
        time.sleep(PAUSE)
    raise StudyFileError(f"{where.database.name} is being written all the time: try the snapshot again in a moment")


def state(where: Places) -> list[tuple[int, int, int] | None]:
    """Inode, size and time of last change of each file of the study; None where there is none."""
    found: list[tuple[int, int, int] | None] = []
    for each in where.files:
        try:
            status = each.stat()
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((status.st_ino, status.st_size, status.st_mtime_ns))
    return found


def copy_if_there(source: Path, copy: Path) -> None:
    """Copy a file; remove an earlier copy if the file is no longer there."""
    if source.exists():
        shutil.copy(source, copy)
        copy.chmod(copy.stat().st_mode | 0o600)  # of a read-only study; taken back when the copy is marked
    else:
        copy.unlink(missing_ok=True)


def mark(where: Places, target: Places, taken: str) -> None:
    """Check the copy like any study, write into it when and of what it was taken, and take the write permission."""
    with held(target) as lock:
        study = open_held(target, lock, read_only=False, staging=None)
        try:
            write_mark(study, where, taken)
        finally:
            study.close()
    for each in (target.database, target.mirror):
        each.chmod(each.stat().st_mode & 0o444)
        with each.open("rb") as file:
            os.fsync(file.fileno())
    sync_folder(target.database.parent)


def write_mark(study: Study, where: Places, taken: str) -> None:
    """Put the snapshot's origin and time into its facts (a snapshot of a snapshot keeps the first ones)."""
    if "snapshot_at" in study.facts:
        return
    with study.connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO study VALUES (?, ?)",
            [("snapshot_of", str(where.database)), ("snapshot_at", taken)],
        )


def remove(target: Places) -> None:
    """Take back a snapshot that could not be finished."""
    for each in (*target.files, target.lock):
        each.unlink(missing_ok=True)
