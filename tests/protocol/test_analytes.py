"""The analyte table resolves what charts write, converts exactly and refuses what has no factor."""

import subprocess
import sys

import pytest

from hlh_tui.protocol import analytes as table
from hlh_tui.protocol.analytes import analytes, convert, find_analyte, find_unit, nearest

IDS = [
    "temperature",
    "haemoglobin",
    "leukocytes",
    "neutrophils",
    "lymphocytes",
    "platelets",
    "ferritin",
    "fibrinogen",
    "d_dimer",
    "triglycerides",
    "alt",
    "ast",
    "ldh",
    "bilirubin",
    "creatinine",
    "albumin",
    "crp",
    "procalcitonin",
    "scd25",
    "il6",
    "il10",
    "ifn_gamma",
    "cxcl9",
    "il18",
    "ebv_dna",
    "cmv_dna",
    "spleen_below_margin",
    "spleen_length",
    "splenomegaly",
    "hepatomegaly",
    "cns_involvement",
    "haemophagocytosis",
    "nk_activity",
    "molecular_hlh",
    "known_immunosuppression",
    "performance_status",
]

CANONICAL = {
    "temperature": "Cel",
    "haemoglobin": "g/L",
    "neutrophils": "10*9/L",
    "platelets": "10*9/L",
    "ferritin": "ug/L",
    "fibrinogen": "g/L",
    "d_dimer": "ug/L{FEU}",
    "triglycerides": "mmol/L",
    "ldh": "U/L",
    "bilirubin": "umol/L",
    "albumin": "g/L",
    "crp": "mg/L",
    "procalcitonin": "ng/mL",
    "scd25": "[arb'U]/mL",
    "cxcl9": "pg/mL",
    "ebv_dna": "{copies}/mL",
    "spleen_below_margin": "cm",
}


def stored(word: str, value: float, unit: str) -> tuple[float, str]:
    analyte = find_analyte(word)
    assert analyte is not None
    accepted = find_unit(analyte, unit)
    assert accepted is not None
    return convert(value, accepted), accepted.into or analyte.unit


def test_every_analyte_of_the_chart_format_is_there() -> None:
    assert sorted(analytes()) == sorted(IDS)


@pytest.mark.parametrize(("analyte", "unit"), CANONICAL.items())
def test_canonical_units(analyte: str, unit: str) -> None:
    assert analytes()[analyte].unit == unit


@pytest.mark.parametrize(
    ("word", "analyte"),
    [
        ("haemoglobin", "haemoglobin"),
        ("hemoglobin", "haemoglobin"),
        ("Hgb", "haemoglobin"),
        ("718-7", "haemoglobin"),
        ("PLT", "platelets"),
        ("777-3", "platelets"),
        (" Platelet count ", "platelets"),
        ("WBC", "leukocytes"),
        ("ANC", "neutrophils"),
        ("D-Dimer", "d_dimer"),
        ("IL-6", "il6"),
        ("IFN-γ", "ifn_gamma"),
        ("sIL-2R", "scd25"),
        ("hemophagocytosis", "haemophagocytosis"),
        ("ECOG", "performance_status"),
        ("Molecular diagnosis", "molecular_hlh"),
        ("Immunocompromised", "known_immunosuppression"),
        ("8310-5", "temperature"),
    ],
)
def test_synonyms_and_loinc_codes_resolve(word: str, analyte: str) -> None:
    found = find_analyte(word)
    assert found is not None
    assert found.id == analyte


def test_unknown_words_resolve_to_nothing_and_get_the_nearest_suggestion() -> None:
    assert find_analyte("haptoglobin") is None
    assert find_analyte("") is None
    assert find_analyte("9999-9") is None
    assert nearest("platlets") == "platelets"
    assert nearest("qqqq") is None


@pytest.mark.parametrize(
    ("word", "value", "unit", "expected"),
    [
        ("temperature", 101.3, "°F", (38.5, "Cel")),
        ("haemoglobin", 8.7, "g/dL", (87, "g/L")),
        ("haemoglobin", 5, "mmol/L", (80.5, "g/L")),
        ("leukocytes", 850, "/µL", (0.85, "10*9/L")),
        ("neutrophils", 0.5, "K/uL", (0.5, "10*9/L")),
        ("platelets", 34, "G/L", (34, "10*9/L")),
        ("platelets", 34, "10*3/uL", (34, "10*9/L")),
        ("fibrinogen", 150, "mg/dL", (1.5, "g/L")),
        ("d-dimer", 0.4, "mg/L FEU", (400, "ug/L{FEU}")),
        ("d-dimer", 250, "ng/mL DDU", (500, "ug/L{FEU}")),
        ("ferritin", 1000, "pmol/L", (445, "ug/L")),
        ("ferritin", 2000, "ng/mL", (2000, "ug/L")),
        ("triglycerides", 265.71, "mg/dL", (3, "mmol/L")),
        ("ALT", 2, "µkat/L", (120, "U/L")),
        ("bilirubin", 2, "mg/dL", (34.2, "umol/L")),
        ("creatinine", 1, "mg/dL", (88.4, "umol/L")),
        ("albumin", 3.1, "g/dL", (31, "g/L")),
        ("CRP", 4.2, "mg/dL", (42, "mg/L")),
        ("scd25", 6400, "pg/mL", (6400, "pg/mL")),
        ("scd25", 2400, "U/mL", (2400, "[arb'U]/mL")),
        ("EBV DNA", 100, "IU/mL", (100, "[IU]/mL")),
    ],
)
def test_conversions_are_exact(word: str, value: float, unit: str, expected: tuple[float, str]) -> None:
    assert stored(word, value, unit) == expected


