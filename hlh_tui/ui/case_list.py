"""The app's list of cases, read again when something was written to the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.ui.background import in_background
from hlh_tui.ui.case_places import with_row

if TYPE_CHECKING:
    from hlh_tui.review.models import CaseRow
    from hlh_tui.ui.app import HlhApp


class CaseList:
    """Keeps ``HlhApp.cases`` as the log says, off the keyboard's thread."""

    def __init__(self, app: HlhApp) -> None:
        self._app = app
        self._reading_all = False

    def read_all(self) -> None:
        """Read the list again."""
        from hlh_tui.review.state import cases

        app, self._reading_all = self._app, True

        def take(rows: tuple[CaseRow, ...]) -> None:
            self._reading_all = False
            app.cases = rows

        def fail(error: Exception) -> None:
            self._reading_all = False
            app.tell_error(error)

        in_background(app, app, lambda: cases(app.study, app.reader.id, app.role), take, "cases", fail)

    def read(self, patient_id: str) -> None:
        """Read one line of the list again; the whole list if that is being read already and may lack it."""
        from hlh_tui.review.state import cases

        if self._reading_all:
            self.read_all()
            return
        app = self._app

        def take(found: tuple[CaseRow, ...]) -> None:
            app.cases = with_row(app.cases, found[0]) if found else app.cases

        in_background(app, app, lambda: cases(app.study, app.reader.id, app.role, patient_id), take, _group(patient_id))

    def take(self, row: CaseRow) -> None:
        """That case's line was just read; what is being read of it meanwhile is older."""
        if self._reading_all:
            self.read_all()
            return
        self._app.workers.cancel_group(self._app, _group(row.patient_id))
        self._app.cases = with_row(self._app.cases, row)


def _group(patient_id: str) -> str:
    return f"case {patient_id}"
