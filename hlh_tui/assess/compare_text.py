"""A comparison as plain text: what was compared, the cross-table, who differs and why, and what it teaches."""

from __future__ import annotations

from collections import Counter
from textwrap import wrap

from hlh_tui.assess.compare import Comparison, Difference
from hlh_tui.assess.options import Reading, moved
from hlh_tui.assess.values import day_number
from hlh_tui.protocol.criteria_models import CriteriaSet

LEAST_CELL = 5


def compare_text(found: Comparison, width: int = 80) -> str:
    """The whole comparison in lines of at most ``width`` characters (a patient id or an option may be longer)."""
    if not found.patients:
        return "the study has no patients yet: import charts first"
    blocks = [_heading(found, width), _table(found), _agreement(found, width), _differences(found, width)]
    return "\n\n".join("\n".join(block) for block in [*blocks, taught(found, width)] if block)


def reading_words(reading: Reading) -> str:
    """The set's id and version and the options that differ from its default."""
    changed = ", ".join(f"{key}={value}" for key, value in moved(reading.base, reading.options).items())
    return f"{reading.base.id} {reading.base.version}, {changed or 'default options'}"


def _heading(found: Comparison, width: int) -> list[str]:
    return [
        line
        for name, reading in (("left   ", found.left), ("right  ", found.right))
        for line in wrap(name + reading_words(reading), width, subsequent_indent=" " * 7)
    ]


def _table(found: Comparison) -> list[str]:
    """Left categories down, right ones across; a point for an empty cell, = marks the same category."""
    rows = _shown(found.left_categories, [left for left, _ in found.cells])
    columns = _shown(found.right_categories, [right for _, right in found.cells])
    name = max(map(len, (*rows, "left")))
    widths = [max(LEAST_CELL, len(each) + 2) for each in (*columns, "all")]
    lines = [" " * (name + 2) + "right", _line("left", name, [*columns, "all"], widths)]
    for row in rows:
        counts = [len(found.cells.get((row, column), ())) for column in columns]
        cells = [_cell(count, row == column) for count, column in zip(counts, columns, strict=True)]
        lines.append(_line(row, name, [*cells, str(sum(counts))], widths))
    totals = [sum(len(found.cells.get((row, column), ())) for row in rows) for column in columns]
    lines.append(_line("all", name, [str(each) for each in (*totals, found.patients)], widths))
    return lines


def _line(label: str, name: int, cells: list[str], widths: list[int]) -> str:
    return label.ljust(name) + "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))


def _shown(categories: tuple[str, ...], held: list[str]) -> list[str]:
    """The categories in their order; what stands for no result only where it holds."""
    return [each for place, each in enumerate(categories) if each in held or place < len(categories) - 1]


def _cell(count: int, same: bool) -> str:
    return ("=" if same else "") + (str(count) if count else ".")


def _agreement(found: Comparison, width: int) -> list[str]:
    agreeing = len(found.agreeing)
    lines = [
        f"The same category (=): {agreeing} of {found.patients} patients ({round(100 * agreeing / found.patients)} %)."
    ]
    one, other = found.left.criteria, found.right.criteria
    for name, mine, theirs in (("left", one, other), ("right", other, one)):
        alone = [each for each in mine.outcomes if each not in theirs.outcomes]
        if alone:
            lines += wrap(f"Only {name} has {', '.join(f'{each} ({mine.outcomes[each]})' for each in alone)}.", width)
    lines += wrap(_rates(found), width)
    if not found.same_set:
        lines += wrap(_not_comparable(one, other), width)
    return lines


def _rates(found: Comparison) -> str:
    """The share that counts as response on each side, and by which categories where that differs."""
    left, right = (f"{count}/{found.patients} ({round(100 * count / found.patients)} %)" for count in found.responders)
    if found.left_response == found.right_response:
        return f"{found.left_response.label}: left {left}, right {right}."
    one, other = (", ".join(each.categories) for each in (found.left_response, found.right_response))
    what = " as response" if found.left.criteria.kind == "response" == found.right.criteria.kind else ""
    return f"Counted{what}: left {one}: {left}; right {other}: {right}."


def _not_comparable(left: CriteriaSet, right: CriteriaSet) -> str:
    """Why the rates of two sets are not to be held against each other."""
    parts = []
    for mine, theirs in ((left, right), (right, left)):
        alone = dict.fromkeys(item.label for item in mine.items if not set(item.analytes) & _measured(theirs))
        if alone:
            parts.append(f"only {mine.id} asks for {', '.join(alone)}")
    if not parts:
        return "The rates of the two sets are not comparable as such: limits or rules differ."
    return f"The rates of the two sets are not comparable as such: {'; '.join(parts)}. Limits and rules differ too."


def _measured(criteria: CriteriaSet) -> set[str]:
    return {analyte for item in criteria.items for analyte in item.analytes}


def _differences(found: Comparison, width: int) -> list[str]:
    lines = []
    for left in found.left_categories:
        for right in found.right_categories:
            each = [one for one in found.differences if (one.left, one.right) == (left, right)]
            if each:
                lines.append(f"{left} left, {right} right: {len(each)}")
            for one in each:
                lines += wrap(
                    f"  {one.patient_id}  {_days(one)}: {one.why}",
                    width,
                    subsequent_indent="    ",
                    break_long_words=False,
                )
    return lines


def _days(one: Difference) -> str:
    sides = ((one.left, one.left_day), (one.right, one.right_day))
    return " / ".join(category if day is None else f"{category} d{day_number(day)}" for category, day in sides)


def _explained(found: Comparison) -> str:
    """That not all are explained, where it is so; the cells of ``--json`` name everybody."""
    told = len(found.differences)
    return f" (the first {told} are explained; --json names all), and of these" if told < found.differing else ""


def taught(found: Comparison, width: int) -> list[str]:
    """What a reader of a published rate should take from it."""
    if not found.differing:
        return wrap(f"No category depends on the choice: all {found.patients} patients agree.", width)
    count = Counter(one.better for one in found.differences)
    said = [
        f"{found.differing} of {found.patients} categories depend on the choice{_explained(found)}: better left"
        f" {count['left']}, better right {count['right']}"
        + (f", without a common order {count['']}" if count[""] else "")
        + "."
    ]
    options = Counter(key for one in found.differences for group in one.options for key in group if len(group) == 1)
    if len(options) > 1:
        named = ", ".join(f"{key} {number}" for key, number in options.most_common())
        said.append(f"Patients whom an option alone moves: {named}.")
    labels = {item.id: item.label for each in (found.right, found.left) for item in each.criteria.items}
    items = Counter(key for one in found.differences for key in one.items)
    if items:
        named = ", ".join(f"{labels[key]} {number}" for key, number in items.most_common(6))
        said.append(f"Items that make the difference most often (patients): {named}.")
    return [line for sentence in said for line in wrap(sentence, width)]
