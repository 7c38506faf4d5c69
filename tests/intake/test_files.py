"""What a folder may hold, and the one sentence for each file that cannot be read."""

import csv
import os
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hlh_tui.intake.delimited import SPACE_BEFORE_QUOTE
from hlh_tui.intake.errors import ImportRejected, IntakeError
from hlh_tui.intake.load import import_charts
from hlh_tui.intake.models import Source
from hlh_tui.intake.stage import engine, stage
from hlh_tui.study.models import Actor

READER = Actor("a-meyer", "A. Meyer")
OBSERVATIONS = "patient_id,day,analyte,value\n"


def values(study):
    return study.rows("SELECT day::DOUBLE, value FROM observation ORDER BY source_row")


@pytest.fixture
def refused(bring, study, charts):
    """Import tables that cannot be read; the sentence. Nothing of them may be in the study."""

    def run(**tables):
        with pytest.raises(IntakeError) as caught:
            bring(**tables)
        assert study.rows("SELECT count(*) FROM log") == [(1,)]
        assert caught.value.exit_code == 2
        return str(caught.value)

    return run


@pytest.mark.parametrize(
    "text",
    [
        "patient_id,day,analyte,value\nP01,1.5,PLT,20\n",
        "patient_id;day;analyte;value\r\nP01;1.5;PLT;20\r\n",
        "patient_id\tday\tanalyte\tvalue\nP01\t1.5\tPLT\t20",
        "\ufeffpatient_id,day,analyte,value\nP01,1.5,PLT,20\n",
        '"patient_id","day","analyte","value"\n"P01","1.5","PLT","20"\n',
        "Patient ID, Day ,ANALYTE,value\n P01 ,1.5, PLT ,\u00a020\n\n,,,\n",
        "patient_id;day;analyte;value\nP01;1,5;PLT;20\n",
        "patient_id,day,analyte,value\rP01,1.5,PLT,20\r",
        "patient_id,day,analyte,value\r\nP01,1.5,PLT,20\n",
        "patient_id,day,analyte,value\nP01,1.5,PLT,20\r\n",
        "patient_id,day,analyte,value\nP01,1.5,PLT,20\r",
        "patient_id,day,analyte,value\r\nP01,1.5,PLT,20\r",
    ],
    ids=[
        *("comma", "semicolon", "tab", "bom", "quotes", "spaces", "decimal comma", "old mac"),
        *("lines end in two ways", "lines end in two other ways", "half an end", "half of both"),
    ],
)
def test_spellings_of_one_file(bring, study, text):
    assert bring(observations=text.encode("utf-8")).added["observations"] == 1
    assert values(study) == [(1.5, 20)]


def test_line_ends_that_change_in_the_middle(bring, study):
    lines = [OBSERVATIONS.rstrip(), *[f"P01,{day},PLT,{day + 20}" for day in range(2000)]]
    text = "\r\n".join(lines[:1000]) + "\r\n" + "\n".join(lines[1000:])
    assert bring(observations=text).added["observations"] == 2000
    assert values(study) == [(day, day + 20) for day in range(2000)]
    assert study.rows("SELECT min(source_row), max(source_row) FROM observation") == [(2, 2001)]


def test_commas_that_could_be_thousands(refused):
    assert refused(observations="patient_id;day;analyte;value\nP01;1;ferritin;2,000\n") == (
        "observations.csv: it cannot be told whether the comma in 2,000 separates decimals or thousands:"
        " write all numbers with a point and without thousands separators"
    )


def test_commas_and_points_in_one_file(refused):
    assert refused(observations="patient_id;day;analyte;value\nP01;1,5;ferritin;2000.5\n").startswith(
        "observations.csv: it cannot be told whether the comma in 1,5 separates"
    )


