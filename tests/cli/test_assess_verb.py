"""``hlh-tui assess``: two readings, every sensible reading, and tables that fit the kind of criteria."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from hlh_tui.cli import main
from hlh_tui.protocol.load import CRITERIA, read_bundled
from tests.assess.charts import fill, new_study
from tests.assess.courses import before, normal, patient

Capture = pytest.CaptureFixture[str]
HELD = ["bound=registry", "cyto_domains=1", "impr_cut=ge", "min_abn=standard", "missing=strict", "new_therapy_by=event"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One patient well by every criterion, one whose D-dimer stays high."""
    path = tmp_path_factory.mktemp("assess") / "s.duckdb"
    charts = {"high": patient(before(), normal(7, 10, d_dimer=900)), "well": patient(before(), normal(7, 10))}
    fill(new_study(path), charts).close()
    return path


def said(capsys: Capture, *words: object) -> str:
    assert main(["assess", *map(str, words)]) == 0
    return capsys.readouterr().out


def refused(capsys: Capture, *words: object) -> str:
    assert main(["assess", *map(str, words)]) == 2
    return capsys.readouterr().err.strip()


def test_one_set_under_two_choices(study: Path, capsys: Capture) -> None:
    out = said(capsys, study, "--against-set", "coag=both")
    assert out.startswith("left   locatelli-2020 1.1.0, default options\nright  locatelli-2020 1.1.0, coag=both\n")
    assert "CR     =1    1    .    .    2" in out
    assert "  high  CR d7 / PR d7: on day 7 the right finds PR: Coagulopathy met left" in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_variant_on_either_side(study: Path, capsys: Capture) -> None:
    found = json.loads(said(capsys, study, "--set", "variant=label", "--against-set", "variant=registry", "--json"))
    assert found["left"]["options"]["coag"] == "both"
    assert found["right"]["options"]["coag"] == "and_or"
    assert [each["patient_id"] for each in found["differences"]] == ["high"]


def test_two_sets(study: Path, capsys: Capture) -> None:
    out = said(capsys, study, "--against", "midwest-dep")
    assert "right  midwest-dep" in out
    assert "The rates of the two sets are not comparable as such" in out
    found = json.loads(said(capsys, study, "--against", "midwest-dep", "--json"))
    assert (found["comparable"], found["left"]["id"], found["right"]["id"]) == (False, "locatelli-2020", "midwest-dep")
    assert found["right"]["categories"] == ["CR", "PR", "NR", "NE"]


def test_two_versions_of_a_set_that_ask_for_the_same(study: Path, capsys: Capture) -> None:
    own = read_bundled(CRITERIA, "locatelli-2020")
    later = own.toml.replace(f'version = "{own.version}"', 'version = "9.0.0"', 1)
    beside = study.with_name("later.toml")
    beside.write_text(later.replace("value = 2000, strict", "value = 700, strict", 1), encoding="utf-8")
    out = said(capsys, study, "--against", "locatelli-2020@9.0.0")
    beside.unlink()
    assert "not comparable as such: limits or rules differ." in " ".join(out.split())


def test_every_sensible_reading(study: Path, capsys: Capture) -> None:
    held = [word for each in HELD for word in ("--set", each)]
    out = said(capsys, study, "--multiverse", *held)
    assert out.startswith("locatelli-2020 1.1.0: 8 readings (3 options with more than one")
    assert " 1 coag                         1    1  and_or / both: high" in out
    assert "high   [ ▓ 50]   ▓ 50    1" in out
    assert "1 of 2 patients have one category in every reading: CR: well." in out
    found = json.loads(said(capsys, study, "--multiverse", *held, "--json"))
    assert (found["worlds"], found["rates"]) == (8, [{"responders": 2, "worlds": 8}])


def test_a_diagnosis_is_listed_with_its_score(study: Path, capsys: Capture) -> None:
    out = said(capsys, study, "--criteria", "hscore")
    assert out.splitlines()[0].split() == [
        "patient", "result", "at", "most", "HScore", "probability", "fulfilled", "not", "unknown",
    ]  # fmt: skip
    found = json.loads(said(capsys, study, "--criteria", "hscore", "--patient", "well", "--json"))
    low, high = found["patients"][0]["by_day"][0]["score"]
    assert f"{low:g}-{high:g}" in out
    assert said(capsys, study, "--criteria", "hlh-2004").splitlines()[0].split()[:2] == ["patient", "result"]


def test_a_visit_after_what_ends_stands_in_brackets(tmp_path: Path, capsys: Capture) -> None:
    late = patient(before(), normal(3, 7, 14), events=[{"day": 7.5, "kind": "chemotherapy"}])
    path = tmp_path / "s.duckdb"
    fill(new_study(path), {"late": late}).close()
    lines = said(capsys, path).splitlines()
    assert lines[1].split()[-4:-1] == ["CR", "CR", "(CR)"]
    assert "( ): the visit does not count towards the category; --explain says why." in lines
    assert "( )" not in said(capsys, path, "--criteria", "hlh-2004")


def test_two_questions_at_once_are_refused(study: Path, capsys: Capture) -> None:
    assert "--multiverse and --against answer different questions" in refused(
        capsys, study, "--multiverse", "--against", "hlh-jak"
    )
    assert "--against is about all patients: leave out --patient and --explain" in refused(
        capsys, study, "--against", "hlh-jak", "--patient", "well"
    )
    assert "answer different questions: compare two sets of one kind" in refused(capsys, study, "--against", "hscore")


def test_wrong_words_name_what_there_is(study: Path, capsys: Capture) -> None:
    assert "--against-set foo: write it as key=value" in refused(capsys, study, "--against-set", "foo")
    assert "there is no criteria set 'nobody': choose one of" in refused(capsys, study, "--against", "nobody")
    assert "its options are bound, coag," in refused(capsys, study, "--multiverse", "--set", "bounds=label")
    assert "has no variant 'own'; its variants are" in refused(capsys, study, "--set", "variant=own")


def test_how_many_are_done_is_told_to_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from hlh_tui.cli.assess_verb import counted_off

    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    many: list[Any] = list(range(2500))
    told = Screen()
    monkeypatch.setattr(sys, "stderr", told)
    assert list(counted_off(many, 2500)) == many
    assert told.getvalue() == "\r1000/2500 patients\r2000/2500 patients\r\033[K"
    for few, stream in ((many[:13], Screen()), (many, io.StringIO())):
        monkeypatch.setattr(sys, "stderr", stream)
        assert list(counted_off(few, len(few))) == few
        assert stream.getvalue() == ""
