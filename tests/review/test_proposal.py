from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.assess.models import Assessment, Best, Evaluation
from hlh_tui.protocol import load
from hlh_tui.protocol.models import Adopted
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.proposal import rests_on_the_unknown
from hlh_tui.review.state import cases, is_revealed
from hlh_tui.study.file import create_study
from hlh_tui.study.log import entries
from tests.review.small_study import BIANCHI, MEYER, PATIENTS


def evaluation(day: float, *, counts: bool = True, indeterminate: bool = False) -> Evaluation:
    return Evaluation(day, "PR", "PR", indeterminate, "clear", counts, (), (), "")


def test_a_study_that_reveals_nothing_keeps_the_proposal_to_itself(tmp_path: Path) -> None:
    open_protocol = load.read_bundled(load.STUDIES, "song-2024")
    toml = open_protocol.toml.replace('"after_first_decision"', '"when_open"')
    blinded: Adopted = load.adopt(toml, "blinded.toml")
    criteria = load.read_bundled(load.CRITERIA, "locatelli-2020")
    with create_study(tmp_path / "blinded.duckdb", blinded, criteria, MEYER) as study:
        cursor = study.connection.cursor()
        cursor.execute(PATIENTS)
        cursor.close()
        decide(study, BIANCHI, Decision("P02", "CR", ""))
        assert not is_revealed(study, "l-bianchi", "P02")
        assert entries(study)[-1].payload["reveals"] is False
        assert [row.revealed for row in cases(study, "l-bianchi")] == [False, False, False]
        decide(study, BIANCHI, Decision("P02", "PR", "Read again."))
        assert (entries(study)[-1].payload["proposal_seen"], entries(study)[-1].payload["proposal"]) == (False, None)


@pytest.mark.parametrize(
    ("best_day", "evaluations", "unknown"),
    [
        (7, [evaluation(3, indeterminate=True), evaluation(7)], False),
        (7, [evaluation(3), evaluation(7, indeterminate=True)], True),
        (None, [evaluation(3), evaluation(7)], False),
        (None, [evaluation(3, indeterminate=True), evaluation(7)], True),
        (None, [evaluation(3), evaluation(40, counts=False, indeterminate=True)], False),
    ],
)
def test_what_rests_on_an_item_that_was_not_evaluable(
    best_day: float | None, evaluations: list[Evaluation], unknown: bool
) -> None:
    best = Best("PR" if best_day else "NR", best_day, None, None, None, "")
    assert rests_on_the_unknown(Assessment("P05", best, tuple(evaluations), {})) is unknown
