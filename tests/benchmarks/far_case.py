"""Any case of a study: how long its assessment takes, wherever the reader was before.

A study of up to 1024 patients is read ahead as a whole; for a larger one a plan is stored, and the patients on the
screen are assessed before one is opened. Both are measured as the app has them after its first moments: jumps to
patients drawn at random, each to the end of the assessment with its trace.
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

from hlh_tui.study.file import Study, open_study
from hlh_tui.study.models import Actor
from tests.benchmarks.measure import Promise

SMALL, LARGE = 1000, 10_000
"""Patients of a study that is read ahead, and of one that is not."""
JUMPS, JUMPS_IN_APP = 300, 100
HUGE, JUMPS_IN_HUGE = 1_000_000, 20
"""There each takes ten seconds, most of them to find the case in the list by its id."""
ON_SCREEN, SCREENS = 40, 20
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
        return within_99(self.each)


def jumps(study: Study, patients: int, count: int = JUMPS) -> Jumps:
    """Jumps to ``count`` patients of a simulated study, after it was read ahead or its plan was stored."""
    from hlh_tui.assess import neighbours, stored_plan
    from hlh_tui.assess.run import assess_ahead, assess_patient, prepare_far_cases

    ahead = _ms(lambda: prepare_far_cases(study) or assess_ahead(study, lambda: False))
    drawn = drawn_patients(patients, count)
    each = tuple(sorted(_ms(partial(assess_patient, study, name)) for name in drawn))
    if patients <= neighbours.KEPT:
        return Jumps(each, ahead)
    as_of, plan = neighbours.charts_as_of(study), next(iter(neighbours._plans[study].values()))
    reading = [_ms(partial(stored_plan.charts_of, study, [name], as_of)) for name in drawn]
    charts = [stored_plan.charts_of(study, [name], as_of) for name in drawn]
    running = [_ms(partial(plan.rows, chart)) for chart in charts if chart]
    return Jumps(each, ahead, statistics.median(reading), statistics.median(running))


def screenfuls(study: Study, patients: int) -> float:
    """Milliseconds for one of the patients on a screen, drawn at random, read together; of the median screen."""
    from hlh_tui.assess.run import assess_soon, prepare_far_cases

    prepare_far_cases(study)
    screens = [drawn_patients(patients, ON_SCREEN, seed) for seed in range(2, 2 + SCREENS)]
    return statistics.median(_ms(partial(assess_soon, study, ids, lambda: False)) for ids in screens) / ON_SCREEN


def far_cases() -> list[Promise]:
    """One patient's assessment with its trace, from one random case to another, in a small and in a large study."""
    return [far_case(SMALL), far_case(LARGE)]


def far_case(patients: int) -> Promise:
    """The same in a study of ``patients``; in a large one as its cases are opened in the app."""
    with tempfile.TemporaryDirectory() as place:
        study_file, actor = simulated(Path(place), patients)
        with open_study(study_file) as study:
            found = jumps(study, patients)
        compared = f"all read ahead in {found.ahead:.0f}"
        if found.chart is None:
            what, each = f"one patient's assessment, any case of {patients}", found.each
        else:
            what = f"one patient's assessment as its case is opened, any of {patients}"
            each = in_app(study_file, actor, patients)
            parts = f"chart {found.chart:.1f}, plan {found.plan:.1f}"
            compared = (
                f"if it was not on the screen before {found.median:.1f} ({parts}); plan stored in {found.ahead:.0f}"
            )
    slowest = within_99(each)
    result = f"99 % within {slowest:.1f} ms"
    return Promise(what, statistics.median(each), compared, result, f"≤ {MOST_MS} ms", slowest <= MOST_MS)


def simulated(folder: Path, patients: int) -> tuple[Path, Actor]:
    """A study of simulated patients in ``folder``, and who made it."""
    from hlh_tui.intake.load import import_charts
    from hlh_tui.intake.simulate import simulate
    from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
    from hlh_tui.study.file import create_study

    actor = Actor("bench", "Benchmark")
    documents = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020")
    staging, study_file = folder / "staging", folder / "study.duckdb"
    staging.mkdir()
    simulate(folder / "charts", patients, 3)
    with create_study(study_file, *documents, actor, synthetic=True, staging=staging) as study:
        import_charts(study, folder / "charts", actor)
    return study_file, actor


def in_app(study_file: Path, actor: Actor, patients: int) -> tuple[float, ...]:
    """Milliseconds of jumps in the app, in order of size."""
    from tests.benchmarks.far_case_in_app import waits

    return waits(study_file, drawn_patients(patients, JUMPS_IN_APP if patients < HUGE else JUMPS_IN_HUGE), actor)


def drawn_patients(patients: int, count: int, seed: int = 1) -> list[str]:
    """The ids of patients drawn at random, the same each time."""
    return [f"S{number:07d}" for number in random.Random(seed).sample(range(1, patients + 1), count)]


def within_99(each: tuple[float, ...]) -> float:
    """What 99 % of some times, in order of size, are within."""
    return each[round(0.99 * len(each)) - 1]


def _ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
