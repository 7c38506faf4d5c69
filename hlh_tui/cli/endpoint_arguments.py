"""What every verb about a time-to-event endpoint takes: the study, the endpoint, the days and the interval."""

from __future__ import annotations

import argparse
from pathlib import Path

from hlh_tui.cli.day_argument import day


def add_endpoint(parser: argparse.ArgumentParser) -> None:
    """The study, the endpoint, the days of the estimates and the method of the interval."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("endpoint", help="an endpoint of the study's protocol: overall, to-hsct, event-free, ...")
    parser.add_argument(
        "--at",
        type=day,
        nargs="+",
        action="extend",
        default=[],
        metavar="DAY",
        help="days of the estimates (default: the endpoint's or the protocol's)",
    )
    parser.add_argument(
        "--ci", default="log-log", metavar="log-log|log|plain", help="interval method (default: log-log)"
    )
