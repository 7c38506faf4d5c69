"""Workflow: every act by one key, with a reason, refused in a sentence, and seen only as far as conduct allows."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from hlh_tui.protocol.load import STUDIES, read_bundled
from hlh_tui.review.conduct.locks import lock, locks
from hlh_tui.review.conduct.people import people, register
from hlh_tui.review.conduct.phase import move_phase, phase_of
from hlh_tui.review.cuts import cuts, make_cut
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.packing import pack
from hlh_tui.review.packs.unpacking import unpack
from hlh_tui.review.signatures.keys import create_key, key_on_disk
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.screens.workflow import WorkflowScreen
from tests.light_age import light
from tests.ui.conftest import settle
from tests.ui.screen_text import screen_text
from tests.ui.test_review_screen import press
from tests.ui.ward import MEYER, make_ward

SIZES = [(80, 24), (120, 40)]
BIANCHI = Actor("l-bianchi", "L. Bianchi")
CHEN = Actor("chen", "Chen [R]")


@pytest.fixture
def no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer without keys, where a passphrase costs little."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    light(monkeypatch)
    return tmp_path


def ward(folder: Path, protocol: str = "song-2024-blinded", *readers: Actor) -> Path:
    path = make_ward(folder / "ward.duckdb", protocol=read_bundled(STUDIES, protocol))
    with open_study(path) as study:
        for reader in readers:
            register(study, MEYER, reader, "reader", "reads all cases")
    return path


@asynccontextmanager
async def at_the_desk(
    path: Path, reader: Actor = MEYER, size: tuple[int, int] = (120, 40), **options: Any
) -> AsyncIterator[tuple[HlhApp, Pilot[None]]]:
    """The app on its Workflow screen."""
    app = HlhApp(path, reader, **options)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "W")
        assert isinstance(app.screen, WorkflowScreen)
        yield app, pilot


async def write(app: HlhApp, pilot: Pilot[None], words: str) -> str:
    """The screen after those words were typed into the question and accepted."""
    app.screen.query_one(Input).value = words
    return await press(app, pilot, "enter")


@pytest.mark.parametrize(("size", "ascii_only"), [((80, 24), True), ((120, 40), False)])
async def test_a_study_is_conducted_by_keys_alone(tmp_path: Path, size: tuple[int, int], ascii_only: bool) -> None:
    async with at_the_desk(ward(tmp_path), size=size, ascii_only=ascii_only) as (app, pilot):
        text = screen_text(app)
        assert "phase read" in text
        assert "you are coordinator" in text
        assert "> A. Meyer" in text
        for name in (BIANCHI.name, CHEN.name):
            await press(app, pilot, "a")
            await write(app, pilot, name)
            await press(app, pilot, "enter")
            assert f"{name} is reader, saved #" in await write(app, pilot, "reads all cases")
        assert [one.role for one in people(app.study).values()] == ["coordinator", "reader", "reader"]
        assert "Chen [R]" in screen_text(app), "brackets are no markup"

        asked = " ".join((await press(app, pilot, "d")).split())
        assert "Cases go to 2 readers: " in asked
        assert "No key is registered for " in asked
        await press(app, pilot, "enter")
        assert "13+1" not in screen_text(app), "the answer under the cursor deals nothing"
        assert [one.action for one in entries(app.study)].count("cases_dealt") == 0
        dealt = await press(app, pilot, "d", "down", "enter")
        assert "repeats included; w writes a pack" in " ".join(dealt.split())
        assert "13+1" in screen_text(app)
        await press(app, pilot, "down", "w")
        pack = tmp_path / "mine.hlhpack"
        assert "14 cases for" in await write(app, pilot, str(pack))
        assert pack.is_file()

        await press(app, pilot, "m")
        assert "26 reads missing" in screen_text(app)
        await press(app, pilot, "enter")
        assert "the study is in phase compare, saved #" in await write(app, pilot, "enough for the test")
        assert phase_of(app.study) == "compare"
        shown = await press(app, pilot, "tab", "shift+tab")
        assert "enough for the test, 26 reads missing" in " ".join(shown.split())

        await press(app, pilot, "l")
        await write(app, pilot, "P01")
        assert "P01 is locked, saved #" in await write(app, pilot, "adjudicated")
        assert [one.patient_id for one in locks(app.study)] == ["P01"]
        await press(app, pilot, "o")
        assert "P01 is unlocked, saved #" in await write(app, pilot, "a chart came in late")
        assert locks(app.study) == ()

        await press(app, pilot, "c")
        await write(app, pilot, "interim")
        await write(app, pilot, "for the board")
        file = tmp_path / "interim.json"
        assert "cut 'interim' written to" in await write(app, pilot, str(file))
        assert json.loads(file.read_text(encoding="utf-8"))["name"] == "interim"
        text = await press(app, pilot, "enter")
        assert "stay closed while the study is in phase compare" in " ".join(text.split())
        page = app.screen.as_text()  # type: ignore[attr-defined]
        assert page.startswith("interim  ")


async def test_c4_a_reason_is_asked_for_and_without_one_nothing_is_recorded(tmp_path: Path) -> None:
    async with at_the_desk(ward(tmp_path, "song-2024-blinded", BIANCHI)) as (app, pilot):
        before = app.study.head
        await press(app, pilot, "down", "x")
        assert "Withdraw L. Bianchi" in screen_text(app)
        assert "a withdrawal needs a reason; say why in a sentence" in await write(app, pilot, "  ")
        await press(app, pilot, "m", "enter")
        assert "moving to compare needs a reason" in await write(app, pilot, "")
        await press(app, pilot, "l")
        await write(app, pilot, "")
        assert "to lock the study needs a reason" in await write(app, pilot, "")
        await press(app, pilot, "c")
        await write(app, pilot, "interim")
        assert "the cut 'interim' needs a reason" in await write(app, pilot, "")
        assert app.study.head == before


async def test_c17_people_change_role_and_leave(tmp_path: Path) -> None:
    async with at_the_desk(ward(tmp_path, "song-2024-blinded", BIANCHI)) as (app, pilot):
        await press(app, pilot, "down", "r")
        await press(app, pilot, "down", "enter")
        assert "L. Bianchi is adjudicator, saved #" in await write(app, pilot, "the third reader")
        assert people(app.study)["l-bianchi"].role == "adjudicator"
        await press(app, pilot, "x")
        text = await write(app, pilot, "left the hospital")
        assert "L. Bianchi is withdrawn, saved #" in text
        assert "Withdrawn; what they decided stays" in text
        await press(app, pilot, "up", "x")
        assert "A. Meyer is the only coordinator; register another one first" in await write(app, pilot, "me")


@pytest.mark.parametrize("size", SIZES)
async def test_c13_a_reader_sees_no_more_than_conduct_allows_and_changes_nothing(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    path = ward(tmp_path, "song-2024-blinded", BIANCHI, CHEN)
    with open_study(path) as study:
        decide(study, BIANCHI, Decision("P01", "CR", "as charted"))
        decide(study, CHEN, Decision("P01", "NR", "spleen enlarged"))
    async with at_the_desk(path, BIANCHI, size) as (app, pilot):
        before = app.study.head
        assert "you are reader" in screen_text(app)
        for key in "amdwglc":
            words = " ".join((await press(app, pilot, key)).split())
            assert "only a coordinator may" in words, key
            assert isinstance(app.screen, WorkflowScreen), "nothing is asked that would be refused"
        assert app.study.head == before
        app.screen.view = "phase"  # type: ignore[attr-defined]
        await settle(app, pilot)
        page = " ".join(screen_text(app).split())
        assert "L. Bianchi: 1 of 13 cases" in page
        assert "Chen [R]: 1 of" not in page
        assert "differences" not in page
        assert "The progress of others is closed to you in this phase." in page
        assert "NR" not in page


async def test_an_open_study_says_that_nothing_needs_conducting_and_still_locks_and_cuts(tmp_path: Path) -> None:
    path = make_ward(tmp_path / "ward.duckdb", decided=9)
    async with at_the_desk(path) as (app, pilot):
        text = screen_text(app)
        assert "an open study: nothing needs conducting; people, locks and cuts still work" in text
        assert "The protocol has no phases" in await press(app, pilot, "tab")
        assert "there is nowhere to move to" in await press(app, pilot, "m")
        assert "Packs are for blinded studies" in await press(app, pilot, "tab")
        assert "is open: everybody reads every case" in " ".join((await press(app, pilot, "d")).split())
        await press(app, pilot, "c")
        await write(app, pilot, "interim")
        await write(app, pilot, "for the board")
        await press(app, pilot, "escape")
        await press(app, pilot, "l")
        await write(app, pilot, "")
        assert "the whole study is locked" in await write(app, pilot, "database lock")
        assert "> the whole study  since" in screen_text(app)
    with open_study(path) as study:
        assert [one.patient_id for one in locks(study)] == [None]
        assert [one.name for one in cuts(study)] == ["interim"]


async def test_enter_on_a_cut_shows_what_changed_since(tmp_path: Path) -> None:
    path = make_ward(tmp_path / "ward.duckdb", decided=9)
    with open_study(path) as study:
        make_cut(study, MEYER, "interim", "for the board")
        decide(study, MEYER, Decision("P01", "CR", "read again"))
    async with at_the_desk(path) as (app, pilot):
        await press(app, pilot, "enter")
        assert "[people]" in screen_text(app), "enter compares cuts, and only there"
        await press(app, pilot, "shift+tab")
        text = await press(app, pilot, "enter")
        assert "P01  A. Meyer  NR → CR" in text
        assert "because: read again" in text
        assert "Response 7/9 → 8/9" in text


@pytest.mark.parametrize("words", ["nowhere.hlhpack", "ward.duckdb"])
async def test_a_file_that_is_no_return_is_refused_in_a_sentence(tmp_path: Path, words: str) -> None:
    async with at_the_desk(ward(tmp_path, "song-2024-blinded", BIANCHI)) as (app, pilot):
        before = app.study.head
        await press(app, pilot, "g")
        text = await write(app, pilot, str(tmp_path / words))
        assert "refused: " in text
        assert app.study.head == before


async def test_a_snapshot_can_be_looked_at_and_not_conducted(tmp_path: Path) -> None:
    async with at_the_desk(ward(tmp_path), read_only=True) as (app, pilot):
        for key in "amdwglc":
            assert "open read-only: its conduct cannot be changed here" in await press(app, pilot, key)


async def test_what_is_done_elsewhere_stands_here_when_one_comes_back(tmp_path: Path) -> None:
    async with at_the_desk(ward(tmp_path)) as (app, pilot):
        await press(app, pilot, "C")
        lock(app.study, MEYER, "P07", "adjudicated")
        move_phase(app.study, MEYER, "compare", "all reads are in")
        app.announce_conduct()
        await settle(app, pilot)
        text = await press(app, pilot, "W")
        assert "phase compare" in text
        app.screen.view = "locks"  # type: ignore[attr-defined]
        await settle(app, pilot)
        assert "> P07" in screen_text(app)
    with open_study(tmp_path / "ward.duckdb") as study:
        assert [entry.action for entry in entries(study)][-2:] == ["locked", "phase_moved"]


async def test_a_reader_sends_back_from_the_app_and_may_do_so_again(tmp_path: Path, no_keys: Path) -> None:
    path = ward(tmp_path, "song-2024-blinded", BIANCHI, CHEN)
    with open_study(path) as study:
        opened = unpack(pack(study, MEYER, BIANCHI.id).file).study
    async with at_the_desk(opened, BIANCHI, (80, 24)) as (app, pilot):
        text = " ".join(screen_text(app).split())
        assert "[packs]" in text, "what a reader comes here for"
        assert "This pack is for L. Bianchi: 0 of 14 cases decided." in text
        assert "The study knows no key of yours" in text
        returned = opened.with_suffix(".hlhreturn")
        for _ in range(2):
            await press(app, pilot, "b")
            told = " ".join((await press(app, pilot, "enter")).split())
            assert "0 of 14 cases decided, not signed: send" in told
            assert returned.is_file()
        await press(app, pilot, "b")
        assert "exists already; choose another name" in " ".join((await write(app, pilot, str(opened))).split())
    with open_study(path) as study:
        (merged,) = merge(study, MEYER, [returned])
    assert merged.outcome == "nothing_new"


async def test_b_in_the_study_itself_says_what_it_is_for(tmp_path: Path) -> None:
    async with at_the_desk(ward(tmp_path)) as (app, pilot):
        assert "this is the study itself: b is for a reader's pack" in await press(app, pilot, "b")


async def test_the_coordinator_registers_a_key_and_stays_on_its_person(tmp_path: Path, no_keys: Path) -> None:
    key = create_key(BIANCHI, "tall lamps on a quay").public_key
    async with at_the_desk(ward(tmp_path, "song-2024-blinded", BIANCHI, CHEN)) as (app, pilot):
        await press(app, pilot, "down", "p")
        assert "'ed25519:lamp' is no public key" in await write(app, pilot, "ed25519:lamp")
        assert isinstance(app.screen, WorkflowScreen), "no reason is asked for what is no key"
        await press(app, pilot, "p")
        await write(app, pilot, key)
        assert "registering L. Bianchi needs a reason" in await write(app, pilot, "")
        await press(app, pilot, "p")
        await write(app, pilot, key)
        assert "the key of L. Bianchi is registered, saved #" in await write(app, pilot, "read back on the phone")
        assert people(app.study)[BIANCHI.id].public_key == key
        assert "> L. Bianchi" in screen_text(app), "another person's line under the cursor would be acted on next"


async def test_a_key_is_made_on_the_screen_after_its_passphrase_was_typed_twice_alike(
    tmp_path: Path, no_keys: Path
) -> None:
    async with at_the_desk(ward(tmp_path, "song-2024-blinded", BIANCHI), BIANCHI) as (app, pilot):
        await press(app, pilot, "p")
        for words in ("tall lamps on a quay", "tall lamps on a key"):
            await write(app, pilot, words)
        assert "the two differ" in screen_text(app)
        for words in ("tall lamps on a quay", "tall lamps on a quay"):
            await write(app, pilot, words)
        await settle(app, pilot)
        key = key_on_disk(BIANCHI).public_key
        told = " ".join(screen_text(app).split())
        assert f"your public key is {key}; give it to the coordinator" in told
        assert key in app.screen.as_text()  # type: ignore[attr-defined]
        assert "quay" not in told


async def test_a_pack_is_written_once_more_and_a_reader_without_a_key_is_named(tmp_path: Path) -> None:
    async with at_the_desk(ward(tmp_path, "song-2024-blinded", BIANCHI, CHEN)) as (app, pilot):
        await press(app, pilot, "d", "down", "enter", "w")
        told = " ".join((await press(app, pilot, "enter")).split())
        assert (tmp_path / "chen.hlhpack").is_file()
        assert "no key of theirs is registered, so they cannot sign" in told
        text = " ".join((await press(app, pilot, "w")).split())
        assert "written once more, only one copy of a pack can be merged" in text
        assert "chen-2.hlhpack" in text
        told = " ".join((await press(app, pilot, "enter")).split())
        assert "once more; only one copy of a pack can be merged" in told
        assert (tmp_path / "chen-2.hlhpack").is_file()


async def test_c13_an_export_is_refused_before_a_folder_is_asked_for(tmp_path: Path) -> None:
    async with at_the_desk(ward(tmp_path)) as (app, pilot):
        text = " ".join((await press(app, pilot, "e")).split())
        assert "exports of the data set stay closed" in text.replace("▌ ", "")
        assert isinstance(app.screen, WorkflowScreen)


async def test_what_cannot_be_is_said_before_a_reason_is_asked_for(tmp_path: Path) -> None:
    async with at_the_desk(ward(tmp_path), size=(80, 24)) as (app, pilot):
        await press(app, pilot, "l")
        assert "there is no case 'P99'; C lists the cases" in await write(app, pilot, "P99")
        await press(app, pilot, "c")
        assert "a cut has a name: a word, such as interim" in await write(app, pilot, "")
        assert isinstance(app.screen, WorkflowScreen)
        await press(app, pilot, "shift+tab", "shift+tab")
        assert "No case was dealt yet; d deals to the registered readers." in screen_text(app)
