"""The figures by name, and which of them a study has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.export.figures.errors import FigureRefused
from hlh_tui.export.figures.models import Lettered, Options, Page, Panel
from hlh_tui.export.figures.style import style
from hlh_tui.review.conduct.blinding import require_results

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: what it shows, which options it takes, how it is made, and what may stand behind its colon."""

    purpose: str
    takes: frozenset[str]
    panel: Callable[[Study, str, Options], Panel]
    subjects: Callable[[Study], tuple[str, ...]] | None = None


def _response(study: Study, _: str, options: Options) -> Panel:
    from hlh_tui.export.figures.response import response_panel

    return response_panel(study, options)


def _survival(study: Study, subject: str, options: Options) -> Panel:
    from hlh_tui.export.figures.survival import survival_panel

    return survival_panel(study, subject, options)


def _endpoints(study: Study) -> tuple[str, ...]:
    return tuple(endpoint.id for endpoint in study.protocol.endpoints)


def _biomarker(study: Study, subject: str, options: Options) -> Panel:
    from hlh_tui.export.figures.biomarker import biomarker_panel

    return biomarker_panel(study, subject, options)


def _waterfall(study: Study, subject: str, options: Options) -> Panel:
    from hlh_tui.export.figures.waterfall import waterfall_panel

    return waterfall_panel(study, subject, options)


def _incidence(study: Study, subject: str, options: Options) -> Panel:
    from hlh_tui.export.figures.incidence import incidence_panel

    return incidence_panel(study, subject, options)


def _swimmer(study: Study, _: str, options: Options) -> Panel:
    from hlh_tui.export.figures.swimmer import swimmer_panel

    return swimmer_panel(study, options)


def _heatmap(study: Study, _: str, options: Options) -> Panel:
    from hlh_tui.export.figures.heatmap import heatmap_panel

    return heatmap_panel(study, options)


def _fever(study: Study, _: str, __: Options) -> Panel:
    from hlh_tui.export.figures.fever import fever_panel

    return fever_panel(study)


def _analytes(study: Study) -> tuple[str, ...]:
    from hlh_tui.cohort.biomarkers.measurements import charted

    return tuple(each.analyte.id for each in charted(study) if each.patients)


FIGURES = {
    "response": Figure("categories overall and by prior treatment, with exact intervals", frozenset({"by"}), _response),
    "survival": Figure("Kaplan-Meier curve of an endpoint", frozenset({"by", "ci"}), _survival, _endpoints),
    "incidence": Figure("cumulative incidence with competing risks", frozenset({"ci"}), _incidence, _endpoints),
    "biomarker": Figure("levels before and after treatment", frozenset({"by", "analyte"}), _biomarker, _analytes),
    "waterfall": Figure("best change of an analyte", frozenset({"by", "analyte"}), _waterfall, _analytes),
    "swimmer": Figure("the course of each patient", frozenset({"by"}), _swimmer),
    "heatmap": Figure("criteria by patient and day", frozenset({"by"}), _heatmap),
    "fever": Figure("temperature of each patient and when fever resolved", frozenset(), _fever),
}
PAPER = "paper"
"""The name of all figures of the paper on their pages."""


def names(study: Study) -> tuple[tuple[str, str], ...]:
    """Every figure that the study has with its purpose; what takes a subject is listed once for each."""
    listed: list[tuple[str, str]] = []
    for name, figure in FIGURES.items():
        subjects = figure.subjects(study) if figure.subjects else ("",)
        listed += [(f"{name}:{subject}" if subject else name, figure.purpose) for subject in subjects]
    return (*listed, (PAPER, "the figures of the paper on their pages"))


def panel(study: Study, name: str, options: Options) -> Panel:
    """The figure of that name; ``FigureRefused`` lists the names, or says which option it does not take."""
    require_results(study, "figures")
    head, _, subject = name.partition(":")
    figure = FIGURES.get(head)
    if figure is None:
        raise FigureRefused(f"there is no figure {name!r}: choose one of {', '.join((*FIGURES, PAPER))}")
    if "analyte" in figure.takes and options.analyte and not subject:
        subject = options.analyte
    for option in ("by", "analyte", "ci"):
        if getattr(options, option) is not None and option not in figure.takes:
            raise FigureRefused(f"--{option} does not apply to the figure {head}: leave it out")
    if figure.subjects is None and subject:
        raise FigureRefused(f"the figure {head} is one for the whole cohort: leave out :{subject}")
    if figure.subjects is not None and not subject:
        known = ", ".join(figure.subjects(study)) or "none in this study"
        raise FigureRefused(f"the figure {head} is named {head}:WHAT, with WHAT one of {known}")
    return figure.panel(study, subject, options)


def page_of(name: str, found: Panel, width: float | None) -> Page:
    """A page with one panel, as wide as asked for, else as the panel stands alone."""
    return Page(name, "", checked(width) if width is not None else found.width, ((Lettered("", found),),))


def checked(width: float) -> float:
    """The width if a page can have it (mm); else ``FigureRefused`` with the limits."""
    sizes = style().page
    if not sizes.narrowest <= width <= sizes.widest:
        raise FigureRefused(
            f"a figure {width:g} mm wide cannot be made: give {sizes.narrowest:g} to {sizes.widest:g} mm"
            f" (a column is {sizes.single:g}, two are {sizes.double:g})"
        )
    return width
