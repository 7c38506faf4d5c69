"""The title says how far the reader is, counted in the cases that are theirs."""

from __future__ import annotations

import pytest

from hlh_tui.review.models import CaseRow
from hlh_tui.ui.glance import Head
from hlh_tui.ui.widgets.bars import decided_words


def head(role: str, person: str) -> Head:
    return Head("song-2024-blinded", "", False, "phase consensus", role, person, frozenset())


def rows(*cases: tuple[str | None, str]) -> tuple[CaseRow, ...]:
    """A case for each (decision in the reader's role, source of the final category)."""
    return tuple(
        CaseRow(f"P{place}", None, None, None, None, 28.0, mine, None, False, False, None, 0, 2, None, source)
        for place, (mine, source) in enumerate(cases, start=1)
    )


AGREED, OPEN = (None, "unanimous"), (None, "unresolved")
BY_THIRD, BY_PANEL = ("CR", "adjudicated"), ("CR", "consensus")


@pytest.mark.parametrize(
    ("of", "cases", "words"),
    [
        (head("reader", "reader"), (("CR", "closed"), (None, "closed")), "you decided 1/2"),
        (head("adjudicator", "adjudicator"), (AGREED, OPEN, BY_THIRD), "you settled 1 of 2 differing cases"),
        (head("adjudicator", "adjudicator"), (AGREED, OPEN), "you settled 0 of 1 differing case"),
        (head("adjudicator", "adjudicator"), ((None, "closed"),) * 3, ""),
        (head("consensus", "reader"), (AGREED, OPEN, BY_PANEL), "settled 1 of 2 differing cases"),
        (head("consensus", "reader"), (AGREED, OPEN, (None, "adjudicated")), "settled 1 of 2 differing cases"),
        (head("consensus", "consensus"), (BY_PANEL, AGREED), "you decided 1/2"),
        (head("global", "reader"), (AGREED, AGREED), ""),
        (head("global", "reader"), (("CR", "unanimous"), AGREED), "you read 1 case with hindsight"),
    ],
)
def test_the_count_is_of_the_cases_that_are_theirs(of: Head, cases: tuple[tuple[str | None, str], ...], words: str):
    assert decided_words(of, rows(*cases)) == words
