"""One XLSX workbook with sheets named like the tables."""

import datetime as dt
import re
import zipfile

import openpyxl
import pytest

from hlh_tui.intake.errors import ImportRejected, IntakeError
from hlh_tui.intake.load import import_charts
from hlh_tui.study.models import Actor

READER = Actor("a-meyer", "A. Meyer")
PATIENTS = [["patient_id", "last_contact_day", "index_at"], ["P01", 30, dt.datetime.fromisoformat("2024-03-01T10:00")]]


def book(path, **sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)


def test_sheets_dates_and_numbers(study, charts):
    observations = [
        ["patient_id", "day_at", "analyte", "value", "unit", None],
        ["P01", dt.datetime.fromisoformat("2024-03-02T22:00"), "fibrinogen", 150, "mg/dL"],
        [],
        ["P01", dt.date(2024, 3, 4), "ferritin", ">2000", None],
    ]
    book(charts / "charts.xlsx", Patients=PATIENTS, observations=observations, legend=[["free text"]])
    report = import_charts(study, charts / "charts.xlsx", READER)
    assert report.added["observations"] == 2
    assert study.rows("SELECT day::DOUBLE, value, raw_value, comparator, source_row FROM observation ORDER BY 5") == [
        (1.5, 1.5, "150", None, 2),
        (3, 2000, ">2000", ">", 4),
    ]
    assert study.rows("SELECT file FROM source ORDER BY source_id") == [
        ("charts.xlsx#patients",),
        ("charts.xlsx#observations",),
    ]
    assert import_charts(study, charts, READER).already == {
        "patients": 1, "observations": 2, "exposures": 0, "events": 0, "notes": 0
    }  # fmt: skip


def test_serial_dates_and_rows_are_named(study, charts):
    observations = [
        ["patient_id", "day_at", "analyte", "value"],
        ["P01", 45353, "PLT", 20],
        ["P01", dt.date(2024, 3, 4), "PLT", dt.date(2024, 3, 4)],
    ]
    book(charts / "charts.xlsx", patients=PATIENTS, observations=observations)
    with pytest.raises(ImportRejected) as caught:
        import_charts(study, charts, READER)
    assert caught.value.rejected == (
        'charts.xlsx#observations:2 day_at: "45353" is the serial number of a spreadsheet, not a date,'
        " expected ISO 8601 such as 2024-03-15 or 2024-03-15T08:30",
        'charts.xlsx#observations:3 value: "2024-03-04" is not a number, expected a number such as 12.5 or <0.5',
    )


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("#N/A", "charts.xlsx#observations: row 2 holds the error #N/A: correct the formula"),
        (
            "=1+1",
            "charts.xlsx#observations: row 2 holds the formula =1+1 without a value:"
            " open the workbook in a spreadsheet program and save it, or paste values",
        ),
    ],
)
def test_cells_without_a_value(study, charts, cell, sentence):
    book(
        charts / "charts.xlsx",
        patients=PATIENTS,
        observations=[["patient_id", "day", "analyte", "value"], ["P01", 1, "PLT", cell]],
    )
    with pytest.raises(IntakeError) as caught:
        import_charts(study, charts, READER)
    assert str(caught.value) == sentence


def test_not_a_workbook_and_no_tables(study, charts):
    (charts / "charts.xlsx").write_bytes(b"junk")
    with pytest.raises(IntakeError, match=r"^charts.xlsx is not a readable XLSX workbook: save it again as .xlsx$"):
        import_charts(study, charts, READER)
    book(charts / "charts.xlsx", legend=[["free text"]])
    with pytest.raises(IntakeError, match=r"^charts.xlsx has no sheet named patients, observations"):
        import_charts(study, charts, READER)


OBSERVED = [
    ["patient_id", "day", "analyte", "value", "unit"],
    *[["P01", day, "PLT", 20000, "/uL"] for day in (1, 2, 3)],
]


def rewritten(path, change):
    """The workbook with the XML of its observations, the second sheet, changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet2.xml"] = change(parts["xl/worksheets/sheet2.xml"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("stated", ["A1", "A1:E2", "A1:D4", "A1:Z99", None])
def test_every_cell_is_read_whatever_size_the_sheet_states(study, charts, stated):
    """Some programs state a size that is too small."""
    book(charts / "charts.xlsx", patients=PATIENTS, observations=OBSERVED)
    size = f'<dimension ref="{stated}"/>'.encode() if stated else b""
    rewritten(charts / "charts.xlsx", lambda xml: re.sub(rb"<dimension[^>]*>", size, xml))
    import_charts(study, charts, READER)
    assert study.rows("SELECT day::DOUBLE, value FROM observation ORDER BY 1") == [(1, 20), (2, 20), (3, 20)]


def refused(study, charts):
    with pytest.raises(IntakeError) as caught:
        import_charts(study, charts, READER)
    assert study.rows("SELECT count(*) FROM patient") == [(0,)]
    return str(caught.value)


def test_merged_cells_hide_what_they_cover(study, charts):
    book(charts / "charts.xlsx", patients=PATIENTS, observations=OBSERVED)
    made = openpyxl.load_workbook(charts / "charts.xlsx")
    made["observations"].merge_cells("E2:E4")
    made.save(charts / "charts.xlsx")
    assert refused(study, charts) == (
        "charts.xlsx#observations: the cells E2:E4 are merged, so all but the first are empty: unmerge and fill them"
    )


def test_merged_cells_beside_the_tables_do_not_matter(study, charts):
    book(charts / "charts.xlsx", patients=PATIENTS, legend=[["a", "b"]])
    made = openpyxl.load_workbook(charts / "charts.xlsx")
    made["legend"].merge_cells("A1:B1")
    made.save(charts / "charts.xlsx")
    assert import_charts(study, charts, READER).added["patients"] == 1


def test_cells_beyond_the_header_are_named(study, charts):
    observations = [OBSERVED[0], ["P01", 1, "PLT", 20, None, "haemolytic"], ["P01", 2, "PLT", 20, None, " "]]
    book(charts / "charts.xlsx", patients=PATIENTS, observations=observations)
    with pytest.raises(ImportRejected) as caught:
        import_charts(study, charts, READER)
    assert caught.value.rejected == ("charts.xlsx#observations:2 (row): has 6 cells, expected 5 as in the header",)


def test_a_table_that_does_not_begin_in_the_first_row(study, charts):
    book(charts / "charts.xlsx", patients=[[], *PATIENTS])
    assert refused(study, charts) == (
        "charts.xlsx#patients: the first row is empty: put the column names there, or remove the sheet"
    )


@pytest.mark.parametrize("prefix", [b"", b"x:"])
def test_a_formula_that_gave_an_empty_text_is_an_empty_cell(study, charts, prefix):
    rows = [OBSERVED[0], ["P01", 1, "PLT", 20, '=IF(A1="","/uL","")']]
    book(charts / "charts.xlsx", patients=PATIENTS, observations=rows)
    without = '=IF(A1="","/uL","") without a value'

    def prefixed(xml):
        return re.sub(rb"<(/?)([a-z])", rb"<\1x:\2", xml.replace(b'xmlns="', b'xmlns:x="')) if prefix else xml

    rewritten(charts / "charts.xlsx", prefixed)
    assert without in refused(study, charts)
    formula = b"<" + prefix + b"f>"
    rewritten(charts / "charts.xlsx", lambda xml: xml.replace(b'"E2"><' + prefix + b"f>", b'"E2" t="str">' + formula))
    import_charts(study, charts, READER)
    assert study.rows("SELECT value, raw_unit FROM observation") == [(20, None)]
