"""Redaction by keys: personal data that somebody typed leave the log with a reason, once it was said what is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from hlh_tui.protocol.errors import HlhError
from hlh_tui.protocol.load import STUDIES, read_bundled
from hlh_tui.review.conduct.people import register
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Cited, Decision
from hlh_tui.review.queries_answering import raise_query
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from hlh_tui.study.verify import verify
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.screens.log import REST
from hlh_tui.ui.start import write_anew
from tests.ui.conftest import settle
from tests.ui.screen_text import screen_text
from tests.ui.test_review_screen import press
from tests.ui.ward import MEYER, make_ward

READER = Actor("l-bianchi", "L. Bianchi")
SECRET = "Zebediah Quint had no fever"


@asynccontextmanager
async def at_the_log(
    path: Path, who: Actor = MEYER, size: tuple[int, int] = (120, 40), **options: Any
) -> AsyncIterator[tuple[HlhApp, Pilot[None]]]:
    app = HlhApp(path, who, **options)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(app, pilot)
        await press(app, pilot, "L")
        await pilot.pause(REST + 0.05)
        await settle(app, pilot)
        yield app, pilot


async def typed(app: HlhApp, pilot: Pilot[None], words: str) -> str:
    app.screen.query_one(Input).value = words
    return " ".join((await press(app, pilot, "enter")).replace("│", " ").replace("|", " ").split())


def named(path: Path) -> Path:
    """The ward, where the decision that was revised and the revision quote a name; the last entry is the revision."""
    make_ward(path)
    with open_study(path) as study:
        decide(study, MEYER, Decision("P05", "CR", SECRET))
        decide(study, MEYER, Decision("P05", "PR", "the spleen stayed enlarged"))
    return path


def notices(app: HlhApp) -> str:
    return " | ".join(notice.message for notice in app._notifications)


@pytest.mark.parametrize(("size", "ascii_only"), [((80, 24), True), ((120, 40), False)])
async def test_c19_r_takes_a_name_out_of_the_log_and_of_the_file(tmp_path: Path, size, ascii_only) -> None:
    path = named(tmp_path / "ward.duckdb")
    async with at_the_log(path, size=size, ascii_only=ascii_only) as (app, pilot):
        await press(app, pilot, "down", "r")
        told = await typed(app, pilot, "a patient was named")
        assert "Redact entry 3" in told
        assert SECRET in told
        assert "Lost with it: the same words in entry 4 of the log." in told
        assert "its hash and its place in the chain" in told
        assert "earlier exports, backups, snapshots, packs and printouts still hold the text" in told
        await press(app, pilot, "enter")
        assert len(entries(app.study)) == 4, "the answer under the cursor leaves things as they are"
        await press(app, pilot, "r")
        await typed(app, pilot, "a patient was named")
        await press(app, pilot, "down", "enter")
        assert "redacted entry 3 and 1 that quoted it, saved #6; the log still verifies" in notices(app)
        log = entries(app.study)
        assert [each.action for each in log[4:]] == ["redacted", "redacted"]
        assert (log[2].payload["reason"], log[5].payload["reason"]) == ("[redacted by entry 6]", "a patient was named")
        assert SECRET not in app.screen.as_text()  # type: ignore[attr-defined]
        app.open_case("P05")
        assert "Zebediah" not in await press(app, pilot, "v")
        assert app.redacted
    write_anew(path)
    assert [file.name for file in tmp_path.iterdir() if b"Zebediah" in file.read_bytes()] == []
    with open_study(path) as study:
        assert verify(study).ok


async def test_c4_a_redaction_without_a_reason_or_with_the_text_in_it_changes_nothing(tmp_path: Path) -> None:
    async with at_the_log(named(tmp_path / "ward.duckdb")) as (app, pilot):
        await press(app, pilot, "down", "r")
        assert "a redaction needs a reason" in await typed(app, pilot, "  ")
        await press(app, pilot, "r")
        await typed(app, pilot, f"it says {SECRET}")
        await press(app, pilot, "down", "enter")
        assert "the reason repeats the reason of entry 3" in notices(app)
        await press(app, pilot, "r", "escape")
        assert len(entries(app.study)) == 4
        assert not app.redacted


async def test_of_several_texts_one_or_all_are_chosen(tmp_path: Path) -> None:
    path = make_ward(tmp_path / "ward.duckdb")
    with open_study(path) as study:
        cited = (Cited("note", 7.0, "ward round", "Mr Quint walks again"),)
        decide(study, MEYER, Decision("P05", "CR", "no fever", evidence=cited))
    async with at_the_log(path) as (app, pilot):
        asked = await press(app, pilot, "r")
        assert "evidence.0.text: Mr Quint walks again" in asked
        assert "reason: no fever" in asked
        assert "all 2 of them" in asked
        place = 0 if asked.index("evidence.0.text") < asked.index("reason: no fever") else 1
        await press(app, pilot, *["down"] * place, "enter")
        await typed(app, pilot, "a name")
        await press(app, pilot, "down", "enter")
        payload = entries(app.study)[2].payload
        assert payload["evidence"][0]["text"] == "[redacted by entry 4]"
        assert payload["reason"] == "no fever"
        await press(app, pilot, "down", "r")
        assert "Redact reason of entry 3: why?" in screen_text(app), "what is gone is not offered again"


async def test_an_entry_without_typed_text_says_so(tmp_path: Path) -> None:
    async with at_the_log(make_ward(tmp_path / "ward.duckdb")) as (app, pilot):
        await press(app, pilot, "r")
        assert "entry 2 holds no text that somebody typed: there is nothing to redact" in notices(app)


async def test_c13_only_the_coordinator_redacts_by_the_number_in_their_own_list(tmp_path: Path) -> None:
    path = make_ward(tmp_path / "ward.duckdb", protocol=read_bundled(STUDIES, "song-2024-blinded"))
    with open_study(path) as study:
        register(study, MEYER, READER, "reader", "reads")
        decide(study, READER, Decision("P05", "CR", "as I read it"))
        about = Cited("note", 0.0, "chart", "as a whole")
        asked = raise_query(study, MEYER, "P01", about, "Is this Mr Quint?").seq
    async with at_the_log(path) as (app, pilot):
        asked_for = await press(app, pilot, "r")
        assert "Entry 4: what must go?" in asked_for, "the reader's entry has no number here"
        assert asked_for.index("about.text: as a whole") < asked_for.index("question: Is this Mr Quint?")
        await press(app, pilot, "down", "enter")
        await typed(app, pilot, "a name")
        await press(app, pilot, "down", "enter")
        log = entries(app.study)
        assert log[asked - 1].payload["question"] == "[redacted by entry 6]"
        assert log[3].payload["reason"] == "as I read it"
    async with at_the_log(path, READER) as (app, pilot):
        await press(app, pilot, "r")
        assert "only a coordinator may redact personal data, and L. Bianchi is a reader" in notices(app)
        assert len(app.screen_stack) == 1


async def test_a_snapshot_is_not_redacted(tmp_path: Path) -> None:
    async with at_the_log(named(tmp_path / "ward.duckdb"), read_only=True) as (app, pilot):
        await press(app, pilot, "r")
        assert "open read-only: text is taken out in the study itself" in notices(app)


def test_a_file_that_could_not_be_written_anew_is_told(tmp_path: Path) -> None:
    path = named(tmp_path / "ward.duckdb")
    with open_study(path), pytest.raises(HlhError, match=r"what was redacted is out of the log\. So may unused parts"):
        write_anew(path)
