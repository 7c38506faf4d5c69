"""What packs refuse."""

from __future__ import annotations

from hlh_tui.review.errors import ReviewError


class DealRefused(ReviewError):
    """Cases cannot be dealt as asked; nothing was recorded."""


class PackRefused(ReviewError):
    """A pack cannot be written, opened or returned as asked."""


class FileRefused(ReviewError):
    """A file from outside that cannot be used, and why; nothing of it was recorded.

    ``kind`` names the reason: not_a_pack, damaged, too_large, sealed, altered, truncated, diverged, other_study,
    not_dealt, unknown_reader, wrong_reader, other_criteria, bad_signature or not_acceptable.
    """

    def __init__(self, kind: str, problem: str) -> None:
        super().__init__(problem)
        self.kind = kind
