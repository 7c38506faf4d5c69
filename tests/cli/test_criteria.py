"""``hlh-tui criteria``: what a user types and reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hlh_tui.cli import main
from hlh_tui.protocol.load import CRITERIA, STUDIES, bundled, read_bundled
from tests.cli.worked_examples import write_charts
from tests.made_once import made_once

Capture = pytest.CaptureFixture[str]
OWN = read_bundled(CRITERIA, "locatelli-2020")


def changed(*pairs: tuple[str, str], version: str = "9.0.0") -> str:
    text = OWN.toml.replace(f'version = "{OWN.version}"', f'version = "{version}"', 1)
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


STRICTER = changed(("value = 2000, strict", "value = 700, strict"))


@pytest.fixture
def study(tmp_path: Path, capsys: Capture) -> Path:
    """The worked examples, with a decision of A. Meyer on two of them."""
    path = made_once("worked examples, two decided", tmp_path / "ward.duckdb", make_study)
    capsys.readouterr()
    return path


def make_study(path: Path) -> None:
    charts = write_charts(path.with_name("charts"))
    assert main(["new", str(path), "--reader", "A. Meyer"]) == 0
    assert main(["import", str(path), str(charts), "--reader", "A. Meyer"]) == 0
    for patient, category in (("normal", "CR"), ("ferritin-1999", "CR")):
        assert main(["decide", str(path), patient, category, "--reason", "why", "--reader", "A. Meyer"]) == 0


def said(capsys: Capture, *words: str | Path, code: int = 0) -> str:
    assert main(["criteria", *map(str, words)]) == code
    out, err = capsys.readouterr()
    assert err == ""
    assert max(map(len, out.splitlines())) <= 80 or "--json" in words
    return out


def json_of(capsys: Capture, *words: str | Path, code: int = 0) -> Any:
    return json.loads(said(capsys, *words, "--json", code=code))


def refusal(capsys: Capture, *words: str | Path) -> str:
    assert main(["criteria", *map(str, words)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err.removeprefix("hlh-tui criteria: ").rstrip("\n")


def test_the_bundled_sets_are_listed(capsys: Capture) -> None:
    out = said(capsys)
    assert all(f"{each} " in out for each in bundled(CRITERIA))
    found = json_of(capsys)
    assert [each["id"] for each in found["criteria"]] == bundled(CRITERIA)
    assert set(found["criteria"][0]) == {"id", "version", "title", "kind", "hash", "where", "file"}
    assert found["unusable"] == []


def test_a_bad_file_beside_the_study_is_listed_with_its_error(study: Path, capsys: Capture) -> None:
    study.with_name("bad.toml").write_text("id = ")
    study.with_name("ward.toml").write_text(changed(('id = "locatelli-2020"', 'id = "ward-7"')))
    found = json_of(capsys, "--study", study)
    assert [(each["id"], each["where"]) for each in found["criteria"][:2]] == [
        ("locatelli-2020", "adopted"),
        ("ward-7", "beside the study"),
    ]
    assert [each["file"] for each in found["unusable"]] == ["bad.toml"]
    assert "not usable:\n  bad.toml: not valid TOML" in said(capsys, "--study", study)


def test_a_set_is_printed_with_the_reading_of_the_study(study: Path, capsys: Capture) -> None:
    out = said(capsys, "locatelli-2020", "--study", study)
    assert "Ferritin (ferritin): met if <2000 µg/L\n    source: label, registry [S]" in out
    assert "[G-] uncertain general knowledge" in out
    assert f"IN {study.name}\nbound=registry\n" in out
    found = json_of(capsys, "hscore")
    assert found["criteria"]["kind"] == "diagnosis"
    assert (found["confidence"]["S"], found["reading"]) == ("read in the source", None)


def test_adopting_says_which_proposals_change_and_which_decisions_are_stale(study: Path, capsys: Capture) -> None:
    file = study.with_name("stricter.toml")
    file.write_text(STRICTER)
    found = json_of(capsys, "adopt", study, file, "--reader", "B. Ito", "--reason", "ferritin below 700")
    assert found["criteria"]["version"] == "9.0.0"
    assert found["changed"] == [{"patient_id": "ferritin-1999", "before": "CR", "after": "PR"}]
    assert [(one["patient_id"], one["reader"], one["category"]) for one in found["stale"]] == [
        ("ferritin-1999", "a-meyer", "CR"),
        ("normal", "a-meyer", "CR"),
    ]
    assert found["stale"][0]["criteria"]["version"] == OWN.version
    out = said(capsys, "stale", study)
    decisions = "    ferritin-1999  CR  A. Meyer, #4\n    normal  CR  A. Meyer, #3\n"
    assert f"  locatelli-2020 {OWN.version}, now 9.0.0 (2):\n{decisions}" in out
    assert main(["verify", str(study)]) == 0
    capsys.readouterr()
    assert "no decision is stale" in said(capsys, "adopt", study, f"locatelli-2020@{OWN.version}", "--reason", "back")


def test_the_words_may_stand_after_the_options(study: Path, capsys: Capture) -> None:
    file = study.with_name("stricter.toml")
    file.write_text(STRICTER)
    assert said(capsys, "adopt", "--reason", "why", "--reader", "B. Ito", study, file).startswith("saved #5 ")


def test_setting_an_option_keeps_the_others_and_a_variant_stands_for_all(study: Path, capsys: Capture) -> None:
    json_of(capsys, "set", study, "missing=best", "--reason", "why")
    found = json_of(capsys, "set", study, "coag=both", "--reason", "why")
    assert (found["criteria"]["options"]["missing"], found["criteria"]["options"]["coag"]) == ("best", "both")
    assert [one["why"] for one in found["stale"]] == ["coag and_or, now both; missing strict, now best"] * 2
    assert "no decision is stale" in said(capsys, "set", study, "--defaults", "--reason", "back")
    assert json_of(capsys, "stale", study) == {"stale": []}
    assert main(["assess", str(study), "--patient", "normal"]) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["adopt", "STUDY", "locatelli-2020"], "the log needs a reason; add --reason"),
        (["adopt", "STUDY", "--reason", "x"], "adopt needs STUDY and FILE|ID;"),
        (["adopt", "STUDY", "nothing", "--reason", "x"], "there is no criteria set 'nothing': choose one of "),
        (["adopt", "STUDY", "locatelli-2020", "--reason", "x"], "is in force in ward.duckdb already"),
        (["adopt", "STUDY", "hscore", "--reason", "x"], "hscore 1.0.0 is a set for diagnosis"),
        (["set", "STUDY", "--reason", "x"], 'my.duckdb missing=locf3 --reason "charts have gaps"'),
        (["set", "STUDY", "missing", "--reason", "x"], "'missing': write an option as key=value"),
        (["set", "STUDY", "missing=no", "--reason", "x"], "option missing of locatelli-2020 cannot be 'no'"),
        (["set", "STUDY", "missing=strict", "--reason", "x"], "reads locatelli-2020 so already"),
        (["hscore", "ohi"], "'hscore' takes no further words: give one ID, or one of adopt, set, stale, check"),
        (["locatelli-2020@7"], f"there is no version '7' of locatelli-2020: choose locatelli-2020@{OWN.version}"),
        (["check", "nothing"], "there is no file and no bundled set 'nothing': name a TOML file or a set of"),
        (["--reason", "x"], "--reason says nothing here: leave out --reason"),
        (["check", "ohi", "--defaults"], "--defaults says nothing here"),
        (["stale", "STUDY", "--study", "STUDY"], "--study says nothing here: the study is named after the word"),
        (["hskore"], "there is no criteria set 'hskore': choose one of "),
        (["check", "nothing.toml"], "nothing.toml: cannot be read (No such file or directory)"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(study: Path, capsys: Capture, words: list[str], message: str) -> None:
    assert message in refusal(capsys, *(str(study) if word == "STUDY" else word for word in words))


WRONG = {
    "syntax": (b"id = ", "not valid TOML"),
    "utf8": (b"\xff\xfe", "not UTF-8 text (byte 0); save it as UTF-8"),
    "empty": (b"", "key 'id' is missing; give it as text"),
    "key": (changed(('unit = "Cel"', 'unti = "Cel"')).encode(), "items.fever: there is no key 'unti'; use one of"),
    "type": (
        changed(("value = 2000", 'value = "2000"')).encode(),
        "items.ferritin.limit.value: give a number, not text",
    ),
    "word": (changed(('pick = "worst"', 'pick = "first"')).encode(), "items.fever.pick: 'first' is not allowed; use"),
    "analyte": (
        changed(('["ferritin"]', '["ferrritin"]')).encode(),
        "items.ferritin.analytes: 'ferrritin' is not known",
    ),
    "missing": (changed(("\ntitle =", "\n#title =")).encode(), "key 'title' is missing"),
    "path": (
        changed(('"domains.coagulopathy.met"', '"domains.clotting.met"')).encode(),
        "options.coag: choice 'both': options set 'domains.clotting.met', but there is no 'clotting' in domains",
    ),
    "deep": (b"id = " + b"[" * 5000 + b"]" * 5000, "its brackets are nested too deeply; correct the file"),
    "study": (read_bundled(STUDIES, "song-2024").toml.encode(), "this is a study protocol, not a criteria set"),
    "categories": (changed(('id = "NR"', 'id = "SD"')).encode(), "has the category SD, which the protocol song-2024"),
    "version": (
        changed(("value = 2000, strict", "value = 700, strict"), version=OWN.version).encode(),
        "is already the name of another text",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_named_with_its_key_and_what_is_allowed(study: Path, capsys: Capture, name: str) -> None:
    content, message = WRONG[name]
    file = study.with_name(f"{name}.toml")
    file.write_bytes(content)
    sentence = refusal(capsys, "adopt", study, file, "--reason", "why")
    assert sentence.startswith(f"{name}.toml: ")
    assert message in sentence
    assert json_of(capsys, "stale", study) == {"stale": []}


def test_the_name_of_a_set_moves_no_cursor(study: Path, capsys: Capture) -> None:
    file = study.with_name("own.toml")
    file.write_text(changed(('id = "locatelli-2020"', 'id = "a\\u001b[31mred"')))
    said_no = refusal(capsys, "adopt", study, file, "--reason", "why")
    assert "'a\\x1b[31mred' is not a name" in said_no
    assert "\x1b" not in said_no


def test_a_folder_is_no_criteria_set(study: Path, capsys: Capture) -> None:
    assert "cannot be read (Is a directory)" in refusal(capsys, "adopt", study, study.parent, "--reason", "why")


EXAMPLE = """
[[patients]]
id = "one"
says = "ferritin 10 000, then 640"
observations = [[0, "ferritin", 10000], [7, "ferritin", 640], [10, "ferritin", 640]]
[patients.expected]
best = "NR"
items = { "7" = { ferritin = "STATE" } }
"""


def test_checking_a_file_says_what_differs(tmp_path: Path, capsys: Capture) -> None:
    file, patients = tmp_path / "own.toml", tmp_path / "patients.toml"
    file.write_text(STRICTER)
    assert "no example patients" in said(capsys, "check", file)
    patients.write_text(EXAMPLE.replace("STATE", "met"))
    assert said(capsys, "check", file, "--examples", patients).endswith("\n1 of 1 example patients as expected\n")
    patients.write_text(EXAMPLE.replace("STATE", "not_met"))
    out = said(capsys, "check", file, "--examples", patients, code=1)
    assert "differs  one: ferritin 10 000, then 640\n    ferritin on day 7 is met, expected not_met" in out
    found = json_of(capsys, "check", file, "--examples", patients, code=1)
    assert [(each["id"], each["ok"]) for each in found["examples"]] == [("one", False)]
    (tmp_path / "examples").mkdir()
    patients.rename(tmp_path / "examples" / "locatelli-2020.toml")
    assert "0 of 1 example patients" in said(capsys, "check", file, code=1)
