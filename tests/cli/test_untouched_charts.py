"""``hlh-tui verify`` finds nothing in the charts of a study that nobody touched, however it came to be what it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest

from hlh_tui.cli import main
from hlh_tui.review.packs.unpacking import unpack

PATIENTS = "patient_id,last_contact_day,sex\n" + "".join(f"P{number:02},90,male\n" for number in range(1, 9))
FERRITIN = "patient_id,day,analyte,value,unit\n" + "".join(f"P{number:02},0,ferritin,9000,\n" for number in range(1, 9))
MORE = FERRITIN + "P01,7,ferritin,<500,\nP01,7,ferritin,<500,\nP02,7,fibrinogen,150,mg/dL\n"
NOTE = "patient_id,day,text\nP02,3,Afebrile.\n"

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the command line in an empty folder as C. Ordinator; what it printed, its code being 0."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HLH_TUI_READER", "C. Ordinator")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def called(*words: str) -> str:
        capsys.readouterr()
        code = main(list(words))
        out, err = capsys.readouterr()
        assert code == 0, out + err
        return out

    return called


def charts(folder: str, **tables: str) -> str:
    Path(folder).mkdir(exist_ok=True)
    for name, text in tables.items():
        (Path(folder) / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def imported(run: Run, *options: str) -> None:
    """``song.duckdb`` with three imports; rows stand twice in the second, and it repeats those of the first."""
    run("new", "song.duckdb", "--synthetic", *options)
    run("import", "song.duckdb", charts("first", patients=PATIENTS, observations=FERRITIN))
    run("import", "song.duckdb", charts("second", patients=PATIENTS, observations=MORE))
    run("import", "song.duckdb", charts("third", notes=NOTE))


def refused(study: str, change: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What ``verify`` prints after a change with another client, its code being 1."""
    with duckdb.connect(study) as client:
        client.execute(change)
    capsys.readouterr()
    assert main(["verify", study]) == 1
    return capsys.readouterr().out


@pytest.mark.parametrize("options", [(), ("--adjudicated",), ("--blinded",)])
def test_the_demos(run: Run, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]) -> None:
    run("demo", "--no-app", *options, "demo.duckdb")
    run("verify", "demo.duckdb")
    said = refused("demo.duckdb", "UPDATE observation SET value = value * 2 WHERE rowid = 100", capsys)
    assert "  - the charts that entry 2 imported are not as it wrote them: 1 row of observations changed (" in said
    assert "the check did NOT hold; the first bad entry is 2" in said


def test_without_charts_and_with_patients_alone(run: Run) -> None:
    run("new", "song.duckdb", "--synthetic")
    run("verify", "song.duckdb")
    run("import", "song.duckdb", charts("first", patients=PATIENTS))
    run("verify", "song.duckdb")


def test_several_imports_their_backup_snapshot_and_sealed_copy(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    imported(run)
    run("verify", "song.duckdb")
    run("backup", "song.duckdb", "backup.duckdb")
    run("snapshot", "song.duckdb", "snapshot.duckdb")
    for copy in ("backup.duckdb", "snapshot.duckdb"):
        run("verify", copy)
    said = refused("song.duckdb", "DELETE FROM observation WHERE comparator = '<' AND source_row = 11", capsys)
    assert "the charts that entry 3 imported are not as it wrote them: 1 row of observations missing; " in said
    assert main(["backup", "song.duckdb", "late.duckdb"]) == 1
    assert "; but the charts that entry 3 imported are not as it wrote them" in capsys.readouterr().out


def test_a_workbook(run: Run) -> None:
    book = openpyxl.Workbook()
    for name, text in {"Patients": PATIENTS, "observations": MORE}.items():
        sheet = book.create_sheet(name)
        for line in text.splitlines():
            sheet.append(line.split(","))
    book.save("charts.xlsx")
    run("new", "song.duckdb", "--synthetic")
    run("import", "song.duckdb", "charts.xlsx")
    run("verify", "song.duckdb")


def test_typed_words_that_were_redacted(run: Run) -> None:
    imported(run)
    run("decide", "song.duckdb", "P01", "CR", "--reason", "Mrs Quux is well")
    run("redact", "song.duckdb", "5", "--field", "reason", "--reason", "a name")
    run("verify", "song.duckdb")


def test_charts_that_were_lost_and_imported_again(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    imported(run)
    Path("song.duckdb").unlink()
    run("recover", "song.duckdb", "--charts", "first", "second", "third")
    run("verify", "song.duckdb")
    run("import", "song.duckdb", charts("fourth", notes=NOTE.replace("3", "4")))
    run("verify", "song.duckdb")
    said = refused("song.duckdb", "UPDATE note SET text = 'Febrile.' WHERE day = 3", capsys)
    assert "the charts that entry 8 imported are not as it wrote them: 1 row of notes changed (P02); " in said


def test_an_old_database_with_the_log_of_today(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what came after the old copy is imported again; the first import stays the one that entry 2 wrote."""
    run("new", "song.duckdb", "--synthetic")
    run("import", "song.duckdb", charts("first", patients=PATIENTS, observations=FERRITIN))
    shutil.copy("song.duckdb", "old")
    run("import", "song.duckdb", charts("second", patients=PATIENTS, observations=MORE))
    run("import", "song.duckdb", charts("third", notes=NOTE))
    shutil.move("old", "song.duckdb")
    run("recover", "song.duckdb", "--charts", "second", "third")
    run("verify", "song.duckdb")
    with duckdb.connect("song.duckdb") as client:
        client.execute("UPDATE observation SET value = 1 WHERE patient_id = 'P08'")
    said = refused("song.duckdb", "UPDATE observation SET value = 2 WHERE analyte = 'fibrinogen'", capsys)
    assert "the charts that entry 2 imported are not as it wrote them: 1 row of observations changed (P08); " in said
    assert "the charts that entry 6 imported are not as it wrote them: 1 row of observations changed (P02); " in said


def test_packs_and_what_came_back_from_them(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    imported(run, "--protocol", "song-2024-blinded")
    for name in ("A. Meyer", "K. Tanaka"):
        run("reader", "add", "song.duckdb", name, "--role", "reader", "--reason", "for the panel")
    run("pack", "song.duckdb", "--reader", "A. Meyer", "-o", "m.hlhpack")
    pack = str(unpack(Path("m.hlhpack")).study)
    run("verify", pack)
    with duckdb.connect(pack, read_only=True) as client:
        codes = [code for (code,) in client.execute("SELECT patient_id FROM patient ORDER BY 1").fetchall()]
    for code in codes:
        run("decide", pack, code, "CR", "--reader", "A. Meyer", "--reason", "afebrile")
    run("verify", pack)
    run("return", pack, "-o", "m.hlhreturn")
    run("merge", "song.duckdb", "m.hlhreturn")
    run("verify", "song.duckdb")
    said = refused(pack, "UPDATE observation SET raw_unit = 'mg/dL' WHERE rowid = 0", capsys)
    assert "the check did NOT hold; the first bad entry is 1" in said
    assert (
        "  - the charts of the pack are not those that it was made with; open the pack file in another folder" in said
    )
    said = refused(pack, f"DELETE FROM patient WHERE patient_id = '{codes[0]}'", capsys)
    assert (
        f"the pack was made with {len(codes)} cases and holds {len(codes) - 1}; open the pack file in another" in said
    )