def test_thousands_separator_in_a_comma_file(rejected):
    assert rejected(observations=OBSERVATIONS + 'P01,1,ferritin,"2,000"\n') == (
        'observations.csv:2 value: "2,000" is not a number, expected a number such as 12.5 or <0.5',
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "observations.csv is empty: give it a header line, or remove the file"),
        (b"\nP01,1\n", "observations.csv: the first line is empty: put the column names there"),
        (
            OBSERVATIONS.encode() + b"P01,1,PLT,20\nP01,2,h\xe9moglobine,90\n",
            "observations.csv: line 3 is not UTF-8 (byte 0xE9): save the file with the encoding UTF-8",
        ),
        (
            OBSERVATIONS.encode() + "P01,1,hémo,9\n".encode() + b"P01,1,h\xe9mo,9\n",
            "observations.csv: line 3 is not UTF-8 (byte 0xE9): save the file with the encoding UTF-8",
        ),
        (OBSERVATIONS.encode("utf-16"), "observations.csv is UTF-16 text: save it as UTF-8"),
        (
            OBSERVATIONS.encode() + b"P01,1,PLT,2\x000\n",
            "observations.csv: line 2 holds a NUL byte, so it is not text: save it as CSV again",
        ),
        (
            b"\x7fELF\x02\x01\x01\x00\x00",
            "observations.csv: line 1 holds a NUL byte, so it is not text: save it as CSV again",
        ),
        (
            OBSERVATIONS.encode() + b'P01,1,PLT,"20\nP01,2,PLT,20\n',
            "observations.csv: quotes in line 2 do not close or stand inside a cell:"
            ' double each quote inside a quoted cell ("")',
        ),
    ],
    ids=["empty", "no header", "latin-1", "mixed", "utf-16", "nul", "binary", "open quote"],
)
def test_files_that_are_not_tables(refused, content, sentence):
    assert refused(observations=content) == sentence


def test_header_alone_is_no_rows(bring):
    assert bring(observations=OBSERVATIONS, notes="patient_id,day,text").added["observations"] == 0


def test_patients_without_rows(refused):
    assert refused(patients="patient_id,last_contact_day\n") == (
        "patients.csv has no rows and the study has no patients yet: give at least one patient"
    )


def test_patients_of_whom_no_line_fits_the_header(rejected):
    assert rejected(patients="patient_id,last_contact_day\nP01,30,5\nP02\n") == (
        "patients.csv:2 (row): has 3 cells, expected 2 as in the header",
        "patients.csv:3 (row): has 1 cells, expected 2 as in the header",
    )


def test_ragged_lines_and_lines_of_notes(rejected):
    notes = 'patient_id,day,text\nP01,1,"two\nlines, one row"\nP01,2\nP01,x,late\n'
    assert rejected(notes=notes) == (
        "notes.csv:4 (row): has 2 cells, expected 3 as in the header",
        'notes.csv:5 day: "x" is not a number, expected days since the index event such as 7 or 1.5',
    )


def test_quotes_and_line_breaks_are_kept(bring, study):
    bring(notes='patient_id,day,text\nP01,1,"said ""fine"",\nthen slept"\n')
    assert study.rows("SELECT text FROM note") == [('said "fine",\nthen slept',)]


def test_a_quote_behind_a_space_would_stay_in_the_cell(refused):
    exposures = 'patient_id,drug,start_day\nP01,"emapalumab",0\nP01, "emapalumab",3\n'
    assert refused(exposures=exposures) == (
        "exposures.csv: line 3 has a space before a quote: remove the space, so that the quotes are not"
        " part of the cell"
    )


def test_lines_of_nothing_are_no_rows(bring):
    rows = "P01,1,PLT,20\n\n   \n,,\n,,,\n\t\n"
    assert bring(observations=OBSERVATIONS + rows).added["observations"] == 1


def test_spaces_of_any_width_do_not_belong_to_a_cell(bring, study):
    bring(exposures="patient_id,drug,start_day\n\u3000P01,emapalumab\u2003,0\u202f\n")
    assert study.rows("SELECT patient_id, drug FROM exposure") == [("P01", "emapalumab")]


def test_headers_that_do_not_fit(rejected):
    said = rejected(
        observations="patient_id,day,analyt,value,comment,\nP01,1,PLT,20,x,y\n",
        exposures="patient_id,drug,start_day,start_at\nP01,x,1,2024-01-01\n",
    )
    columns = "patient_id, day, analyte, value, unit, lower, upper, assay, specimen, method, source_ref"
    assert said == (
        f"observations.csv:1 analyt: is not a column of this table, expected one of {columns}; did you mean analyte",
        f"observations.csv:1 comment: is not a column of this table, expected one of {columns};"
        " put what matters into source_ref and remove the column",
        "observations.csv:1 (column 6): has no name, expected a column name",
        "observations.csv:1 analyte: is missing from the header, expected a column of that name",
        "exposures.csv:1 start_at: stands for start_day like start_day, expected one of them",
    )


