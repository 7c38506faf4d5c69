from __future__ import annotations

from collections import Counter

import pytest

from hlh_tui.protocol import load
from hlh_tui.review.conduct.people import register, withdraw
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.errors import NotAllowed
from hlh_tui.review.packs.dealing import deal
from hlh_tui.review.packs.errors import DealRefused
from hlh_tui.study.file import create_study
from hlh_tui.study.log import entries
from tests.review.packs.blinded import BIANCHI, COORDINATOR, MEYER, OKAFOR, blinded_study
from tests.review.small_study import small_study

NINTH = "INSERT INTO patient (patient_id, sex, last_contact_day) VALUES ('HLH-009', 'male', 50)"


def add_a_case(study) -> None:
    cursor = study.connection.cursor()
    cursor.execute(NINTH)
    cursor.close()


def test_every_case_goes_to_two_of_three_readers_and_each_reads_as_many(study):
    dealt = deal(study, COORDINATOR, seed=11)
    assert [each.reader for each in dealt] == ["a-meyer", "l-bianchi", "n-okafor"]
    first_reads = [patient for each in dealt for _, patient, repeat in each.cases if not repeat]
    assert Counter(first_reads) == {f"HLH-00{number}": 2 for number in range(1, 9)}
    assert sorted(sum(not repeat for *_, repeat in each.cases) for each in dealt) == [5, 5, 6]


def test_each_reader_has_one_hidden_repeat_among_five_or_six_cases(study):
    for each in deal(study, COORDINATOR, seed=11):
        assert sum(repeat for *_, repeat in each.cases) == 1


def test_the_log_says_what_was_dealt_and_with_which_seed(study):
    dealt = deal(study, COORDINATOR, seed=11)
    entry = next(each for each in entries(study) if each.action == "cases_dealt")
    assert entry.actor == "c-ordinator"
    assert entry.patient_id is None
    assert entry.payload["seed"] == 11
    assert entry.payload["reader"] == {"id": "a-meyer", "name": "A. Meyer"}
    assert entry.payload["pack_id"] == dealt[0].pack_id
    assert entry.payload["cases"][0] == {
        "case": "C001",
        "patient_id": dealt[0].cases[0][1],
        "repeat": False,
    }


def test_codes_run_on_in_the_readers_order_and_do_not_tell_a_repeat(study):
    for each in deal(study, COORDINATOR):
        assert [code for code, *_ in each.cases] == [f"C{number:03d}" for number in range(1, len(each.cases) + 1)]


def test_dealing_again_deals_nothing_and_a_new_case_is_dealt_alone(study):
    first = deal(study, COORDINATOR)
    assert deal(study, COORDINATOR) == ()
    add_a_case(study)
    second = deal(study, COORDINATOR)
    assert [patient for each in second for _, patient, _ in each.cases] == ["HLH-009", "HLH-009"]
    before = {each.reader: len(each.cases) for each in first}
    for each in second:
        assert each.cases[0][0] == f"C{before[each.reader] + 1:03d}"
        assert each.pack_id not in {one.pack_id for one in first}


def test_the_cases_of_a_reader_who_left_go_to_the_others(study):
    first = deal(study, COORDINATOR)
    left = {patient for each in first if each.reader == "n-okafor" for _, patient, _ in each.cases}
    withdraw(study, COORDINATOR, "n-okafor", "left the hospital")
    second = deal(study, COORDINATOR)
    assert {patient for each in second for _, patient, _ in each.cases} == left
    assert {each.reader for each in second} == {"a-meyer", "l-bianchi"}
    assert deal(study, COORDINATOR) == ()


def test_a_seed_is_drawn_where_none_is_given_and_any_number_of_63_bits_will_do(study):
    deal(study, COORDINATOR)
    seeds = {each.payload["seed"] for each in entries(study) if each.action == "cases_dealt"}
    assert len(seeds) == 1
    assert 0 <= seeds.pop() < 2**48
    with pytest.raises(DealRefused, match="give a whole number from 0 to"):
        deal(study, COORDINATOR, seed=-1)


def test_only_the_coordinator_deals_and_only_while_the_study_is_read(study):
    with pytest.raises(NotAllowed, match=r"only a coordinator may deal cases, and A\. Meyer is a reader"):
        deal(study, MEYER)
    move_phase(study, COORDINATOR, "compare", "everything is read")
    with pytest.raises(NotAllowed, match="phase read"):
        deal(study, COORDINATOR)


def test_one_reader_is_too_few_for_two_reads(tmp_path):
    with (
        blinded_study(tmp_path / "one.duckdb", readers=(MEYER,)) as study,
        pytest.raises(DealRefused, match=r"each case needs 2 readers and A\. Meyer is registered; add readers"),
    ):
        deal(study, COORDINATOR)


def test_an_adjudicator_is_dealt_nothing(tmp_path):
    with blinded_study(tmp_path / "two.duckdb", readers=(MEYER, BIANCHI)) as study:
        register(study, COORDINATOR, OKAFOR, "adjudicator", "settles")
        assert {each.reader for each in deal(study, COORDINATOR)} == {"a-meyer", "l-bianchi"}


def test_an_open_study_and_an_empty_one_are_told_why_nothing_is_dealt(tmp_path):
    with (
        small_study(tmp_path / "open.duckdb") as study,
        pytest.raises(DealRefused, match="song-2024 is open: everybody reads every case in the study itself"),
    ):
        deal(study, COORDINATOR)
    with (
        create_study(
            tmp_path / "empty.duckdb",
            load.read_bundled(load.STUDIES, "song-2024-blinded"),
            load.read_bundled(load.CRITERIA, "locatelli-2020"),
            COORDINATOR,
        ) as study,
        pytest.raises(DealRefused, match="has no charts yet; import them before dealing"),
    ):
        deal(study, COORDINATOR)


def test_what_was_dealt_is_the_studys_conduct(study):
    assert conduct_of(study).dealt == []
    dealt = deal(study, COORDINATOR)
    assert tuple(conduct_of(study).dealt) == dealt
