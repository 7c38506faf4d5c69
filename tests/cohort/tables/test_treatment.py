"""The treatment table: the figures that the paper prints, and exposure counted by hand."""

import pytest

from hlh_tui.cohort.tables.table import table, table_text
from tests.cohort.example import add_patient, judge, new_study
from tests.cohort.tables.charts import at, event, expose


def test_exposures_and_doses_are_those_of_the_paper(paper):
    found = table(paper, "treatment")
    emapalumab = at(found, "Median (IQR)", "Emapalumab: weeks")
    assert emapalumab.text == "1.14 (1.01–2.79)"
    middle, least, most, first, third = emapalumab.values
    # The paper: 1.14 weeks (IQR 1.0-2.8) for emapalumab and for both, 6.7 (3.6-9.4) for ruxolitinib.
    assert [round(first, 1), round(middle, 2), round(third, 1)] == [1.0, 1.14, 2.8]
    assert (emapalumab.n, emapalumab.denominator, round(least, 2), round(most, 2)) == (13, 13, 0.71, 3.57)
    assert at(found, "Median (IQR)", "Both: weeks").values == emapalumab.values
    ruxolitinib = at(found, "Median (IQR)", "Ruxolitinib: weeks")
    assert [round(value, 1) for value in ruxolitinib.values] == [6.7, 1.7, 12.0, 3.6, 9.4]
    doses = "Emapalumab: doses"
    assert [at(found, f"Emapalumab doses: {n}", doses).n for n in (1, 2, 4)] == [7, 5, 1]
    assert at(found, "Emapalumab doses: 4", doses).patients == ("P11",)


def test_what_was_given_beside_and_after(paper):
    found = table(paper, "treatment")
    beside = "Concomitant therapy"
    etoposide = at(found, "Concomitant therapy: Etoposide", beside)
    assert (etoposide.text, etoposide.patients) == ("3 (23)", ("P01", "P02", "P13"))
    assert at(found, "Concomitant therapy: PD-1 blockade", beside).patients == ("P02", "P04", "P11", "P13")
    counts = {name: at(found, "Patients", name) for name in ("Relapse: day", "HSCT: day", "Further chemotherapy: day")}
    assert {name: cell.n for name, cell in counts.items()} == {
        "Relapse: day": 2,
        "HSCT: day": 5,
        "Further chemotherapy: day": 7,
    }
    assert counts["Relapse: day"].patients == ("P04", "P13")
    assert at(found, "Outcome: died", "Outcome").text == "6 (46)"
    assert at(found, "Cause of death: HLH", "Cause of death").patients == ("P01", "P12", "P13")
    assert at(found, "Response: PR", "Response").patients == ("P03", "P04", "P09", "P13")


def test_one_row_for_each_patient_with_the_days_of_the_chart(paper):
    found = table(paper, "treatment")
    rows = {row.level: [cell.text for cell in row.cells] for row in found.rows if row.label == "Overall" and row.level}
    assert list(rows) == [f"P{n:02}" for n in range(1, 14)]
    assert rows["P04"] == [
        "2", "50 mg ×2", "2.71", "40 mg/d", "9.29", "2.71", "dexamethasone, immunoglobulin, levetiracetam, sintilimab",
        "PR", "7.4", "31.4", "34", "80", "alive", "210", "–",
    ]  # fmt: skip
    assert {cell.patients for row in found.rows if row.level == "P04" for cell in row.cells} == {("P04",)}


def test_groups_have_their_own_rows_and_everybody_the_last_summary(paper):
    found = table(paper, "treatment", "prior_treatment")
    headings = [row.label for row in found.rows if not row.level]
    assert headings == [
        "previously treated",
        "Summary: previously treated (n = 8)",
        "treatment-naive",
        "Summary: treatment-naive (n = 5)",
        "Summary: Overall (n = 13)",
    ]
    etoposide = [row.cells for row in found.rows if row.level == "Concomitant therapy: Etoposide"]
    assert [[cell.text for cell in cells if cell.text] for cells in etoposide] == [["3 (38)"], ["0 (0)"], ["3 (23)"]]


