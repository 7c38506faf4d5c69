"""Where the bundled charts are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.protocol.errors import HlhError

PACKAGE = Path(__file__).resolve().parent.parent


def bundled_charts(name: str = "song2024") -> Path:
    """The folder of a bundled cohort; ``HlhError`` if this installation has none of that name."""
    for folder in (PACKAGE / "data" / name, PACKAGE.parent / "data" / name):
        if (folder / "patients.csv").is_file():
            return folder
    raise HlhError(f"the bundled charts {name!r} are not part of this installation; install hlh-tui again")
