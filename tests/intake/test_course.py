"""Rows that do not fit the patient's course, and the words of transfusions and growth factors."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.intake.load import import_charts
from tests.intake.conftest import READER

VALUES = "patient_id,day,analyte,value\n"
EVENTS = "patient_id,day,kind\n"
DRUGS = "patient_id,drug,start_day,drug_class\n"
TERMS = "expected platelets, red_cells, plasma or cryoprecipitate"
HINT = "does not end evaluation, because the patient has no event of kind chemotherapy after day 0"


def test_rows_after_death_are_listed(bring):
    report = bring(
        observations=VALUES + "P01,9,PLT,20\nP01,10.9,PLT,20\nP01,11,PLT,20\nP02,11,PLT,20\n",
        exposures=DRUGS + "P01,emapalumab,12,\n",
        events=EVENTS + "P01,10,death\nP01,13,infection\n",
        notes="patient_id,day,text\nP01,14,Seen.\n",
    )
    assert report.warnings == (
        "observations.csv:4 day: day 11 is after the death of the patient (day 10)",
        "exposures.csv:2 start_day: day 12 is after the death of the patient (day 10)",
        "events.csv:3 day: day 13 is after the death of the patient (day 10)",
        "notes.csv:2 day: day 14 is after the death of the patient (day 10)",
    )


def test_a_death_of_the_study_serves_later_imports(bring, study, charts):
    bring(events=EVENTS + "P01,0,death\n")
    (charts / "events.csv").unlink()
    assert bring(observations=VALUES + "P01,1,PLT,20\n").warnings == (
        "observations.csv:2 day: day 1 is after the death of the patient (day 0)",
    )


def test_the_day_of_last_contact_lasts_to_its_end(bring):
    report = bring(observations=VALUES + "P01,30.9,PLT,20\nP01,31,PLT,20\n")
    assert report.warnings == ("observations.csv:3 day: day 31 is after the last contact of the patient (day 30)",)


def test_chemotherapy_charted_as_an_exposure_alone_is_listed(bring):
    drugs = "P01,etoposide,2,Chemo-therapy\nP01,etoposide,-3,chemotherapy\nP02,etoposide,2,chemotherapy\n"
    other = "P01,etoposide,2,topoisomerase_inhibitor\nP01,etoposide,3,\n"
    report = bring(
        exposures=DRUGS + drugs + other, events=EVENTS + "P02,3,chemotherapy\nP01,-3,chemotherapy\nP01,4,hsct\n"
    )
    assert report.warnings == (
        f'exposures.csv:2 drug_class: "Chemo-therapy" from day 2 {HINT}; add one if this was additional chemotherapy',
    )


@pytest.mark.parametrize("word", ["platelet concentrate", "Apheresis Platelets", "PLT", "platelets"])
def test_what_was_transfused_has_synonyms(bring, study, word):
    bring(events="patient_id,day,kind,term\nP01,5,transfusion," + word + "\n")
    assert study.rows("SELECT term FROM event") == [("platelets",)]


def test_a_transfusion_says_what_was_given(rejected):
    rows = "P01,5,transfusion,blood product\nP01,6,transfusion,\nP01,7,infection,\n"
    assert rejected(events="patient_id,day,kind,term\n" + rows) == (
        f'events.csv:2 term: "blood product" is not known, {TERMS}',
    )


def test_a_transfusion_that_does_not_say_it_is_taken_with_a_warning(bring):
    report = bring(events="patient_id,day,kind,term\nP01,6,transfusion,\nP01,7,infection,\n")
    assert report.added["events"] == 2
    assert report.warnings == (
        "events.csv:2 term: is empty, so this transfusion counts as none of"
        " platelets, red_cells, plasma or cryoprecipitate",
    )


def test_g_csf_as_an_event(bring, study):
    bring(events=EVENTS + "P01,5,G-CSF\nP01,6,gcsf\n")
    assert study.rows("SELECT kind FROM event ORDER BY day") == [("gcsf",), ("gcsf",)]


def test_the_bundled_charts_draw_none_of_these_warnings(study):
    report = import_charts(study, Path(__file__).parents[2] / "data" / "song2024", READER)
    assert [said for said in report.warnings if "is after the" in said or "does not end" in said] == []
