"""``new``, ``verify``, ``snapshot`` and ``recover`` as a user calls them."""

import json
from pathlib import Path

import duckdb
import pytest

from hlh_tui.cli import main
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_new_says_what_was_made_and_what_to_do_next(here, capsys):
    assert main(["new", "mystudy.duckdb", "--reader", "Anna Berg"]) == 0
    assert capsys.readouterr().out == (
        "made mystudy.duckdb under song-2024 1.1.0 with criteria locatelli-2020 1.1.0;"
        " next: hlh-tui import mystudy.duckdb FOLDER\n"
    )
    with open_study(here / "mystudy.duckdb") as study:
        assert entries(study)[0].actor_name == "Anna Berg"


def test_new_with_an_unknown_protocol_names_the_ones_there_are(here, capsys):
    assert main(["new", "mystudy.duckdb", "--protocol", "song-2023"]) == 2
    assert capsys.readouterr().err == (
        "hlh-tui new: there is no study protocol 'song-2023': choose one of song-2024, song-2024-blinded\n"
    )
    assert list(here.iterdir()) == []


def test_verify_prints_one_json_object(ten, capsys):
    assert main(["verify", str(ten), "--json"]) == 0
    with open_study(ten) as study:
        head = entries(study)[-1].hash
    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "entries": 10,
        "head": head,
        "first_bad_seq": None,
        "problems": [],
    }
    assert main(["verify", str(ten)]) == 0
    assert capsys.readouterr().out == (
        f"song.duckdb: 10 entries in the log, unbroken and equal to the mirror; head {head}\n"
    )


def test_verify_of_a_refused_study_exits_1_and_recover_mends_it(ten, crash, capsys):
    crash(ten, 2)
    ten.with_name("song.duckdb.wal").unlink()
    assert main(["verify", str(ten), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["ok"], found["entries"], found["first_bad_seq"]) == (False, 10, 11)
    assert found["problems"][0].startswith("entries 11 to 12 are in song.log.jsonl but not in song.duckdb")
    assert main(["recover", str(ten)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "song.duckdb: entries 11 to 12 were brought back from song.log.jsonl; its log has 13 entries"
    assert [line.split(" ")[:5] for line in out[1:]] == [["", "", "kept", "as", "it"]] * 2
    assert main(["verify", str(ten)]) == 0


def test_verify_of_nothing_exits_2(here, capsys):
    assert main(["verify", "nothing.duckdb"]) == 2
    assert "there is no study at" in capsys.readouterr().err


def test_snapshot_goes_beside_the_study(ten, capsys):
    assert main(["snapshot", str(ten)]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"made the read-only copy {ten.parent}/song-snapshot-")
    assert len(list(ten.parent.glob("song-snapshot-*.duckdb"))) == 1


CHARTS = {
    "patients.csv": "patient_id,sex,age_years,last_contact_day\nP01,female,34,90\nP02,male,61,40\n",
    "observations.csv": "patient_id,day,analyte,value,unit\nP01,0,ferritin,2400,ug/L\nP01,7,ferritin,600,ug/L\n",
}


def test_snapshot_of_nothing_or_of_another_file_names_that_file(here, capsys):
    assert main(["snapshot", "none.duckdb"]) == 2
    assert f"there is no study at {here / 'none.duckdb'}: check the name" in capsys.readouterr().err
    duckdb.connect("other.duckdb").close()
    assert main(["snapshot", "other.duckdb", "copy.duckdb"]) == 2
    assert capsys.readouterr().err == (
        f"hlh-tui snapshot: no snapshot was taken: {here / 'other.duckdb'} is a DuckDB file but not a study:"
        " name a study made by hlh-tui new\n"
    )
    assert [each.name for each in here.iterdir()] == ["other.duckdb"]


def test_lost_database_comes_back_with_its_charts(here, capsys):
    folder = here / "charts"
    folder.mkdir()
    for name, text in CHARTS.items():
        (folder / name).write_text(text)
    assert main(["new", "mystudy.duckdb"]) == 0
    assert main(["import", "mystudy.duckdb", "charts"]) == 0
    with open_study(here / "mystudy.duckdb") as study:
        before = [(entry.seq, entry.hash) for entry in entries(study)]
        charted = study.rows("FROM observation ORDER BY day")
    (here / "mystudy.duckdb").unlink()
    capsys.readouterr()
    assert main(["recover", "mystudy.duckdb"]) == 2
    assert "name their folder with --charts FOLDER" in capsys.readouterr().err
    assert main(["recover", "mystudy.duckdb", "--charts", "charts"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == (
        "mystudy.duckdb: the study was rebuilt with its 2 entries from mystudy.log.jsonl; its log has 4 entries"
    )
    with open_study(here / "mystudy.duckdb") as study:
        assert [(entry.seq, entry.hash) for entry in entries(study)][:2] == before
        assert study.rows("FROM observation ORDER BY day") == charted
    assert main(["verify", "mystudy.duckdb"]) == 0
