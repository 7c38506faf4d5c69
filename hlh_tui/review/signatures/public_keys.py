"""A reader's public key as text: ``ed25519:`` and the base64 of its 32 bytes."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from hlh_tui.review.signatures.errors import KeyRefused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PREFIX = "ed25519:"
FIELD = 2**255 - 19
OF_ORDER_EIGHT = 2707385501144840649318225287225658788936804267575313519463743609750303402022
SMALL_ORDER = frozenset({0, 1, FIELD - 1, OF_ORDER_EIGHT, FIELD - OF_ORDER_EIGHT})
"""The y coordinates of points of order 1, 2, 4 and 8, under which a signature fits more than one text."""


def public_text(raw: bytes) -> str:
    """The text of 32 bytes."""
    return PREFIX + base64.b64encode(raw).decode("ascii")


def public_bytes(text: str) -> bytes:
    """The 32 bytes of a public key's text; ``KeyRefused`` if it is no usable Ed25519 key."""
    word = text.strip()
    try:
        raw = base64.b64decode(word.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if not word.startswith(PREFIX) or len(raw) != 32 or y in SMALL_ORDER or y >= FIELD:
        raise KeyRefused(
            f"{word[:60]!r} is no public key; give the line ed25519:... that hlh-tui reader create printed"
        )
    return raw


def require_public_key(text: str) -> str:
    """The public key in its one spelling; ``KeyRefused`` if it is none."""
    return public_text(public_bytes(text))


def public_key(text: str) -> Ed25519PublicKey:
    """The key that checks signatures; ``KeyRefused`` if the text is none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(public_bytes(text))
