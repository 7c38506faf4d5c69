"""The page of every sensible reading at once: rates, who changes, which option moves whom."""

from __future__ import annotations

from hlh_tui.assess.multiverse import Course, Multiverse, OptionEffect
from hlh_tui.ui.sight import Sight, named
from hlh_tui.ui.widgets.line_panel import Line, Span, fixed, wrapped
from hlh_tui.ui.widgets.page_pane import HEAT, Page, category_ink

CELL = 7
LONGEST_ID = 12
WIDEST_BAR = 24


def multiverse_page(found: Multiverse, sight: Sight, width: int) -> Page:
    """Rates, heat map of the patients who change and may be named, options; other patients only as counts."""
    counts = sight.counts({course.patient_id: course.default for course in found.courses})
    lines: list[Line] = [*_heading(found, width)]
    if sight.hidden:
        lines += wrapped([(sight.words(counts), "alert")], width)
    if counts:
        lines += [[], *_rates(found, width)]
    rows = [course for course in found.changing if course.patient_id in sight.shown]
    lines += [[], *_changing(found, sight, rows, width, counts=counts)]
    stops = []
    if rows:
        categories = [name for name in found.criteria.outcomes if any(name in row.counts for row in rows)]
        lines += _head(categories, rows)
        for row in rows:
            stops.append((len(lines), row.patient_id))
            lines.append(_row(found, row, categories, rows))
    lines += [[], *_options(found, sight, width, counts=counts)]
    return Page(tuple(lines), tuple(stops))


def _heading(found: Multiverse, width: int) -> list[Line]:
    said = (
        f"{found.criteria.id}: {found.worlds} readings, every combination of the sensible values of"
        f" {len(found.axes)} options"
    )
    return [*wrapped([(said, "strong")], width)]


def _rates(found: Multiverse, width: int) -> list[Line]:
    """The distribution of the rate over the readings."""
    lines: list[Line] = [*wrapped([(f"{found.collapse.label}, share of the readings", "head")], width)]
    room = max(min(width - 30, WIDEST_BAR), 4)
    for responders, worlds in found.rates:
        share = worlds / found.worlds
        bar = "#" * max(1, round(share * room))
        default = "default" if responders == found.default_responders else ""
        lines.append(
            [
                (f"{responders}/{found.patients}".rjust(7), "strong"),
                (f"{_whole(responders / found.patients):>5} %", ""),
                (f"{_whole(share):>5} % ", ""),
                (f"{bar} ", "course"),
                (default, "key"),
            ]
        )
    return lines


def _changing(found: Multiverse, sight: Sight, rows: list[Course], width: int, *, counts: bool) -> list[Line]:
    """How many have more than one category, and what the numbers of the map are."""
    total, of = (len(found.changing), found.patients) if counts else (len(rows), len(sight.shown))
    if not of:
        return [*wrapped([("no case can be shown yet", "")], width)]
    if not total:
        return [*wrapped([(f"each of {of} patients has one category in every reading", "")], width)]
    said = f"{total} of {of} patients change; per cent of the readings with each category, [ ] the default reading"
    return [*wrapped([(said, "head")], width)]


def _name_width(rows: list[Course]) -> int:
    return min(max(len(row.patient_id) for row in rows), LONGEST_ID) + 1


def _head(categories: list[str], rows: list[Course]) -> list[Line]:
    spans: list[Span] = [(" " * _name_width(rows), "")]
    for each in categories:
        code = each if len(each) < CELL else fixed(each, CELL - 1)
        spans.append((code.center(CELL), category_ink(each)))
    return [[*spans, (" moved by", "head")]]


def _row(found: Multiverse, row: Course, categories: list[str], rows: list[Course]) -> Line:
    number = {effect.option: str(place) for place, effect in enumerate(found.option_effects, 1)}
    spans: list[Span] = [(fixed(row.patient_id, _name_width(rows)), "strong")]
    for category in categories:
        spans += _cell(row, category, found.worlds)
    return [*spans, (" " + " ".join(number[mover.option] for mover in row.movers), "")]


def _cell(row: Course, category: str, worlds: int) -> list[Span]:
    """Per cent on a ground as strong as the share, in brackets where the default reading says so."""
    share = row.counts.get(category, 0) / worlds
    left, right = "[]" if category == row.default else "  "
    if not share:
        return [(f"{left}   .{right} ", "dim" if left == " " else "")]
    ink = HEAT[min(int(share * len(HEAT)), len(HEAT) - 1)]
    return [(left, "key"), (f"{_whole(share):>4}", ink), (right, "key"), (" ", "")]


def _options(found: Multiverse, sight: Sight, width: int, *, counts: bool) -> list[Line]:
    """Each option with whom it moves: first from the default reading alone, then in any other."""
    lines: list[Line] = [*wrapped([("options, and whom each moves, all others equal", "head")], width)]
    idle = []
    for number, effect in enumerate(found.option_effects, 1):
        words = _moved_words(found, effect, sight, counts=counts)
        if not words:
            idle.append(effect.option)
            continue
        lines += wrapped([(f"{number} {effect.option}  ", "strong"), (words, "")], width)
    if idle:
        whom = "nobody" if counts else "nobody who may be named"
        lines += wrapped([(f"{whom} is moved by {', '.join(idle)}", "dim")], width)
    return lines


def _moved_words(found: Multiverse, effect: OptionEffect, sight: Sight, *, counts: bool) -> str:
    """``composite: P02; only with others: P06``; empty if nobody is moved."""
    parts = []
    values = next(axis.values for axis in found.axes if axis.option == effect.option)
    for value in values:
        moved = [
            course.patient_id
            for course in found.courses
            for mover in course.movers
            if mover.option == effect.option and value in mover.from_default
        ]
        if words := _whom(moved, sight, counts=counts):
            parts.append(f"{value}: {words}")
    alone = set(effect.from_default)
    if words := _whom([each for each in effect.moved if each not in alone], sight, counts=counts):
        parts.append(f"only with other options: {words}")
    return "; ".join(parts)


def _whom(patients: list[str], sight: Sight, *, counts: bool) -> str:
    """Those who may be named, and how many more."""
    shown = named(patients, sight)
    more = len(patients) - len(shown) if counts else 0
    return ", ".join([*shown, *([f"{more} not named"] if more else [])])


def _whole(share: float) -> str:
    """Per cent without decimals, never 0 or 100 for what is neither."""
    percent = round(100 * share)
    if percent == 0 and share:
        return "<1"
    return ">99" if percent == 100 and share < 1 else str(percent)
