"""C8: copies of the trail are complete, for people and for machines, from any point in time."""

import csv
import io
import json
from html.parser import HTMLParser

import pytest

from hlh_tui.cli import main
from hlh_tui.review.decide import decide
from hlh_tui.review.marks import flag
from hlh_tui.review.models import Decision
from hlh_tui.review.trail.write import TrailNotWritten, write_trail
from hlh_tui.study.file import open_study
from hlh_tui.study.log import canonical_json, entries
from hlh_tui.study.models import Actor
from tests.review.small_study import BIANCHI, MEYER, small_study

ODD = Actor("odd", '=HYPERLINK("x") <b>Ö\x1b[31m')


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("HLH_TUI_READER", "A. Meyer")
    found = tmp_path / "small.duckdb"
    with small_study(found) as study:
        decide(study, MEYER, Decision("P05", "CR", "fever gone"))
        decide(study, MEYER, Decision("P05", "PR", "=cmd|' /C calc'!A0"))
        flag(study, ODD, "P01", '<script>alert("x")</script>\nsecond line')
    return found


def printed(capsys, *words: str) -> str:
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def test_c8_the_text_says_everything_an_auditor_reads(path, capsys):
    text = printed(capsys, "log", path, "--case", "P05")
    assert "AUDIT TRAIL" in text
    assert "conduct   open: the readers were not blinded" in text
    assert "patients  synthetic" in text
    assert "filter    case:P05" in text
    first, second = text.split("\n\n")[1:]
    assert "A. Meyer (a-meyer)" in first
    assert " UTC (" in first
    assert "decided CR for P05, high confidence\n" in first
    assert "category: nothing -> CR" in first
    assert "because: fever gone" in first
    assert "! decided anew in entry 3 (PR)" in first
    assert "under locatelli-2020 1.1.0" in first
    assert "revised P05 from CR to PR" in second
    assert "! changed since first entry 2 (CR)" in second


def test_c8_the_json_holds_every_field_of_every_entry(path, capsys):
    with open_study(path) as study:
        held = entries(study)
    found = json.loads(printed(capsys, "log", path, "--json"))
    assert (found["entries"], found["head"], found["synthetic"]) == (4, held[-1].hash, True)
    for said, entry in zip(found["trail"], held, strict=True):
        assert said["payload"] == entry.payload
        assert (said["number"], said["recorded_at"], said["actor"], said["actor_name"], said["action"]) == (
            *(entry.seq, entry.recorded_at, entry.actor, entry.actor_name, entry.action),
        )
        assert (said["patient_id"], said["prev_hash"], said["hash"]) == (entry.patient_id, entry.prev_hash, entry.hash)
    assert found["trail"][2]["standing"] == "changed since first entry 2 (CR)"
    lines = [json.loads(line) for line in printed(capsys, "log", path, "--jsonl").splitlines()]
    assert lines == found["trail"]


def test_c8_the_csv_can_be_read_back_and_runs_no_formula(path, capsys):
    with open_study(path) as study:
        held = entries(study)
    rows = list(csv.DictReader(io.StringIO(printed(capsys, "log", path, "--csv"))))
    assert [row["hash"] for row in rows] == [entry.hash for entry in held]
    assert [row["payload"] for row in rows] == [canonical_json(entry.payload) for entry in held]
    assert (rows[2]["old"], rows[2]["reason"]) == (
        "category: CR; reason: fever gone",
        "'=cmd|' /C calc'!A0",
    )
    assert rows[3]["actor_name"].startswith("'=HYPERLINK")
    assert not [value for row in rows for value in row.values() if value.startswith(("=", "+", "-", "@", "\t"))]


def test_c8_the_page_shows_marks_and_runs_no_script(path, capsys):
    page = printed(capsys, "log", path, "--html")
    tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            tags.append(tag)

    Tags().feed(page)
    assert tags.count("tr") == 5
    assert not {"script", "b"} & set(tags)
    assert "\x1b" not in page
    assert "changed since first entry 2 (CR)" in page
    assert "&lt;script&gt;" in page
    assert "category: CR -&gt; PR" in page


def test_a_file_says_its_form_by_its_ending_and_is_never_replaced(path, capsys, tmp_path):
    for ending in ("txt", "json", "jsonl", "csv", "html"):
        file = tmp_path / f"trail.{ending}"
        assert printed(capsys, "log", path, "-o", file) == f"wrote 4 entries to {file}\n"
        assert "fever gone" in file.read_text(encoding="utf-8")
    with open_study(path) as study:
        for file, why in (
            (tmp_path / "trail.csv", "exists already"),
            (tmp_path / "trail.doc", "says no form"),
            (tmp_path / "none" / "trail.csv", "there is no folder"),
            (path, "belongs to the study"),
            (study.where.mirror, "belongs to the study"),
        ):
            with pytest.raises(TrailNotWritten, match=why):
                write_trail(study, MEYER, file)
    assert not list(tmp_path.glob(".trail*"))


def test_the_command_line_refuses_in_one_sentence(path, capsys):
    for words, why in (
        (["--since", "soon"], "'soon' is no time"),
        (["--reviewed", " "], "needs a note"),
        (["-o", "/nowhere/x.csv"], "there is no folder /nowhere"),
    ):
        assert main(["log", str(path), *words]) == 2
        told = capsys.readouterr().err
        assert why in told
        assert told.count("\n") == 1


def test_c18_the_trail_is_signed_off_from_the_command_line_too(path, capsys):
    said = printed(capsys, "log", path, "--reviewed", "two readers, no findings")
    assert said == "the trail is reviewed up to entry 4, saved #5\n"
    assert "reviewed the trail up to entry 4: “two readers, no findings”" in printed(capsys, "log", path)


def test_terminal_codes_of_a_name_do_not_reach_the_terminal(path, capsys):
    assert "\x1b" not in printed(capsys, "log", path)


def test_nothing_wanted_is_said(path, capsys):
    assert printed(capsys, "log", path, "--by", BIANCHI.name).endswith("\nNo entry is as wanted.\n")
    assert printed(capsys, "log", path, "--by", BIANCHI.name, "--jsonl") == ""
    assert json.loads(printed(capsys, "log", path, "--by", BIANCHI.name, "--json"))["trail"] == []
