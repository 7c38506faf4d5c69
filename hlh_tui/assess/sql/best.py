"""The best response of each patient as SQL over the evaluations."""

from __future__ import annotations

from hlh_tui.assess.sql.template import filled
from hlh_tui.assess.sql.words import days
from hlh_tui.protocol.criteria_models import CriteriaSet


def best_layers(criteria: CriteriaSet, confirm_days: tuple[float, ...] = ()) -> str:
    """The CTEs up to ``best``: patient, rank, day, confirmed, and a better rank seen but not confirmed with its day.

    ``confirm_days``: instead of these columns rank0, rank1 and so on, the rank confirmed by each of these intervals.
    """
    rule = criteria.best
    if rule.rule == "visits":
        visits = ", ".join(f"({visit.day!r}, {visit.within!r})" for visit in rule.visits)
        return filled("best_visits.sql", visits=visits, tie="-" if criteria.visit_tie == "later" else "")
    if rule.rule == "latest":
        return filled("best_latest.sql")
    ranks = range(len(criteria.categories), 0, -1)
    since = [
        f"coalesce(max(CASE WHEN rank < {r} THEN next_day END) OVER so_far, min(day) OVER so_far) AS since{r}"
        for r in ranks
    ]
    reached, best = _by_intervals(ranks, confirm_days) if confirm_days else _with_days(ranks, rule.confirm_days)
    return filled(
        "best_confirmed.sql", since=", ".join(since), reached=",\n        ".join(reached), best=",\n        ".join(best)
    )


def _with_days(ranks: range, confirm_days: float) -> tuple[list[str], list[str]]:
    reached = [
        column
        for r in ranks
        for column in (
            f"min(since{r}) FILTER ({_confirmed(r, confirm_days)}) AS first{r}",
            f"min(day) FILTER ({_confirmed(r, confirm_days)}) AS confirmed{r}",
            f"min(day) FILTER (rank = {r}) AS seen{r}",
        )
    ]
    best = [
        f"{_highest(ranks, 'first', '{}')} AS rank",
        f"{_highest(ranks, 'first', 'first{}')} AS day",
        f"{_highest(ranks, 'first', 'confirmed{}')} AS confirmed",
        f"{_highest(ranks, 'seen', '{}')} AS seen_rank",
        f"{_highest(ranks, 'seen', 'seen{}')} AS seen_day",
    ]
    return reached, best


def _by_intervals(ranks: range, confirm_days: tuple[float, ...]) -> tuple[list[str], list[str]]:
    columns = [
        f"max(CASE {' '.join(f'WHEN {_confirmed(r, interval)} THEN {r}' for r in ranks)} END) AS rank{k}"
        for k, interval in enumerate(confirm_days)
    ]
    return columns, [f"rank{k}" for k, _ in enumerate(confirm_days)]


def _confirmed(rank: int, confirm_days: float) -> str:
    return f"rank >= {rank} AND day - since{rank} >= {days(confirm_days)}"


def _highest(ranks: range, name: str, of: str) -> str:
    """What belongs to the highest rank that was reached."""
    return f"CASE {' '.join(f'WHEN {name}{r} IS NOT NULL THEN {of.format(r)}' for r in ranks)} END"
