"""Conditions on patients against small charts, with what is not known kept apart."""

import pytest

from hlh_tui.cohort.published.errors import PublishedError
from hlh_tui.cohort.published.filters import patients_meeting
from hlh_tui.cohort.published.read import condition
from tests.cohort.example import add_patient, judge, new_study


@pytest.fixture
def study(tmp_path):
    with new_study(tmp_path) as made:
        for patient in "abcd":
            add_patient(made, patient, 100)
        yield made


def event(study, patient, day, kind, **columns):
    names = ["patient_id", "day", "kind", *columns]
    study.connection.cursor().execute(
        f"INSERT INTO event ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [patient, day, kind, *columns.values()],
    )


def exposure(study, patient, drug, start, end=None, **columns):
    names = ["patient_id", "drug", "start_day", "end_day", *columns]
    study.connection.cursor().execute(
        f"INSERT INTO exposure ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [patient, drug, start, end, *columns.values()],
    )


def value(study, patient, day, analyte, value, comparator=None, upper=None):
    study.connection.cursor().execute(
        "INSERT INTO observation (patient_id, day, analyte, value, comparator, unit, raw_value, upper)"
        " VALUES (?, ?, ?, ?, ?, 'pg/mL', '', ?)",
        [patient, day, analyte, value, comparator, upper],
    )


def held(study, *written):
    """Patient -> whether all conditions are met, None where it is not known."""
    found = patients_meeting(study, [condition(each, "own.toml") for each in written], "own.toml")
    return dict(study.rows(found.sql, found.params))


def those(study, *written):
    return "".join(patient for patient, met in held(study, *written).items() if met)


def test_no_condition_is_everybody(study):
    assert those(study) == "abcd"


def test_a_missing_value_is_neither_it_nor_not_it(study):
    for patient, sex in zip("ab", ("male", "female"), strict=True):
        study.connection.cursor().execute("UPDATE patient SET sex = ? WHERE patient_id = ?", [sex, patient])
    assert held(study, {"patient": "sex", "is": "male"}) == {"a": True, "b": False, "c": None, "d": None}
    assert held(study, {"patient": "sex", "is": "male", "not": True}) == {"a": False, "b": True, "c": None, "d": None}
    assert those(study, {"patient": "sex", "known": True}) == "ab"


def test_numbers_and_attributes(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "a", 10, age_years=18, prior_ivig="yes", stage=3)
        add_patient(study, "b", 20.5, age_years=79.5, prior_ivig="no", stage=4)
        assert those(study, {"patient": "age_years", "at_least": 18, "at_most": 60}) == "a"
        assert those(study, {"patient": "prior_ivig", "is": True}) == "a"
        assert those(study, {"patient": "stage", "is": [4, 5]}) == "b"
        assert those(study, {"patient": "last_contact_day", "at_most": 20}) == "a"


def test_events_by_kind_day_term_and_cause(study):
    event(study, "a", 5, "chemotherapy", term="salvage: CHOP_1")
    event(study, "b", 40, "chemotherapy", term="CHOP")
    event(study, "c", 30, "death", cause="sudden cardiac death, unrelated to HLH")
    event(study, "d", 30, "death", cause="HLH")
    assert those(study, {"event": "chemotherapy", "from_day": 5, "to_day": 28}) == "a"
    assert those(study, {"event": "chemotherapy", "term": "Salvage*"}) == "a"
    assert those(study, {"event": "chemotherapy", "term": ["chop", "ABC"]}) == "b"
    assert those(study, {"event": "chemotherapy", "term": "*CHOP%1"}) == ""
    assert those(study, {"event": "death", "cause": "hlh"}) == "d"
    assert those(study, {"event": "death", "not": True}) == "ab"
    assert those(study, {"event": ["death", "chemotherapy"]}) == "abcd"


def test_a_death_without_a_cause_is_not_known_to_be_of_hlh(study):
    event(study, "a", 5, "death", cause="HLH")
    event(study, "b", 5, "death")
    found = held(study, {"event": "death", "cause": "HLH"})
    assert found == {"a": True, "b": None, "c": False, "d": False}


def test_a_grade_that_is_not_given_may_be_three(study):
    event(study, "a", 5, "adverse_event", grade=3, relatedness="possible")
    event(study, "b", 5, "adverse_event", relatedness="possible")
    event(study, "c", 5, "adverse_event", grade=2, relatedness="possible")
    event(study, "d", 5, "adverse_event", grade=4, relatedness="unrelated")
    severe = {"event": "adverse_event", "grade_at_least": 3, "relatedness": ["possible", "probable"]}
    assert held(study, severe) == {"a": True, "b": None, "c": False, "d": False}


