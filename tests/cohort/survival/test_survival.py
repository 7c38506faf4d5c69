"""Survival of a study: Example A, divisions, landmark by hand, refusals."""

import time

import pytest

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.curves import survival
from hlh_tui.cohort.survival.curves_json import survival_json
from hlh_tui.cohort.survival.models import RiskCount
from hlh_tui.cohort.survival.risk import risk_counts
from tests.cohort.example import add_event, add_patient, example_a, judge, new_study


@pytest.fixture
def study(tmp_path):
    with example_a(tmp_path) as study:
        yield study


def percent(value):
    return round(100 * value, 1)


def test_survival_to_hsct_is_72_9_at_two_months(study):
    result = survival(study, "to-hsct", at=(60.875, 152.1875))
    (stratum,) = result.strata
    two, five = stratum.estimates
    assert (percent(two.survival), percent(two.lower), percent(two.upper)) == (72.9, 36.8, 90.5)
    assert percent(five.survival) == 54.7
    assert (stratum.label, stratum.n, stratum.events, stratum.censored) == ("all patients", 13, 4, 9)
    assert [(step.at_risk, step.day) for step in stratum.steps if step.events] == [(12, 18), (11, 27), (8, 55), (4, 95)]
    assert result.logrank is None


def test_overall_survival_is_44_4_at_five_months(study):
    (stratum,) = survival(study, "overall", at=(60.875, 152.1875)).strata
    two, five = stratum.estimates
    assert percent(two.survival) == 75.0
    assert (percent(five.survival), percent(five.lower), percent(five.upper)) == (44.4, 14.9, 70.8)
    ladder = [step.at_risk for step in stratum.steps if step.events]
    assert ladder == [12, 11, 10, 9, 6, 5]
    assert (stratum.median.estimate, stratum.median.lower, stratum.median.upper) == (152, 27, None)


@pytest.mark.parametrize(("ci", "limits"), [("plain", (46.4, 99.5)), ("log", (50.7, 100.0)), ("log-log", (36.8, 90.5))])
def test_the_three_intervals_at_two_months(study, ci, limits):
    result = survival(study, "to-hsct", at=(60.875,), ci=ci)
    ((estimate,),) = (stratum.estimates for stratum in result.strata)
    assert (percent(estimate.lower), percent(estimate.upper)) == limits
    assert result.ci_method == ci
    assert any(f"95 % intervals by the {ci} method" in note for note in result.notes)


def test_without_days_the_estimates_are_at_one_two_and_five_months(study):
    (stratum,) = survival(study, "overall").strata
    assert [estimate.day for estimate in stratum.estimates] == [30.4375, 60.875, 152.1875]


def test_numbers_under_the_axis(study):
    (stratum,) = survival(study, "overall").strata
    assert risk_counts(stratum, (0, 12, 18, 55, 240)) == (
        RiskCount(0, 13, 0, 0),
        RiskCount(12, 13, 0, 1),
        RiskCount(18, 12, 1, 1),
        RiskCount(55, 10, 3, 1),
        RiskCount(240, 0, 6, 7),
    )


def test_a_day_after_the_last_follow_up_has_no_estimate_and_a_note_says_so(study):
    result = survival(study, "overall", at=(233, 300))
    last, beyond = result.strata[0].estimates
    assert (last.at_risk, percent(last.survival)) == (1, 44.4)
    assert (beyond.at_risk, beyond.survival, beyond.lower) == (0, None, None)
    assert "all patients: no estimate at day 300, follow-up ends on day 233." in result.notes


def test_an_event_on_the_day_of_the_censoring_event_counts(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 50)
        add_event(study, "A", 40, "hsct")
        add_event(study, "A", 40, "death")
        add_patient(study, "B", 60)
        add_event(study, "B", -30, "hsct")  # a transplantation before the index event is history
        (stratum,) = survival(study, "to-hsct").strata
    assert [(step.day, step.events, step.censored) for step in stratum.steps] == [(40, 1, 0), (60, 0, 1)]


def treated(study):
    """Six patients, three previously treated; the naive patients die later."""
    for name, status, last, died in (
        ("P1", "refractory", 10, True),
        ("P2", "relapse", 20, True),
        ("P3", "refractory", 30, True),
        ("P4", "initial", 25, True),
        ("P5", "initial", 40, True),
        ("P6", "initial", 50, False),
    ):
        add_patient(study, name, last, disease_status=status, age_years=20 + last, ecog="1" if last < 30 else "2")
        if died:
            add_event(study, name, last, "death")


