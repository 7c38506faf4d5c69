"""Build the synthetic cohort: ``python data/song2024/build.py [FOLDER]`` (default: this folder).

Writes patients, observations, exposures, events, notes and decisions as CSV, and the data dictionary. Everything
that differs between patients is in plan/*.toml; running it again gives the same bytes.
"""

from __future__ import annotations

import csv
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True  # this folder is shipped as it stands

from draw import Plan, Row, as_text, observations  # noqa: E402 - the folder is not a package

PLACEHOLDER = re.compile(r"\{(\w+)@(-?[\d.]+)\}")
PATIENTS = ["patient_id", "sex", "age_years", "aetiology", "disease_status", "onset_day", "last_contact_day"]
PATIENTS += ["site", "weight_kg", "body_surface_m2"]
PRIOR = [f"prior_{drug}" for drug in ("glucocorticoids", "ruxolitinib", "etoposide", "ivig", "ciclosporin")]
EXPOSURES = ["patient_id", "drug", "drug_class", "start_day", "end_day", "dose", "dose_unit", "route", "source_ref"]
EVENTS = ["patient_id", "day", "end_day", "kind", "term", "grade", "relatedness", "cause", "source_ref"]
NOTES = ["patient_id", "day", "kind", "author", "text", "source_ref"]
DECISIONS = ["patient_id", "reader", "role", "category", "day", "confidence", "reason"]


def read(path: Path) -> Plan:
    """The plan in a TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def write(path: Path, columns: list[str], rows: list[Row]) -> None:
    """``rows`` as CSV: UTF-8, line feeds, empty cells for what is not there."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def filled(text: str, rows: list[Row], common: Plan) -> str:
    """``text`` with each ``{analyte@day}`` replaced by the last charted value up to that day."""

    def charted(match: re.Match[str]) -> str:
        name, until = match[1], float(match[2])
        found = [r for r in rows if r["analyte"] == name and r["day"] <= until]
        if not found:
            raise SystemExit(f"no {name} up to day {until} for {rows[0].get('source_ref', '?')}; correct the plan")
        newest = found[-1]
        if "comparator" in newest or isinstance(newest["value"], str):
            return str(newest["text"] if "text" in newest else newest["value"])
        return as_text(newest["value"], int(common["analytes"][name]["decimals"]))

    return PLACEHOLDER.sub(charted, text)


def compare(rows: list[Row], plan: Plan) -> None:
    """Turn the planned values into results beyond the range of the assay, e.g. ">2000"."""
    for name, day, comparator, bound in plan.get("comparators", []):
        hit = [r for r in rows if r["analyte"] == name and r["n"] == day]
        if not hit:
            raise SystemExit(f"{plan['patient']['patient_id']}: no {name} on day {day} to compare; correct the plan")
        for r in hit:
            r |= {"value": float(bound), "comparator": comparator, "text": f"{comparator}{bound}"}


def detection_floor(rows: list[Row], common: Plan) -> None:
    """Viral loads below the limit of detection are reported as such."""
    for r in rows:
        if r["analyte"] in ("ebv_dna", "cmv_dna") and isinstance(r["value"], float | int):
            floor = common["analytes"][r["analyte"]]["upper"]
            if r["value"] < floor:
                r |= {"comparator": "<", "text": f"<{floor}"}


def written(rows: list[Row], common: Plan, plan: Plan) -> list[Row]:
    """The observation rows as they stand in the file: text, foreign units, synonyms, own assays."""
    units = {(u[0], u[1]): u[2] for u in plan.get("units", [])}
    names = {(n[0], n[1]): n[2] for n in plan.get("names", [])}
    cells = []
    for r in rows:
        name, key = r["analyte"], (r["analyte"], r["n"])
        cell = {**r, "patient_id": plan["patient"]["patient_id"], "day": as_number(r["day"])}
        cell["analyte"] = names.get(key, name)
        cell |= plan.get("assay", {}).get(name, {})
        if "text" in r:
            cell["value"] = r["text"]
        elif not isinstance(r["value"], str):
            unit = units.get(key)
            if unit:
                rule = common["conversions"][unit]
                cell |= {"unit": unit, "value": as_text(r["value"] * rule["factor"] + rule["offset"], rule["decimals"])}
                cell |= {side: convert(r.get(side), rule) for side in ("lower", "upper")}
            else:
                cell["value"] = as_text(r["value"], int(common["analytes"].get(name, {}).get("decimals", 0)))
        cells.append(cell)
    return cells