def test_events_and_exposures(rejected):
    said = rejected(
        exposures="patient_id,drug,start_day,end_day,dose\nP01,emapalumab,5,3,-1\n",
        events="patient_id,day,end_day,kind,term,grade,relatedness\nP01,3,2,hstc,,9,maybe\n"
        "P01,3,,Transfusion,wine,2.5,\nP01,3,,hsct,,1e30,\nP01,3,,hsct,,III,\n",
    )
    assert said == (
        "exposures.csv:2 end_day: 3 is before start_day 5, expected 5 or later",
        "exposures.csv:2 dose: -1 is below 0, expected at least 0",
        'events.csv:2 kind: "hstc" is not known, expected hsct, relapse, progression, death, adverse_event,'
        " transfusion, gcsf, infection, chemotherapy or procedure",
        "events.csv:2 end_day: 2 is before day 3, expected 3 or later",
        "events.csv:2 grade: 9 is above 5, expected at most 5",
        'events.csv:2 relatedness: "maybe" is not known, expected unrelated, unlikely, possible, probable or definite',
        'events.csv:3 term: "wine" is not known, expected platelets, red_cells, plasma or cryoprecipitate',
        "events.csv:3 grade: 2.5 is not whole, expected a whole number",
        "events.csv:4 grade: 1e+30 is above 5, expected at most 5",
        'events.csv:5 grade: "III" is not a number, expected a whole number',
    )


def test_control_characters_never_reach_the_terminal(rejected):
    assert rejected(observations=OBSERVATIONS + "P01,1,PLT,\x1b[31mred\n") == (
        'observations.csv:2 value: "·[31mred" is not a number, expected a number such as 12.5 or <0.5',
    )


def test_characters_that_nobody_sees_are_shown(rejected):
    assert rejected(observations=OBSERVATIONS + "P01,1,PLT,2\u200b1\nP01\u00ad,1,PLT,21\n") == (
        'observations.csv:2 value: "2·1" is not a number, expected a number such as 12.5 or <0.5',
        'observations.csv:3 patient_id: "P01·" is not a patient, expected a patient_id of patients or of the study',
    )


def test_folders_that_are_none(study, tmp_path):
    names = "patients, observations, exposures, events, notes"
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    for folder, sentence in (
        ("gone", f"there is no folder {tmp_path}/gone: name the folder that holds patients.csv and the other tables"),
        ("file", f"{tmp_path}/file is not a folder: name the folder that holds patients.csv and the other tables"),
        (
            "empty",
            f"there are no charts in {tmp_path}/empty: put {names} there as .csv, .parquet or sheets of one .xlsx",
        ),
    ):
        with pytest.raises(IntakeError) as caught:
            import_charts(study, tmp_path / folder, READER)
        assert str(caught.value) == sentence


def test_links_and_pipes_are_not_followed(refused, study, charts):
    (charts / "observations.csv").symlink_to(study.path)
    with pytest.raises(
        IntakeError, match=r"^observations.csv is a symbolic link: copy the file itself into the folder$"
    ):
        import_charts(study, charts, READER)
    (charts / "observations.csv").unlink()
    os.link(study.path, charts / "observations.csv")
    with pytest.raises(IntakeError, match=r"^observations.csv is the study file itself"):
        import_charts(study, charts, READER)
    (charts / "observations.csv").unlink()
    os.mkfifo(charts / "observations.csv")
    with pytest.raises(IntakeError, match=r"^observations.csv is not a plain file: put the table there as a file$"):
        import_charts(study, charts, READER)


