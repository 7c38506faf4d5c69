"""Training: known answers that the criteria give, every category and the usual traps, first decisions that count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.assess.library import criteria_named
from hlh_tui.assess.options import choose
from hlh_tui.assess.run import proposals
from hlh_tui.protocol.load import STUDIES, read_bundled, study_protocol
from hlh_tui.review.conduct.authority import refusal
from hlh_tui.review.conduct.blinding import require_results
from hlh_tui.review.conduct.people import register
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import Blinded, NotAllowed
from hlh_tui.review.models import Decision
from hlh_tui.review.state import final_categories
from hlh_tui.review.training.cases import asked, cases
from hlh_tui.review.training.certificate import certificate, certificate_text
from hlh_tui.review.training.charts import answers
from hlh_tui.review.training.deal import TrainingRefused, deal
from hlh_tui.review.training.feedback import feedback
from hlh_tui.review.training.record import certificates, record_certificate
from hlh_tui.review.training.score import score
from hlh_tui.review.training.study import Aim, aim_of, as_toml, bundled_aim, hand_of, is_training, make_training
from hlh_tui.review.undo import undo
from hlh_tui.study.file import Study, create_study, open_study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from tests.review.small_study import BIANCHI, MEYER, small_study
from tests.training_study import training

PROTOCOL = study_protocol(read_bundled(STUDIES, "song-2024-blinded"))
LOCATELLI = criteria_named(None, "locatelli-2020")
BY_DEFAULT = choose(LOCATELLI, {})
COORDINATOR = Actor("c-ordinator", "C. Ordinator")
WRONG = {"CR": "PR", "PR": "CR", "IMP": "PR", "NR": "CR", "NE": "NR"}


def trained(path: Path, wrong: int, *, cases: int | None = None, seed: int = 1, aim: Aim | None = None) -> None:
    """A finished training of A. Meyer with so many wrong answers."""
    hand = training(path, MEYER, cases, seed) if aim is None else make_training(path, MEYER, aim, cases, seed)
    with open_study(path) as study:
        for number, (patient_id, case) in enumerate(hand.cases.items()):
            category = WRONG[case.category] if number < wrong else case.category
            decide(study, MEYER, Decision(patient_id, category, "as the criteria say"))


# The cases


@pytest.mark.parametrize("seed", [0, 7])
def test_the_criteria_give_every_case_its_known_answer(seed: int) -> None:
    known = {case.id: case for case in cases(BY_DEFAULT, PROTOCOL)}
    assert len(known) > 40
    assert answers(BY_DEFAULT, known, seed) == {case_id: case.category for case_id, case in known.items()}


@pytest.mark.parametrize("seed", range(20))
def test_eight_cases_cover_every_category_and_the_usual_traps(seed: int) -> None:
    hand = deal(BY_DEFAULT, PROTOCOL, 8, seed)
    assert {case.category for case in hand.cases.values()} == {"CR", "PR", "IMP", "NR", "NE"}
    assert {case.slot.id for case in hand.cases.values()} == {
        "transfused_platelets", "gcsf_neutrophils", "missing_scd25", "splenectomy", "not_evaluable", "unconfirmed",
        "improvement", "other_treatment",
    }  # fmt: skip
    assert list(hand.cases) == [f"T0{number}" for number in range(1, 9)]


@pytest.mark.parametrize("seed", range(20))
def test_five_cases_are_one_of_each_category(seed: int) -> None:
    hand = deal(BY_DEFAULT, PROTOCOL, 5, seed)
    assert sorted(case.category for case in hand.cases.values()) == ["CR", "IMP", "NE", "NR", "PR"]


def test_all_cases_can_be_dealt_once_each() -> None:
    every = {case.id for case in cases(BY_DEFAULT, PROTOCOL)}
    hand = deal(BY_DEFAULT, PROTOCOL, len(every), 3)
    assert {case.id for case in hand.cases.values()} == every


def test_the_same_seed_deals_the_same_hand_and_another_seed_another() -> None:
    first, again, other = (deal(BY_DEFAULT, PROTOCOL, 8, seed) for seed in (5, 5, 6))
    assert [case.id for case in first.cases.values()] == [case.id for case in again.cases.values()]
    assert first.sha256 == again.sha256 != other.sha256


@pytest.mark.parametrize("wanted", [-1, 0, 4, 46, 10**9])
def test_a_number_of_cases_that_cannot_be_is_refused(wanted: int) -> None:
    with pytest.raises(TrainingRefused, match=r"ask for 5 \(one of each category\) to 45"):
        deal(BY_DEFAULT, PROTOCOL, wanted, 1)


def test_cases_whose_answer_another_reading_does_not_give_are_left_out() -> None:
    hand = deal(choose(LOCATELLI, {"splenectomy": "met"}), PROTOCOL, 30, 1)
    assert "pr_splenectomy_after" not in {case.id for case in hand.cases.values()}


def test_a_reading_under_which_a_category_has_no_case_is_refused() -> None:
    with pytest.raises(TrainingRefused, match="no training cases for every category of protocol song-2024-blinded"):
        deal(choose(LOCATELLI, {"confirm_days": "28"}), PROTOCOL, 8, 1)


def test_another_criteria_set_trains_on_its_example_patients() -> None:
    reading = choose(criteria_named(None, "midwest-dep"), {})
    hand = deal(reading, PROTOCOL, 8, 1)
    assert {case.category for case in hand.cases.values()} == {"CR", "PR", "NR", "NE"}
    assert answers(reading, hand.cases, 1) == {key: case.category for key, case in hand.cases.items()}


def test_a_set_that_answers_in_other_categories_is_refused() -> None:
    with pytest.raises(TrainingRefused, match="hscore as it is read here"):
        deal(choose(criteria_named(None, "hscore"), {}), PROTOCOL, 8, 1)


def test_every_slot_names_courses_that_are_there_and_says_what_it_teaches() -> None:
    for slot in asked().slots:
        assert slot.courses
        assert slot.lesson.endswith(".")
        assert not slot.overlooked.endswith(".")


# The study


def test_a_training_study_is_synthetic_everywhere_and_holds_no_answers(tmp_path: Path) -> None:
    hand = make_training(tmp_path / "t.duckdb", MEYER, bundled_aim("song-2024-blinded"), None, 1)
    with open_study(tmp_path / "t.duckdb") as study:
        assert study.synthetic
        assert is_training(study)
        assert study.protocol.id == "song-2024-blinded-training"
        assert study.facts["title"].startswith("TRAINING, synthetic cases: ")
        notes = study.rows("SELECT DISTINCT text FROM note")
        assert [text[:24] for (text,) in notes] == ["SYNTHETIC TRAINING CASE."]
        found = {key: one.category for key, one in proposals(study).items()}
    assert found == {key: case.category for key, case in hand.cases.items()}
    created, *after = next(tmp_path.glob("t.*jsonl*")).read_text(encoding="utf-8").splitlines()
    assert '"action":"study_created"' in created
    for case in hand.cases.values():
        for line in (created, *after):
            assert f'"{case.id}"' not in line
            assert case.says not in line


def test_the_protocol_of_a_training_differs_only_in_how_it_is_read(tmp_path: Path) -> None:
    training(tmp_path / "t.duckdb", MEYER, None, 1)
    with open_study(tmp_path / "t.duckdb") as study:
        protocol = study.protocol
        assert protocol.blinding.mode == "open"
        assert protocol.review.topology == "open"
        assert protocol.training.pass_mark == 0.8
        for name in ("categories", "endpoints", "visits", "conclusions", "baseline", "treatment", "review_until_day"):
            assert getattr(protocol, name) == getattr(PROTOCOL, name)


def test_toml_is_written_as_it_is_read() -> None:
    import tomllib

    odd = {"a": 'quote " back \\ line\n tab\t', "b": [1, 2.5, True, {"c d": "é\x7f"}], "e": {}, "f": -1e-9}
    assert tomllib.loads(as_toml(odd)) == odd


@pytest.mark.parametrize("action", ["deal", "pack", "merge", "export", "import", "cut", "sign", "adopt"])
def test_a_training_study_refuses_what_would_mix_it_with_a_study(tmp_path: Path, action: str) -> None:
    training(tmp_path / "t.duckdb", MEYER, 5, 1)
    with open_study(tmp_path / "t.duckdb") as study:
        why = refusal(study, MEYER, action)
        assert why is not None
        assert why.startswith("t.duckdb is a training study, where nobody may")
        with pytest.raises(Blinded, match="tables stay closed in a training study"):
            require_results(study, "tables")


def test_a_hand_that_this_version_would_not_deal_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    training(tmp_path / "t.duckdb", MEYER, 5, 1)
    from hlh_tui.review.training import study as room

    monkeypatch.setattr(room, "deal", lambda *_: deal(BY_DEFAULT, PROTOCOL, 5, 2))
    with (
        open_study(tmp_path / "t.duckdb") as study,
        pytest.raises(TrainingRefused, match="this version deals other cases; begin a new training"),
    ):
        hand_of(study)


def test_a_study_is_no_training(tmp_path: Path) -> None:
    with small_study(tmp_path / "s.duckdb") as study, pytest.raises(TrainingRefused, match="is not a training study"):
        score(study)


# Feedback


def by_slot(study: Study, slot: str) -> str:
    return next(key for key, case in hand_of(study).cases.items() if case.slot.id == slot)


def test_feedback_says_why_per_criterion_and_what_was_overlooked(tmp_path: Path) -> None:
    training(tmp_path / "t.duckdb", MEYER, None, 1)
    with open_study(tmp_path / "t.duckdb") as study:
        case = by_slot(study, "transfused_platelets")
        wrong = feedback(study, case, "CR")
        assert not wrong.right
        assert wrong.verdict == f"{case}: wrong, you decided CR and the answer is PR (platelets under transfusion)"
        assert wrong.overlooked[0] == "Overlooked: the platelet transfusions."
        assert "but platelets were transfused on day" in wrong.overlooked[1]
        assert len(wrong.overlooked) == 2
        named = ("Fever", "Spleen", "Neutrophils", "Platelets", "Ferritin", "Fibrinogen", "D-dimer", "CNS involvement")
        for label in (*named, "sCD25 worsening"):
            assert [line for line in wrong.criteria if line.strip().startswith(f"{label}:")], label
        right = feedback(study, case, "PR")
        assert right.right
        assert right.verdict == f"{case}: right, PR (platelets under transfusion)"
        assert right.overlooked == ()
        assert right.criteria == wrong.criteria


@pytest.mark.parametrize(
    ("slot", "decided", "said"),
    [
        ("unconfirmed", "CR", "CR was seen on day"),
        ("other_treatment", "CR", "which does not count:"),
        ("gcsf_neutrophils", "CR", "but G-CSF was given"),
        ("splenectomy", "CR", "Spleen: not evaluable: splenectomy on day"),
        ("improvement", "PR", "Fever: improved, but not met:"),
        ("missing_scd25", "NE", "The chart can be evaluated, on the days"),
    ],
)
def test_what_speaks_against_an_answer(tmp_path: Path, slot: str, decided: str, said: str) -> None:
    training(tmp_path / "t.duckdb", MEYER, None, 1)
    with open_study(tmp_path / "t.duckdb") as study:
        found = feedback(study, by_slot(study, slot), decided)
        assert any(said in line for line in found.overlooked), found.overlooked


def test_every_answer_of_every_case_has_its_feedback(tmp_path: Path) -> None:
    training(tmp_path / "t.duckdb", MEYER, 15, 2)
    with open_study(tmp_path / "t.duckdb") as study:
        for patient_id, case in hand_of(study).cases.items():
            for category in WRONG:
                found = feedback(study, patient_id, category)
                assert found.right == (category == case.category)
                assert bool(found.overlooked) != found.right
                assert "None" not in " ".join(found.lines)
                assert "nan" not in " ".join(found.lines).split()


# Score and certificate


@pytest.mark.parametrize(("wrong", "passed"), [(0, True), (1, True), (2, False), (8, False)])
def test_seven_of_eight_pass_a_mark_of_80_per_cent(tmp_path: Path, wrong: int, passed: bool) -> None:
    trained(tmp_path / "t.duckdb", wrong)
    with open_study(tmp_path / "t.duckdb") as study:
        found = score(study)
        assert (found.right, found.cases, found.passed) == (8 - wrong, 8, passed)
        said = certificate(study)
    assert (said["right"], said["passed"], said["synthetic"]) == (8 - wrong, passed, True)


def test_the_first_decision_counts_whatever_is_revised_or_taken_back(tmp_path: Path) -> None:
    hand = training(tmp_path / "t.duckdb", MEYER, 5, 1)
    first, case = next(iter(hand.cases.items()))
    with open_study(tmp_path / "t.duckdb") as study:
        decide(study, MEYER, Decision(first, WRONG[case.category], "at first sight"))
        undo(study, MEYER, reason="a slip")
        decide(study, MEYER, Decision(first, case.category, "after the feedback"))
        assert final_categories(study)[first].category == case.category
        found = score(study)
        assert (len(found.answers), found.right, found.passed) == (1, 0, None)
        assert found.sentence == "1 of 5 cases decided, 0 right so far; pass mark 80 %"
        with pytest.raises(TrainingRefused, match="there is a certificate once every case is decided"):
            certificate(study)


def test_the_certificate_names_reader_score_cases_and_versions(tmp_path: Path) -> None:
    trained(tmp_path / "t.duckdb", 0, seed=42)
    with open_study(tmp_path / "t.duckdb") as study:
        said = certificate(study)
        head, study_id = study.head, study.facts["study_id"]
    assert said["reader"] == {"id": "a-meyer", "name": "A. Meyer"}
    assert said["seed"] == 42
    assert said["protocol"]["hash"] == read_bundled(STUDIES, "song-2024-blinded").hash
    assert said["criteria"]["hash"] == LOCATELLI.hash
    assert (said["study_id"], said["entries"], said["head"]) == (study_id, *head)
    assert said["trained_for"] is None
    assert sum(each["cases"] for each in said["by_category"].values()) == 8
    assert list(said["by_category"]) == ["CR", "PR", "IMP", "NR", "NE"]
    assert json.loads(json.dumps(said)) == said
    text = certificate_text(said)
    assert text.startswith("TRAINING CERTIFICATE, synthetic cases\n")
    for words in (
        "A. Meyer (a-meyer)",
        "8 of 8 right, pass mark 80 %: passed",
        head[1],
        LOCATELLI.hash,
        "seed          42",
    ):
        assert words in text


# In the study that was trained for


def blinded(path: Path) -> Study:
    protocol = read_bundled(STUDIES, "song-2024-blinded")
    from hlh_tui.protocol.load import CRITERIA

    criteria = read_bundled(CRITERIA, "locatelli-2020")
    return create_study(path, protocol, criteria, COORDINATOR, synthetic=True)


def test_a_certificate_is_recorded_once_by_its_own_reader(tmp_path: Path) -> None:
    with blinded(tmp_path / "s.duckdb") as study:
        register(study, COORDINATOR, MEYER, "reader", "reads")
        register(study, COORDINATOR, BIANCHI, "reader", "reads")
        aim = aim_of(study)
        trained(tmp_path / "t.duckdb", 1, aim=aim)
        with open_study(tmp_path / "t.duckdb") as training:
            said = certificate(training)
        with pytest.raises(TrainingRefused, match=r"is A\. Meyer's, and only they record it"):
            record_certificate(study, BIANCHI, said)
        entry = record_certificate(study, MEYER, said)
        assert (entry.action, entry.actor, entry.payload["certificate"]) == ("trained", "a-meyer", said)
        with pytest.raises(TrainingRefused, match="holds this certificate already"):
            record_certificate(study, MEYER, said)
        assert certificates(study) == (said,)
        assert not [each for each in entries(study) if each.action == "decided"]
        assert final_categories(study) == {}


def test_somebody_without_a_role_cannot_record_one(tmp_path: Path) -> None:
    with blinded(tmp_path / "s.duckdb") as study:
        trained(tmp_path / "t.duckdb", 0, aim=aim_of(study))
        with open_study(tmp_path / "t.duckdb") as training:
            said = certificate(training)
        with pytest.raises(NotAllowed, match=r"A\. Meyer has no role in this study"):
            record_certificate(study, MEYER, said)


def test_a_certificate_for_another_study_is_refused(tmp_path: Path) -> None:
    trained(tmp_path / "t.duckdb", 0)
    with open_study(tmp_path / "t.duckdb") as training:
        said = certificate(training)
        with pytest.raises(TrainingRefused, match="is a training study itself"):
            record_certificate(training, MEYER, said)
    with small_study(tmp_path / "s.duckdb") as study, pytest.raises(TrainingRefused, match=r"is not for s\.duckdb"):
        record_certificate(study, MEYER, said)
