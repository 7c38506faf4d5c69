"""The evidence board as records: items down, baseline, visits and the cursor's day across.

Every cell is evidence: a value, its day, and whether it meets the item's limit. Nothing here says which response
category follows; that stays hidden until the reader has decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, inf

from hlh_tui.assess.models import Evaluation, Item
from hlh_tui.protocol.analytes import analytes
from hlh_tui.protocol.models import Context
from hlh_tui.review.models import Cited
from hlh_tui.study.models import Observation
from hlh_tui.ui.guard_series import limit_words, main_guard, rule_words, series_of
from hlh_tui.ui.present import counted
from hlh_tui.ui.review_state import (
    BASE_DAY,
    ReviewState,
    evaluation_at,
    evaluations_shown,
    shown_until,
    visit_evaluations,
)
from hlh_tui.ui.values import (
    LABEL_CELLS,
    analyte_label,
    change_between,
    change_text,
    day_text,
    in_a_row,
    in_column,
    item_name,
    unit_label,
    value_text,
)

STATES = {"met": "met", "not_met": "not met", "not_evaluable": "not evaluable"}
GUARD_STATES = {"clear": "met", "triggered": "not_met", "not_evaluable": "not_evaluable"}


@dataclass(frozen=True, slots=True)
class BoardCell:
    """A value with its state: met, not_met, not_evaluable, high, low or "" (context within its limits)."""

    text: str = ""
    state: str = ""
    cite: Cited | None = None
    """What ``space`` cites here; None where there is nothing."""
    cited: bool = False
    analyte: str = ""
    day: float | None = None
    """Day of the value itself, not of the column."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One item or context analyte."""

    id: str
    label: str
    unit: str
    limit: str
    cells: tuple[BoardCell, ...]
    state: str
    """The state on the cursor's day in words."""
    brief: str
    """Support or change from baseline on the cursor's day."""
    why: str
    """The whole sentence."""
    context: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """Columns, rows, and where the cursor stands; the last column is always the cursor's day."""

    columns: tuple[str, ...] = ()
    rows: tuple[BoardRow, ...] = ()
    row: int = 0
    same_as: int | None = None
    """The visit or baseline column that shows the cursor's day too."""
    day_words: str = ""

    @property
    def cell(self) -> BoardCell | None:
        """The cell under the cursor."""
        return self.rows[self.row].cells[-1] if self.rows else None


def board(state: ReviewState) -> Board:
    """The board for the case on screen; empty while it is being read."""
    if state.case is None:
        return Board()
    visits = visit_evaluations(state)
    moments = [BASE_DAY, *(None if e is None else e.day for e in visits.values()), state.day]
    rows = _mark_cited(
        [*_item_rows(state, moments), *_guard_row(state, moments), *_context_rows(state, moments)],
        state.draft.evidence or (state.mine.evidence if state.mine else ()),
    )
    ids = [row.id for row in rows]
    same = [place for place, day in enumerate(moments[:-1]) if day == state.day]
    return Board(
        columns=("base", *(_visit_head(visit, e) for visit, e in visits.items()), _day_head(state.day)),
        rows=rows,
        row=ids.index(state.row) if state.row in ids else 0,
        same_as=same[0] if same else None,
        day_words="at baseline" if state.day == BASE_DAY else f"at day {day_text(state.day)}",
    )


def board_text(shown: Board) -> str:
    """The board as plain text, a tab between columns."""
    heads = ["criterion", "unit", *shown.columns, "limit", shown.day_words]
    rows = [
        [row.label, row.unit, *(f"{cell.text} {cell.state}".strip() for cell in row.cells), row.limit, row.why]
        for row in shown.rows
    ]
    return "\n".join("\t".join(cells) for cells in [heads, *rows])