def test_two_files_of_one_table_and_unread_files(bring, refused, charts):
    (charts / "observation.csv").write_text("x", encoding="utf-8")
    assert bring().warnings == (
        "observation.csv: was not read, because the tables are patients, observations, exposures, events, notes;"
        " did you mean observations?",
    )
    (charts / "observation.csv").unlink()
    for name in ("notes.ods", "Events.xls", "exposures.csv.gz", "notes.docx.bak", "decisions.pdf", ".notes.csv.swp"):
        (charts / name).write_text("x", encoding="utf-8")
    endings = "put it there as .csv, .parquet or a sheet of one .xlsx"
    assert bring().warnings == (
        f"Events.xls: was not read, because of its ending: {endings}",
        f"exposures.csv.gz: was not read, because of its ending: {endings}",
        f"notes.docx.bak: was not read, because of its ending: {endings}",
        f"notes.ods: was not read, because of its ending: {endings}",
    )
    (charts / "patients.tsv").write_text("patient_id\tlast_contact_day\nP01\t30\n", encoding="utf-8")
    with pytest.raises(IntakeError, match=r"^patients.tsv and patients.csv both hold patients: keep one of them$"):
        bring()


def test_parquet(study, charts):
    with duckdb.connect() as engine:
        for table, select in (
            (
                "patients",
                "SELECT 'P01' AS patient_id, 30 AS last_contact_day, TIMESTAMP '2024-03-01 10:00:00' AS index_at",
            ),
            (
                "observations",
                "SELECT * FROM (VALUES ('P01', TIMESTAMP '2024-03-02 10:00:00', 'PLT', 20.5::DOUBLE),"
                " ('P01', TIMESTAMP '2024-03-03 10:00:00', 'PLT', 30)) AS t(patient_id, day_at, analyte, value)",
            ),
        ):
            engine.execute(f"COPY ({select}) TO '{charts / table}.parquet' (FORMAT parquet)")
    import_charts(study, charts, READER)
    assert values(study) == [(1, 20.5), (2, 30)]


def test_text_that_parquet_does_not_call_text(study, charts):
    patients = f"COPY (SELECT 'P01'::BLOB AS patient_id, 30 AS last_contact_day, {{}}::BLOB AS site) TO '{charts}/{{}}'"
    with duckdb.connect() as engine:
        engine.execute(patients.format("'Z\\xC3\\xBCrich'", "patients.parquet"))
    import_charts(study, charts, READER)
    assert study.rows("SELECT patient_id, site FROM patient") == [("P01", "Zürich")]
    with duckdb.connect() as engine:
        engine.execute(patients.format("'Z\\xFCrich'", "patients.parquet"))
    with pytest.raises(
        IntakeError, match=r"^patients.parquet: bytes of patient_id or site are not UTF-8: write them as text$"
    ):
        import_charts(study, charts, READER)


def test_junk_parquet_and_missing_staging(study, charts, monkeypatch):
    (charts / "patients.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(IntakeError, match=r"^patients.parquet is not a readable Parquet file: write it again$"):
        import_charts(study, charts, READER)
    monkeypatch.setattr(study, "staging", None)
    with pytest.raises(IntakeError, match=r"^study.duckdb was opened without a staging folder"):
        import_charts(study, charts, READER)


def test_refused_parquet_values(study, charts):
    with duckdb.connect() as engine:
        engine.execute(
            f"COPY (SELECT 'P01' AS patient_id, 'nan'::DOUBLE AS last_contact_day) TO '{charts}/patients.parquet'"
        )
    with pytest.raises(ImportRejected) as caught:
        import_charts(study, charts, READER)
    assert caught.value.rejected == (
        'patients.parquet:2 last_contact_day: "nan" is not a number,'
        " expected days since the index event such as 7 or 1.5",
    )


@given(
    st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=30
        ).filter(lambda text: text.strip(" \t\r\n\xa0\ufeff") != "" and not SPACE_BEFORE_QUOTE.fullmatch(text)),
        min_size=1,
        max_size=20,
    )
)
@example(["a\rb", "\rx", "x\r", 'a"b', "x\n", "a\r\nb"])
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back_as_it_was(texts):
    with tempfile.TemporaryDirectory() as folder, engine(Path(folder)) as connection:
        path = Path(folder) / "charts.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["patient_id", "day", "text"], *[["P01", n, t] for n, t in enumerate(texts)]])
        staged = stage(connection, Source("notes", path.name, path, "delimited"), Path(folder))
        read = connection.execute(f"SELECT c2 FROM read_parquet('{staged.parquet}') ORDER BY row").fetchall()
    assert [row[0] for row in read] == texts
