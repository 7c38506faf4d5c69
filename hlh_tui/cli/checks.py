"""Everything that ``verify`` asks of a study beyond its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.study.verify import Check


def every_check() -> tuple[Check, ...]:
    """The checks of charts, signatures and merged entries, in the order in which their faults are printed."""
    from hlh_tui.intake.import_faults import import_faults
    from hlh_tui.review.signatures.faults import merge_faults, signature_faults

    return import_faults, signature_faults, merge_faults
