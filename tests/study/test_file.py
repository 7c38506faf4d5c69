"""Making and opening a study: what it is, and what is refused in one sentence."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from hlh_tui.study.errors import DamagedStudy, NewerStudy, ReadOnlyStudy, StudyFileError
from hlh_tui.study.file import checkpoint, open_study
from hlh_tui.study.log import append, entries


def raw(path: Path, sql: str) -> None:
    """Change a closed study behind the program's back."""
    connection = duckdb.connect(path)
    connection.execute(sql)
    connection.close()


def test_new_study_holds_protocol_criteria_and_one_entry(study):
    assert study.protocol.title == "Emapalumab and ruxolitinib in adults with haemophagocytic lymphohistiocytosis"
    assert (study.protocol_document.id, study.criteria_document.id) == ("song-2024", "locatelli-2020")
    assert study.synthetic is True
    assert study.facts["schema_version"] == "1"
    (first,) = entries(study)
    assert (first.seq, first.action, first.actor_name, first.prev_hash) == (1, "study_created", "Anna Berg", "0" * 64)
    assert first.payload["study_id"] == study.facts["study_id"]
    assert first.payload["protocol"]["toml"] == study.protocol_document.toml
    assert first.payload["criteria"]["hash"] == study.criteria_document.hash


def test_closed_study_is_two_files_and_opens_as_it_was(tmp_path, new_study, anna):
    with new_study(tmp_path / "song.duckdb") as study:
        append(study, anna, "flagged", "P01", {"note": "Fieber ≥ 38,5 °C"})
    assert sorted(each.name for each in tmp_path.iterdir()) == ["song.duckdb", "song.log.jsonl"]
    with open_study(tmp_path / "song.duckdb") as study:
        assert study.notice is None
        assert study.synthetic is False
        assert entries(study)[1].payload["note"] == "Fieber ≥ 38,5 °C"
    study.close()


def test_entries_are_selected_by_patient_and_number(ten):
    with open_study(ten) as study:
        assert [entry.seq for entry in entries(study, patient_id="P05")] == [5]
        assert [entry.seq for entry in entries(study, after=8)] == [9, 10]


def test_existing_file_is_not_overwritten(ten, new_study):
    before = ten.read_bytes()
    with pytest.raises(StudyFileError, match="exists already: choose another name"):
        new_study(ten)
    assert ten.read_bytes() == before


def test_new_study_does_not_take_the_mirror_of_a_lost_one(ten, new_study):
    ten.unlink()
    with pytest.raises(StudyFileError, match=r"song\.log\.jsonl is left of another study.*hlh-tui recover"):
        new_study(ten)


def test_missing_folder_is_named(tmp_path, new_study):
    with pytest.raises(StudyFileError, match=r"there is no folder .*nowhere: make it first"):
        new_study(tmp_path / "nowhere" / "song.duckdb")
    with pytest.raises(StudyFileError, match="there is no folder"):
        open_study(tmp_path / "nowhere" / "song.duckdb")


