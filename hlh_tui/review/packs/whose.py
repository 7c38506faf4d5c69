"""Whose pack a study is, from the first line of its log; light, because every start of the app asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hlh_tui.study.places import Places, places

LONGEST = 8_000_000
"""Bytes of a first line that are read; one that is longer is of no pack."""


def pack_of(where: Places) -> dict[str, Any] | None:
    """What entry 1 of a study says where it is a pack, read from its mirror; None for any other study."""
    try:
        with where.mirror.open("rb") as lines:
            says = json.loads(lines.readline(LONGEST))["payload"]["pack"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return says if isinstance(says, dict) else None


def reader_of(study: Path) -> tuple[str, str] | None:
    """Id and printed name of the reader whose pack a study is; None where it is no pack, or not there."""
    says = (pack_of(places(study)) or {}).get("reader")
    if not isinstance(says, dict) or not all(isinstance(says.get(key), str) for key in ("id", "name")):
        return None
    return says["id"], says["name"]
