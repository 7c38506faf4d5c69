from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Cited, Decision
from tests.review.small_study import CHARTS, MEYER, small_study

WHOLE = """\
SYNTHETIC DATA
PATIENT P05
sex: male
age: 27 years
aetiology: ebv
disease status: relapse
onset: day -40
last contact: day 200
weight: 70 kg
body surface: 1.9 m²
day 0 is the first emapalumab dose

EXPOSURES
day -5 to 20: dexamethasone 10 mg/m2 intravenous (glucocorticoid)
day 0: emapalumab 1 mg/kg
day 2, ongoing at last contact: ruxolitinib

EVENTS
day 3: transfusion, platelets
day 12 to 15: adverse event, pneumonia, grade 3, related: possible
day 200: death, cause: sepsis

OBSERVATIONS
Temperature, °C
  day -1: 39.6
  day 1: 36.8
Splenomegaly
  day -1: present
Haemoglobin, g/L
  day -1: 82 (charted 8.2 g/dL)
Ferritin, µg/L
  day -1: 8420
  day 14: 640 (charted 640 ng/mL)
  day 60: 310.5
D-dimer, µg/L FEU
  day 7: <200

NOTES
day 2, progress, Dr Chen: Fever gone since this morning.

DECISIONS IN FORCE
A. Meyer: CR complete response from day 14, confidence low
  because: D-dimer is missing later.
  under: locatelli-2020 1.1.0
  cites: ferritin on day 14: 640 µg/L
final category: CR (single)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "small.duckdb"
    ferritin = Cited("observation", 14.0, "ferritin", "640 µg/L")
    with small_study(path, charts=CHARTS) as study:
        decide(study, MEYER, Decision("P05", "CR", "D-dimer is missing later.", "low", 14, evidence=(ferritin,)))
    return path


def test_show_prints_one_fact_a_line(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(path), "P05"]) == 0
    assert capsys.readouterr().out == WHOLE


def test_show_until_a_day_leaves_out_what_came_later(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(path), "P05", "--until", "7"]) == 0
    shown = capsys.readouterr().out
    assert "shown up to day 7\n" in shown
    assert "  day 7: <200\n" in shown
    for later in ("  day 14: 640", "pneumonia", "sepsis", "310.5"):
        assert later not in shown


def test_show_says_what_is_not_there(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(path), "P02"]) == 0
    shown = capsys.readouterr().out
    assert "EVENTS\nnone\n" in shown
    assert shown.endswith("DECISIONS IN FORCE\nfinal category: none (undecided)\n")
    assert main(["show", str(path), "P77"]) == 2
    assert "there is no patient 'P77'" in capsys.readouterr().err
