"""Signing on the Review screen: what is signed is shown, the passphrase is not, and a void signature is."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from hlh_tui.review.signatures.keys import create_key
from hlh_tui.review.signatures.status import signatures
from hlh_tui.ui.app import HlhApp
from tests.light_age import light
from tests.ui.conftest import settle
from tests.ui.review_study import MEYER
from tests.ui.screen_text import screen_text
from tests.ui.test_review_screen import press, reviewing

PHRASE = "seven tall lamps on a quay"
SIZES = [(80, 24), (120, 40)]


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    light(monkeypatch)
    return tmp_path


async def decided(app: HlhApp, pilot: object, case: str = "A01") -> None:
    """A01 decided as CR, and on screen again."""
    await press(app, pilot, "1", "enter")  # type: ignore[arg-type]
    app.open_case(case)
    await settle(app, pilot)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_c9_c11_name_time_and_meaning_are_shown_and_the_passphrase_is_not(
    study_path: Path, size: tuple[int, int], ascii_only: bool
) -> None:
    create_key(MEYER, PHRASE)
    async with reviewing(study_path, size=size, ascii_only=ascii_only) as (app, pilot):
        await decided(app, pilot)
        text = await press(app, pilot, "s")
        assert "Sign A01" in text
        assert f"{MEYER.name}, 20" in text
        assert "UTC" in text
        assert "I made this decision: CR, entry 3" in text
        app.screen.query_one(Input).value = PHRASE[:-4]
        text = await press(app, pilot, *PHRASE[-4:])
        assert "*" * len(PHRASE) in text
        dialogue = [line.split("|")[1] for line in text.splitlines() if ascii_only and line.count("|") > 1]
        assert all(line.isascii() for line in dialogue), dialogue
        assert bool(dialogue) == ascii_only
        for word in PHRASE.split():
            if len(word) > 3:
                assert word not in text.replace("passphrase", "")
        text = await press(app, pilot, "enter")
        assert "A01 signed, saved #4" in text
        assert f"signed by {MEYER.name}" in text
        text = await press(app, pilot, "s")
        assert "already signed by A. Meyer, 20" in text
        (found,) = signatures(app.study)
    assert (found.patient_id, found.meaning, found.valid) == ("A01", "I made this decision", True)


async def test_a_void_signature_is_visible_at_once(study_path: Path) -> None:
    create_key(MEYER, PHRASE)
    async with reviewing(study_path) as (app, pilot):
        await decided(app, pilot)
        await press(app, pilot, "s")
        app.screen.query_one(Input).value = PHRASE
        assert "signed, saved #4" in await press(app, pilot, "enter")
        text = await press(app, pilot, "u", "enter")
        assert "SIGNATURE VOID: A. Meyer took" in text  # the notice of the undo covers the rest
        text = await press(app, pilot, "U")
        assert "SIGNATURE VOID" not in text
        assert "signed by A. Meyer" in text
        text = await press(app, pilot, "n")
        assert "signed by" not in text


async def test_the_meaning_is_turned_with_the_arrows(study_path: Path) -> None:
    create_key(MEYER, PHRASE)
    async with reviewing(study_path) as (app, pilot):
        await decided(app, pilot)
        await press(app, pilot, "s")
        assert "I reviewed the evidence again and stand by this decision: CR" in await press(app, pilot, "down")
        assert "I reviewed and approve the final category: CR" in await press(app, pilot, "down")
        assert "I made this decision: CR" in await press(app, pilot, "down")
        assert "I reviewed and approve the final category: CR" in await press(app, pilot, "up")
        app.screen.query_one(Input).value = PHRASE
        await press(app, pilot, "enter")
        (found,) = signatures(app.study)
    assert found.meaning == "I reviewed and approve the final category"


async def test_c11_a_wrong_passphrase_signs_nothing(study_path: Path) -> None:
    create_key(MEYER, PHRASE)
    async with reviewing(study_path) as (app, pilot):
        await decided(app, pilot)
        await press(app, pilot, "s")
        assert "Sign A01" in await press(app, pilot, "enter")
        text = await press(app, pilot, "x", "enter")
        assert "the passphrase does not open the key of A. Meyer" in text
        assert signatures(app.study) == ()
        assert "passphrase of your key" in await press(app, pilot, "s")
        await press(app, pilot, "escape")
        assert "Sign A01" not in screen_text(app)


async def test_without_a_key_or_a_decision_it_says_what_to_do(study_path: Path) -> None:
    async with reviewing(study_path) as (app, pilot):
        await decided(app, pilot)
        assert "hlh-tui reader create" in await press(app, pilot, "s")
        create_key(MEYER, PHRASE)
        app.open_case("A02")
        await settle(app, pilot)
        assert "has no decision in force for A02" in await press(app, pilot, "s")


async def test_a_copy_for_reading_is_not_signed(study_path: Path) -> None:
    create_key(MEYER, PHRASE)
    async with reviewing(study_path, read_only=True) as (app, pilot):
        assert "read-only" in await press(app, pilot, "s")
