"""The best response of each patient as SQL over the evaluations."""

from __future__ import annotations

from hlh_tui.assess.sql_template import filled
from hlh_tui.assess.sql_words import days
from hlh_tui.protocol.criteria_models import CriteriaSet


def best_layers(criteria: CriteriaSet) -> str:
    """The CTEs up to ``best``: patient, rank, day, confirmed, and a better rank seen but not confirmed with its day."""
    rule = criteria.best
    if rule.rule == "visits":
        visits = ", ".join(f"({visit.day!r}, {visit.within!r})" for visit in rule.visits)
        return filled("best_visits.sql", visits=visits, tie="-" if criteria.visit_tie == "later" else "")
    if rule.rule == "latest":
        return filled("best_latest.sql")
    ranks = range(len(criteria.categories), 0, -1)
    enough = f">= {days(rule.confirm_days)}"
    since = [
        f"coalesce(max(CASE WHEN rank < {r} THEN next_day END) OVER so_far, min(day) OVER so_far) AS since{r}"
        for r in ranks
    ]
    reached = [
        column
        for r in ranks
        for column in (
            f"min(since{r}) FILTER (rank >= {r} AND day - since{r} {enough}) AS first{r}",
            f"min(day) FILTER (rank >= {r} AND day - since{r} {enough}) AS confirmed{r}",
            f"min(day) FILTER (rank = {r}) AS seen{r}",
        )
    ]
    best = [
        f"{_first(ranks, 'first', str)} AS rank",
        f"{_first(ranks, 'first', lambda r: f'first{r}')} AS day",
        f"{_first(ranks, 'first', lambda r: f'confirmed{r}')} AS confirmed",
        f"{_first(ranks, 'seen', str)} AS seen_rank",
        f"{_first(ranks, 'seen', lambda r: f'seen{r}')} AS seen_day",
    ]
    return filled(
        "best_confirmed.sql", since=", ".join(since), reached=",\n        ".join(reached), best=", ".join(best)
    )


def _first(ranks: range, name: str, of: object) -> str:
    """What belongs to the highest rank that was reached."""
    return f"CASE {' '.join(f'WHEN {name}{r} IS NOT NULL THEN {of(r)}' for r in ranks)} END"  # type: ignore[operator]
