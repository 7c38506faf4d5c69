"""Where something new is proposed to be written: a name that nothing has yet."""

from __future__ import annotations

from pathlib import Path


def free_place(folder: Path, stem: str, ending: str = "") -> Path:
    """``STEM.ending`` in the folder, or ``STEM-2.ending`` and so on where something is there; ``ending`` with its dot.

    A proposal alone: whoever writes still refuses to overwrite.
    """
    number, place = 2, folder / f"{stem}{ending}"
    while place.exists():
        place = folder / f"{stem}-{number}{ending}"
        number += 1
    return place
