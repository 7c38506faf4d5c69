"""What is on the screen, as plain text, and goldens of it."""

from __future__ import annotations

import os
from pathlib import Path

from textual.app import App

GOLDENS = Path(__file__).parent / "goldens"


def screen_text(app: App) -> str:
    """The active screen as lines of text, trailing blanks cut; colours are not part of it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def assert_golden(app: App, name: str) -> None:
    """The screen equals ``goldens/NAME_WIDTHxHEIGHT.txt``; ``UPDATE_GOLDENS=1`` writes the file instead."""
    width, height = app.size
    path = GOLDENS / f"{name}_{width}x{height}.txt"
    text = screen_text(app) + "\n"
    if os.environ.get("UPDATE_GOLDENS") == "1":
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path.name} is missing; run the test once with UPDATE_GOLDENS=1 and look at the file"
    assert text == path.read_text(encoding="utf-8"), f"the screen differs from {path.name}; it is now\n{text}"
