"""What can go wrong when a patient is assessed."""

from __future__ import annotations

from hlh_tui.protocol.errors import HlhError


class AssessError(HlhError):
    """An assessment that cannot be made as asked: an unknown patient, or an option that the criteria do not have."""