def _item_rows(state: ReviewState, moments: Sequence[float | None]) -> list[BoardRow]:
    shown = evaluations_shown(state)
    if not shown:
        return []
    here = evaluation_at(state, state.day)
    by_moment = [None if day is None else evaluation_at(state, day) for day in moments]
    rows = []
    for number, first in enumerate(shown[0].items):
        items = [None if evaluation is None else evaluation.items[number] for evaluation in by_moment]
        cells = tuple(
            _baseline_cell(first) if day == BASE_DAY else _item_cell(item, day)
            for day, item in zip(moments, items, strict=True)
        )
        state_words, brief, why = _item_words(first, None if here is None else here.items[number])
        unit = unit_label(first.analyte or "", first.unit)
        limit = in_column(first.limit).replace(" ", "")
        rows.append(BoardRow(first.id, _row_label(first.label), unit, limit, cells, state_words, brief, why))
    return rows


def _row_label(label: str) -> str:
    """The label of a row; of a long one the first word, which is its abbreviation or its organ."""
    return in_a_row(label if len(label) <= LABEL_CELLS else label.split()[0])


def _item_cell(item: Item | None, day: float | None) -> BoardCell:
    if item is None or day is None:
        return BoardCell()
    name = item_name(item)
    if item.value is None or item.value_day is None:
        cite = Cited("item", day, _row_label(item.label), f"{_row_label(item.label)} not evaluable")
        return BoardCell("-", item.state, cite, analyte=item.analyte or "", day=None)
    text = value_text(item.analyte, item.value, item.comparator)
    words = f"{name} {text} {unit_label(item.analyte or '', item.value_unit or item.unit)}".strip()
    cite = Cited("observation", item.value_day, name, words)
    return BoardCell(text, item.state, cite, analyte=item.analyte or "", day=item.value_day)


def _baseline_cell(item: Item) -> BoardCell:
    if item.baseline is None or item.baseline_day is None:
        return BoardCell("-", item.baseline_state, analyte=item.analyte or "")
    analyte = item.baseline_analyte or item.analyte or ""
    name = item_name(item)
    text = value_text(analyte, item.baseline, item.baseline_comparator)
    unit = unit_label(analyte, item.baseline_unit or item.unit)
    words = f"{name} {text} {unit} at baseline".replace("  ", " ")
    cite = Cited("observation", item.baseline_day, name, words)
    return BoardCell(text, item.baseline_state, cite, analyte=analyte, day=item.baseline_day)


def _item_words(first: Item, item: Item | None) -> tuple[str, str, str]:
    """State, support or change, and the whole sentence; ``item`` None: the cursor stands on the baseline."""
    if item is None:
        words = {True: "abnormal", False: "normal", None: "no value"}[first.abnormal_at_baseline]
        return words, "", f"{words} at baseline"
    return STATES[item.state], item.support or change_text(item.change_pct), item.why


def _guard_row(state: ReviewState, moments: Sequence[float | None]) -> list[BoardRow]:
    """The guard's analyte in one assay and unit: the guard compares within one series only."""
    criteria = state.case.criteria if state.case else None
    guard = main_guard(criteria)
    values = _until(state.case.series.get(guard.analyte, ()), state) if state.case and guard else []
    if not values or guard is None or criteria is None:
        return []
    main, others = series_of(values, guard, state.day)
    here = evaluation_at(state, state.day)
    held = Context(guard.baseline.days, inf)
    cells = tuple(
        _context_cell(main, day, held, GUARD_STATES[e.guard] if day and (e := evaluation_at(state, day)) else "")
        for day in moments
    )
    label = f"{analyte_label(guard.analyte)} guard"
    words = STATES[GUARD_STATES[here.guard]] if here else ""
    why = f"{label} {words or 'at baseline'}: {rule_words(guard, criteria)}"
    why += f"; {others} further series not shown" if others else ""
    unit = unit_label(guard.analyte, main[0].unit)
    return [BoardRow(guard.analyte, label, unit, limit_words(guard), cells, words, _change(main, state.day, held), why)]


