"""Criteria as SQL literals: text, exact days, and the whole numbers in which moments and codes are counted.

A moment is a day in ten-thousandths (the resolution of a day in the study file), counted from ``ORIGIN`` so that it is
never negative. A code packs what an item was at a moment: moment, place of its analyte, state and improvement.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

from hlh_tui.protocol.item_models import ItemRule, Limit, Window

PARTS = 10_000
"""Parts of a day that a moment counts."""
ORIGIN = 1_000_000_000
"""The moment of day 0."""
SMALLEST = Decimal(1) / PARTS
MOMENT_BITS, PLACE_BITS, STATE_BITS = 8, 4, 2
"""What a code is shifted by to give its moment, its place and its state; the lowest two bits are the improvement."""
UNKNOWN = 5
"""State and improvement of an item without a value: both unknown."""
HOPELESS = 4
"""The same where improvement is ruled out whatever the value is."""
NEEDLESS = 6
"""The same where the baseline asks for nothing, so that there is nothing to miss."""


def text(word: str) -> str:
    """A word as an SQL literal."""
    return "'" + word.replace("'", "''") + "'"


def words(each: Iterable[str]) -> str:
    """Words as a list of SQL literals."""
    return ", ".join(map(text, each))


def days(number: float | Decimal) -> str:
    """Days as an exact SQL literal."""
    return f"{Decimal(str(number)):.4f}::DECIMAL(9, 4)"


def parts(number: float | Decimal) -> int:
    """Days as a whole number of parts."""
    return int(Decimal(str(number)) * PARTS)


def first_day(window: Window) -> str:
    """First day of a window that ends at day 0."""
    return days(-Decimal(str(window.days)) + (0 if window.closed else SMALLEST))


def sign(item: ItemRule) -> int:
    """1 where less is met, -1 where more is: what turns a value so that less is better."""
    return 1 if item.limit.direction == "below" else -1


def limit_value(limit: Limit, value: float) -> float:
    """The number that a turned value must stay below to meet ``value``: itself, or the next one if it is included."""
    turned = value if limit.direction == "below" else -value
    return turned if limit.strict else math.nextafter(turned, math.inf)


def cut(limit: Limit, value: float) -> str:
    """The same as an SQL literal."""
    return f"{limit_value(limit, value)!r}::DOUBLE"


def least(expressions: Iterable[str]) -> str:
    """The least of some expressions; itself if there is one."""
    each = list(expressions)
    return each[0] if len(each) == 1 else f"least({', '.join(each)})"


def greatest(expressions: Iterable[str]) -> str:
    """The greatest of some expressions; itself if there is one."""
    each = list(expressions)
    return each[0] if len(each) == 1 else f"greatest({', '.join(each)})"


def total(expressions: Iterable[str]) -> str:
    """The sum of some expressions; 0 without any."""
    return " + ".join(expressions) or "0"
