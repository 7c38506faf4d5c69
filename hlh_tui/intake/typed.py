"""Turn the text cells of a table into numbers, days and words, as one SQL query."""

from __future__ import annotations

from hlh_tui.intake.models import Layout
from hlh_tui.intake.stage import identifier, literal
from hlh_tui.intake.tables import Column, Table, tables

OBSERVED = (
    *("patient_id", "day", "analyte", "value", "comparator", "unit", "lower", "upper"),
    *("assay", "specimen", "method", "source_ref"),
)
"""The columns of an observation that make it the same one: its meaning, not how the file wrote value and unit."""


def raw_select(layout: Layout) -> str:
    """The cells by name: ``row``, ``r_<column>`` as charted, ``d_<column>`` where a date stands for a day.

    Attributes of patients are ``x0``, ``x1``, ... in the order of ``layout.attributes``. Empty rows are left out.
    """
    table = tables()[layout.staged.source.table]
    names = [column.name for column in table.columns]
    if table.into == "patient":
        names.append("index_at")
    parts = ["row"]
    for name in names:
        cell = f"cell(c{layout.cells[name]})" if name in layout.cells else "NULL::VARCHAR"
        date = f"cell(c{layout.days[name]})" if name in layout.days else "NULL::VARCHAR"
        parts += [f"{cell} AS r_{name}", f"{date} AS d_{name}"]
    parts += [f"cell(c{index}) AS x{number}" for number, index in enumerate(layout.attributes.values())]
    every = ", ".join(f"cell(c{index})" for index in range(len(layout.staged.header)))
    source = f"read_parquet({literal(layout.staged.parquet)})"
    return f"SELECT {', '.join(parts)} FROM {source} WHERE coalesce({every}) IS NOT NULL"


def typed_select(layout: Layout) -> str:
    """``raw_select`` with the typed columns beside the charted ones, and the patient's index event and last contact."""
    table = tables()[layout.staged.source.table]
    typed = [
        f"{expression(column, table, layout)} AS {column.name}" for column in table.columns if column.kind != "value"
    ]
    if table.into == "patient":
        base = (
            "SELECT r.*, coalesce(moment(r_index_at), index_moment(s.index_at)) AS index_at,"
            " coalesce(kept_index(r_index_at), s.index_at) AS index_kept,"
            " coalesce(try_cast(left(r_index_at, 10) AS DATE), s.index_at::DATE) AS index_date,"
            " coalesce(dated(r_index_at), s.index_at = midnight(s.index_at), false) AS index_dated,"
            " coalesce(zoned(r_index_at), false) AS index_zoned,"
            f" NULL::DECIMAL(9, 4) AS last_contact, true AS known FROM ({raw_select(layout)}) AS r"
            " LEFT JOIN study_patient AS s ON s.patient_id = r.r_patient_id"
        )
    else:
        base = (
            "SELECT r.*, p.index_at, p.index_date, p.index_dated, p.index_zoned, p.last_contact,"
            f" p.patient_id IS NOT NULL AS known FROM ({raw_select(layout)}) AS r"
            " LEFT JOIN patient_day AS p ON p.patient_id = r.r_patient_id"
        )
    return f"SELECT *, {', '.join(typed)} FROM ({base})"


def expression(column: Column, table: Table, layout: Layout) -> str:
    """The SQL that types one column; NULL where the cell does not hold what the column asks."""
    if column.kind == "day":
        return f"try_cast(round({day_number(column, layout)}, 4) AS DECIMAL(9, 4))"
    if column.kind in ("number", "whole"):
        value = f"number({number_text(column, layout)})"
        return (
            f"CASE WHEN {value} = floor({value}) THEN try_cast({value} AS INTEGER) END"
            if column.kind == "whole"
            else value
        )
    if column.kind == "word":
        return word(column.name, column.words, column.also)
    if column.when:
        bound = table.column(column.when.column)
        assert bound is not None  # noqa: S101  tables.toml names columns of the same table
        condition = f"{expression(bound, table, layout)} = {literal(column.when.is_)}"
        words = word(column.name, column.when.words, column.when.also)
        return f"CASE WHEN {condition} THEN {words} ELSE r_{column.name} END"
    return f"r_{column.name}"


def number_text(column: Column, layout: Layout) -> str:
    """The cell of a number column with a point for its decimals."""
    return f"replace(r_{column.name}, ',', '.')" if layout.decimal_comma else f"r_{column.name}"


def day_number(column: Column, layout: Layout) -> str:
    """Days as a double, unchecked: charted, or counted from the index event."""
    if column.name in layout.days:
        return f"days_from(index_at, index_date, index_dated, d_{column.name})"
    return f"number({number_text(column, layout)})"


def word(name: str, words: tuple[str, ...], also: dict[str, str]) -> str:
    """The accepted word that a cell spells, case and spaces aside."""
    accepted = {**{one: one for one in words}, **{one.replace(" ", "_"): meant for one, meant in also.items()}}
    cases = " ".join(f"WHEN {literal(spelled)} THEN {literal(meant)}" for spelled, meant in accepted.items())
    return f"CASE replace(replace(lower(r_{name}), ' ', '_'), '-', '_') {cases} END"


def fingerprint(name: str) -> str:
    """SQL for the content hash of a row of a table over its typed columns, independent of how the file wrote them."""
    return f"fingerprint({content_text(name)})"


def content_text(name: str) -> str:
    """SQL for the text that the content hash of a row is made of: the typed columns as the study stores them too."""
    parts = ", ".join(f"coalesce({identifier(column)}::VARCHAR, '')" for column in hashed_columns(name))
    return f"concat_ws(chr(31), {literal(tables()[name].into)}, {parts})"


def charted_text(name: str) -> str:
    """SQL for the row hash of a row in the study with what that leaves out: its row in the file, value and unit there.

    Separated by U+001F, which neither can hold; a unit that the file did not have is left out.
    """
    charted = ", raw_value, raw_unit" if name == "observations" else ""
    return f"concat_ws(chr(31), coalesce(row_hash, ''), source_row{charted})"


def hashed_columns(name: str) -> tuple[str, ...]:
    """The columns that the content hash of a table covers, in its order; the study stores each of them."""
    if name == "observations":
        return OBSERVED
    columns = tuple(column.name for column in tables()[name].columns)
    return (*columns, "attributes") if name == "patients" else columns
