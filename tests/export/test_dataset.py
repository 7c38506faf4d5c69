from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from hlh_tui.cli import main
from hlh_tui.export import dataset
from hlh_tui.export.dataset import export_dataset
from hlh_tui.export.errors import ExportRefused
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import entries
from tests.review.small_study import MEYER, small_study

TABLES = (
    *(
        "agreement",
        "audit",
        "cuts",
        "decisions",
        "final",
        "follow_up",
        "locks",
        "packs",
        "patients",
        "people",
        "phases",
    ),
    *("queries", "roles", "signatures", "unblinding"),
)
FILES = (
    *("CHECKSUMS.sha256", "HEAD.txt", "README.md", "agreement.json", "agreement.txt"),
    *(f"data/{table}.{form}" for table in TABLES for form in ("csv", "parquet")),
    *("data_dictionary.csv", "log.html", "log.jsonl", "methods.md", "minutes.md"),
)


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def parquet(file: Path, columns: str) -> list[tuple[object, ...]]:
    with duckdb.connect(":memory:") as connection:
        return connection.execute(f"SELECT {columns} FROM read_parquet(?)", [str(file)]).fetchall()


@pytest.fixture
def out(study: Study, tmp_path: Path) -> Path:
    return export_dataset(study, tmp_path / "out", MEYER).folder


def test_the_report_lists_what_is_there(study: Study, tmp_path: Path) -> None:
    head = entries(study)[-1]
    report = export_dataset(study, tmp_path / "out", MEYER)
    assert report.files == FILES
    found = sorted(str(file.relative_to(report.folder)) for file in report.folder.rglob("*") if file.is_file())
    assert tuple(found) == FILES
    assert (report.entries, report.head) == (9, head.hash)


def test_every_decision_ever_made_is_there_with_what_became_of_it(out: Path, study: Study) -> None:
    rows = read(out / "data/decisions.csv")
    assert [(row["seq"], row["patient_id"], row["reader_name"], row["category"], row["status"]) for row in rows] == [
        ("2", "P01", "A. Meyer", "CR", "superseded"),
        ("3", "P01", "A. Meyer", "PR", "in_force"),
        ("4", "P02", "L. Bianchi", "NR", "undone"),
        ("7", "P05", "A. Meyer", "CR", "in_force"),
        ("8", "P05", "L. Bianchi", "PR", "in_force"),
        ("9", "P05", "Consensus panel", "PR", "in_force"),
    ]
    first, second = rows[0], rows[1]
    assert (first["category_label"], first["day"], first["confidence"], first["reason"]) == (
        "complete response",
        "14.0",
        "high",
        "",
    )
    assert json.loads(first["evidence"]) == [
        {"kind": "observation", "day": 14.0, "name": "ferritin", "text": "640 µg/L"}
    ]
    assert (first["proposal_seen"], first["proposal"]) == ("false", "")  # and after it the program showed NE
    assert (second["proposal_seen"], second["proposal"]) == ("true", "NE")
    assert second["reason"] == 'Said "spleen, 2 cm" on day 7.'
    assert (second["criteria_id"], second["criteria_version"]) == ("locatelli-2020", "1.1.0")
    assert second["criteria_hash"] == study.criteria_document.hash
    assert json.loads(second["criteria_options"])["coag"] == "and_or"
    assert second["hash"] == entries(study)[2].hash
    assert {row["role"] for row in rows} == {"reader", "consensus"}


def test_the_final_category_stands_beside_the_baseline(out: Path) -> None:
    rows = read(out / "data/final.csv")
    judged = [[row[name] for name in ("patient_id", "category", "source", "readers", "confidence")] for row in rows]
    assert judged == [
        ["P01", "PR", "single", "1", "low"],
        ["P02", "", "undecided", "0", ""],
        ["P05", "PR", "consensus", "2", "high"],
    ]
    assert [(row["sex"], row["age_years"], row["disease_status"], row["prior_etoposide"]) for row in rows] == [
        ("female", "61.0", "refractory", "yes"),
        ("male", "34.0", "initial", "no"),
        ("male", "27.0", "relapse", ""),
    ]
    assert parquet(out / "data/final.parquet", "patient_id, category_label, readers, onset_day, last_contact_day") == [
        ("P01", "partial response", 1, -21.0, 300.0),
        ("P02", None, 0, -10.5, 28.0),
        ("P05", "partial response", 2, -40.0, 200.0),
    ]


