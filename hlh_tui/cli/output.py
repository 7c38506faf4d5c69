"""What a verb writes: JSON in any encoding, text without control characters, and a reader that went away."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

TYPE_CHECKING = False  # typing is not imported for --version
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

CONTROL = frozenset((*range(9), *range(11, 32), *range(127, 160)))
"""Characters that could move the cursor or colour the terminal; tab and line feed are not among them."""


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON object on a line; characters beyond ASCII as they are where the output is Unicode."""
    print(_json(document))


def print_json_list(head: Mapping[str, Any], name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """The same for ``head`` and, last in it, a list ``name``, an object at a time: it may be larger than memory."""
    print(_json(head)[:-1], end=f", {_json(name)}: [")
    for number, row in enumerate(rows):
        print(", " * (number > 0) + _json(row), end="")
    print("]}")


def _json(value: Mapping[str, Any] | str) -> str:
    import json

    encoding = str(getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    return json.dumps(value, ensure_ascii=not encoding.startswith("utf"), allow_nan=False)


def printable(text: str) -> str:
    r"""The text with each control character of a chart or a reason spelt out, as in ``\x1b``."""
    return text.translate({each: f"\\x{each:02x}" for each in CONTROL})


def at_terminal() -> bool:
    """Whether somebody reads along, rather than a file or another program."""
    return sys.stdout is not None and sys.stdout.isatty()


def at_terminal_width(text: str) -> str:
    """Lines longer than the terminal wrapped under their own indent; into a pipe or a file they stay whole."""
    from shutil import get_terminal_size
    from textwrap import wrap

    if not at_terminal():
        return text
    width = get_terminal_size().columns
    lines: list[str] = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        lines += wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) or [""]
    return "\n".join(lines)


def write_any_character() -> None:
    """Let standard output spell out what its encoding lacks, rather than fail half-way."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def flush() -> None:
    """Write what is still buffered while an error can still be told; ``OSError`` if it cannot be written."""
    if sys.stdout is not None:
        sys.stdout.flush()


def give_up_output() -> None:
    """Discard what is left to write: its reader has gone, or it has no room."""
    try:
        descriptor = sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
