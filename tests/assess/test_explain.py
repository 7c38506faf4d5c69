"""The trace as text, and the verb that prints it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.assess.explain import explain
from hlh_tui.cli import main
from tests.assess.charts import fill, new_study
from tests.assess.conftest import Assessed
from tests.assess.courses import abnormal, before, normal, patient, platelet_transfusions

CHARTS = {
    "P01": patient(before(), abnormal(3), normal(7, 10, 14)),
    "P02": patient(
        before(ferritin=">40000", scd25=4000),
        normal(7.25, 11, platelets=112, ferritin=2400, cns_involvement=None, scd25=3000),
        events=platelet_transfusions(5),
    ),
    "P03": patient(before()),
}


def test_the_trace_of_a_day(assessed: Assessed) -> None:
    found = assessed(P02=CHARTS["P02"])["P02"]
    lines = explain(found, 7.25).splitlines()
    further = ("    at baseline", "    value charted", "    baseline charted", "    limit from")
    assert [line for line in lines if not line.startswith(further)] == [
        "P02: PR from day 7.25, confirmed on day 11",
        "",
        "Day 7.25: PR, partial response: of 6 domains abnormal at baseline, 3 met (Fever, Spleen, Coagulopathy)"
        "; not met: Cytopenia, Ferritin; not evaluable: CNS",
        "  Fever: met, limit <37.5, baseline 39.5 °C (day 0), value 36.6 °C (day 7.25), -100 %",
        "    met: highest temperature 36.6 °C on day 7.25 is below 37.5; -100 % from 39.5 °C on day 0"
        " (excess over 37.5 °C)",
        "  Spleen: met, limit ≤0, baseline 6 cm (day 0), value 0 cm (day 7.25), -100 %",
        "    met: 0 cm on day 7.25 is at or below 0; -100 % from 6 cm on day 0 (cm below the costal margin)",
        "  Neutrophils: met, limit ≥1.0, baseline 0.5 10⁹/L (day 0), value 2.2 10⁹/L (day 7.25), +340 %",
        "    met: 2.2 10⁹/L on day 7.25 is at or above 1; +340 % from 0.5 10⁹/L on day 0",
        "  Platelets: not met, limit ≥100, baseline 40 10⁹/L (day 0), value 112 10⁹/L (day 7.25), +180 %",
        "    not met: 112 10⁹/L on day 7.25 is at or above 100, but platelets were transfused on day 5, within 4"
        " days before; +180 % from 40 10⁹/L on day 0",
        "  Ferritin: not met, limit <2000, baseline >40000 µg/L (day 0), value 2400 µg/L (day 7.25)",
        "    not met: 2400 µg/L on day 7.25 is at or above 2000; change from >40000 µg/L on day 0 cannot be given as a"
        " percentage",
        "  Fibrinogen: met, limit >1.5, baseline 0.8 g/L (day 0), value 2.4 g/L (day 7.25), +200 %",
        "    met: 2.4 g/L on day 7.25 is above 1.5; +200 % from 0.8 g/L on day 0",
        "  D-dimer: met, limit <500, baseline 6000 µg/L FEU (day 0), value 300 µg/L FEU (day 7.25), -95 %",
        "    met: 300 µg/L FEU on day 7.25 is below 500; -95 % from 6000 µg/L FEU on day 0",
        "  CNS involvement: not evaluable, limit absent, baseline present (day 0), value none",
        "    not evaluable: no value after the first dose in the 14 d up to day 7.25",
        "  sCD25 worsening: clear",
    ]
    platelets = next(place for place, line in enumerate(lines) if line.startswith("  Platelets"))
    assert lines[platelets + 2 : platelets + 5] == [
        "    at baseline not met; improved (met, or improved if the value rises by at least 50 %)",
        "    value charted as “raw”, baseline charted as “raw”",
        "    limit from: registry (label: > 100), see option bound [S]",
    ]


def test_the_trace_of_a_patient_begins_with_the_day_that_decides(assessed: Assessed) -> None:
    found = assessed(**CHARTS)
    heads = [line.split(":")[0] for line in explain(found["P01"]).splitlines() if line.startswith("Day")]
    assert heads == ["Day 7", "Day 3", "Day 10", "Day 14"]
    assert explain(found["P03"]) == "P03: NE: nothing could be evaluated after the first dose, up to day 28"
    assert explain(found["P03"], 7).endswith("\n\nP03 has no evaluation on day 7")


def test_the_trace_says_why_a_day_does_not_count(assessed: Assessed) -> None:
    found = assessed(p=patient(before(), normal(2, 7, 30), events=[{"day": 7, "kind": "chemotherapy"}]))["p"]
    assert explain(found, 2).splitlines()[3].startswith("  Fever")
    said = "  This day does not count towards the best response: additional chemotherapy on day 7."
    assert [explain(found, day).splitlines()[3] for day in (7, 30)] == [said, said]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("assess") / "study.duckdb"
    fill(new_study(path), CHARTS).close()
    return path


@pytest.mark.parametrize(
    ("at_baseline", "uncounted", "best_case", "said"),
    [
        ({"ferritin": None}, "Ferritin", "NR", ""),
        ({"ferritin": ">1500"}, "Ferritin", "PR", "Ferritin at baseline"),
        ({"ferritin": 640, "fibrinogen": 0.8, "d_dimer": None}, "Coagulopathy", "PR", "Coagulopathy at baseline"),
    ],
    ids=["never measured", "a bound that proves nothing", "one of two low, the other not measured"],
)
def test_the_trace_names_what_is_well_and_does_not_count(
    assessed: Assessed, at_baseline: dict[str, float | str | None], uncounted: str, best_case: str, said: str
) -> None:
    mild = {"neutrophils": 2.2, "platelets": 150, "fibrinogen": 2.4, "d_dimer": 300, "cns_involvement": 0}
    found = assessed(p=patient(before(**(mild | at_baseline)), normal(7, 10, platelets=99)))["p"]
    day = found.evaluations[0]
    possible = f"; indeterminate: with {said} unknown, partial response is possible" if said else ""
    assert (day.category, day.best_case, day.indeterminate, day.why) == (
        "NR",
        best_case,
        best_case == "PR",
        "no response: of 2 domains abnormal at baseline, 2 met (Fever, Spleen) and 2 improved or met (Fever, Spleen);"
        f" neither: Cytopenia; not counted, baseline not evaluable: {uncounted}{possible}",
    )


def test_the_verb_prints_one_line_per_patient(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(study)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "patient  best  from  confirmed  unconfirmed  d3  d7  d14  open days",
        "P01      CR    7     10         -            NR  CR  CR   0",
        "P02      PR    7.25  11         -            -   PR  PR   0",
        "P03      NE    -     -          -            -   -   -    0",
        "",
        "locatelli-2020 1.1.0, default options.",
        "The patients of this study are synthetic.",
    ]


def test_the_verb_explains_one_patient_under_other_options(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["assess", str(study), "--patient", "P01", "--explain", "--set", "coag=both", "--set", "missing=best"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "P01: CR from day 7, confirmed on day 10\n\nDay 7: CR, complete response: all 6 domains are met\n"
    )
    assert "\nlocatelli-2020 1.1.0, coag=both, missing=best.\n" in out


def test_the_json_of_a_patient(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(study), "--patient", "P02", "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert (out["criteria"]["id"], out["criteria"]["version"]) == ("locatelli-2020", "1.1.0")
    assert len(out["criteria"]["hash"]) == 64
    (found,) = out["patients"]
    assert found["best"] == {
        "category": "PR",
        "day": 7.25,
        "confirmed_day": 11,
        "at_most": None,
        "unconfirmed": None,
        "why": "PR from day 7.25, confirmed on day 11",
    }
    assert found["visits"] == [{"visit": 3, "day": None}, {"visit": 7, "day": 7.25}, {"visit": 14, "day": 11}]
    day = found["by_day"][0]
    assert (day["day"], day["category"], day["counts"], day["guard"]) == (7.25, "PR", True, "clear")
    assert [domain["id"] for domain in day["domains"]] == [
        "fever",
        "spleen",
        "cytopenia",
        "ferritin",
        "coagulopathy",
        "cns",
    ]
    platelets = next(item for item in day["items"] if item["id"] == "platelets")
    assert platelets == {
        "id": "platelets",
        "domain": "cytopenia",
        "analyte": "platelets",
        "baseline": 40,
        "baseline_comparator": None,
        "baseline_day": 0,
        "value": 112,
        "comparator": None,
        "value_day": 7.25,
        "unit": "10*9/L",
        "value_unit": "u",
        "baseline_unit": "u",
        "charted": {"value": "raw", "unit": None, "file": None, "row": None},
        "baseline_charted": {"value": "raw", "unit": None, "file": None, "row": None},
        "limit": "≥100",
        "limit_source": "registry (label: > 100), see option bound",
        "limit_confidence": "S",
        "change_pct": 180,
        "state": "not_met",
        "baseline_state": "not_met",
        "abnormal_at_baseline": True,
        "improved": "yes",
        "baseline_analyte": "platelets",
        "asks": "met, or improved if the value rises by at least 50 %",
        "support": "platelet transfusion on day 5",
        "why": "not met: 112 10⁹/L on day 7.25 is at or above 100, but platelets were transfused on day 5, within 4"
        " days before; +180 % from 40 10⁹/L on day 0",
    }


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--patient", "P9"], "there is no patient 'P9' in study.duckdb; hlh-tui assess lists them all"),
        (["--criteria", "nobody-2099"], "there is no criteria set 'nobody-2099': choose one of"),
        (["--set", "coag=maybe"], "option coag of locatelli-2020 cannot be 'maybe'; choose one of and_or, both"),
        (["--set", "coag"], "--set coag: write it as key=value, for example --set missing=best"),
    ],
)
def test_what_is_not_there_is_one_sentence(
    study: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert main(["assess", str(study), *words]) == 2
    assert capsys.readouterr().err.startswith(f"hlh-tui assess: {sentence}")
