"""Competing risks as plain text."""

from __future__ import annotations

from textwrap import wrap

from hlh_tui.cohort.printed import day, limits_in_percent
from hlh_tui.cohort.survival.competing_risks import StateAt
from hlh_tui.cohort.survival.curves_text import UNDEFINED, aligned, counted
from hlh_tui.cohort.survival.incidence import IncidenceResult

HEADINGS = ("day", "at risk", "events", "incidence", "std. error", "95 % interval", "1 - KM (wrong)")
FREE_HEADINGS = ("day", "at risk", "share", "std. error", "95 % interval")


def incidence_text(result: IncidenceResult, width: int) -> str:
    """Every cause with its estimates and 1 - KM beside them, who is without any, the sum, and the notes."""
    competing = len(result.causes) > 1
    gone = sum(cause.events for cause in result.causes)
    head = f"{result.label}, competing risks: {counted(result.n, 'patient')}, {result.n - gone} censored"
    blocks = [head]
    for place, cause in enumerate(result.causes):
        rows = [HEADINGS if competing else HEADINGS[:-1]]
        for each in result.estimates:
            state = each.states[place]
            words = (day(each.day), str(each.at_risk), str(state.events), *state_words(state))
            rows.append((*words, percent(state.naive)) if competing else words)
        blocks.append("\n".join([f"{cause.label}: {counted(cause.events, 'event')}", *aligned(rows)]))
    free = [(day(each.day), str(each.at_risk), *state_words(each.states[-1])) for each in result.estimates]
    blocks.append("\n".join(["none of these", *aligned([FREE_HEADINGS, *free])]))
    blocks.append("\n".join(line for note in result.notes for line in wrap(note, width)))
    return "\n\n".join(blocks)


def state_words(state: StateAt) -> tuple[str, str, str]:
    """Probability, error and interval; – where there is none."""
    limits = limits_in_percent(state.lower, state.upper)
    return percent(state.probability), percent(state.std_error), f"{limits} %" if limits else UNDEFINED


def percent(share: float | None) -> str:
    """A share in per cent with one decimal, – where there is none."""
    return UNDEFINED if share is None else f"{100 * share:.1f} %"
