"""One case side by side: what each reader had before them, and what one cited that another never opened."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hlh_tui.review.conduct.blinding import reveal_after_cut_off
from hlh_tui.review.consensus.comparison import compare_case
from hlh_tui.review.consensus.models import Comparison
from hlh_tui.review.models import Cited, Seen
from hlh_tui.study.file import Study, open_study
from tests.review.consensus.panel import FEVER, THIRD, advance, blinded_study, read
from tests.review.small_study import BIANCHI, MEYER
from tests.ui.review_study import make_study

FERRITIN_7 = Cited("observation", 7.0, "ferritin", "640 µg/L")
FERRITIN_3 = Cited("observation", 3.0, "ferritin", "3 600 µg/L")
FEVER_7 = Cited("observation", 7.0, "temperature", "36.7 °C")
NOTE_7 = Cited("note", 7.0, "ward round", "Afebrile")
ZOSTER = Cited("event", 9.0, "adverse event", "herpes zoster")
AT_BASELINE = Cited("observation", -1.0, "ferritin", "8 420 µg/L")


@pytest.fixture(scope="module")
def charted() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield make_study(Path(folder))


@pytest.fixture
def study(charted: Path, tmp_path: Path) -> Iterator[Study]:
    for path in charted.parent.glob("review.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with open_study(tmp_path / charted.name) as study:
        yield study


def place(found: Comparison, category: str) -> int:
    return next(index for index, one in enumerate(found.difference.reads) if one.category == category)


def test_each_reader_had_the_criteria_of_their_own_day(study: Study) -> None:
    """A. Meyer judges by day 7 with everything normal, L. Bianchi by day 3 with ferritin at 3600."""
    read(study, MEYER, "A01", "CR", FERRITIN_7, day=7)
    read(study, BIANCHI, "A01", "PR", FERRITIN_3, day=3)
    found = compare_case(study, MEYER, "A01")
    meyer, bianchi = place(found, "CR"), place(found, "PR")
    assert (found.judged_on[meyer], found.judged_on[bianchi]) == (7.0, 3.0)
    (ferritin,) = [row for row in found.criteria if row.item == "ferritin"]
    assert (ferritin.reads[meyer].state, ferritin.reads[meyer].value) == ("met", "640 µg/L")
    assert (ferritin.reads[bianchi].state, ferritin.reads[bianchi].value) == ("not_met", "3600 µg/L")
    assert (ferritin.reads[meyer].cited, ferritin.reads[bianchi].cited) == ((7.0,), (3.0,))
    assert ferritin.differs
    assert found.criteria_set == "locatelli-2020 1.1.0"


def test_without_a_day_of_response_the_last_value_cited_or_looked_at_counts(study: Study) -> None:
    read(study, MEYER, "A01", "NR", FERRITIN_3)
    read(study, BIANCHI, "A01", "NE", seen=Seen(60.0, days=(3.0, 14.0)))
    found = compare_case(study, MEYER, "A01")
    assert found.judged_on[place(found, "NR")] == 3.0
    assert found.judged_on[place(found, "NE")] == 14.0
    read(study, BIANCHI, "A01", "NE", reason="I do not know.")
    found = compare_case(study, MEYER, "A01")
    assert found.judged_on[place(found, "NE")] == 21.0, "the last evaluation up to the cut-off on day 28"


def test_what_one_cited_and_the_other_never_opened(study: Study) -> None:
    read(study, MEYER, "A01", "CR", FERRITIN_7, FEVER_7, NOTE_7, ZOSTER, AT_BASELINE)
    looked = Seen(90.0, items=("ferritin",), days=(0.0, 7.0), notes=())
    read(study, BIANCHI, "A01", "PR", seen=looked)
    found = compare_case(study, MEYER, "A01")
    other = place(found, "PR")
    assert {(row.cited.name, row.cited.day): row.marks[other] for row in found.evidence} == {
        ("ferritin", -1.0): "opened",
        ("ferritin", 7.0): "opened",
        ("temperature", 7.0): "never opened",
        ("ward round", 7.0): "never opened",
        ("adverse event", 9.0): "never opened",
    }
    assert {row.marks[place(found, "CR")] for row in found.evidence} == {"cited"}


def test_a_row_looked_at_on_another_day_is_not_the_value_unless_its_source_was_opened(study: Study) -> None:
    read(study, MEYER, "A01", "CR", FERRITIN_7)
    read(study, BIANCHI, "A01", "PR", seen=Seen(90.0, items=("ferritin",), days=(14.0,)))
    found = compare_case(study, MEYER, "A01")
    assert found.evidence[0].marks[place(found, "PR")] == "never opened"
    read(study, BIANCHI, "A01", "PR", seen=Seen(90.0, sources=("ferritin",)), reason="Looked again.")
    found = compare_case(study, MEYER, "A01")
    assert found.evidence[0].marks[place(found, "PR")] == "opened"


def test_where_nothing_was_recorded_nothing_is_claimed(study: Study) -> None:
    read(study, MEYER, "A01", "CR", FERRITIN_7)
    read(study, BIANCHI, "A01", "PR")
    found = compare_case(study, MEYER, "A01")
    assert found.evidence[0].marks[place(found, "PR")] == "unknown"
    assert {cell.opened for row in found.criteria for cell in row.reads} == {None}


def test_c13_evidence_after_the_cut_off_stays_closed_to_who_settles(tmp_path: Path) -> None:
    """P05 has a ferritin on day 60; the cut-off is day 28, and A. Meyer had the rest revealed."""
    late = Cited("observation", 60.0, "ferritin", "310.5 µg/L")
    with blinded_study(tmp_path / "blinded.duckdb") as blinded:
        reveal_after_cut_off(blinded, MEYER, "P05", "asked by the safety board")
        read(blinded, MEYER, "P05", "CR", late, FEVER, day=14)
        read(blinded, BIANCHI, "P05", "PR")
        advance(blinded, "compare", "consensus")
        found = compare_case(blinded, THIRD, "P05")
        assert [row.cited.day for row in found.evidence] == [1.0]
        advance(blinded, "open")
        assert [row.cited.day for row in compare_case(blinded, THIRD, "P05").evidence] == [1.0, 60.0]


def test_names_of_evidence_that_no_chart_has_do_no_harm(study: Study) -> None:
    odd = Cited("observation", 7.0, "never [heard] of", "?")
    read(study, MEYER, "A05", "NE", odd)
    read(study, BIANCHI, "A05", "NR", seen=Seen(1.0, items=("ferritin",), days=(7.0,)))
    found = compare_case(study, MEYER, "A05")
    assert found.evidence[0].marks[place(found, "NR")] == "never opened"
