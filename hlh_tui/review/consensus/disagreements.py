"""The kinds of disagreement that a settlement chooses from, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of disagreement: its id in the log, its name, and what it means in a sentence."""

    id: str
    label: str
    meaning: str


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind, in the order in which they are offered."""
    return tuple(Kind(**one) for one in tomllib.loads(FILE.read_text(encoding="utf-8"))["kinds"])


def kind_label(kind_id: str | None) -> str:
    """The name of a kind; its id where a later version does not know it, empty for None."""
    return next((one.label for one in kinds() if one.id == kind_id), kind_id or "")
