"""Which commands can ever work for somebody: what each takes of the authority (``review/conduct/authority.toml``)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from hlh_tui.ui.commands import COMMANDS, Command

if TYPE_CHECKING:
    from hlh_tui.ui.app import HlhApp

DECIDE = ("decide", "adjudicate", "settle", "global_read")
SETTLE = ("adjudicate", "settle")

NEEDS: dict[str, dict[str, tuple[str, ...]]] = {
    "app": {
        "go('cohort')": ("results",),
        "go('survival')": ("results",),
        "go('biomarkers')": ("results",),
        "go('agreement')": ("agreement",),
        "undo": ("undo",),
        "redo": ("undo",),
        "export": ("export",),
    },
    "cases": {"next_undecided": DECIDE, "undecided_only": DECIDE, "flag": ("flag",)},
    "review": {
        **dict.fromkeys((f"choose('{each}')" for each in ("CR", "PR", "IMP", "NR", "NE")), DECIDE),
        **dict.fromkeys(("confidence", "because", "commit", "cite", "next_undecided"), DECIDE),
        "flag": ("flag",),
        "sign": ("sign",),
        "query": ("query_raise",),
        "whole_course": ("reveal",),
        "rules": ("see_proposal",),
    },
    "log": {"sign_off": ("trail",), "redact": ("redact",)},
    "criteria": {"open_patient": ("results",), "adopt": ("adopt",)},
    "workflow": {
        **dict.fromkeys(("act('register')", "act('role')", "act('withdraw')"), ("register",)),
        "act('move')": ("move_phase",),
        "act('deal')": ("deal",),
        "act('pack')": ("pack",),
        "act('merge')": ("merge",),
        "act('send_back')": ("send_back",),
        "act('lock')": ("lock",),
        "act('unlock')": ("unlock",),
        "act('cut')": ("cut",),
        "act('compare')": ("results",),
    },
    "differences": {
        **dict.fromkeys(("compare", "minutes", "only"), ("compare",)),
        **dict.fromkeys((*(f"accept({number})" for number in range(1, 6)), "new_category"), SETTLE),
        "reveal": ("meeting",),
        **dict.fromkeys(("vote", "note"), ("vote", "meeting")),
        "ask": ("query_raise",),
        "turn_query('answer')": ("query_answer",),
        "turn_query('close')": ("query_close",),
        "turn_query('reopen')": ("query_close",),
        "undo": ("undo",),
        "redo": ("undo",),
    },
}
"""Screen -> command -> the actions one of which it takes; what is not named here is for everybody."""


def commands_of(app: HlhApp) -> tuple[Command, ...]:
    """The commands that can ever work for this reader here; all of them until that is known."""
    return reachable(app.head.never if app.ready else ())


def decides_nothing(app: HlhApp) -> str:
    """That this person never decides a case in this study, in a sentence; empty for who may in some phase."""
    never = all(action in app.head.never for action in DECIDE)
    return f"as {app.head.person} you decide no case of this study" if never else ""


def reachable(never: Collection[str]) -> tuple[Command, ...]:
    """The commands in the order of help, without those that take only actions of ``never``, and without their screens.

    ``never``: the actions that can never be somebody's, as ``authority.out_of_reach`` gives them.
    """
    shut = {
        (where, command)
        for where, commands in NEEDS.items()
        for command, actions in commands.items()
        if all(action in never for action in actions)
    }
    return tuple(
        each for each in COMMANDS if (each.where, each.id) not in shut and ("app", f"go('{each.where}')") not in shut
    )
