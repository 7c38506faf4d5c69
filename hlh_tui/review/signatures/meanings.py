"""What a signature may mean, read from meanings.toml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from hlh_tui.review.signatures.errors import SignatureRefused

FILE = Path(__file__).with_suffix(".toml")


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A meaning: its id for scripts, its text as signed and printed, and what it signs.

    ``signs`` is ``decision`` (the signer's own) or ``final_category``.
    """

    id: str
    text: str
    signs: str


class Meanings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file meanings.toml."""

    meaning: tuple[Meaning, ...]


@cache
def meanings() -> tuple[Meaning, ...]:
    """Every meaning, in the order of the file."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Meanings).meaning


def meaning_of(word: str) -> Meaning:
    """The meaning with that id or text; ``SignatureRefused`` lists the ones there are."""
    for each in meanings():
        if word in (each.id, each.text):
            return each
    known = "; ".join(f"{each.id} ({each.text})" for each in meanings())
    raise SignatureRefused(f"{word!r} is no meaning of a signature; use one of {known}")
