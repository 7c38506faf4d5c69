"""``hlh-tui agreement``: the JSON of data-format.md, the text, and what is refused."""

from __future__ import annotations

import json

import pytest

from hlh_tui.cli import main
from tests.review.agreement.studies import BIANCHI, MEYER, again, citing, read, settle, study_of

COEFFICIENT = {"estimate", "std_error", "lower", "upper", "method", "observed", "expected", "cases", "bootstrap"}


@pytest.fixture
def path(tmp_path):
    """The second scenario of clinical.md section 7: 13 patients, PR-improvement and NR-improvement once each."""
    with study_of(tmp_path, 13) as study:
        read(study, MEYER, "CR CR CR CR PR PR PR PR IMP IMP NR NR NR", evidence=citing("ferritin"))
        read(study, BIANCHI, "CR CR CR CR IMP PR PR PR IMP IMP IMP NR NR", evidence=citing("ferritin", "fever"))
        again(study, MEYER, {"P01": "CR", "P09": "PR"})
        settle(study, {"P05": "IMP"})
    return str(tmp_path / "agreement.duckdb")


def printed(capsys, *words: str) -> str:
    assert main(list(words)) == 0
    return capsys.readouterr().out


def test_json_has_every_agreed_key_with_the_published_values(path, capsys) -> None:
    found = json.loads(printed(capsys, "agreement", path, "--json", "--reader", "A. Meyer"))
    assert found["n"] == 13
    assert found["readers"] == ["A. Meyer", "L. Bianchi"]
    values = {
        "percent": found["percent"],
        "kappa": found["cohen"]["unweighted"],
        "linear": found["cohen"]["linear"],
        "quadratic": found["cohen"]["quadratic"],
        "ac1": found["gwet"]["ac1"],
        "ac2": found["gwet"]["ac2_quadratic"],
        "alpha": found["krippendorff"]["ordinal"],
    }
    for one in (*values.values(), found["fleiss"], found["conger"], found["krippendorff"]["nominal"]):
        assert set(one) == COEFFICIENT
        assert one["lower"] <= one["estimate"] <= one["upper"] <= 1
        assert one["std_error"] > 0
    assert {name: round(one["estimate"], 4) for name, one in values.items()} == {
        "percent": 0.8462,
        "kappa": 0.7953,
        "linear": 0.8750,
        "quadratic": 0.9366,
        "ac1": 0.7955,
        "ac2": 0.9400,
        "alpha": 0.9489,
    }


def test_json_of_confusion_readers_and_bootstrap(path, capsys) -> None:
    found = json.loads(printed(capsys, "agreement", path, "--json"))
    confusion = found["confusion"]
    assert (confusion["rows"], confusion["columns"]) == ("A. Meyer", "L. Bianchi")
    assert confusion["categories"] == ["CR", "PR", "IMP", "NR"]
    assert confusion["counts"] == [[4, 0, 0, 0], [0, 3, 1, 0], [0, 0, 2, 0], [0, 0, 1, 2]]
    assert found["bootstrap"] == {"draws": 1000, "seed": 20241122, "interval": "percentile", "resampled": "cases"}
    meyer = found["by_reader"][0]
    assert (meyer["disagreement_index"]["k"], meyer["disagreement_index"]["n"]) == (1, 13)
    assert meyer["repeats"]["cases"] == 2
    assert [one["id"] for one in found["by_criterion"]] == ["ferritin", "fever"]
    assert found["disagreements"][0] == {
        "patient_id": "P05",
        "categories": {"A. Meyer": "PR", "L. Bianchi": "IMP"},
    }


def test_what_is_undefined_says_why_in_json(tmp_path, capsys) -> None:
    with study_of(tmp_path, 2) as study:
        read(study, MEYER, "CR CR")
        read(study, BIANCHI, "CR CR")
    found = json.loads(printed(capsys, "agreement", str(tmp_path / "agreement.duckdb"), "--json"))
    assert found["percent"]["estimate"] == 1.0
    assert "only one category was used (CR)" in found["krippendorff"]["nominal"]["undefined"]
    assert set(found["cohen"]["unweighted"]) == {"undefined"}


def test_an_empty_study_is_an_answer(tmp_path, capsys) -> None:
    study_of(tmp_path, 0).close()
    path = str(tmp_path / "agreement.duckdb")
    found = json.loads(printed(capsys, "agreement", path, "--json"))
    assert found["n"] == 0
    assert found["readers"] == []
    assert found["percent"] == {"undefined": "nobody has decided a case yet"}
    assert "import charts first" in printed(capsys, "agreement", path)


def test_the_text_prints_every_view_of_the_screen(path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    text = printed(capsys, "agreement", path, "--reader", "A. Meyer")
    for words in (
        "Agreement: 13 of 13 cases read by two or more",
        "Readers: A. Meyer, L. Bianchi; 26 reads.",
        "Cohen's kappa, quadratic",
        "0.544 to 1.000",
        "Confusion of the readers",
        "P05: A. Meyer PR, L. Bianchi IMP",
        "Agreement by category and outcome",
        "Agreement by criterion, as cited",
        "not on whether a criterion was met",
        "disagreement index",
        "1/13 7.7 % (1.4–33.3)",
        "Drift over time",
        "Decisions per session",
        "Readers and the proposal of the rules",
        "seed 20241122",
        "The patients of this study are synthetic.",
    ):
        assert words in text, words


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_text_keeps_to_the_terminal(path, capsys, monkeypatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    text = printed(capsys, "agreement", path)
    assert max(map(len, text.splitlines())) <= width
    assert "nan" not in text.lower().split()


def test_draws_seed_and_readers_can_be_chosen(path, capsys) -> None:
    found = json.loads(
        printed(capsys, "agreement", path, "--json", "--draws", "20", "--seed", "3", "--between", "L. Bianchi")
    )
    assert found["bootstrap"]["draws"] == 20
    assert found["readers"] == ["L. Bianchi"]
    without = json.loads(printed(capsys, "agreement", path, "--json", "--draws", "0"))
    assert without["fleiss"]["bootstrap"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--draws", "many"), "'many' is not a whole number from 0 to 100000"),
        (("--draws", "-1"), "'-1' is not a whole number"),
        (("--seed", "1.5"), "is not a whole number"),
        (("--between", "Nobody"), "'Nobody' has decided no case; those who have are A. Meyer, L. Bianchi"),
    ],
)
def test_wrong_words_are_one_sentence(path, capsys, words: tuple[str, ...], sentence: str) -> None:
    assert main(["agreement", path, *words]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1
