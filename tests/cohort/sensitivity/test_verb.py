"""The verb on the demo study, and when it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.sensitivity.analysis import sensitivity
from hlh_tui.protocol import load
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.study.file import create_study
from tests.cohort.example import READER, add_event, add_patient, example_a, judge

SONG = load.read_bundled(load.STUDIES, "song-2024").toml


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    assert main(["demo", "--adjudicated", "--no-app", str(path), "--reader", "A. Meyer"]) == 0
    return path


def study_of(folder: Path, toml: str):
    protocol = load.adopt(toml, "own.toml")
    return create_study(
        folder / "own.duckdb", protocol, load.read_bundled(load.CRITERIA, "locatelli-2020"), READER, synthetic=True
    )


def test_the_demo_in_words(demo, capsys) -> None:
    assert main(["sensitivity", str(demo)]) == 0
    text = capsys.readouterr().out
    assert "Response (CR + PR + improvement): 10/13 76.9 % (46.2–95.0)" in text
    assert "overall survival by response, landmark day 14: p 0.028" in text
    assert "The 4 doubtful cases (P04, P06, P07, P13)" in text
    assert "range: response from 7/13 (53.8 %) to 11/13 (84.6 %)" in text
    assert "not the paper's words" in text
    assert text.endswith("The patients of this study are synthetic.\n")
    assert max(map(len, text.splitlines())) <= 80


def test_the_demo_as_json(demo, capsys) -> None:
    assert main(["sensitivity", str(demo), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["results"][0]["k"], found["results"][0]["n"]) == (10, 13)
    fewest = {each["conclusion"]: each["fewest"] for each in found["fragility"]}
    assert fewest == {
        "response-above-40": 1,
        "remission-majority": 2,
        "complete-above-21": 2,
        "complete-surely-above-21": 3,
        "previously-treated-majority": 2,
        "prior-treatment-differs": 4,
        "responders-survive-longer": 1,
    }
    assert all(each["exact"] for each in found["fragility"])
    assert len(found["flips"]) == 52
    by_set = {each["criteria_id"]: (each["k"], each["decided"], each["n"]) for each in found["criteria_sets"]}
    assert by_set["locatelli-2020"] == (10, 10, 13)
    assert by_set["hlh-2004-response"] == (5, 10, 13)


def test_a_blinded_protocol_is_refused_in_one_sentence(tmp_path, capsys) -> None:
    study_of(tmp_path, SONG.replace('mode = "open"', 'mode = "phased"')).close()
    assert main(["sensitivity", str(tmp_path / "own.duckdb")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "hlh-tui sensitivity: results under other decisions stay closed while the study is in phase read; they open"
        " when the coordinator moves it to open (hlh-tui phase)\n"
    )


def test_a_protocol_that_never_shows_a_proposal_has_no_results_by_rule(tmp_path) -> None:
    with study_of(tmp_path, SONG.replace('"after_first_decision"', '"when_open"')) as study:
        add_patient(study, "P01", 30)
        judge(study, "CR", "P01")
        found = sensitivity(study)
    assert found.criteria == ()
    assert found.notes[-1] == "Results by rule are left out: the protocol never shows a proposal."


def test_rules_judge_no_case_that_is_not_decided(tmp_path) -> None:
    with example_a(tmp_path) as study:
        judge(study, "CR", "c1", "c2")
        found = sensitivity(study)
    assert {each.n for each in found.criteria} == {2}
    assert found.decided == 2
    assert "Left out, no final category: 11 of 13." in found.notes


def test_an_empty_study_and_one_without_decisions_say_so(tmp_path) -> None:
    with study_of(tmp_path, SONG) as study:
        with pytest.raises(CohortError, match="has no patients yet"):
            sensitivity(study)
        add_patient(study, "P01", 30)
        with pytest.raises(CohortError, match="decide cases first"):
            sensitivity(study)


def test_one_patient_who_died(tmp_path) -> None:
    with study_of(tmp_path, SONG) as study:
        add_patient(study, "P01", 30, disease_status="initial")
        add_event(study, "P01", 30, "death")
        judge(study, "NR", "P01")
        found = sensitivity(study)
    assert [each.result.why for each in found.headline.tests] == [
        "only one group is followed after the landmark",
        "a group has no decided patient",
    ]
    assert found.doubtful == ()


def test_low_confidence_of_one_reader_makes_a_case_doubtful(tmp_path) -> None:
    with example_a(tmp_path) as study:
        judge(study, "CR", "c1")
        decide(study, READER, Decision("c2", "PR", "seen on day 7 only", confidence="low"))
        found = sensitivity(study)
    assert found.doubtful == ("c2",)


def test_a_protocol_without_conclusions_has_none_to_overturn(tmp_path) -> None:
    head, _, _ = SONG.partition("# What sensitivity tries to overturn.")
    tail = SONG[SONG.index("[blinding]") :]
    with study_of(tmp_path, head + tail) as study:
        add_patient(study, "P01", 30)
        judge(study, "CR", "P01")
        found = sensitivity(study)
    assert found.fragility == ()
    assert any(note.startswith("The protocol names no conclusions") for note in found.notes)