def test_nothing_is_left_of_a_study_that_could_not_be_made(tmp_path, new_study, monkeypatch):
    monkeypatch.setattr("hlh_tui.study.create.write_tables", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        new_study(tmp_path / "song.duckdb")
    assert list(tmp_path.iterdir()) == []


def test_absent_study(tmp_path):
    with pytest.raises(StudyFileError, match=r"there is no study at .*hlh-tui new"):
        open_study(tmp_path / "song.duckdb")
    assert list(tmp_path.iterdir()) == []


def test_text_file_is_not_a_study(tmp_path):
    (tmp_path / "song.duckdb").write_text("patient_id,day\nP01,0\n")
    with pytest.raises(StudyFileError, match="is not a DuckDB file"):
        open_study(tmp_path / "song.duckdb")
    (tmp_path / "empty.duckdb").touch()
    with pytest.raises(StudyFileError, match="is not a DuckDB file"):
        open_study(tmp_path / "empty.duckdb")


def test_folder_is_not_a_study(tmp_path):
    with pytest.raises(StudyFileError, match="is not a file"):
        open_study(tmp_path)


def test_foreign_database_is_not_a_study(tmp_path):
    raw(tmp_path / "other.duckdb", "CREATE TABLE t (i INTEGER)")
    with pytest.raises(StudyFileError, match="is a DuckDB file but not a study"):
        open_study(tmp_path / "other.duckdb")


def test_newer_file_is_refused(ten):
    raw(ten, "UPDATE study SET value = '2' WHERE key = 'schema_version'")
    with pytest.raises(NewerStudy, match=r"written by a newer hlh-tui \(file version 2, this one reads up to 1\)"):
        open_study(ten)


def test_symbolic_link_leads_to_the_study_itself(ten, tmp_path, anna):
    link = tmp_path / "elsewhere" / "link.duckdb"
    link.parent.mkdir()
    link.symlink_to(ten)
    with open_study(link) as study:
        assert study.path == ten.resolve()
        append(study, anna, "flagged", "P01", {})
    assert [each.name for each in link.parent.iterdir()] == ["link.duckdb"]
    assert len((tmp_path / "song.log.jsonl").read_text().splitlines()) == 11


def test_hard_link_is_refused(ten, tmp_path):
    os.link(ten, tmp_path / "second.duckdb")
    for name in ("song.duckdb", "second.duckdb"):
        with pytest.raises(StudyFileError, match=r"has 2 names \(hard links\)|missing, the mirror"):
            open_study(tmp_path / name)


def test_engine_reaches_no_files_and_no_settings(study, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    for sql in (
        f"SELECT * FROM read_csv('{secret}')",
        f"COPY log TO '{tmp_path}/out.csv'",
        f"ATTACH '{tmp_path}/other.duckdb' AS other",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ):
        with pytest.raises(duckdb.Error):
            study.rows(sql)


def test_staging_folder_alone_is_open_to_the_engine(tmp_path, new_study):
    staging, other = tmp_path / "staging's", tmp_path / "other"
    staging.mkdir()
    other.mkdir()
    new_study(tmp_path / "song.duckdb").close()
    with open_study(tmp_path / "song.duckdb", staging=staging) as study:
        inside = str(staging / "x.parquet").replace("'", "''")
        study.rows(f"COPY (SELECT 38.5 AS value) TO '{inside}' (FORMAT parquet)")
        assert study.rows(f"SELECT value::DOUBLE FROM read_parquet('{inside}')") == [(38.5,)]
        with pytest.raises(duckdb.PermissionException):
            study.rows(f"COPY (SELECT 1) TO '{other}/x.parquet' (FORMAT parquet)")
        with pytest.raises(duckdb.PermissionException):
            study.rows(f"COPY (SELECT 1) TO '{staging}/../other/x.parquet' (FORMAT parquet)".replace("'s/", "''s/"))
        with pytest.raises(duckdb.Error, match="locked"):
            study.rows("SET allowed_directories = ['/']")


def test_read_only_study_refuses_entries(ten, anna):
    with open_study(ten, read_only=True) as study:
        assert len(entries(study)) == 10
        with pytest.raises(ReadOnlyStudy, match="open for reading only"):
            append(study, anna, "flagged", "P01", {})
    assert sorted(each.name for each in ten.parent.iterdir()) == ["song.duckdb", "song.log.jsonl"]


def test_write_protected_file_opens_for_reading_by_several(ten):
    ten.chmod(0o444)
    with open_study(ten) as one, open_study(ten) as two:
        assert (one.read_only, two.read_only) == (True, True)
        assert one.rows("SELECT count(*) FROM log") == two.rows("SELECT count(*) FROM log") == [(10,)]
    assert not (ten.parent / "song.lock").exists()


def test_checkpoint_folds_the_write_ahead_log(ten, anna):
    with open_study(ten) as study:
        append(study, anna, "flagged", "P01", {})
        assert study.where.wal.stat().st_size > 0
        checkpoint(study)
        assert not study.where.wal.exists()


def test_wrecked_header_is_told_in_one_sentence(ten):
    content = bytearray(ten.read_bytes())
    content[4096:4200] = bytes(104)
    content[8192:8296] = bytes(104)
    ten.write_bytes(content)
    with pytest.raises(DamagedStudy, match=r"song\.duckdb or its write-ahead log is damaged .*hlh-tui recover") as told:
        open_study(ten)
    assert "\n" not in str(told.value)


def test_opening_imports_little():
    code = (
        "import sys, hlh_tui.study.file, hlh_tui.study.opening\n"
        "heavy = {'msgspec', 'tomllib', 'numpy', 'pandas', 'textual', 'subprocess'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_files_that_the_system_refuses_are_named_in_one_sentence(ten, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("hlh_tui.study.opening.read_mirror", refuse)
    with pytest.raises(StudyFileError, match=r"song\.log\.jsonl cannot be used \(Permission denied\): allow reading"):
        open_study(ten)
    assert not (ten.parent / "song.lock").exists()


def test_link_that_leads_to_itself(tmp_path):
    link = tmp_path / "song.duckdb"
    link.symlink_to(link)
    with pytest.raises(StudyFileError, match="leads nowhere"):
        open_study(link)


def test_closing_ends_what_is_still_being_read(tmp_path, new_study):
    """The engine keeps its file open as long as anybody reads; a study that is closed can be opened again at once."""
    path = tmp_path / "song.duckdb"
    study = new_study(path)
    ended = []

    def read_for_long():
        try:
            study.rows("SELECT count(*) FROM range(3000000) a, range(300000) b WHERE hash(a.range, b.range) = 7")
        except Exception as error:
            ended.append(error)

    reader = threading.Thread(target=read_for_long)
    reader.start()
    while not study.readers:
        pass
    study.close()
    reader.join(10)
    assert len(ended) == 1
    with open_study(path, read_only=True) as again:
        assert again.rows("SELECT count(*) FROM patient") == [(0,)]


@pytest.mark.parametrize(
    ("begins", "says"),
    [
        (b"PK\x03\x04", "a.hlhpack is a pack or another zip: a reader opens a pack with hlh-tui open"),
        (b"age-encryption.org/v1\n", "a.hlhpack is sealed: open it with hlh-tui unseal first"),
    ],
)
def test_a_pack_or_a_sealed_file_is_not_taken_for_a_broken_study(tmp_path, begins, says):
    path = tmp_path / "a.hlhpack"
    path.write_bytes(begins + b"\0" * 100)
    with pytest.raises(StudyFileError) as refused:
        open_study(path)
    assert says in str(refused.value)
    assert "recover" not in str(refused.value)
