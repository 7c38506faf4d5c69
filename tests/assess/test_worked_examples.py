"""The worked examples of the response criteria: all six domains abnormal at baseline."""

from __future__ import annotations

from tests.assess.conftest import Assessed
from tests.assess.courses import abnormal, before, normal, panel, patient, platelet_transfusions
from tests.assess.look import best, days, item, on

FALLEN = {
    "temperature": 39.0,
    "spleen_below_margin": 2.0,
    "neutrophils": 0.9,
    "platelets": 70.0,
    "ferritin": 3500.0,
    "fibrinogen": 1.3,
    "d_dimer": 2000.0,
    "cns_involvement": 1.0,
}
"""Fever persists; spleen, counts, ferritin and coagulation have improved by 60 to 80 % without normalising."""


def test_worked_examples(assessed: Assessed) -> None:
    early, week = abnormal(3), (7, 10, 14)
    found = assessed(
        all_normal=patient(before(), early, normal(*week)),
        ferritin_5000=patient(before(), early, normal(*week, ferritin=5000)),
        day_7_alone=patient(before(), early, normal(7), abnormal(10, 14)),
        transfused=patient(before(), early, normal(*week), events=platelet_transfusions(1, 3, 5, 7, 9, 11, 13)),
        ferritin_2000=patient(before(), early, normal(*week, ferritin=2000)),
        ferritin_1999=patient(before(), early, normal(*week, ferritin=1999)),
        fever_persists=patient(before(), early, *(panel(day, FALLEN) for day in week)),
        scd25=patient(before(scd25=4000), early, normal(*week, scd25=9000)),
        no_value=patient(before()),
    )
    assert {name: best(each) for name, each in found.items()} == {
        "all_normal": ("CR", 7, 10),
        "ferritin_5000": ("PR", 7, 10),
        "day_7_alone": ("NR", None, None),
        "transfused": ("PR", 7, 10),
        "ferritin_2000": ("PR", 7, 10),
        "ferritin_1999": ("CR", 7, 10),
        "fever_persists": ("IMP", 7, 10),
        "scd25": ("PR", 7, 10),
        "no_value": ("NE", None, None),
    }
    assert days(found["all_normal"]) == [(3, "NR"), (7, "CR"), (10, "CR"), (14, "CR")]
    alone = found["day_7_alone"].best
    assert (alone.unconfirmed_category, alone.unconfirmed_day) == ("CR", 7)
    assert alone.why == "NR: no response held for 3 days; CR on day 7, not confirmed"
    assert days(found["scd25"]) == [(3, "NR"), (7, "CR"), (10, "PR"), (14, "PR")]
    assert [each.guard for each in found["scd25"].evaluations] == ["not_evaluable", "clear", "triggered", "triggered"]
    assert (found["scd25"].best.unconfirmed_category, found["scd25"].best.unconfirmed_day) == ("CR", 7)
    assert found["no_value"].evaluations == ()
    assert found["no_value"].visits == {3: None, 7: None, 14: None}


def test_the_trace_says_why_a_supported_count_does_not_count(assessed: Assessed) -> None:
    chart = patient(before(), normal(7, 10, platelets=112), events=platelet_transfusions(5))
    found = assessed(transfused=chart)["transfused"]
    platelets = item(found, 7, "platelets")
    assert (platelets.state, platelets.support) == ("not_met", "platelet transfusion on day 5")
    assert platelets.why == (
        "not met: 112 10⁹/L on day 7 is at or above 100, but platelets were transfused on day 5, within 4 days before"
        "; +180 % from 40 10⁹/L on day 0"
    )
    assert platelets.improved == "yes"
    assert on(found, 7).why == (
        "partial response: of 6 domains abnormal at baseline, 5 met (Fever, Spleen, Ferritin, Coagulopathy, CNS)"
        "; not met: Cytopenia"
    )
    assert best(found) == ("PR", 7, 10)
    assert days(found) == [(7, "PR"), (10, "CR")]
