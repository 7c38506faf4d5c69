"""A judgement that is begun survives what ends the app, and goes when it is saved or dropped."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.review.begun import Begun, Draft, keep, kept
from hlh_tui.review.state import current_decisions
from hlh_tui.study.file import open_study
from tests.terminal import Terminal
from tests.ui.review_study import MEYER
from tests.ui.screen_text import screen_text
from tests.ui.test_review_screen import press, reviewing
from tests.ui.test_saving import notices
from tests.ui.waiting import until


def demo_in_app(study: Path) -> Terminal:
    return Terminal((sys.executable, "-m", "hlh_tui", "open", str(study), "--reader", "A. Meyer"))


def wait_for_text(file: Path, words: str) -> None:
    deadline = time.monotonic() + 60
    while not (file.exists() and words in file.read_text(encoding="utf-8")):
        assert time.monotonic() < deadline, f"{words} did not come to {file.name}"
        time.sleep(0.02)


def test_a_killed_process_takes_nothing_along(tmp_path: Path) -> None:
    study, begun = tmp_path / "s.duckdb", tmp_path / "s.begun.json"
    assert main(["demo", str(study), "--no-app"]) == 0
    with demo_in_app(study) as app:
        app.wait_for("P13")
        app.press("enter")
        app.wait_for("case 1/13", "ferritin")
        app.press("2", "c", "b", "spleen not seen", "enter")
        wait_for_text(begun, "spleen not seen")
        os.kill(app.pid, signal.SIGKILL)
        assert app.wait_for_exit() == -signal.SIGKILL
    with demo_in_app(study) as app:
        app.wait_for("begun earlier and not saved: P01")
        app.press("enter")
        app.wait_for("ferritin", "▸2◂", "low", "spleen not seen", "not saved")
        app.press("enter")
        app.wait_for("P01 PR saved")
        deadline = time.monotonic() + 60
        while begun.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not begun.exists()
    with open_study(study) as opened:
        (decision,) = current_decisions(opened)
    assert (decision.category, decision.confidence, decision.reason) == ("PR", "low", "spleen not seen")


async def test_leaving_keeps_what_is_begun_and_what_was_seen(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "3", "m", "escape", "n", "space")
    with open_study(study_path) as study:
        first, second = kept(study, MEYER, "reader")
    assert (first.patient_id, first.draft.category) == ("A01", "IMP")
    assert first.seen is not None
    assert first.seen.notes
    assert (second.patient_id, second.draft.category, len(second.draft.evidence)) == ("A02", None, 1)
    async with reviewing(study_path, "A02") as (app, pilot):
        assert "begun earlier and not saved: A01, A02; Review goes on with them" in notices(app)
        text = await press(app, pilot, "p")
        assert "▸3◂" in text
        assert "not saved" in text
        await press(app, pilot, "enter")
        (decision,) = current_decisions(app.study)
        assert decision.seen is not None
        assert set(first.seen.notes) <= set(decision.seen.notes), "the notes were read in the session before"
        assert decision.seen.seconds >= first.seen.seconds
    with open_study(study_path) as study:
        assert [each.patient_id for each in kept(study, MEYER, "reader")] == ["A02"]


async def test_backspace_drops_what_is_begun_and_brings_it_back(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        assert "nothing is begun here that could be dropped" in await press(app, pilot, "backspace")
        text = await press(app, pilot, "4", "backspace")
        assert "A01: what was begun is dropped; backspace brings it back" in text
        assert "▸4◂" not in text
        assert app.unsaved == frozenset()
        text = await press(app, pilot, "backspace")
        assert "▸4◂" in text
        assert "A01: what was begun is back, not saved" in text
        begun = app.study.where.begun
        await until(pilot, begun.exists)
        await press(app, pilot, "backspace")
    assert not begun.exists()


async def test_what_was_dropped_before_saving_does_not_come_back_after(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "4", "backspace", "1", "enter", "p")
        assert "nothing is begun here that could be dropped" in await press(app, pilot, "backspace")


async def test_what_this_list_does_not_show_stays_where_it_is(study_path: Path) -> None:
    elsewhere = Begun(MEYER.id, "reader", "X9", Draft("CR"))
    with open_study(study_path) as study:
        keep(study, MEYER, "reader", (elsewhere,))
    async with reviewing(study_path) as (app, pilot):
        assert "begun earlier" not in notices(app)
        await press(app, pilot, "2")
        assert app.unsaved == {"A01"}
    with open_study(study_path) as study:
        assert [each.patient_id for each in kept(study, MEYER, "reader")] == ["X9", "A01"]


async def test_what_cannot_be_kept_is_said_once(study_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hlh_tui.ui.begun_kept.keep", full)
    sentence = "what is begun would not survive a crash (No space left on device); enter saves it"
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "2")
        await until(pilot, lambda: sentence in notices(app))
        await press(app, pilot, "1")
        await pilot.pause(1)
        assert notices(app).count(sentence) == 1


async def test_a_file_that_cannot_be_read_is_told_and_put_aside(study_path: Path) -> None:
    with open_study(study_path) as study:
        study.where.begun.write_text("half a sen", encoding="utf-8")
        aside = study.where.begun.with_suffix(".unreadable.json")
    async with reviewing(study_path) as (app, pilot):
        assert f"put aside as {aside.name}" in notices(app)
        assert "▸2◂" in await press(app, pilot, "2")
        assert "not saved" in screen_text(app)
    assert aside.read_text(encoding="utf-8") == "half a sen"
    with open_study(study_path) as study:
        assert [each.draft.category for each in kept(study, MEYER, "reader")] == ["PR"]


async def test_what_could_not_be_taken_up_is_not_written_over(
    study_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_study(study_path) as study:
        keep(study, MEYER, "reader", (Begun(MEYER.id, "reader", "A02", Draft("PR")),))
        content = study.where.begun.read_bytes()

    def engine_fails(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr("hlh_tui.ui.begun_kept.kept", engine_fails)
    async with reviewing(study_path) as (app, pilot):
        assert "out of memory" in notices(app)
        await press(app, pilot, "2")
        await pilot.pause(0.7)
        where = app.study.where
    assert where.begun.read_bytes() == content


async def test_who_only_looks_keeps_nothing(study_path: Path) -> None:
    with open_study(study_path) as study:
        keep(study, MEYER, "reader", (Begun(MEYER.id, "reader", "A01", Draft("PR")),))
        content = study.where.begun.read_bytes()
    async with reviewing(study_path, read_only=True) as (app, _):
        assert "begun earlier" not in notices(app)
        assert "▸2◂" not in screen_text(app)
        where = app.study.where
    assert where.begun.read_bytes() == content
