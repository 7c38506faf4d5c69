"""Lines of the case list for tests that need many or odd ones."""

from __future__ import annotations

from hlh_tui.review.models import CaseRow


def ward_of(count: int) -> tuple[CaseRow, ...]:
    return tuple(
        CaseRow(
            f"P{n:06d}", "female", 40.0, "ebv", "initial", 10.0, None, None, False, False, None, 0, 0, None, "undecided"
        )
        for n in range(count)
    )
