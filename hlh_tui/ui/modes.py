"""The main screens: what each is called, and how it is made when it is first visited."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen

MODE_LABELS = {
    "cases": "Cases",
    "review": "Review",
    "cohort": "Tables",
    "survival": "Survival",
    "biomarkers": "Biomarkers",
    "agreement": "Agreement",
    "criteria": "Criteria",
    "workflow": "Workflow",
    "differences": "Differences",
    "log": "Log",
}


def cases() -> Screen[None]:
    """The list of cases."""
    from hlh_tui.ui.screens.cases import CasesScreen

    return CasesScreen()


def review() -> Screen[None]:
    """One case."""
    from hlh_tui.ui.screens.review import ReviewScreen

    return ReviewScreen()


def cohort() -> Screen[None]:
    """The tables."""
    from hlh_tui.ui.screens.cohort import CohortScreen

    return CohortScreen()


def survival() -> Screen[None]:
    """The curves."""
    from hlh_tui.ui.screens.survival import SurvivalScreen

    return SurvivalScreen()


def biomarkers() -> Screen[None]:
    """Analytes and courses."""
    from hlh_tui.ui.screens.biomarkers import BiomarkersScreen

    return BiomarkersScreen()


def agreement() -> Screen[None]:
    """How far the readers agree."""
    from hlh_tui.ui.screens.agreement import AgreementScreen

    return AgreementScreen()


def criteria() -> Screen[None]:
    """The criteria and other readings of them."""
    from hlh_tui.ui.screens.criteria import CriteriaScreen

    return CriteriaScreen()


def log() -> Screen[None]:
    """The audit trail."""
    from hlh_tui.ui.screens.log import LogScreen

    return LogScreen()


def differences() -> Screen[None]:
    """Where readers differ."""
    from hlh_tui.ui.screens.differences import DifferencesScreen

    return DifferencesScreen()


def workflow() -> Screen[None]:
    """The coordinator's desk."""
    from hlh_tui.ui.screens.workflow import WorkflowScreen

    return WorkflowScreen()
