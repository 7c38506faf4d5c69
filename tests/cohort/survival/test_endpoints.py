"""Endpoints of the protocol: where the clock starts, what ends it, and who cannot be counted."""

import msgspec
import pytest

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.survival.curves import survival
from hlh_tui.cohort.survival.endpoint import check
from hlh_tui.protocol import load
from hlh_tui.protocol.models import Endpoint
from tests.cohort.example import READER, add_event, add_patient, judge, new_study


def add_temperatures(study, patient_id, *readings):
    study.connection.cursor().executemany(
        "INSERT INTO observation (patient_id, day, analyte, value, unit, raw_value)"
        " VALUES (?, ?, 'temperature', ?, 'Cel', '')",
        [(patient_id, day, value) for day, value in readings],
    )


def ladder(result):
    """Day, at risk, events, censored of every step of the first curve."""
    return [(step.day, step.at_risk, step.events, step.censored) for step in result.strata[0].steps]


def responders(study):
    """A relapses 24 days after the response, B dies 50 after it, C is transplanted 30 after it; D is not dated."""
    for name, last in (("A", 100), ("B", 57), ("C", 90), ("D", 80), ("E", 20), ("F", 60)):
        add_patient(study, name, last)
    add_event(study, "A", 31.4, "relapse")
    add_event(study, "A", 2, "progression")  # before the response: history
    add_event(study, "B", 57, "death")
    add_event(study, "C", 35, "hsct")
    add_event(study, "E", 20, "death")
    judge(study, "PR", "A", day=7.4)
    judge(study, "CR", "B", day=7)
    judge(study, "IMP", "C", day=5)
    judge(study, "PR", "D")
    judge(study, "NR", "E")


def test_after_response_the_clock_starts_on_its_day(tmp_path):
    with new_study(tmp_path) as study:
        responders(study)
        result = survival(study, "relapse-free")
    assert ladder(result) == [(24, 3, 1, 0), (50, 2, 1, 0), (85, 1, 0, 1)]
    text = "\n".join(result.notes)
    assert "Time zero is the day on which the adjudicated response began (response = CR + PR + IMP)" in text
    assert "Not counted, no response: E." in text
    assert "Not counted, the day of the response is not recorded: D." in text
    assert "Not counted, no final category yet: F." in text


def test_death_and_transplantation_compete_with_the_loss_of_response(tmp_path):
    with new_study(tmp_path) as study:
        responders(study)
        result = survival(study, "response-duration")
    assert ladder(result) == [(24, 3, 1, 0), (30, 2, 0, 1), (50, 1, 0, 1)]
    assert any(note.startswith("Competing with the event: death and HSCT.") for note in result.notes)


def test_event_free_survival_counts_the_first_of_relapse_progression_and_death(tmp_path):
    with new_study(tmp_path) as study:
        responders(study)
        result = survival(study, "event-free")
    assert ladder(result) == [(2, 6, 1, 0), (20, 5, 1, 0), (57, 4, 1, 0), (60, 3, 0, 1), (80, 2, 0, 1), (90, 1, 0, 1)]


def test_time_to_response_is_read_from_the_decisions(tmp_path):
    with new_study(tmp_path) as study:
        responders(study)
        result = survival(study, "time-to-response")
    assert ladder(result) == [(5, 4, 1, 0), (7, 3, 1, 0), (7.4, 2, 1, 0), (20, 1, 0, 1)]
    assert [each.day for each in result.strata[0].estimates] == [3, 7, 14, 28]
    assert "Not counted, the day of the response is not recorded: D." in result.notes


def test_the_day_of_the_consensus_goes_before_those_of_the_readers(tmp_path):
    from hlh_tui.review.decide import decide
    from hlh_tui.review.models import Decision

    with new_study(tmp_path) as study:
        add_patient(study, "A", 50)
        decide(study, READER, Decision("A", "PR", "read the chart", day=8.4))
        decide(study, READER, Decision("A", "PR", "agreed", day=5.4, role="consensus"))
        result = survival(study, "time-to-response")
    assert ladder(result) == [(5.4, 1, 1, 0)]


