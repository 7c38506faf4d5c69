"""The way in: start opening the study, then load the terminal library, then run the app."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.study.models import Actor

ASCII_VARIABLE = "HLH_TUI_ASCII"


def run_app(
    study_path: Path,
    reader: Actor,
    role: str = "reader",
    read_only: bool = False,
    *,
    ascii_only: bool = False,
    mouse: bool = True,
) -> int:
    """Run the app on a study until it is left and return its exit code; ``HlhError`` if the study cannot be opened."""
    gc.disable()  # collecting while modules load only costs time; the app turns it on again when its screen is up
    from hlh_tui.ui.glance import glance

    first = glance(study_path, reader, role)  # forked while this process has a single thread
    from hlh_tui.ui.opening import Opening

    opening = Opening(study_path, reader, role, read_only, first)
    try:
        from hlh_tui.ui.app import HlhApp
        from hlh_tui.ui.told_to_end import leaving_when_told

        wanted = ascii_only or os.environ.get(ASCII_VARIABLE, "") not in ("", "0")
        app = HlhApp(study_path, reader, role, read_only, opening=opening, ascii_only=wanted, warm=True)
        with leaving_when_told(app):
            app.run(mouse=mouse)
    finally:
        gc.unfreeze()
        gc.enable()
        opening.close()
    if opening.error is not None:
        raise opening.error
    if app.redacted:
        write_anew(study_path)
    return app.return_code or 0


def write_anew(study_path: Path) -> None:
    """Write the closed study without the parts that still hold redacted text; ``HlhError`` says that it was not."""
    from hlh_tui.protocol.errors import HlhError
    from hlh_tui.review.trail.redact import IN_THE_FILE
    from hlh_tui.study.rewrite import rewrite

    try:
        rewrite(study_path)
    except (HlhError, OSError) as error:
        raise HlhError(f"what was redacted is out of the log. {IN_THE_FILE} ({error})") from error
