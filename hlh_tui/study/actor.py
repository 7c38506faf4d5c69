"""Who acts, from a printed name."""

from __future__ import annotations

import re
import unicodedata

from hlh_tui.protocol.errors import HlhError
from hlh_tui.study.models import Actor


def actor_named(name: str) -> Actor:
    """The person with that printed name; ``HlhError`` if it is empty.

    The id is the name in lower case without accents and with hyphens, so "A. Meyer" and "a. meyer" are one person;
    letters of other scripts stay, so that two people whose names differ in them remain two.
    """
    printed = " ".join(name.split())
    letters = unicodedata.normalize("NFKD", printed.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    slug = re.sub(r"[^\w]+|_+", "-", plain).strip("-") or printed.casefold().replace(" ", "-")
    if not slug:
        raise HlhError('a reader needs a name; give --reader "A. Meyer"')
    return Actor(id=slug, name=printed)
