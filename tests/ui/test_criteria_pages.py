"""What the pages of the Criteria screen say of records made by hand, and whom they name."""

from __future__ import annotations

from hlh_tui.assess.multiverse import Axis, Course, Mover, Multiverse, OptionEffect
from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.load import CRITERIA, read_bundled
from hlh_tui.ui.sight import Sight
from hlh_tui.ui.what_if import as_in_force, changed, turned, with_variant
from hlh_tui.ui.widgets.multiverse_page import multiverse_page
from hlh_tui.ui.widgets.page_pane import Page

LOCATELLI = criteria_set(read_bundled(CRITERIA, "locatelli-2020"))
STEADY = ("P01", "P03", "P04", "P05", "P07", "P08")


def everybody(patients: int = 8) -> Sight:
    return Sight(frozenset(f"P{n:02}" for n in range(1, patients + 1)), frozenset(), undecided=False)


def hidden(*cases: str) -> Sight:
    return Sight(everybody().shown - set(cases), frozenset(cases), undecided=True)


def found() -> Multiverse:
    """Eight worlds of two options: P02 is moved by one alone, P06 only by the other in some of them."""
    exposure = Mover("new_therapy_by", 4, {"event": {"IMP": 4}, "exposure": {"NR": 4}}, {"exposure": "NR"})
    coag = Mover("coag", 1, {"and_or": {"PR": 4}, "both": {"PR": 3, "CR": 1}}, {})
    steady = tuple(
        Course(each, "CR" if each < "P05" else "NR", {"CR" if each < "P05" else "NR": 8}, ()) for each in STEADY
    )
    courses = (
        Course("P02", "IMP", {"IMP": 4, "NR": 4}, (exposure,)),
        Course("P06", "PR", {"CR": 1, "PR": 7}, (coag,)),
        *steady,
    )
    return Multiverse(
        criteria=LOCATELLI,
        collapse=LOCATELLI.collapses[0],
        axes=(
            Axis("new_therapy_by", "New treatment of HLH is", ("event", "exposure")),
            Axis("coag", "Coagulopathy resolved by", ("and_or", "both")),
        ),
        worlds=8,
        patients=8,
        rates=((4, 4), (5, 4)),
        default_responders=5,
        courses=courses,
        option_effects=(
            OptionEffect("new_therapy_by", "New treatment of HLH is", ("P02",), 4, ("P02",)),
            OptionEffect("coag", "Coagulopathy resolved by", ("P06",), 1, ()),
        ),
        held={},
    )


def words(page: Page) -> list[str]:
    return ["".join(text for text, _ in line).rstrip() for line in page.lines]


def test_the_heat_map_reads_without_colour() -> None:
    page = multiverse_page(found(), everybody(), 76)
    lines = words(page)
    assert "    4/8   50 %   50 % ############" in lines
    assert "    5/8   62 %   50 % ############ default" in lines
    assert "       CR     PR    IMP     NR   moved by" in lines
    assert "P02     .      .  [  50]    50   1" in lines
    assert "P06    12  [  88]     .      .   2" in lines
    assert "1 new_therapy_by  exposure: P02" in lines
    assert "2 coag  only with other options: P06" in lines
    assert [target for _, target in page.stops] == ["P02", "P06"]


def test_the_ground_of_a_cell_is_as_strong_as_its_share() -> None:
    page = multiverse_page(found(), everybody(), 76)
    row = page.lines[page.stops[1][0]]
    assert [(text.strip(), ink) for text, ink in row if ink.startswith("heat")] == [("12", "heat-1"), ("88", "heat-4")]


def test_many_hidden_cases_are_counted_and_none_is_named() -> None:
    page = multiverse_page(found(), hidden("P02", *STEADY[:4]), 76)
    text = "\n".join(words(page))
    assert "5 cases not yet decided by you are counted, not named" in text
    assert "2 of 8 patients change" in text
    assert "1 new_therapy_by  exposure: 1 not named" in text
    assert [target for _, target in page.stops] == ["P06"]
    assert "P02" not in text


def test_few_hidden_cases_enter_no_count() -> None:
    page = multiverse_page(found(), hidden("P02"), 76)
    text = "\n".join(words(page))
    assert "1 case not yet decided by you is left out" in text
    assert "1 of 7 patients change" in text
    assert "share of the readings" not in text
    assert "new_therapy_by  exposure" not in text
    assert "nobody who may be named is moved by new_therapy_by" in text


def test_hidden_cases_are_counted_only_where_they_differ_among_themselves() -> None:
    few, many = hidden("P01", "P02"), hidden("P01", "P02", "P03", "P04", "P05")
    differ = {f"P{n:02}": "CR" if n % 2 else "NR" for n in range(1, 9)}
    assert not few.counts(differ)
    assert many.counts(differ)
    assert not many.counts(differ, dict.fromkeys(differ, "CR"))
    assert everybody().counts(dict.fromkeys(differ, "CR"))


def test_an_option_goes_round_its_values_and_changes_nothing_else() -> None:
    from hlh_tui.assess.options import choose

    state = as_in_force(choose(LOCATELLI))
    assert state.key == "bound"
    once = turned(state, 1)
    assert changed(once) == {"bound": "label"}
    assert turned(once, 1) == state
    assert changed(with_variant(state, "label")) == {
        "bound": "label", "coag": "both", "cyto_domains": "2", "min_abn": "standard",
    }  # fmt: skip
