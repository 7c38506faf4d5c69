"""Who is at the keyboard."""

from __future__ import annotations

import getpass
import os

from hlh_tui.study.actor import actor_named
from hlh_tui.study.models import Actor

ENVIRONMENT = "HLH_TUI_READER"


def reader_from(name: str | None = None) -> Actor:
    """The reader with that printed name, else of $HLH_TUI_READER, else of the account; ``HlhError`` if empty."""
    return actor_named(name if name is not None else os.environ.get(ENVIRONMENT) or account_name())


def account_name() -> str:
    """The account's name, or ``reader`` where the system does not know it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reader"