def test_strata_of_the_protocol_with_log_rank(tmp_path):
    with new_study(tmp_path) as study:
        treated(study)
        result = survival(study, "overall", by="prior_treatment", at=(22,), names=True)
    assert [s.label for s in result.strata] == ["previously treated", "treatment-naive"]
    assert [s.patients for s in result.strata] == [("P1", "P2", "P3"), ("P4", "P5", "P6")]
    assert [percent(s.estimates[0].survival) for s in result.strata] == [33.3, 100.0]
    # By hand: expected 3/6 + 2/5 + 1/4 + 1/3 + 0 = 1.483333, variance 0.25 + 0.24 + 0.1875 + 2/9 = 0.899722.
    assert result.logrank.chi2 == pytest.approx((3 - 1.4833333333) ** 2 / 0.8997222222)
    assert result.logrank.df == 1


def test_a_continuous_column_is_divided_at_its_median_and_says_so(tmp_path):
    with new_study(tmp_path) as study:
        treated(study)
        result = survival(study, "overall", by="age_years")
    assert [(s.label, s.n) for s in result.strata] == [("age_years ≤ 47.5", 3), ("age_years > 47.5", 3)]
    assert "age_years is divided at its median in the study, 47.5." in result.notes


def test_attributes_and_missing_values_make_strata(tmp_path):
    with new_study(tmp_path) as study:
        treated(study)
        add_patient(study, "P7", 15)
        result = survival(study, "overall", by="ecog")
    assert [(s.label, s.n) for s in result.strata] == [("1", 3), ("2", 3), ("missing", 1)]
    assert "ecog is missing in 1, who are not in the log-rank test: P7." in result.notes
    assert result.logrank.df == 1


def test_an_attribute_of_many_numbers_is_divided_at_its_median(tmp_path):
    with new_study(tmp_path) as study:
        for number in range(1, 11):
            add_patient(study, f"P{number:02}", 10 * number, calories=str(100 * number))
        result = survival(study, "overall", by="calories")
    assert [(s.label, s.n) for s in result.strata] == [("calories ≤ 550", 5), ("calories > 550", 5)]
    assert result.logrank.why == "no group has had an event"


def landmarked(study):
    """Responders A B C, non-responders D E F; D dies on day 9, C is lost on day 14, G is undecided."""
    for name, last, died in (
        ("A", 100, False),
        ("B", 60, True),
        ("C", 14, False),
        ("D", 9, True),
        ("E", 30, True),
        ("F", 60, False),
        ("G", 90, False),
    ):
        add_patient(study, name, last)
        if died:
            add_event(study, name, last, "death")
    judge(study, "CR", "A", day=7)
    judge(study, "PR", "B", day=20)
    judge(study, "IMP", "C", day=7)
    judge(study, "NR", "D", "E")
    judge(study, "NE", "F")


def test_by_response_survival_starts_at_the_landmark(tmp_path):
    with new_study(tmp_path) as study:
        landmarked(study)
        result = survival(study, "overall", by="response", at=(7, 14, 30, 60), names=True)
    assert result.landmark_day == 14
    responders, others = result.strata
    assert (responders.label, responders.patients) == ("response", ("A",))
    # B responds on day 20: on day 14 without a response, as in Anderson, Cain and Gelber 1983.
    assert (others.label, others.patients) == ("no response", ("B", "E", "F"))
    # By hand: one responder, alive; of 3 others one dies on day 30, one on day 60, when the last is censored.
    assert [estimate.survival for estimate in responders.estimates] == [None, 1, 1, 1]
    assert "No estimate at day 7, which lies before the landmark." in result.notes
    assert [estimate.survival for estimate in others.estimates] == [None, 1, pytest.approx(2 / 3), pytest.approx(1 / 3)]
    assert [estimate.at_risk for estimate in others.estimates] == [0, 3, 3, 2]
    # Responders: nobody dies, expected 1/4 + 1/3, variance 3/16 + 2/9.
    assert result.logrank.chi2 == pytest.approx((1 / 4 + 1 / 3) ** 2 / (3 / 16 + 2 / 9))
    text = "\n".join(result.notes)
    assert "conditional on being followed without the event after day 14" in text
    assert "(immortal time)" in text
    assert "Left out, event by day 14: D." in text
    assert "Left out, censored by day 14: C." in text
    assert "Left out, no final category yet: G." in text
    assert "response = CR + PR + IMP; no response = NR + NE." in text
    assert "Response began after day 14, so counted in no response: B (day 20)." in text


