"""The scorecard of the bundled cohort with its decisions, and of studies that cannot give every figure."""

import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from hlh_tui.cli.demo_study import make_demo
from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.published.read import document, read_published
from hlh_tui.cohort.published.scorecard import scorecard
from hlh_tui.cohort.published.scorecard_json import scorecard_json
from hlh_tui.cohort.published.scorecard_text import scorecard_text
from hlh_tui.study.file import open_study
from tests.cohort.example import READER, add_event, add_patient, example_a, judge, new_study

PUBLISHED = Path(__file__).parents[3] / "data" / "song2024" / "published.toml"
P_VALUES = ("p_il6_response", "p_il6_remission", "p_il10_remission", "p_il10_response")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "demo.duckdb"
    make_demo(path, READER, adjudicated=True)
    with open_study(path) as study:
        yield study


@pytest.fixture(scope="module")
def card(demo):
    return scorecard(demo, read_published(PUBLISHED))


@pytest.fixture(scope="module")
def claims(card):
    return {claim.figure.id: claim for claim in card.claims}


def one(study, **figure):
    """The claim of a file with a single figure."""
    content = {"id": "a", "where": "Table 1", "text": "t", "unit": "patients", **figure}
    return scorecard(study, document({"figure": [content]}, "own.toml")).claims[0]


def test_every_printed_figure_has_a_verdict(card):
    assert len(card.claims) == 101
    assert card.counts == {"match": 90, "differs": 1, "not_reproducible": 10}
    assert Counter(claim.verdict for claim in card.claims) == card.counts


def test_the_stray_cell_is_what_differs(claims):
    (stray,) = [claim for claim in claims.values() if claim.verdict == "differs"]
    assert stray.figure.id == "aetiology_header_stray"
    assert "100 % computed, 37.5 % printed" in stray.why
    assert "n is 13 of 13, printed 9" in stray.why


def test_what_cannot_be_reproduced_says_why(claims):
    assert {name for name, claim in claims.items() if claim.verdict == "not_reproducible"} == {
        *P_VALUES,
        "nr_remission_after_chemotherapy",
        "comparator_emapalumab_cr",
        "comparator_ruxolitinib_cr",
        "animal_studies",
        "ruxolitinib_dose_human",
        "ruxolitinib_dose_mouse",
    }
    assert all(claim.why for claim in claims.values())
    assert "a test on them shows what was put in (here Mann-Whitney, exact" in claims["p_il6_response"].why


@pytest.mark.parametrize(
    ("name", "rounded", "unrounded"),
    [
        ("survival_to_hsct_2_months", "72.9", 35 / 48 * 100),
        ("overall_survival_5_months", "44.4", 4 / 9 * 100),
        ("follow_up_median", "5.8", 177 / 30.4375),
        ("follow_up_q1", "4.9", 148 / 30.4375),
        ("follow_up_q3", "6.9", 210 / 30.4375),
        ("onset_max", "13.3", 93 / 7),
        ("exposure_emapalumab_median", "1.14", 8 / 7),
        ("age_median", "34", 34),
    ],
)
def test_estimates_and_medians(claims, name, rounded, unrounded):
    claim = claims[name]
    assert claim.verdict == "match"
    assert str(claim.rounded) == rounded
    assert float(claim.computed.value) == pytest.approx(unrounded, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "n", "of"),
    [
        ("response", 10, 13),
        ("response_previously_treated", 6, 8),
        ("response_naive", 4, 5),
        ("ruxolitinib_already", 4, 8),
        ("nr_fever_resolved", 2, 3),
        ("pr_relapses", 2, 3),
        ("died_of_hlh", 3, 4),
        ("hsct_died_of_infection", 2, 5),
        ("il10_elevated", 12, 13),
        ("ebv_dna_fell", 1, 5),
        ("drug_related_grade_3", 0, 13),
    ],
)
def test_counts_and_their_denominators(claims, name, n, of):
    claim = claims[name]
    assert claim.verdict == "match"
    assert (claim.computed.n, claim.computed.denominator, claim.computed.unknown) == (n, of, ())


def test_named_patients_are_compared(claims):
    assert claims["response_cr"].computed.patients == ("P05", "P08", "P10", "P11")
    assert claims["ebv_dna_fell"].computed.patients == ("P11",)


