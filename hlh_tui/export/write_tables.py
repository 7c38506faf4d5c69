"""Write tables as CSV and Parquet with the engine's own writers, on a connection that knows no study."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.export.models import DataTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ENGINE_TYPES = {
    "text": "VARCHAR",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "true/false": "BOOLEAN",
    "json": "VARCHAR",
    "time": "VARCHAR",
}
LEAST_OBJECT_BYTES = 1 << 24
"""The engine's own default for the longest line of JSON."""


def write_tables(folder: Path, tables: tuple[DataTable, ...], labels: Mapping[str, str]) -> None:
    """Write <name>.csv (UTF-8, comma, header) and <name>.parquet of each table into ``folder``.

    ``labels`` become metadata of the Parquet files. Empty is missing; an empty text is written as ``""``.
    """
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(":memory:", config=config) as connection:
        for table in tables:
            rows_file = folder / f".{table.name}.rows"
            try:
                longest = _write_rows(rows_file, table)
                _load(connection, table, rows_file, longest)
            finally:
                rows_file.unlink(missing_ok=True)
            name = _quoted(table.name)
            connection.execute(f"COPY {name} TO {_text(folder / f'{table.name}.csv')} (FORMAT csv, HEADER true)")
            metadata = ", ".join(f"{key}: {_text(value)}" for key, value in labels.items())
            connection.execute(
                f"COPY {name} TO {_text(folder / f'{table.name}.parquet')} (FORMAT parquet, KV_METADATA {{{metadata}}})"
            )


def _write_rows(file: Path, table: DataTable) -> int:
    """Write a line of JSON for each row; the length of the longest in bytes."""
    keys = [str(place) for place in range(len(table.columns))]
    longest = 0
    with file.open("wb") as out:
        for row in table.rows:
            line = json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False).encode()
            longest = max(longest, len(line))
            out.write(line + b"\n")
    return longest


def _load(connection: DuckDBPyConnection, table: DataTable, file: Path, longest: int) -> None:
    # Columns travel under their position, because JSON keys and attribute names do not share a rule for case.
    types = ", ".join(f"'{place}': '{ENGINE_TYPES[one.type]}'" for place, one in enumerate(table.columns))
    names = ", ".join(f'"{place}" AS {_quoted(one.name)}' for place, one in enumerate(table.columns))
    connection.execute(
        f"CREATE TABLE {_quoted(table.name)} AS SELECT {names} FROM read_json({_text(file)},"
        f" format = 'newline_delimited', maximum_object_size = {max(LEAST_OBJECT_BYTES, longest + 1)},"
        f" columns = {{{types}}})"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str | Path) -> str:
    return "'" + str(value).replace("'", "''") + "'"
