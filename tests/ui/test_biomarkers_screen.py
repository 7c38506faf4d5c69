"""Biomarkers: the views, their keys, the patient under the cursor, and what a reader may not see yet."""

from __future__ import annotations

import pytest

from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.widgets.cohort_plot import CohortPlot
from tests.cohort.biomarkers.cytokines import charted
from tests.ui.conftest import settle
from tests.ui.screen_text import assert_golden, screen_text
from tests.ui.ward import MEYER, make_ward

# IL-6 of the ward's patients on day -0.5 and day 7.4; P10 to P13 are not decided in the half-reviewed ward
IL6 = {
    "P01": ("87", "66"), "P02": ("58", "12"), "P03": ("127", "11"), "P04": ("50", "<2"), "P05": ("95", "5"),
    "P06": ("202", "169"), "P07": ("64", "14"), "P08": ("40", "4"), "P09": ("33", "5"), "P10": ("28", "3"),
    "P11": ("69", "5"), "P12": ("395", None), "P13": ("38", "7"),
}  # fmt: skip


@pytest.fixture
def ward(tmp_path):
    """The half-reviewed ward with IL-6, drugs, a platelet course and a relapse."""
    path = make_ward(tmp_path / "ward.duckdb", decided=9)

    def fill(cursor) -> None:
        cursor.execute("INSERT INTO exposure (patient_id, drug, start_day, end_day) VALUES ('P03', 'emapalumab', 0, 0)")
        cursor.execute(
            "INSERT INTO exposure (patient_id, drug, start_day, end_day) VALUES ('P03', 'ruxolitinib', 0, 60)"
        )
        cursor.execute("INSERT INTO event (patient_id, day, kind) VALUES ('P04', 40, 'relapse')")

    with open_study(path) as study:
        append(study, MEYER, "charts_imported", None, {"added": {"observations": 30}}, also=fill)
        for patient, (before, after) in IL6.items():
            charted(study, patient, -0.5, "il6", before)
            if after is not None:
                charted(study, patient, 7.4, "il6", after)
        for day, value in ((-1, "20"), (3, "60"), (7.2, "150"), (14, "180")):
            charted(study, "P05", day, "platelets", value, unit="10*9/L", upper=None)
        decide(study, MEYER, Decision("P03", "PR", "as the criteria say", day=4.0))
        decide(study, MEYER, Decision("P04", "PR", "as the criteria say", day=5.0))
    return path


@pytest.fixture
def at_il6(ward, press):
    """The screen at IL-6, divided by response."""

    async def go(app, pilot) -> None:
        await settle(app, pilot)
        await press(app, pilot, "B", "down")

    return go


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_view_at_both_sizes(ward, at_il6, press, size) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=size, notifications=True) as pilot:
        await at_il6(app, pilot)
        assert_golden(app, "biomarkers_spaghetti")
        for view in ("paired", "waterfall", "swimmer", "heat"):
            await press(app, pilot, "tab")
            assert_golden(app, f"biomarkers_{view}")
        await press(app, pilot, "tab")
        assert "every value over time" in screen_text(app)
        await press(app, pilot, "shift+tab")
        assert "criteria over time" in screen_text(app)


async def test_the_test_its_label_and_what_n_can_show_stand_under_the_plot(ward, at_il6) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_il6(app, pilot)
        text = " ".join(screen_text(app).split())
    assert "response against no response: Mann-Whitney, exact, W = 0, p = 0.056" in text
    assert "(exploratory)" in text
    assert "n = 9 (7 against 2): no exact p can fall below 0.056, so no difference could ever be shown." in text
    assert "▼" in text  # P04 lies below the limit of detection


