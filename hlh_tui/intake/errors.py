"""What can go wrong when charts come in."""

from __future__ import annotations

from hlh_tui.protocol.errors import HlhError


class IntakeError(HlhError):
    """The folder or one of its files cannot be read as charts; nothing was imported."""


class ImportRejected(HlhError):
    """Rows were refused, so nothing was imported; ``rejected`` lists each as ``file:row column: what, expected``."""

    exit_code = 1

    def __init__(self, rejected: tuple[str, ...], total: int) -> None:
        self.rejected = rejected
        self.total = total
        rows = "1 row was" if total == 1 else f"{total} rows were"
        super().__init__(f"{rows} rejected and nothing was imported: correct the listed cells and import again")
