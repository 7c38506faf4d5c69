"""Make the demo study: import the bundled charts and, if asked, record the bundled decisions."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from hlh_tui.cli.reader import reader_from
from hlh_tui.intake.bundled import bundled_charts
from hlh_tui.intake.load import import_charts
from hlh_tui.protocol import load
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.models import Actor


def make_demo(path: Path, actor: Actor, *, adjudicated: bool) -> str:
    """A new study at ``path`` with the thirteen synthetic charts; returns a sentence that says what it holds."""
    charts = bundled_charts("song2024")
    protocol = load.read_bundled(load.STUDIES, "song-2024")
    criteria = load.read_bundled(load.CRITERIA, load.study_protocol(protocol).criteria)
    with (
        tempfile.TemporaryDirectory(prefix="hlh-tui-import-") as staging,
        create_study(path, protocol, criteria, actor, synthetic=True, staging=Path(staging)) as study,
    ):
        added = import_charts(study, charts, actor).added
        decisions = record_decisions(study, charts / "decisions.csv") if adjudicated else 0
    held = f"{added['patients']} synthetic patients, {added['observations']} observations"
    return f"{held}, {decisions} decisions" if adjudicated else held


def record_decisions(study: Study, file: Path) -> int:
    """Record every line of the bundled decisions in the order of the file; returns their number."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        decision = Decision(
            patient_id=row["patient_id"],
            category=row["category"],
            reason=row["reason"],
            confidence=row["confidence"],
            day=float(row["day"]) if row["day"] else None,
            role=row["role"],
        )
        decide(study, reader_from(row["reader"]), decision, reveals=False)
    return len(rows)
