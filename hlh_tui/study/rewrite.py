"""Write the database file anew, so that nothing of what was changed in it stays in parts that are no longer in use."""

from __future__ import annotations

import shutil
from pathlib import Path

import _duckdb as duckdb

from hlh_tui.study.engine import connect, first_line
from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.file import open_study
from hlh_tui.study.lock import held
from hlh_tui.study.places import Places, places, require_plain_file, sync_folder
from hlh_tui.study.private_folder import private_folder
from hlh_tui.study.schema import make_triggers
from hlh_tui.study.verify import verify


def rewrite(path: Path) -> None:
    """Put a fresh copy of the database, without unused parts, in the place of the one at ``path``.

    The study must be closed. The copy takes the name only when it verifies with the same head, in one step, so that
    a crash leaves the old file or the new one. ``StudyInUse``; ``StudyFileError`` where it cannot be done, the study
    then being as it was.
    """
    where = places(path)
    require_plain_file(where)
    with (
        held(where) as lock,
        private_folder(".hlh-tui-rewrite-", where.database.parent) as made,
    ):
        try:
            if where.wal.exists():
                raise StudyFileError(f"{where.wal.name} is there: open and close {where.database.name} once first")
            work = places(made / where.database.name)
            copy_database(where, work)
            shutil.copyfile(where.mirror, work.mirror)
            require_same(where, work)
            shutil.copymode(where.database, work.database)
            work.database.replace(where.database)
            sync_folder(where.database.parent)
        finally:
            lock.release()


def copy_database(where: Places, work: Places) -> None:
    """Copy every table into a new database and make the triggers, which the engine leaves out."""
    off: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(":memory:", config=off) as engine:
            engine.execute(f"ATTACH {quoted(where.database)} AS old (READ_ONLY)")
            engine.execute(f"ATTACH {quoted(work.database)} AS fresh")
            engine.execute("COPY FROM DATABASE old TO fresh").fetchall()
            engine.execute("DETACH fresh")
        with connect(work) as connection:
            make_triggers(connection)
    except duckdb.Error as error:
        raise StudyFileError(f"{where.database.name} could not be written anew ({first_line(error)})") from error


def require_same(where: Places, work: Places) -> None:
    """``StudyFileError`` unless the copy verifies; its head is that of the mirror, which opening has checked."""
    with open_study(work.database) as copy:
        found = verify(copy)
    if not found.ok or work.wal.exists():
        said = found.problems[0] if found.problems else "it was not written out whole"
        raise StudyFileError(f"the new copy of {where.database.name} was not used: {said}")


def quoted(path: Path) -> str:
    """The path as a text in SQL."""
    return "'" + str(path).replace("'", "''") + "'"
