"""One XLSX workbook with sheets named like the tables."""

import datetime as dt

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
