"""How a day is written as an argument: as the charts write one."""

from __future__ import annotations

import argparse
import re

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def day(text: str) -> float:
    """Days since the index event; ``ArgumentTypeError`` for what is no number in a chart either (1_0, nan, 5,5)."""
    if not NUMBER.fullmatch(text.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a day, give a number such as 7 or 1.5")
    return float(text)
