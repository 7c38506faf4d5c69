"""What the Criteria screen shows of what it knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.ui.sight import Sight
from hlh_tui.ui.what_if import WhatIf, reading_title
from hlh_tui.ui.widgets.line_panel import Line, wrapped
from hlh_tui.ui.widgets.page_pane import Page, Pages, kept

if TYPE_CHECKING:
    from hlh_tui.assess.compare import Comparison
    from hlh_tui.assess.models import Assessment
    from hlh_tui.assess.multiverse import Multiverse
    from hlh_tui.assess.options import Reading

VIEWS = ("cross", "multiverse", "rules")
NAMES = {"cross": "cross-table", "multiverse": "all readings", "rules": "rules"}
HINT = (
    "the other reading is the study's own: space or an arrow key changes the option under the cursor, to see who moves"
)


@dataclass
class Results:
    """What was worked out for the two sides; ``problem`` says why there is nothing."""

    comparison: Comparison | None = None
    assessed: tuple[Assessment, ...] | None = None
    assessed_by: Reading | None = None
    multiverse: Multiverse | None = None
    progress: tuple[int, int] = (0, 0)
    problem: str = ""

    def outdated(self) -> Results:
        """What stays until the new sides are compared: the page as it is, without its problem."""
        return Results(self.comparison, self.assessed, self.assessed_by, self.multiverse, self.progress)

    def answers(self, state: WhatIf) -> bool:
        """Whether the two sides are those that were compared, or the other side the one that was assessed."""
        if not state.compared:
            return self.assessed_by == state.other
        found = self.comparison
        return found is not None and (found.left, found.right) == (state.in_force, state.other)


def sides(state: WhatIf) -> str:
    """Both readings, a line each."""
    what = "the study's" if state.same else "what if" if state.own else "another set"
    return f"left   {reading_title(state.in_force)} (the study's)\nright  {reading_title(state.other)} ({what})"


def title_of(state: WhatIf, view: str, results: Results) -> str:
    """What the page is, whether it is being worked out anew, and which one comes next."""
    waits = view == "cross" and not results.problem and not results.answers(state)
    following = VIEWS[(VIEWS.index(view) + 1) % len(VIEWS)]
    return f"{_name(state, view)}{' (asking ...)' if waits else ''} · tab: {_name(state, following)}"


def _name(state: WhatIf, view: str) -> str:
    return "results" if view == "cross" and not state.compared else NAMES[view]


def pages_of(state: WhatIf, view: str, results: Results, sight: Sight) -> Pages:
    """The page for each width, built once for a width."""
    return kept(_builder(state, view, results, sight))


def _builder(state: WhatIf, view: str, results: Results, sight: Sight) -> Callable[[int], Page]:
    if view == "rules":
        from hlh_tui.ui.widgets.rules_page import rules_page

        return lambda width: rules_page(state.other, width)
    if results.problem:
        return _said(results.problem)
    if view == "multiverse":
        return _multiverse(results, sight)
    if state.compared:
        return _cross(state, results, sight)
    found = results.assessed
    if found is None or results.assessed_by != state.other:
        return _said("assessing ...")
    from hlh_tui.ui.widgets.result_page import result_page

    return lambda width: result_page(state.other, found, sight, width)


def _cross(state: WhatIf, results: Results, sight: Sight) -> Callable[[int], Page]:
    found = results.comparison
    if found is None:
        return _said("comparing ...")
    from hlh_tui.ui.widgets.cross_page import cross_page

    def page(width: int) -> Page:
        crossed = cross_page(found, sight, width)
        if not state.same:
            return crossed
        hint: list[Line] = [[], *wrapped([(HINT, "dim")], width)]
        return Page((*crossed.lines, *hint), crossed.stops)

    return page


def _multiverse(results: Results, sight: Sight) -> Callable[[int], Page]:
    found = results.multiverse
    if found is None:
        done, total = results.progress
        how = f"{done} of {total} readings" if total else "every sensible reading"
        return _said(f"assessing {how} ...\nother screens and keys work meanwhile; leaving this screen stops it")
    from hlh_tui.ui.widgets.multiverse_page import multiverse_page

    return lambda width: multiverse_page(found, sight, width)


def _said(words: str) -> Callable[[int], Page]:
    return lambda width: Page(tuple(line for each in words.splitlines() for line in wrapped([(each, "")], width)))
