"""The list of printed figures: each once, each count and percentage what it says."""

from __future__ import annotations

import tomllib

from tests.data.charts import FOLDER

FIGURES = tomllib.loads((FOLDER / "published.toml").read_text(encoding="utf-8"))["figure"]


def test_every_figure_has_an_id_of_its_own_and_a_place() -> None:
    ids = [f["id"] for f in FIGURES]
    assert len(ids) == len(set(ids))
    assert all(f["where"] and f["text"] and f["unit"] and "value" in f for f in FIGURES)


def test_percentages_are_those_of_their_counts() -> None:
    for f in FIGURES:
        if f["unit"] == "%" and "denominator" in f:
            assert round(100 * f["n"] / f["denominator"]) == f["value"], f["id"]
        elif "n" in f and "stray" not in f:
            assert f["n"] == f["value"], f["id"]


def test_the_stray_cell_is_kept_and_marked() -> None:
    stray = [f for f in FIGURES if f.get("stray")]
    assert [(f["id"], f["text"], f["value"]) for f in stray] == [("aetiology_header_stray", "9 (37.5)", 37.5)]
    assert 100 * 9 / 24 == 37.5


def test_named_patients_match_their_counts() -> None:
    named = {f["id"]: f for f in FIGURES if "patients" in f}
    assert all(len(f["patients"]) == f["n"] for f in named.values())
    assert named["response_cr"]["patients"] == ["P05", "P08", "P10", "P11"]


def test_the_printed_numbers_that_matter_are_listed() -> None:
    value = {f["id"]: f["value"] for f in FIGURES}
    assert (value["survival_to_hsct_2_months"], value["overall_survival_5_months"]) == (72.9, 44.4)
    assert (value["comparator_emapalumab_cr"], value["comparator_ruxolitinib_cr"]) == (21, 14.7)
    assert sorted(v for k, v in value.items() if k.startswith("p_")) == [0.007, 0.008, 0.025, 0.066]