def test_csv_and_parquet_hold_the_same(out: Path) -> None:
    for name in TABLES:
        with duckdb.connect(":memory:") as connection:
            file = f"'{out}/data/{name}.csv'"
            read_csv = f"SELECT * FROM read_csv({file}, all_varchar = true, allow_quoted_nulls = false)"
            read_parquet = f"SELECT columns(*)::VARCHAR FROM read_parquet('{out}/data/{name}.parquet')"
            assert connection.execute(f"({read_csv}) EXCEPT ALL ({read_parquet})").fetchall() == []
            assert connection.execute(f"({read_parquet}) EXCEPT ALL ({read_csv})").fetchall() == []


def test_the_whole_log_leaves_up_to_the_head_that_is_named(out: Path, study: Study) -> None:
    log = entries(study)
    assert [entry.action for entry in log[-2:]] == ["decided", "exported"]
    lines = (out / "log.jsonl").read_bytes()
    assert lines == b"".join(study.where.mirror.read_bytes().splitlines(keepends=True)[:-1])
    audit = read(out / "data/audit.csv")
    assert [row["hash"] for row in audit] == [entry.hash for entry in log[:-1]]
    assert [json.loads(row["payload"]) for row in audit] == [entry.payload for entry in log[:-1]]
    assert (out / "HEAD.txt").read_text() == (
        f"study {study.facts['study_id']}\nsynthetic true\nentries 9\nhead {log[8].hash}\n"
    )


def test_the_export_is_logged_with_the_checksum_of_its_checksums(out: Path, study: Study) -> None:
    entry = entries(study)[-1]
    said = subprocess.run(["sha256sum", "CHECKSUMS.sha256"], cwd=out, capture_output=True, text=True, check=True).stdout
    assert (entry.actor, entry.payload["folder"]) == ("a-meyer", "out")
    assert entry.payload["checksum"] == said.split()[0]


