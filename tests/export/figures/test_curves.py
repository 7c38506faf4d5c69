"""Survival and incidence for print show the numbers of their results."""

from hlh_tui.cohort.survival.curves import survival
from hlh_tui.cohort.survival.risk import risk_counts
from hlh_tui.export.figures.steps import band_pieces, levels, line_pieces
from hlh_tui.export.figures.survival import blocks
from hlh_tui.export.figures.time_axis import time_axis
from tests.cohort.example import add_event, add_patient, new_study

MONTH = 30.4375


def test_the_published_figures_stand_in_the_caption(example, drawn):
    words = drawn(example, "survival:to-hsct")
    said = " ".join(words)
    assert "Survival to HSCT (n = 13, 4 events)" in words
    assert "2 months 72.9 % (36.8–90.5)" in said
    assert "median NR (0.9–NR)" in said
    assert "shaded: 95 % interval, log-log" in said
    assert "Months since first emapalumab dose" in words


def test_another_interval_is_named_and_used(example, drawn):
    said = " ".join(drawn(example, "survival:to-hsct", ci="plain"))
    assert "2 months 72.9 % (46.4–99.5)" in said
    assert "95 % interval, plain" in said


def test_numbers_below_are_those_at_risk_just_before_each_month(example, drawn):
    found = survival(example, "to-hsct")
    axis = time_axis(0.0, 200.0, MONTH)
    assert axis.labels == ("0", "1", "2", "3", "4", "5", "6")
    at_risk, events, censored = (block.rows[0] for block in blocks(found, axis))
    assert at_risk == (13, 10, 7, 4, 3, 1, 1)
    assert events == (0, 2, 3, 3, 4, 4, 4)
    assert censored == (0, 1, 3, 6, 6, 8, 8)
    counts = risk_counts(found.strata[0], axis.ticks)
    assert [(c.at_risk, c.events, c.censored) for c in counts] == list(zip(at_risk, events, censored, strict=True))
    words = drawn(example, "survival:to-hsct")
    first = words.index("At risk")
    assert words[first : first + 8] == ["At risk", "13", "10", "7", "4", "3", "1", "1"]


def test_groups_by_response_begin_at_the_landmark_and_have_counts_of_their_own(example, drawn):
    words = drawn(example, "survival:overall", by="response")
    assert "Overall survival by response, from day 14" in words
    assert {"response (n = 3)", "no response (n = 4)", "day 14"} <= set(words)
    said = " ".join(words)
    assert "Log-rank test: chi-squared" in said
    assert "immortal time" in said
    assert "Left out, no final category yet: c4, d1, h1, h2, h5." in said


def test_a_curve_is_told_apart_where_fewer_than_five_are_at_risk(example):
    steps = survival(example, "overall").strata[0].steps
    whole = levels(0.0, 1.0, steps, [step.survival for step in steps])
    (many, days, shares), (few, later, after) = line_pieces(whole, 5)
    assert (many, days[0], days[-1], few, later[0], later[-1]) == (False, 0.0, 152.0, True, 152.0, 233.0)
    assert (round(shares[-1], 3), round(after[0], 3)) == (0.444, 0.444)
    assert [sparse for sparse, *_ in band_pieces(whole, 5)] == [False, True]


def test_the_band_ends_where_nobody_is_left(tmp_path):
    with new_study(tmp_path) as study:
        for patient, day in (("a", 10.0), ("b", 20.0)):
            add_patient(study, patient, day)
            add_event(study, patient, day, "death")
        steps = survival(study, "overall").strata[0].steps
    whole = levels(0.0, 1.0, steps, [step.survival for step in steps])
    ((sparse, days, lower, _),) = band_pieces(whole, 5)
    assert (sparse, days, lower[0]) == (True, [0.0, 10.0, 10.0, 20.0], 1.0)
    assert next(iter(line_pieces(whole, 5)))[2][-1] == 0.0


def test_one_patient_without_an_event_is_drawn(tmp_path, drawn):
    with new_study(tmp_path) as study:
        add_patient(study, "only", 30.0)
        words = drawn(study, "survival:overall")
    assert "Overall survival (n = 1, 0 events)" in words
    assert any(line.startswith("Median NR (NR–NR).") for line in words)


def test_incidence_shows_every_cause_and_the_wrong_answer(example, drawn):
    words = drawn(example, "incidence:to-hsct")
    said = " ".join(words)
    assert "2 months: death 25.0 %" in said
    assert "1 - KM 27.1 %" in said
    assert "HSCT 16.7 %" in said
    assert "none of these 58.3 %" in said
    assert "1 - Kaplan-Meier of death: too high" in words
    first = words.index("HSCT", words.index("At risk"))
    assert words[first + 1 : first + 8] == ["0", "0", "2", "5", "5", "5", "5"]
    assert words[words.index("At risk") + 1] == "13"


def test_nothing_competes_with_death_so_there_is_no_wrong_answer(example, drawn):
    assert not any("1 - Kaplan-Meier" in line for line in drawn(example, "incidence:overall"))


def test_an_axis_is_in_days_for_a_short_follow_up_and_in_months_for_a_long_one():
    assert time_axis(0.0, 7.0, MONTH).unit == "days"
    years = time_axis(0.0, 3650.0, MONTH)
    assert (years.unit, years.labels[:3]) == ("months", ("0", "24", "48"))
    assert years.words(60.875) == "2 months"
    assert years.words(152.1875) == "5 months"
    assert years.words(18.0) == "day 18"
