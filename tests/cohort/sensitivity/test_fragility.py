"""How many decisions turn each conclusion about thirteen patients."""

from __future__ import annotations

import random
import time
from itertools import combinations

import msgspec
import pytest

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.sensitivity.conclusions import holds, measure_of
from hlh_tui.cohort.sensitivity.flips import flips, now
from hlh_tui.cohort.sensitivity.fragility import fragility
from hlh_tui.cohort.sensitivity.measures import read, result
from hlh_tui.cohort.sensitivity.models import Follow, PValue, Share
from hlh_tui.cohort.sensitivity.scenarios import otherwise, scenarios
from hlh_tui.cohort.sensitivity.sets import how_many, multisets
from tests.cohort.sensitivity.made import CATEGORIES, made, protocol

BASE = made()
BY_ID = {each.id: each for each in protocol().conclusions}


def fragile(conclusion_id, categories=CATEGORIES, base=BASE, doubtful=("P13",), **changed):
    conclusion = msgspec.structs.replace(BY_ID[conclusion_id], **changed)
    return fragility(categories, frozenset(doubtful), conclusion, read(measure_of(base, conclusion), categories))


@pytest.mark.parametrize(
    ("conclusion", "standing", "fewest"),
    [
        ("response-above-40", True, 1),  # 10/13 from 46.2 %; 9/13 from 38.6 %
        ("remission-majority", True, 2),  # 8/13; 7/13 is still more than half, 6/13 is not
        ("complete-above-21", True, 2),  # 4/13; 3/13 is 23 %, 2/13 is 15 %
        ("complete-surely-above-21", False, 3),  # 7/13 from 25.1 %; 6/13 from 19.2 %
        ("previously-treated-majority", True, 2),  # 6/8; 4/8 is not more than half
    ],
)
def test_the_fewest_decisions_that_turn_a_proportion(conclusion, standing, fewest) -> None:
    found = fragile(conclusion)
    assert found.judged.holds is standing
    assert (found.fewest, found.at_least) == (fewest, fewest)
    assert len(found.example) == fewest


def test_doubtful_cases_come_first_in_the_example() -> None:
    assert fragile("remission-majority").example == (("P13", False), ("P03", False))


def test_the_words_of_an_exact_answer() -> None:
    assert fragile("remission-majority").how == "exact: any 2 of the 8 with the outcome, giving 6/13"


@pytest.mark.parametrize("conclusion", ["prior-treatment-differs", "responders-survive-longer"])
def test_a_smallest_set_turns_the_test_and_no_smaller_one_does(conclusion) -> None:
    found = fragile(conclusion)
    assert found.fewest == found.at_least
    measure, before = measure_of(BASE, BY_ID[conclusion]), bool(found.judged.holds)

    def turns(patients) -> bool:
        other = {p: ("NR" if c != "NR" else "PR") if p in patients else c for p, c in CATEGORIES.items()}
        return bool(holds(BY_ID[conclusion], result(measure, other))) != before

    assert turns({patient for patient, _ in found.example})
    smaller = (set(each) for size in range(found.fewest) for each in combinations(CATEGORIES, size))
    assert not any(map(turns, smaller))


def test_a_conclusion_that_nothing_turns() -> None:
    found = fragile("complete-above-21", above=-0.1)
    assert found.fewest is None
    assert found.at_least == 13


def test_nobody_decided_is_no_conclusion() -> None:
    found = fragile("complete-above-21", categories=dict.fromkeys(CATEGORIES))
    assert found.judged.holds is None
    assert found.how == "nobody is decided, so no result is defined"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"outcome": "XX"}, "there is no outcome 'XX': choose one of response, remission, CR, PR, IMP, NR, NE"),
        ({"stratum": "sex"}, "the protocol has no stratum 'sex': choose one of prior_treatment"),
        ({"group": "naive"}, "has no group 'naive': choose one of previously treated, treatment-naive"),
        ({"above": None}, "give either above or below"),
        ({"below": 0.9}, "give either above or below"),
    ],
)
def test_a_conclusion_about_what_is_not_there_is_refused(changed, words) -> None:
    with pytest.raises(CohortError, match=words.replace("(", r"\(")):
        fragile("previously-treated-majority", **changed)


