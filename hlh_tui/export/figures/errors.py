"""What stops a figure."""

from __future__ import annotations

from hlh_tui.export.errors import ExportRefused


class FigureRefused(ExportRefused):
    """The figure was not drawn, or was not written under its name; the sentence says why and what to do."""