def test_exposure_by_hand(tmp_path):
    with new_study(tmp_path) as study:
        # Two doses; chemotherapy on day 14 ends what would last to day 10 + 8.
        add_patient(study, "A", 100)
        expose(study, "A", "Gamifant", 0, 0.04, 70, "mg")
        expose(study, "A", "Gamifant", 10, 10.04, 70, "mg")
        event(study, "A", 14, "chemotherapy", "DEP")
        # Ruxolitinib from day -7, its dose changed on day 0, stopped on day 7, begun again on day 20.
        for start, end, dose in ((-7, 0, 20), (0, 7, 40), (20, 27, 40)):
            expose(study, "A", "ruxolitinib phosphate", start, end, dose, "mg/d")
        # A course that ended before day 0 does not count; ongoing means to last contact.
        add_patient(study, "B", 21)
        expose(study, "B", "emapalumab", 0, 0.04, 50, "mg")
        expose(study, "B", "ruxolitinib", -30, -10, 40, "mg/d")
        expose(study, "B", "ruxolitinib", 7, None, 40, "mg/d")
        # Lost on day 3: a dose counts no longer than the patient was seen.
        add_patient(study, "C", 3)
        expose(study, "C", "emapalumab", 0, 0.04, 50, "mg")
        add_patient(study, "D", 50)
        found = table(study, "treatment")
    names = ("Emapalumab: weeks", "Ruxolitinib: weeks", "Both: weeks")
    weeks = {patient: [at(found, patient, name).text for name in names] for patient in "ABCD"}
    assert weeks == {
        "A": ["2.00", "3.00", "1.00"],
        "B": ["1.14", "2.00", "0.14"],
        "C": ["0.43", "–", "–"],
        "D": ["–", "–", "–"],
    }
    assert at(found, "A", "Ruxolitinib: dose").text == "20 mg/d, 40 mg/d ×2"
    assert at(found, "Emapalumab doses: 0", "Emapalumab: doses").patients == ("D",)
    assert at(found, "Median (IQR)", "Emapalumab: weeks").text == "1.14 (0.43–2.00) n = 3/4"
    assert "1 of 4 patients have no dose of Emapalumab charted." in found.notes


def test_a_dose_in_mg_is_known_per_kg_and_square_metre_where_the_chart_allows(paper):
    found = table(paper, "treatment")
    # P01: 100 mg at 70 kg, ruxolitinib 40 mg a day at 1.8 square metres.
    assert at(found, "P01", "Emapalumab: dose").values == pytest.approx((1.4286,), abs=1e-4)
    assert at(found, "P01", "Ruxolitinib: dose").values == pytest.approx((22.2222,), abs=1e-4)


def test_a_protocol_without_study_drugs_says_so(tmp_path, monkeypatch):
    from msgspec.structs import replace

    with new_study(tmp_path) as study:
        add_patient(study, "A", 10)
        study.__dict__["protocol"] = replace(study.protocol, treatment=None, fever=None, safety=None)
        found = {name: table(study, name) for name in ("treatment", "fever", "adverse-events")}
    assert "names no study drug" in found["treatment"].notes[0]
    assert "does not say when fever has resolved" in found["fever"].notes[0]
    assert "does not say which events are adverse" in found["adverse-events"].notes[0]
    assert all(each.rows[0].cells[0].text == "1" and table_text(each, 80) for each in found.values())


def test_an_older_protocol_without_these_sections_is_read():
    from hlh_tui.protocol import load

    text = load.read_bundled(load.STUDIES, "song-2024").toml
    sections = ("[treatment]", "[fever]", "[laboratory]", "[safety]")
    older = "\n\n".join(part for part in text.split("\n\n") if not any(section in part for section in sections))
    protocol = load.study_protocol(load.adopt(older, "older.toml"))
    assert (protocol.treatment, protocol.fever, protocol.safety) == (None, None, None)


def test_categories_nobody_decided_leave_the_response_open(tmp_path):
    with new_study(tmp_path) as study:
        add_patient(study, "A", 10)
        add_patient(study, "B", 10)
        judge(study, "CR", "B", day=5)
        found = table(study, "treatment")
    assert [at(found, patient, "Response").text for patient in "AB"] == ["–", "CR"]
    assert [at(found, patient, "Response: day").text for patient in "AB"] == ["–", "5"]


def test_the_response_is_summed_up_in_the_order_of_the_protocol_and_adds_up_to_everybody(tmp_path):
    with new_study(tmp_path) as study:
        for patient in ("P1", "P2", "P3", "P4", "P5"):
            add_patient(study, patient, 60)
        judge(study, "NR", "P1")
        judge(study, "PR", "P2")
        judge(study, "IMP", "P3", "P4")
        found = table(study, "treatment")
    place = found.columns.index("Response")
    counted = [(row.level, row.cells[place].text) for row in found.rows if row.level.startswith("Response: ")]
    assert counted == [
        ("Response: PR", "1 (20)"),
        ("Response: IMP", "2 (40)"),
        ("Response: NR", "1 (20)"),
        ("Response: not decided", "1 (20)"),
    ]
