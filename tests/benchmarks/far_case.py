"""Any case of a study: how long its assessment takes, wherever the reader was before.

A study of up to 1024 patients is read ahead as a whole; for a larger one a plan is stored. Both are measured as the app
has them after its first moments: jumps to patients drawn at random, each to the end of the assessment with its trace.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measure import Promise

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

SMALL, LARGE = 1000, 10_000
"""Patients of a study that is read ahead, and of one that is not."""
JUMPS = 300
MOST_MS = 10


@dataclass(frozen=True, slots=True)
class Jumps:
    """Milliseconds of jumps to far patients, in order of size, and of the reading ahead before them.

    ``chart`` and ``plan`` are the medians of their parts in a study with a stored plan: reading the patient's rows, and
    running the plan; the rest makes records and sentences of them.
    """

    each: tuple[float, ...]
    ahead: float
    chart: float | None = None
    plan: float | None = None

    @property
    def median(self) -> float:
        """The median jump."""
        return statistics.median(self.each)

    @property
    def slowest(self) -> float:
        """What 99 % of the jumps are within."""
        return self.each[round(0.99 * len(self.each)) - 1]


def jumps(study: Study, patients: int, count: int = JUMPS) -> Jumps:
    """Jumps to ``count`` patients of a simulated study, after it was read ahead or its plan was stored."""
    from hlh_tui.assess import neighbours, stored_plan
    from hlh_tui.assess.run import assess_ahead, assess_patient

    ahead = _ms(lambda: assess_ahead(study, lambda: False))
    drawn = [f"S{number:07d}" for number in random.Random(1).sample(range(1, patients + 1), count)]
    each = tuple(sorted(_ms(partial(assess_patient, study, name)) for name in drawn))
    if patients <= neighbours.KEPT:
        return Jumps(each, ahead)
    as_of, plan = neighbours.charts_as_of(study), next(iter(neighbours._plans[study].values()))
    reading = [_ms(partial(stored_plan.chart_of, study, name, as_of)) for name in drawn]
    charts = [stored_plan.chart_of(study, name, as_of) for name in drawn]
    running = [_ms(partial(plan.rows, chart)) for chart in charts if chart]
    return Jumps(each, ahead, statistics.median(reading), statistics.median(running))


def far_cases() -> list[Promise]:
    """One patient's assessment with its trace, from one random case to another, in a small and in a large study."""
    return [far_case(SMALL), far_case(LARGE)]


def far_case(patients: int) -> Promise:
    """The same in a study of ``patients``."""
    from hlh_tui.intake.load import import_charts
    from hlh_tui.intake.simulate import simulate
    from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
    from hlh_tui.study.file import create_study
    from hlh_tui.study.models import Actor

    actor = Actor("bench", "Benchmark")
    documents = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "staging").mkdir()
        simulate(folder / "charts", patients, 3)
        study_file, staging = folder / "study.duckdb", folder / "staging"
        with create_study(study_file, *documents, actor, synthetic=True, staging=staging) as study:
            import_charts(study, folder / "charts", actor)
            found = jumps(study, patients)
    compared = f"all read ahead in {found.ahead:.0f}"
    if found.chart is not None:
        compared = f"plan stored in {found.ahead:.0f}; chart read {found.chart:.1f}, plan run {found.plan:.1f}"
    what = f"one patient's assessment, any case of {patients}"
    result = f"99 % within {found.slowest:.1f} ms"
    return Promise(what, found.median, compared, result, f"≤ {MOST_MS} ms", found.slowest <= MOST_MS)


def _ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