def test_fever_has_gone_when_it_stays_away_for_a_day_and_a_reading_says_so(tmp_path):
    with new_study(tmp_path) as study:
        for name in ("A", "B", "C", "D", "E", "F"):
            add_patient(study, name, 30)
        add_temperatures(study, "A", (-0.5, 39), (0.5, 37.4), (1, 37.6), (1.25, 37.4), (2, 36.9), (2.5, 38.2))
        add_temperatures(study, "B", (-0.5, 38), (1, 37.4), (2.5, 37.0), (3, 36.8))  # nothing confirms day 1
        add_temperatures(study, "C", (-0.5, 37.4), (1, 37.0), (1.5, 36.8))
        add_temperatures(study, "D", (-2, 39), (1, 37.0), (1.5, 36.8))
        add_temperatures(study, "E", (0, 39), (1, 38.5), (6, 38.4))
        add_event(study, "E", 7, "death")
        add_temperatures(study, "F", (0, 39))
        result = survival(study, "fever-resolution")
    # A: day 0.5 does not last, day 1.25 has the rise of day 2.5 beyond its 24 h. E dies with fever.
    assert ladder(result) == [(1.25, 3, 1, 0), (2.5, 2, 1, 0), (7, 1, 0, 1)]
    assert "Not counted, no fever at baseline: C." in result.notes
    assert "Not counted, no temperature at baseline: D." in result.notes
    assert "Not counted, no temperature after the index event: F." in result.notes


def test_who_is_no_longer_measured_is_no_longer_followed_for_fever(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 30)
        add_temperatures(study, "A", (0, 39), (4, 38.5))
        assert ladder(survival(study, "fever-resolution")) == [(5, 1, 0, 1)]


def test_nobody_to_count_is_a_sentence(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 30)
        with pytest.raises(CohortError) as caught:
            survival(study, "relapse-free")
    assert str(caught.value) == (
        "nobody can be counted for relapse-free survival after response (no final category yet: A)"
    )


def test_a_response_after_the_end_of_follow_up_is_named(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 30)
        judge(study, "CR", "A", day=12)
        study.connection.cursor().execute("UPDATE patient SET last_contact_day = 10")
        with pytest.raises(CohortError, match="A is followed only to 2 days before the adjudicated response"):
            survival(study, "relapse-free")


def test_an_older_protocol_document_still_parses():
    toml = load.read_bundled(load.STUDIES, "song-2024").toml
    head, _, rest = toml.partition("[[endpoints]]")
    older = head + '[[endpoints]]\nid = "overall"\nlabel = "Overall survival"\nevents = ["death"]\n[[baseline]]'
    document = load.adopt(older + rest.partition("[[baseline]]")[2], "older.toml")
    (endpoint,) = load.study_protocol(document).endpoints
    assert (endpoint.start, endpoint.among, endpoint.competing) == ("index", "everybody", ())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "has no event: give events, reaches or resolves"),
        ({"reaches": "cure"}, "names the response 'cure', which is none of response, remission"),
        ({"events": ("relapse",), "start": "response"}, "starts its clock at the response but counts others than"),
        ({"events": ("death",), "competing": ("death",)}, "has death both as its event and as competing with it"),
        ({"events": ("death",), "among": "finding_at_baseline"}, "needs resolves and among = finding_at_baseline"),
    ],
)
def test_an_endpoint_that_contradicts_itself_is_refused(wrong, sentence):
    protocol = load.study_protocol(load.read_bundled(load.STUDIES, "song-2024"))
    with pytest.raises(CohortError) as caught:
        check(Endpoint("own", "Own", **wrong), protocol)
    assert sentence in str(caught.value)


def test_the_bundled_endpoints_are_consistent():
    protocol = load.study_protocol(load.read_bundled(load.STUDIES, "song-2024"))
    for endpoint in protocol.endpoints:
        check(endpoint, protocol)
    assert msgspec.structs.asdict(protocol.endpoints[1])["competing"] == ("hsct",)


def test_another_decision_and_its_undoing_are_seen_at_once(tmp_path):
    from hlh_tui.review.undo import undo

    with new_study(tmp_path) as study:
        add_patient(study, "A", 50)
        judge(study, "PR", "A", day=7)
        assert ladder(survival(study, "time-to-response")) == [(7, 1, 1, 0)]
        judge(study, "CR", "A", day=10)
        assert ladder(survival(study, "time-to-response")) == [(10, 1, 1, 0)]
        undo(study, READER, reason="a slip")
        assert ladder(survival(study, "time-to-response")) == [(7, 1, 1, 0)]


def test_columns_in_which_all_are_alike_do_not_differ(tmp_path):
    from hlh_tui.cohort.grouping import differing

    with new_study(tmp_path) as study:
        add_patient(study, "A", 50, sex="male", age_years=30, site="x", ecog="1")
        add_patient(study, "B", 50, sex="male", age_years=31, ecog="2")
        assert differing(study, ["sex", "age_years", "site", "ecog", "weight_kg"]) == {"age_years", "ecog"}
        assert differing(study, []) == frozenset()
