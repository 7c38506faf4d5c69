"""The flow of patients, as a table and as boxes."""

from hlh_tui.cohort.tables.table import table, table_text
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.study.models import Actor
from tests.cohort.example import add_patient, judge, new_study
from tests.cohort.tables.charts import at, event, observe

RESPONSE = "Response (CR + PR + improvement)"


def test_the_flow_of_the_paper(paper):
    found = table(paper, "flow")
    assert [at(found, box, label=box).text for box in ("Charts imported", "Decided", "Evaluable", RESPONSE)] == [
        "13",
        "13/13",
        "13/13",
        "10/13",
    ]
    assert at(found, "relapse", label=RESPONSE).patients == ("P04", "P13")
    assert at(found, "further chemotherapy", label="No response").text == "3/3"
    hsct = [at(found, level, label=box) for box in (RESPONSE, "No response") for level in ("HSCT, alive", "HSCT, died")]
    assert sorted(who for cell in hsct for who in cell.patients) == ["P02", "P03", "P04", "P06", "P11"]


def open_cases(study):
    for patient in "ABCDE":
        add_patient(study, patient, 60)
    judge(study, "CR", "A", "B")
    judge(study, "NE", "C")
    decide(study, Actor("k-tanaka", "K. Tanaka"), Decision("B", "NR", "read the chart"))
    observe(study, "A", -1, "ferritin", 9000)
    event(study, "A", 20, "relapse")
    event(study, "A", 30, "hsct")
    event(study, "A", 60, "death")


def test_who_leaves_on_the_way(tmp_path):
    with new_study(tmp_path) as study:
        open_cases(study)
        found = table(study, "flow")
    counts = [(row.level or row.label, row.cells[0].text) for row in found.rows]
    assert counts[:12] == [
        ("Charts imported", "5"),
        ("baseline values in every domain", "0/5"),
        ("in some domains only", "1/5"),
        ("no value at baseline", "4/5"),
        ("Not decided", "3/5"),
        ("undecided", "2/5"),
        ("unresolved: readers differ", "1/5"),
        ("Decided", "2/5"),
        ("Not evaluable", "1/2"),
        ("Evaluable", "1/2"),
        (RESPONSE, "1/1"),
        ("relapse", "1/1"),
    ]
    assert at(found, "HSCT, died", label=RESPONSE).patients == ("A",)
    assert at(found, "relapse", label="No response").text == "0/0"


def test_boxes_are_joined_and_stay_within_the_width(tmp_path):
    with new_study(tmp_path) as study:
        open_cases(study)
        found = table(study, "flow", "sex")
    for width in (60, 80, 140):
        lines = table_text(found, width).splitlines()
        assert max(map(len, lines)) <= width
        text = "\n".join(lines)
        assert text.count("┌") == text.count("└") == 7
        assert text.count("┴") == 4
    assert lines[2:9] == [
        "┌──────────────────────────────────────────────────────┐",
        "│ Charts imported: 5 (missing 5)                       │",
        "│   baseline values in every domain: 0/5               │",
        "│   in some domains only: 1/5                          │",
        "│   no value at baseline: 4/5                          │",
        "└───────────────────────────┬──────────────────────────┘",
        28 * " " + "│" + 29 * " " + "┌" + 54 * "─" + "┐",
    ]


def test_an_empty_study_flows_from_nothing(tmp_path):
    with new_study(tmp_path) as study:
        text = table_text(table(study, "flow"), 80)
    assert "Charts imported: 0" in text
    assert "Decided: 0/0" in text
