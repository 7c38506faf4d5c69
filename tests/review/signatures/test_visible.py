"""A signature is visible wherever the case is: chart as text, export, certificate (21 CFR 11.50(b))."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb

from hlh_tui.export.dataset import export_dataset
from hlh_tui.review.chart_text import chart_text
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.signatures.keys import Key
from hlh_tui.review.signatures.sign import sign
from hlh_tui.study.anchors import anchors_at
from hlh_tui.study.file import Study
from hlh_tui.study.verify import verify
from tests.review.small_study import MEYER


def test_c9_show_prints_name_time_and_meaning(study: Study, key: Key) -> None:
    assert "SIGNATURES" not in chart_text(study, "P05")
    sign(study, MEYER, "P05", "made", key)
    section = chart_text(study, "P05").split("SIGNATURES\n")[1]
    assert section.startswith("signed by A. Meyer, 20")
    assert section.endswith(" UTC: I made this decision (PR)")
    assert "SIGNATURES" not in chart_text(study, "P01")
    decide(study, MEYER, Decision("P05", "NR", "relapse"))
    assert "SIGNATURE VOID, A. Meyer changed the decision to NR" in chart_text(study, "P05")


def test_c9_the_export_holds_every_signature_with_its_state(study: Study, key: Key, tmp_path: Path) -> None:
    sign(study, MEYER, "P05", "made", key)
    sign(study, MEYER, "P01", "made", key)
    decide(study, MEYER, Decision("P05", "NR", "relapse"))
    out = export_dataset(study, tmp_path / "out", MEYER).folder
    with (out / "data" / "signatures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [
        (row["patient_id"], row["printed_name"], row["meaning"], row["category"], row["valid"]) for row in rows
    ] == [
        ("P05", "A. Meyer", "I made this decision", "PR", "false"),
        ("P01", "A. Meyer", "I made this decision", "CR", "true"),
    ]
    assert rows[0]["why"].startswith("A. Meyer changed the decision to NR (entry 6, ")
    assert rows[0]["public_key"] == key.public_key
    parquet = duckdb.sql(f"SELECT patient_id FROM '{out}/data/signatures.parquet' WHERE valid").fetchall()
    assert parquet == [("P01",)]
    assert "state: VOID, A. Meyer changed the decision" in (out / "signatures.txt").read_text(encoding="utf-8")
    assert json.loads((out / "signatures.json").read_text(encoding="utf-8"))["signatures"][1]["valid"] is True
    assert verify(study, anchors_at(out)).ok
