"""A training for the bundled blinded study, made once for each number of cases and each seed."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.review.training.deal import Hand
from hlh_tui.review.training.study import bundled_aim, make_training
from hlh_tui.study.models import Actor
from tests.made_once import made_once

HANDS: dict[tuple[Actor, int | None, int], Hand] = {}


def training(path: Path, reader: Actor, cases: int | None, seed: int) -> Hand:
    """The training of a reader at ``path``, and the cases that it deals."""
    dealt = (reader, cases, seed)

    def make(new: Path) -> None:
        HANDS[dealt] = make_training(new, reader, bundled_aim("song-2024-blinded"), cases, seed)

    made_once(("training", *dealt), path, make)
    return HANDS[dealt]