def test_exactly_so_many_doses(study):
    for patient, doses in zip("abc", (1, 2, 3), strict=True):
        for day in range(doses):
            exposure(study, patient, "emapalumab", day, dose=50, dose_unit="mg")
    assert those(study, {"drug": "Emapalumab", "times": 2}) == "b"
    assert those(study, {"drug": "emapalumab", "times": 0}) == "d"
    assert those(study, {"drug": "emapalumab", "dose": 50, "dose_unit": "mg"}) == "abc"


def test_a_course_that_runs_on_a_day(study):
    exposure(study, "a", "ruxolitinib", -10, 20)
    exposure(study, "b", "ruxolitinib", -10, 0)
    exposure(study, "c", "ruxolitinib", -10)
    exposure(study, "d", "ruxolitinib", 0, 20, drug_class="jak_inhibitor")
    assert those(study, {"drug": "ruxolitinib", "before_day": 0, "running_on": 0}) == "ac"
    assert those(study, {"drug": "ruxolitinib", "running_on": 0}) == "acd"
    assert those(study, {"drug_class": "jak_*"}) == "d"


def test_decisions_and_whoever_has_none(study):
    judge(study, "CR", "a")
    judge(study, "IMP", "b")
    judge(study, "NR", "c")
    assert held(study, {"collapse": "response"}) == {"a": True, "b": True, "c": False, "d": None}
    assert those(study, {"collapse": "remission", "not": True}) == "bc"
    assert those(study, {"category": ["CR", "NR"]}) == "ac"


def test_values_against_the_laboratorys_own_limit(study):
    value(study, "a", -1, "il6", 50, upper=7)
    value(study, "b", -1, "il6", 5, upper=7)
    value(study, "c", -1, "il6", 50)
    value(study, "c", 3, "il6", 5, upper=7)
    high = {"analyte": "IL-6", "pick": "baseline", "above": "upper"}
    assert held(study, high) == {"a": True, "b": False, "c": None, "d": None}


def test_a_value_at_the_end_of_its_assay_is_known_beyond_that_end_only(study):
    value(study, "a", 1, "ferritin", 2000, comparator=">")
    value(study, "b", 1, "ferritin", 2000, comparator="<")
    assert held(study, {"analyte": "ferritin", "above": 2000}) == {"a": True, "b": False, "c": None, "d": None}
    assert held(study, {"analyte": "ferritin", "at_least": 3000})["a"] is None
    assert held(study, {"analyte": "ferritin", "at_least": 1000})["b"] is None
    assert held(study, {"analyte": "ferritin", "below": 2000})["b"] is True


def test_any_every_first_last_and_against_baseline(study):
    for day, number in ((-2, 1000), (1, 800), (8, 90), (20, 300)):
        value(study, "a", day, "ebv_dna", number)
    assert held(study, {"analyte": "ebv_dna", "below": 100, "from_day": 0})["a"] is True
    assert held(study, {"analyte": "ebv_dna", "pick": "every", "below": 100, "from_day": 0})["a"] is False
    assert held(study, {"analyte": "ebv_dna", "pick": "every", "at_most": 800, "from_day": 0})["a"] is True
    assert held(study, {"analyte": "ebv_dna", "pick": "first", "at_least": 800, "from_day": 0})["a"] is True
    falls = {"analyte": "ebv_dna", "pick": "last", "relative": True, "at_most": 0.1, "from_day": 0}
    assert held(study, {**falls, "to_day": 10})["a"] is True
    assert held(study, {**falls, "to_day": 30})["a"] is False


def test_words_of_a_file_are_bound_and_never_sql(study):
    event(study, "a", 5, "death", cause="x' OR '1'='1")
    assert those(study, {"event": "death", "cause": "x' OR '1'='1"}) == "a"
    assert those(study, {"drug": "'; DROP TABLE event; --"}) == ""
    assert those(study, {"event": "death"}) == "a"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"patient": "sx", "is": "m"}, "the study has no patient column 'sx'; use one of sex, aetiology"),
        ({"patient": "sex"}, "the condition on 'sex' says nothing; give is, at_least, at_most or known"),
        ({"collapse": "answer"}, "there is no collapse 'answer'; use one of response, remission"),
        ({"category": "XX"}, "there is no category 'XX'; use one of CR, PR, IMP, NR, NE"),
        ({"analyte": "unobtainium", "above": 1}, "there is no analyte 'unobtainium'"),
        ({"analyte": "il6"}, "the condition on 'il6' has no limit; give above, at_least, below, at_most"),
    ],
)
def test_a_wrong_condition_names_what_is_allowed(study, written, message):
    with pytest.raises(PublishedError, match=r"own\.toml") as refused:
        held(study, written)
    assert message in str(refused.value)
