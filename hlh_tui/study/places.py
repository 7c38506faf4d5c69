"""Where a study lives: the database and the files beside it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from hlh_tui.study.errors import StudyFileError

SUFFIX = ".duckdb"


@dataclass(frozen=True, slots=True)
class Places:
    """The files of one study, e.g. song.duckdb, song.duckdb.wal, song.log.jsonl, song.lock and song.begun.json.

    ``begun`` holds judgements that nobody has saved yet; it is no part of the study.
    """

    database: Path
    wal: Path
    mirror: Path
    lock: Path
    begun: Path

    @property
    def engine_files(self) -> tuple[Path, ...]:
        """The database and every file that the engine may keep beside it."""
        name = self.database.name
        beside = (f"{name}.wal", f"{name}.wal.checkpoint", f"{name}.wal.recovery")
        return (self.database, *(self.database.with_name(other) for other in beside))

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that holds the study, there or not: those of the engine, and the mirror."""
        return (*self.engine_files, self.mirror)

    def has(self, file: Path) -> bool:
        """Whether the file is one of the study's own, its lock and what is begun included."""
        return file.resolve() in {*self.files, self.lock, self.begun}


def places(path: Path) -> Places:
    """The files of the study at ``path``, whether or not they exist; symbolic links are resolved."""
    try:
        database = path.expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise StudyFileError(f"{path} leads nowhere ({error}): name the study's {SUFFIX} file itself") from error
    stem = database.name.removesuffix(SUFFIX) or database.name
    return Places(
        database=database,
        wal=database.with_name(database.name + ".wal"),
        mirror=database.with_name(stem + ".log.jsonl"),
        lock=database.with_name(stem + ".lock"),
        begun=database.with_name(stem + ".begun.json"),
    )


def require_folder(where: Places) -> None:
    """``StudyFileError`` if the folder that is to hold the study does not exist."""
    folder = where.database.parent
    if not folder.is_dir():
        raise StudyFileError(f"there is no folder {folder}: make it first, or choose another place for the study")


def require_plain_file(where: Places) -> None:
    """``StudyFileError`` unless the database is one regular file under one name.

    A file with two names (a hard link) would be taken for two studies, and one of them would lose its entries.
    """
    status = where.database.stat()
    if not stat.S_ISREG(status.st_mode):
        raise StudyFileError(f"{where.database} is not a file: name the study's {SUFFIX} file")
    if status.st_nlink > 1:
        raise StudyFileError(
            f"{where.database} has {status.st_nlink} names (hard links), through which it could be opened twice and"
            " lose entries: keep one name, or copy the file"
        )


def sync_folder(folder: Path) -> None:
    """Bring new names in ``folder`` to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
