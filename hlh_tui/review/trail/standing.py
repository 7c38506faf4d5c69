"""What became of a decision: changed since the first entry, replaced by a later one, taken back (Annex 11 §8.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.review.trail.sight import Sight

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


@cache
def statement() -> str:
    """The text of standing.sql."""
    return Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def standings(study: Study, sight: Sight, cases: Iterable[str], numbers: Mapping[int, int]) -> dict[int, str]:
    """Seq of each decision on those cases -> what became of it, in words, where there is anything to say.

    ``numbers``: the number that this reader sees for each seq; what has none is not spoken of.
    """
    wanted = sorted(set(cases))
    if not wanted:
        return {}
    rows = study.rows(statement(), (wanted, None if sight.whole else sight.reader))
    found: dict[int, str] = {}
    for seq, taken_back, first_seq, first_category, differs, next_seq, next_category in rows:
        parts = []
        if seq != first_seq and differs and first_seq in numbers:
            parts.append(f"changed since first entry {numbers[first_seq]} ({first_category})")
        if taken_back is not None:
            by = f" by entry {numbers[taken_back]}" if taken_back in numbers else ""
            parts.append(f"taken back{by}")
        if next_seq is not None and next_seq in numbers:
            parts.append(f"decided anew in entry {numbers[next_seq]} ({next_category})")
        if parts:
            found[seq] = "; ".join(parts)
    return found
