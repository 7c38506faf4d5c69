"""How a pack is made and what is too large, from ``limits.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

FILE = Path(__file__).with_suffix(".toml")


class Repeats(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From how many cases on some are dealt twice, and the share of all cases between a case and its repeat."""

    from_cases: int
    apart: float


class Codes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a case is called in a pack: a letter and at least so many digits."""

    letter: str
    digits: int


class Identifiers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From how many characters on a patient id of digits or letters alone is replaced in free text."""

    digits: int
    letters: int


class Ages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ages above so many years become one age."""

    above: float
    become: float


class LogLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The longest line in bytes, and the most entries, of a log from outside."""

    line: int
    entries: int


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"returned": "return"}):
    """The content of limits.toml; ``pack`` and ``returned`` are the members of each file with their most bytes."""

    repeats: Repeats
    codes: Codes
    identifiers: Identifiers
    ages: Ages
    pack: dict[str, int]
    returned: dict[str, int]
    log: LogLimits


@cache
def limits() -> Limits:
    """The limits as the package has them."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), Limits)
