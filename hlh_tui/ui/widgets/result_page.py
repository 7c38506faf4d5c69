"""The page of a set that is not held against the study's: a diagnosis with its score for each patient."""

from __future__ import annotations

from collections import Counter

from hlh_tui.assess.models import Assessment, Evaluation
from hlh_tui.assess.options import Reading
from hlh_tui.ui.sight import Sight
from hlh_tui.ui.widgets.line_panel import Line, Span, fixed, wrapped
from hlh_tui.ui.widgets.page_pane import Page, category_ink

NOTHING = "-"
WIDEST = 22


def result_page(reading: Reading, found: tuple[Assessment, ...], sight: Sight, width: int) -> Page:
    """A line for each patient who may be named, and how often each category holds."""
    counts = sight.counts({each.patient_id: each.best.category for each in found})
    lines: list[Line] = [*wrapped([(reading.base.title, "strong")], width)]
    told = [each for each in found if counts or each.patient_id in sight.shown]
    tally = Counter(each.best.category for each in told)
    said = ", ".join(f"{name} {tally[name]}" for name in reading.criteria.outcomes if name in tally)
    lines += wrapped([(f"{said or 'no case can be shown yet'}, of {len(told)} patients" if told else said, "")], width)
    if sight.hidden:
        lines += wrapped([(sight.words(counts), "alert")], width)
    shown = [each for each in found if each.patient_id in sight.shown]
    if not shown:
        return Page(tuple(lines))
    rows = [_cells(reading, each) for each in shown]
    heads = _heads(reading)
    widths = [min(max(len(row[n]) for row in [heads, *rows]), WIDEST) + 2 for n in range(len(heads))]
    lines += [[], [(fixed(head, cell), "head") for head, cell in zip(heads, widths, strict=True)]]
    first = len(lines)
    lines += [_line(row, widths) for row in rows]
    return Page(tuple(lines), tuple((first + n, each.patient_id) for n, each in enumerate(shown)))


def _heads(reading: Reading) -> list[str]:
    score = reading.criteria.score
    return ["patient", "result", "at most", *([score.label, "probability"] if score else []), "met", "not", "unknown"]


def _cells(reading: Reading, found: Assessment) -> list[str]:
    last = found.evaluations[-1] if found.evaluations else None
    states = [domain.state for domain in last.domains] if last else []
    counts = [str(states.count(state)) for state in ("met", "not_met", "not_evaluable")]
    most = last.best_case if last and last.indeterminate else NOTHING
    return [found.patient_id, found.best.category, most, *_score(reading, last), *counts]


def _score(reading: Reading, last: Evaluation | None) -> list[str]:
    """The points and the printed probability; nothing for a set without points."""
    from hlh_tui.assess.score import probability_words

    score = reading.criteria.score
    if score is None:
        return []
    if last is None or last.score is None:
        return [NOTHING, NOTHING]
    low, high = last.score
    return [f"{low:g}" if low == high else f"{low:g}-{high:g}", probability_words(score, last.score)]


def _line(row: list[str], widths: list[int]) -> Line:
    spans: list[Span] = [(fixed(cell, width), "") for cell, width in zip(row, widths, strict=True)]
    spans[0] = (spans[0][0], "strong")
    spans[1] = (spans[1][0], category_ink(row[1]))
    return spans
