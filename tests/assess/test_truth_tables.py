"""Truth tables of locatelli-2020: what each combination of domains at baseline and at day 7 makes of the day.

Six signs stand for fever, spleen, cytopenia, ferritin, coagulopathy, CNS.
At baseline: A abnormal, n normal, ? not measured. At day 7: + normal, i halved but not normal, - as bad as the
abnormal baseline, ? not measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.assess.charts import ChartRows
from tests.assess.conftest import Assessed
from tests.assess.courses import ABNORMAL, NORMAL, Row, result
from tests.assess.look import on

MEASURED = (
    ("temperature",), ("spleen_below_margin",), ("neutrophils", "platelets"), ("ferritin",),
    ("fibrinogen", "d_dimer"), ("cns_involvement",),
)  # fmt: skip
HALVED = {
    "temperature": 38.5,
    "spleen_below_margin": 3,
    "neutrophils": 0.75,
    "platelets": 60,
    "ferritin": 5000,
    "fibrinogen": 1.2,
    "d_dimer": 3000,
}
SIGNS = {"A": ABNORMAL, "n": NORMAL, "+": NORMAL, "i": HALVED, "-": ABNORMAL}

# baseline, day 7, category and best case for a new patient, the same for a reactivated one
TABLE = [
    # everything abnormal before
    ("AAAAAA", "++++++", "CR CR", "CR CR"),
    ("AAAAAA", "+++++-", "PR PR", "PR PR"),
    ("AAAAAA", "-+++++", "PR PR", "PR PR"),
    ("AAAAAA", "+++---", "PR PR", "PR PR"),
    ("AAAAAA", "---+++", "PR PR", "PR PR"),
    ("AAAAAA", "++i---", "IMP IMP", "IMP IMP"),
    ("AAAAAA", "iii---", "IMP IMP", "IMP IMP"),
    ("AAAAAA", "iiiii-", "IMP IMP", "IMP IMP"),
    ("AAAAAA", "++----", "NR NR", "NR NR"),
    ("AAAAAA", "ii----", "NR NR", "NR NR"),
    ("AAAAAA", "------", "NR NR", "NR NR"),
    # something is not measured at day 7
    ("AAAAAA", "+++++?", "PR CR", "PR CR"),
    ("AAAAAA", "+++???", "PR CR", "PR CR"),
    ("AAAAAA", "+++-??", "PR PR", "PR PR"),
    ("AAAAAA", "++????", "NR CR", "NR CR"),
    ("AAAAAA", "++?---", "NR PR", "NR PR"),
    ("AAAAAA", "+i?---", "NR IMP", "NR IMP"),
    ("AAAAAA", "ii?---", "NR IMP", "NR IMP"),
    ("AAAAAA", "i??---", "NR IMP", "NR IMP"),
    ("AAAAAA", "???---", "NR PR", "NR PR"),
    ("AAAAAA", "??----", "NR NR", "NR NR"),
    ("AAAAAA", "??????", "NE CR", "NE CR"),
    # what was normal before does not count towards three, and must be normal for a complete response
    ("AAAnnn", "++++++", "CR CR", "CR CR"),
    ("AAAnnn", "+++--+", "PR PR", "PR PR"),
    ("AAAnnn", "++i+++", "IMP IMP", "PR PR"),
    ("AAAnnn", "iii+++", "IMP IMP", "IMP IMP"),
    ("AAAnnn", "++-+++", "NR NR", "PR PR"),
    ("AAAnnn", "+i-+++", "NR NR", "NR NR"),
    ("AAAnnn", "++?+++", "NR CR", "PR CR"),
    ("AAAnnn", "???+++", "NE CR", "NE CR"),
    ("AAnnnn", "++++++", "CR CR", "CR CR"),
    ("AAnnnn", "+++-++", "NR NR", "IMP IMP"),
    ("AAnnnn", "ii++++", "NR NR", "IMP IMP"),
    ("AAnnnn", "i-++++", "NR NR", "NR NR"),
    ("AAnnnn", "+?++++", "NR CR", "NR CR"),
    ("AAnnnn", "+?+-++", "NR NR", "NR IMP"),
    ("Annnnn", "+-++++", "NR NR", "NR NR"),
    ("nnnnnn", "++++++", "CR CR", "CR CR"),
    ("nnnnnn", "+-++++", "NE NR", "NE NR"),
    ("AAAAnn", "++--++", "NR NR", "NR NR"),
    ("AAAAnn", "++ii++", "IMP IMP", "IMP IMP"),
    # CNS involvement that was not there before rules out all but a complete response
    ("AAAAAn", "+++++-", "NR NR", "NR NR"),
    ("AAAAA?", "+++++-", "NR PR", "NR PR"),
    ("AAAAA?", "++++++", "CR CR", "CR CR"),
    # a baseline that was not measured never counts towards three, not even in the best case
    ("AAA???", "++++++", "CR CR", "CR CR"),
    ("AAA???", "+++--+", "PR PR", "PR PR"),
    ("AAA???", "++-+++", "NR NR", "NR PR"),
    ("AA????", "++++++", "CR CR", "CR CR"),
    ("AA????", "++-+++", "NR NR", "NR IMP"),
    ("??????", "++++++", "CR CR", "CR CR"),
    ("??????", "-+++++", "NE NR", "NE NR"),
]  # fmt: skip


OPEN = {"ferritin": ">1500", "fibrinogen": ABNORMAL["fibrinogen"]}
"""``o`` at baseline: ferritin above what the assay reads; fibrinogen low, D-dimer not measured."""

# What was measured at baseline and leaves open whether it was abnormal counts in the best case.
OPEN_TABLE = [
    ("AAAnon", "++-+++", "NR PR", "NR PR"),
    ("AAnoon", "++-+++", "NR PR", "NR PR"),
    ("AAnonn", "++--++", "NR IMP", "NR PR"),
    ("AAnonn", "++?+++", "NR CR", "NR CR"),
    ("nnnoon", "++-+++", "NE NR", "NE IMP"),
    # after a relapse two of exactly three suffice, and both of exactly two: if ferritin was high too
    ("AAnonn", "+--+++", "NR NR", "NR PR"),
    ("Annonn", "+?-+++", "NR NR", "NR IMP"),
    # three were surely abnormal: with ferritin they are four, of which two do not suffice
    ("AAAonn", "+--+++", "NR NR", "NR NR"),
]


def rows(day: float, signs: str) -> list[Row]:
    """The results that signs stand for; a day also has a CD25 value, so that it is looked at."""
    found = [result(day, "scd25", 900)] if day > 0 else []
    for sign, analytes in zip(signs, MEASURED, strict=True):
        values: Mapping[str, Any] = OPEN if sign == "o" else {} if sign == "?" else SIGNS[sign]
        found += [result(day, name, values[name]) for name in analytes if name in values]
    return found


@pytest.mark.parametrize("status", ["initial", "refractory", "relapse"])
@pytest.mark.parametrize("table", [TABLE, OPEN_TABLE], ids=["known or not measured", "open at baseline"])
def test_category_and_best_case_of_a_day(
    assessed: Assessed, table: list[tuple[str, str, str, str]], status: str
) -> None:
    charts: dict[str, Any] = {
        f"{before} {after}": ChartRows([*rows(0, before), *rows(7, after)], disease_status=status)
        for before, after, *_ in table
    }
    assert len(charts) == len(table)
    days = {name: on(found, 7) for name, found in assessed(**charts).items()}
    assert {name: f"{day.category} {day.best_case}" for name, day in days.items()} == {
        f"{before} {after}": relapsed if status == "relapse" else others for before, after, others, relapsed in table
    }
    assert {name for name, day in days.items() if day.indeterminate} == {
        name
        for name, day in days.items()
        if day.category != day.best_case and (day.category, day.best_case) != ("NE", "NR")
    }


# neutrophils, platelets at baseline; at day 7; cytopenia met and improved
CYTOPENIA = [
    ("AA", "++", "met yes"),
    ("AA", "+i", "not_met yes"),
    ("AA", "ii", "not_met yes"),
    ("AA", "+-", "not_met no"),
    ("AA", "+?", "not_evaluable unknown"),
    ("AA", "-?", "not_met no"),
    ("AA", "i?", "not_met unknown"),
    ("nA", "++", "met yes"),
    ("nA", "-i", "not_met yes"),
    ("nA", "+-", "not_met no"),
    ("An", "i-", "not_met yes"),
    ("An", "i?", "not_met yes"),
    ("?A", "++", "met yes"),
    ("?A", "+i", "not_met yes"),
    ("?A", "-i", "not_met unknown"),
    ("?A", "?i", "not_met unknown"),
    ("?A", "--", "not_met no"),
]
# fibrinogen, D-dimer likewise: either resolves, either improves
COAGULOPATHY = [
    ("AA", "++", "met yes"),
    ("AA", "+-", "met yes"),
    ("AA", "-+", "met yes"),
    ("AA", "i-", "not_met yes"),
    ("AA", "--", "not_met no"),
    ("AA", "+?", "met yes"),
    ("AA", "-?", "not_evaluable unknown"),
    ("AA", "i?", "not_evaluable yes"),
    ("AA", "??", "not_evaluable unknown"),
]


@pytest.mark.parametrize(
    ("domain", "table"), [("cytopenia", CYTOPENIA), ("coagulopathy", COAGULOPATHY)], ids=["cytopenia", "coagulopathy"]
)
def test_a_domain_of_two_items(assessed: Assessed, domain: str, table: list[tuple[str, str, str]]) -> None:
    pair = MEASURED[2] if domain == "cytopenia" else MEASURED[4]

    def of(day: float, signs: str) -> list[Row]:
        return [result(day, n, SIGNS[s][n]) for s, n in zip(signs, pair, strict=True) if s != "?"]

    charts: dict[str, Any] = {
        f"{before} {after}": ChartRows([*of(0, before), *of(7, after), result(7, "scd25", 900)])
        for before, after, _ in table
    }
    found = {}
    for name, each in assessed(**charts).items():
        state = next(one for one in on(each, 7).domains if one.id == domain)
        assert state.abnormal_at_baseline is True
        found[name] = f"{state.state} {state.improved}"
    assert found == {f"{before} {after}": expected for before, after, expected in table}
