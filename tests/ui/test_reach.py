"""Help, palette and legend name what can ever work for this person in this study, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from hlh_tui.protocol.load import STUDIES, read_bundled
from hlh_tui.review.conduct.authority import SEND_BACK, matrix, out_of_reach
from hlh_tui.review.conduct.people import register
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.packs.dealing import deal
from hlh_tui.review.packs.packing import pack
from hlh_tui.review.packs.unpacking import unpack
from hlh_tui.study.file import open_study
from hlh_tui.study.models import Actor
from hlh_tui.ui.app import HlhApp
from hlh_tui.ui.commands import COMMANDS
from hlh_tui.ui.reach import NEEDS, commands_of, reachable
from hlh_tui.ui.screens.help import HEADINGS
from tests.ui.conftest import settle
from tests.ui.screen_text import screen_text
from tests.ui.ward import MEYER, make_ward

READER = Actor("l-bianchi", "L. Bianchi")
SECOND = Actor("b-brandt", "B. Brandt")
THIRD = Actor("r-novak", "R. Novak")
GUEST = Actor("g-uest", "G. Uest")


def blinded(folder: Path) -> Path:
    path = make_ward(folder / "ward.duckdb", protocol=read_bundled(STUDIES, "song-2024-blinded"))
    with open_study(path) as study:
        register(study, MEYER, READER, "reader", "reads")
        register(study, MEYER, SECOND, "reader", "reads")
        register(study, MEYER, THIRD, "adjudicator", "settles")
    return path


def packed(folder: Path) -> Path:
    with open_study(blinded(folder)) as study:
        deal(study, MEYER)
        return unpack(pack(study, MEYER, READER.id).file).study


def labels(path: Path, actor: Actor) -> set[str]:
    """``screen: name`` of what can work for that person."""
    with open_study(path) as study:
        return {f"{each.where}: {each.label}" for each in reachable(out_of_reach(study, actor.id))}


def test_every_need_is_of_a_command_and_of_the_authority() -> None:
    known = {(each.where, each.id) for each in COMMANDS}
    assert {(where, name) for where, commands in NEEDS.items() for name in commands} <= known
    named = {action for commands in NEEDS.values() for actions in commands.values() for action in actions}
    assert named <= {*matrix(), SEND_BACK}


def test_a_pack_offers_reading_queries_and_sending_back(tmp_path: Path) -> None:
    found = labels(packed(tmp_path), READER)
    assert {"review: CR", "review: Commit", "cases: Flag", "app: Undo", "review: Data query"} <= found
    assert {"workflow: Send back", "workflow: Public key", "differences: Close", "log: Write"} <= found
    for never in ("Register", "Role", "Withdraw", "Move phase", "Deal", "Write pack", "Merge", "Lock", "Unlock", "Cut"):
        assert f"workflow: {never}" not in found
    for never in ("app: Tables", "app: Survival", "app: Biomarkers", "app: Agreement", "app: Export"):
        assert never not in found
    assert not [each for each in found if each.startswith(("cohort", "survival", "biomarkers", "agreement"))]
    assert not {"criteria: Adopt", "log: Reviewed", "differences: Accept 1", "differences: Answer"} & found
    assert "review: Sign" not in found, "the pack knows no key of this reader"


def test_each_role_is_offered_its_own(tmp_path: Path) -> None:
    path = blinded(tmp_path)
    coordinator, reader, third = (labels(path, each) for each in (MEYER, READER, THIRD))
    assert {"workflow: Deal", "workflow: Move phase", "log: Reviewed", "differences: Answer"} <= coordinator
    assert not {"review: CR", "review: Commit", "differences: Accept 1", "workflow: Send back"} & coordinator
    assert {"review: CR", "app: Tables", "log: Reviewed", "differences: Compare"} <= reader
    assert not {"workflow: Deal", "differences: Accept 1", "differences: Answer"} & reader
    assert {"review: CR", "differences: Accept 1", "differences: New", "differences: Vote"} <= third
    assert "workflow: Lock" not in third
    assert {"workflow: Deal", "review: CR"} <= labels(path, GUEST), "who has no role yet may be given any"


def test_an_open_study_has_no_phases_and_no_packs(tmp_path: Path) -> None:
    found = labels(make_ward(tmp_path / "open.duckdb"), MEYER)
    assert {"app: Tables", "workflow: Lock", "workflow: Cut", "differences: Accept 1", "review: Rules"} <= found
    for never in ("Deal", "Write pack", "Merge", "Move phase", "Send back"):
        assert f"workflow: {never}" not in found


def test_a_study_that_is_open_now_deals_no_more(tmp_path: Path) -> None:
    path = blinded(tmp_path)
    with open_study(path) as study:
        for phase in ("compare", "consensus", "open"):
            move_phase(study, MEYER, phase, "a test without reads")
    found = labels(path, MEYER)
    assert "app: Tables" in found
    assert "workflow: Deal" not in found
    assert "workflow: Move phase" not in found


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_in_a_pack_help_palette_and_legend_keep_to_what_works(tmp_path: Path, size: tuple[int, int]) -> None:
    from hlh_tui.ui.palette import CommandProvider

    app = HlhApp(packed(tmp_path), READER)
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        hits = [hit async for hit in CommandProvider(app.screen).discover()]
        assert len(hits) == len(commands_of(app)) < len(COMMANDS)
        await pilot.press("W", "question_mark")
        await settle(app, pilot)
        options = app.screen.query_one(OptionList)
        lines = [str(options.get_option_at_index(place).prompt) for place in range(options.option_count)]
        assert lines[0] == "Workflow (W)"
        assert not [line for line in lines if "Tables (T)" in line or "Deal" in line or "Export" in line]
        await pilot.press("escape")
        await settle(app, pilot)
        assert screen_text(app).splitlines()[-1].split("   ")[:3] == [" tab view", "p public key", "b send back"]
        await pilot.press("T")
        await settle(app, pilot)
        assert screen_text(app).splitlines()[-1] == " ? help   : palette   q quit"


async def test_help_breaks_its_lines_beside_key_and_name(opened, press) -> None:
    async with opened((80, 24)) as (app, pilot):
        await press(app, pilot, "T", "question_mark")
        lines = [line.strip(" │╮╭╰╯") for line in screen_text(app).splitlines()]
        assert "shift+tab Table before    table before" in lines
        group = lines.index("g         Group           columns by a stratum, the response or any")
        assert screen_text(app).splitlines()[group + 1].index("column") == 30
        for place in ("L", "K", "R"):
            await press(app, pilot, "escape", place, "question_mark")
            inside = [line.split("│")[1][1:] for line in screen_text(app).splitlines() if line.count("│") == 2]
            beginnings = [line for line in inside if line[:1].strip()]
            assert len(inside) > 10
            assert set(map(str.strip, beginnings)) <= {*HEADINGS.values(), "On every screen"}, (
                "no line goes on at the edge"
            )


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_who_never_decides_begins_no_judgement_and_is_asked_for_no_reason_in_vain(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = HlhApp(blinded(tmp_path), MEYER)
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        await pilot.press("enter")
        await settle(app, pilot)
        for key in ("1", "c", "b", "enter", "space"):
            await pilot.press(key)
            await settle(app, pilot)
            assert "as coordinator you decide no case of this study" in screen_text(app), key
            assert "not saved" not in screen_text(app), key
        await pilot.press("w")
        await settle(app, pilot)
        assert len(app.screen_stack) == 1
        assert "only a reader or an adjudicator may have data after" in " ".join(screen_text(app).split())
