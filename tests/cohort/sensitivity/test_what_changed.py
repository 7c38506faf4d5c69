"""What a decision moved, in one sentence."""

from __future__ import annotations

from hlh_tui.cohort.sensitivity.headline import headline
from hlh_tui.cohort.sensitivity.models import Headline, Named, PValue, Share
from hlh_tui.cohort.sensitivity.what_changed import what_changed
from tests.cohort.sensitivity.made import CATEGORIES, made


def head(response: Share, remission: Share, p: float | None) -> Headline:
    return Headline(
        (Named("response", "Response", response), Named("remission", "Remission", remission)),
        (),
        (Named("log-rank p", "survival by response", PValue(p)),),
    )


def test_a_response_more() -> None:
    before, after = head(Share(9, 13), Share(8, 13), 0.0312), head(Share(10, 13), Share(8, 13), 0.0601)
    assert what_changed(before, after) == "Response 9/13 → 10/13; remission unchanged; log-rank p 0.031 → 0.060"


def test_nothing_moved() -> None:
    before = head(Share(9, 13), Share(8, 13), 0.03)
    assert what_changed(before, before) == "no headline result has changed"


def test_a_test_that_becomes_defined() -> None:
    before, after = head(Share(9, 13), Share(8, 13), None), head(Share(9, 13), Share(8, 13), 0.0004)
    assert what_changed(before, after) == "Response unchanged; remission unchanged; log-rank p not defined → < 0.001"


def test_improvement_to_no_response_in_a_previously_treated_patient() -> None:
    base = made()
    before, after = headline(base, CATEGORIES), headline(base, CATEGORIES | {"P02": "NR"})
    words = what_changed(before, after)
    assert words.startswith("Response 10/13 → 9/13; remission unchanged; previously treated 6/8 → 5/8; log-rank p 0.")


def test_the_first_decision_of_a_study() -> None:
    nobody = dict.fromkeys(CATEGORIES)
    before, after = headline(made(), nobody), headline(made(), nobody | {"P05": "CR"})
    assert what_changed(before, after).startswith("Response 0/0 → 1/1; remission 0/0 → 1/1; treatment-naive 0/0 → 1/1")
