"""A vertical axis of values, logarithmic or linear, in dots from the top."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

MARGIN = 0.04
"""Share of the axis left free above and below."""
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """``low`` to ``high`` (their decimal logarithms if ``log``) over ``dots`` dots."""

    low: float
    high: float
    dots: int
    log: bool

    def dot(self, value: float) -> int:
        """The dot of a value, 0 at the top; the last one for values off the axis."""
        place = (self._at(value) - self.low) / (self.high - self.low)
        return min(max(round((1 - place) * (self.dots - 1)), 0), self.dots - 1)

    def _at(self, value: float) -> float:
        if not self.log:
            return value
        return log10(value) if value > 0 else self.low

    def ticks(self, most: int) -> list[float]:
        """At most so many round values: powers of ten, or steps of 1, 2 or 5."""
        if self.log:
            decades = [10.0**power for power in range(ceil(self.low), floor(self.high) + 1)]
            between = [step * ten for ten in (10.0 ** (ceil(self.low) - 1), *decades) for step in STEPS]
            inside = [each for each in between if self.low <= log10(each) <= self.high]
            return inside if len(inside) <= most else decades[:: max(ceil(len(decades) / max(most, 1)), 1)]
        raw = (self.high - self.low) / max(most, 1)
        ten = 10.0 ** floor(log10(raw))
        step = next((each * ten for each in (*STEPS, 10) if each * ten >= raw), 10 * ten)
        first = ceil(self.low / step)
        return [number * step for number in range(first, floor(self.high / step) + 1)]


def value_axis(values: Iterable[float], dots: int, log: bool) -> ValueAxis:
    """An axis that holds all the values, logarithmic only where all are above zero."""
    held = list(values)
    log = log and all(each > 0 for each in held)
    ends = [log10(each) for each in held] if log else held
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    free = (high - low) * MARGIN
    return ValueAxis(low - free, high + free, max(dots, 2), log)


def tick_words(value: float) -> str:
    """A value at the axis, without needless decimals."""
    return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0e}"
