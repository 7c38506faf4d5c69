"""What will be needed, made before it is asked for: the plan of a large study, modules, the cases of a small one."""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

NEEDED = (
    "hlh_tui.review.decide",
    "hlh_tui.review.undo",
    "numpy",
    "hlh_tui.cohort.tables.table",
    "hlh_tui.cohort.survival.curves",
    "hlh_tui.cohort.biomarkers.analyte",
    "hlh_tui.cohort.survival.incidence",
    "hlh_tui.ui.screens.survival",
    "hlh_tui.cohort.agreement.blocks",
    "hlh_tui.assess.compare",
    "hlh_tui.assess.multiverse",
    "hlh_tui.export.dataset",
)


LEAVING_SECONDS = 1.0
"""How long the program waits for what still warms up when it ends: an engine that is just planning would complain."""


def begin_warm_up(study: Study, prepare: Callable[[], None]) -> Callable[[], None]:
    """Warm up beside what the reader does, see ``warm_up``; gives back what ends it."""
    leaving = threading.Event()
    beside = threading.Thread(target=warm_up, args=(study, leaving, prepare), name="warm up", daemon=True)
    beside.start()

    def end() -> None:
        leaving.set()
        beside.join(LEAVING_SECONDS)

    return end


def warm_up(study: Study, stop: threading.Event, prepare: Callable[[], None]) -> None:
    """Plan for far cases, load modules, ``prepare`` what tells changes, assess cases; until ``stop`` is set."""
    # Nobody waits for this: what is wrong is said by the screen that asks for it.
    with contextlib.suppress(Exception):
        from hlh_tui.assess.run import assess_ahead, prepare_far_cases

        # What a reader does first is to open a case, and among many it is most likely a far one.
        large = prepare_far_cases(study)
        load_in_turn(stop)
        if not stop.is_set():
            prepare()
        if not large:
            assess_ahead(study, stop.is_set)
        gc.freeze()  # what was loaded stays, and need not be looked through for garbage


def load_in_turn(stop: threading.Event) -> None:
    """Import one module after the other until done or until ``stop`` is set."""
    for name in NEEDED:
        if stop.is_set():
            return
        import_module(name)
