"""Sealing a finished pack or return to the keys of those who may open it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from hlh_tui.study.seal import SealTo, seal_stream


def sealed_to(part: Path, to: Sequence[str]) -> Path:
    """A sealed copy of the file beside it, for its owner alone; ``SealRefused`` for an unusable recipient."""
    sealed = part.with_name(part.name + ".age")
    handle = os.open(sealed, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with part.open("rb") as plain, os.fdopen(handle, "wb") as file:
        seal_stream(plain, file, SealTo(recipients=tuple(to)))
        file.flush()
        os.fsync(file.fileno())
    return sealed
