"""The export carries the readers' certificates, and nothing else of their training."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlh_tui.export.dataset import export_dataset
from hlh_tui.protocol.errors import HlhError
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.training.certificate import certificate
from hlh_tui.review.training.record import record_certificate
from hlh_tui.review.training.study import aim_of, make_training
from hlh_tui.study.file import Study, open_study
from tests.export.conducted import columns
from tests.review.small_study import MEYER


def finished_training(study: Study, path: Path) -> dict[str, object]:
    hand = make_training(path, MEYER, aim_of(study), 5, 1)
    with open_study(path) as training:
        for patient_id, case in hand.cases.items():
            decide(training, MEYER, Decision(patient_id, case.category, "as the criteria say"))
        return certificate(training)


def test_certificates_leave_with_the_data_and_training_decisions_do_not(study: Study, tmp_path: Path) -> None:
    said = finished_training(study, tmp_path / "t.duckdb")
    record_certificate(study, MEYER, said)
    export_dataset(study, tmp_path / "out", MEYER)
    held = json.loads((tmp_path / "out" / "training.json").read_text(encoding="utf-8"))
    assert held == {"certificates": [said]}
    readme = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "## Training of readers" in readme
    assert "- A. Meyer: 5 of 5 right, pass mark 80 %, passed, finished 20" in readme
    assert "T01" not in (tmp_path / "out" / "data" / "decisions.csv").read_text(encoding="utf-8")
    people = columns(tmp_path / "out" / "data" / "people.csv", "name", "trained")
    assert [one for one in people if one[1]] == [("A. Meyer", "true")]
    methods = (tmp_path / "out" / "methods.md").read_text(encoding="utf-8")
    assert "A. Meyer: 5 of 5 right, pass mark 80 %, passed on 20" in methods
    assert "training.json (no" not in readme
    assert "  training.json\n" in (tmp_path / "out" / "CHECKSUMS.sha256").read_text(encoding="utf-8")


def test_without_certificates_an_export_is_as_it_was(study: Study, tmp_path: Path) -> None:
    export_dataset(study, tmp_path / "out", MEYER)
    assert not (tmp_path / "out" / "training.json").exists()
    assert "Training" not in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_a_training_study_is_not_exported(study: Study, tmp_path: Path) -> None:
    finished_training(study, tmp_path / "t.duckdb")
    with open_study(tmp_path / "t.duckdb") as training:
        with pytest.raises(HlhError, match="training study"):
            export_dataset(training, tmp_path / "out", MEYER)
        assert not (tmp_path / "out").exists()
