"""What a reader looked at, and for how long."""

from __future__ import annotations

from hlh_tui.review.models import Seen
from hlh_tui.ui.attention import Attention


def test_time_runs_only_while_the_case_is_in_front() -> None:
    now = [0.0]
    attention = Attention(lambda: now[0])
    attention.on_case("P05")
    attention.saw("fever", 7.0)
    now[0] = 10
    attention.on_case(None)
    now[0] = 100
    attention.on_case("P05")
    attention.saw("ferritin", 14.0, "ferritin", whole_course=True)
    attention.saw("fever", 7.0)
    attention.read_notes([3.5])
    now[0] = 105
    assert attention.seen("P05") == Seen(
        15.0, ("fever", "ferritin"), (7.0, 14.0), (3.5,), ("ferritin",), whole_course=True
    )


def test_a_case_that_was_never_in_front_has_nothing() -> None:
    attention = Attention(lambda: 0.0)
    attention.saw("fever", 7.0)
    attention.read_notes([1.0])
    assert attention.seen("P05") is None


def test_what_was_seen_in_an_earlier_session_counts_too() -> None:
    now = [0.0]
    attention = Attention(lambda: now[0])
    attention.on_case("P05")
    attention.saw("spleen", 21.0)
    attention.go_on_from("P05", Seen(15.0, ("fever",), (7.0, 21.0), (3.5,), ("ferritin",), whole_course=True))
    now[0] = 5
    assert attention.seen("P05") == Seen(
        20.0, ("fever", "spleen"), (7.0, 21.0), (3.5,), ("ferritin",), whole_course=True
    )
