"""``make bench-scale``: assess 10 000 to 1 000 000 simulated patients, written to tests/benchmarks/results-scale.md.

Takes twenty minutes or more and 10 GB of disk for temporary files. Sizes can be given: ``... scale 10000 100000``.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).parent / "results-scale.md"
SIZES = (10_000, 100_000, 1_000_000)
SMALL = 10_000
"""The size at which pandas is compared."""
IMPORTED_UP_TO = 100_000
ROWS = [
    ("observations", "observations", "{:,.0f}"),
    ("charts simulated, s", "simulate", "{:.1f}"),
    ("peak of it, GB", "charts_peak", "{:.2f}"),
    ("charts imported with every check, s", "import", "{:.1f}"),
    ("peak of it, GB", "imported_peak", "{:.2f}"),
    ("best response of every patient, in the engine, s", "assess", "{:.3f}"),
    ("per patient, µs", "per_patient", "{:.1f}"),
    ("peak memory of the process, GB", "assess_peak", "{:.2f}"),
    ("one GROUP BY patient, analyte: min, max; in the engine, s", "group_by", "{:.3f}"),
    ("**ratio to the GROUP BY, both in the engine**", "ratio", "{:.2f}×"),
    ("best response, rows fetched into Python, s", "assess_fetched", "{:.3f}"),
    ("GROUP BY, rows fetched into Python, s", "group_by_fetched", "{:.3f}"),
    ("ratio, both fetched", "ratio_fetched", "{:.2f}×"),
    ("every proposal as a Python object, s", "proposals", "{:.3f}"),
    ("peak memory of the process, GB", "proposals_peak", "{:.2f}"),
    ("proposals that are the known category", "right", "{:,.0f}"),
    ("cases drawn at random and opened in the app by its keys", "jumps", "{:.0f}"),
    ("**their assessments, median, ms**", "opened_ms", "{:.1f}"),
    ("99 % of them within, ms", "opened_slowest_ms", "{:.1f}"),
    ("peak memory of the app, GB", "opened_peak", "{:.2f}"),
    ("of forty patients on the screen, read ahead together: each, median of 20 screens, ms", "on_screen_ms", "{:.1f}"),
    ("any patient who was not on the screen before, by the stored plan: median of 300, ms", "far_patient_ms", "{:.1f}"),
    ("99 % of them within, ms", "far_patient_slowest_ms", "{:.1f}"),
    ("of which the chart is read, ms", "far_chart_ms", "{:.1f}"),
    ("and the plan is run, ms", "far_plan_ms", "{:.1f}"),
    ("storing the plan, once, ms", "plan_stored_ms", "{:.0f}"),
    ("pandas, whole columns (merge_asof), s", "pandas", "{:.3f}"),
    ("proposals in the same run, s", "engine", "{:.3f}"),
    ("**times faster than pandas**", "times_faster", "{:.1f}×"),
    ("pandas, patient by patient, s (from 50 patients)", "pandas_loop", "{:.0f}"),
]


def child(step: str, folder: Path, patients: int) -> dict[str, Any]:
    """What one step measured, in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.scale_child", step, str(folder), str(patients)]
    done = subprocess.run(command, cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    print(f"{patients} {step}: {result}", file=sys.stderr)
    return result


def measured(patients: int) -> dict[str, Any]:
    """Everything about one size."""
    with tempfile.TemporaryDirectory(prefix="hlh-tui-scale-") as place:
        folder = Path(place)
        steps = ["charts", "filled", "assessed", "opened", "proposed", "fetched"]
        steps += ["imported"] if patients <= IMPORTED_UP_TO else []
        steps += ["in_pandas"] if patients == SMALL else []
        found = {name: value for step in steps for name, value in child(step, folder, patients).items()}
    found["per_patient"] = found["assess"] / patients * 1e6
    found["ratio"] = found["assess"] / found["group_by"]
    found["ratio_fetched"] = found["assess_fetched"] / found["group_by_fetched"]
    for name in ("on_screen", "far_patient", "far_patient_slowest", "far_chart", "far_plan", "plan_stored"):
        found[f"{name}_ms"] = found[name] * 1000
    if "pandas" in found:
        found["times_faster"] = found["pandas"] / found["engine"]
    return found


def promises(by_size: dict[int, dict[str, Any]]) -> list[tuple[str, str, str, bool]]:
    """What is promised at any size, what was measured, and whether it held."""
    largest = max(by_size)
    last = by_size[largest]
    found = [
        (f"assessment against one GROUP BY, {largest:,} patients", f"{last['ratio']:.2f}×", "≤ 5×", last["ratio"] <= 5),
        (f"memory, {largest:,} patients", f"{last['assess_peak']:.2f} GB", "≤ 8 GB", last["assess_peak"] <= 8),
    ]
    for size, each in sorted(by_size.items()):
        what, taken = f"any patient of {size:,} opened in the app, 99 % of them", each["opened_slowest_ms"]
        found.append((what, f"{taken:.1f} ms", "≤ 10 ms", taken <= 10))
        found.append((f"known categories found, {size:,}", f"{each['right']:,}", "all", each["right"] == size))
        if "times_faster" in each:
            times = each["times_faster"]
            found.append((f"faster than pandas, {size:,} patients", f"{times:.1f}×", "≥ 20×", times >= 20))
    if largest > SMALL and SMALL in by_size:
        growth = last["per_patient"] / by_size[SMALL]["per_patient"]
        found.append((f"time per patient, {largest:,} against {SMALL:,}", f"{growth:.2f}×", "≤ 1.5×", growth <= 1.5))
    return found


def main() -> int:
    """Measure, print and write the tables; 1 if a promise was missed."""
    by_size = {size: measured(size) for size in map(int, sys.argv[1:] or SIZES)}
    head = [f"| | {' | '.join(f'{size:,} patients' for size in by_size)} |", f"|---|{'--:|' * len(by_size)}"]
    rows = [
        f"| {label} | {' | '.join(form.format(each[name]) if name in each else '' for each in by_size.values())} |"
        for label, name, form in ROWS
        if any(name in each for each in by_size.values())
    ]
    kept = promises(by_size)
    held = ["| promise | measured | promised | held |", "|---|--:|--:|---|"]
    held += [f"| {what} | {value} | {limit} | {'yes' if fine else 'NO'} |" for what, value, limit, fine in kept]
    text = "\n".join([*held, "", *head, *rows])
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    RESULTS.write_text(
        f"# Scale\n\nWritten by `make bench-scale` on {datetime.now(UTC).date().isoformat()} ({machine}, two shared"
        " cores). Simulated patients (`hlh-tui simulate`, seed 7) under `locatelli-2020`; each step in a process of its"
        " own\nwith the engine's memory limit of a machine of 8 GB. Medians; what is compared was measured in turn in"
        f" the same run.\n\n{text}\n",
        encoding="utf-8",
    )
    print(text)
    return 0 if all(fine for *_, fine in kept) else 1


if __name__ == "__main__":
    sys.exit(main())
