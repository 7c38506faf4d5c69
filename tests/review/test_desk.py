from __future__ import annotations

import pytest

from hlh_tui.review.decide import decide
from hlh_tui.review.desk import desk_of
from hlh_tui.review.errors import DecisionRefused
from hlh_tui.review.models import Decision
from hlh_tui.study.file import Study
from hlh_tui.study.log import append, entries
from tests.review.small_study import CHARTS, MEYER


def test_a_commit_reads_nothing_once_its_case_is_known(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    decide(study, MEYER, Decision("P02", "NR", "Nothing was charted."))
    asked: list[str] = []
    monkeypatch.setattr(study, "rows", lambda sql, params=(): asked.append(sql))
    decide(study, MEYER, Decision("P02", "NE", "Nothing was charted."))
    assert asked == []


def test_entries_of_others_count_at_the_next_commit(study: Study) -> None:
    decide(study, MEYER, Decision("P02", "CR", ""))
    append(study, MEYER, "undone", "P02", {"undoes": 2, "undone": "decided"})
    decide(study, MEYER, Decision("P02", "NE", ""))
    assert entries(study)[-1].payload["old"] is None
    assert entries(study)[-1].payload["proposal"] == "NE"


def test_an_import_makes_the_charts_be_read_again(study: Study) -> None:
    decide(study, MEYER, Decision("P05", "NE", ""))
    decide(study, MEYER, Decision("P05", "NE", "Nothing was charted."))
    assert entries(study)[-1].payload["proposal"] == "NE"
    with pytest.raises(DecisionRefused, match="give a day from 0 to 200"):
        decide(study, MEYER, Decision("P05", "NE", "Still.", day=250))

    longer = CHARTS + "; UPDATE patient SET last_contact_day = 300 WHERE patient_id = 'P05'"
    append(study, MEYER, "charts_imported", payload={"added": {}}, also=lambda cursor: cursor.execute(longer) and None)
    decide(study, MEYER, Decision("P05", "NR", "Charted now.", day=250))
    assert entries(study)[-1].payload["proposal"] != "NE"
    assert desk_of(study).seq == study.head[0]
