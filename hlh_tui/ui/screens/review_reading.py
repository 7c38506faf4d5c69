"""Reading cases for the Review screen: the one on screen, those around it, and all anew under another reading."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hlh_tui.review.conduct.blinding import evidence_until
from hlh_tui.review.own_decisions import own_decisions
from hlh_tui.ui.background import in_background
from hlh_tui.ui.review_case import read_case
from hlh_tui.ui.review_state import CaseFile, open_case

if TYPE_CHECKING:
    from hlh_tui.review.models import CurrentDecision
    from hlh_tui.ui.news import Reread
    from hlh_tui.ui.screens.review import ReviewScreen


def read_own_decisions(screen: ReviewScreen) -> None:
    """Read what is in force of this reader; again if a decision was saved meanwhile, which knows better."""
    app, commits = screen.app, screen.commits

    def take(decisions: dict[str, CurrentDecision]) -> None:
        if commits == screen.commits:
            screen.state = replace(screen.state, decisions=decisions)
        else:
            read_own_decisions(screen)

    in_background(app, screen, lambda: own_decisions(app.study, app.reader, app.role), take, "decisions")


def show_case(screen: ReviewScreen, patient_id: str) -> None:
    """Show that case at once if it is read, otherwise as soon as it is."""
    app = screen.app
    if screen.state.whole_course and evidence_until(app.study, app.reader.id, patient_id) is not None:
        screen.state = replace(screen.state, whole_course=False)
    screen.state = open_case(screen.state, patient_id, screen.shelf.get(patient_id))
    if screen.state.case is None:
        in_background(
            app,
            screen,
            lambda: read_case(app.study, patient_id, app.reader),
            lambda case: _take_case(screen, case),
            "case",
        )
    else:
        screen.call_after_refresh(_read_neighbours, screen)


def _take_case(screen: ReviewScreen, case: CaseFile) -> None:
    """Keep a case that was read, and show it if the reader is waiting for it."""
    patient_id = case.chart.patient.patient_id
    if not screen.shelf.keep(case):
        return
    if patient_id == screen.state.patient_id and screen.state.case is None:
        screen.state = open_case(screen.state, patient_id, case)
        screen.call_after_refresh(_read_neighbours, screen)


def _read_neighbours(screen: ReviewScreen) -> None:
    """Read the next cases, the next undecided and the previous one while the reader looks at this one."""
    app, missing = screen.app, screen.shelf.wanted(screen.state)

    def read_ahead() -> list[CaseFile]:
        from hlh_tui.assess.run import assess_soon

        assess_soon(app.study, missing, lambda: False)
        return [read_case(app.study, patient_id, app.reader) for patient_id in missing]

    def take(cases: list[CaseFile]) -> None:
        for case in cases:
            _take_case(screen, case)

    if missing:
        in_background(app, screen, read_ahead, take, "ahead")


def read_anew(screen: ReviewScreen, news: Reread) -> None:
    """Nothing that was assessed under the earlier reading stays: read the case on screen again, drafts kept."""
    screen.shelf.start_over(news.reading.criteria)
    patient_id = screen.state.patient_id
    if patient_id is not None:
        show_case(screen, patient_id)


def read_again(screen: ReviewScreen, patient_id: str) -> None:
    """More of that chart may be seen now: drop what was read of it and read it anew, drafts kept."""
    screen.shelf.drop(patient_id)
    if patient_id == screen.state.patient_id:
        show_case(screen, patient_id)
