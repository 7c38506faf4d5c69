"""The README's cross-table, multiverse and scorecard of the bundled cohort, as the command line prints them."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from pathlib import Path

from hlh_tui.cli import main

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCKS = {
    "cross-table": ["assess", "STUDY", "--against", "midwest-dep"],
    "multiverse": ["assess", "STUDY", "--multiverse"],
    "scorecard": ["reproduce"],
}
"""Name of the block -> command."""
DOES_NOT_HOLD = {"scorecard"}
"""Blocks whose command says by its exit code that something differs."""
WIDTH = "80"
ENDS_BEFORE = {"cross-table": "\nCR left, PR right", "multiverse": "\nThe patients of this study"}
"""What of the output no longer stands in the README."""
PARTS = {
    "scorecard": (
        ("\nDiffers", "\ntext p. 1"),
        ("\n  match (c)  survival_to_hsct", "\n    note"),
        ("\n  match (c)  overall_survival_5", "\n\n"),
        ("\nPossible at all", "\nInconsistencies"),
        ("\n 6  ", "\n 7  "),
        ("\n101 figures", None),
    )
}
"""What alone of a long output stands in the README: (first words, words after the last)."""


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
        code = main([word if word != "STUDY" else str(study) for word in BLOCKS[name]])
    assert code == (1 if name in DOES_NOT_HOLD else 0)
    shown = " ".join(BLOCKS[name]).replace("STUDY", "song2024-demo.duckdb")
    return f"```\n$ hlh-tui {shown}\n{told(name, out.getvalue())}\n```\n"


def told(name: str, output: str) -> str:
    """The output, or its parts with dots between them."""
    if name not in PARTS:
        return output.split(ENDS_BEFORE[name])[0].rstrip()
    parts = []
    for first, after in PARTS[name]:
        start_at = output.index(first) + 1
        parts.append(output[start_at : None if after is None else output.index(after, start_at)].rstrip())
    return "\n...\n".join(parts)


def with_readings(readme: str, names: tuple[str, ...] = tuple(BLOCKS)) -> str:
    """The README with the blocks put between their marks."""
    os.environ["COLUMNS"] = WIDTH
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
