"""Ticks of a logarithmic axis as plain numbers."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW_DECADES = 2.6
"""An axis of fewer decades has ticks at 2 and 5 as well."""
ROOM = 0.06
MOST_TICKS = 8


def log_limits(low: float, high: float) -> tuple[float, float]:
    """Limits around positive values with a little room; half a decade around a single value."""
    span = log10(high / low)
    room = max(ROOM * span, 0.25 if span < 0.3 else 0.05)
    return low / 10**room, high * 10**room


def log_ticks(low: float, high: float) -> list[float]:
    """Round numbers within the limits: powers of ten, with 2 and 5 where there are few of them."""
    decades = log10(high / low)
    steps = (1, 2, 5) if decades < FEW_DECADES else (1,)
    each = max(1, ceil(decades / MOST_TICKS))
    powers = range(floor(log10(low)), ceil(log10(high)) + 1, each)
    return [tick for power in powers for step in steps if low <= (tick := step * 10.0**power) <= high]


def plain_number(value: float) -> str:
    """A number as it is read: 0.01, 500, 20 000."""
    return f"{value:,.0f}".replace(",", "\u2009") if value >= 1000 else f"{value:g}"


def set_log_axis(plot: Axes, low: float, high: float) -> None:
    """Make the y axis of ``plot`` logarithmic between values ``low`` and ``high``."""
    bottom, top = log_limits(low, high)
    plot.set_yscale("log")
    plot.set_ylim(bottom, top)
    ticks = log_ticks(bottom, top)
    plot.set_yticks(ticks, [plain_number(tick) for tick in ticks])
    plot.yaxis.minorticks_off()
