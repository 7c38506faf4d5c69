"""``make bench-survival``: Kaplan-Meier of 1 000 000 patients by hlh-tui, lifelines and R, into results-survival.md.

All start from times and events in memory and end with the curve and its log-log limits; they are measured in turn, and
their curves must be the same. R is left out, with a sentence, where ``Rscript`` or its survival package is absent.
"""

from __future__ import annotations

import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from lifelines import KaplanMeierFitter

from hlh_tui.cohort.survival.counts import count_times
from hlh_tui.cohort.survival.curves import survival
from hlh_tui.cohort.survival.kaplan_meier import Curve, kaplan_meier
from hlh_tui.cohort.survival.quantiles import quartiles
from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.study.file import checkpoint, create_study
from hlh_tui.study.models import Actor

RESULTS = Path(__file__).parent / "results-survival.md"
R_SCRIPT = Path(__file__).parent / "survival_scale.R"
PATIENTS = 1_000_000
ROUNDS = 7
SEED = 7
LEAST = {"whole days": (5, 50), "all times distinct": (3, 8)}
"""How many times faster than lifelines and than R is promised."""
NO_R = "R with its survival package is not on this machine, so the comparison with it was left out."


@dataclass(frozen=True)
class Measured:
    """Seconds of each round for one kind of times; ``r`` is empty without R."""

    kind: str
    distinct: int
    ours: list[float]
    with_quartiles: list[float]
    lifelines: list[float]
    r: list[float]


def simulated(kind: str, patients: int) -> tuple[np.ndarray, np.ndarray]:
    """Days until death (exponential) or the end of follow-up (uniform over 3 000 days), and who died."""
    random = np.random.default_rng(SEED)
    death, end = random.exponential(900, patients), random.uniform(0, 3000, patients)
    day = np.minimum(death, end)
    return (np.floor(day) if kind == "whole days" else day), (death <= end).astype(np.float64)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measured(kind: str, patients: int) -> Measured:
    """Ours, with quartiles, and lifelines in turn, then R; ``AssertionError`` if the curves are not the same."""
    day, died = simulated(kind, patients)
    curve = kaplan_meier(count_times(day, died))
    same_as_lifelines(curve, day, died)
    rounds = []
    for _ in range(ROUNDS):
        ours = seconds(lambda: kaplan_meier(count_times(day, died)))
        quarters = seconds(lambda: quartiles(kaplan_meier(count_times(day, died))))
        theirs = seconds(lambda: KaplanMeierFitter().fit(day, died))
        rounds.append((ours, quarters, theirs))
    columns = [list(column) for column in zip(*rounds, strict=True)]
    return Measured(kind, len(curve.days), *columns, in_r(curve, day, died))


def same_as_lifelines(curve: Curve, day: np.ndarray, died: np.ndarray) -> None:
    fitted = KaplanMeierFitter().fit(day, died)
    limits = fitted.confidence_interval_.to_numpy()[1:] if curve.days[0] > 0 else fitted.confidence_interval_.to_numpy()
    estimate = fitted.survival_function_.to_numpy()[-len(curve.days) :, 0]
    np.testing.assert_allclose(curve.survival, estimate, atol=1e-9)
    inside = (curve.survival > 0) & (curve.survival < 1)
    np.testing.assert_allclose(np.c_[curve.lower, curve.upper][inside], limits[-len(curve.days) :][inside], atol=1e-6)


def has_r() -> bool:
    if shutil.which("Rscript") is None:
        return False
    return subprocess.run(["Rscript", "-e", "library(survival)"], capture_output=True).returncode == 0


def in_r(curve: Curve, day: np.ndarray, died: np.ndarray) -> list[float]:
    """Seconds of survfit in a process of R, reading of the data not counted; empty without R."""
    if not has_r():
        return []
    with tempfile.TemporaryDirectory(prefix="hlh-tui-survival-") as place:
        files = [Path(place) / name for name in ("day", "died")]
        for file, column in zip(files, (day, died), strict=True):
            file.write_bytes(column.astype("<f8").tobytes())
        command = ["Rscript", str(R_SCRIPT), *map(str, files), str(len(day)), "3"]
        *rounds, survived, lower, upper = map(float, subprocess.check_output(command, text=True).split())
    inside = curve.survival < 1  # where S is 1 the interval is 1 to 1 here and NA in R
    ours = [curve.survival.sum(), np.nansum(curve.lower[inside]), np.nansum(curve.upper[inside])]
    np.testing.assert_allclose(ours, [survived, lower, upper], rtol=1e-9)
    return rounds