async def test_the_cursor_names_a_patient_reads_the_values_and_opens_the_chart(ward, at_il6, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await at_il6(app, pilot)
        await press(app, pilot, "enter")
        assert "pick a patient" in screen_text(app)
        await press(app, pilot, "right", "right", "right")
        assert "P04 response: change at most × 0.04 (50.0 → <2.0) · D-0.5 50.0, D+7.4 <2.0 pg/mL" in screen_text(app)
        await press(app, pilot, "tab", "tab")
        assert "P04 PR: × 0.04 or beyond, a value is a limit of the assay" in screen_text(app)
        await press(app, pilot, "left")
        assert app.screen.patient == "P05"
        await press(app, pilot, "enter")
        assert (app.current_mode, app.patient_id) == ("review", "P05")


async def test_the_picked_course_is_told_apart_by_its_ink(ward, at_il6, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_il6(app, pilot)
        plot = app.screen.query_one(CohortPlot)

        def inks() -> set[str]:
            return {ink for line in plot.lines(*plot.size) for _, ink in line}

        assert "picked" not in inks()
        await press(app, pilot, "right")
        assert "picked" in inks()


async def test_grouping_day_and_list(ward, at_il6, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_il6(app, pilot)
        await press(app, pilot, "g", "home", "enter")
        text = screen_text(app)
        assert "all patients" in text
        assert "without a control arm" in text
        await press(app, pilot, "d")
        assert "change at day 3" in screen_text(app)
        assert "o all patients 0/13" in screen_text(app)
        await press(app, pilot, "right")
        assert "P01 all patients: no change known, no value on day 3 ± 1" in screen_text(app)
        await press(app, pilot, "down", "down", "down", "down", "down")
        assert "Platelets · every value over time" in screen_text(app)
        await press(app, pilot, "up", "up", "up", "up", "up", "up")
        assert "Interferon gamma is charted in no patient of this study" in " ".join(screen_text(app).split())


async def test_groups_without_room_are_counted_and_the_picked_one_is_drawn(ward, at_il6, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_il6(app, pilot)
        await press(app, pilot, "g", "j", "j", "enter")  # from by response to by category
        assert "drawn: 3 of 5 groups" in screen_text(app)
        assert "undecided" not in screen_text(app)
        await press(app, pilot, "left")
        assert app.screen.patient == "P13"
        assert "undecided 3/4" in screen_text(app)


async def test_the_swimmer_says_how_a_course_went(ward, at_il6, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_il6(app, pilot)
        await press(app, pilot, "tab", "tab", "tab")
        app.screen.patient = "P04"
        await settle(app, pilot)
        text = " ".join(screen_text(app).split())
        assert "P04 PR: followed to day 120, alive · PR day 5 to 40 (relapse) · relapse day 40" in text
        app.screen.patient = "P03"
        await settle(app, pilot)
        assert "emapalumab day 0 · ruxolitinib day 0 to 60" in " ".join(screen_text(app).split())


async def test_criteria_of_cases_not_shown_yet_are_hidden(ward, at_il6, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_il6(app, pilot)
        await press(app, pilot, "shift+tab")
        rows = {line.split()[0]: line for line in screen_text(app).splitlines() if line.strip()[:1] == "P"}
        assert "░" in rows["P10"]
        assert "░" not in rows["P05"]
        assert "✓" in rows["P05"]
        app.screen.patient = "P10"
        await settle(app, pilot)
        assert "P10 no category yet: hidden until you have been shown the proposal" in screen_text(app)


async def test_a_decision_is_followed(ward, at_il6, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_il6(app, pilot)
        assert "o response 7/7" in screen_text(app)
        await press(app, pilot, "u", "enter")
        assert "o response 7/7" in screen_text(app)
        saved = decide(app.study, MEYER, Decision("P10", "CR", "as the criteria say"))
        app.announce("P10", saved)
        await settle(app, pilot)
        assert "o response 8/8" in screen_text(app)


async def test_mono_and_ascii_tell_groups_apart_by_marks(ward, at_il6, press) -> None:
    app = HlhApp(ward, MEYER, ascii_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = "mono"
        await at_il6(app, pilot)
        for _ in range(5):
            text = screen_text(app)
            assert text.isascii(), [character for character in text if not character.isascii()]
            await press(app, pilot, "tab")
        assert "o response" in screen_text(app)
        assert "x no response" in screen_text(app)


async def test_copy_gives_plot_and_tests(ward, at_il6, press) -> None:
    app = HlhApp(ward, MEYER)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_il6(app, pilot)
        await press(app, pilot, "right", "y")
        assert app.clipboard.startswith("Interleukin-6 · every value over time · by response · change at day 7\n")
        assert "P02 response: change" in app.clipboard
        assert "Mann-Whitney, exact" in app.clipboard


async def test_a_study_without_values_or_patients_is_a_sentence(opened, press) -> None:
    async with opened(empty=True) as (app, pilot):
        await press(app, pilot, "B")
        assert "charted in no patient of this study" in " ".join(screen_text(app).split())
        for _ in range(5):
            await press(app, pilot, "tab", "right", "down", "d")
        assert "something unexpected" not in screen_text(app)
