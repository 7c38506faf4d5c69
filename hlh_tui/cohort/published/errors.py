"""What can be wrong with a file of printed figures."""

from __future__ import annotations

from hlh_tui.cohort.errors import CohortError


class PublishedError(CohortError):
    """An entry cannot be used: names file, entry, key and what is allowed."""


class NotInStudy(CohortError):
    """The study cannot give a figure: one sentence says why; the entry itself is right."""
