"""``make bench-app``: every speed promise as a ratio measured in this run, written to tests/benchmarks/results.md."""

from __future__ import annotations

import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import measure
from tests.benchmarks.far_case import far_cases
from tests.benchmarks.live import live

RESULTS = Path(__file__).parent / "results.md"


def main() -> int:
    """Measure, print and write the table; 1 if a promise was missed."""
    promises = [
        measure.version(),
        measure.first_screen(),
        measure.next_case(),
        *far_cases(),
        measure.decision(),
        measure.cohort_follows(),
        *live(),
        measure.first_curve(),
        measure.next_curve(),
    ]
    head = "| what | median, ms | compared with, ms | result | promised | held |\n|---|--:|--:|--:|--:|---|"
    rows = [
        f"| {p.what} | {p.milliseconds:.1f} | {p.compared} | {p.result} | {p.promised} | {'yes' if p.held else 'NO'} |"
        for p in promises
    ]
    table = "\n".join([head, *rows])
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    today = datetime.now(UTC).date().isoformat()
    RESULTS.write_text(
        f"# Speed\n\nWritten by `make bench-app` on {today} ({machine}, two shared cores).\n"
        f"Each ratio compares two things measured in turn in the same run.\n\n{table}\n",
        encoding="utf-8",
    )
    print(table)
    return 0 if all(p.held for p in promises) else 1


if __name__ == "__main__":
    sys.exit(main())
