"""No verb tells results before a blinded study is open; every verb is known to tell them or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.cli import VERBS, main
from hlh_tui.review.conduct.phase import move_phase
from tests.review.conduct.blinded import COORDINATOR, blinded_study

RESULTS = {
    "assess": ["assess", "STUDY"],
    "assess --explain": ["assess", "STUDY", "--patient", "P05", "--explain"],
    "assess --against": ["assess", "STUDY", "--against", "marsh-2013"],
    "assess --multiverse": ["assess", "STUDY", "--multiverse"],
    "table": ["table", "STUDY", "baseline"],
    "table response": ["table", "STUDY", "response", "--json"],
    "survival": ["survival", "STUDY", "overall"],
    "survival response": ["survival", "STUDY", "overall", "--by", "response"],
    "incidence": ["incidence", "STUDY", "to-hsct"],
    "figure": ["figure", "STUDY", "response", "-o", "FILE.svg"],
    "biomarkers": ["biomarkers", "STUDY", "ferritin"],
    "sensitivity": ["sensitivity", "STUDY"],
    "reproduce": ["reproduce", "STUDY"],
    "export": ["export", "STUDY", "FOLDER"],
    "diff": ["diff", "STUDY", "1", "now"],
}
"""Verbs that tell results, as they are called."""

OTHER = {
    *("demo", "open", "new", "import", "simulate", "criteria", "decide", "show", "verify", "recover", "backup"),
    *("snapshot", "reader", "phase", "deal", "pack", "return", "merge", "sign", "seal", "unseal", "log", "replay"),
    *("redact", "compare", "minutes", "query", "agreement", "train", "cut", "lock", "unlock", "key"),
}
"""Verbs that tell none, or that have rules and tests of their own for what they tell."""


def test_every_verb_is_known_to_tell_results_or_not() -> None:
    assert set(VERBS) <= {name.split()[0] for name in RESULTS} | OTHER


@pytest.mark.parametrize("phase", ["read", "compare", "consensus"])
def test_results_are_closed_in_every_phase_but_the_last(tmp_path: Path, phase: str, capsys) -> None:
    path = tmp_path / "b.duckdb"
    with blinded_study(path) as study:
        for to in ("compare", "consensus")[: ("read", "compare", "consensus").index(phase)]:
            move_phase(study, COORDINATOR, to, "go on")
    for name, words in RESULTS.items():
        if words[0] == "diff":
            continue
        called = [str(path) if word == "STUDY" else word for word in words]
        called = [str(tmp_path / word) if word.startswith(("FILE", "FOLDER")) else word for word in called]
        assert main(called) == 2, name
        out, err = capsys.readouterr()
        assert out == "", name
        assert f"closed while the study is in phase {phase}" in err, (name, err)
    assert sorted(each.name for each in tmp_path.iterdir() if not each.name.startswith("b.")) == []


def test_an_open_study_tells_them(tmp_path: Path, capsys) -> None:
    path = tmp_path / "b.duckdb"
    with blinded_study(path) as study:
        for to in ("compare", "consensus", "open"):
            move_phase(study, COORDINATOR, to, "go on")
    assert main(["table", str(path), "response"]) == 0
    assert main(["assess", str(path)]) == 0
    assert main(["survival", str(path), "overall"]) == 0
    assert "closed while" not in "".join(capsys.readouterr())
