"""Decisions made under other criteria, or another reading of them, than are in force."""

from __future__ import annotations

from hlh_tui.assess.reading import choose_reading, study_reading
from hlh_tui.protocol.load import adopt
from hlh_tui.review.chart_text import chart_text
from hlh_tui.review.decide import decide
from hlh_tui.review.desk import desk_of
from hlh_tui.review.models import Decision
from hlh_tui.review.proposal import proposed
from hlh_tui.review.stale import stale_decisions
from hlh_tui.review.state import cases, current_decisions
from hlh_tui.review.undo import undo
from hlh_tui.study.adopt import adopt_criteria
from hlh_tui.study.file import Study
from tests.review.small_study import BIANCHI, MEYER, PANEL


def adopt_stricter(study: Study) -> None:
    own = study.criteria_document
    text = own.toml.replace(f'version = "{own.version}"', 'version = "9.0.0"', 1)
    adopt_criteria(study, MEYER, adopt(text.replace("value = 2000, strict", "value = 500, strict", 1), "x"), "why")


def cr(patient_id: str, role: str = "reader") -> Decision:
    return Decision(patient_id, "CR", "Ferritin 640 on day 14.", role=role)


def test_a_decision_records_the_options_in_force_for_the_study(study: Study) -> None:
    choose_reading(study, MEYER, {"missing": "best"}, "why")
    decide(study, MEYER, cr("P05"))
    (one,) = current_decisions(study)
    assert one.under is not None
    assert one.under.options == study_reading(study).options
    assert one.under.options["missing"] == "best"
    assert (one.under.hash, stale_decisions(study)) == (study.criteria_document.hash, ())


def test_another_version_makes_every_decision_in_force_stale(study: Study) -> None:
    version = study.criteria_document.version
    decide(study, MEYER, cr("P05"))
    decide(study, BIANCHI, cr("P01"))
    decide(study, PANEL, cr("P01", "consensus"))
    adopt_stricter(study)
    decide(study, BIANCHI, cr("P02"))
    found = [(one.patient_id, one.reader, one.role, one.category, one.why) for one in stale_decisions(study)]
    why = f"locatelli-2020 {version}, now 9.0.0"
    assert found == [
        ("P01", "panel", "consensus", "CR", why),
        ("P01", "l-bianchi", "reader", "CR", why),
        ("P05", "a-meyer", "reader", "CR", why),
    ]


def test_another_reading_makes_decisions_stale_and_says_which_option(study: Study) -> None:
    decide(study, MEYER, cr("P05"))
    choose_reading(study, MEYER, {"missing": "best", "coag": "both"}, "why")
    (one,) = stale_decisions(study)
    assert one.why == "coag and_or, now both; missing strict, now best"
    choose_reading(study, MEYER, {}, "back")
    assert stale_decisions(study) == ()


def test_deciding_the_same_again_confirms_it_under_the_criteria_in_force(study: Study) -> None:
    first = decide(study, MEYER, cr("P05"), reveals=False)
    assert decide(study, MEYER, cr("P05"), reveals=False).already
    adopt_stricter(study)
    again = decide(study, MEYER, cr("P05"), reveals=False)
    assert not again.already
    assert again.seq > first.seq
    assert stale_decisions(study) == ()
    undo(study, MEYER, reason="a slip")
    assert [one.seq for one in stale_decisions(study)] == [first.seq]


def test_the_list_of_cases_marks_the_readers_own_stale_decisions(study: Study) -> None:
    decide(study, MEYER, cr("P05"))
    decide(study, BIANCHI, cr("P01"))
    assert not any(row.stale for row in cases(study, MEYER.id))
    choose_reading(study, MEYER, {"missing": "best"}, "why")
    assert [row.patient_id for row in cases(study, MEYER.id) if row.stale] == ["P05"]
    assert [row.patient_id for row in cases(study, BIANCHI.id) if row.stale] == ["P01"]
    assert not any(row.stale for row in cases(study, PANEL.id, "consensus"))


def test_the_remembered_proposal_is_dropped_when_the_reading_changes(study: Study) -> None:
    proposed(study, "P05")
    assert "P05" in desk_of(study).proposals
    choose_reading(study, MEYER, {"missing": "best"}, "why")
    assert desk_of(study).proposals == {}
    proposed(study, "P05")
    adopt_stricter(study)
    assert desk_of(study).proposals == {}


def test_the_printed_chart_says_under_which_criteria_and_that_it_is_stale(study: Study) -> None:
    version = study.criteria_document.version
    decide(study, MEYER, cr("P05"))
    assert f"  under: locatelli-2020 {version}\n" in chart_text(study, "P05")
    adopt_stricter(study)
    assert f"  under: locatelli-2020 {version}, STALE: locatelli-2020 {version}, now 9.0.0\n" in chart_text(
        study, "P05"
    )
