"""The export of a conducted study carries all of its adjudication, and says so in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hlh_tui.export.dataset import export_dataset
from hlh_tui.review.agreement.agreement_json import agreement_json
from hlh_tui.review.agreement.report import agreement
from hlh_tui.review.signatures.public_keys import public_bytes
from hlh_tui.study.anchors import anchors_at
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import entries
from hlh_tui.study.verify import verify
from tests.export.conducted import columns, conducted, rows
from tests.review.conduct.blinded import COORDINATOR, MEYER
from tests.review.packs.blinded import copied
from tests.review.signatures.conftest import new_key

KEY = new_key(MEYER)
AT = "2026-11-23T06:00:00.000000Z"
LATER = "2027-01-02T03:04:05.000000Z"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The closed study, its export of the time AT beside it; not to be written into."""
    folder = tmp_path_factory.mktemp("conducted")
    with conducted(folder / "song.duckdb", KEY) as study:
        kept = copied_open(study, folder / "before")
        export_dataset(study, folder / "out", COORDINATOR, AT)
    assert kept.exists()
    return folder


def copied_open(study: Study, into: Path) -> Path:
    """A copy of the study as it is now, with its mirror."""
    study.rows("CHECKPOINT")
    return copied(study.path, into)


@pytest.fixture
def out(once: Path) -> Path:
    return once / "out"


@pytest.fixture
def study(once: Path, tmp_path: Path) -> Iterator[Study]:
    """The study as it was before its export."""
    with open_study(copied(once / "before" / "song.duckdb", tmp_path / "again")) as study:
        yield study


def test_people_leave_with_role_since_when_and_key(out: Path) -> None:
    found = {row["person"]: row for row in rows(out / "data/people.csv")}
    assert [(row["name"], row["role"], row["identity"]) for row in found.values()] == [
        ("A. Meyer", "reader", "signed"),
        ("B. Lang", "reader", "claimed"),
        ("C. Chair", "coordinator", "claimed"),
        ("O. Server", "observer", "claimed"),
        ("Z. Third", "adjudicator", "claimed"),
    ]
    meyer = found["a-meyer"]
    assert meyer["key_fingerprint"] == hashlib.sha256(public_bytes(KEY.public_key)).hexdigest()
    assert (meyer["signatures_valid"], meyer["signatures_void"], meyer["trained"]) == ("1", "1", "")
    changes = columns(out / "data/roles.csv", "name", "change", "role", "old_role", "reason", "by_name", "recorded_at")
    assert [change[:-1] for change in changes[-2:]] == [
        ("A. Meyer", "registered", "reader", "reader", "brought a key", "C. Chair"),
        ("O. Server", "withdrawn", "", "observer", "the visit is over", "C. Chair"),
    ]
    assert changes[0][:3] == ("C. Chair", "made the study", "coordinator")
    # The role, not the key, says since when; who was withdrawn is so from then on.
    assert meyer["since"] == next(one[-1] for one in changes if one[0] == "A. Meyer")
    assert (found["o-server"]["until"], meyer["until"]) == (changes[-1][-1], "")
    assert found["o-server"]["entries"] == "0"


def test_decisions_leave_with_what_was_seen_and_how_differences_were_settled(out: Path) -> None:
    found = rows(out / "data/decisions.csv")
    first = found[0]
    assert first["seen_seconds"] == "93.5"
    assert [json.loads(first[f"seen_{what}"]) for what in ("items", "days", "notes", "sources")] == [
        ["fever", "ferritin"],
        [-1.0, 14.0],
        [2.0],
        ["ferritin"],
    ]
    assert (first["seen_whole_course"], found[1]["seen_seconds"], found[1]["seen_items"]) == ("false", "", "")
    assert (first["pack_id"], first["decided_at"]) == ("", first["recorded_at"])
    assert [(row["reader"], row["patient_id"], row["role"], row["signature"]) for row in found] == [
        ("a-meyer", "P01", "reader", "valid"),
        ("a-meyer", "P02", "reader", ""),
        ("a-meyer", "P05", "reader", ""),
        ("a-meyer", "P05", "reader", "void"),
        ("b-lang", "P01", "reader", ""),
        ("b-lang", "P05", "reader", ""),
        ("b-lang", "P02", "reader", ""),
        ("z-third", "P05", "adjudicator", ""),
        ("b-lang", "P05", "global", ""),
    ]
    assert (found[7]["accepted"] in {"1", "2"}, found[7]["disagreement"]) == (True, "data_missing")


def test_the_final_category_says_who_settled_it_and_whose_read_was_taken(out: Path) -> None:
    names = ("patient_id", "category", "source", "settled_by_name", "accepted", "disagreement", "locked")
    assert columns(out / "data/final.csv", *names) == [
        ("P01", "CR", "unanimous", "", "", "", "true"),
        ("P02", "NR", "unanimous", "", "", "", "false"),
        ("P05", "NR", "adjudicated", "Z. Third", "b-lang", "data_missing", "false"),
    ]
    settled = rows(out / "data/final.csv")[2]
    decision = rows(out / "data/decisions.csv")[7]
    assert (settled["settled_entry"], settled["settled_at"]) == (decision["seq"], decision["recorded_at"])


