"""The categories that were used, in the protocol's order, and which of them stand apart from the order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Category


@dataclass(frozen=True, slots=True)
class Scale:
    """``used`` are the categories somebody chose, the ordered ones first; ``places`` where these stand on the scale.

    ``apart`` are the protocol's categories without a rank (NE), ``order`` all that have one, the best first.
    """

    used: tuple[str, ...]
    places: tuple[float, ...]
    order: tuple[str, ...]
    apart: tuple[str, ...]

    @property
    def ordered(self) -> int:
        """How many of the used categories have a place in the order."""
        return len(self.places)


def scale_of(categories: Iterable[Category], used: Collection[str]) -> Scale:
    """The scale of a protocol's categories as far as they were used; one the protocol does not know stands apart."""
    listed = tuple(categories)
    ranked = sorted((one for one in listed if one.rank is not None), key=lambda one: -(one.rank or 0))
    order = tuple(one.id for one in ranked)
    apart = tuple(one.id for one in listed if one.rank is None)
    unknown = tuple(sorted(set(used) - {*order, *apart}))
    place = {category: float(number) for number, category in enumerate(order)}
    chosen = tuple(one for one in order if one in used)
    return Scale(
        used=(*chosen, *(one for one in (*apart, *unknown) if one in used)),
        places=tuple(place[one] for one in chosen),
        order=order,
        apart=(*apart, *unknown),
    )
