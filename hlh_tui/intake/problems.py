"""Collect what is wrong with the rows: one sentence each, in the order of the files."""

from __future__ import annotations

from collections.abc import Sequence

from hlh_tui.intake.models import Check, Layout, Staged
from hlh_tui.intake.observations import observation_checks, observation_warnings
from hlh_tui.intake.stage import HERE, Cursor, fill, literal
from hlh_tui.intake.tables import tables
from hlh_tui.protocol.analytes import name_key, unit_key

MOST_LISTED = 100_000
"""Sentences kept in memory; a file with one wrong unit in millions of rows is not worth more."""


def make_problems(connection: Cursor) -> None:
    """Make the table that problems and warnings go to."""
    connection.execute(
        "CREATE TABLE problem (warning BOOLEAN, place INTEGER, row BIGINT, position INTEGER, says VARCHAR)"
    )


def collect(
    connection: Cursor, layout: Layout, checks: Sequence[Check], *, warning: bool = False, source: str | None = None
) -> None:
    """Run the checks over the typed view of a table (or over ``source``) and keep a sentence for each hit."""
    table = layout.staged.source.table
    place = list(tables()).index(table)
    for position in found_by(connection, source or table, checks):
        check = checks[position]
        shown = layout.shown.get(check.column, check.column)
        start = f"{literal(layout.staged.source.name + ':')} || row || {literal(f' {shown}: ')}"
        connection.execute(
            f"INSERT INTO problem SELECT {warning}, {place}, row, {position}, {start} || {check.says}"
            f" FROM {source or table} WHERE {check.when}"
        )


def found_by(connection: Cursor, source: str, checks: Sequence[Check]) -> list[int]:
    """Which of the checks find a row in ``source``, by one look at it: in most files nearly all find nothing."""
    if len(checks) < 2:
        return list(range(len(checks)))
    whens = ", ".join(f"({check.when}) AS c{position}" for position, check in enumerate(checks))
    any_row = ", ".join(f"bool_or(c{position})" for position in range(len(checks)))
    hits = connection.execute(f"SELECT {any_row} FROM (SELECT {whens} FROM {source})").fetchall()[0]
    return [position for position, hit in enumerate(hits) if hit]


def collect_ragged(connection: Cursor, staged: Staged) -> None:
    """Keep a sentence for each row left out for its number of cells."""
    place = list(tables()).index(staged.source.table)
    start, expected = staged.source.name, len(staged.header)
    says = "(row): has {} cells, expected {} as in the header"
    rows = [(False, place, row, -1, f"{start}:{row} {says.format(cells, expected)}") for row, cells in staged.ragged]
    fill(connection, "problem", rows)


def collect_duplicates(connection: Cursor, layout: Layout) -> None:
    """Patients that stand twice in their file."""
    source = (
        "(SELECT row, patient_id, min(row) OVER (PARTITION BY patient_id) AS first FROM patients"
        " WHERE patient_id IS NOT NULL)"
    )
    says = "quoted(patient_id) || ' stands in row ' || first || ' already, expected one row for each patient'"
    collect(connection, layout, [Check("patient_id", "row > first", says)], source=source)


def collect_alike(connection: Cursor, layout: Layout) -> None:
    """Warn of new patients whose id differs from that of another one in case and spaces alone."""
    source = (HERE / "alike.sql").read_text(encoding="utf-8")
    says = (
        "quoted(patient_id) || ' and ' || quoted(other) || ' differ only in case and spaces, perhaps the same patient'"
    )
    collect(connection, layout, [Check("patient_id", "true", says)], warning=True, source=f"({source})")


def collect_observations(connection: Cursor, layout: Layout) -> None:
    """Values, units and panels that cannot be, and those worth a look."""
    collect(connection, layout, observation_checks())
    panel = (HERE / "panel.sql").read_text(encoding="utf-8")
    says = (
        "analyte || ' ' || plain(measured) || ' is above ' || not_above || ' ' || plain(most)"
        " || ' of the same panel (row ' || other || '), expected at most ' || plain(most)"
    )
    collect(connection, layout, [Check("value", "true", says)], source=f"({panel})")
    collect(connection, layout, observation_warnings(), warning=True)


