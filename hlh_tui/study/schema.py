"""The tables of a study file, their version, and the triggers that keep its log append-only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Cursor

    from hlh_tui.protocol.models import Adopted

HERE = Path(__file__).parent
SCHEMA_VERSION = 1
TRIGGERS = {"log_no_update": "UPDATE", "log_no_delete": "DELETE"}


def write_tables(cursor: Cursor, facts: dict[str, str], documents: tuple[tuple[str, Adopted], ...]) -> None:
    """Make every table and trigger, and write facts and adopted documents."""
    cursor.execute((HERE / "schema.sql").read_text(encoding="utf-8"))
    make_triggers(cursor)
    cursor.executemany("INSERT INTO study VALUES (?, ?)", list(facts.items()))
    for kind, document in documents:
        cursor.execute(
            "INSERT INTO protocol (hash, kind, id, version, toml, adopted_at) VALUES (?, ?, ?, ?, ?, ?)",
            [document.hash, kind, document.id, document.version, document.toml, facts["created_at"]],
        )


def make_triggers(cursor: Cursor) -> None:
    """Make the triggers that refuse to change or delete an entry of the log, or make them anew."""
    cursor.execute((HERE / "triggers.sql").read_text(encoding="utf-8"))


def missing_triggers(connection: Cursor) -> tuple[str, ...]:
    """The append-only triggers of the log that are not there, or not as they were made."""
    found = {
        name: (event, sql)
        for name, event, sql in connection.cursor()
        .execute("SELECT trigger_name, event_manipulation, sql FROM duckdb_triggers() WHERE table_name = 'log'")
        .fetchall()
    }
    return tuple(
        name
        for name, event in TRIGGERS.items()
        if name not in found or found[name][0] != event or "error\"('the log is append-only')" not in found[name][1]
    )
