"""``make screenshots``: every screen of the running app on the synthetic cohort, as SVG and PNG in this folder."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.study.models import Actor

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
os.environ.pop("NO_COLOR", None)
os.environ["COLORTERM"] = "truecolor"
os.environ["TEXTUAL_ANIMATIONS"] = "none"

from keys import README, with_key_table  # noqa: E402
from readings import with_readings  # noqa: E402
from shots import SHOTS, Shot  # noqa: E402
from svg_grid import png, redraw  # noqa: E402

PAGE_WIDTH = 1100
"""Dots across a printed page shown in the README."""


def clock() -> None:
    """Stop the clock and name the session, so that the pictures are the same at every making."""
    from hlh_tui.study import file, log

    log.utc_now = lambda: "2026-11-22T09:00:00.000000Z"
    file.new_session = lambda: "0" * 12


def who(shot: Shot) -> Actor:
    """A reader, or the coordinator of a blinded study."""
    from hlh_tui.study.models import Actor

    return Actor("c-ordinator", "C. Ordinator") if shot.study == "blinded" else Actor("a-meyer", "A. Meyer")


async def take(shot: Shot, study: Path) -> str:
    """The SVG of one screen."""
    from hlh_tui.ui.app import HlhApp

    app = HlhApp(study, who(shot))
    async with app.run_test(size=shot.size) as pilot:
        for _ in range(3):
            await app.workers.wait_for_complete()
            await pilot.pause(0.3)
        for key in shot.keys:
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause(0.3)
        await pilot.pause(1.0)
        return app.export_screenshot(title="hlh-tui")


def figures(folder: Path) -> None:
    """Figure 1 of the paper as ``hlh-tui figure`` draws it, at the size of a web page."""
    from PIL import Image

    from hlh_tui.cli import main as hlh_tui

    study, drawn = folder / "paper.duckdb", folder / "paper.png"
    assert hlh_tui(["demo", "--adjudicated", "--no-app", str(study)]) == 0
    assert hlh_tui(["figure", str(study), "paper", "-o", str(drawn)]) == 0
    with Image.open(folder / "paper-figure-1.png") as page:
        page.thumbnail((PAGE_WIDTH, 2 * PAGE_WIDTH))
        page.save(HERE / "figure-1.png")


def main() -> int:
    """Take every picture and write the README's keys and blocks; returns 0."""
    from hlh_tui.cli.demo_study import make_blinded_demo, make_demo

    README.write_text(with_readings(with_key_table(README.read_text(encoding="utf-8"))), encoding="utf-8")
    clock()
    with tempfile.TemporaryDirectory() as folder:
        figures(Path(folder))
        for shot in SHOTS:
            study = Path(folder) / f"{shot.name}.duckdb"
            if shot.study == "blinded":
                make_blinded_demo(study, who(shot))
            else:
                make_demo(study, who(shot), adjudicated=shot.study == "adjudicated")
            svg = redraw(asyncio.run(take(shot, study)))
            (HERE / f"{shot.name}.svg").write_text(svg, encoding="utf-8")
            print(
                shot.name,
                "svg" + (" png" if png(HERE / f"{shot.name}.svg") else " (no rsvg-convert: PNG left as it is)"),
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
