"""``hlh-tui survival`` and ``hlh-tui table`` as typed."""

import json

import pytest

from hlh_tui.cli import main
from tests.cohort.example import EXAMPLE_A, example_a, judge


@pytest.fixture
def path(tmp_path):
    with example_a(tmp_path) as study:
        judge(study, "CR", "c2", "c3", "h3")
        judge(study, "NR", "d2", "d3", "d4", "h4")
        return study.path


def test_survival_says_the_published_figure_with_its_method(path, capsys):
    assert main(["survival", str(path), "to-hsct", "--at", "60.875"]) == 0
    out = capsys.readouterr().out
    assert "all patients: 13 patients, 4 events, 9 censored" in out
    assert "median NR, 95 % interval 27 to NR" in out
    assert "  60.875        7    72.9 %      13.5 %    36.8–90.5 %" in out
    assert "log-log" in out


def test_survival_by_response_starts_at_day_14(path, capsys):
    assert main(["survival", str(path), "overall", "--by", "response", "--at", "152.1875"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Overall survival by response, from the landmark on day 14\n")
    assert "response: 3 patients, 1 event, 2 censored" in out
    assert "log-rank test: chi-squared" in out
    assert "no final category yet: c4, d1, h1, h2, h5." in " ".join(out.split())


def test_survival_as_json(path, capsys):
    assert main(["survival", str(path), "overall", "--at", "152.1875", "300", "--ci", "log", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["endpoint"], found["ci_method"], found["logrank"]) == ("overall", "log", None)
    five_months, later = found["strata"][0]["estimates"]
    assert (round(five_months["lower"], 3), round(five_months["upper"], 3)) == (0.222, 0.889)
    assert later == {
        "day": 300.0,
        "at_risk": 0,
        "survival": None,
        "std_error": None,
        "lower": None,
        "upper": None,
    }


def test_an_unknown_endpoint_is_one_sentence_and_exit_2(path, capsys):
    assert main(["survival", str(path), "os"]) == 2
    err = capsys.readouterr().err
    assert err.startswith(
        "hlh-tui survival: protocol song-2024 has no endpoint 'os': choose one of overall, to-hsct, event-free, "
    )


def test_incidence_as_text_and_json(path, capsys):
    assert main(["incidence", str(path), "to-hsct", "--at", "60.875"]) == 0
    out = capsys.readouterr().out
    assert "  60.875        7       3     25.0 %      12.5 %     6.0–50.5 %          27.1 %" in out
    assert main(["incidence", str(path), "to-hsct", "--at", "60.875", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [round(cause["estimates"][0]["cif"], 3) for cause in found["causes"]] == [0.25, 0.167]
    assert main(["incidence", str(path), "death"]) == 2
    assert "has no endpoint 'death': choose one of overall, to-hsct" in capsys.readouterr().err


def test_the_naive_comparison_is_printed_behind_its_warning(path, capsys):
    assert main(["survival", str(path), "overall", "--by", "response", "--method", "naive"]) == 0
    assert capsys.readouterr().out.startswith("WARNING, naive comparison: responders are credited")
    assert main(["survival", str(path), "overall", "--by", "response", "--rmst", "100", "--stratify", "response"]) == 2
    assert "stratify by a baseline column" in capsys.readouterr().err


def test_tables_as_text_csv_and_json(path, capsys):
    assert main(["table", str(path), "baseline"]) == 0
    assert capsys.readouterr().out.startswith("Baseline characteristics\n")
    assert main(["table", str(path), "response", "--csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == f"Patients,,{len(EXAMPLE_A)},{len(EXAMPLE_A)}"
    assert main(["table", str(path), "response", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["columns"] == ["Overall", "missing"]
    assert main(["table", str(path), "safety"]) == 2
    assert "choose one of baseline, " in capsys.readouterr().err
