"""The page that sets two readings side by side: cross-table, and who differs and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hlh_tui.assess.compare import Comparison, Difference
from hlh_tui.assess.values import day_number
from hlh_tui.ui.sight import Sight
from hlh_tui.ui.widgets.line_panel import Line, Span, fixed, wrapped
from hlh_tui.ui.widgets.page_pane import Page, category_ink

CELL = 5
LONGEST_CODE = 10


@dataclass(frozen=True, slots=True)
class Counts:
    """The cross-table as this reader may see it."""

    cells: dict[tuple[str, str], int]
    differences: tuple[Difference, ...]
    unnamed: int
    """How many more differ whose case is hidden from the reader; 0 where hidden cases are not counted."""
    counts: bool


def seen(found: Comparison, sight: Sight) -> Counts:
    """What of the comparison this reader may see: others' categories only as counts, if at all."""
    left = {each: key[0] for key, ids in found.cells.items() for each in ids}
    right = {each: key[1] for key, ids in found.cells.items() for each in ids}
    counts = sight.counts(left, right)
    cells = {key: sum(counts or each in sight.shown for each in ids) for key, ids in found.cells.items()}
    shown = tuple(each for each in found.differences if each.patient_id in sight.shown)
    return Counts(cells, shown, found.differing - len(shown) if counts else 0, counts)


def cross_page(found: Comparison, sight: Sight, width: int) -> Page:
    """Cross-table, agreement and rates, then every patient who may be named with the reason."""
    counts = seen(found, sight)
    lines: list[Line] = [*_table(found, counts, width), []]
    lines += [line for words in _summary(found, counts) for line in wrapped([(words, "")], width)]
    if sight.hidden:
        lines += wrapped([(sight.words(counts.counts), "alert")], width)
    if counts.unnamed:
        lines += wrapped([(f"{counts.unnamed} of those who differ are not named", "dim")], width)
    stops = []
    for one in _in_order(found, counts.differences):
        lines.append([])
        stops.append((len(lines), one.patient_id))
        lines += _difference(one, width)
    return Page(tuple(lines), tuple(stops))


def _table(found: Comparison, counts: Counts, width: int) -> list[Line]:
    """The categories of the left side down, of the right side across; = marks the same category."""
    rows = _held(found.left_categories, [left for (left, _), n in counts.cells.items() if n])
    columns = _held(found.right_categories, [right for (_, right), n in counts.cells.items() if n])
    name = max([len("left"), *(min(len(each), LONGEST_CODE) for each in rows)]) + 1
    widths = [max(CELL, min(len(each), LONGEST_CODE) + 1) for each in columns]
    if name + sum(widths) + CELL > width:
        widths = [max((width - name - CELL) // max(len(columns), 1), 3)] * len(columns)
    head: list[Span] = [(fixed("left", name), "head")]
    head += [(fixed(each, cell, right=True), category_ink(each)) for each, cell in zip(columns, widths, strict=True)]
    lines: list[Line] = [
        [(" " * name, ""), (fixed("right", width - name), "head")],
        [*head, (fixed("all", CELL, right=True), "head")],
    ]
    for row in rows:
        line: list[Span] = [(fixed(row, name), category_ink(row))]
        total = 0
        for column, cell in zip(columns, widths, strict=True):
            count = counts.cells.get((row, column), 0)
            total += count
            line.append(_cell(count, cell, same=row == column))
        lines.append([*line, (fixed(str(total), CELL, right=True), "head")])
    return lines


def _cell(count: int, width: int, *, same: bool) -> Span:
    words = ("=" if same else "") + (str(count) if count else ".")
    return fixed(words, width, right=True), "dim" if not count else "" if same else "strong"


def _held(categories: tuple[str, ...], held: Iterable[str]) -> list[str]:
    """The categories in their order; the last, which stands for no result, only where it holds."""
    some = set(held)
    return [each for place, each in enumerate(categories) if each in some or place < len(categories) - 1]


def _summary(found: Comparison, counts: Counts) -> list[str]:
    """How many agree, and how many count as response on each side."""
    total = sum(counts.cells.values())
    if not total:
        return ["no case can be shown yet" if found.patients else "the study has no patients yet: import charts first"]
    same = sum(n for (left, right), n in counts.cells.items() if left == right)
    left = sum(n for (one, _), n in counts.cells.items() if one in found.left_response.categories)
    right = sum(n for (_, other), n in counts.cells.items() if other in found.right_response.categories)
    said = [f"{same} of {total} have the same category (=)"]
    if found.left_response == found.right_response:
        said.append(f"{found.left_response.label}: left {left}/{total}, right {right}/{total}")
    else:
        one, other = (", ".join(each.categories) for each in (found.left_response, found.right_response))
        said.append(f"counted: left {one} {left}/{total}, right {other} {right}/{total}")
    if not found.same_set:
        said.append("rates of two sets are not comparable as such: they ask for other items and other limits")
    return said


def _in_order(found: Comparison, differences: Iterable[Difference]) -> list[Difference]:
    places = [{each: n for n, each in enumerate(side)} for side in (found.left_categories, found.right_categories)]
    return sorted(differences, key=lambda one: (places[0][one.left], places[1][one.right], one.patient_id))


def _difference(one: Difference, width: int) -> list[Line]:
    """The patient and both categories with their days, then the sentence."""
    head: list[Span] = [
        (f"{one.patient_id}  ", "strong"),
        (one.left, category_ink(one.left)),
        (f"{_day(one.left_day)} -> ", ""),
        (one.right, category_ink(one.right)),
        (_day(one.right_day), ""),
    ]
    return [head, *([("  ", ""), *line] for line in wrapped([(one.why, "")], max(width - 2, 1)))]


def _day(day: float | None) -> str:
    return "" if day is None else f" d{day_number(day)}"
