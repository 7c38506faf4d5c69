"""A published.toml as frozen records: the figures a paper prints, and what is inconsistent in it.

How an entry says where its value comes from: ``sources`` and ``conditions``; what shows an inconsistency: ``shown``.
The language as a page: data/song2024/published.md.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

Comparator = Literal["<", "<=", ">", ">="]
Counting = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Searched = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
"""Patients of a curve that is searched step by step."""


class Curve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the paper says of the survival curve that a figure lies on: its patients, and at most so many deaths."""

    patients: Searched
    deaths: Counting


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another way to read a figure whose definition the paper does not give: computed and shown, not judged."""

    label: str
    source: dict[str, Any] = msgspec.field(name="from")


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A printed figure: ``value`` with the decimals it is printed with, ``n`` and ``denominator`` where it has them.

    ``source`` (key ``from``) says how to recompute it, ``reason`` why it cannot be; both: it is computed for comparison
    and judged not reproducible. ``comparator``: the value is printed as a limit (p < 0.05, doses of 20 or more).
    """

    id: str
    where: str
    text: str
    value: Decimal
    unit: str
    n: Counting | None = None
    denominator: Counting | None = None
    comparator: Comparator | None = None
    patients: tuple[str, ...] = ()
    source: dict[str, Any] | None = msgspec.field(name="from", default=None)
    reason: str = ""
    definition: str = ""
    """A definition that the paper does not give and the entry had to choose, in words."""
    readings: tuple[Reading, ...] = ()
    constructed: bool = False
    """Whether the bundled synthetic patients were constructed to meet this figure."""
    stray: bool = False
    """Whether the figure stands in the print by mistake."""
    note: str = ""
    groups: tuple[Positive, Positive] | None = None
    """For a p value: the sizes of the two groups compared."""
    curve: Curve | None = None
    """For a survival estimate: what its curve counts."""


class Inconsistency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something in a paper that does not fit: ``shown`` by a computation, else by ``reading`` it."""

    id: str
    finding: str
    verdict: str
    shown: tuple[dict[str, Any], ...] = ()
    reading: str = ""


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole file; ``figure`` and ``inconsistency`` are its lists, ``paper`` the citation."""

    figure: tuple[Figure, ...]
    inconsistency: tuple[Inconsistency, ...] = ()
    paper: str = ""
