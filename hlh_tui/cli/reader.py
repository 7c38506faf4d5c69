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

    The id is the name in lower case without accents and with hyphens, so "A. Meyer" and "a. meyer" are one reader;
    letters of other scripts stay, so that two people whose names differ in them remain two.
    """
    given = name if name is not None else os.environ.get(ENVIRONMENT) or account_name()
    printed = " ".join(given.split())
    letters = unicodedata.normalize("NFKD", printed.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    slug = re.sub(r"[^\w]+|_+", "-", plain).strip("-") or printed.casefold().replace(" ", "-")
    if not slug:
        raise HlhError('a reader needs a name; give --reader "A. Meyer"')
    return Actor(id=slug, name=printed)


def account_name() -> str:
    """The account's name, or ``reader`` where the system does not know it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reader"
