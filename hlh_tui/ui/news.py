"""What the screens tell each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.assess.options import Reading
    from hlh_tui.review.models import Saved


@dataclass(frozen=True, slots=True)
class Decided:
    """Something about a case was written to the log: a decision, a flag, a query, an undo or a redo."""

    patient_id: str
    saved: Saved


@dataclass(frozen=True, slots=True)
class Reread:
    """The study reads its criteria otherwise from now on: every proposal may have changed."""

    reading: Reading
