"""A damaged study is made whole from what is left, and what was damaged is kept."""

import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from hlh_tui.study.errors import DamagedStudy, StudyFileError, StudyInUse
from hlh_tui.study.file import checkpoint, open_study
from hlh_tui.study.log import append, entries
from hlh_tui.study.models import Actor
from hlh_tui.study.recover import recover
from hlh_tui.study.verify import verify

BEN = Actor("ben-ort", "Ben Ort")


def names(path: Path) -> list[str]:
    """The files beside the study, times of keeping left out."""
    return sorted(
        each.name.split(".kept-")[0] + (" kept" if ".kept-" in each.name else "") for each in path.parent.iterdir()
    )


def log_of(path: Path) -> tuple:
    with open_study(path) as study:
        assert verify(study).ok
        return entries(study)


def mirrored(path: Path) -> list[tuple[int, str]]:
    lines = path.with_name("song.log.jsonl").read_text().splitlines()
    return [(line["seq"], line["hash"]) for line in map(json.loads, lines)]


def test_entries_of_a_lost_write_ahead_log_come_back_as_they_were(ten, crash):
    crash(ten, 40)
    before = mirrored(ten)
    ten.with_name("song.duckdb.wal").unlink()
    done = recover(ten, BEN)
    assert done.what == "entries 11 to 50 were brought back from song.log.jsonl"
    assert done.entries == 51
    after = log_of(ten)
    assert [(entry.seq, entry.hash) for entry in after[:50]] == before
    assert (after[50].action, after[50].actor_name) == ("entries_recovered", "Ben Ort")
    assert after[50].payload["added"] == list(range(11, 51))
    assert after[50].payload["head"] == before[-1][1]
    assert after[50].payload["kept"] == [each.name for each in done.kept]
    assert names(ten) == ["song.duckdb", "song.duckdb kept", "song.log.jsonl", "song.log.jsonl kept"]


