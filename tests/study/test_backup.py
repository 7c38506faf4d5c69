"""A backup of an open study is a whole study of its own."""

import pytest

from hlh_tui.study.backup import backup
from hlh_tui.study.errors import StudyFileError, StudyInUse
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append, entries
from hlh_tui.study.verify import verify


def test_backup_holds_every_entry_and_the_study_stays_locked(ten, tmp_path, anna):
    folder = tmp_path / "backups"
    folder.mkdir()
    with open_study(ten) as study:
        append(study, anna, "flagged", "P11", {"note": "just now"})
        made = backup(study, folder / "monday.duckdb")
        with pytest.raises(StudyInUse):
            open_study(ten)
        append(study, anna, "flagged", "P12", {"note": "after the backup"})
    assert sorted(each.name for each in folder.iterdir()) == ["monday.duckdb", "monday.log.jsonl"]
    with open_study(made) as copy:
        assert (copy.notice, copy.read_only, len(entries(copy))) == (None, False, 11)
        assert verify(copy).ok
        assert append(copy, anna, "flagged", "P13", {}).seq == 12


def test_backup_does_not_overwrite(ten, tmp_path):
    (tmp_path / "monday.duckdb").write_text("mine")
    with open_study(ten) as study, pytest.raises(StudyFileError, match="exists already"):
        backup(study, tmp_path / "monday.duckdb")
    assert (tmp_path / "monday.duckdb").read_text() == "mine"


def test_failed_backup_leaves_nothing(ten, tmp_path, monkeypatch):
    monkeypatch.setattr("hlh_tui.study.backup.COPY", "raise SystemExit('No space left on device')")
    with (
        open_study(ten) as study,
        pytest.raises(StudyFileError, match=r"could not be written .No space left on device"),
    ):
        backup(study, tmp_path / "monday.duckdb")
    assert not list(tmp_path.glob("monday*"))
