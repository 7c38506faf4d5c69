"""Agreement in a study read in phases: who may see it when, and that readers stay masked while they are compared."""

from __future__ import annotations

import json

import pytest

from hlh_tui.cohort.agreement.blocks import agreement_text
from hlh_tui.review.agreement.agreement_json import agreement_json
from hlh_tui.review.agreement.models import Undefined
from hlh_tui.review.agreement.report import agreement
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import NotAllowed
from hlh_tui.review.models import Decision
from tests.review.conduct.blinded import ADJUDICATOR, COORDINATOR, LANG, MEYER, OBSERVER, blinded_study


@pytest.fixture
def study(tmp_path):
    with blinded_study(tmp_path / "b.duckdb") as opened:
        for patient, one, two in (("P01", "CR", "CR"), ("P02", "PR", "IMP"), ("P05", "NR", "NR")):
            decide(opened, MEYER, Decision(patient, one, ""))
            decide(opened, LANG, Decision(patient, two, ""))
        yield opened


def test_nobody_sees_agreement_while_cases_are_read(study) -> None:
    for person in (COORDINATOR, MEYER, LANG, ADJUDICATOR, OBSERVER):
        with pytest.raises(NotAllowed, match="see the agreement of the readers"):
            agreement(study, person)


def test_the_coordinator_knows_the_readers_by_name_and_the_adjudicator_does_not(study) -> None:
    move_phase(study, COORDINATOR, "compare", "all cases are read")
    for reader in (MEYER, LANG, OBSERVER):
        with pytest.raises(NotAllowed):
            agreement(study, reader)
    known, masked = agreement(study, COORDINATOR), agreement(study, ADJUDICATOR)
    assert [one.name for one in known.readers] == ["A. Meyer", "B. Lang"]
    assert [one.name for one in masked.readers] == ["reader 1", "reader 2"]
    assert known.coefficients == masked.coefficients
    assert [each.patient_id for each in known.disagreements] == ["P02"]


def test_what_the_adjudicator_gets_holds_neither_names_nor_cases(study) -> None:
    move_phase(study, COORDINATOR, "compare", "all cases are read")
    found = agreement(study, ADJUDICATOR)
    written = json.dumps(agreement_json(found)) + agreement_text(found, 200) + repr(found)
    for told in ("Meyer", "meyer", "Lang", "lang", "P01", "P02", "P05"):
        assert told not in written, told
    assert sum(found.confusions[0].counts.values()) == 3


def test_names_come_when_the_study_is_open(study) -> None:
    for phase in ("compare", "consensus"):
        move_phase(study, COORDINATOR, phase, "next")
    decide(study, ADJUDICATOR, Decision("P02", "IMP", "The spleen is still felt.", role="adjudicator"))
    assert [one.name for one in agreement(study, MEYER).readers] == ["reader 1", "reader 2"]
    move_phase(study, COORDINATOR, "open", "settled")
    found = agreement(study, OBSERVER)
    overruled = {row.reader.name: row.overruled.patients for row in found.rows}
    assert overruled == {"A. Meyer": ("P02",), "B. Lang": ()}


def test_the_proposal_stays_closed_until_the_study_is_open(study) -> None:
    for phase in ("compare", "consensus"):
        move_phase(study, COORDINATOR, phase, "next")
    hidden = "this study keeps the proposal of the rules hidden until it is open"
    assert {row.proposal for row in agreement(study, COORDINATOR).rows} == {Undefined(hidden)}
    move_phase(study, COORDINATOR, "open", "settled")
    found = agreement(study, COORDINATOR).rows[0]
    assert not isinstance(found.proposal, Undefined)
    assert found.revealed == Undefined(
        "this study never showed a proposal before it was open, so no decision can have followed it"
    )
