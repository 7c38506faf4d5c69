"""What a statistician computes survival from: days and endings of every patient for every endpoint, in the export."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hlh_tui.cohort.survival.curves import survival
from hlh_tui.cohort.survival.incidence import incidence
from hlh_tui.export.dataset import export_dataset
from hlh_tui.study.models import Actor
from tests.cohort.example import add_event, add_patient, judge, new_study

WHO = Actor("s-statistician", "S. Statistician")


@pytest.fixture
def exported(tmp_path: Path):
    """A: HSCT on day 20, dies on day 40; B: dies on day 30; C: HSCT and death on day 10; D: alive; E: undecided."""
    with new_study(tmp_path) as study:
        for name, last in (("A", 40), ("B", 30), ("C", 10), ("D", 50), ("E", 60)):
            add_patient(study, name, last)
        for name, day, kind in (("A", 20, "hsct"), ("A", 40, "death"), ("B", 30, "death")):
            add_event(study, name, day, kind)
        for kind in ("hsct", "death"):
            add_event(study, "C", 10, kind)
        judge(study, "CR", "A", day=5)
        judge(study, "PR", "D")
        judge(study, "NR", "B", "C")
        yield study, export_dataset(study, tmp_path / "out", WHO).folder


def ends(folder: Path, endpoint: str) -> list[tuple[str, ...]]:
    with (folder / "data/follow_up.csv").open(encoding="utf-8", newline="") as file:
        names = ("patient_id", "counted_from", "day", "cause", "ended_by", "not_counted")
        return [tuple(row[name] for name in names) for row in csv.DictReader(file) if row["endpoint"] == endpoint]


def test_every_patient_has_an_end_for_every_endpoint(exported):
    folder = exported[1]
    assert ends(folder, "overall") == [
        ("A", "index", "40.0", "1", "death", ""),
        ("B", "index", "30.0", "1", "death", ""),
        ("C", "index", "10.0", "1", "death", ""),
        ("D", "index", "50.0", "0", "censored", ""),
        ("E", "index", "60.0", "0", "censored", ""),
    ]
    assert ends(folder, "to-hsct")[:3] == [
        ("A", "index", "20.0", "2", "hsct", ""),
        ("B", "index", "30.0", "1", "death", ""),
        ("C", "index", "10.0", "1", "death", ""),
    ]
    assert ends(folder, "relapse-free") == [
        ("A", "response", "35.0", "1", "relapse_or_progression_or_death", ""),
        ("B", "response", "", "", "", "no response"),
        ("C", "response", "", "", "", "no response"),
        ("D", "response", "", "", "", "the day of the response is not recorded"),
        ("E", "response", "", "", "", "no final category yet"),
    ]


def test_it_holds_as_many_as_the_curves_count(exported):
    study, folder = exported
    for endpoint in study.protocol.endpoints:
        counted = [row for row in ends(folder, endpoint.id) if not row[-1]]
        if endpoint.id == "fever-resolution":
            assert counted == []  # nobody has a temperature
            continue
        (curve,) = survival(study, endpoint.id).strata
        causes = incidence(study, endpoint.id).causes
        assert (len(counted), sum(row[3] == "1" for row in counted)) == (curve.n, curve.events)
        assert [sum(row[3] == str(code) for row in counted) for code in range(1, len(causes) + 1)] == [
            cause.events for cause in causes
        ]


def test_its_readme_says_what_can_be_computed_anew_and_what_not(exported):
    text = " ".join((exported[1] / "README.md").read_text(encoding="utf-8").split())
    assert 'subset(read.csv("data/follow_up.csv"), endpoint == "to-hsct" & !is.na(day))' in text
    assert "Charts (observations, exposures, events, notes) are not exported" in text
