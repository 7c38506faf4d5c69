"""Studies that many tests start from, made once in a process and copied for each of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path

from hlh_tui.study.places import places

MADE: dict[Hashable, tuple[bytes, bytes]] = {}


def made_once(key: Hashable, path: Path, make: Callable[[Path], object]) -> Path:
    """The study that ``make`` makes at ``path`` and closes; from the second time on a copy of what it made.

    ``key`` names all that ``make`` depends on besides the path.
    """
    where = places(path)
    if key in MADE:
        for file, content in zip((where.database, where.mirror), MADE[key], strict=True):
            file.write_bytes(content)
        return path
    make(path)
    assert not where.wal.exists(), "not closed"
    MADE[key] = where.database.read_bytes(), where.mirror.read_bytes()
    return path
