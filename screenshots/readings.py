"""The README's cross-table and multiverse of the bundled cohort, as the command line prints them."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path

from hlh_tui.cli import main

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCKS = {
    "cross-table": ["assess", "STUDY", "--against", "midwest-dep"],
    "multiverse": ["assess", "STUDY", "--multiverse"],
}
"""Name of the block -> command."""
ENDS_BEFORE = {"cross-table": "\nCR left, PR right", "multiverse": "\nThe patients of this study"}
"""What of the output no longer stands in the README."""


def start(name: str) -> str:
    """The mark before a block."""
    return f"<!-- {name}: made by screenshots/readings.py -->\n"


def end(name: str) -> str:
    """The mark after a block."""
    return f"<!-- end of {name} -->\n"


def printed(study: Path, name: str) -> str:
    """The block's command and what it prints about the study, fenced."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert main([word if word != "STUDY" else str(study) for word in BLOCKS[name]]) == 0
    shown = " ".join(BLOCKS[name]).replace("STUDY", "song2024-demo.duckdb")
    return f"```\n$ hlh-tui {shown}\n{out.getvalue().split(ENDS_BEFORE[name])[0].rstrip()}\n```\n"


def with_readings(readme: str, names: tuple[str, ...] = tuple(BLOCKS)) -> str:
    """The README with the blocks put between their marks."""
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "song2024-demo.duckdb"
        with contextlib.redirect_stdout(io.StringIO()):
            main(["demo", "--no-app", str(study)])
        for name in names:
            head, rest = readme.split(start(name))
            readme = head + start(name) + printed(study, name) + end(name) + rest.split(end(name))[1]
    return readme


if __name__ == "__main__":
    README.write_text(with_readings(README.read_text(encoding="utf-8")), encoding="utf-8")