def _context_rows(state: ReviewState, moments: Sequence[float | None]) -> list[BoardRow]:
    series = state.case.series if state.case else {}
    used = {item.analyte for evaluation in evaluations_shown(state)[:1] for item in evaluation.items}
    guard = main_guard(state.case.criteria) if state.case else None
    used |= {guard.analyte} if guard else set()
    rows = []
    for analyte_id in _in_order(series):
        values = _until(series[analyte_id], state)
        if analyte_id in used or not any(v.day >= -state.context.baseline_days for v in values):
            continue
        cells = tuple(_context_cell(values, day, state.context) for day in moments)
        unit = unit_label(analyte_id, values[-1].unit)
        change = _change(values, state.day, state.context)
        label = analyte_label(analyte_id)
        rows.append(
            BoardRow(analyte_id, label, unit, _reference(values[-1]), cells, "", change,
                     f"{label}: not a criterion, {counted(len(values), 'value')} up to the cut-off", context=True)
        )  # fmt: skip
    return rows


def _in_order(series: Mapping[str, object]) -> list[str]:
    """Charted analytes in the order of the analyte table, unknown ones last."""
    order = {analyte_id: place for place, analyte_id in enumerate(analytes())}
    return sorted(series, key=lambda analyte_id: (order.get(analyte_id, len(order)), analyte_id))


def _context_cell(values: Sequence[Observation], day: float | None, context: Context, state: str = "") -> BoardCell:
    """The last value within the days that the protocol gives such rows."""
    value = _value_at(values, day, context)
    if value is None:
        return BoardCell()
    words = f"{analyte_label(value.analyte)} {value_text(value.analyte, value.value, value.comparator)}"
    cite = Cited("observation", value.day, analyte_label(value.analyte),
                 f"{words} {unit_label(value.analyte, value.unit)}".strip())  # fmt: skip
    text = value_text(value.analyte, value.value, value.comparator)
    return BoardCell(text, state or _against_reference(value), cite, analyte=value.analyte, day=value.day)


def _value_at(values: Sequence[Observation], day: float | None, context: Context) -> Observation | None:
    if day is None:
        return None
    if day <= BASE_DAY:
        found = [v for v in values if -context.baseline_days <= v.day <= BASE_DAY]
    else:
        found = [v for v in values if BASE_DAY < v.day <= day and v.day >= day - context.carry_days]
    return found[-1] if found else None


def _change(values: Sequence[Observation], day: float, context: Context) -> str:
    before, after = _value_at(values, BASE_DAY, context), _value_at(values, day, context)
    return "" if before is None or after is None else change_between(before, after)


def _against_reference(value: Observation) -> str:
    if value.upper is not None and value.value > value.upper:
        return "high"
    return "low" if value.lower is not None and value.value < value.lower else ""


def _reference(value: Observation) -> str:
    if value.lower is None and value.upper is None:
        return ""
    if value.lower is None:
        return f"<={value.upper:g}"
    return f">={value.lower:g}" if value.upper is None else f"{value.lower:g}-{value.upper:g}"


def _until(values: Sequence[Observation], state: ReviewState) -> list[Observation]:
    return [value for value in values if floor(value.day) <= shown_until(state)]


def _visit_head(visit: float, evaluation: Evaluation | None) -> str:
    head = f"d{day_text(visit)}"
    if evaluation is None or floor(evaluation.day) == visit:
        return head
    return f"{head}:{day_text(evaluation.day)}"


def _day_head(day: float) -> str:
    return "base" if day == BASE_DAY else f"day {day_text(day)}"


def _mark_cited(rows: Sequence[BoardRow], evidence: Sequence[Cited]) -> tuple[BoardRow, ...]:
    keys = {(cited.kind, cited.name, cited.day) for cited in evidence}

    def marked(cell: BoardCell) -> BoardCell:
        known = cell.cite is not None and (cell.cite.kind, cell.cite.name, cell.cite.day) in keys
        return replace(cell, cited=True) if known else cell

    return tuple(replace(row, cells=tuple(map(marked, row.cells))) for row in rows)