def convert(limit: Any, rule: Plan) -> str:
    """A reference limit in the foreign unit; empty stays empty."""
    return "" if limit in ("", None) else as_text(float(limit) * rule["factor"] + rule["offset"], rule["decimals"])


def as_number(value: Any) -> Any:
    """A day without trailing zeros; anything else as it is."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def patient_row(plan: Plan) -> Row:
    """The row of patients.csv, with attributes."""
    attributes: Row = {p: "yes" if p.removeprefix("prior_") in plan["prior"] else "no" for p in PRIOR}
    return {**plan["patient"], "site": "synthetic centre", **attributes, "synthetic": "yes"}


def chart(common: Plan, plan: Plan) -> dict[str, list[Row]]:
    """The rows of every file for one patient."""
    pid: str = plan["patient"]["patient_id"]
    rows = observations(common, plan)
    compare(rows, plan)
    detection_floor(rows, common)
    notes = [
        {"patient_id": pid, "source_ref": f"{pid} note {i}", **n, "text": filled(n["text"], rows, common)}
        for i, n in enumerate(sorted(plan["notes"], key=lambda n: n["day"]), start=1)
    ]
    exposures = [dict(zip(EXPOSURES[1:8], e, strict=True)) for e in plan["exposures"]]
    events = sorted(plan["events"], key=lambda e: e["day"])
    decisions = [{"patient_id": pid, **d, "reason": filled(d["reason"], rows, common)} for d in plan["decisions"]]
    return {
        "patients": [patient_row(plan)],
        "observations": written(rows, common, plan),
        "exposures": [
            {"patient_id": pid, **{k: as_number(v) for k, v in e.items()}, "source_ref": f"{pid} drug chart"}
            for e in sorted(exposures, key=lambda e: (e["start_day"], e["drug"]))
        ],
        "events": [{"patient_id": pid, "source_ref": f"{pid} record", **e} for e in events],
        "notes": notes,
        "decisions": decisions,
    }


def dictionary(common: Plan, tables: dict[str, list[Row]]) -> str:
    """The data dictionary: each file's columns, then each analyte with unit, interval and number of values."""
    counts: dict[str, int] = {}
    aliases = {alias: name for name, alias in common["aliases"]}
    for r in tables["observations"]:
        name = str(aliases.get(r["analyte"], r["analyte"]))
        counts[name] = counts.get(name, 0) + 1
    described = read(HERE / "plan" / "columns.toml")
    lines = ["# Data dictionary of the synthetic cohort", "", "Written by `build.py`. All patients are synthetic.", ""]
    for file, columns in described.items():
        lines += [f"## {file}.csv ({len(tables[file])} rows)", "", "| column | meaning |", "|---|---|"]
        lines += [f"| {column} | {meaning} |" for column, meaning in columns.items()] + [""]
    lines += ["## Analytes", "", "| analyte | unit | laboratory interval | values |", "|---|---|---|---|"]
    for name in sorted(counts):
        a = common["analytes"].get(name, {})
        low, high = (interval(a, side) for side in ("lower", "upper"))
        lines.append(f"| {name} | {a.get('unit', '')} | {low} to {high} | {counts[name]} |".replace("|  to  |", "| |"))
    return "\n".join(lines) + "\n"


def interval(analyte: Plan, side: str) -> str:
    """The printed limit, for men / women where they differ."""
    if side in analyte:
        return str(analyte[side])
    both = [str(analyte[f"{side}_{sex}"]) for sex in "mf" if f"{side}_{sex}" in analyte]
    return " / ".join(both)


def main(folder: Path = HERE) -> None:
    """Write every file of the cohort into ``folder``."""
    common = read(HERE / "plan" / "common.toml")
    tables: dict[str, list[Row]] = {}
    for path in sorted((HERE / "plan").glob("P*.toml")):
        for name, rows in chart(common, read(path)).items():
            tables.setdefault(name, []).extend(rows)
    tables["decisions"].sort(key=lambda d: (common["readers"].index(d["reader"]), d["patient_id"]))
    folder.mkdir(parents=True, exist_ok=True)
    columns = {
        "patients": [*PATIENTS, *PRIOR, "underlying_disease", "synthetic"],
        "observations": ["patient_id", *common["columns"]],
        "exposures": EXPOSURES,
        "events": EVENTS,
        "notes": NOTES,
        "decisions": DECISIONS,
    }
    for name, rows in tables.items():
        write(folder / f"{name}.csv", columns[name], rows)
    (folder / "data_dictionary.md").write_text(dictionary(common, tables), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*[Path(argument) for argument in sys.argv[1:2]])
