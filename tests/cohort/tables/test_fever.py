"""Fever: 12 of 13 within 48 hours in the paper, and every way in which it can be unknown."""

import pytest

from hlh_tui.cohort.tables.table import table
from tests.cohort.example import add_patient, new_study
from tests.cohort.tables.charts import at, observe


def test_twelve_of_thirteen_within_48_hours(paper):
    found = table(paper, "fever", "prior_treatment")
    cell = at(found, "resolved within 48 h")
    assert (cell.n, cell.denominator, cell.text) == (12, 13, "12/13 92.3 % (64.0–99.8)")
    assert cell.wilson == pytest.approx((0.667, 0.986), abs=5e-4)
    assert at(found, "not resolved by day 7").patients == ("P12",)
    assert [at(found, "resolved within 48 h", name).text[:3] for name in found.columns[1:]] == ["8/8", "4/5"]
    assert at(found, "P12").text == "never resolved"
    assert at(found, "P12", "previously treated").text == ""


def temperatures(study, patient, *readings, last=100):
    """Readings as (hour, °C) pairs."""
    add_patient(study, patient, last)
    for hour, value in readings:
        observe(study, patient, round(hour / 24, 4), "temperature", value, unit="Cel")


def test_each_state_of_knowledge_is_told_apart(tmp_path):
    with new_study(tmp_path) as study:
        temperatures(study, "in time", (-6, 39), (24, 38), (48, 37.4), (60, 36.8), (160, 37))
        temperatures(study, "later", (-6, 39), (24, 38), (48, 37.5), (60, 36.8), (160, 37))
        temperatures(study, "again", (-6, 39), (20, 37), (100, 38.2), (120, 36.9))
        temperatures(study, "never", (-6, 39), (24, 38), (60, 38.5))
        temperatures(study, "none", (-6, 37.2), (24, 37), (60, 36.8))
        temperatures(study, "too old", (-30, 39), (24, 37), (60, 36.8))
        temperatures(study, "short", (-6, 39), (20, 37.0))
        temperatures(study, "after day 7", (-6, 39), (20, 37.0), (150, 37), (200, 39))
        add_patient(study, "silent", 100)
        found = table(study, "fever", None)
    shown = {row.level: row.cells[0].text for row in found.rows if row.label == "Hours to resolution" and row.level}
    assert shown == {
        "in time": "48 h",
        "later": "60 h",
        "again": "120 h",
        "never": "never resolved",
        "none": "no fever before treatment",
        "too old": "not known",
        "short": "not known",
        "after day 7": "20 h",
        "silent": "not known",
    }
    assert at(found, "resolved within 48 h").text.startswith("2/5 40.0 %")
    assert at(found, "resolved later").patients == ("again", "later")
    assert at(found, "hours to resolution, median (IQR)").text == "54 (41–75) n = 4/5"
    assert at(found, "No fever before treatment").text == "1/9"
    assert at(found, "Not known: temperatures missing").patients == ("short", "silent", "too old")


def test_a_reading_known_only_by_a_bound(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 100)
        for day, value, comparator in ((-0.2, 39, ">"), (1, 37.5, "<"), (3, 37, "<")):
            observe(study, "A", day, "temperature", value, comparator, "Cel")
        assert at(table(study, "fever", None), "A").text == "24 h"