def test_the_follow_up_names_its_definition_and_the_readings_that_do_not_fit(claims):
    third = claims["follow_up_q3"]
    assert "type 6 (SPSS, Minitab)" in third.why
    assert third.readings == (
        ("survivors, type 7:", "6.7"),
        ("all patients, type 6:", "6.2"),
        ("all patients, type 7:", "5.8"),
        ("reverse Kaplan-Meier:", "6.9"),
    )
    assert dict(claims["follow_up_median"].readings)["reverse Kaplan-Meier:"] == "6.6"


def test_constructed_claims_are_marked_in_a_synthetic_study(claims):
    assert claims["response"].constructed
    assert not claims["fever_hours"].constructed
    assert not any(claims[name].constructed for name in P_VALUES)


def test_the_inconsistencies_are_shown_by_computation(card):
    shown = {finding.id: finding.shown for finding in card.findings}
    assert len(shown) == 20
    assert shown["aetiology_header"] == ("9 is 37.5 % of 24; 9 of 13 is 69.2 %", "5 + 5 + 2 + 1 = 13, as printed")
    assert shown["ruxolitinib_before"][0].endswith("in the charts 5 and 4, in the first only: P08")
    assert shown["two_survivals"] == (
        "72.9 % (survival_to_hsct_2_months): 2 sequences of numbers at risk, 35/48",
        "44.4 % (overall_survival_5_months): 16 sequences of numbers at risk, 231/520 or 4/9",
        "both on one curve of 13 patients with at most 6 deaths: 0 sequences",
        "72.9 % on a curve censored at hsct and later 44.4 % on that of all deaths: 797 states of 13 patients;"
        " with nobody lost alive before the first: 0",
    )
    assert "at least 7/13 = 53.8 %; 44.4 % printed, below that" in shown["survival_beyond_follow_up"][0]
    assert shown["duration_of_one_dose"][0].startswith("13 - 5 - 1 = 7 patients had one dose")
    assert shown["mixed_denominators"][0] == "prior_glucocorticoids: 5/13 = 38.5 %, 5/8 = 62.5 %"
    assert shown["course_not_described"] == ("1 + 2 = 3, not 4",)
    assert "exact 95 % interval 9.1–61.4 %" in shown["comparators"][0]
    assert len(shown["p_values"]) == 4
    assert all("cannot give" in line for line in shown["p_values"])


def test_every_inconsistency_is_shown_or_says_where_it_was_read(card):
    assert all(finding.shown or finding.reading for finding in card.findings)
    assert {finding.id for finding in card.findings if not finding.shown} == {"editorial", "reporting", "grade_of_cmv"}


def test_the_print_is_checked_by_itself(card):
    tally = Counter((check.kind, check.possible) for check in card.checks)
    assert tally == {
        ("count", True): 31,
        ("percentage", True): 26,
        ("p value", False): 4,
        ("survival", True): 2,
    }


def test_json_has_the_keys_of_the_format(card):
    found = scorecard_json(card)
    assert found["counts"] == {"match": 90, "differs": 1, "not_reproducible": 10}
    claims = {claim["id"]: claim for claim in found["claims"]}
    overall = claims["overall_survival_5_months"]
    assert (overall["printed"], overall["computed"], overall["verdict"]) == (44.4, 44.4, "match")
    assert claims["response"]["n"] == {"printed": 10, "computed": 10}
    assert claims["response"]["unrounded"] == pytest.approx(1000 / 13)
    assert claims["animal_studies"]["computed"] is None
    assert {"id", "where", "printed", "computed", "verdict", "why"} <= set(overall)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_text_keeps_to_its_width_differs_first_and_counts_honestly(card, width):
    text = scorecard_text(card, width)
    assert max(map(len, text.splitlines())) <= width
    assert text.index("DIFFERS") < text.index("match (c)")
    words = " ".join(text.split())
    assert "101 figures: 90 match, 1 differs (1 a stray of the print), 10 not reproducible." in words
    assert words.count("not that the paper is true") == 1


def test_a_wrong_figure_differs_and_says_in_what(demo):
    response = {"table": "response", "row": "Outcome", "level": "Response (CR + PR + improvement)"}
    claim = one(demo, value=77, unit="%", n=10, denominator=12, **{"from": response})
    assert claim.verdict == "differs"
    assert claim.why.startswith("the denominator is 13, printed 12; table response")
    claim = one(demo, value=80, unit="%", n=10, denominator=13, **{"from": response})
    assert claim.why.startswith("76.9231 % computed, 80 % printed")
    complete = {"table": "response", "row": "Adjudicated category", "level": "complete response"}
    claim = one(demo, value=4, n=4, patients=["P05", "P08", "P10", "P12"], **{"from": complete})
    assert claim.why.startswith("other patients (not printed: P11; printed only: P12)")


