"""Who is at the keyboard."""

from __future__ import annotations

import getpass
import os
import re
import unicodedata

from hlh_tui.protocol.errors import HlhError
from hlh_tui.study.models import Actor

ENVIRONMENT = "HLH_TUI_READER"


def reader_from(name: str | None = None) -> Actor:
    """The reader with that printed name, else of $HLH_TUI_READER, else of the account; ``HlhError`` if empty.

    The id is the name in lower case with hyphens, so "A. Meyer" and "a. meyer" are one reader.
    """
    printed = (name or os.environ.get(ENVIRONMENT) or account_name()).strip()
    plain = unicodedata.normalize("NFKD", printed).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or re.sub(r"\s+", "-", printed.lower())
    if not slug:
        raise HlhError('a reader needs a name; give --reader "A. Meyer"')
    return Actor(id=slug, name=printed)


def account_name() -> str:
    """The account's name, or ``reader`` where the system does not know it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reader"
