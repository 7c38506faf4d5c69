"""What keys and signatures refuse."""

from __future__ import annotations

from hlh_tui.review.errors import ReviewError


class KeyRefused(ReviewError):
    """A key that cannot be made, found, read or taken."""


class WrongPassphrase(KeyRefused):
    """The passphrase does not open the key."""


class SignatureRefused(ReviewError):
    """Something that cannot be signed as asked; nothing was recorded."""