def from_a_study(patients: int) -> dict[str, float]:
    """Seconds of the whole answer of the app (``survival`` of the cohort, whole days) from a study's file."""
    day, died = simulated("whole days", patients)
    documents = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020")
    with tempfile.TemporaryDirectory(prefix="hlh-tui-survival-") as place:
        folder = Path(place)
        rows = np.c_[np.arange(patients), day, died]
        np.savetxt(folder / "times.csv", rows, fmt="%d", delimiter=",", header="i,day,died", comments="")
        with create_study(folder / "s.duckdb", *documents, Actor("b", "B"), synthetic=True, staging=folder) as study:
            times = f"read_csv('{folder.resolve() / 'times.csv'}')"
            for statement in (
                "INSERT INTO patient BY NAME SELECT printf('S%07d', i) AS patient_id, day AS last_contact_day"
                f" FROM {times}",
                "INSERT INTO event BY NAME SELECT printf('S%07d', i) AS patient_id, day, 'death' AS kind"
                f" FROM {times} WHERE died = 1",
            ):
                study.connection.cursor().execute(statement).fetchall()
            checkpoint(study)
            first, *later = (seconds(lambda: survival(study, "overall")) for _ in range(4))
    return {"first": first, "later": statistics.median(later)}


def promises(of: list[Measured]) -> list[tuple[str, float, int]]:
    """What is compared, how many times faster, and how many times is promised."""
    found = []
    for each in of:
        ours = statistics.median(each.ours)
        for name, theirs, least in zip(("lifelines", "R"), (each.lifelines, each.r), LEAST[each.kind], strict=True):
            if theirs:
                found.append((f"{each.kind}, faster than {name}", statistics.median(theirs) / ours, least))
    return found


def table(of: list[Measured], app: dict[str, float], kept: list[tuple[str, float, int]]) -> str:
    """The promises and the measurements in milliseconds."""
    lines = ["| promise | measured | promised | held |", "|---|--:|--:|---|"]
    lines += [f"| {what} | {times:.1f}× | ≥ {least}× | {_held(times, least)} |" for what, times, least in kept]
    lines += ["", f"| milliseconds | {' | '.join(each.kind for each in of)} |", f"|---|{'--:|' * len(of)}"]
    rows = {
        "distinct times": [f"{each.distinct:,}" for each in of],
        "hlh-tui: counts, curve and limits": [_ms(each.ours) for each in of],
        "hlh-tui: the same with quartiles and their limits": [_ms(each.with_quartiles) for each in of],
        "lifelines: fit": [_ms(each.lifelines) for each in of],
        "R: survfit": [_ms(each.r) for each in of],
        "hlh-tui: overall survival of the cohort from a study's file, first": [_ms([app["first"]]), ""],
        "the same again": [_ms([app["later"]]), ""],
    }
    lines += [f"| {name} | {' | '.join(values)} |" for name, values in rows.items()]
    return "\n".join(lines)


def _held(times: float, least: float) -> str:
    return "yes" if times >= least else "NO"


def _ms(taken: list[float]) -> str:
    return f"{statistics.median(taken) * 1000:,.1f}" if taken else ""


def main() -> int:
    """Measure, print and write the tables; 1 if a promise was missed."""
    warnings.simplefilter("ignore", (DeprecationWarning, FutureWarning))
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS
    found = [measured(kind, patients) for kind in LEAST]
    kept = promises(found)
    text = table(found, from_a_study(patients), kept)
    text += "" if found[0].r else f"\n\n{NO_R}"
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}"
    head = (
        f"# Survival at scale\n\nWritten by `make bench-survival` on {datetime.now(UTC).date().isoformat()} ({machine},"
        f" two shared cores). Kaplan-Meier with log-log limits\nof {patients:,} simulated patients (seed {SEED}), from"
        f" times and events in memory, measured in turn, medians of {ROUNDS} (R: 3,\nwithout its search for near ties);"
        " the curves are equal."
    )
    RESULTS.write_text(f"{head}\n\n{text}\n", encoding="utf-8")
    print(text)
    return 0 if all(times >= least for _, times, least in kept) else 1


if __name__ == "__main__":
    sys.exit(main())