def test_every_case_is_taken_to_every_other_category() -> None:
    found = list(flips(BASE, CATEGORIES, now(BASE, CATEGORIES)))
    assert len(found) == 13 * 4
    p02 = {flip.to: flip for flip in found if flip.patient_id == "P02"}
    assert list(p02) == ["CR", "PR", "NR", "NE"]
    assert p02["NR"].results[:4] == (Share(9, 13), Share(8, 13), Share(5, 8), Share(4, 5))
    assert p02["CR"].results[:2] == (Share(10, 13), Share(9, 13))
    assert p02["NR"].turned[0] == "response-above-40"


def test_a_flip_equals_the_results_of_deciding_so() -> None:
    for flip in flips(BASE, CATEGORIES, now(BASE, CATEGORIES)):
        then = now(BASE, CATEGORIES | {flip.patient_id: flip.to})
        for got, wanted in zip(flip.results, (reading.now for reading in then.readings), strict=True):
            if isinstance(wanted, PValue) and wanted.p is not None:
                assert got.p == pytest.approx(wanted.p, abs=1e-9)
            else:
                assert got == wanted


def test_undecided_cases_are_not_flipped_and_count_nowhere() -> None:
    some = CATEGORIES | {"P01": None, "P05": None}
    standing = now(BASE, some)
    assert standing.readings[0].now == Share(9, 11)
    assert {flip.patient_id for flip in flips(BASE, some, standing)}.isdisjoint({"P01", "P05"})


def test_doubtful_cases_both_ways() -> None:
    found = {each.id: each for each in scenarios(BASE, CATEGORIES, frozenset({"P02", "P13"}))}
    shares = {name: each.results[:2] for name, each in found.items()}
    assert shares == {
        "decided": (Share(10, 13), Share(8, 13)),
        "worse": (Share(9, 13), Share(7, 13)),  # P02 to no response, P13 to improvement
        "better": (Share(10, 13), Share(9, 13)),
        "worst": (Share(8, 13), Share(7, 13)),
        "best": (Share(10, 13), Share(9, 13)),
        "left_out": (Share(8, 11), Share(7, 11)),
    }
    assert found["worse"].turned[0] == "response-above-40"


@pytest.mark.parametrize(
    ("category", "how", "wanted"),
    [
        ("CR", "better", "CR"),
        ("NR", "worse", "NR"),
        ("NE", "worse", "NR"),
        ("NE", "better", "CR"),
        ("PR", "worst", "NR"),
    ],
)
def test_the_ends_of_the_ladder(category, how, wanted) -> None:
    assert otherwise(BASE, category, how) == wanted


def test_kinds_are_counted_as_they_are_listed() -> None:
    for size in range(5):
        assert how_many([2, 1, 3], size) == len(list(multisets([2, 1, 3], size)))


def test_ten_thousand_patients_get_an_answer_with_a_bound() -> None:
    rng = random.Random(4)
    patients = tuple(f"P{number:05d}" for number in range(10_000))
    categories = {patient: rng.choice(["CR", "PR", "IMP", "NR", "NE"]) for patient in patients}
    late = {
        p: Follow(float(rng.randint(1, 800)), rng.random() < (0.4 if c == "NR" else 0.3)) for p, c in categories.items()
    }
    sides = {"previously treated": patients[:6000], "treatment-naive": patients[6000:]}
    base = made(patients=patients, groups={"prior_treatment": sides}, followed={"overall": late})
    started = time.process_time()
    survival = fragile("responders-survive-longer", categories, base)
    differs = fragile("prior-treatment-differs", categories, base)
    everyone = list(flips(base, categories, now(base, categories)))
    assert time.process_time() - started < 40  # 4 on a quiet machine; each pair of patients would take hours
    assert survival.fewest is not None
    assert 1 <= survival.at_least <= survival.fewest
    assert differs.fewest is not None
    assert differs.at_least <= differs.fewest
    assert len(everyone) == 40_000
