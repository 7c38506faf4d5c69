"""Where a value on the board comes from: raw text, conversion, reference limits, assay, file and row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.reactive import reactive

from hlh_tui.protocol.analytes import Unit, analytes, find_unit
from hlh_tui.study.models import Observation
from hlh_tui.ui.values import analyte_label, day_text, observation_text, value_text
from hlh_tui.ui.widgets.line_panel import Line, LinePanel, wrapped

NEARBY_DAYS = 3.0
"""Values of the same analyte within so many days are listed beside the source."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """The value under the cursor: every charted row behind it, and the values of the days around."""

    label: str = ""
    day: float | None = None
    rows: tuple[Observation, ...] = ()
    nearby: tuple[Observation, ...] = ()
    limit: str = ""
    """The limit of the criterion with its source and how sure that is; empty for a row that is no criterion."""


class SourcePane(LinePanel):
    """Follows the board's cursor."""

    view: reactive[SourceView] = reactive(SourceView(), layout=False)

    def watch_view(self) -> None:
        """Draw the new view."""
        self.redraw()

    def lines(self, width: int, height: int, /) -> Sequence[Line]:
        """The source in words, wrapped."""
        return [line for words in source_lines(self.view) for line in wrapped(words, width)][:height]


def source_of(
    label: str, analyte: str, day: float | None, charted: Sequence[Observation], until: float, limit: str = ""
) -> SourceView:
    """The rows behind the value of that analyte at exactly that day, and those around it up to day ``until``."""
    if day is None:
        return SourceView(label, limit=limit)
    rows = tuple(o for o in charted if o.day == day)
    nearby = tuple(o for o in charted if abs(o.day - day) <= NEARBY_DAYS and o.day < int(until) + 1)
    return SourceView(label or analyte_label(analyte), day, rows, nearby, limit)


def source_lines(view: SourceView) -> list[Line]:
    """The source in words, one line of spans a fact."""
    limit: list[Line] = [[("limit      ", "head"), (view.limit, "")]] if view.limit else []
    if view.day is None or not view.rows:
        return [
            [("source     ", "head"), (f"{view.label}: nothing is charted here", "strong"), ("  esc closes", "dim")],
            *limit,
        ]
    lines: list[Line] = [
        [
            ("source     ", "head"),
            (f"{view.label}, value of day {day_text(view.day)}", "strong"),
            ("  esc closes", "dim"),
        ]
    ]
    for row in view.rows:
        lines += _row_lines(row)
    values = "  ".join(f"d{row.day:.2f} {value_text(row.analyte, row.value, row.comparator)}" for row in view.nearby)
    lines += limit
    lines.append([(f"±{NEARBY_DAYS:.0f} days    ", "head"), (values, "")])
    return lines


def _row_lines(row: Observation) -> list[Line]:
    charted = f"{row.raw_value} {row.raw_unit or ''}".strip()
    facts = [part for part in (row.assay, row.specimen, row.method) if part]
    place = f"{row.source_file or 'file unknown'}, row {row.source_row}" if row.source_row else "row unknown"
    return [
        [("charted    ", "head"), (f"“{charted}”", "strong"), (f"  =  {observation_text(row)}", ""),
         (f"  ({conversion(row)})", "dim")],
        [("reference  ", "head"), (reference(row), ""), ("   assay  ", "head"), (", ".join(facts) or "not stated", "")],
        [("imported   ", "head"), (place, ""), (f"   reference {row.source_ref}" if row.source_ref else "", "dim")],
    ]  # fmt: skip


def conversion(row: Observation) -> str:
    """How the charted unit became the stored one, e.g. ``mg/dL x 0.01``."""
    analyte = analytes().get(row.analyte)
    unit = find_unit(analyte, row.raw_unit) if analyte else None
    if row.raw_unit is None:
        return "no unit charted: taken as the canonical one"
    return "as charted" if unit is None else _formula(unit)


def _formula(unit: Unit) -> str:
    steps = ""
    if unit.add:
        steps += f" {'+' if unit.add > 0 else '-'} {abs(unit.add):g}"
    if unit.times != 1:
        steps += f" x {unit.times:g}"
    if unit.divide != 1:
        steps += f" / {unit.divide:g}"
    return f"{unit.unit}{steps}" if steps else "same unit, no conversion"


def reference(row: Observation) -> str:
    """The laboratory's own limits, else the default ones, else that there are none."""
    if row.lower is not None or row.upper is not None:
        return f"{_limits(row.lower, row.upper)} (laboratory)"
    analyte = analytes().get(row.analyte)
    if analyte is None or (analyte.lower is None and analyte.upper is None):
        return "none"
    return f"{_limits(analyte.lower, analyte.upper)} (default, the chart has none)"


def _limits(lower: float | None, upper: float | None) -> str:
    if lower is None:
        return f"up to {upper:g}"
    return f"from {lower:g}" if upper is None else f"{lower:g} to {upper:g}"
