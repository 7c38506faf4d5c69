"""The results that a reader watches, from the decisions alone."""

from __future__ import annotations

from hlh_tui.cohort.sensitivity.measures import DifferenceOf, Measure, ShareOf, SurvivalOf, result
from hlh_tui.cohort.sensitivity.models import Base, Categories, Headline, Named

LOG_RANK = "log-rank p"
FISHER = "Fisher p"


def headline_measures(base: Base) -> tuple[list[tuple[str, str, Measure]], ...]:
    """Outcomes, groups and tests of the headline: id, label and measure of each.

    The first collapse is the one compared: between the groups of the first stratum, and from the landmark on for the
    protocol's first endpoint.
    """
    outcomes: list[tuple[str, str, Measure]] = [
        (each.id, each.label, ShareOf(frozenset(each.categories))) for each in base.collapses
    ]
    groups: list[tuple[str, str, Measure]] = []
    tests: list[tuple[str, str, Measure]] = []
    if not base.collapses:
        return outcomes, groups, tests
    main = frozenset(base.collapses[0].categories)
    named = base.collapses[0].id
    for endpoint, followed in list(base.followed.items())[:1]:
        label = f"{endpoint} survival by {named}, landmark day {base.landmark:g}"
        tests.append((LOG_RANK, label, SurvivalOf(main, followed, base.landmark, base.later_than(base.landmark))))
    for stratum, labelled in list(base.groups.items())[:1]:
        sides = [frozenset(patients) for patients in labelled.values()]
        groups = [
            (label, f"{named}, {label}", ShareOf(main, side)) for label, side in zip(labelled, sides, strict=True)
        ]
        if len(sides) > 1:
            tests.append((FISHER, f"{named} by {stratum}", DifferenceOf(main, sides[0], sides[1])))
    return outcomes, groups, tests


def headline(base: Base, categories: Categories) -> Headline:
    """The headline under these decisions."""
    outcomes, groups, tests = (
        tuple(Named(id_, label, result(measure, categories)) for id_, label, measure in part)
        for part in headline_measures(base)
    )
    return Headline(outcomes, groups, tests)
