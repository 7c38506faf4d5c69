"""How coefficients, shares and times are printed."""

from __future__ import annotations

from collections.abc import Callable

from hlh_tui.cohort.printed import limits_in_percent, percent
from hlh_tui.cohort.tables.cells import NONE
from hlh_tui.cohort.tables.models import Cell
from hlh_tui.review.agreement.models import Coefficient, Seconds, Share, Undefined

UNDEFINED = "undefined"


def plain(value: float | None) -> str:
    """A coefficient with three decimals, no minus before zero; – where there is none."""
    if value is None:
        return NONE
    words = f"{value:.3f}"
    return words.removeprefix("-") if float(words) == 0 else words


def limits(lower: float | None, upper: float | None) -> str:
    """An interval such as 0.544 to 1.000; – where there is none."""
    return NONE if lower is None or upper is None else f"{plain(lower)} to {plain(upper)}"


def in_percent(value: float | None) -> str:
    """``84.6 %``; – where there is none."""
    return NONE if value is None else f"{100 * value:.1f} %"


def percent_limits(lower: float | None, upper: float | None) -> str:
    """``54.6–98.1 %``; – where there is none."""
    return f"{limits_in_percent(lower, upper)} %" if lower is not None and upper is not None else NONE


def with_limits(one: Coefficient, patients: tuple[str, ...] = ()) -> Cell:
    """A coefficient with its analytic limits, such as 0.795 (0.544 to 1.000)."""
    return _cell(one, patients, plain, limits)


def agreement_with_limits(one: Coefficient, patients: tuple[str, ...] = ()) -> Cell:
    """An agreement in per cent with its limits, such as 84.6 % (54.6–98.1)."""
    return _cell(one, patients, in_percent, limits_in_percent)


def _cell(
    one: Coefficient,
    patients: tuple[str, ...],
    number: Callable[[float | None], str],
    interval: Callable[[float | None, float | None], str],
) -> Cell:
    if isinstance(one, Undefined):
        return Cell(UNDEFINED, patients=patients)
    text = number(one.estimate)
    if one.lower is not None:
        text = f"{text} ({interval(one.lower, one.upper)})"
    return Cell(text, one.cases, patients=patients)


def share(one: Share | Undefined, patients: tuple[str, ...] = ()) -> Cell:
    """``2/13 15.4 % (4.3–42.2)``, limits by Wilson."""
    if isinstance(one, Undefined) or not one.n:
        return Cell(NONE, patients=patients)
    text = f"{one.k}/{one.n} {percent(one.k, one.n, 1)} % ({limits_in_percent(one.lower, one.upper)})"
    return Cell(text, one.k, one.n, 100 * one.k / one.n, patients=patients)


MINUTE = 60.0


def time(one: Seconds | Undefined | None) -> str:
    """Median and quartiles of the time on a case, ``48 s (30–55)`` or ``3:38 min (1:40–5:16)``; – without one."""
    if not isinstance(one, Seconds):
        return NONE
    if one.third_quartile < MINUTE:
        return f"{one.median:.0f} s ({one.first_quartile:.0f}–{one.third_quartile:.0f})"
    middle, low, high = map(clock, (one.median, one.first_quartile, one.third_quartile))
    return f"{middle} min ({low}–{high})"


def clock(seconds: float) -> str:
    """Minutes and seconds, ``3:38``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def day_and_time(at: str) -> str:
    """A moment of the log to the minute, UTC: ``2026-11-23 04:43``."""
    return at[:16].replace("T", " ")