def assay_warnings(connection: Cursor, layout: Layout) -> list[str]:
    """Sentences on units that were read as something, and on assays that change within a patient."""
    name = layout.staged.source.name
    notes = connection.execute(
        "SELECT rows, analyte, text, unit_note FROM resolved WHERE unit_note <> '' ORDER BY ALL"
    ).fetchall()
    said = [
        f"{name}: {analyte} in {unit} ({rows} row{'s' if rows > 1 else ''}): {note}"
        for rows, analyte, unit, note in notes
    ]
    mixed = connection.execute(
        "SELECT analyte, patient_id FROM observations WHERE assay_bound AND patient_id IS NOT NULL GROUP BY ALL"
        " HAVING count(DISTINCT unit || chr(31) || coalesce(lower(assay), '')) > 1 ORDER BY ALL LIMIT 1000"
    ).fetchall()
    said += [
        f"{name}: {analyte} of {patient} comes from more than one assay or unit; they are never compared"
        for analyte, patient in mixed
    ]
    return said


def ignored_rows(connection: Cursor) -> list[dict[str, str | int]]:
    """What was left out as somebody asked: analyte and unit as charted, and how many rows."""
    found = connection.execute("SELECT name, text, rows FROM resolved WHERE ignored ORDER BY ALL").fetchall()
    return [{"analyte": name, "unit": unit, "rows": rows} for name, unit, rows in found]


def ignored_warnings(connection: Cursor, layout: Layout, ignore: Sequence[str]) -> list[str]:
    """A sentence on each of ``ignored_rows``, and on each name in ``ignore`` that none of them bears."""
    file = layout.staged.source.name
    said, borne = [], set()
    for each in ignored_rows(connection):
        name, unit, rows = str(each["analyte"]), str(each["unit"]), each["rows"]
        borne |= {name_key(name), unit_key(unit)}
        what = f'"{name}" in "{unit}"' if unit else f'"{name}"'
        said.append(f"{file}: {rows} row{' of ' if rows == 1 else 's of '}{what} {'was' if rows == 1 else 'were'}")
    said = [f"{each} left out, as was asked" for each in said]
    return said + [
        f'{file}: nothing was left out for "{each}", because only unknown analytes and units are'
        for each in ignore
        if not {name_key(each), unit_key(each)} & borne
    ]


def limit_warnings(connection: Cursor, layout: Layout) -> list[str]:
    """Sentences on reference limits far from the default ones, which may be in another unit than the value."""
    far = " OR ".join(
        f"({column.name} > 0 AND {usual} > 0"
        f" AND ({column.name} > {usual} * {column.far} OR {column.name} < {usual} / {column.far}))"
        for column in tables()["observations"].columns
        if column.far
        for usual in ("usual_low" if column.name == "lower" else "usual_high",)
    )
    found = connection.execute((HERE / "far_limits.sql").read_text(encoding="utf-8").format(far=far)).fetchall()
    name = layout.staged.source.name
    return [
        f"{name}: limits of {analyte} such as {limits} {unit} ({rows} row{'s' if rows > 1 else ''})"
        f" are far from the usual ones, {usual}: give them in the unit of the value"
        for analyte, unit, rows, limits, usual in found
    ]


def listed(connection: Cursor, *, warning: bool) -> tuple[tuple[str, ...], int]:
    """The sentences in the order of files and rows, and how many rows they concern; the last tells of unlisted ones."""
    total, rows = connection.execute(
        f"SELECT count(*), count(DISTINCT (place, row)) FROM problem WHERE warning = {warning}"
    ).fetchall()[0]
    said = connection.execute(
        f"SELECT says FROM problem WHERE warning = {warning} ORDER BY place, row, position LIMIT {MOST_LISTED}"
    ).fetchall()
    sentences = [row[0] for row in said]
    if total > MOST_LISTED:
        sentences.append(f"and {total - MOST_LISTED} more like these, not listed: correct the listed ones first")
    return tuple(sentences), rows
