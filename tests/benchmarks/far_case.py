"""Any case of a study that was read ahead: how long its assessment takes, wherever the reader was before."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from pathlib import Path

from tests.benchmarks.measure import Promise

PATIENTS = 1000
"""Of the largest studies that are read ahead as a whole."""
JUMPS = 300
MOST_MS = 10


def far_case() -> Promise:
    """One patient's assessment with its trace, from one random case to another, after the reading ahead."""
    from hlh_tui.assess.run import assess_ahead, assess_patient
    from hlh_tui.intake.load import import_charts
    from hlh_tui.intake.simulate import simulate
    from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
    from hlh_tui.study.file import create_study
    from hlh_tui.study.models import Actor

    actor = Actor("bench", "Benchmark")
    documents = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020")
    taken = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "staging").mkdir()
        simulate(folder / "charts", PATIENTS, 3)
        study_file, staging = folder / "study.duckdb", folder / "staging"
        with create_study(study_file, *documents, actor, synthetic=True, staging=staging) as study:
            import_charts(study, folder / "charts", actor)
            start = time.perf_counter()
            assess_ahead(study, lambda: False)
            ahead = time.perf_counter() - start
            draw = random.Random(1)
            for number in draw.sample(range(1, PATIENTS + 1), JUMPS):
                start = time.perf_counter()
                assess_patient(study, f"S{number:07d}")
                taken.append((time.perf_counter() - start) * 1000)
    slowest = sorted(taken)[round(0.99 * JUMPS) - 1]
    compared = f"all {PATIENTS} read ahead in {ahead * 1000:.0f}"
    what = "one patient's assessment, any case"
    result = f"99 % within {slowest:.1f} ms"
    return Promise(what, statistics.median(taken), compared, result, f"≤ {MOST_MS} ms", slowest <= MOST_MS)
