"""What a sentence of the engine says to do by a command, said for the screen: the key first, then the command."""

from __future__ import annotations

import re

from hlh_tui.ui.commands import COMMANDS
from hlh_tui.ui.modes import MODE_LABELS

WAYS = {
    "phase": "act('move')",
    "deal": "act('deal')",
    "reader add": "act('register')",
    "reader create": "act('key')",
}
"""Verb -> the command of the Workflow screen that does the same."""
KEY_OF = re.compile(r"hlh-tui (" + "|".join(WAYS) + r")\b(?P<rest>[^;()]*)")


def at_the_keys(words: str) -> str:
    """The words with the key named before each command that has one on the Workflow screen.

    ``(hlh-tui phase)`` becomes ``(m on the Workflow screen, W; or hlh-tui phase)``.
    """
    return KEY_OF.sub(_with_key, words)


def _with_key(found: re.Match[str]) -> str:
    does = WAYS[found[1]] if "--key" not in found["rest"] else WAYS["reader create"]
    key, screen = _shown("workflow", does), _shown("app", "go('workflow')")
    return f"{key} on the {MODE_LABELS['workflow']} screen, {screen}; or {found[0]}"


def _shown(where: str, name: str) -> str:
    return next(each.shown for each in COMMANDS if (each.where, each.id) == (where, name))
