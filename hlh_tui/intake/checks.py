"""What can be wrong with a row of any table, as SQL conditions over its typed view."""

from __future__ import annotations

from hlh_tui.intake.models import Check, Layout
from hlh_tui.intake.stage import literal
from hlh_tui.intake.tables import Column, When, tables
from hlh_tui.intake.typed import day_number, number_text

DATE = "2024-03-15 or 2024-03-15T08:30"
MONTH = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
ABSOLUTE = (
    rf"(\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/. ](\d{{1,2}}|{MONTH})[-/. ]\d{{4}}"
    rf"|{MONTH} \d{{1,2}},? \d{{4}})"
    r"([T ]\d{1,2}:\d{2}.*)?"
)
"""How an absolute date looks; no text or attribute may be one."""
EXPECTED = {
    "text": "a text",
    "number": "a number such as 12.5",
    "whole": "a whole number",
    "day": "days since the index event such as 7 or 1.5",
    "value": "a number such as 12.5 or <0.5, or a finding such as present",
}


def row_checks(layout: Layout) -> list[Check]:
    """The checks that follow from tables.toml; ``says`` is what is wrong and what is expected."""
    table = tables()[layout.staged.source.table]
    found: list[Check] = []
    for column in table.columns:
        if column.required:
            found.append(required(column, layout))
        if column.kind == "day":
            found += date_checks(column) if column.name in layout.days else day_checks(column, layout)
        elif column.kind in ("number", "whole"):
            found += number_checks(column, f"number({number_text(column, layout)})")
        elif column.kind == "text":
            found.append(absolute_date(column.name, f"r_{column.name}", "a text without dates"))
        elif column.kind == "word":
            found.append(words(column.name, column.words, "true"))
        if column.when:
            found.append(bound_words(column.name, column.when))
        if column.not_before:
            found.append(not_before(column))
    if table.into != "patient":
        found.append(
            Check(
                "patient_id",
                "r_patient_id IS NOT NULL AND NOT known",
                "quoted(r_patient_id) || ' is not a patient, expected a patient_id of patients or of the study'"
                " || coalesce('; did you mean ' || (SELECT min(p.patient_id) FROM patient_day AS p"
                " WHERE id_key(p.patient_id) = id_key(r_patient_id)), '')",
            )
        )
    return found


def absolute_date(column: str, cell: str, expected: str) -> Check:
    """A text that is a date: none may reach the tables that are analysed."""
    what = f" is an absolute date, which only columns named ..._at may hold, expected {expected}"
    says = f"quoted({cell}) || {literal(what)}"
    return Check(column, f"regexp_full_match({cell}, {literal(ABSOLUTE)})", says)


def required(column: Column, layout: Layout) -> Check:
    """An empty cell in a required column."""
    cell = f"d_{column.name}" if column.name in layout.days else f"r_{column.name}"
    expected = expected_words(column.words) if column.words else EXPECTED[column.kind]
    if column.name in layout.days:
        expected = f"an ISO 8601 date such as {DATE}"
    return Check(column.name, f"{cell} IS NULL", literal(f"is empty, expected {expected}"))


def day_checks(column: Column, layout: Layout) -> list[Check]:
    """A day that is no number or out of range."""
    return number_checks(column, day_number(column, layout))


def number_checks(column: Column, value: str) -> list[Check]:
    """A cell that is no number, not whole, or outside ``low`` to ``high``."""
    cell = f"r_{column.name}"
    found = [
        Check(
            column.name,
            f"{cell} IS NOT NULL AND {value} IS NULL",
            f"quoted({cell}) || {literal(f' is not a number, expected {EXPECTED[column.kind]}')}",
        )
    ]
    if column.kind == "whole":
        found.append(
            Check(
                column.name, f"{value} <> floor({value})", f"plain({value}) || ' is not whole, expected a whole number'"
            )
        )
    return found + range_checks(column, value)


def range_checks(column: Column, value: str) -> list[Check]:
    """A number below ``low`` or above ``high``."""
    found = []
    for limit, sign, side, most in ((column.low, "<", "below", "at least"), (column.high, ">", "above", "at most")):
        if limit is not None:
            says = f"plain({value}) || {literal(f' is {side} {limit:g}, expected {most} {limit:g}')}"
            found.append(Check(column.name, f"{value} {sign} {limit!r}", says))
    return found


def date_checks(column: Column) -> list[Check]:
    """A date that is none, has no index event to count from, differs in its offset, or lies out of range."""
    cell = f"d_{column.name}"
    is_date = f"moment({cell}) IS NOT NULL"
    found = [not_a_date(column.name, cell)]
    found.append(
        Check(
            column.name,
            f"{is_date} AND known AND index_at IS NULL",
            "'there is no index_at for this patient, expected one in patients'",
        )
    )
    found.append(other_offset(column.name, cell))
    return found + range_checks(column, f"days_from(index_at, index_date, index_dated, {cell})")


def other_offset(column: str, cell: str) -> Check:
    """A time with an offset from UTC where the index event has none, or without one where it has."""
    mixed = f"zoned({cell}) IS DISTINCT FROM index_zoned AND NOT dated({cell}) AND NOT index_dated"
    return Check(
        column,
        f"moment({cell}) IS NOT NULL AND index_at IS NOT NULL AND {mixed}",
        f"quoted({cell}) || ' and index_at of the patient do not both have, or both lack, an offset from UTC,"
        " expected the same in both'",
    )


def not_a_date(column: str, cell: str) -> Check:
    """A cell that is no ISO 8601 date, with a word on the serial numbers of spreadsheets."""
    return Check(
        column,
        f"{cell} IS NOT NULL AND moment({cell}) IS NULL",
        f"quoted({cell}) || CASE WHEN regexp_full_match({cell}, '\\d{{5}}(\\.\\d+)?')"
        " THEN ' is the serial number of a spreadsheet, not a date' ELSE ' is not a date' END"
        f" || {literal(f', expected ISO 8601 such as {DATE}')}",
    )


def words(name: str, accepted: tuple[str, ...], condition: str) -> Check:
    """A cell that is none of the accepted words."""
    return Check(
        name,
        f"{condition} AND r_{name} IS NOT NULL AND {name} IS NULL",
        f"quoted(r_{name}) || {literal(f' is not known, expected {expected_words(accepted)}')}",
    )


def bound_words(name: str, when: When) -> Check:
    """A cell that is none of the words in a row in which it is bound to them."""
    return words(name, when.words, f"{when.column} = {literal(when.is_)}")


def row_warnings(layout: Layout) -> list[Check]:
    """Cells that are empty where a word would say what the row means for the criteria."""
    return [
        Check(
            column.name,
            f"{column.when.column} = {literal(column.when.is_)} AND r_{column.name} IS NULL",
            literal(f"is empty, so this {column.when.is_} counts as none of {expected_words(column.when.words)}"),
        )
        for column in tables()[layout.staged.source.table].columns
        if column.when
    ]


def expected_words(accepted: tuple[str, ...]) -> str:
    """Words as a sentence lists them: a, b or c."""
    return " or ".join([", ".join(accepted[:-1]), accepted[-1]] if len(accepted) > 1 else accepted)


def not_before(column: Column) -> Check:
    """An end before its start."""
    start, end = column.not_before, column.name
    return Check(
        end,
        f"{end} < {start}",
        f"plain({end}) || ' is before {start} ' || plain({start}) || ', expected ' || plain({start}) || ' or later'",
    )
