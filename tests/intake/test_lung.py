"""Charts that nobody built for this program: the lung cancer data of the North Central Cancer Treatment Group."""

import csv

import pytest

from hlh_tui.intake.load import import_charts
from hlh_tui.study.models import Actor


@pytest.fixture
def lung(charts):
    """228 patients with their further columns as attributes, and their deaths (status 1 after lifelines' coding)."""
    from lifelines.datasets import load_lung

    rows = [{k: "" if v != v else v for k, v in row.items()} for row in load_lung().to_dict("records")]
    tables = {
        "patients": [
            {
                "patient_id": f"L{number:03}",
                "sex": {1: "male", 2: "female"}[int(row["sex"])],
                "age_years": row["age"],
                "last_contact_day": row["time"],
                "site": row["inst"],
                **{name: row[name] for name in ("ph.ecog", "ph.karno", "pat.karno", "meal.cal", "wt.loss")},
            }
            for number, row in enumerate(rows, start=1)
        ],
        "events": [
            {"patient_id": f"L{number:03}", "day": row["time"], "kind": "death"}
            for number, row in enumerate(rows, start=1)
            if row["status"] == 1
        ],
    }
    for name, lines in tables.items():
        with (charts / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(lines[0]))
            writer.writeheader()
            writer.writerows(lines)
    return charts


def test_the_lung_data_come_in_whole(study, lung):
    report = import_charts(study, lung, Actor("s", "Statistician"))
    assert (report.added["patients"], report.added["events"], report.warnings) == (228, 165, ())
    assert study.rows("SELECT count(*) FILTER (sex = 'male'), sum(last_contact_day)::INT FROM patient") == [
        (138, 69593)
    ]
    assert study.rows('SELECT count(*) FROM patient WHERE attributes LIKE \'%"ph.ecog":"1%\'') == [(113,)]
    assert import_charts(study, lung, Actor("s", "Statistician")).already["patients"] == 228
