"""The observations: names, units and words resolved through the analyte table, values converted and checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hlh_tui.intake.models import Check, Layout
from hlh_tui.intake.stage import HERE, Cursor, fill, literal, write_parquet
from hlh_tui.intake.typed import fingerprint, raw_select, typed_select
from hlh_tui.protocol.analytes import (
    Analyte,
    Hint,
    Unit,
    analytes,
    find_analyte,
    find_unit,
    loinc_code,
    name_key,
    nearest,
    unit_key,
)

MOST_GUESSES = 200
"""Unknown names that get a suggestion; a file of free text must not take minutes."""


def type_observations(connection: Cursor, layout: Layout, work: Path, ignore: Sequence[str]) -> None:
    """Make the view observations: each row with its analyte, converted value and limits, and its content hash.

    Rows of unknown analytes and units that ``ignore`` names are left out.
    """
    resolve(connection, layout, ignore)
    into = work / "observations.typed.parquet"
    text = "replace(r_value, ',', '.')" if layout.decimal_comma else "r_value"
    script = (HERE / "observation.sql").read_text(encoding="utf-8")
    select = script.replace("{typed}", typed_select(layout)).replace("{text}", text)
    write_parquet(connection, f"SELECT *, {fingerprint('observations')} AS content FROM ({select})", into)
    connection.execute(f"CREATE VIEW observations AS SELECT * FROM read_parquet({literal(into)})")


def resolve(connection: Cursor, layout: Layout, ignore: Sequence[str]) -> None:
    """Fill the tables resolved (name and unit as charted -> what they mean) and level (words of findings)."""
    names, units = {name_key(each) for each in ignore}, {unit_key(each) for each in ignore}
    connection.execute((HERE / "resolved.sql").read_text(encoding="utf-8"))
    pairs = connection.execute(
        f"SELECT r_analyte, coalesce(r_unit, '') AS unit, count(*) FROM ({raw_select(layout)})"
        " WHERE r_analyte IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    guesses: dict[str, str | None] = {}
    found = [resolved(name, unit, rows, guesses) for name, unit, rows in pairs]
    fill(connection, "resolved", [(*row, is_ignored(row, names, units)) for row in found])
    words = [(a.id, word, float(value)) for a in analytes().values() for word, value in a.levels.items()]
    fill(connection, "level", words)


def is_ignored(row: tuple[Any, ...], names: set[str], units: set[str]) -> bool:
    """Whether a row of table resolved is to be left out: its analyte or its unit is unknown, and named."""
    name, text, *_ = row
    if find_analyte(name) is None:
        return name_key(name) in names
    return find_unit(analytes()[row[3]], text) is None and unit_key(text) in units


def resolved(name: str, text: str, rows: int, guesses: dict[str, str | None]) -> tuple[Any, ...]:
    """The row of table resolved for one pair of name and unit, all but the last column; see resolved.sql."""
    analyte = find_analyte(name)
    if analyte is None:
        if name not in guesses and len(guesses) < MOST_GUESSES:
            guesses[name] = nearest(name)
        guess = f"; did you mean {guesses[name]}" if guesses.get(name) else ""
        what = f"is not a known analyte, expected an id, a synonym or a LOINC code{guess}"
        return (
            name,
            text,
            rows,
            None,
            "",
            "",
            "",
            "",
            0.0,
            1.0,
            1.0,
            *[None] * 8,
            "",
            "analyte",
            what,
            "",
            False,
            None,
            None,
        )
    unit = find_unit(analyte, text)
    column, what = unit_problem(analyte, unit, name, text)
    unit = unit or Unit(analyte.unit)
    stored = unit.into or analyte.unit
    reject, warn = analyte.limits(stored)
    below = next((hint for hint in analyte.hints if hint.below is not None), Hint(""))
    above = next((hint for hint in analyte.hints if hint.above is not None), Hint(""))
    hints = (below.below, below.text, above.above, above.text)
    limits = (reject.low, reject.high, warn.low, warn.high, *hints)
    expected = expected_value(analyte)
    scaled = (analyte.shown(stored), unit.add, unit.times, unit.divide)
    head = (name, text, rows, analyte.id, analyte.label, analyte.kind, stored)
    usual = (analyte.lower, analyte.upper) if stored == analyte.unit else (None, None)
    return (*head, *scaled, *limits, expected, column, what, unit.note, analyte.assay_bound, *usual)


def unit_problem(analyte: Analyte, unit: Unit | None, name: str, text: str) -> tuple[str, str]:
    """The column and what is wrong with the unit of a row, or two empty texts."""
    if unit is None:
        return "unit", f"is not a unit of {analyte.id}, expected {accepted_units(analyte)}"
    code = loinc_code(analyte, name)
    if code and code.units and unit.unit not in code.units:
        stated = "has no unit" if not text else "does not fit its unit"
        return "unit", f"LOINC {code.code} {stated}, expected {' or '.join(code.units)}"
    return "", ""


def accepted_units(analyte: Analyte) -> str:
    """The units of an analyte as a sentence lists them."""
    if not analyte.units:
        return "no unit"
    return ", ".join(unit.unit for unit in analyte.units) + (f" ({analyte.note})" if analyte.own else "")


def expected_value(analyte: Analyte) -> str:
    """What a value of this analyte looks like, for messages."""
    if analyte.expected:
        return " or ".join([", ".join(analyte.expected[:-1]), analyte.expected[-1]])
    return "a number such as 12.5 or <0.5"


def observation_checks() -> list[Check]:
    """What can be wrong with a value, its unit and its limits."""
    number = "given IS NOT NULL AND unit_problem = ''"
    return [
        Check("analyte", "unit_column = 'analyte'", "quoted(r_analyte) || ' ' || unit_problem"),
        Check(
            "unit",
            "unit_column = 'unit'",
            "CASE WHEN starts_with(unit_problem, 'LOINC') OR r_unit IS NULL THEN unit_problem"
            " ELSE quoted(r_unit) || ' ' || unit_problem END",
        ),
        Check(
            "value",
            "r_value IS NOT NULL AND kind <> '' AND given IS NULL",
            "quoted(r_value) || ' is not a ' || CASE kind WHEN 'number' THEN 'number' ELSE 'result of ' || analyte END"
            " || ', expected ' || expected",
        ),
        Check(
            "value",
            f"{number} AND kind = 'scale' AND given <> floor(given)",
            "quoted(r_value) || ' is not a grade of ' || analyte || ', expected ' || expected",
        ),
        implausible("value", "low", number),
        implausible("value", "high", number),
        implausible("lower", "high", "raw_lower IS NOT NULL AND unit_problem = ''"),
        implausible("upper", "low", "raw_upper IS NOT NULL AND unit_problem = ''"),
        implausible("upper", "high", "raw_upper IS NOT NULL AND unit_problem = ''"),
        Check("upper", "upper < lower", "'is below lower, expected at least ' || plain(lower)"),
    ]


def implausible(column: str, side: str, given: str) -> Check:
    """A value or limit beyond what can be; a lower limit may be below everything. Converted, it may be no number."""
    low = side == "low"
    beyond = f"{column} < reject_low" if low else f"coalesce({column}, 'inf'::DOUBLE) > reject_high"
    where, most = ("below", "at least") if low else ("above", "at most")
    return Check(
        column,
        f"{given} AND {beyond}",
        f"measured({column}, unit_shown, r_{column}) || ' is {where} the plausible limit of '"
        f" || analyte || ', expected {most} ' || plain(reject_{side}) || {hint_text(side, column)}",
    )


def hint_text(side: str, column: str = "value") -> str:
    """SQL for what an implausible value probably means, in brackets, or an empty text."""
    beyond = f"{column} < hint_low" if side == "low" else f"{column} > hint_high"
    return f"CASE WHEN {beyond} THEN ' (' || hint_{side}_text || ')' ELSE '' END"


def observation_warnings() -> list[Check]:
    """Values that are accepted but deserve a look."""
    return [
        Check(
            "value",
            f"value {sign} warn_{side}",
            f"measured(value, unit_shown, r_value) || ' is an unusual ' || analyte || ', usual are {most} '"
            f" || plain(warn_{side}) || {hint_text(side)}",
        )
        for side, sign, most in (("low", "<", "at least"), ("high", ">", "at most"))
    ]


def panel_pairs(connection: Cursor) -> None:
    """Fill the table panel_limit: the analyte that another of the same panel cannot exceed."""
    pairs = [(analyte.id, analyte.not_above) for analyte in analytes().values() if analyte.not_above]
    connection.execute("CREATE TABLE panel_limit (analyte VARCHAR, not_above VARCHAR)")
    fill(connection, "panel_limit", pairs)
