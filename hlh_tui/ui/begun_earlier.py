"""What was begun in earlier sessions and is not saved: said when the app starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.ui.background import in_background

if TYPE_CHECKING:
    from hlh_tui.review.begun import Begun
    from hlh_tui.ui.app import HlhApp

MOST_NAMED = 5


def tell_what_is_begun(app: HlhApp) -> None:
    """Name the cases whose judgement waits to be saved, if there are any; what cannot be read is told as an error."""

    def look() -> tuple[Begun, ...]:
        from hlh_tui.review.begun import kept

        return kept(app.study, app.reader, app.role)

    def tell(begun: tuple[Begun, ...]) -> None:
        cases = [each.patient_id for each in listed(app, begun)]
        if cases:
            more = f" and {len(cases) - MOST_NAMED} more" if len(cases) > MOST_NAMED else ""
            app.say(f"begun earlier and not saved: {', '.join(cases[:MOST_NAMED])}{more}; Review goes on with them")

    in_background(app, app, look, tell, "begun")


def listed(app: HlhApp, begun: tuple[Begun, ...]) -> tuple[Begun, ...]:
    """Those whose case is in this reader's list."""
    if not begun:
        return ()
    cases = {row.patient_id for row in app.cases}
    return tuple(each for each in begun if each.patient_id in cases)
