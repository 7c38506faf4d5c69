"""How agreement is estimated: level, bootstrap, and when to warn; read from ``agreement.toml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec


class Draws(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bootstrap: number of draws and the seed of the generator."""

    draws: int
    seed: int


class Prevalence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Warn when one category holds this ``share`` of the reads, or AC1 exceeds kappa by ``gap``."""

    share: float
    gap: float


class Drift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Into how many parts a reader's cases are divided, in the order read."""

    parts: int


class Hidden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From how many cases on those with a hidden proposal are counted."""

    fewest: int


class Practice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds that studies use, and where they come from."""

    kappa: float
    percent: float
    source: str


class Criteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many criteria are listed at ``most``, the most cited ones."""

    most: int


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in ``agreement.toml``; ``level`` is that of every interval."""

    level: float
    bootstrap: Draws
    prevalence: Prevalence
    drift: Drift
    hidden: Hidden
    practice: Practice
    criteria: Criteria


@cache
def settings() -> Settings:
    """The settings as the program has them."""
    text = Path(__file__).with_name("agreement.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=Settings)
