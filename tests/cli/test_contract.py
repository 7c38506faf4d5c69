"""The command line against the chart format's contract: JSON objects, exit codes, one sentence on stderr."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hlh_tui.cli import VERBS, main
from tests.cli.worked_examples import write_charts

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worked")
    study = folder / "worked examples ü.duckdb"
    assert main(["new", str(study), "--reader", "A. Meyer"]) == 0
    assert main(["import", str(study), str(write_charts(folder / "charts")), "--reader", "A. Meyer"]) == 0
    return study


def object_of(capsys: Capture, *words: str | Path, code: int = 0) -> Any:
    capsys.readouterr()
    assert main([str(word) for word in words]) == code
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return json.loads(out)


def refusal(capsys: Capture, *words: str | Path) -> str:
    """The one sentence on stderr of a command that is refused with exit code 2 and prints nothing else."""
    capsys.readouterr()
    assert main([str(word) for word in words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err.rstrip("\n")


def test_the_worked_examples_by_the_command_line(examples: Path, capsys: Capture) -> None:
    found = object_of(capsys, "assess", examples, "--json")
    best = {each["patient_id"]: each["best"] for each in found["patients"]}
    assert {name: (each["category"], each["day"], each["confirmed_day"]) for name, each in best.items()} == {
        "normal": ("CR", 7, 10),
        "ferritin-5000": ("PR", 7, 10),
        "day-7-alone": ("NR", None, None),
        "transfused": ("PR", 7, 10),
        "ferritin-2000": ("PR", 7, 10),
        "ferritin-1999": ("CR", 7, 10),
        "fever-persists": ("IMP", 7, 10),
        "scd25": ("PR", 7, 10),
        "no-value": ("NE", None, None),
    }
    assert best["day-7-alone"]["why"].endswith("CR on day 7, not confirmed")
    by_day = {
        each["patient_id"]: [(day["day"], day["category"]) for day in each["by_day"]] for each in found["patients"]
    }
    assert by_day["scd25"] == [(7, "CR"), (10, "PR"), (14, "PR")]
    assert by_day["no-value"] == []


def test_assess_has_the_keys_of_the_contract(examples: Path, capsys: Capture) -> None:
    found = object_of(capsys, "assess", examples, "--patient", "fever-persists", "--json")
    assert found["criteria"] | {"hash": "", "options": {}} == {
        "id": "locatelli-2020",
        "version": "1.1.0",
        "hash": "",
        "options": {},
    }
    assert len(found["criteria"]["hash"]) == 64
    (patient,) = found["patients"]
    day = patient["by_day"][0]
    assert (day["day"], day["category"]) == (7, "IMP")
    items = {item["id"]: item for item in day["items"]}
    keys = ("baseline", "value", "value_day", "unit", "limit", "change_pct", "state", "abnormal_at_baseline")
    ferritin = {key: items["ferritin"][key] for key in keys}
    assert ferritin == {
        "baseline": 10000,
        "value": 3500,
        "value_day": 7,
        "unit": "ug/L",
        "limit": "<2000",
        "change_pct": -65,
        "state": "not_met",
        "abnormal_at_baseline": True,
    }
    assert items["ferritin"]["why"].startswith("not met: 3500 µg/L on day 7")


def test_missing_values_are_null(tmp_path: Path, capsys: Capture) -> None:
    study = one_patient(tmp_path)
    overall = object_of(capsys, "survival", study, "overall", "--at", "10", "60", "--json")
    nothing = {"estimate": None, "lower": None, "upper": None}
    beyond = {"day": 60, "at_risk": 0, "survival": None, "std_error": None, "lower": None, "upper": None}
    at_10 = {"day": 10, "at_risk": 1, "survival": 1, "std_error": 0, "lower": 1, "upper": 1}
    stratum = {"label": "all patients", "n": 1, "events": 0, "censored": 1, "median": nothing}
    (found,) = overall["strata"]
    assert {key: found[key] for key in (*stratum, "estimates")} == stratum | {"estimates": [at_10, beyond]}
    assert found["quartiles"] == [nothing, nothing, nothing]
    assert (found["follow_up"]["range"], found["restricted_mean"]) == ([30, 30], None)
    assert list(overall)[:4] == ["endpoint", "ci_method", "strata", "logrank"]
    assert [overall[key] for key in ("endpoint", "ci_method", "logrank", "hazard_ratio")] == [
        "overall", "log-log", None, None
    ]  # fmt: skip
    (patient,) = object_of(capsys, "assess", study, "--json")["patients"]
    assert (patient["best"]["category"], patient["best"]["day"], patient["by_day"]) == ("NE", None, [])


def test_tables_give_percent_and_its_limits_on_one_scale(tmp_path: Path, capsys: Capture) -> None:
    study = one_patient(tmp_path)
    assert main(["decide", str(study), "A", "CR", "--reader", "A. Meyer"]) == 0
    found = object_of(capsys, "table", study, "response", "--json")
    cell = next(row for row in found["rows"] if row["level"] == "complete response")["cells"][0]
    assert cell == {
        "text": "1/1 100.0 % (2.5–100.0)",
        "n": 1,
        "denominator": 1,
        "pct": 100,
        "lower": pytest.approx(2.5),
        "upper": 100,
        "values": [],
        "patients": ["A"],
        "wilson_lower": pytest.approx(20.65, abs=5e-3),
        "wilson_upper": 100,
    }


def test_verify_and_import_report(tmp_path: Path, capsys: Capture) -> None:
    study = one_patient(tmp_path)
    verified = object_of(capsys, "verify", study, "--json")
    assert verified | {"head": ""} == {"ok": True, "entries": 2, "head": "", "first_bad_seq": None, "problems": []}
    (tmp_path / "charts/observations.csv").write_text("patient_id,day,analyte,value\nA,1,unobtainium,3\n")
    nothing = {"patients": 0, "observations": 0, "exposures": 0, "events": 0, "notes": 0}
    assert object_of(capsys, "import", study, tmp_path / "charts", "--json", code=1) == {
        "added": nothing,
        "already": nothing,
        "warnings": [],
        "rejected": [
            'observations.csv:2 analyte: "unobtainium" is not a known analyte,'
            " expected an id, a synonym or a LOINC code"
        ],
    }


@pytest.mark.parametrize("verb", ["agreements", "reproduced", "--bogus", ""])
def test_a_verb_that_is_not_there(verb: str, capsys: Capture) -> None:
    assert refusal(capsys, verb, "s.duckdb") == f"hlh-tui: there is no verb {verb!r}; hlh-tui --help lists them"


@pytest.mark.parametrize("verb", VERBS)
def test_wrong_words_are_one_sentence_and_help_is_help(verb: str, capsys: Capture) -> None:
    said = refusal(capsys, verb, "--bogus", "x", "y", "z", "w", "v")
    assert said.startswith(f"hlh-tui {verb}: ")
    assert said.endswith(f"; hlh-tui {verb} --help explains it")
    for words in ([verb, "--help"], ["help", verb]):
        with pytest.raises(SystemExit) as left:
            main(words)
        assert left.value.code == 0
        assert capsys.readouterr().out.startswith(f"usage: hlh-tui {verb} ")


@pytest.mark.parametrize("words", ["assess @", "verify @ --json", "table @ baseline", "show @ A", "snapshot @"])
def test_a_study_that_is_none(words: str, tmp_path: Path, capsys: Capture) -> None:
    text, empty, folder, none = (tmp_path / f"{name}.duckdb" for name in ("text", "empty", "folder", "none"))
    text.write_text("not a study\n")
    empty.touch()
    folder.mkdir()

    def said(study: Path) -> str:
        return refusal(capsys, *(study if word == "@" else word for word in words.split()))

    assert f"{text} is not a DuckDB file" in said(text)
    assert f"{empty} is not a DuckDB file" in said(empty)
    assert f"{folder} is not a file" in said(folder)
    assert f"there is no study at {none}" in said(none)


def test_an_empty_study(tmp_path: Path, capsys: Capture) -> None:
    study = tmp_path / "empty.duckdb"
    assert main(["new", str(study)]) == 0
    assert object_of(capsys, "assess", study, "--json")["patients"] == []
    assert object_of(capsys, "table", study, "baseline", "--json")["rows"][0]["cells"][0]["n"] == 0
    assert refusal(capsys, "survival", study, "overall").endswith("has no patients yet: import charts first")
    assert main(["assess", str(study), "--explain"]) == 0
    assert capsys.readouterr().out.startswith("empty.duckdb has no patients yet: import charts first\n")


@pytest.mark.parametrize("text", ["nan", "inf", "1_0", "5,5", "٣", "day 5", ""])
@pytest.mark.parametrize(
    "words",
    ["survival @ overall --at", "incidence @ to-hsct --at", "decide @ A NR --reason x --day", "show @ A --until"],
)
def test_a_day_is_a_number_as_in_the_charts(words: str, text: str, tmp_path: Path, capsys: Capture) -> None:
    study = one_patient(tmp_path)
    said = refusal(capsys, *(study if word == "@" else word for word in words.split()), text)
    assert f"{text!r} is not a day, give a number such as 7 or 1.5; hlh-tui {words.split()[0]} --help" in said


def test_demo_without_a_terminal_makes_nothing(tmp_path: Path, capsys: Capture) -> None:
    demo = tmp_path / "demo.duckdb"
    assert "the app needs a terminal" in refusal(capsys, "demo", demo)
    assert list(tmp_path.iterdir()) == []
    assert main(["demo", str(demo), "--no-app"]) == 0
    assert capsys.readouterr().out == f"{demo}: 13 synthetic patients, 5017 observations\n"
    assert main(["demo", str(demo), "--no-app"]) == 0
    assert "is there already and is left as it is" in capsys.readouterr().out


def one_patient(folder: Path) -> Path:
    """A study of one patient, A, followed to day 30, without an observation."""
    charts = folder / "charts"
    charts.mkdir()
    (charts / "patients.csv").write_text("patient_id;last_contact_day\nA;30\n")
    study = folder / "one.duckdb"
    assert main(["new", str(study)]) == 0
    assert main(["import", str(study), str(charts)]) == 0
    return study
