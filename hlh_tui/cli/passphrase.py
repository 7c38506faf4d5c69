"""Passphrases: typed at the terminal without being shown, or from a file; never an argument that others can see."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.protocol.errors import HlhError

if TYPE_CHECKING:
    from hlh_tui.review.signatures.keys import Key
    from hlh_tui.study.models import Actor

LONGEST_LINE = 8192


def add_passphrase_argument(parser: argparse.ArgumentParser) -> None:
    """The option of every verb that needs a passphrase."""
    parser.add_argument(
        "--passphrase-file",
        metavar="FILE",
        help="read the passphrase from the first line of a file, - for standard input (default: ask at the terminal)",
    )


def passphrase_from(file: str | None, question: str, *, twice: bool = False) -> str:
    """The passphrase from the file, or typed at the terminal; ``twice``: typed again, so that it is what was meant.

    ``HlhError`` if the file cannot be read or is empty, if nobody sits at a terminal, or if the two differ.
    """
    if file is not None:
        return first_line(file)
    passphrase = asked(f"{question}: ")
    if twice and asked("the same again: ") != passphrase:
        raise HlhError("the two passphrases differ; nothing was done, try again")
    return passphrase


def first_line(file: str) -> str:
    """The first line of a file or of standard input, without its end."""
    try:
        if file == "-":
            line = sys.stdin.readline(LONGEST_LINE)
        else:
            with Path(file).expanduser().open(encoding="utf-8") as text:
                line = text.readline(LONGEST_LINE)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise HlhError(f"the passphrase cannot be read from {file} ({why}); check the name") from error
    passphrase = line.rstrip("\r\n")
    if not passphrase:
        raise HlhError(f"there is no passphrase in {'standard input' if file == '-' else file}; write it on line 1")
    return passphrase


def asked(question: str) -> str:
    """A line typed at the terminal, not shown."""
    import getpass
    import os

    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
        return getpass.getpass(question)
    except (OSError, EOFError) as error:
        raise HlhError(
            "a passphrase is typed at a terminal; in a script give --passphrase-file FILE, or - for standard input"
        ) from error


def opened_key(reader: Actor, file: str | None) -> Key:
    """The reader's key, opened with the passphrase from the file or the terminal; ``KeyRefused`` or ``HlhError``."""
    from hlh_tui.review.signatures.keys import key_on_disk, open_key

    found = key_on_disk(reader)
    return open_key(reader, passphrase_from(file, f"passphrase of the key of {found.name}"))
