"""A case whose chart grew after it was decided says so, and can be kept."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from hlh_tui.intake.load import import_charts
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries
from hlh_tui.ui.app import HlhApp
from tests.ui.conftest import settle
from tests.ui.review_study import MEYER
from tests.ui.screen_text import screen_text
from tests.ui.test_review_screen import press


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_new_data_are_marked_and_the_decision_can_be_kept(study_path: Path, size: tuple[int, int]) -> None:
    more = study_path.parent / "more"
    more.mkdir()
    (more / "observations.csv").write_text("patient_id,day,analyte,value,unit\nA02,14,crp,12,mg/L\n")
    with tempfile.TemporaryDirectory() as staging, open_study(study_path, staging=Path(staging)) as study:
        for case in ("A01", "A02"):
            decide(study, MEYER, Decision(case, "CR", "as charted"), reveals=False)
        import_charts(study, more, MEYER)
    app = HlhApp(study_path, MEYER)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(app, pilot)
        text = screen_text(app)
        assert "1 with new data (+)" in text
        assert [row.patient_id for row in app.cases if row.data_changed] == ["A02"]
        (line,) = [line for line in text.splitlines() if line.lstrip().startswith("A02")]
        assert "+" in line
        text = await press(app, pilot, "down", "enter")
        assert "more of the chart came in since: enter keeps it" in text
        await press(app, pilot, "enter")
        assert [row.patient_id for row in app.cases if row.data_changed] == []
        assert [entry.action for entry in entries(app.study)].count("decided") == 3
