"""Training in the app: the feedback stands over the case after the first decision, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.screens.feedback import FeedbackScreen
from hlh_tui.ui.screens.review import ReviewScreen
from tests.training_study import training
from tests.ui.conftest import settle
from tests.ui.screen_text import screen_text
from tests.ui.test_review_screen import press
from tests.ui.ward import MEYER

KEYS = {"CR": "1", "PR": "2", "IMP": "3", "NR": "4", "NE": "5"}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("ascii_only", [False, True])
async def test_each_first_decision_gets_its_feedback(tmp_path: Path, size: tuple[int, int], ascii_only: bool) -> None:
    path = tmp_path / "t.duckdb"
    hand = training(path, MEYER, 5, 1)
    app = HlhApp(path, MEYER, ascii_only=ascii_only)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(app, pilot)
        for number, (patient_id, case) in enumerate(hand.cases.items(), 1):
            app.open_case(patient_id)
            await settle(app, pilot)
            wrong = number == 1
            other = next(key for category, key in KEYS.items() if category != case.category)
            text = await press(app, pilot, other if wrong else KEYS[case.category], "enter")
            assert isinstance(app.screen, FeedbackScreen)
            assert f"synthetic training case: {'wrong' if wrong else 'right'}" in text
            assert f"{patient_id}: {'wrong, you decided' if wrong else 'right,'}" in text
            sentence = f"{number} of 5 cases decided, {number - 1} right so far" if number < 5 else "4 of 5 right"
            assert sentence in text
            told = "".join(str(each.render()) for each in app.screen.query(Static))
            assert case.slot.lesson[:20] in told
            assert not ascii_only or told.isascii()
            await press(app, pilot, "enter")
            assert isinstance(app.screen, ReviewScreen)


async def test_a_revised_decision_gets_no_second_feedback(tmp_path: Path) -> None:
    path = tmp_path / "t.duckdb"
    hand = training(path, MEYER, 5, 1)
    patient_id, case = next(iter(hand.cases.items()))
    other = next(key for category, key in KEYS.items() if category != case.category)
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(app, pilot)
        app.open_case(patient_id)
        await settle(app, pilot)
        await press(app, pilot, other, "enter")
        assert isinstance(app.screen, FeedbackScreen)
        await press(app, pilot, "escape")
        await press(app, pilot, "u", "enter")
        await press(app, pilot, KEYS[case.category], "enter")
        assert not isinstance(app.screen, FeedbackScreen)
        assert "synthetic training case" not in screen_text(app)
