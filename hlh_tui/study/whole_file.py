"""A new file that appears under its name whole or not at all, and over another one only if that is asked for."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path


def part_of(file: Path) -> Path:
    """The name beside ``file`` under which it is written until it is whole; another one each time."""
    return file.with_name(f".{file.name}.{secrets.token_hex(4)}")


def take_name(part: Path, file: Path, *, over: bool = False) -> None:
    """Give the finished ``part`` the name ``file``; with ``over`` in the place of a file that is there.

    ``FileExistsError``, which names ``file``, if one is there and not to be replaced, also if it came only just now:
    a link never replaces a file, as renaming does.
    """
    if over:
        part.replace(file)
        return
    try:
        os.link(part, file)
    except OSError:  # the name is taken, or the file system has no links
        if os.path.lexists(file):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file)) from None
        part.rename(file)
    else:
        part.unlink()
