"""``hlh-tui unlock``: let a case, or the whole study, be decided again; signatures of it become void."""

from __future__ import annotations

import argparse

from hlh_tui.cli.lock_verb import add_arguments, turned

__all__ = ["add_arguments", "run"]


def run(args: argparse.Namespace) -> int:
    """Unlock, or list what is locked."""
    from hlh_tui.review.conduct.locks import unlock

    return turned(args, None if args.list else unlock)