def test_at_a_later_landmark_the_same_response_has_begun(tmp_path):
    with new_study(tmp_path) as study:
        landmarked(study)
        responders, others = survival(study, "overall", by="response", landmark=20, names=True).strata
        naive = survival(study, "overall", by="response", method="naive", names=True).strata[0]
        categories = survival(study, "overall", by="category", names=True)
    assert (responders.patients, others.patients) == (("A", "B"), ("E", "F"))
    assert naive.patients == ("A", "B", "C")
    assert [(s.label, s.patients) for s in categories.strata] == [
        ("CR", ("A",)),
        ("PR", ("B",)),
        ("NR", ("E",)),
        ("NE", ("F",)),
    ]
    assert "Grouped by a category that began after day 14, so some immortal time remains: B (day 20)." in (
        categories.notes
    )


def test_a_response_without_a_recorded_day_is_named(tmp_path):
    with new_study(tmp_path) as study:
        landmarked(study)
        judge(study, "PR", "A")
        notes = survival(study, "overall", by="response").notes
    assert "The day of the response is not recorded, it may lie after day 14: A." in notes


def test_by_category_at_another_landmark(tmp_path):
    with new_study(tmp_path) as study:
        landmarked(study)
        result = survival(study, "overall", by="category", landmark=7, names=True)
    assert [(s.label, s.patients) for s in result.strata] == [
        ("CR", ("A",)),
        ("PR", ("B",)),
        ("IMP", ("C",)),
        ("NR", ("D", "E")),
        ("NE", ("F",)),
    ]


def test_a_landmark_also_serves_the_whole_cohort(study):
    result = survival(study, "overall", at=(152.1875,), landmark=14)
    (stratum,) = result.strata
    assert (stratum.n, percent(stratum.estimates[0].survival)) == (12, 44.4)
    assert "Left out, censored by day 14: c1." in result.notes
    assert "Left out, event by day 14: nobody." in result.notes


def test_json_is_as_the_format_says(study):
    found = survival_json(survival(study, "to-hsct", at=(60.875,)))
    assert list(found)[:4] == ["endpoint", "ci_method", "strata", "logrank"]
    (stratum,) = found["strata"]
    assert list(stratum)[:6] == ["label", "n", "events", "censored", "median", "estimates"]
    assert stratum["quartiles"][0] == {"estimate": 55.0, "lower": 18.0, "upper": None}
    assert stratum["follow_up"]["range"] == (12.0, 200.0)
    assert (found["by"], found["warning"], found["hazard_ratio"]) == (None, None, None)
    assert stratum["median"] == {"estimate": None, "lower": 27.0, "upper": None}
    (estimate,) = stratum["estimates"]
    assert list(estimate) == ["day", "at_risk", "survival", "std_error", "lower", "upper"]
    assert (found["logrank"], estimate["at_risk"]) == (None, 7)


