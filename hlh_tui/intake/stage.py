"""Bring every source into Parquet files of text cells, through an engine of its own that holds no study."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import duckdb

from hlh_tui.intake.delimited import LONGEST, is_regular, read_header, rewrite
from hlh_tui.intake.errors import IntakeError
from hlh_tui.intake.models import Source, Staged
from hlh_tui.intake.workbook import write_sheet

HERE = Path(__file__).parent
Cursor = duckdb.DuckDBPyConnection


def engine(work: Path) -> Cursor:
    """An in-memory connection that spills into ``work`` and knows the macros of macros.sql."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "temp_directory": str(work / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": "2GB",
        },
    )
    connection.execute("SET TimeZone = 'UTC'")  # an instant of Parquet must read alike on every machine
    connection.execute((HERE / "macros.sql").read_text(encoding="utf-8"))
    return connection


def stage(connection: Cursor, source: Source, work: Path) -> Staged:
    """The source as Parquet in ``work``; ``IntakeError`` when it cannot be read."""
    into = work / f"{source.table}.raw.parquet"
    digest = sha256(source.path)
    if source.form == "parquet":
        return Staged(source, from_parquet(connection, source, into), into, digest)
    plain = work / f"{source.table}.csv"
    if source.form == "workbook":
        cells, ragged = write_sheet(source, plain)
        copy_csv(connection, plain, ",", len(cells), into, numbered=True)
        return Staged(source, tuple(cells), into, digest, ragged=ragged)
    delimiter, header = read_header(source)
    ragged = ()
    if is_regular(source, delimiter, len(header)):
        copy_csv(connection, source.path, delimiter, len(header), into, numbered=False)
    else:
        ragged = rewrite(source, delimiter, len(header), plain)
        copy_csv(connection, plain, ",", len(header), into, numbered=True)
        plain.unlink()
    return Staged(source, header, into, digest, delimiter, ragged)


def copy_csv(connection: Cursor, path: Path, delimiter: str, cells: int, into: Path, *, numbered: bool) -> None:
    """Copy a checked text file to Parquet: ``numbered`` files carry the row first and quotes, others neither."""
    columns = {f"c{i}": "VARCHAR" for i in range(cells)}
    if numbered:
        columns = {"row": "BIGINT", **columns}
    structure = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    quote = '"' if numbered else ""
    ends = " new_line = '\\n'," if numbered else ""
    row = "" if numbered else "row_number() OVER () + 1 AS row, "
    if numbered and path.stat().st_size == 0:
        select = f"SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in columns.items())} WHERE false"
    else:
        select = (
            f"SELECT {row}* FROM read_csv({literal(path)}, header = false, skip = {0 if numbered else 1},"
            f" delim = '{delimiter}', quote = '{quote}', escape = '{quote}', comment = '', auto_detect = false,{ends}"
            f" parallel = {str(not numbered).lower()}, max_line_size = {2 * LONGEST}, columns = {{{structure}}})"
        )
    write_parquet(connection, select, into)


def from_parquet(connection: Cursor, source: Source, into: Path) -> tuple[str, ...]:
    """Copy a Parquet source with all cells as text; its column names."""
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(source.path)})").fetchall()
        names = [str(row[0]) for row in described]
        texts = [text_of(str(name), str(kind)) for name, kind, *_ in described]
        cells = "".join(f", {text} AS c{i}" for i, text in enumerate(texts))
        write_parquet(
            connection,
            f"SELECT row_number() OVER () + 1 AS row{cells} FROM read_parquet({literal(source.path)})",
            into,
        )
    except duckdb.ConversionException as error:
        blobs = " or ".join(name for name, kind, *_ in described if kind == "BLOB")
        raise IntakeError(f"{source.name}: bytes of {blobs} are not UTF-8: write them as text") from error
    except duckdb.Error as error:
        raise IntakeError(f"{source.name} is not a readable Parquet file: write it again") from error
    return tuple(names)


def text_of(name: str, kind: str) -> str:
    """SQL for a Parquet column as text; some programs do not mark their texts as such, which makes them bytes."""
    return f"decode({identifier(name)})" if kind == "BLOB" else f"{identifier(name)}::VARCHAR"


def write_parquet(connection: Cursor, select: str, into: Path) -> None:
    """Run a query into a Parquet file."""
    connection.execute(f"COPY ({select}) TO {literal(into)} (FORMAT parquet)")


def fill(connection: Cursor, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Insert many rows at once."""
    if not rows:
        return
    kinds = [row[1] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
    columns = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
    connection.execute(f"INSERT INTO {table} SELECT {columns}", [list(column) for column in zip(*rows, strict=True)])


def literal(text: object) -> str:
    """A text or path as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
