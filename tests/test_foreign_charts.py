"""Charts that nobody built for this program: the North Central Cancer Treatment Group lung cancer data.

Reference values: R 4.2.2, survival 3.5.3 (Loprinzi et al. J Clin Oncol 1994;12:601-607 describe the data).
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from hlh_tui.cli import main


@pytest.fixture(scope="module")
def lung(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lung data as a folder of canonical charts: 228 patients, 165 deaths, weight loss as a note."""
    from lifelines.datasets import load_lung

    folder = tmp_path_factory.mktemp("lung") / "charts"
    folder.mkdir()
    frame = load_lung()
    patients, events, notes = [], [], []
    for number, row in enumerate(frame.to_dict("records"), start=1):
        patient_id = f"L{number:03d}"
        ecog = row["ph.ecog"]
        patients.append(
            {
                "patient_id": patient_id,
                "sex": {1: "male", 2: "female"}[int(row["sex"])],
                "age_years": int(row["age"]),
                "last_contact_day": int(row["time"]),
                "ecog": "" if ecog != ecog else str(int(ecog)),
            }
        )
        if int(row["status"]) in (1, 2) and row["status"] == frame["status"].max():
            events.append({"patient_id": patient_id, "day": int(row["time"]), "kind": "death"})
        if row["wt.loss"] == row["wt.loss"]:
            notes.append({"patient_id": patient_id, "day": 0, "text": f"weight loss [kg] {row['wt.loss']:g}"})
    for name, rows in (("patients", patients), ("events", events), ("notes", notes)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def study(lung: Path) -> Path:
    """A study with the lung charts imported."""
    path = lung.parent / "lung.duckdb"
    assert main(["new", str(path), "--reader", "Statistician"]) == 0
    assert main(["import", str(path), str(lung), "--reader", "Statistician"]) == 0
    return path


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    capsys.readouterr()
    assert main(list(words)) == 0
    return json.loads(capsys.readouterr().out)


def test_overall_survival_equals_r(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = answer(
        capsys, "survival", str(study), "overall", "--at", "180", "--at", "365", "--at", "730", "--ci", "log", "--json"
    )
    (everybody,) = result["strata"]
    assert (everybody["n"], everybody["events"], everybody["censored"]) == (228, 165, 63)
    assert everybody["median"] == pytest.approx({"estimate": 310, "lower": 285, "upper": 363})
    half_year, year, two_years = everybody["estimates"]
    assert half_year["survival"] == pytest.approx(0.721671, abs=1e-6)
    assert (half_year["lower"], half_year["upper"]) == pytest.approx((0.665542, 0.782533), abs=1e-6)
    assert half_year["at_risk"] == 160
    assert year["survival"] == pytest.approx(0.409242, abs=1e-6)
    assert two_years["survival"] == pytest.approx(0.115693, abs=1e-6)


def test_log_log_limits_are_the_default(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = answer(capsys, "survival", str(study), "overall", "--at", "365", "--json")
    assert result["ci_method"] == "log-log"
    (estimate,) = result["strata"][0]["estimates"]
    assert (estimate["lower"], estimate["upper"]) == pytest.approx((0.338714, 0.478381), abs=1e-6)


def test_log_rank_by_sex_equals_r(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = answer(capsys, "survival", str(study), "overall", "--by", "sex", "--json")
    assert result["logrank"] == pytest.approx({"chi2": 10.326742, "df": 1, "p": 0.00131116}, abs=1e-6)
    medians = {stratum["label"]: stratum["median"]["estimate"] for stratum in result["strata"]}
    assert sorted(medians.values()) == [270, 426]


def test_importing_again_adds_nothing(study: Path, lung: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["import", str(study), str(lung), "--reader", "Statistician"]) == 0
    said = capsys.readouterr().out
    assert "228" in said
    assert answer(capsys, "survival", str(study), "overall", "--json")["strata"][0]["n"] == 228


def test_the_export_holds_every_patient_and_the_decision(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["decide", str(study), "L001", "NE", "--reader", "Statistician", "--reason", "no HLH criteria were charted"]
    assert main(words) == 0
    assert main(["export", str(study), str(tmp_path / "out"), "--reader", "Statistician"]) == 0
    with (tmp_path / "out" / "data" / "patients.csv").open(encoding="utf-8", newline="") as file:
        patients = list(csv.DictReader(file))
    assert len(patients) == 228
    assert sum(row["sex"] == "female" for row in patients) == 90
    with (tmp_path / "out" / "data" / "final.csv").open(encoding="utf-8", newline="") as file:
        final = {row["patient_id"]: row for row in csv.DictReader(file)}
    assert final["L001"]["category"] == "NE"
    assert final["L001"]["source"] == "single"
    assert final["L002"]["category"] == ""
