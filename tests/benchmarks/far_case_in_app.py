"""A far case opened in the app by its keys: how long the reader waits for the assessment.

The keys come no faster than a hand presses them: find, the patient's id, enter to the list, enter on the case. What is
timed is the call that the opening itself makes, from its start to the assessment with its trace.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from pathlib import Path
from typing import Any

from hlh_tui.assess import neighbours, run
from hlh_tui.study.models import Actor
from hlh_tui.ui.app import HlhApp

BETWEEN_KEYS = 0.12
"""Seconds from a key to the next: a quick typist's hundred words a minute."""
WARM_SECONDS = 60
"""How long the app may take to have loaded what its screens need and to have stored the plan."""
SETTLED_SECONDS = 3
"""How long it then has before the first jump, as a reader who looks at the list gives it."""


def waits(study_file: Path, drawn: list[str], reader: Actor) -> tuple[float, ...]:
    """Milliseconds that each of the drawn patients' assessment takes when its case is opened, in order of size."""
    return asyncio.run(_waits(study_file, drawn, reader))


def warmed_up() -> bool:
    """Whether the app has loaded what its other screens need."""
    return all(each.name != "warm up" for each in threading.enumerate())


async def _waits(study_file: Path, drawn: list[str], reader: Actor) -> tuple[float, ...]:
    calls: list[tuple[str, float]] = []
    assess_patient = run.assess_patient

    def timed(study: Any, patient_id: str, *more: Any) -> Any:
        start = time.perf_counter()
        found = assess_patient(study, patient_id, *more)
        calls.append((patient_id, (time.perf_counter() - start) * 1000))
        return found

    app = HlhApp(study_file, reader, warm=True)
    try:
        run.assess_patient = timed
        async with app.run_test(size=(120, 40)) as pilot:
            before = time.monotonic()
            while not (neighbours._plans and warmed_up()) and time.monotonic() - before < WARM_SECONDS:
                await pilot.pause(0.5)
            await pilot.pause(SETTLED_SECONDS)
            found = []
            for patient_id in drawn:
                for key in ("C", "/", *patient_id, "enter"):
                    await pilot.press(key)
                    await pilot.pause(BETWEEN_KEYS)
                calls.clear()
                await pilot.press("enter")
                await pilot.pause(0.3)
                found.append(next(taken for name, taken in calls if name == patient_id))
                await pilot.press("C", "escape")
                await pilot.pause(0.1)
    finally:
        run.assess_patient = assess_patient
        gc.unfreeze()  # the app ends with its process; here what it kept must go before the engine does
    return tuple(sorted(found))
