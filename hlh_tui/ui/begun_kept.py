"""What is begun on the Review screen stays beside the study: taken up at the start, written down as it grows."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from hlh_tui.protocol.errors import HlhError
from hlh_tui.review.begun import Begun, keep, kept
from hlh_tui.review.errors import BegunPutAside
from hlh_tui.ui.background import in_background, sentence
from hlh_tui.ui.begun_earlier import listed
from hlh_tui.ui.review_state import ReviewState, begun_cases, unsaved

if TYPE_CHECKING:
    from hlh_tui.ui.screens.review import ReviewScreen

PAUSE = 0.5
"""Seconds from a change until what is begun is written down, with whatever else changes meanwhile."""


class BegunKept:
    """Follows the drafts of one Review screen; nothing is written before those of earlier sessions are taken up."""

    def __init__(self, screen: ReviewScreen) -> None:
        self.screen = screen
        self._followed: object = None
        self._not_listed: tuple[Begun, ...] = ()
        self._taken_up = False
        self._due = False
        self._told = False

    def take_up(self) -> None:
        """Go on with what this reader had begun in earlier sessions."""
        app = self.screen.app
        if app.read_only:
            return
        app.keep_begun = self.keep_at_last
        in_background(
            app, self.screen, lambda: kept(app.study, app.reader, app.role), self._take, "begun", self._begin_anew
        )

    def follow(self, state: ReviewState) -> None:
        """Tell the app what is not saved, and write it down soon where it is not what it was."""
        self.screen.app.unsaved = unsaved(state)
        if state.drafts is self._followed:
            return
        self._followed = state.drafts
        if self._taken_up and not self._due:
            self._due = True
            self.screen.set_timer(PAUSE, self._write_down)

    def keep_at_last(self) -> None:
        """Write down what is begun, at once: the app is about to leave, and can tell nobody any more."""
        if self._taken_up:
            with contextlib.suppress(OSError, HlhError):
                self._keep(self._begun())

    def _take(self, begun: tuple[Begun, ...]) -> None:
        screen = self.screen
        here = listed(screen.app, begun)
        self._not_listed = tuple(each for each in begun if each not in here)
        for each in here:
            if each.seen is not None:
                screen.attention.go_on_from(each.patient_id, each.seen)
        self._taken_up = True
        if here:
            earlier = {each.patient_id: each.draft for each in here}
            screen.state = replace(screen.state, drafts={**earlier, **screen.state.drafts})
        elif screen.state.drafts:
            self._followed = None
            self.follow(screen.state)

    def _begin_anew(self, error: Exception) -> None:
        """Say why; unless it was put aside nothing is written, for it would be in place of what could not be read."""
        self.screen.app.tell_error(error)
        if isinstance(error, BegunPutAside):
            self._take(())

    def _begun(self) -> tuple[Begun, ...]:
        """What is begun now, also what is on its way to the disk and may yet fail."""
        screen = self.screen
        reader, role = screen.app.reader.id, screen.app.role
        now = (
            Begun(reader, role, case, draft, screen.attention.seen(case))
            for case, draft in begun_cases(screen.state).items()
        )
        return (*self._not_listed, *now)

    def _keep(self, begun: tuple[Begun, ...]) -> None:
        app = self.screen.app
        keep(app.study, app.reader, app.role, begun)

    def _write_down(self) -> None:
        self._due = False
        begun = self._begun()
        self.screen.app.write(lambda: self._keep(begun), lambda _: None, self._not_kept)

    def _not_kept(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            why = error.strerror if isinstance(error, OSError) else sentence(error)
            self.screen.app.say(f"what is begun would not survive a crash ({why}); enter saves it", "warning")
