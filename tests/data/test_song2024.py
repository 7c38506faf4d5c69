"""The bundled cohort against the printed margins, computed from its CSV files alone."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.assess.oracle import Result, assess
from tests.data.charts import FOLDER, PATIENTS, events, exposures, observations, table

MONTH = 30.4375
CR = {"P05", "P08", "P10", "P11"}
PR = {"P03", "P04", "P09", "P13"}
IMP = {"P02", "P07"}
NR = {"P01", "P06", "P12"}
EBV = {"P02", "P04", "P06", "P11", "P13"}


def patients() -> dict[str, dict[str, str]]:
    return {p["patient_id"]: p for p in table("patients")}


@cache
def result(patient_id: str) -> Result:
    p = patients()[patient_id]
    return assess(
        observations(patient_id),
        events(patient_id),
        exposures(patient_id),
        p["disease_status"],
        float(p["last_contact_day"]),
    )


def having(kind: str) -> set[str]:
    return {e["patient_id"] for e in table("events") if e["kind"] == kind}


def values(patient_id: str, analyte: str) -> list[dict[str, Any]]:
    return [o for o in observations(patient_id) if o["analyte"] == analyte]


def quartiles(numbers: list[float]) -> list[float]:
    return statistics.quantiles(numbers, n=4, method="exclusive")  # type 6


# Table 1


def test_table_1() -> None:
    rows = list(patients().values())
    ages = sorted(int(p["age_years"]) for p in rows)
    assert len(rows) == 13
    assert (statistics.median(ages), ages[0], ages[-1]) == (34, 18, 79)
    assert Counter(p["sex"] for p in rows) == {"male": 10, "female": 3}
    assert Counter(p["aetiology"] for p in rows) == {"ebv": 5, "lymphoma": 5, "autoimmune": 2, "unidentified": 1}
    assert Counter(p["disease_status"] for p in rows) == {"initial": 5, "refractory": 5, "relapse": 3}
    weeks = sorted(-int(p["onset_day"]) / 7 for p in rows)
    assert [f"{w:.1f}" for w in (weeks[6], weeks[0], weeks[-1])] == ["4.6", "1.7", "13.3"]
    assert {p["synthetic"] for p in rows} == {"yes"}


def test_previous_regimens_belong_to_the_eight_previously_treated() -> None:
    rows = patients()
    printed = {"glucocorticoids": 5, "ruxolitinib": 5, "etoposide": 4, "ivig": 2, "ciclosporin": 1}
    for drug, n in printed.items():
        assert sum(p[f"prior_{drug}"] == "yes" for p in rows.values()) == n
    treated = {pid for pid, p in rows.items() if any(p[f"prior_{d}"] == "yes" for d in printed)}
    assert treated == {pid for pid, p in rows.items() if p["disease_status"] != "initial"}
    assert (len(treated & (CR | PR | IMP)), len(treated)) == (6, 8)
    assert len((CR | PR | IMP) - treated) == 4


def test_previous_regimens_are_in_the_drug_charts() -> None:
    classes = {
        "glucocorticoids": "glucocorticoid",
        "ruxolitinib": "jak_inhibitor",
        "etoposide": "topoisomerase_inhibitor",
        "ivig": "immunoglobulin",
        "ciclosporin": "calcineurin_inhibitor",
    }
    for pid, p in patients().items():
        before = {e["drug_class"] for e in exposures(pid) if e["start_day"] < 0}
        for drug, drug_class in classes.items():
            assert (p[f"prior_{drug}"] == "yes") == (drug_class in before), (pid, drug)


def test_four_of_five_still_receive_ruxolitinib_at_the_first_dose() -> None:
    still = {
        pid
        for pid in PATIENTS
        for e in exposures(pid)
        if e["drug"] == "ruxolitinib" and e["start_day"] < 0 and (e["end_day"] is None or e["end_day"] > 0)
    }
    assert still == {"P02", "P04", "P07", "P13"}
    assert patients()["P08"]["prior_ruxolitinib"] == "yes"


# Treatment


def test_emapalumab_doses() -> None:
    given = {pid: [e for e in exposures(pid) if e["drug"] == "emapalumab"] for pid in PATIENTS}
    assert Counter(len(doses) for doses in given.values()) == {1: 7, 2: 5, 4: 1}
    assert {e["dose"] for doses in given.values() for e in doses} == {50, 100}
    assert all(doses[0]["start_day"] == 0 for doses in given.values())
    for pid, doses in given.items():
        assert 0.9 <= doses[0]["dose"] / float(patients()[pid]["weight_kg"]) <= 2


def test_ruxolitinib_doses_are_20_to_30_mg_per_m2() -> None:
    for pid in PATIENTS:
        doses = [e["dose"] for e in exposures(pid) if e["drug"] == "ruxolitinib" and e["start_day"] >= 0]
        doses += [e["dose"] for e in exposures(pid) if e["drug"] == "ruxolitinib" and (e["end_day"] or 99) > 0]
        assert doses
        assert all(20 <= d / float(patients()[pid]["body_surface_m2"]) <= 30 for d in doses)


def spans(patient_id: str) -> tuple[float, float]:
    """Days of emapalumab and of ruxolitinib by the definitions of the README."""
    last = float(patients()[patient_id]["last_contact_day"])
    stops = [e["day"] for e in events(patient_id) if e["kind"] in ("chemotherapy", "hsct", "death") and e["day"] > 0]
    doses = [e["start_day"] for e in exposures(patient_id) if e["drug"] == "emapalumab"]
    emapalumab = min([max(doses) + 8, last, *stops])
    course = next(
        e
        for e in exposures(patient_id)
        if e["drug"] == "ruxolitinib" and e["start_day"] <= 0 and (e["end_day"] is None or e["end_day"] > 0)
    )
    end = last if course["end_day"] is None else course["end_day"]
    assert end >= emapalumab, "together is as long as emapalumab alone, as printed"
    return emapalumab, end - course["start_day"]


def test_exposure_medians_and_quartiles() -> None:
    both = [spans(pid) for pid in PATIENTS]
    emapalumab = [days / 7 for days in quartiles([b[0] for b in both])]
    ruxolitinib = [days / 7 for days in quartiles([b[1] for b in both])]
    assert [f"{emapalumab[1]:.2f}", f"{emapalumab[0]:.1f}", f"{emapalumab[2]:.1f}"] == ["1.14", "1.0", "2.8"]
    assert [f"{ruxolitinib[1]:.1f}", f"{ruxolitinib[0]:.1f}", f"{ruxolitinib[2]:.1f}"] == ["6.7", "3.6", "9.4"]


def test_other_treatment() -> None:
    etoposide = {
        pid
        for pid in PATIENTS
        for e in exposures(pid)
        if e["drug"] == "etoposide" and e["start_day"] >= 0 and (e["dose"], e["dose_unit"]) == (50, "mg/m2")
    }
    assert etoposide == {"P01", "P02", "P13"}
    pd1 = {pid for pid in PATIENTS for e in exposures(pid) if e["drug"] in ("sintilimab", "camrelizumab")}
    assert pd1 == EBV - {"P06"}
    renal = {e["patient_id"] for e in table("events") if e["term"] == "continuous renal replacement therapy"}
    assert renal == {"P06", "P12"}
    assert having("chemotherapy") == IMP | NR | {"P03", "P04"}
    assert having("relapse") == {"P04", "P13"}


# Response


@pytest.mark.parametrize("patient_id", PATIENTS)
def test_published_category(patient_id: str) -> None:
    expected = next(c for c, ids in (("CR", CR), ("PR", PR), ("IMP", IMP), ("NR", NR)) if patient_id in ids)
    assert result(patient_id).best == expected


@pytest.mark.parametrize("patient_id", PATIENTS)
def test_category_is_confirmed_before_chemotherapy_hsct_death_or_loss(patient_id: str) -> None:
    confirmed = result(patient_id).confirmed_day
    if patient_id in NR:
        assert confirmed is None
        return
    assert confirmed is not None
    kinds = ("chemotherapy", "hsct", "death", "relapse")
    stops = [e["day"] for e in events(patient_id) if e["kind"] in kinds and e["day"] > 0]
    assert confirmed < min([*stops, float(patients()[patient_id]["last_contact_day"])])


def test_clinical_variety() -> None:
    assert (result("P06").unconfirmed, result("P13").unconfirmed) == ("IMP", "CR")
    assert any(d.guard for d in result("P13").days)
    assert not any(d.guard for pid in PATIENTS if pid != "P13" for d in result(pid).days)
    at_14 = [d for d in result("P04").days if 13 <= d.day <= 15]
    assert {d.domains["cytopenia"] for d in at_14} == {"not_met"}
    assert {d.domains["spleen"] for d in result("P03").days if d.counts and d.day > 4} == {"not_met"}
    assert {d.domains["ferritin"] for d in result("P09").days if d.day > 4.5} == {"not_met"}
    assert all(any(d.indeterminate for d in result(pid).days) for pid in PATIENTS)


def test_fever_is_gone_by_48_hours_in_12_of_13() -> None:
    hot = {pid for pid in PATIENTS if any(2 < o["day"] <= 7 and o["value"] >= 37.5 for o in values(pid, "temperature"))}
    assert hot == {"P12"}
    assert all(result(pid).baseline["fever"] == "not_met" for pid in PATIENTS)


# Follow-up and survival


def kaplan_meier(times: list[tuple[float, bool]], day: float) -> float:
    survival = 1.0
    for t in sorted({t for t, event in times if event and t <= day}):
        at_risk = sum(u >= t for u, _ in times)
        survival *= 1 - sum(u == t and event for u, event in times) / at_risk
    return survival


def test_survival_figures() -> None:
    died, grafted = having("death"), {e["patient_id"]: float(e["day"]) for e in table("events") if e["kind"] == "hsct"}
    last = {pid: float(p["last_contact_day"]) for pid, p in patients().items()}
    to_hsct = [(grafted[p], False) if p in grafted else (last[p], p in died) for p in PATIENTS]
    overall = [(last[p], p in died) for p in PATIENTS]
    assert round(100 * kaplan_meier(to_hsct, 2 * MONTH), 1) == 72.9
    assert round(100 * kaplan_meier(overall, 5 * MONTH), 1) == 44.4
    survivors = quartiles([last[p] / MONTH for p in PATIENTS if p not in died])
    assert [round(q, 1) for q in survivors] == [4.9, 5.8, 6.9]


def test_disposition() -> None:
    died, grafted = having("death"), having("hsct")
    assert grafted == {"P02", "P03", "P04", "P06", "P11"}
    assert grafted & died == {"P02", "P06"}
    assert died - grafted == {"P01", "P07", "P12", "P13"}
    assert set(PATIENTS) - died - grafted == {"P05", "P08", "P09", "P10"}
    causes = Counter(e["cause"].split(",")[0] for e in table("events") if e["kind"] == "death")
    assert causes == {"HLH": 3, "sudden cardiac death": 1, "infection after HSCT": 2}
    assert all(float(e["day"]) == float(patients()[e["patient_id"]]["last_contact_day"]) for e in deaths())


def deaths() -> list[dict[str, str]]:
    return [e for e in table("events") if e["kind"] == "death"]


def test_nothing_is_charted_after_last_contact() -> None:
    for pid, p in patients().items():
        last = float(p["last_contact_day"])
        assert max(o["day"] for o in observations(pid)) <= last
        assert max(e["end_day"] or e["day"] for e in events(pid)) <= last
        assert max(e["start_day"] for e in exposures(pid)) <= last
        assert max(e["end_day"] or 0 for e in exposures(pid)) <= last


# Cytokines, virus, safety


def baseline(patient_id: str, analyte: str) -> dict[str, Any]:
    return [o for o in values(patient_id, analyte) if o["day"] <= 0][-1]


def fall(patient_id: str, analyte: str) -> float:
    """Value nearest day 7 over baseline."""
    day7 = min((o for o in values(patient_id, analyte) if o["day"] > 0), key=lambda o: abs(o["day"] - 7))
    return float(day7["value"] / baseline(patient_id, analyte)["value"])


def test_cytokines_before_and_after() -> None:
    high = {a: {p for p in PATIENTS if baseline(p, a)["value"] > baseline(p, a)["upper"]} for a in ("il6", "il10")}
    ifn = {p for p in PATIENTS if baseline(p, "ifn_gamma")["value"] > baseline(p, "ifn_gamma")["upper"]}
    assert (len(high["il6"]), len(high["il10"]), len(ifn)) == (13, 12, 8)
    after = [o for p in PATIENTS for o in values(p, "ifn_gamma") if o["day"] > 0]
    assert all(o["value"] <= o["upper"] for o in after)
    assert max(fall(p, "il6") for p in CR | PR | IMP) < min(fall(p, "il6") for p in NR)
    assert max(fall(p, "il10") for p in CR | PR) < min(fall(p, "il10") for p in IMP | NR)


def test_ebv_dna_falls_in_patient_11_only() -> None:
    with_values = {p for p in PATIENTS if values(p, "ebv_dna")}
    assert with_values == EBV
    ratio = {}
    for pid in EBV:
        last = [o for o in values(pid, "ebv_dna") if 0 < o["day"] <= 29][-1]
        ratio[pid] = last["value"] / baseline(pid, "ebv_dna")["value"]
    assert {pid for pid, r in ratio.items() if r < 0.1} == {"P11"}
    assert all(r > 0.4 for pid, r in ratio.items() if pid != "P11")


def test_adverse_events() -> None:
    found = [e for e in table("events") if e["kind"] == "adverse_event"]
    assert all(e["grade"] in "12345" and e["relatedness"] for e in found)
    assert not [e for e in found if int(e["grade"]) >= 3 and e["relatedness"] not in ("unrelated", "unlikely")]
    cmv = [e for e in found if "CMV" in e["term"]]
    assert [(e["patient_id"], e["relatedness"]) for e in cmv] == [("P08", "possible")]
    assert round((float(cmv[0]["end_day"]) - float(cmv[0]["day"])) / 7) == 3


# The files


def test_charts_look_like_charts() -> None:
    rows = table("observations")
    counts = Counter(r["patient_id"] for r in rows)
    assert all(200 <= n <= 700 for n in counts.values())
    assert sum(f.stat().st_size for f in FOLDER.glob("*.csv")) < 1_500_000
    assert {r["unit"] for r in rows} >= {"[degF]", "mg/dL", "mg/L{FEU}", "/uL", "g/dL", "pg/mL", "[arb'U]/mL"}
    assert {r["analyte"] for r in rows} >= {"777-3", "PLT", "2276-4", "hemoglobin", "ANC", "48065-7"}
    assert {r["value"] for r in rows} >= {">2000", ">40000", "<0.05", "<500"}
    assert {(r["unit"], bool(r["assay"])) for r in rows if r["analyte"] == "scd25" and r["patient_id"] == "P10"} == {
        ("pg/mL", True)
    }
    first_day = [r for r in rows if r["patient_id"] == "P05" and r["analyte"] == "temperature"]
    assert sum(1 < float(r["day"]) <= 2 for r in first_day) == 4
    for pid in PATIENTS:
        parts = {o["day"]: o["value"] for o in values(pid, "leukocytes")}
        assert all(o["value"] <= parts[o["day"]] for o in values(pid, "neutrophils"))


def test_notes_are_there_and_do_not_name_the_category() -> None:
    notes = table("notes")
    assert all(4 <= n <= 10 for n in Counter(n["patient_id"] for n in notes).values())
    named = re.compile(r"\b(CR|PR|NR|complete|partial|HLH improvement|no response|non-?responder|remission)\b")
    assert [n["text"] for n in notes if named.search(n["text"])] == []


def test_decisions_disagree_on_two_and_end_as_published() -> None:
    by: dict[str, dict[str, str]] = {}
    for row in table("decisions"):
        assert row["reason"]
        assert not re.search(r"[{}@]", row["reason"])
        by.setdefault(row["reader"], {})[row["patient_id"]] = row["category"]
    meyer, tanaka, panel = by["A. Meyer"], by["K. Tanaka"], by["Consensus panel"]
    assert {p: (meyer[p], tanaka[p]) for p in PATIENTS if meyer[p] != tanaka[p]} == {
        "P06": ("IMP", "NR"),
        "P13": ("CR", "PR"),
    }
    assert panel == {p: result(p).best for p in PATIENTS}


def test_day_of_each_decision_is_the_day_of_the_response() -> None:
    for row in table("decisions"):
        if row["reader"] == "Consensus panel" and row["day"]:
            assert float(row["day"]) == pytest.approx(result(row["patient_id"]).best_day, abs=0.05)


def test_rebuilding_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(FOLDER / "build.py"), str(tmp_path)], check=True, capture_output=True)
    built = sorted(f.name for f in tmp_path.iterdir())
    tables = ("decisions", "events", "exposures", "notes", "observations", "patients")
    assert built == sorted(["data_dictionary.md", *(f"{t}.csv" for t in tables)])
    for name in built:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), f"{name}: run make data"
