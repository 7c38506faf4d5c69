"""A backup is a study of its own, with every entry of the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.study.file import open_study


def test_a_backup_opens_as_a_study_with_the_same_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, copy = tmp_path / "song.duckdb", tmp_path / "copy.duckdb"
    assert main(["new", str(study), "--reader", "A. Meyer"]) == 0
    assert main(["backup", str(study), str(copy)]) == 0
    assert f"{copy}: 1 entries in the log, head " in capsys.readouterr().out
    with open_study(study) as first:
        head = first.head
    with open_study(copy) as second:
        assert second.head == head
        assert not second.read_only
    assert main(["backup", str(study), str(copy)]) == 2
    assert "exists already" in capsys.readouterr().err
