from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from hlh_tui.review.errors import MarkRefused
from hlh_tui.review.marks import flag, unflag
from hlh_tui.study.file import Study
from hlh_tui.study.log import entries
from tests.review.small_study import BIANCHI, MEYER, slowed


def test_a_flag_is_logged_with_its_note(study: Study) -> None:
    saved = flag(study, MEYER, "P02", " ask about G-CSF ")
    entry = entries(study)[-1]
    assert (saved.seq, entry.action, entry.patient_id, entry.payload["note"]) == (
        2,
        "flagged",
        "P02",
        "ask about G-CSF",
    )


def test_refusals(study: Study) -> None:
    flag(study, BIANCHI, "P02", "")
    with pytest.raises(MarkRefused, match="P02 has no flag of yours; flag it before removing the flag"):
        unflag(study, MEYER, "P02")
    with pytest.raises(MarkRefused, match="there is no patient 'P99' in this study"):
        flag(study, MEYER, "P99", "")
    assert len(entries(study)) == 2


def test_of_two_removals_at_once_one_finds_no_flag(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    flag(study, MEYER, "P02", "ask about G-CSF")
    slowed(monkeypatch, "hlh_tui.review.marks.append")
    with ThreadPoolExecutor(2) as hands:
        removals = [hands.submit(unflag, study, MEYER, "P02") for _ in range(2)]
    assert sorted(type(one.exception()).__name__ for one in removals) == ["MarkRefused", "NoneType"]
    assert [one.action for one in entries(study)] == ["study_created", "flagged", "unflagged"]
