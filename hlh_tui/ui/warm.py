"""What the Tables and Survival screens will need, loaded before it is asked for."""

from __future__ import annotations

import threading
from importlib import import_module

NEEDED = (
    "hlh_tui.assess.run",
    "hlh_tui.review.decide",
    "hlh_tui.review.undo",
    "numpy",
    "hlh_tui.cohort.tables.table",
    "hlh_tui.cohort.survival.curves",
    "plotext",
    "hlh_tui.assess.compare",
    "hlh_tui.assess.multiverse",
    "hlh_tui.export.dataset",
)


def load_in_turn(stop: threading.Event) -> None:
    """Import one module after the other until done or until ``stop`` is set."""
    for name in NEEDED:
        if stop.is_set():
            return
        import_module(name)
