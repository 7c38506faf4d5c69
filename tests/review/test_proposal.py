from __future__ import annotations

from pathlib import Path

from hlh_tui.protocol import load
from hlh_tui.protocol.models import Adopted
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.proposal import proposed
from hlh_tui.review.state import cases, revealed_cases
from hlh_tui.study.file import create_study
from hlh_tui.study.log import entries
from tests.assess.charts import fill, new_study
from tests.assess.courses import abnormal, before, normal, patient
from tests.review.small_study import BIANCHI, MEYER, PATIENTS


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
        assert revealed_cases(study, "l-bianchi") == frozenset()
        assert entries(study)[-1].payload["reveals"] is False
        assert [row.revealed for row in cases(study, "l-bianchi")] == [False, False, False]
        decide(study, BIANCHI, Decision("P02", "PR", "Read again."))
        assert (entries(study)[-1].payload["proposal_seen"], entries(study)[-1].payload["proposal"]) == (False, None)


def test_agreeing_needs_a_reason_only_where_the_case_could_have_been_better(tmp_path: Path) -> None:
    # Well but for one unknown count in the first hours, and as ill as before on the days that could have confirmed it.
    charts = {
        "open": patient(before(), normal(7, 10, d_dimer=None, fibrinogen=None)),
        "once": patient(before(), normal(0.1, platelets=None), abnormal(7, 10)),
        "all known": patient(before(), normal(7, 10)),
    }
    with fill(new_study(tmp_path / "s.duckdb"), charts) as study:
        assert {case: proposed(study, case) for case in charts} == {
            "open": ("PR", True),
            "once": ("NR", False),
            "all known": ("CR", False),
        }
