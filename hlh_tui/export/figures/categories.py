"""Fill and hatch of the response categories, so that they are told apart in grey too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.export.figures.style import of_group, style

if TYPE_CHECKING:
    from hlh_tui.protocol.models import StudyProtocol


@dataclass(frozen=True, slots=True)
class Fill:
    """How a category is filled."""

    colour: str
    hatch: str


def category_fills(protocol: StudyProtocol) -> dict[str, Fill]:
    """The fill of each category of the protocol by id, by its rank from the best; those of no rank stand apart."""
    look = style().categories
    ranked = sorted((c for c in protocol.categories if c.rank is not None), key=lambda c: -(c.rank or 0))
    fills = {
        category.id: Fill(of_group(look.ranked, number), of_group(look.hatches, number))
        for number, category in enumerate(ranked)
    }
    return {c.id: fills.get(c.id, Fill(look.unranked, look.unranked_hatch)) for c in protocol.categories}