def test_flipped_write_ahead_log_keeps_what_it_still_gives(ten, crash):
    crash(ten, 40)
    before = mirrored(ten)
    wal = ten.with_name("song.duckdb.wal")
    content = bytearray(wal.read_bytes())
    content[len(content) // 2] ^= 0xFF
    wal.write_bytes(content)
    done = recover(ten, BEN)
    assert [(entry.seq, entry.hash) for entry in log_of(ten)[:50]] == before
    kept = {each.name.split(".kept-")[0]: each for each in done.kept}
    assert set(kept) == {"song.duckdb", "song.duckdb.wal", "song.log.jsonl"}
    assert kept["song.duckdb.wal"].read_bytes() == bytes(content)


def test_write_ahead_log_that_the_engine_refuses(ten, crash):
    crash(ten, 5)
    wal = ten.with_name("song.duckdb.wal")
    wal.write_bytes(b"\xff" * 64 + wal.read_bytes()[64:])
    recover(ten, BEN)
    assert len(log_of(ten)) == 16


def test_missing_mirror_is_rebuilt_from_the_database(ten):
    mirror = ten.with_name("song.log.jsonl")
    before = mirror.read_bytes()
    mirror.unlink()
    done = recover(ten, BEN)
    assert done.what == "the mirror was rebuilt from the 10 entries in song.duckdb"
    assert mirror.read_bytes().startswith(before)
    assert [entry.action for entry in log_of(ten)[-2:]] == ["flagged", "mirror_rebuilt"]


def test_changed_mirror_is_rebuilt_from_the_unbroken_database(ten):
    mirror = ten.with_name("song.log.jsonl")
    before = mirror.read_bytes()
    mirror.write_bytes(before.replace(b"entry 5", b"entry 6"))
    done = recover(ten, BEN)
    assert mirror.read_bytes().startswith(before)
    assert log_of(ten)[-1].action == "mirror_rebuilt"
    assert {each.name.split(".kept-")[0] for each in done.kept} == {"song.duckdb", "song.log.jsonl"}


@pytest.mark.parametrize("left", ["nothing", "write-ahead log", "wrecked file"])
def test_lost_database_without_charts_is_rebuilt_from_the_mirror_alone(ten, crash, left):
    crash(ten, 3)
    before = mirrored(ten)
    with open_study(ten, read_only=True) as study:
        facts = study.facts
    if left == "wrecked file":
        ten.write_bytes(bytes(20_000))
    else:
        ten.unlink()
    if left != "write-ahead log":
        ten.with_name("song.duckdb.wal").unlink()
    done = recover(ten, BEN)
    assert done.what == "the study was rebuilt with its 13 entries from song.log.jsonl"
    with open_study(ten) as study:
        assert study.facts == facts
        assert study.protocol.id == "song-2024"
        with pytest.raises(duckdb.Error, match="append-only"):
            study.rows("DELETE FROM log")
    assert [(entry.seq, entry.hash) for entry in log_of(ten)[:13]] == before


def test_tampered_log_gives_way_to_the_unbroken_mirror(ten):
    before = mirrored(ten)
    connection = duckdb.connect(ten)
    connection.execute("DROP TRIGGER log_no_update ON log")
    connection.execute("UPDATE log SET payload = '{}' WHERE seq = 5")
    connection.close()
    recover(ten, BEN)
    assert [(entry.seq, entry.hash) for entry in log_of(ten)[:10]] == before


CHARTS = {"patients.csv": "patient_id,last_contact_day\nP01,90\n", "observations.csv": "patient_id,day\nP01,0\n"}


def charts_folder(folder: Path) -> Path:
    folder.mkdir()
    for name, text in CHARTS.items():
        (folder / name).write_text(text)
    return folder


def import_charts(path: Path, folder: Path) -> None:
    """Stand-in for intake, which this room may not know: one patient, logged as intake logs it."""
    files = [
        {"file": name, "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(), "rows": 1, "added": 1}
        for name in CHARTS
    ]
    with open_study(path) as study:
        append(
            study,
            BEN,
            "charts_imported",
            payload={"files": files},
            also=lambda cursor: cursor.execute("INSERT INTO patient (patient_id, last_contact_day) VALUES ('P01', 90)"),
        )
        checkpoint(study)


@pytest.fixture
def charted(ten, tmp_path) -> Path:
    """A study with imported charts and a decision after them, its database lost."""
    import_charts(ten, charts_folder(tmp_path / "charts"))
    with open_study(ten) as study:
        append(study, BEN, "flagged", "P01", {"note": "after the import"})
    ten.rename(tmp_path / "lost.duckdb")
    return ten


def test_lost_charts_are_asked_for_by_file(charted):
    before = charted.with_name("song.log.jsonl").read_bytes()
    with pytest.raises(StudyFileError) as refusal:
        recover(charted, BEN, import_charts=import_charts)
    digest = hashlib.sha256(CHARTS["patients.csv"].encode()).hexdigest()[:12]
    assert f"patients.csv (SHA-256 {digest}…)" in str(refusal.value)
    assert "observations.csv" in str(refusal.value)
    assert str(refusal.value).endswith("name their folder with --charts FOLDER")
    assert not charted.exists()
    assert charted.with_name("song.log.jsonl").read_bytes() == before
    assert not list(charted.parent.glob(".hlh-tui-recover-*"))


def test_other_charts_are_not_accepted(charted, tmp_path):
    (tmp_path / "charts" / "observations.csv").write_text("patient_id,day\nP01,1\n")
    with pytest.raises(StudyFileError, match="none of the given folders holds them"):
        recover(charted, BEN, charts=[tmp_path / "charts"], import_charts=import_charts)
    with pytest.raises(StudyFileError, match=r"there is no folder .*nowhere"):
        recover(charted, BEN, charts=[tmp_path / "nowhere"], import_charts=import_charts)


def test_lost_charts_are_imported_again_after_the_restored_log(charted, tmp_path):
    before = mirrored(charted)
    done = recover(charted, BEN, charts=[tmp_path / "charts"], import_charts=import_charts)
    assert done.entries == 14
    after = log_of(charted)
    assert [(entry.seq, entry.hash) for entry in after[:12]] == before
    assert [entry.action for entry in after[10:]] == [
        "charts_imported",
        "flagged",
        "entries_recovered",
        "charts_imported",
    ]
    with open_study(charted) as study:
        assert study.rows("SELECT patient_id FROM patient") == [("P01",)]


def test_failed_import_leaves_everything_as_it_was(charted, tmp_path):
    before = names(charted)

    def fails(path: Path, folder: Path) -> None:
        raise StudyFileError("rows were rejected")

    with pytest.raises(StudyFileError, match="rows were rejected"):
        recover(charted, BEN, charts=[tmp_path / "charts"], import_charts=fails)
    assert names(charted) == before


def test_healthy_study_is_left_alone(ten):
    before = {each.name: each.read_bytes() for each in ten.parent.iterdir()}
    assert recover(ten, BEN).what == "nothing is missing from song.duckdb"
    assert {each.name: each.read_bytes() for each in ten.parent.iterdir()} == before


def test_study_in_use_is_not_recovered(ten):
    with open_study(ten), pytest.raises(StudyInUse):
        recover(ten, BEN)


def test_two_unbroken_histories_are_not_mixed(ten, tmp_path, anna):
    older = {each.name: each.read_bytes() for each in ten.parent.iterdir() if each.is_file()}
    with open_study(ten) as study:
        append(study, anna, "flagged", "P01", {"note": "one history"})
    mirror = ten.with_name("song.log.jsonl").read_bytes()
    for name, content in older.items():
        ten.with_name(name).write_bytes(content)
    with open_study(ten) as study:
        append(study, anna, "flagged", "P01", {"note": "the other"})
    ten.with_name("song.log.jsonl").write_bytes(mirror)
    with pytest.raises(DamagedStudy, match="two different histories"):
        recover(ten, BEN)


def test_nothing_to_recover_from(ten):
    ten.write_bytes(b"")
    ten.with_name("song.log.jsonl").write_text("")
    with pytest.raises(DamagedStudy, match=r"neither song.duckdb nor song.log.jsonl holds an unbroken log"):
        recover(ten, BEN)


def test_broken_line_of_the_mirror_ends_what_it_gives(ten, crash):
    crash(ten, 10)
    ten.with_name("song.duckdb.wal").unlink()
    mirror = ten.with_name("song.log.jsonl")
    mirror.write_bytes(mirror.read_bytes().replace(b"note 7", b"note X"))
    done = recover(ten, BEN)
    assert done.what == (
        "entries 11 to 17 were brought back from song.log.jsonl; 3 entries of the mirror could not be used (kept aside)"
    )
    assert len(log_of(ten)) == 18


def test_recovered_study_keeps_its_permissions(ten):
    ten.chmod(0o600)
    mirror = ten.with_name("song.log.jsonl")
    mirror.unlink()
    recover(ten, BEN)
    assert ten.stat().st_mode & 0o777 == 0o600
    assert mirror.stat().st_mode & 0o777 == 0o600
