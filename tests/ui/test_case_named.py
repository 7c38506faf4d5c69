"""Going to a case by its id or the end of it."""

from __future__ import annotations

import pytest

from hlh_tui.assess import run
from hlh_tui.ui.case_named import cases_named, which_case
from tests.ui.screen_text import screen_text
from tests.ui.test_review_screen import press, reviewing

WARD = ("P01", "P05", "P10", "P15", "P50")
SITES = ("Berlin-005", "Lyon-005", "Lyon-015", "Lyon-105", "lyon-x", "7", "0")


@pytest.fixture
def reads_ahead() -> bool:
    return True


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("5", ("P05",)), ("05", ("P05",)), ("p05", ("P05",)), (" P05 ", ("P05",)), ("P5", ("P05",)), ("15", ("P15",)),
        ("0", ()), ("50", ("P50",)), ("P", ()), ("", ()), ("Q05", ()), ("P051", ()),
    ],
)  # fmt: skip
def test_an_id_or_its_end_names_a_case(words, found) -> None:
    assert cases_named(WARD, words) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("5", ("Berlin-005", "Lyon-005")), ("n-5", ("Berlin-005", "Lyon-005")), ("lyon-5", ("Lyon-005",)),
        ("105", ("Lyon-105",)), ("x", ("lyon-x",)), ("LYON-X", ("lyon-x",)), ("7", ("7",)), ("0", ("0",)),
        ("007", ("7",)),
        ("(", ()), ("*", ()),
    ],
)  # fmt: skip
def test_so_in_a_study_of_several_sites(words, found) -> None:
    assert cases_named(SITES, words) == found


def test_why_it_was_not_gone_to_a_case() -> None:
    assert which_case("9", ()) == "there is no case '9'; C lists the cases"
    assert which_case("5", ("A5", "B5")) == "2 cases end in '5': A5, B5; give more of the id"
    assert (
        which_case("5", ("A5", "B5", "C5", "D5", "E5"))
        == "5 cases end in '5': A5, B5, C5 and 2 more; give more of the id"
    )


async def test_by_keys_and_what_is_typed_is_assessed_before_enter(study_path, monkeypatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(run, "assess_soon", lambda _study, patient_ids, _stop: asked.append(list(patient_ids)))
    async with reviewing(study_path) as (app, pilot):
        await press(app, pilot, "slash", "4")
        assert asked[-1] == ["A04"]
        assert app.patient_id == "A01"
        text = await press(app, pilot, "enter")
        assert app.patient_id == "A04"
        assert "A04" in text
        text = await press(app, pilot, "slash", "9", "enter")
        assert "there is no case '9'; C lists the cases" in text
        assert app.patient_id == "A04"
        await press(app, pilot, "slash", "2", "escape")
        assert app.patient_id == "A04"
        assert "Go to case" not in screen_text(app)
