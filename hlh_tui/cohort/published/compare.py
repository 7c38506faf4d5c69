"""Printed against computed: rounded as printed and no further, and counts, denominators and patients one by one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from operator import ge, gt, le, lt

from hlh_tui.cohort.printed import names
from hlh_tui.cohort.published.entries import Figure
from hlh_tui.cohort.published.models import Computed
from hlh_tui.cohort.published.rounding import cut, decimals, plain, rounded

PERCENT = "%"
HOLDS = {"<": lt, "<=": le, ">": gt, ">=": ge}
IN_WORDS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}


def value_of(figure: Figure, computed: Computed) -> Fraction | None:
    """The computed value in the unit of the print: a count as it is or in per cent; None without a denominator."""
    if computed.value is not None:
        return computed.value
    if computed.n is None:
        return None
    if figure.unit != PERCENT:
        return Fraction(computed.n)
    return Fraction(100 * computed.n, computed.denominator) if computed.denominator else None


def as_printed(figure: Figure, value: Fraction) -> Decimal:
    """The value with the decimals of the print."""
    return rounded(value, decimals(figure.value))


def differences(figure: Figure, computed: Computed, value: Fraction) -> list[str]:
    """What does not agree, each as a clause; none if all does."""
    found = []
    if not agrees(figure, value):
        found.append(value_difference(figure, value))
    if None not in (figure.n, computed.n) and figure.n != computed.n and figure.unit == PERCENT:
        found.append(f"n is {count_words(figure, computed)}, printed {figure.n}")
    if None not in (figure.denominator, computed.denominator) and figure.denominator != computed.denominator:
        found.append(f"the denominator is {computed.denominator}, printed {figure.denominator}")
    if figure.patients and computed.patients is not None and set(figure.patients) != set(computed.patients):
        found.append(patient_difference(set(figure.patients), set(computed.patients)))
    return found


def agrees(figure: Figure, value: Fraction) -> bool:
    """Whether the value, rounded as printed, is the printed one, or keeps to the printed limit."""
    if figure.comparator is None:
        return as_printed(figure, value) == figure.value
    return bool(HOLDS[figure.comparator](value, Fraction(figure.value)))


def value_difference(figure: Figure, value: Fraction) -> str:
    """Computed and printed value in a clause."""
    count = figure.n is not None and figure.unit != PERCENT
    unit = "" if count or figure.unit in ("", "p") else f" {figure.unit}"
    limit = f"{IN_WORDS[figure.comparator]} " if figure.comparator else ""
    return f"{cut(value)}{unit} computed, {limit}{plain(figure.value)}{unit} printed"


def patient_difference(printed: set[str], found: set[str]) -> str:
    """Who is in one and not in the other."""
    parts = []
    if found - printed:
        parts.append(f"not printed: {names(sorted(found - printed))}")
    if printed - found:
        parts.append(f"printed only: {names(sorted(printed - found))}")
    return f"other patients ({'; '.join(parts)})"


def basis(figure: Figure, computed: Computed, value: Fraction, *, differs: bool = False) -> list[str]:
    """How the value was made, and whose charts say nothing; count or unrounded value unless the difference told it."""
    count = computed.n is not None and computed.value is None
    parts = [f"{computed.how}: {count_words(figure, computed, value)}" if count and not differs else computed.how]
    if not count and not differs and as_printed(figure, value) != value:
        parts.append(f"{cut(value)} unrounded")
    parts += unknown_words(computed)
    if figure.comparator:
        parts.append(f"the printed number is a limit: {IN_WORDS[figure.comparator]} {plain(figure.value)}")
    if figure.definition:
        parts.append(figure.definition)
    return parts


def unknown_words(computed: Computed) -> list[str]:
    """Of whom it is not known if they count."""
    return [f"not known, or not decided yet, of {names(computed.unknown)}"] if computed.unknown else []


def count_words(figure: Figure, computed: Computed, value: Fraction | None = None) -> str:
    """The count with its denominator, and its percentage where the value is one: 10 of 13, 76.92 %."""
    of = f" of {computed.denominator}" if computed.denominator is not None else ""
    percent = f", {cut(value, 2)} %" if value is not None and figure.unit == PERCENT else ""
    return f"{computed.n}{of}{percent}"
