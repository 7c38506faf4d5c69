"""The laboratory table: each analyte at baseline and at the visits, and how it changed, with the n of every number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP
from itertools import compress
from math import inf, isinf
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import Column, patient_columns
from hlh_tui.cohort.printed import number as printed
from hlh_tui.cohort.quantile import NAMES, OFFSETS, between
from hlh_tui.cohort.tables.cells import NONE, everybody, heading
from hlh_tui.cohort.tables.models import Cell, Row, Table
from hlh_tui.protocol.analytes import Analyte, analytes

if TYPE_CHECKING:
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.study.file import Study

SQL = Path(__file__).parent / "labs.sql"
BASELINE = "Baseline"
MEASURED = frozenset({"number", "scale"})
BITS = bytes.maketrans(b"01", b"\x00\x01")
NO_GROUP = -1
Key = tuple[str, str, str]
"""Analyte, unit as stored, and the assay where values of different assays must not be compared."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers of one analyte, visit and group: minimum, maximum and quartiles of the lower and of the upper bounds.

    The two are equal where no value with a comparator decides. ``inclusive``: some comparator is ≤ or ≥.
    """

    n: int
    low: tuple[float, ...]
    high: tuple[float, ...]
    inclusive: bool
    patients: tuple[str, ...]


def labs_table(study: Study, by: str | None = None) -> Table:
    """Median (first–third quartile) of each analyte at baseline and visits, and of the change, per group of ``by``."""
    protocol = study.protocol
    columns = patient_columns(study, by)
    wanted = measured(study)
    found = statistics(study, columns, wanted)
    rows = [everybody(columns)]
    keys = sorted({key for key, _, _, _ in found}, key=lambda key: (list(wanted).index(key[0]), key))
    for key in keys:
        rows += analyte_rows(key, wanted[key[0]], found, protocol, columns)
    silent = [each.label for each in wanted.values() if each.id not in {key[0] for key in keys}]
    notes = notes_of(protocol, silent)
    return Table("labs", "Laboratory values", tuple(column.label for column in columns), tuple(rows), notes)


def measured(study: Study) -> dict[str, Analyte]:
    """The analytes of the protocol and of the criteria in force that are measured, in the order of the screens."""
    from hlh_tui.assess.reading import study_reading

    wanted = {*study.protocol.laboratory.analytes, *study_reading(study).criteria.analytes}
    return {key: each for key, each in analytes().items() if key in wanted and each.kind in MEASURED}


def statistics(
    study: Study, columns: Sequence[Column], wanted: Mapping[str, Analyte]
) -> dict[tuple[Key, int, bool, int], Statistics]:
    """Statistics by analyte, visit (0 is baseline), whether of the change, and column."""
    protocol = study.protocol
    each = tuple(wanted.values())
    visits = protocol.visits
    everyone = columns[0].patients
    if not everyone:
        return {}
    group = {patient: at for at, column in enumerate(columns) if at for patient in column.patients}
    rows = study.rows(
        SQL.read_text(encoding="utf-8"),
        (
            [analyte.id for analyte in each],
            [lowest(analyte) for analyte in each],
            [analyte.percent_change for analyte in each],
            [analyte.assay_bound for analyte in each],
            [0.0, *(visit.day for visit in visits)],
            [-protocol.context.baseline_days, *(visit.day - visit.within for visit in visits)],
            [0.0, *(visit.day + visit.within for visit in visits)],
            -100.0,
            list(everyone),
            list(range(len(everyone))),
            [group.get(patient, NO_GROUP) for patient in everyone],
            len(everyone) - 1,
            *OFFSETS[protocol.laboratory.quantiles],
        ),
    )
    found = {}
    for analyte, unit, assay, at, visit, change, n, inclusive, lows, highs, who in rows:
        behind = tuple(compress(everyone, who.encode().translate(BITS)))
        low, high = (numbers(bounds, n, protocol.laboratory.quantiles) for bounds in (lows, highs))
        found[(analyte, unit, assay), visit, change, at] = Statistics(n, low, high, inclusive, behind)
    return found


def lowest(analyte: Analyte) -> float:
    """What a value below detection can at least be."""
    return -inf if analyte.reject.low is None or analyte.reject.low < 0 else 0.0


def numbers(picked: Sequence[float], n: int, kind: str) -> tuple[float, ...]:
    """Median, minimum, maximum, first and third quartile of the order statistics that the query picked."""
    least, most, *rest = picked
    first, middle, third = (
        between(low, high, n, level, kind)
        for low, high, level in zip(rest[:3], rest[3:], (0.25, 0.5, 0.75), strict=True)
    )
    return middle, least, most, first, third


def analyte_rows(
    key: Key,
    analyte: Analyte,
    found: Mapping[tuple[Key, int, bool, int], Statistics],
    protocol: StudyProtocol,
    columns: Sequence[Column],
) -> list[Row]:
    """The heading of an analyte, its baseline, and value and change at each visit."""
    unit = ", ".join(part for part in (analyte.shown(key[1]), key[2]) if part)
    label = f"{analyte.label} ({unit})" if unit and unit != "1" else analyte.label
    rows = [heading(label, len(columns))]
    for visit, name in enumerate((BASELINE, *(f"Day {each.day:g}" for each in protocol.visits))):
        for change in (False, True) if visit else (False,):
            cells = tuple(
                cell_of(found.get((key, visit, change, at)), len(column.patients), analyte, change=change)
                for at, column in enumerate(columns)
            )
            rows.append(Row(label, f"{name}, change" if change else name, cells))
    return rows


def cell_of(statistics: Statistics | None, of: int, analyte: Analyte, *, change: bool) -> Cell:
    """Median (quartiles) and n of all, such as 8306 (1306–>40000) n = 12/13; per cent for a relative change."""
    if statistics is None:
        return Cell(f"{NONE} n = 0/{of}", 0, of)
    relative = change and analyte.percent_change
    floor = -100.0 if relative else -inf if change else lowest(analyte)
    decimals = 0 if relative else analyte.decimals

    def printed(place: int) -> str:
        low, high = statistics.low[place], statistics.high[place]
        text = bounded(low, high, floor, decimals, change=change, inclusive=statistics.inclusive)
        return f"{text} %" if relative and place == 0 else text

    middle, first, third = map(printed, (0, 3, 4))
    ranges = " to " in first + third
    spread = f"{first}; {third}" if ranges else f"{first} to {third}" if change else f"{first}–{third}"
    return Cell(
        f"{middle} ({spread}) n = {statistics.n}/{of}",
        statistics.n,
        of,
        values=exact_numbers(statistics),
        patients=statistics.patients,
    )


def exact_numbers(statistics: Statistics) -> tuple[float, ...]:
    """Median, minimum, maximum and quartiles if no bound decides median or quartiles, otherwise nothing.

    Minimum and maximum then are those of the numbers as charted, bounds among them.
    """
    low, high = statistics.low, statistics.high
    if any(low[place] != high[place] for place in (0, 3, 4)):
        return ()
    least = high[1] if isinf(low[1]) or low[1] < high[1] else low[1]
    return low[0], least, low[2], low[3], low[4]


def bounded(low: float, high: float, floor: float, decimals: int, *, change: bool, inclusive: bool) -> str:
    """A number, or the bound that is known of it: >2000, <5.4, 12 to 40; "unbounded" if nothing is known."""

    def number(value: float, rounding: str = ROUND_HALF_UP) -> str:
        return printed(value, decimals, "+" if change else "", rounding).replace("-", "−")

    if low == high or (not isinf(low) and not isinf(high) and number(low) == number(high)):
        return number(low)
    if isinf(high):
        return "unbounded" if low <= floor else f"{'≥' if inclusive else '>'}{number(low, ROUND_FLOOR)}"
    return (
        f"{'≤' if inclusive else '<'}{number(high, ROUND_CEILING)}"
        if low <= floor
        else f"{number(low)} to {number(high)}"
    )


def notes_of(protocol: StudyProtocol, silent: Sequence[str]) -> tuple[str, ...]:
    """Windows, what a change is, how bounds are printed, and what nobody measured."""
    windows = "; ".join(f"day {each.day:g} ± {each.within:g}" for each in protocol.visits)
    notes = [
        "Median (first–third quartile, definition"
        f" {NAMES[protocol.laboratory.quantiles]}) and n of all patients in the column.",
        f"Baseline: the last value of the {protocol.context.baseline_days:g} days before the index event. Visits: the"
        f" value nearest to {windows}.",
        "Change: from the same patient's baseline, in per cent (temperature and scales: difference), only between"
        " values of one unit and assay; its n counts who has both.",
        "A value beyond the range of the assay is known by its bound: a median or quartile that depends on it is"
        " printed as a bound.",
    ]
    return (*notes, *([f"Nobody has values of: {', '.join(silent)}."] if silent else []))
