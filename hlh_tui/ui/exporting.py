"""Writing the adjudicated data set from within the app."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.ui.background import in_background
from hlh_tui.ui.free_place import free_place
from hlh_tui.ui.ways import at_the_keys

if TYPE_CHECKING:
    from hlh_tui.export.models import ExportReport
    from hlh_tui.ui.app import HlhApp


def ask_for_export(app: HlhApp) -> None:
    """Ask for a folder and write the adjudicated data set into it; while results are closed say so and ask nothing."""

    def refused() -> str | None:
        from hlh_tui.review.conduct.blinding import closed

        return closed(app.study, "exports of the data set")

    def ask(why: str | None) -> None:
        if why is not None:
            app.say(at_the_keys(why), "warning")
            return
        app.prompt(
            "Export the adjudicated data set to a new folder",
            str(free_place(app.study_path.parent, f"{app.study_path.stem}-export")),
            export,
            "an existing folder is never overwritten",
        )

    def export(words: str) -> None:
        from hlh_tui.export.dataset import export_dataset

        folder = Path(words).expanduser()

        def told(report: ExportReport) -> None:
            app.say(f"exported {len(report.files)} files to {report.folder}")

        app.say(f"exporting to {folder} …")
        app.write(lambda: export_dataset(app.study, folder, app.reader), told)

    in_background(app, app, refused, ask, "export")
