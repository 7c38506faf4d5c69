"""Three readers decide, revise, take back and flag; returns come back in any order, in parts and more than once.

Whatever the order, the study then says what the packs say: decisions in force, final categories, flags, queries.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.decide import decide
from hlh_tui.review.marks import flag, unflag
from hlh_tui.review.models import Cited, Decision
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.queries import queries
from hlh_tui.review.queries_answering import close_query, raise_query
from hlh_tui.review.state import current_decisions, final_categories, flags
from hlh_tui.review.undo import redo, undo
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.verify import verify
from tests.review.packs.blinded import COORDINATOR, READERS, blinded_study, copied, unpacked

STEPS = ("decide", "decide", "decide", "revise", "flag", "unflag", "undo", "undo", "redo", "ask", "close", "return")
step = st.tuples(
    st.sampled_from(READERS), st.sampled_from(STEPS), st.integers(0, 6), st.sampled_from(["CR", "PR", "NR"])
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> dict[str, Path]:
    """A study of eight cases dealt to three readers, and their unpacked packs, all closed."""
    folder = tmp_path_factory.mktemp("three")
    with blinded_study(folder / "main.duckdb") as study:
        packs = {reader.id: unpacked(study, reader, folder / reader.id) for reader in READERS}
    return {"main": folder / "main.duckdb", **packs}


def act(pack: Study, reader, what: str, place: int, category: str) -> None:
    """Do one thing that the Review screen lets a reader do."""
    codes = [code for (code,) in pack.rows("SELECT patient_id FROM patient ORDER BY patient_id")]
    code = codes[place % len(codes)]
    if what in ("decide", "revise"):
        decide(pack, reader, Decision(code, category, f"seen as {category}", day=float(place)))
    elif what == "flag":
        flag(pack, reader, code, f"note {place}")
    elif what == "unflag" and any(each.patient_id == code for each in flags(pack)):
        unflag(pack, reader, code)
    elif what == "ask":
        raise_query(pack, reader, code, Cited("observation", 1.0, "ferritin", "7900 ug/L"), f"unit {place}?")
    elif what == "close" and any(each.is_open for each in queries(pack)):
        close_query(pack, reader, next(each.seq for each in queries(pack) if each.is_open), "found it")
    elif what == "undo":
        undo(pack, reader, reason="a slip")
    elif what == "redo":
        redo(pack, reader)


def said_by(decision) -> tuple[Any, ...]:
    return (decision.reader, decision.category, decision.day, decision.confidence, decision.reason, decision.evidence)


def expected(packs: dict[str, Path], dealt) -> dict[str, Any]:
    """What the packs themselves say, with patients in the place of codes."""
    decisions, marks, asked = Counter(), set(), Counter()
    for each in dealt:
        known = {code: (patient, "repeat" if repeat else "reader") for code, patient, repeat in each.cases}
        with open_study(packs[each.reader]) as pack:
            decisions += Counter((*known[one.patient_id], *said_by(one)) for one in current_decisions(pack))
            marks |= {(known[one.patient_id][0], one.reader) for one in flags(pack)}
            asked += Counter((known[one.patient_id][0], one.question, one.state) for one in queries(pack))
    return {"decisions": decisions, "flags": marks, "queries": asked}


def state(study: Study) -> dict[str, Any]:
    return {
        "decisions": Counter((one.patient_id, one.role, *said_by(one)) for one in current_decisions(study)),
        "flags": {(one.patient_id, one.reader) for one in flags(study)},
        "notes": sorted((one.patient_id, one.reader, one.note) for one in flags(study)),
        "queries": Counter((one.patient_id, one.question, one.state) for one in queries(study)),
    }


@settings(max_examples=8)
@given(steps=st.lists(step, min_size=6, max_size=22), order=st.randoms(use_true_random=False))
def test_any_interleaving_and_any_order_of_merges_gives_the_same_state(prepared, steps, order):
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        packs = {reader.id: copied(prepared[reader.id], folder / reader.id) for reader in READERS}
        returns: list[Path] = []
        opened = {reader.id: open_study(packs[reader.id]) for reader in READERS}
        for number, (reader, what, place, category) in enumerate(
            [*steps, *((each, "return", 0, "") for each in READERS)]
        ):
            if what == "return":
                target = folder / f"{number}.hlhreturn"
                returns.append(write_return(opened[reader.id], target).file)
            else:
                act(opened[reader.id], reader, what, place, category)
        for pack in opened.values():
            pack.close()
        finals = returns[-len(READERS) :]
        orders = [returns, mixed(order, returns + returns), mixed(order, [*finals, *packs.values()])]
        found = [merged_in(prepared["main"], folder / f"study-{number}", files) for number, files in enumerate(orders)]
        dealt = found[0].pop("dealt")
        for each in found:
            each.pop("dealt", None)
            assert each == found[0]
        said = expected(packs, dealt)
        assert {key: found[0][key] for key in said} == said


def mixed(order, files: list[Path]) -> list[Path]:
    """The files in a random order, which ends with no file in particular."""
    return order.sample(files, len(files))


def merged_in(main: Path, into: Path, files: list[Path]) -> dict[str, Any]:
    """The state of a copy of the study after merging the files one after another."""
    with open_study(copied(main, into)) as study:
        for file in files:
            assert merge(study, COORDINATOR, [file])[0].outcome in ("merged", "nothing_new")
        assert verify(study).ok
        finals = {
            patient: (one.category, one.source, one.confidence, one.readers, one.since)
            for patient, one in final_categories(study).items()
        }
        return {**state(study), "finals": finals, "dealt": tuple(conduct_of(study).dealt)}


def test_the_steps_of_this_test_reach_every_kind_of_entry(prepared, tmp_path):
    """Otherwise the property above could hold because nothing happens."""
    path = copied(prepared["a-meyer"], tmp_path / "a")
    reader = READERS[0]
    with open_study(path) as pack:
        for what in ("decide", "revise", "flag", "unflag", "ask", "close", "undo", "redo"):
            act(pack, reader, what, 1, "CR" if what == "decide" else "NR")
        actions = [action for (action,) in pack.rows("SELECT action FROM log WHERE seq > 1 ORDER BY seq")]
    assert actions == [
        "decided", "decided", "flagged", "unflagged", "query_raised", "query_closed", "undone", "redone",
    ]  # fmt: skip
    shutil.rmtree(tmp_path / "a")
