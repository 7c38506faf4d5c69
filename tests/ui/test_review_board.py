"""The evidence board as records and as text."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import msgspec
import pytest
from rich.cells import cell_len

from hlh_tui.assess.models import Assessment, Best, Evaluation, Item
from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.load import CRITERIA, read_bundled
from hlh_tui.protocol.models import Context
from hlh_tui.review.models import Cited
from hlh_tui.study.models import Chart, Observation, Patient
from hlh_tui.ui.judgement import cite
from hlh_tui.ui.review_state import CaseFile, ReviewState
from hlh_tui.ui.widgets.board_rows import board, board_text
from hlh_tui.ui.widgets.evidence_board import EvidenceBoard

SECRET = "complete response: all domains are met"


def item(identity: str, value: float | None, state: str, **more: object) -> Item:
    usual = Item(
        identity, identity, identity.capitalize(), identity, 31.0, None, -1.0, value, None, 6.3, "10*9/L", "≥ 100",
        None, state, "not_met", True, "no", None, f"{state.replace('_', ' ')}: because",
    )  # fmt: skip
    return replace(usual, **more)


PLATELETS = item("platelets", 120.0, "not_met", change_pct=287.1, support="platelet transfusion on day 5")
FERRITIN = item("ferritin", 640.0, "met", unit="ug/L", limit="< 2000", baseline=8420.0, change_pct=-92.4)
SPLEEN = item("spleen_below_margin", None, "not_evaluable", label="Spleen", value_day=None, unit="cm", limit="0")
CNS = item(
    "cns_involvement", 0.0, "met", label="CNS involvement", unit="1", baseline=1.0, limit="absent", value_day=7.0
)


def evaluation(day: float, guard: str = "clear") -> Evaluation:
    return Evaluation(day, "CR", "CR", False, guard, True, (PLATELETS, FERRITIN, SPLEEN, CNS), (), SECRET)


def charted(day: float, analyte: str, value: float, unit: str, upper: float | None = None) -> Observation:
    return Observation(
        day, analyte, value, None, unit, f"{value:g}", unit, None, upper, "Immulite", None, None, None, None, None
    )


SERIES = {
    "scd25": (charted(-1, "scd25", 4200, "[arb'U]/mL"), charted(7, "scd25", 9100, "[arb'U]/mL")),
    "crp": (charted(-1, "crp", 88, "mg/L", 5), charted(7, "crp", 12, "mg/L", 5), charted(40, "crp", 3, "mg/L", 5)),
}
LOCATELLI: CriteriaSet = criteria_set(read_bundled(CRITERIA, "locatelli-2020"))
PATIENT = Patient("P01", "male", 34.0, "ebv", "initial", -10.0, 120.0, None, None, None, {})
CASE = CaseFile(
    Chart(PATIENT, (), (), (), ()),
    Assessment(
        "P01", Best("CR", 7.0, 10.0, None, None, SECRET), (evaluation(3.2), evaluation(7.0, "triggered")),
        {3.0: 3.2, 7.0: 7.0, 14.0: None},
    ),
    SERIES,
    LOCATELLI,
)  # fmt: skip
STATE = ReviewState("P01", CASE, day=7.0, until_day=28.0, context=Context(7, 3))


def lines(state: ReviewState, width: int = 118, height: int = 12) -> list[str]:
    panel = EvidenceBoard()
    panel.set_reactive(EvidenceBoard.view, board(state))
    return ["".join(words for words, _ in line) for line in panel.lines(width, height)]


@pytest.fixture(autouse=True)
def glyphs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EvidenceBoard, "ascii_only", False)


def test_columns_are_baseline_visits_and_the_day_under_the_cursor() -> None:
    shown = board(STATE)
    assert shown.columns == ("base", "d3", "d7", "d14", "day 7")
    assert shown.same_as == 2
    assert [row.label for row in shown.rows] == ["platelets", "ferritin", "spleen", "CNS", "sCD25 guard", "CRP"]


def test_a_value_under_transfusion_is_not_met_and_says_why() -> None:
    row = board(STATE).rows[0]
    assert [(cell.text, cell.state) for cell in row.cells] == [
        ("31", "not_met"), ("120", "not_met"), ("120", "not_met"), ("", ""), ("120", "not_met"),
    ]  # fmt: skip
    assert lines(STATE, 140)[1].rstrip().endswith("not met: platelet transfusion on day 5")
    assert "120✗" in lines(STATE)[1]


def test_a_long_sentence_takes_two_lines_where_there_is_room_and_leaves_the_rows_in_place() -> None:
    words = "Fever not met: " + "the temperature of the day is at or above the limit, " * 3 + "and that is all"
    said = replace(CASE.assessment.evaluations[1].items[0], label="Fever", why=words)
    day = replace(CASE.assessment.evaluations[1], items=(said, *CASE.assessment.evaluations[1].items[1:]))
    case = replace(CASE, assessment=replace(CASE.assessment, evaluations=(day,)))
    roomy = lines(replace(STATE, case=case), height=16)
    assert len(roomy) == 16
    assert " ".join(each.strip() for each in roomy[-2:]) == words
    tight = lines(replace(STATE, case=case), height=12)
    assert len(tight) == 12
    assert tight[-1].startswith("Fever not met: the temperature")
    assert tight[-1].endswith("~")
    assert [row.split()[0] for row in roomy[1:7]] == [row.split()[0] for row in tight[1:7]]
    assert lines(STATE, height=16)[-1].strip() == "", "a short one keeps its two lines"


def test_a_met_item_says_its_change() -> None:
    assert lines(STATE)[2].rstrip().endswith("met -92%")
    assert "8 420✗" in lines(STATE)[2]
    assert "640✓" in lines(STATE)[2]


def test_what_is_not_evaluable_is_neither_met_nor_not_met() -> None:
    row = board(STATE).rows[2]
    assert (row.cells[4].text, row.cells[4].state, row.state) == ("-", "not_evaluable", "not evaluable")
    assert row.cells[4].cite == Cited("item", 7.0, "spleen", "spleen not evaluable")


def test_findings_are_words() -> None:
    assert [cell.text for cell in board(STATE).rows[3].cells] == ["present", "absent", "absent", "", "absent"]


def test_the_guard_stands_below_the_items_and_context_below_the_guard() -> None:
    guard, crp = board(STATE).rows[4:]
    assert (guard.cells[-1].text, guard.cells[-1].state, guard.brief) == ("9 100", "not_met", "+117%")
    assert [(cell.text, cell.state) for cell in crp.cells] == [
        ("88", "high"), ("", ""), ("12", "high"), ("", ""), ("12", "high"),
    ]  # fmt: skip
    assert crp.limit == "<=5"


def test_the_guard_says_the_rule_of_the_criteria() -> None:
    guard = board(STATE).rows[4]
    assert guard.limit == "<=2x bl"
    assert guard.why == ("sCD25 guard not met: two consecutive values above 2 x baseline rule out complete response")


def test_the_guard_shows_the_series_that_triggers_not_the_longest() -> None:
    low = [replace(charted(day, "scd25", 900, "pg/mL"), assay="ELISA") for day in (-2, 1, 2, 3, 4, 5)]
    high = [charted(day, "scd25", value, "[arb'U]/mL") for day, value in ((-1, 4200), (3, 8500), (7, 9100))]
    series = {"scd25": tuple(sorted([*low, *high], key=lambda value: value.day))}
    guard = board(replace(STATE, case=replace(CASE, series=series))).rows[4]
    assert [cell.text for cell in guard.cells] == ["4 200", "8 500", "9 100", "", "9 100"]
    assert guard.why.endswith("; 1 further series not shown")
    single = {"scd25": tuple(sorted([*low, *high[:2]], key=lambda value: value.day))}
    assert board(replace(STATE, case=replace(CASE, series=single))).rows[4].cells[-1].text == "900"


def test_a_set_without_a_guard_shows_the_values_as_context() -> None:
    bare = msgspec.structs.replace(LOCATELLI, guards=())
    rows = board(replace(STATE, case=replace(CASE, criteria=bare))).rows
    assert [row.label for row in rows[4:]] == ["CRP", "sCD25"]


def test_the_baseline_column_can_be_under_the_cursor() -> None:
    shown = board(replace(STATE, day=0.0))
    assert shown.columns[-1] == "base"
    assert shown.day_words == "at baseline"
    assert shown.rows[1].state == "abnormal"


def test_a_citation_is_marked_in_every_column_that_shows_the_value() -> None:
    cited = board(STATE).rows[1].cells[-1].cite
    assert cited == Cited("observation", 6.3, "ferritin", "ferritin 640 µg/L")
    assert "*640✓" in lines(cite(STATE, cited))[2]


def test_the_board_can_be_copied_as_text() -> None:
    copied = board_text(board(STATE)).splitlines()
    assert copied[0] == "criterion\tunit\tbase\td3\td7\td14\tday 7\tlimit\tat day 7"
    assert copied[2].split("\t")[2:7] == ["8 420 not_met", "640 met", "640 met", "", "640 met"]


def test_no_category_is_on_the_board() -> None:
    words = repr(board(STATE))
    assert SECRET not in words
    assert "'CR'" not in words


@pytest.mark.parametrize("width", [58, 78, 98, 118, 160])
def test_columns_stay_aligned(width: int) -> None:
    shown = lines(STATE, width)
    assert {cell_len(line) for line in shown[:-1] if line} == {width} or width < 66
    drawn = {character for line in shown[:-1] for character in line}
    assert not {character for character in drawn if unicodedata.east_asian_width(character) in "AWF"}


def test_rows_scroll_with_the_cursor_and_are_counted() -> None:
    low = lines(replace(STATE, row="crp"), 78, 5)
    assert low[0].startswith("4-6 of 6")
    assert low[3].startswith("CRP")


def test_a_case_that_is_being_read_has_an_empty_board() -> None:
    assert board(ReviewState("P01", None)).rows == ()


def test_the_trace_and_the_source_say_where_a_limit_comes_from_and_what_was_charted() -> None:
    from hlh_tui.assess.models import Best
    from hlh_tui.assess.values import Charted
    from hlh_tui.ui.limit_words import item_limit
    from hlh_tui.ui.widgets.source_pane import SourceView, source_lines
    from hlh_tui.ui.widgets.trace_pane import TraceView, trace_lines

    fibrinogen = item(
        "fibrinogen", 1.6, "met", unit="g/L", limit="> 1.5", source="registry table 2", confidence="S",
        charted=Charted("160", "mg/dL", "observations.csv", 12),
    )  # fmt: skip
    limit = "> 1.5, from registry table 2 [S: read in the source]"
    assert item_limit(fibrinogen) == limit
    best = Best("CR", 6.5, 10.0, None, None, "complete response from day 6.5")
    lines = [
        "".join(text for text, _ in line) for line in trace_lines(TraceView(best, evaluation(6.5), fibrinogen), 200)
    ]
    assert lines[-1] == f"fibrinogen limit  {limit}; value charted “160 mg/dL” (observations.csv, row 12)"
    shown = ["".join(text for text, _ in line) for line in source_lines(SourceView("fibrinogen", None, limit=limit))]
    assert shown[-1] == f"limit      {limit}"
    assert item_limit(PLATELETS) == "≥ 100"
