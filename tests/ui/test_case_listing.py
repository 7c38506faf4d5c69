"""Which cases a view lists; narrowing a list gives what making it at once gives."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hlh_tui.ui.case_listing import View, listed_anew, visible
from hlh_tui.ui.widgets.case_columns import SORTS
from tests.ui.case_rows import ward_of

WARD = tuple(
    replace(row, aetiology=aetiology, age_years=age, mine=mine)
    for row, aetiology, age, mine in zip(
        ward_of(8),
        ("ebv", "lymphoma", "ebv", None, "autoimmune", "ebv", "lymphoma", "ebv"),
        (45.0, 45.0, 4.0, 61.0, None, 45.0, 4.0, 23.0),
        (None, "CR", "PR", None, None, "NR", None, None),
        strict=True,
    )
)
VIEWS = st.builds(
    View,
    st.sampled_from(["", "p", "P0", "p1", "aet", "aet:", "aet:eb", "eb", "ebv", "ebv 4", "ebv 45", "aet:ebv 4"]),
    st.booleans(),
    st.integers(0, len(SORTS) - 1),
)


@given(st.lists(VIEWS, min_size=2, max_size=6))
def test_a_list_narrowed_step_by_step_is_the_list_made_at_once(views: list[View]) -> None:
    listing = None
    for view in views:
        listing = listed_anew(WARD, view, listing)
        assert listing.listed == visible(WARD, view)


def test_a_query_that_names_a_column_looks_through_all_cases_again() -> None:
    word = listed_anew(WARD, View("aet"))
    assert word.listed == ()
    assert [row.age_years for row in listed_anew(WARD, View("aet:ebv 4"), word).listed] == [45.0, 4.0, 45.0]


def test_the_counts_are_of_all_cases_and_made_anew_for_others() -> None:
    first = listed_anew(WARD, View())
    assert first.words == "8 cases · 3 decided · 0 flagged"
    narrowed = listed_anew(WARD, View("ebv", undecided_only=True, sort=3), first)
    assert narrowed.words == "8 cases · 3 decided · 0 flagged · 2 listed · only undecided · filter: ebv · by age"
    assert [row.age_years for row in narrowed.listed] == [23.0, 45.0]
    decided = (replace(WARD[0], mine="CR"), *WARD[1:])
    assert listed_anew(decided, narrowed.view, narrowed).words.startswith("8 cases · 4 decided")


def test_an_order_keeps_the_studys_order_among_equals() -> None:
    rows = ward_of(5)
    assert visible(rows, View(sort=1)) == rows