def test_json_of_a_landmark_analysis_says_that_it_is_one(tmp_path):
    with new_study(tmp_path) as study:
        landmarked(study)
        found = survival_json(survival(study, "overall", by="remission"))
    assert found["landmark_day"] == 14
    assert set(found["logrank"]) == {"chi2", "df", "p"}
    assert [stratum["label"] for stratum in found["strata"]] == ["remission", "no remission"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"endpoint": "os"},
            "protocol song-2024 has no endpoint 'os': choose one of overall, to-hsct, event-free, relapse-free,"
            " response-duration, time-to-response, fever-resolution",
        ),
        ({"ci": "logit"}, "there is no interval method 'logit': choose one of log-log, log, plain"),
        ({"at": (-1,)}, "there is no survival at day -1: give days of 0 or more since the index event"),
        ({"landmark": 500}, "nobody is followed after day 500: choose an earlier landmark"),
        ({"landmark": -2}, "the landmark is day -2: give a day of 0 or more"),
        (
            {"by": "response", "landmark": 0},
            "response is not known on day 0: give a landmark after it, for instance one of 14, 7, 28",
        ),
        (
            {"by": "response"},
            "no case has a final category yet, so there is no response to divide by: decide cases first",
        ),
        (
            {"by": "last_contact_day"},
            "the cohort cannot be divided by 'last_contact_day': choose one of prior_treatment, response, remission,"
            " category, sex, aetiology, disease_status, site, age_years, onset_day, weight_kg, body_surface_m2",
        ),
        ({"by": "age_years"}, "age_years is missing in every patient: choose another column"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(study, arguments, sentence):
    with pytest.raises(CohortError) as caught:
        survival(study, **{"endpoint": "overall", **arguments})
    assert str(caught.value) == sentence


def test_an_empty_study_has_no_survival(tmp_path):
    with new_study(tmp_path) as study, pytest.raises(CohortError, match="has no patients yet: import charts first"):
        survival(study, "overall")


def test_a_follow_up_that_ends_before_day_zero_is_named(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "P9", -3)
        with pytest.raises(
            CohortError, match="P9 is followed to day -3 only, before the index event: correct the chart"
        ):
            survival(study, "overall")


def test_ten_thousand_patients_take_less_than_a_tenth_of_a_second(tmp_path):
    with new_study(tmp_path) as study:
        cursor = study.connection.cursor()
        cursor.execute(
            "INSERT INTO patient (patient_id, last_contact_day, disease_status)"
            " SELECT printf('P%05d', i), 100 + (i * 7919) % 900, ['initial', 'refractory', 'relapse'][1 + i % 3]"
            " FROM range(10000) AS r(i)"
        )
        cursor.execute(
            "INSERT INTO event (patient_id, day, kind)"
            " SELECT patient_id, last_contact_day, 'death' FROM patient WHERE hash(patient_id) % 3 = 0"
        )
        survival(study, "overall", by="prior_treatment")
        spent = []
        for _ in range(5):
            start = time.process_time()
            result = survival(study, "overall", by="prior_treatment")
            spent.append(time.process_time() - start)
    assert sum(stratum.n for stratum in result.strata) == 10000
    assert min(spent) < 0.4  # about 0.05 on a quiet machine; this one may be shared


def test_two_groups_differ_by_so_many_points_on_a_chosen_day(tmp_path):
    with new_study(tmp_path) as study:
        for number, (sex, died) in enumerate([("female", 10), ("female", 20), *[("female", None)] * 2, ("male", 10)]):
            add_patient(study, f"p{number}", died or 100, sex=sex)
            if died:
                add_event(study, f"p{number}", died, "death")
        for number in range(5, 8):
            add_patient(study, f"p{number}", 100, sex="male")
        found = survival(study, "overall", by="sex", at=(50, 150))
    # 3/4 less 2/4; errors by Greenwood 0.2165 and 0.25; log(-log S) 0.2877 against 0.6931.
    (day, at_50), (_, beyond) = found.differences
    assert (day, found.contrast) == (50, ("male", "female"))
    assert (at_50.estimate, at_50.std_error) == pytest.approx((0.25, 0.330719), abs=1e-6)
    assert (at_50.lower, at_50.upper) == pytest.approx((-0.398197, 0.898197), abs=1e-6)
    assert at_50.p == pytest.approx(0.476725, abs=1e-6)
    assert beyond.why == "female: survival at day 150 is not known, nobody is followed then"
    assert survival_json(found)["survival_differences"][0]["estimate"] == at_50.estimate


def test_who_has_no_stratum_is_named_beside_the_stratified_comparisons(tmp_path):
    with new_study(tmp_path) as study:
        for name, arm, ward in (("A", "x", "1"), ("B", "y", "1"), ("C", "x", ""), ("D", "y", "2"), ("E", "", "")):
            add_patient(study, name, 10, arm=arm, ward=ward)
        add_event(study, "A", 10, "death")
        plain = survival(study, "overall", by="arm").notes
        notes = survival(study, "overall", by="arm", stratify="ward").notes
    assert "arm is missing in 1, who are not in the log-rank test: E." in notes
    assert "ward is missing in 1 of those compared, who are in neither: C." in notes
    assert "The hazard ratio is that within the groups of ward, as is the stratified log-rank test." in notes
    assert not any("ward" in note for note in plain)


def test_a_difference_at_a_day_says_that_limits_and_p_are_made_in_two_ways(tmp_path):
    with new_study(tmp_path) as study:
        for number, arm in enumerate("xxxyyy"):
            add_patient(study, f"P{number}", 10 if number == 0 else 13 if number == 3 else 20, arm=arm)
        add_event(study, "P0", 10, "death")
        before = survival(study, "overall", by="arm", at=(5, 12)).notes
        add_event(study, "P3", 13, "death")
        notes = survival(study, "overall", by="arm", at=(13,)).notes
    assert not any(note.startswith("Difference of survival") for note in before)  # nobody of y has had an event: no p
    assert any("p by the difference of log(-log survival)" in note for note in notes)


def test_a_death_after_last_contact_counts_on_its_day_and_is_named(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 10)
        add_patient(study, "B", 20)
        add_event(study, "A", 15, "death")
        result = survival(study, "overall", at=(15,))
        add_event(study, "B", 20, "death")
        later = survival(study, "to-hsct").notes
    assert result.strata[0].estimates[0].survival == 0.5
    assert "Charted after last contact, counted on the day charted: A; check these charts." in result.notes
    assert "Charted after last contact, counted on the day charted: A; check these charts." in later
