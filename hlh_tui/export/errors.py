"""What stops an export."""

from __future__ import annotations

from hlh_tui.protocol.errors import HlhError


class ExportRefused(HlhError):
    """The export was not made and nothing was written under its name; the sentence says why."""
