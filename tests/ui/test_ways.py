"""A sentence that says what to do names the key on the screen; on the command line the command alone."""

from __future__ import annotations

import pytest

from hlh_tui.cli import main
from hlh_tui.protocol.load import STUDIES, read_bundled
from hlh_tui.ui.ways import at_the_keys
from tests.ui.screen_text import screen_text

CLOSED = "they open when the coordinator moves it to open (m on the Workflow screen, W; or hlh-tui phase)"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("moved to open (hlh-tui phase)", "moved to open (m on the Workflow screen, W; or hlh-tui phase)"),
        ("deals with hlh-tui deal", "deals with d on the Workflow screen, W; or hlh-tui deal"),
        (
            "gives one with hlh-tui reader add a.duckdb 'B. Brandt' --role reader",
            "gives one with a on the Workflow screen, W; or hlh-tui reader add a.duckdb 'B. Brandt' --role reader",
        ),
        (
            "hlh-tui reader add a.duckdb B --key ed25519:x",
            "p on the Workflow screen, W; or hlh-tui reader add a.duckdb B --key ed25519:x",
        ),
        ("run hlh-tui verify a.duckdb", "run hlh-tui verify a.duckdb"),
        ("hlh-tui dealing", "hlh-tui dealing"),
    ],
)
def test_the_key_stands_before_the_command(words: str, said: str) -> None:
    assert at_the_keys(words) == said


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_closed_results_say_by_which_key_they_open(opened, press, size, capsys) -> None:
    async with opened(size, protocol=read_bundled(STUDIES, "song-2024-blinded")) as (app, pilot):
        for key in ("T", "S"):
            await press(app, pilot, key)
            assert CLOSED in " ".join(screen_text(app).replace("│", " ").split()), key
        await press(app, pilot, "B")
        assert CLOSED in app.screen.written["#refusal"]
        await press(app, pilot, "e")
        assert CLOSED in [notice.message for notice in app._notifications][-1]
        path = app.study_path
    assert main(["table", str(path), "response"]) != 0
    assert "moves it to open (hlh-tui phase)" in capsys.readouterr().err