@pytest.mark.parametrize(
    "spelling",
    ["10*9/L", "10^9/L", "×10⁹/L", "x10E9/L", "10e9/l", "x 10^9 / L", "10**9/L", "1e9/L", "G/L", "10⁹/L", ""],
)
def test_one_unit_has_many_spellings(spelling: str) -> None:
    unit = find_unit(analytes()["platelets"], spelling)
    assert unit is not None
    assert unit.unit == "10*9/L"


@pytest.mark.parametrize("spelling", ["ug/L", "µg/L", "μg/L", "mcg/L", "UG/L", "ug / l"])
def test_micro_has_many_spellings(spelling: str) -> None:
    unit = find_unit(analytes()["ferritin"], spelling)
    assert unit is not None
    assert unit.unit == "ug/L"


@pytest.mark.parametrize(
    ("analyte", "unit"), [("ferritin", "U/mL"), ("scd25", "IU"), ("ebv_dna", "log10"), ("alt", "mg/L")]
)
def test_units_without_a_factor_are_not_accepted(analyte: str, unit: str) -> None:
    assert find_unit(analytes()[analyte], unit) is None


def test_loinc_codes_that_encode_moles_or_ddu_fit_only_their_units() -> None:
    moles = table.loinc_code(analytes()["haemoglobin"], "59260-0")
    ddu = table.loinc_code(analytes()["d_dimer"], "48066-5")
    assert moles is not None
    assert moles.units == ("mmol/L",)
    assert ddu is not None
    assert "ug/L{FEU}" not in ddu.units


def test_plausible_and_reference_limits() -> None:
    haemoglobin, ferritin = analytes()["haemoglobin"], analytes()["ferritin"]
    assert (haemoglobin.reject.low, haemoglobin.reject.high) == (10, 260)
    assert (haemoglobin.warn.low, haemoglobin.warn.high) == (40, 200)
    assert haemoglobin.hint(12.5) == "likely g/dL: give the unit"
    assert haemoglobin.hint(120) == ""
    assert (ferritin.normal("male").low, ferritin.normal("male").high) == (30, 400)
    assert (ferritin.normal("female").low, ferritin.normal("female").high) == (13, 150)
    assert (ferritin.lower, ferritin.upper) == (13, 400)
    assert analytes()["neutrophils"].not_above == "leukocytes"
    assert analytes()["scd25"].limits("pg/mL")[0].high == 5_000_000


def test_words_of_findings() -> None:
    levels = analytes()["splenomegaly"].levels
    assert {levels[word] for word in ("present", "yes", "positive", "abnormal")} == {1}
    assert {levels[word] for word in ("absent", "no", "negative", "normal")} == {0}
    assert analytes()["nk_activity"].levels["normal"] == 0
    assert "absent" not in analytes()["nk_activity"].levels
    molecular = analytes()["molecular_hlh"].levels
    assert (molecular["pathogenic"], molecular["negative"]) == (1, 0)
    assert "uncertain significance" not in molecular
    assert analytes()["known_immunosuppression"].levels["yes"] == 1


def test_the_table_is_consistent() -> None:
    for analyte in analytes().values():
        units = [unit.unit for unit in analyte.units]
        assert len(analyte.short) <= 12
        assert analyte.kind in ("number", "finding", "scale")
        assert all(word == word.lower() for word in analyte.levels)
        assert {unit.into for unit in analyte.units} <= {"", *analyte.own}
        assert all(set(code.units) <= set(units) for code in analyte.loinc)
        assert analyte.not_above in ("", *analytes())
        spelled: dict[str, str] = {}
        for unit in analyte.units:
            for text in (unit.unit, *unit.also):
                assert spelled.setdefault(table.unit_key(text), unit.unit) == unit.unit


def test_importing_the_table_is_light() -> None:
    code = "import sys, hlh_tui.protocol.analytes; print({'duckdb', 'pandas', 'numpy', 'textual'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
