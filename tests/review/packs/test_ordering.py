from __future__ import annotations

from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from hlh_tui.review.packs.assignment import assigned, pair
from hlh_tui.review.packs.ordering import codes, reading_order, repeats_for

PATIENTS = [f"P{number:02d}" for number in range(1, 14)]


def test_one_case_in_ten_is_dealt_twice_and_at_least_one_from_five_cases_on():
    assert [repeats_for(cases, 0.1) for cases in (0, 1, 4, 5, 14, 15, 100, 5000)] == [0, 0, 0, 1, 1, 2, 10, 500]
    assert repeats_for(100, 0) == 0
    assert repeats_for(8, 1) == 8


def test_the_same_seed_gives_the_same_order_whatever_the_order_of_the_cases():
    assert reading_order(PATIENTS, 0.1, 7, "a-meyer") == reading_order(reversed(PATIENTS), 0.1, 7, "a-meyer")


def test_two_readers_get_orders_of_their_own_and_so_does_another_seed():
    mine = reading_order(PATIENTS, 0.1, 7, "a-meyer")
    assert mine != reading_order(PATIENTS, 0.1, 7, "l-bianchi")
    assert mine != reading_order(PATIENTS, 0.1, 8, "a-meyer")


def test_an_order_is_pinned_so_that_a_seed_in_an_old_log_means_the_same_on_every_machine():
    assert reading_order(["P01", "P02", "P03", "P04", "P05"], 0.1, 2024, "a-meyer") == [
        ("P03", False),
        ("P01", False),
        ("P05", False),
        ("P02", False),
        ("P01", True),
        ("P04", False),
    ]


@given(
    st.integers(0, 60),
    st.sampled_from([0.0, 0.05, 0.1, 0.25, 0.5]),
    st.integers(0, 2**63 - 1),
)
def test_each_case_comes_once_and_each_repeat_far_behind_its_original(cases, share, seed):
    patients = [f"P{number}" for number in range(cases)]
    order = reading_order(patients, share, seed, "a-meyer")
    originals = [patient for patient, repeat in order if not repeat]
    repeats = [patient for patient, repeat in order if repeat]
    assert sorted(originals) == sorted(patients)
    assert len(set(repeats)) == len(repeats) == repeats_for(cases, share)
    for patient in repeats:
        assert order.index((patient, True)) - order.index((patient, False)) >= len(order) // 3


@given(st.integers(5, 40), st.integers(0, 1000))
def test_a_repeat_of_every_case_is_dealt_if_the_protocol_wants_that(cases, seed):
    order = reading_order([f"P{number}" for number in range(cases)], 1.0, seed, "a-meyer")
    assert len(order) == 2 * cases
    for patient, _ in order:
        assert order.index((patient, False)) < order.index((patient, True))


def test_codes_follow_one_another_and_grow_where_three_digits_do_not_do():
    assert codes(3) == ["C001", "C002", "C003"]
    assert codes(2, after=14) == ["C015", "C016"]
    assert codes(1, after=999) == ["C1000"]


def test_thirteen_cases_for_three_readers_are_dealt_evenly_and_no_pair_twice_as_often():
    given_out = assigned(PATIENTS, ["a", "b", "c"], 2, 5, {})
    assert sorted(map(len, given_out.values())) == [8, 9, 9]
    readers = {patient: [reader for reader, cases in given_out.items() if patient in cases] for patient in PATIENTS}
    assert all(len(pair_of) == 2 for pair_of in readers.values())
    pairs = Counter(tuple(sorted(two)) for two in readers.values())
    assert sorted(pairs.values()) == [4, 4, 5]


def test_a_case_goes_to_nobody_twice_and_a_late_reader_catches_up():
    held = {"P01": frozenset({"a", "b"}), "P02": frozenset({"a"}), "P03": frozenset({"b"})}
    given_out = assigned(["P02", "P03", "P04"], ["a", "b", "c"], 2, 1, held)
    assert "P02" not in given_out["a"]
    assert "P03" not in given_out["b"]
    assert sum(map(len, given_out.values())) == 4
    assert sorted([2 + len(given_out["a"]), 2 + len(given_out["b"]), len(given_out["c"])]) == [2, 3, 3]


@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 4), st.integers(0, 1000))
def test_readers_never_differ_by_more_than_one_case(cases, readers, per_case, seed):
    names = [f"r{number}" for number in range(readers)]
    given_out = assigned([f"P{number}" for number in range(cases)], names, per_case, seed, {})
    loads = [len(given_out[name]) for name in names]
    assert max(loads) - min(loads) <= 1
    assert sum(loads) == cases * min(per_case, readers)


def test_a_pair_is_the_same_whoever_is_named_first():
    assert {pair(*two) for two in combinations("ab", 2)} == {pair("b", "a")} == {("a", "b")}