def test_signatures_say_why_they_are_void(out: Path) -> None:
    names = ("patient_id", "printed_name", "meaning", "valid")
    assert columns(out / "data/signatures.csv", *names) == [
        ("P01", "A. Meyer", "I made this decision", "true"),
        ("P05", "A. Meyer", "I made this decision", "false"),
    ]
    assert "unlocked" in rows(out / "data/signatures.csv")[1]["why"]
    assert "state: VOID" in (out / "signatures.txt").read_text()


def test_queries_leave_with_owner_state_and_age(out: Path) -> None:
    names = ("patient_id", "question", "reader_name", "owner", "state", "age_days", "answer", "closed_at")
    assert columns(out / "data/queries.csv", *names) == [
        ("P05", "is this ng/mL?", "A. Meyer", "C. Chair", "answered", "0", "µg/L, as charted", "")
    ]
    steps = json.loads(rows(out / "data/queries.csv")[0]["steps"])
    assert [step["what"] for step in steps] == ["raised", "answered"]


def test_phases_locks_cuts_and_unblinding_leave_as_they_were(out: Path, study: Study) -> None:
    names = ("old", "new", "back", "missing_reads", "unsettled_cases", "reason")
    assert columns(out / "data/phases.csv", *names) == [
        ("read", "compare", "false", "1", "2", "the report is due"),
        ("compare", "read", "true", "1", "2", "P02 was forgotten"),
        ("read", "compare", "false", "0", "1", "every case is read"),
        ("compare", "consensus", "false", "0", "1", "one case differs"),
        ("consensus", "open", "false", "0", "0", "all is settled"),
    ]
    assert columns(out / "data/locks.csv", "action", "patient_id", "reason", "in_force", "by_name") == [
        ("locked", "P05", "agreed on", "false", "C. Chair"),
        ("unlocked", "P05", "a letter came late", "false", "C. Chair"),
        ("locked", "P01", "final", "true", "C. Chair"),
    ]
    ((name, count, head, intact),) = columns(out / "data/cuts.csv", "name", "entries", "head", "intact")
    assert (name, head, intact) == ("final", entries(study)[int(count) - 1].hash, "true")
    names = ("patient_id", "name", "what", "until_day", "reason", "before_decision")
    assert columns(out / "data/unblinding.csv", *names) == [
        ("P05", "B. Lang", "chart after the evidence cut-off", "28.0", "a relapse was mentioned", "true"),
        ("P05", "Z. Third", "blind votes of the meeting panel 1, without A. Meyer", "", "A. Meyer is away", ""),
    ]


def test_agreement_leaves_as_the_program_prints_it(out: Path, study: Study) -> None:
    found = agreement(study, COORDINATOR)
    document = json.loads((out / "agreement.json").read_text())
    assert document == json.loads(json.dumps({**agreement_json(found), "synthetic": True}))
    table = {row["coefficient"]: row for row in rows(out / "data/agreement.csv")}
    assert list(table) == list(found.coefficients)
    assert (table["percent"]["estimate"], table["percent"]["cases"]) == (str(2 / 3), "3")
    assert table["cohen.unweighted"]["label"] == "Cohen's kappa"
    assert float(table["cohen.unweighted"]["estimate"]) == document["cohen"]["unweighted"]["estimate"]
    assert table["cohen.unweighted"]["method"].startswith("Fleiss, Cohen and Everitt 1969")
    assert "Cohen's kappa" in (out / "agreement.txt").read_text()


def test_minutes_leave_where_something_was_voted_on(out: Path) -> None:
    text = (out / "minutes.md").read_text()
    assert "## Meeting panel 1" in text
    assert "- Discussion, Z. Third" in text
    assert "- Written 2026-11-23 06:00 UTC" in text


def test_c08_the_log_for_people_marks_what_changed_since_the_first_entry(out: Path, study: Study) -> None:
    page = (out / "log.html").read_text()
    meyers = [entry for entry in entries(study) if entry.action == "decided" and entry.actor == MEYER.id]
    first, second = (entry.seq for entry in meyers if entry.patient_id == "P05")
    assert f'<span class="mark">changed since first entry {first} (CR)</span>' in page
    audit = {int(row["seq"]): row for row in rows(out / "data/audit.csv")}
    assert audit[second]["standing"] == f"changed since first entry {first} (CR)"
    assert audit[first]["sentence"].startswith("decided CR for P05")
    assert (out / "log.jsonl").read_text().count("\n") == len(audit) == len(entries(study))


