"""The engine: connect with its network and file features off, and turn its errors into sentences."""

from __future__ import annotations

import re
from pathlib import Path

# The compiled engine alone: the Python package around it (relations, data frames) takes 50 ms of every start.
import _duckdb as duckdb

from hlh_tui.study.errors import DamagedStudy, StudyFileError
from hlh_tui.study.lock import in_use
from hlh_tui.study.places import Places

MAGIC = b"DUCK"
MAGIC_AT = slice(8, 12)

DAMAGE = (
    "checksum",
    "corrupt",
    "could not read enough bytes",
    "wal file does not match",
    "database identifier",
    "failure while replaying wal",
    "error in wal",
    "serialization error",
)


def connect(where: Places, *, read_only: bool = False, staging: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with extensions, external files and further settings switched off; ``StudyFileError`` if refused.

    ``staging`` stays open to the engine: it must be allowed before external access goes off.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if staging is None:
        config |= {"enable_external_access": False, "lock_configuration": True}
    try:
        connection = duckdb.connect(where.database, read_only=read_only, config=config)
        if staging is not None:
            folder = str(staging.resolve()).replace("'", "''")
            connection.execute(f"SET allowed_directories = ['{folder}/']")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        raise told(error, where) or StudyFileError(
            f"the engine cannot open {where.database} ({first_line(error)}): check the file, or run"
            f" hlh-tui recover {where.database}"
        ) from error
    return connection


def told(error: duckdb.Error, where: Places) -> StudyFileError | None:
    """The sentence for an engine error that the file or another process causes; None for any other error."""
    text = str(error)
    if "Could not set lock" in text or "Conflicting lock" in text:
        pid = re.search(r"PID (\d+)", text)
        return in_use(where, {"pid": int(pid.group(1))} if pid else {})
    if any(sign in text.lower() for sign in DAMAGE):
        return DamagedStudy(
            f"{where.database.name} or its write-ahead log is damaged ({first_line(error)}):"
            f" run hlh-tui recover {where.database}"
        )
    return None


def first_line(error: Exception) -> str:
    """The first line of an engine message, without its full stop."""
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


OTHER_FILES = {
    b"PK\x03\x04": "a pack or another zip: a reader opens a pack with hlh-tui open, a return is merged",
    b"age-encryption.o": "sealed: open it with hlh-tui unseal first",
}
"""How a file begins that is taken for a study by mistake, and what to do with it."""


def require_engine_file(where: Places) -> None:
    """``StudyFileError`` unless the file begins like a DuckDB database (read before the engine opens it)."""
    with where.database.open("rb") as file:
        begins = file.read(16)
    other = next((what for start, what in OTHER_FILES.items() if begins.startswith(start)), None)
    if other is not None:
        raise StudyFileError(f"{where.database.name} is {other}")
    if begins[MAGIC_AT] != MAGIC:
        raise StudyFileError(
            f"{where.database} is not a DuckDB file: name a study made by hlh-tui new,"
            f" or run hlh-tui recover {where.database} if it was one"
        )
