"""What every question on top of a screen has in common: it is answered once, however fast its keys come."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class Dialogue(ModalScreen[Answer]):
    """Gives its answer back the first time and only while it is on top.

    A second ``enter`` may wait in the queue when the first one closes the question; it would act twice, and close
    whatever lies below, down to the last screen and the app with it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_answered = False

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close with that answer, unless it was closed before."""
        if self.is_answered or not self.is_current:
            return AwaitComplete()
        self.is_answered = True
        return super().dismiss(result)
