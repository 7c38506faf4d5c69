"""``hlh-tui simulate``: write charts of synthetic patients whose category is known."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the charts go, how many patients, and the seed."""
    parser.add_argument("folder", type=Path, help="the folder to write; it must be new or empty")
    parser.add_argument("--patients", type=int, default=1000, metavar="N", help="how many patients (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="same seed, same patients (default: 1)")


def run(args: argparse.Namespace) -> int:
    """Write the charts and say what they are."""
    from hlh_tui.intake.simulate import simulate

    rows = simulate(args.folder, args.patients, args.seed)
    print(
        f"wrote {args.folder}: {rows['patients']} SYNTHETIC patients with {rows['observations']} observations"
        f" (seed {args.seed}), their categories in truth.parquet; next: hlh-tui new STUDY --synthetic,"
        f" hlh-tui import STUDY {args.folder}"
    )
    return 0
