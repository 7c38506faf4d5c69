"""Training in the app: after each first decision the reader is told whether it was right, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.ui.background import in_background

if TYPE_CHECKING:
    from hlh_tui.ui.app import HlhApp
    from hlh_tui.ui.news import Decided


@dataclass(frozen=True, slots=True)
class Told:
    """The feedback on one decision, and how far the training is."""

    title: str
    lines: tuple[str, ...]
    standing: str


class Trainer:
    """Hears of every entry in a training study, and shows the feedback on the decisions that count."""

    def __init__(self, app: HlhApp) -> None:
        self.app = app
        app.decided.subscribe(app, self.hear)

    def hear(self, news: Decided) -> None:
        """Work out off the keyboard's thread what to say of the decision, and say it on top of the screen."""
        app = self.app

        def tell() -> Told | None:
            return told(app, news)

        def show(found: Told | None) -> None:
            if found is not None:
                from hlh_tui.ui.screens.feedback import FeedbackScreen

                app.push_screen(FeedbackScreen(found))

        in_background(app, app, tell, show, f"feedback {news.patient_id}")


def told(app: HlhApp, news: Decided) -> Told | None:
    """What is said of an entry; None for one that is not the first decision on its case."""
    from hlh_tui.review.training.feedback import feedback
    from hlh_tui.review.training.score import score

    found = score(app.study)
    answer = next((each for each in found.answers if each.seq == news.saved.seq), None)
    if answer is None:
        return None
    said = feedback(app.study, answer.patient_id, answer.decided)
    done = f"{found.sentence}; q leaves, and the certificate is printed" if found.complete else found.sentence
    return Told("right" if said.right else "wrong", said.lines, done)
