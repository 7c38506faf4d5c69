"""The Log screen: C18, the trail can be read, filtered, searched, written out and signed off."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from hlh_tui.review.marks import flag
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append, entries
from hlh_tui.study.models import Actor
from hlh_tui.study.verify import verify_path
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.commands import commands_for
from hlh_tui.ui.screens import log as log_screen
from hlh_tui.ui.widgets.log_list import LogList
from tests.review.trail.ward_of_readers import SECRETS, ward_of_readers
from tests.ui.conftest import settle
from tests.ui.screen_text import screen_text
from tests.ui.ward import MEYER, make_ward

CHEN = Actor("l-chen", "L. Chen")


def ward_with_log(path: Path) -> Path:
    """The ward with four decisions of A. Meyer, a flag of L. Chen and an entry of a newer version."""
    make_ward(path, decided=4)
    with open_study(path) as study:
        flag(study, CHEN, "P05", "mass [R] [c-MET]?")
        append(study, CHEN, "beamed_up", None, {"to": "orbit"})
    return path


async def looking(app: HlhApp, pilot, press) -> None:
    await settle(app, pilot)
    await press(app, pilot, "L")
    await pilot.pause(0.1)
    await settle(app, pilot)


async def typed(app: HlhApp, pilot, words: str) -> None:
    app.screen.query_one(Input).value = words
    await pilot.pause(log_screen.TYPING + 0.1)
    await settle(app, pilot)


def notices(app: HlhApp) -> str:
    return " | ".join(notice.message for notice in app._notifications)


def listed(app: HlhApp) -> list[int]:
    return [line.number for line in app.screen.query_one(LogList).entries]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return ward_with_log(tmp_path / "ward.duckdb")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_c18_the_trail_is_told_in_sentences_newest_first(path, press, size) -> None:
    app = HlhApp(path, MEYER)
    async with app.run_test(size=size) as pilot:
        await looking(app, pilot, press)
        text = screen_text(app)
        assert "8 entries · newest first" in text
        assert "this trail was never reviewed; 8 entries" in text
        assert listed(app) == [8, 7, 6, 5, 4, 3, 2, 1]
        assert ">" in next(line for line in text.splitlines() if "did “beamed_up”" in line)
        assert "flagged P05: “mass [R] [c-MET]?”" in text
        await press(app, pilot, "j", "j")
        await pilot.pause(0.1)
        await settle(app, pilot)
        text = screen_text(app)
        assert "entry 6  decided PR for P04, high confidence" in text
        assert "A. Meyer (a-meyer)" in text
        assert "because: as the criteria say" in text


async def test_c18_the_whole_entry_can_be_read_with_its_place_in_the_chain(path, press) -> None:
    with open_study(path) as study:
        sixth = entries(study)[5]
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 50)) as pilot:
        await looking(app, pilot, press)
        await press(app, pilot, "j", "j")
        await pilot.pause(0.1)
        await settle(app, pilot)
        await press(app, pilot, "z")
        seen = screen_text(app)
        for _ in range(4):
            await press(app, pilot, "n")
            seen += screen_text(app)
        assert '"proposal_seen": false' in seen
        assert f"hash       {sixth.hash}" in seen
        assert f"prev hash  {sixth.prev_hash}" in seen
        await press(app, pilot, "escape")
        assert "did “beamed_up”" in screen_text(app)


async def test_c18_filter_and_search(path, press) -> None:
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await looking(app, pilot, press)
        await press(app, pilot, "slash")
        await typed(app, pilot, "by:chen")
        assert listed(app) == [8, 7]
        await typed(app, pilot, "c-met")
        assert listed(app) == [7]
        await typed(app, pilot, "by:meyer case:P03")
        assert listed(app) == [5]
        assert "1 entry · newest first · filter: by:meyer case:P03" in screen_text(app)
        await typed(app, pilot, "nonsense")
        assert "no entry is as wanted; esc clears the filter" in screen_text(app)
        await typed(app, pilot, "since:yesterday")
        assert "'yesterday' is no time; write 2026-11-23" in screen_text(app)
        await typed(app, pilot, "who:chen")
        assert "'who' is no part of an entry; use by:, case:, action:, since:, until: or words" in screen_text(app)
        await press(app, pilot, "escape")
        assert len(listed(app)) == 8
        await press(app, pilot, "o")
        assert listed(app) == [1, 2, 3, 4, 5, 6, 7, 8]
        assert "oldest first" in screen_text(app)


async def test_enter_opens_the_case_of_an_entry(path, press) -> None:
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await looking(app, pilot, press)
        await press(app, pilot, "enter")
        assert app.current_mode == "log"
        assert "entry 8 is about the study, not about a case" in notices(app)
        await press(app, pilot, "j", "enter")
        assert (app.current_mode, app.patient_id) == ("review", "P05")


async def test_c8_w_writes_what_is_listed(path, press, tmp_path) -> None:
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await looking(app, pilot, press)
        await press(app, pilot, "slash")
        await typed(app, pilot, "by:chen")
        await press(app, pilot, "enter", "w")
        app.screen.query_one(Input).value = str(tmp_path / "chen.csv")
        await press(app, pilot, "enter")
        assert "wrote 2 entries to" in notices(app)
        rows = (tmp_path / "chen.csv").read_text().splitlines()
        assert [row.split(",")[0] for row in rows] == ["number", "7", "8"]
        await press(app, pilot, "w")
        app.screen.query_one(Input).value = str(path)
        await press(app, pilot, "enter")
        assert "belongs to the study: choose another name" in notices(app)
    assert verify_path(path)[0].ok


async def test_c18_v_signs_the_review_off_and_says_what_came_since(path, press) -> None:
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await looking(app, pilot, press)
        await press(app, pilot, "v", "enter")
        assert "a review of the trail needs a note: say in a sentence what was found" in notices(app)
        await press(app, pilot, "v", *"no", "space", *"findings", "enter")
        assert "reviewed the trail up to entry 8: “no findings”" in app.screen.as_text()
        assert app.screen.written["#reviewed"].startswith("reviewed by A. Meyer up to entry 8, ")
        assert app.screen.written["#reviewed"].endswith(": no findings; nothing since")
        await press(app, pilot, "u", "enter")
        assert app.screen.written["#reviewed"].endswith("; 1 entry since")
    with open_study(path) as study:
        made = [entry for entry in entries(study) if entry.action == "trail_reviewed"]
        assert [(one.actor, one.payload["upto"], one.payload["note"]) for one in made] == [
            ("a-meyer", 8, "no findings")
        ]
        assert made[0].payload["head"] == entries(study)[7].hash


async def test_a_read_only_study_can_be_read_and_not_signed_off(path, press) -> None:
    app = HlhApp(path, MEYER, read_only=True)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await looking(app, pilot, press)
        assert len(listed(app)) == 8
        await press(app, pilot, "v")
        assert "the review of the trail is recorded in the study itself" in notices(app)


async def test_what_was_recorded_meanwhile_is_there_when_the_screen_is_seen_again(path, press) -> None:
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await looking(app, pilot, press)
        assert listed(app)[0] == 8
        await press(app, pilot, "C")
        append(app.study, CHEN, "beamed_up", None, {"to": "the ward"})
        await press(app, pilot, "L")
        assert listed(app)[0] == 9
        await press(app, pilot, "j", "C", "L")
        assert app.screen.query_one(LogList).current.number == 8


async def test_a_long_log_is_read_piece_by_piece(path, press, monkeypatch) -> None:
    monkeypatch.setattr(log_screen, "AT_ONCE", 60)
    with open_study(path) as study:
        for number in range(9, 401):
            append(study, CHEN, "flagged", "P05", {"note": f"note {number}"})
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await looking(app, pilot, press)
        assert "400 entries" in screen_text(app)
        assert listed(app) == list(range(400, 340, -1))
        for _ in range(2):
            await press(app, pilot, "pagedown")
        assert listed(app) == list(range(400, 280, -1))
        current = app.screen.query_one(LogList).current
        await press(app, pilot, "G")
        assert listed(app) == list(range(60, 0, -1))
        assert app.screen.query_one(LogList).current.number == 1
        for _ in range(3):
            await press(app, pilot, "pageup")
        assert listed(app)[-1] == 1
        assert listed(app)[0] == 120
        assert listed(app) == sorted(listed(app), reverse=True)
        assert current is not None
        await press(app, pilot, "g")
        await press(app, pilot, "g")
        assert app.screen.query_one(LogList).current.number == 400


async def test_c14_the_screen_of_a_blinded_reader_shows_nothing_of_others(tmp_path, press) -> None:
    path = tmp_path / "ward.duckdb"
    ward_of_readers(path).close()
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await looking(app, pilot, press)
        seen = screen_text(app) + app.screen.as_text()
        for _ in range(10):
            await press(app, pilot, "j")
            await pilot.pause(0.08)
            await settle(app, pilot)
            seen += screen_text(app)
        await press(app, pilot, "v")
        seen += screen_text(app) + notices(app)
        assert "10 entries · only yours and the study's while it is blinded" in seen
        assert "you may not while the study is blinded" in seen
        assert [secret for secret in SECRETS if secret.lower() in seen.lower()] == []
        assert "prev hash" not in seen


def test_the_log_screen_binds_no_key_twice() -> None:
    keys = [key for command in commands_for("log") for key in command.keys]
    assert len(keys) == len(set(keys)) == 20


async def test_ascii_and_mono_draw_nothing_else(path, press) -> None:
    app = HlhApp(path, MEYER, ascii_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = "mono"
        await looking(app, pilot, press)
        assert "flagged P05" in screen_text(app)
        assert screen_text(app).isascii()


async def test_a_study_without_anything_but_its_making(tmp_path, press) -> None:
    app = HlhApp(make_ward(tmp_path / "ward.duckdb", empty=True), MEYER)
    async with app.run_test(size=(80, 24)) as pilot:
        await looking(app, pilot, press)
        assert "1 entry · newest first" in screen_text(app)
        assert "made the study under protocol song-2024" in screen_text(app)