def test_only_rounding_is_allowed_for(demo):
    age = {"table": "baseline", "row": "Age (years)", "level": "Median (range)", "field": "median"}
    assert one(demo, value=Decimal("34.0"), unit="years", **{"from": age}).verdict == "match"
    assert one(demo, value=Decimal("34.1"), unit="years", **{"from": age}).verdict == "differs"


def test_a_printed_limit_is_kept_to(demo):
    test = {"biomarker": "il6", "by": "response", "day": 7}
    assert one(demo, value=Decimal("0.05"), unit="p", comparator="<", **{"from": test}).verdict == "match"
    assert one(demo, value=Decimal("0.001"), unit="p", comparator="<", **{"from": test}).verdict == "differs"


def test_an_entry_that_says_nothing_is_not_reproducible(demo):
    claim = one(demo, value=3)
    assert (claim.verdict, claim.computed) == ("not_reproducible", None)
    assert "neither where the value comes from (from) nor why" in claim.why


def test_nothing_of_the_response_differs_until_it_is_decided_otherwise(tmp_path):
    path = tmp_path / "open.duckdb"
    make_demo(path, READER, adjudicated=False)
    with open_study(path) as study:
        found = scorecard(study, read_published(PUBLISHED))
        judge(study, "CR", "P05", "P08", "P10", "P11", "P13")
        judge(study, "PR", "P03", "P04", "P09")
        judge(study, "IMP", "P02", "P07")
        judge(study, "NR", "P01", "P06", "P12")
        decided = scorecard(study, read_published(PUBLISHED))
    assert found.counts == {"match": 72, "differs": 1, "not_reproducible": 28}
    claims = {claim.figure.id: claim for claim in found.claims}
    assert claims["response"].verdict == "not_reproducible"
    assert "not decided yet, of P01, P02" in claims["cr_hsct"].why
    claims = {claim.figure.id: claim for claim in decided.claims}
    assert claims["response"].verdict == "match"
    assert claims["response_cr"].why.startswith(
        "38.4615 % computed, 31 % printed; n is 5 of 13, printed 4; other patients (not printed: P13)"
    )
    assert claims["pr_relapses"].why.startswith("1 computed, 2 printed; the denominator is 2, printed 3")


def test_a_study_without_patients_is_one_sentence(tmp_path):
    with new_study(tmp_path) as study, pytest.raises(CohortError, match="has no patients yet: import charts first"):
        scorecard(study, read_published(PUBLISHED))


def test_example_a_by_a_file_of_its_own(tmp_path):
    text = """
        [[figure]]
        id = "two_months"
        where = "Results"
        text = "75.0 %"
        value = 75.0
        unit = "%"
        from = { survival = "overall", at_month = 2 }
        [[figure]]
        id = "median"
        where = "Results"
        text = "152 days"
        value = 152
        unit = "days"
        from = { survival = "overall", field = "median" }
        [[figure]]
        id = "deaths"
        where = "Results"
        text = "6/13"
        value = 6
        n = 6
        denominator = 13
        unit = "patients"
        from = { survival = "overall", field = "events" }
    """
    with example_a(tmp_path) as study:
        found = scorecard(study, document(tomllib.loads(text, parse_float=Decimal), "own.toml"))
    assert [(each.figure.id, each.verdict, str(each.rounded)) for each in found.claims] == [
        ("two_months", "match", "75.0"),
        ("median", "match", "152"),
        ("deaths", "match", "6"),
    ]
    assert "(c)" not in scorecard_text(found, 80)


def test_one_patient(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "a", 20, sex="male")
        add_event(study, "a", 20, "death")
        judge(study, "NR", "a")
        claim = one(study, value=0, unit="%", **{"from": {"survival": "overall", "at_day": 20}})
        assert (claim.verdict, str(claim.rounded)) == ("match", "0")
        claim = one(
            study, value=1, n=1, denominator=1, **{"from": {"count": "patients", "where": [{"category": "NR"}]}}
        )
        assert claim.verdict == "match"
        claim = one(study, value=1, unit="p", **{"from": {"logrank": "overall", "by": "response"}})
        assert claim.verdict == "not_reproducible"
