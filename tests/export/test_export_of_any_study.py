"""Exports of studies read in packs, opened early, empty, written to meanwhile, or with odd words in them."""

from __future__ import annotations

import csv
import json
import threading
from pathlib import Path

import pytest

from hlh_tui.export import dataset
from hlh_tui.export.dataset import export_dataset
from hlh_tui.protocol import load
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.consensus.meeting import vote
from hlh_tui.review.consensus.settle import Settlement, settle
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.dealing import deal
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.undo import undo
from hlh_tui.study.file import Study, create_study, open_study
from hlh_tui.study.log import append, entries
from hlh_tui.study.models import Actor
from tests.export.conducted import columns, rows
from tests.review.conduct import blinded
from tests.review.packs.blinded import BIANCHI, COORDINATOR, MEYER, OKAFOR, blinded_study, read_all, unpacked
from tests.review.small_study import small_study

EMPTY = ("agreement", "cuts", "decisions", "locks", "packs", "phases", "queries", "signatures", "unblinding")


def header(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as text:
        return next(csv.reader(text))


def test_a_decision_from_a_pack_says_which_pack_and_when_it_was_made_there(tmp_path: Path) -> None:
    readers = (MEYER, BIANCHI)
    with blinded_study(tmp_path / "main.duckdb", readers=readers) as study:
        deal(study, COORDINATOR, seed=7)
        packs = [unpacked(study, reader, tmp_path / reader.id) for reader in readers]
        for path, reader in zip(packs, readers, strict=True):
            read_all(path, reader, "PR")
        returns = []
        for path in packs:
            with open_study(path, read_only=True) as theirs:
                returns.append(write_return(theirs).file)
        merge(study, COORDINATOR, returns)
        for phase in ("compare", "consensus", "open"):
            move_phase(study, COORDINATOR, phase, "done")
        out = export_dataset(study, tmp_path / "out", COORDINATOR).folder
        dealt = {each.reader: each for each in conduct_of(study).dealt}
        with open_study(packs[0], read_only=True) as theirs:
            made = {entry.recorded_at for entry in entries(theirs) if entry.action == "decided"}
    found = [row for row in rows(out / "data/decisions.csv") if row["reader"] == MEYER.id]
    assert {row["pack_id"] for row in found} == {dealt[MEYER.id].pack_id}
    assert {row["decided_at"] for row in found} == made
    assert all(row["decided_at"] < row["recorded_at"] for row in found)
    repeats = sum(repeat for _, _, repeat in dealt[MEYER.id].cases)
    assert [row["role"] for row in found].count("repeat") == repeats == 1
    names = ("pack_id", "reader", "seed", "cases", "repeats", "sealed", "signed", "merged_entries")
    assert columns(out / "data/packs.csv", *names)[0] == (
        *(dealt[MEYER.id].pack_id, "a-meyer", "7", "8", "1", "false", "false"),
        str(len(dealt[MEYER.id].cases)),
    )
    methods = (out / "methods.md").read_text()
    assert "Cases were dealt in 2 packs of de-identified charts, to each reader in a seeded random order" in methods
    assert "unknown to the reader; 2 such decisions are recorded." in methods
    assert "Readers against themselves, 2 hidden duplicates:\n  Agreement 1.000" in methods


def test_results_that_were_open_too_early_are_said_to_have_been(tmp_path: Path) -> None:
    with blinded.blinded_study(tmp_path / "song.duckdb") as study:
        decide(study, blinded.MEYER, Decision("P01", "CR", ""))
        for phase in ("compare", "consensus", "open"):
            move_phase(study, blinded.COORDINATOR, phase, "the congress is near")
        out = export_dataset(study, tmp_path / "out", blinded.COORDINATOR).folder
    text = (out / "README.md").read_text()
    assert "- Results were open before all cases had a final category: 3 of 3 had none on 20" in text
    assert "- Independent reads missing when readers were compared: 5.\n" in text
    assert "- The study never went back to an earlier phase.\n" in text
    assert "no case was revealed beyond it.\n" in text
    assert "Nothing is signed." in text
    assert "Agreement between readers: not recorded (one reader has decided)." in (out / "methods.md").read_text()


def test_a_final_category_that_changed_after_results_were_open_is_counted(tmp_path: Path) -> None:
    with blinded.blinded_study(tmp_path / "song.duckdb") as study:
        for patient in ("P01", "P02", "P05"):
            for reader in (blinded.MEYER, blinded.LANG):
                decide(study, reader, Decision(patient, "CR", ""))
        for phase in ("compare", "consensus", "open"):
            move_phase(study, blinded.COORDINATOR, phase, "done")
        last = entries(study)[-4]
        assert (last.action, last.patient_id, last.actor) == ("decided", "P05", "b-lang")
        # The program refuses this once a study is open; a log that comes from elsewhere may hold it.
        append(study, blinded.LANG, "undone", "P05", {"undoes": last.seq, "undone": "decided", "reason": "a slip"})
        out = export_dataset(study, tmp_path / "out", blinded.COORDINATOR).folder
    assert "Final categories that changed after that: 1.\n" in (out / "README.md").read_text()


def test_an_open_study_without_a_decision_exports_headers_and_says_what_is_left_out(tmp_path: Path) -> None:
    with small_study(tmp_path / "small.duckdb") as study:
        report = export_dataset(study, tmp_path / "out", MEYER)
    for table in EMPTY:
        assert rows(report.folder / f"data/{table}.csv") == []
        assert header(report.folder / f"data/{table}.csv")[-1] == "synthetic"
    assert [name for name in report.files if "/" not in name] == [
        *("CHECKSUMS.sha256", "HEAD.txt", "README.md", "data_dictionary.csv", "log.html", "log.jsonl", "methods.md"),
    ]
    text = (report.folder / "README.md").read_text()
    absent = (
        "agreement.json, .txt (nobody has decided a case), minutes.md (nothing was voted on or settled),"
        " signatures.json, .txt (nothing is signed), training.json (no training certificate is recorded)"
    )
    assert f"\nLeft out here: {absent}.\n" in text
    assert "Opened unblinded: the study protocol is open." in text
    assert columns(report.folder / "data/people.csv", "name", "role") == [("C. Ordinator", "coordinator")]
    methods = (report.folder / "methods.md").read_text()
    assert "How the charts came into the study: not recorded." in methods
    assert "Agreement between readers: not recorded (nobody has decided a case)." in methods
    assert "Independent reads in force: 3 cases with 0 reads." in methods


def test_a_study_without_patients_exports_too(tmp_path: Path) -> None:
    protocol, criteria = (
        load.read_bundled(load.STUDIES, "song-2024"),
        load.read_bundled(load.CRITERIA, "locatelli-2020"),
    )
    with create_study(tmp_path / "empty.duckdb", protocol, criteria, MEYER) as study:
        out = export_dataset(study, tmp_path / "out", MEYER).folder
    assert rows(out / "data/final.csv") == []
    assert "0 of 0 patients have a final category" in (out / "README.md").read_text()
    methods = (out / "methods.md").read_text()
    assert "The study has the charts of 0 patients." in methods
    assert "Sites: not recorded." in methods
    assert "nan" not in methods.lower().split()


def test_votes_that_are_still_hidden_are_warned_of(tmp_path: Path) -> None:
    with small_study(tmp_path / "small.duckdb") as study:
        decide(study, MEYER, Decision("P01", "CR", ""))
        decide(study, BIANCHI, Decision("P01", "NR", ""))
        vote(study, MEYER, "P01", "PR", "a secret vote", meeting="panel")
        hidden = export_dataset(study, tmp_path / "hidden", MEYER).folder
        vote(study, BIANCHI, "P01", "NR")
        revealed = export_dataset(study, tmp_path / "revealed", MEYER).folder
    said = "Blind votes on 1 case are not revealed yet, and log.jsonl and data/audit hold them"
    assert said in (hidden / "README.md").read_text()
    assert "Blind votes" not in (revealed / "README.md").read_text()
    other = export_seen_by_other(tmp_path)
    assert "a secret vote" not in (other / "log.html").read_text()
    assert "a secret vote" not in (other / "minutes.md").read_text()


def export_seen_by_other(folder: Path) -> Path:
    """The export that a member makes who has not voted, while another's vote is hidden."""
    with small_study(folder / "other.duckdb") as study:
        decide(study, MEYER, Decision("P01", "CR", ""))
        decide(study, BIANCHI, Decision("P01", "NR", ""))
        vote(study, MEYER, "P01", "PR", "a secret vote", meeting="panel")
        return export_dataset(study, folder / "other", BIANCHI).folder


def settled_in_open(study: Study) -> str:
    """Meyer and Bianchi differ on P01, the panel takes Bianchi's read; the number under which it stood."""
    from hlh_tui.review.consensus.differences import difference_of

    decide(study, MEYER, Decision("P01", "CR", ""))
    decide(study, BIANCHI, Decision("P01", "NR", ""))
    panel = Actor("panel", "Consensus panel")
    number = next(str(one.number) for one in difference_of(study, panel, "P01").reads if one.category == "NR")
    settle(study, panel, Settlement("P01", number, "edge", "at the limit"))
    return number


@pytest.mark.parametrize("later", ["nobody", "a third reader", "a revision", "a reader who takes the read back"])
def test_the_accepted_read_stays_its_readers_whoever_reads_later(tmp_path: Path, later: str) -> None:
    with small_study(tmp_path / "small.duckdb") as study:
        number = settled_in_open(study)
        if later == "a third reader":
            for place in range(4):  # enough that the numbers of the first two move, in whatever order they are hashed
                decide(study, Actor(f"r{place}", f"Reader {place}"), Decision("P01", "PR", ""))
        elif later == "a revision":
            decide(study, BIANCHI, Decision("P01", "PR", "on second thoughts"))
        elif later == "a reader who takes the read back":
            undo(study, MEYER, reason="a slip")
        out = export_dataset(study, tmp_path / "out", OKAFOR).folder
    (final,) = [row for row in rows(out / "data/final.csv") if row["patient_id"] == "P01"]
    assert (final["category"], final["settled_by"], final["accepted"]) == ("NR", "panel", "l-bianchi")
    assert {row["accepted"] for row in rows(out / "data/decisions.csv")} == {"", number}


def test_a_decision_made_during_an_export_is_in_all_of_its_files_or_in_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_study(tmp_path / "small.duckdb") as study:
        decide(study, MEYER, Decision("P01", "CR", ""))
        deciding = threading.Thread(target=lambda: decide(study, BIANCHI, Decision("P01", "NR", "")))
        taken = dataset.take_record

        def slow(*given: object) -> object:
            deciding.start()
            deciding.join(0.2)
            return taken(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(dataset, "take_record", slow)
        report = export_dataset(study, tmp_path / "out", MEYER)
        deciding.join()
        log = entries(study)
    assert sorted(entry.action for entry in log[report.entries :]) == ["decided", "exported"]
    assert len(rows(report.folder / "data/decisions.csv")) == 1
    assert len(rows(report.folder / "data/audit.csv")) == report.entries
    assert json.loads((report.folder / "agreement.json").read_text())["readers"] == ["A. Meyer"]
    assert [row["source"] for row in rows(report.folder / "data/final.csv")] == ["single", "undecided", "undecided"]


def test_odd_names_and_reasons_steer_neither_markdown_nor_page(tmp_path: Path) -> None:
    odd = Actor("x", "X\n## Results\x1b[2J <script>alert(1)</script>")
    with blinded.blinded_study(tmp_path / "song.duckdb", registered=((odd, "reader"),)) as study:
        decide(study, odd, Decision("P01", "CR", "=1+1\n# Heading"))
        for phase in ("compare", "consensus", "open"):
            move_phase(study, blinded.COORDINATOR, phase, "late\n\n# Everything was fine\x1b[2J")
        out = export_dataset(study, tmp_path / "out", blinded.COORDINATOR).folder
    for name in ("README.md", "methods.md"):
        text = (out / name).read_text()
        assert "\x1b" not in text
        assert not [line for line in text.splitlines() if line.startswith(("# Everything", "## Results", "# Heading"))]
        assert "<script>" not in text.replace("\\<script>", "")
    page = (out / "log.html").read_text()
    assert "<script>" not in page
    assert "\x1b" not in page
    assert rows(out / "data/decisions.csv")[0]["reason"] == "=1+1\n# Heading"
