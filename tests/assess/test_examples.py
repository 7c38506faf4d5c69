"""Example patients beside a criteria set: read, charted by import, compared."""

from __future__ import annotations

import pytest

from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.examples import EXAMPLES, check_examples, examples
from hlh_tui.assess.library import criteria_named
from hlh_tui.protocol import load

NORMAL = """
[[patients]]
id = "falling"
says = "ferritin falls from 10 000 to 640, fever goes"
observations = [
  [0, "ferritin", 10000], [0, "temperature", 39.5], [0, "platelets", 40], [0, "neutrophils", "0.5"],
  [7, "ferritin", "640", "ng/mL"], [7, "temperature", "97.9", "[degF]"], [7, "platelets", 150], [7, "neutrophils", 2.2],
  [10, "ferritin", 640], [10, "temperature", 36.6], [10, "platelets", 150], [10, "neutrophils", 2.2],
]
[patients.expected]
best = "PR"
best_day = 7
confirmed_day = 10
unconfirmed = ""
days = { "7" = "PR", "10" = "PR" }
indeterminate = ["7", "10"]
items = { "7" = { ferritin = "met", fever = "met", d_dimer = "not_evaluable" } }
"""


def test_examples_that_hold_give_no_sentence() -> None:
    assert check_examples(criteria_named(None, "locatelli-2020"), examples(NORMAL)) == ()


def test_each_thing_that_differs_is_a_sentence_with_both_sides() -> None:
    wrong = NORMAL.replace('best = "PR"', 'best = "CR"').replace("confirmed_day = 10", "confirmed_day = 12")
    wrong = wrong.replace('ferritin = "met"', 'ferritin = "not_met"').replace('"10" = "PR"', '"11" = "PR"')
    found = check_examples(criteria_named(None, "locatelli-2020"), examples(wrong))
    assert [each.split(" (")[0] for each in found] == [
        "falling: best response is PR, expected CR",
        "falling: day of its confirmation is 10, expected 12",
        "falling: day 11 is none, expected PR",
        "falling: ferritin on day 7 is met, expected not_met",
    ]


def test_an_example_is_read_with_its_own_options() -> None:
    text = NORMAL.replace(
        "[patients.expected]", 'options = { cyto_domains = "2", missing = "best" }\n[patients.expected]'
    )
    text = text.replace('best = "PR"', 'best = "CR"').split("best_day")[0]
    assert check_examples(criteria_named(None, "locatelli-2020"), examples(text)) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "best_day = 7",
            "best_dy = 7",
            "ex.toml: patients.falling.expected: there is no key 'best_dy'; use one of best,",
        ),
        ('"7" = "PR"', '"seven" = "PR"', "ex.toml: falling: expected day 'seven' is no number"),
        ("[[patients]]", "[[patients]", "ex.toml: not valid TOML"),
        (
            '[0, "ferritin", 10000]',
            '[0, "ferritin"]',
            "ex.toml: patients.falling.observations.1: give a list of at least 3 entries",
        ),
    ],
)
def test_a_wrong_file_is_refused_by_name(old: str, new: str, message: str) -> None:
    assert old in NORMAL
    with pytest.raises(AssessError) as refused:
        examples(NORMAL.replace(old, new, 1), "ex.toml")
    assert str(refused.value).startswith(message)


def test_the_same_patient_twice_is_refused() -> None:
    with pytest.raises(AssessError, match="the patient 'falling' stands twice"):
        examples(NORMAL + NORMAL)


def test_a_chart_that_cannot_be_imported_names_its_example() -> None:
    with pytest.raises(AssessError) as refused:
        check_examples(
            criteria_named(None, "locatelli-2020"), examples(NORMAL.replace('"platelets", 40', '"plateletts", 40'))
        )
    assert str(refused.value).startswith('falling: observations: analyte: "plateletts" is not a known analyte')


@pytest.mark.parametrize("criteria_id", load.bundled(load.CRITERIA))
def test_every_bundled_set_has_example_patients_and_says_what_they_expect(criteria_id: str) -> None:
    file = EXAMPLES / f"{criteria_id}.toml"
    found = examples(file.read_text(encoding="utf-8"), file.name)
    assert check_examples(criteria_named(None, criteria_id), found) == ()
