"""A call to end a verb ends it as such, whatever error is made of it on its way."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from hlh_tui.cli.ending import ended_when_told

CALLS = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture(autouse=True)
def _ctrl_c_raises() -> Iterator[None]:
    """As in a program that somebody started at a terminal; in the background of a shell it is ignored."""
    former = {number: signal.getsignal(number) for number in CALLS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


def called_in_a_query(number: signal.Signals) -> None:
    """What the engine does with a call that comes while it works."""
    try:
        signal.raise_signal(number)
    except BaseException:
        raise RuntimeError("Query interrupted") from None


@pytest.mark.parametrize(
    ("number", "raised", "code"), [(signal.SIGTERM, SystemExit, 143), (signal.SIGINT, KeyboardInterrupt, None)]
)
def test_a_verb_in_the_middle_of_a_query_leaves_with_what_ended_it(
    number: signal.Signals, raised: type[BaseException], code: int | None
) -> None:
    with pytest.raises(raised) as left, ended_when_told(tidily=True):
        called_in_a_query(number)
    assert getattr(left.value, "code", None) == code


def test_an_error_of_the_verb_stays_its_own() -> None:
    with pytest.raises(ValueError, match="its own"), ended_when_told(tidily=True):
        raise ValueError("its own")


def test_afterwards_the_calls_mean_what_they_meant_before() -> None:
    before = [signal.getsignal(number) for number in CALLS]
    with ended_when_told(tidily=True):
        assert [signal.getsignal(number) for number in CALLS] != before
    assert [signal.getsignal(number) for number in CALLS] == before


def test_ctrl_c_that_is_ignored_stays_ignored_and_only_tidy_verbs_hear_the_other_call() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    before = signal.getsignal(signal.SIGTERM)
    with ended_when_told(tidily=False):
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) is before
