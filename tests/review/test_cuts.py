"""Named cuts: a name once, a reason always, a record to verify against, and nothing of closed results in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.review.conduct.people import register
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.cuts import CutRefused, cut_named, cut_record, cuts, make_cut, point, require_vacant, write_cut
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import NotAllowed
from hlh_tui.review.models import Decision
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from tests.review.small_study import BIANCHI, MEYER, PATIENTS

COORDINATOR = Actor("c-ordinator", "C. Ordinator")


def blinded(path: Path) -> Study:
    """A phased study of three patients with two readers."""
    protocol, criteria = read_bundled(STUDIES, "song-2024-blinded"), read_bundled(CRITERIA, "locatelli-2020")
    study = create_study(path, protocol, criteria, COORDINATOR, synthetic=True)
    cursor = study.connection.cursor()
    cursor.execute(PATIENTS)
    cursor.close()
    for reader in (MEYER, BIANCHI):
        register(study, COORDINATOR, reader, "reader", "reads all cases")
    return study


def test_a_cut_names_the_log_before_it(study: Study) -> None:
    decide(study, MEYER, Decision("P01", "CR", "as charted"))
    entries_before, head = study.head
    cut = make_cut(study, MEYER, "  interim   look ", "for the safety board")
    assert (cut.name, cut.entries, cut.head, cut.seq) == ("interim look", entries_before, head, entries_before + 1)
    assert cuts(study) == (cut,)
    assert cut_named(study, "INTERIM LOOK") == cut
    last = entries(study)[-1]
    assert last.action == "cut_made"
    said = {key: last.payload[key] for key in ("name", "entries", "head", "reason")}
    assert said == {
        "name": "interim look", "entries": entries_before, "head": head, "reason": "for the safety board"
    }  # fmt: skip


@pytest.mark.parametrize("name", ["", "   ", "now", "NOW", "12", "a" * 61, "a\x1b[31m", "--list"])
def test_a_name_that_means_something_else_is_refused(study: Study, name: str) -> None:
    with pytest.raises(CutRefused, match="cannot name a cut"):
        make_cut(study, MEYER, name, "why not")
    assert cuts(study) == ()


def test_a_name_is_taken_once_whatever_its_case(study: Study) -> None:
    make_cut(study, MEYER, "interim", "first")
    with pytest.raises(CutRefused, match="there is a cut 'interim' already, of entry 1"):
        make_cut(study, MEYER, "Interim", "second")


@pytest.mark.parametrize("reason", ["", "  \t"])
def test_c4_a_cut_needs_a_reason(study: Study, reason: str) -> None:
    with pytest.raises(CutRefused, match="needs a reason"):
        make_cut(study, MEYER, "interim", reason)


def test_c7_the_record_serves_to_verify_and_counts_final_categories(study: Study, tmp_path: Path) -> None:
    decide(study, MEYER, Decision("P01", "CR", "as charted"))
    cut = make_cut(study, MEYER, "interim", "first look")
    decide(study, MEYER, Decision("P02", "NR", "as charted"))
    write_cut(study, cut, tmp_path / "interim.json")
    said = json.loads((tmp_path / "interim.json").read_text(encoding="utf-8"))
    assert said == cut_record(study, cut)
    assert (said["study_id"], said["entries"], said["head"]) == (study.facts["study_id"], cut.entries, cut.head)
    assert said["synthetic"] is True
    assert said["finals"] == {"patients": 3, "sources": {"single": 1, "undecided": 2}, "categories": {"CR": 1}}


def test_a_file_is_never_overwritten(study: Study, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text("mine", encoding="utf-8")
    with pytest.raises(CutRefused, match="exists already and is never overwritten"):
        require_vacant(tmp_path / "c.json")
    with pytest.raises(CutRefused, match="there is no folder"):
        require_vacant(tmp_path / "nowhere" / "c.json")
    cut = make_cut(study, MEYER, "interim", "first look")
    with pytest.raises(CutRefused, match="the cut 'interim' is in the log, but"):
        write_cut(study, cut, tmp_path / "c.json")
    assert (tmp_path / "c.json").read_text(encoding="utf-8") == "mine"


def test_c13_only_the_coordinator_cuts_a_blinded_study_and_its_record_tells_no_result(tmp_path: Path) -> None:
    with blinded(tmp_path / "b.duckdb") as study:
        with pytest.raises(NotAllowed, match=r"only a coordinator may make a data cut, and A\. Meyer is a reader"):
            make_cut(study, MEYER, "interim", "look")
        decide(study, MEYER, Decision("P01", "CR", "as charted"))
        cut = make_cut(study, COORDINATOR, "reads", "all reads are in")
        assert cut_record(study, cut)["finals"] is None
        for phase in ("compare", "consensus", "open"):
            move_phase(study, COORDINATOR, phase, "the next step")
        assert cut_record(study, cut)["finals"]["sources"] == {"undecided": 3}


def test_a_point_is_a_cut_now_or_an_entry(study: Study) -> None:
    decide(study, MEYER, Decision("P01", "CR", "as charted"))
    make_cut(study, MEYER, "interim", "look")
    assert (point(study, "interim").label, point(study, "interim").seq) == ("interim", 2)
    assert (point(study, "now").seq, point(study, "Now").label) == (3, "now")
    assert (point(study, "1").label, point(study, "1").seq) == ("entry 1", 1)
    for word in ("0", "4", "9" * 40):
        with pytest.raises(CutRefused, match="has the entries 1 to 3"):
            point(study, word)
    with pytest.raises(CutRefused, match=r"has no cut 'final'; its cuts are interim; now and entry numbers serve"):
        point(study, "final")
    with pytest.raises(CutRefused, match="has no cut '-1'"):
        point(study, "-1")


def test_c7_a_cut_whose_log_was_changed_is_not_taken(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    make_cut(study, MEYER, "interim", "look")
    monkeypatch.setattr("hlh_tui.review.cuts._recorded", lambda *_: ("", "f" * 64))
    with pytest.raises(CutRefused, match="the log before the cut 'interim' is not what it was; run hlh-tui verify"):
        point(study, "interim")