def test_sha256sum_finds_every_file_as_written_and_a_changed_one_not(out: Path) -> None:
    check = ["sha256sum", "--check", "--strict", "CHECKSUMS.sha256"]
    done = subprocess.run(check, cwd=out, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.count(": OK") == len(FILES) - 1
    with (out / "data/final.csv").open("a") as file:
        file.write("P99\n")
    assert "data/final.csv: FAILED" in subprocess.run(check, cwd=out, capture_output=True, text=True).stdout


def test_the_dictionary_describes_every_column_in_order(out: Path) -> None:
    described = read(out / "data_dictionary.csv")
    for name in TABLES:
        with (out / f"data/{name}.csv").open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert [row["column"] for row in described if row["file"] == f"data/{name}"] == header
    meaning = {(row["file"], row["column"]): row for row in described}
    category = meaning["data/final", "category"]
    assert category["allowed_values"] == (
        "CR = complete response; PR = partial response; IMP = HLH improvement; NR = no response; NE = not evaluable"
    )
    assert meaning["data/patients", "onset_day"]["unit"] == "days since the index event"
    assert meaning["data/decisions", "status"]["allowed_values"] == "in_force; superseded; undone"
    assert "prior_etoposide" in meaning["data/patients", "prior_etoposide"]["meaning"]
    assert all(row["meaning"] and row["type"] for row in described)


def test_synthetic_is_said_everywhere(out: Path) -> None:
    for name in TABLES:
        assert {row["synthetic"] for row in read(out / f"data/{name}.csv")} <= {"true"}
        with duckdb.connect(":memory:") as connection:
            metadata = connection.execute(
                "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)", [f"{out}/data/{name}.parquet"]
            ).fetchall()
        assert ("synthetic", "true") in metadata
    assert "**Synthetic data.**" in (out / "README.md").read_text()
    assert "The patients of this study are synthetic." in (out / "methods.md").read_text()
    assert "The patients of this study are synthetic." in (out / "agreement.txt").read_text()
    assert json.loads((out / "agreement.json").read_text())["synthetic"] is True


def test_a_real_study_is_not_called_synthetic(tmp_path: Path) -> None:
    with small_study(tmp_path / "real.duckdb", synthetic=False) as study:
        out = export_dataset(study, tmp_path / "out", MEYER).folder
    assert {row["synthetic"] for row in read(out / "data/patients.csv")} == {"false"}
    assert "synthetic" not in (out / "README.md").read_text().lower()
    assert "synthetic" not in (out / "HEAD.txt").read_text()
    assert read(out / "data/decisions.csv") == []


def test_the_readme_says_who_what_when_and_how_far(out: Path, study: Study) -> None:
    text = (out / "README.md").read_text()
    assert "by A. Meyer (a-meyer) with hlh-tui " in text
    assert f"- log: 9 entries, head {entries(study)[8].hash}\n" in text
    assert f"- protocol song-2024 1.1.0, SHA-256 {study.protocol_document.hash}\n" in text
    assert (
        "2 of 3 patients have a final category (1 consensus, 0 adjudicated, 0 unanimous, 1 single, 0 unresolved,"
        " 1 undecided)." in text
    )
    assert "| PR partial response | 2 |\n" in text
    assert "so the study counts as opened unblinded from its start." in text
    assert "the head here is the one before that entry" in text
    assert (
        "Further columns of the imported patients table, and\nreasons and other free text, are exported as they were"
        " imported or written: read them for names, numbers and dates\nbefore sharing." in text
    )


def test_the_dictionary_says_what_seeing_the_proposal_means(out: Path) -> None:
    meaning = {(row["file"], row["column"]): row["meaning"] for row in read(out / "data_dictionary.csv")}
    assert meaning["data/decisions", "proposal_seen"] == (
        "Whether the program had shown the proposal of the criteria to this reader after an earlier decision on the"
        " case; decisions from scripts and files show none"
    )
    assert meaning["data/decisions", "proposal"] == (
        "The category that the criteria proposed at this decision, where proposal_seen is true; otherwise empty"
    )


def test_identities_never_leave(out: Path) -> None:
    for file in out.rglob("*"):
        if file.is_file():
            assert b"MRN-4711" not in file.read_bytes()
            assert b"2021-03-04" not in file.read_bytes()


def test_an_existing_folder_is_refused_also_an_empty_one(study: Study, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(ExportRefused) as refused:
        export_dataset(study, tmp_path / "out", MEYER)
    assert str(refused.value) == f"{tmp_path}/out exists already and is never overwritten; choose another name"
    with pytest.raises(ExportRefused, match=r"there is no folder .*/nowhere; make it first, or choose another place"):
        export_dataset(study, tmp_path / "nowhere" / "out", MEYER)
    assert len(entries(study)) == 9


def test_a_read_only_study_is_not_exported(study: Study, tmp_path: Path) -> None:
    study.close()
    with open_study(study.path, read_only=True) as reading, pytest.raises(ExportRefused, match="open for reading only"):
        export_dataset(reading, tmp_path / "out", MEYER)
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_nothing_and_is_not_logged(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dataset, "write_dictionary", full)
    with pytest.raises(ExportRefused) as refused:
        export_dataset(study, tmp_path / "out", MEYER)
    assert str(refused.value) == (
        f"the export to {tmp_path}/out could not be written (No space left on device) and nothing was left there;"
        " choose another place or make room"
    )
    assert [file.name for file in tmp_path.iterdir() if "out" in file.name] == []
    assert entries(study)[-1].action == "decided"


KILLED = """
import os, signal, sys
from pathlib import Path
from hlh_tui.export import dataset
from hlh_tui.study.file import open_study
from hlh_tui.study.models import Actor

setattr(dataset, sys.argv[2], lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
folder = Path(sys.argv[1])
with open_study(folder / "small.duckdb") as study:
    dataset.export_dataset(study, folder / "out", Actor("a-meyer", "A. Meyer"))
"""


@pytest.mark.parametrize("at", ["write_tables", "_write_checksums", "append"])
def test_a_killed_export_leaves_nothing_under_its_name(study: Study, tmp_path: Path, at: str) -> None:
    study.close()
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), at], env=dict(os.environ))
    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    with open_study(study.path) as again:
        assert entries(again)[-1].action == "decided"
        assert export_dataset(again, tmp_path / "out", MEYER).files == FILES


def test_odd_attribute_names_and_texts_survive(tmp_path: Path) -> None:
    attributes = {'he said "x"': "a,b", "Synthetic": "no", "größe": "line\nbreak", "sex ": "'; DROP TABLE log"}
    with small_study(tmp_path / "odd.duckdb") as study:
        cursor = study.connection.cursor()
        cursor.execute("UPDATE patient SET attributes = ? WHERE patient_id = 'P05'", [json.dumps(attributes)])
        cursor.close()
        out = export_dataset(study, tmp_path / "it's out", MEYER).folder
    row = read(out / "data/patients.csv")[2]
    assert (row['he said "x"'], row["attribute_Synthetic"], row["größe"], row["sex "]) == (
        "a,b",
        "no",
        "line\nbreak",
        "'; DROP TABLE log",
    )
    assert row["synthetic"] == "true"


def test_the_command_says_where_and_at_which_head(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = entries(study)[-1].hash
    study.close()
    words = ["export", str(study.path), str(tmp_path / "out"), "--reader", "S. Statistician"]
    assert main(words) == 0
    assert capsys.readouterr().out == f"exported 40 files to {tmp_path}/out\nlog: 9 entries, head {head}\n"
    assert "by S. Statistician (s-statistician)" in (tmp_path / "out/README.md").read_text()
    assert main(words) == 2
    assert capsys.readouterr().err == (
        f"hlh-tui export: {tmp_path}/out exists already and is never overwritten; choose another name\n"
    )
