"""Between two cuts: whose decisions changed, which final categories, and what that moved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.cohort.cut_difference import CutDifference, cut_difference, difference_json
from hlh_tui.cohort.cut_difference_text import difference_text
from hlh_tui.review.conduct.phase import move_phase, phase_of
from hlh_tui.review.cuts import make_cut, point
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.file import Study
from hlh_tui.study.models import Actor
from tests.cohort.example import example_a, judge, new_study
from tests.review.small_study import BIANCHI, MEYER, PANEL
from tests.review.test_cuts import COORDINATOR, blinded

RESPONDERS = ("h1", "h2", "h3", "h4", "h5", "c2", "c3", "c4", "d4")


def between(study: Study, one: str, other: str = "now") -> CutDifference:
    return cut_difference(study, point(study, one), point(study, other))


@pytest.fixture
def study(tmp_path: Path):
    """Nine of thirteen respond at the cut; then c1 responds, too."""
    with example_a(tmp_path) as opened:
        judge(opened, "PR", *RESPONDERS)
        judge(opened, "NR", "c1", "d1", "d2", "d3")
        make_cut(opened, MEYER, "interim", "for the board")
        decide(opened, MEYER, Decision("c1", "CR", "spleen was normal after all"))
        yield opened


def test_a_revised_decision_moves_rate_counts_and_survival(study: Study) -> None:
    found = between(study, "interim")
    (change,) = found.decisions
    assert (change.patient_id, change.reader_name, change.old, change.new) == ("c1", "A. Meyer", "NR", "CR")
    assert (change.reason, change.seq) == ("spleen was normal after all", study.head[0])
    (final,) = found.finals
    assert (final.patient_id, final.old, final.new, final.new_source) == ("c1", "NR", "CR", "single")
    assert found.categories == (("CR", 0, 1), ("PR", 9, 9), ("IMP", 0, 0), ("NR", 4, 3), ("NE", 0, 0))
    assert found.moved.startswith("Response 9/13 → 10/13; remission 9/13 → 10/13")
    assert dict(found.entries) == {"cut_made": 1, "decided": 1}


def test_the_text_names_interval_reader_reason_and_entry(study: Study) -> None:
    text = difference_text(between(study, "now", "interim"), 100)
    assert text.startswith("from  interim: entry 14 of 20")
    assert "  c1  A. Meyer  NR → CR  #16 " in text
    assert "    because: spleen was normal after all" in text
    assert "Response (CR + PR + improvement): 9/13 69.2 % (38.6–90.9) → 10/13 76.9 % (46.2–95.0)" in text
    assert "Patients by category: CR 0 → 1, PR 9, IMP 0, NR 4 → 3, NE 0" in text
    assert max(map(len, text.splitlines())) <= 100
    for width in (40, 60, 80):
        assert max(map(len, difference_text(between(study, "interim"), width).splitlines())) <= max(width, 72)


def test_json_has_the_same_numbers(study: Study) -> None:
    said = difference_json(between(study, "interim"))
    assert said["closed"] is None
    response = said["results"][0]  # type: ignore[index]
    assert (response["before"]["k"], response["after"]["k"], response["after"]["n"]) == (9, 10, 13)
    assert response["after"]["lower"] == pytest.approx(0.4619, abs=1e-4)
    assert response["after"]["upper"] == pytest.approx(0.9496, abs=1e-4)


def test_nothing_between_is_a_result_too(study: Study) -> None:
    found = between(study, "now", "now")
    assert (found.decisions, found.finals, dict(found.entries)) == ((), (), {})
    assert found.moved == "no headline result has changed"
    text = difference_text(found, 80)
    assert "no entry lies between" in text
    assert "Decisions that differ: 0" in text


def test_a_decision_changed_and_changed_back_differs_in_nothing_but_that(study: Study) -> None:
    undo(study, MEYER, reason="a slip")
    assert between(study, "interim").decisions == ()
    redo(study, MEYER)
    (change,) = between(study, "interim").decisions
    assert (change.old, change.new) == ("NR", "CR")


def test_what_is_taken_back_and_put_back_is_told_with_the_entry_that_did_it(study: Study) -> None:
    decided = str(study.head[0])
    undo(study, MEYER, reason="a slip")
    taken = study.head[0]
    (change,) = between(study, decided).decisions
    assert (change.old, change.new, change.seq) == ("CR", "NR", taken)
    redo(study, MEYER)
    (change,) = between(study, str(taken)).decisions
    assert (change.old, change.new, change.seq) == ("NR", "CR", taken + 1)


def test_a_first_decision_taken_back_leaves_none(tmp_path: Path) -> None:
    with example_a(tmp_path) as study:
        decide(study, MEYER, Decision("c1", "CR", "as charted"))
        undo(study, MEYER, reason="a slip")
        (change,) = between(study, "2").decisions
        assert (change.old, change.new, change.what, change.seq) == ("CR", None, "taken back", 3)
        assert "c1  A. Meyer  CR → taken back  #3" in difference_text(between(study, "2"), 80)


def test_readers_are_told_apart_and_a_consensus_is_one(tmp_path: Path) -> None:
    with example_a(tmp_path) as study:
        decide(study, MEYER, Decision("c1", "CR", "as charted"))
        decide(study, BIANCHI, Decision("c1", "PR", "spleen enlarged"))
        decide(study, PANEL, Decision("c1", "CR", "agreed", role="consensus"))
        decide(study, MEYER, Decision("c1", "PR", "agreed anew", role="consensus"))
        found = between(study, "4")
        (change,) = found.decisions
        assert (change.role, change.old, change.new, change.reader_name) == ("consensus", "CR", "PR", "A. Meyer")
        assert [(each.old, each.new) for each in found.finals] == [("CR", "PR")]
        assert [each.reader_name for each in between(study, "1", "3").decisions] == ["A. Meyer", "L. Bianchi"]


def test_another_day_of_the_same_category_is_named(tmp_path: Path) -> None:
    with example_a(tmp_path) as study:
        decide(study, MEYER, Decision("c1", "CR", "as charted", day=7))
        decide(study, MEYER, Decision("c1", "CR", "later", "low", 10))
        (change,) = between(study, "2").decisions
        assert (change.old, change.new, change.what) == ("CR", "CR", "day, confidence, reason")
        assert "CR → CR (day, confidence, reason differs)" in difference_text(between(study, "2"), 100)


def test_a_study_without_patients_or_decisions_has_a_sentence(tmp_path: Path) -> None:
    with new_study(tmp_path) as study:
        make_cut(study, Actor("a-meyer", "A. Meyer"), "empty", "nothing yet")
        found = between(study, "empty")
        assert found.moved == "the study has no patients yet"
        assert "Final categories that differ: 0 of 0" in difference_text(found, 80)


def test_c13_while_results_are_closed_only_entries_are_counted(tmp_path: Path) -> None:
    with blinded(tmp_path / "b.duckdb") as study:
        start = str(study.head[0])
        decide(study, MEYER, Decision("P01", "CR", "as charted"))
        decide(study, BIANCHI, Decision("P01", "NR", "spleen enlarged"))
        for phase in ("compare", "consensus"):
            found = between(study, start)
            assert found.why_closed is not None
            if phase_of(study) == "read":
                # How many entries there are, and of what, tells a reader how far the others are.
                assert found.entries is None
                assert "decided" not in difference_text(found, 80)
                assert json.loads(json.dumps(difference_json(found)))["entries"] is None
            else:
                assert found.entries["decided"] == 2
            assert (found.decisions, found.finals, found.categories, found.results) == ((), (), (), ())
            text = difference_text(found, 80)
            for words in ("CR", "NR", "P01", "Meyer", "Bianchi"):
                assert words not in text
            assert "stay closed while the study is in phase" in " ".join(text.split())
            assert set(difference_json(found)) == {"before", "after", "entries", "closed"}
            move_phase(study, COORDINATOR, phase, "next")
        move_phase(study, COORDINATOR, "open", "done")
        assert len(between(study, start).decisions) == 2