def test_the_readme_states_the_blinding_in_words(out: Path, study: Study) -> None:
    text = (out / "README.md").read_text()
    for said in (
        "The study protocol is blinded (mode phased): the study goes from phase to phase",
        "C. Chair: read to compare (1 read missing, 2 cases without a final category): the report is due\n",
        "C. Chair: compare to read (1 read missing, 2 cases without a final category): P02 was forgotten\n",
        "- The study went back to an earlier phase 1 time; 1 read was recorded after readers were first compared.\n",
        "- Independent reads missing when readers were compared: 1, then none.\n",
        "until the study was open; 1 case of 3 was revealed beyond it, to 1 person (data/unblinding).\n",
        "- Results were opened when every case had a final category (",
        "Final categories that changed after that: none.\n",
        "Topology two plus one: two readers read each case independently, and where they differ a third reader",
        "(0 consensus, 1 adjudicated, 2 unanimous, 0 single, 0 unresolved, 0 undecided)",
        "The study is not locked; 1 of 3 cases are (data/locks).",
        "are claims: the program takes them as given, unless a signature holds. 1 signature of 1 person on 1 case"
        " holds, 1 is void (data/signatures).",
        "Left out here: training.json (no training certificate is recorded).",
    ):
        assert said in text, said
    assert "opened unblinded" not in text.lower()


def test_the_methods_say_what_is_recorded_and_what_is_not(out: Path) -> None:
    text = (out / "methods.md").read_text()
    titles = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert titles == [
        "Case selection",
        "Definitions",
        "Training of readers",
        "Standard form",
        "Readers",
        "Blinding",
        "Monitoring",
        "Agreement of readers",
        "Adjudication of differences",
        "Data queries",
        "Integrity of the record",
    ]
    for said in (
        "Day 0 is the first emapalumab dose.\nThe study has the charts of 3 patients.\n",
        "Inclusion and exclusion criteria: not recorded.\nHow patients were found and sampled: not recorded.\n",
        "Qualification of the readers: not recorded.",
        "- Blinding of readers to the hypothesis of the study: not recorded.",
        "locatelli-2020 1.1.0 (SHA-256 ",
        "Source: Locatelli F et al. N Engl J Med 2020;382:1811-1822;",
        "Training of readers: not recorded.",
        "2 readers: A. Meyer and B. Lang.\n1 adjudicator: Z. Third.\n1 observer: O. Server (withdrawn).\n",
        "Independent reads in force: 3 cases with 2 reads.",
        "of 6 independent reads in force 0 were made after it had been shown.",
        "A. Meyer: median 94 s on a case (quartiles 94 to 94 s; 1 case, 2 not recorded).",
        "The audit trail was reviewed 1 time, last by C. Chair on ",
        "Of A. Meyer and B. Lang, two or more read 3 cases; they differ on 1.",
        "- Agreement 0.667, interval 0.094 to 0.992 (Gwet 2014, exact interval (Clopper-Pearson)), bootstrap ",
        "Settled: 1 case (1 by accepting a read). Kinds of disagreement: 1 data missing.",
        "Reads with hindsight, recorded apart: 1.",
        "- panel 1, 1 case: blind votes, no case has two ratings;",
        "1 data query on 1 case: 1 answered.",
        "Data cuts: final (entry ",
        "Nothing is redacted.",
    ):
        assert said in text, said


def test_one_head_gives_the_same_bytes(out: Path, study: Study, tmp_path: Path) -> None:
    again = export_dataset(study, tmp_path / "again-out", COORDINATOR, AT)
    assert {name: (again.folder / name).read_bytes() for name in again.files} == {
        name: (out / name).read_bytes() for name in again.files
    }


def test_the_time_of_the_export_stands_in_few_files_and_changes_nothing_else(
    out: Path, study: Study, tmp_path: Path
) -> None:
    again = export_dataset(study, tmp_path / "later", COORDINATOR, LATER)
    changed = [name for name in again.files if (again.folder / name).read_bytes() != (out / name).read_bytes()]
    assert changed == ["CHECKSUMS.sha256", "README.md", "log.html", "minutes.md", "signatures.json", "signatures.txt"]
    words = {"2027-01-02": "2026-11-23", "03:04:05": "06:00:00", "03:04": "06:00"}
    for name in changed[1:]:
        text = (again.folder / name).read_text()
        for new, old in words.items():
            text = text.replace(new, old)
        assert text == (out / name).read_text(), name


def test_a_log_holds_against_the_files_that_name_its_entries_and_no_others(once: Path, tmp_path: Path) -> None:
    path = copied(once / "before" / "song.duckdb", tmp_path / "again")
    with open_study(path, read_only=True) as study:
        said = verify(study, anchors_at(once / "out"))
    assert said.ok
    assert [each.name for each in anchors_at(once / "out")] == [
        *("HEAD.txt in out", "log.jsonl in out", "signatures.json in out", "signatures.txt in out"),
    ]
