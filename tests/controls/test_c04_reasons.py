"""C4: change, withdrawal, unlock, phase move and redaction need a reason, whichever way they come in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Input

from hlh_tui.assess.reading import choose_reading
from hlh_tui.protocol.errors import HlhError
from hlh_tui.protocol.load import CRITERIA, adopt, read_bundled
from hlh_tui.protocol.models import Adopted
from hlh_tui.review.conduct.blinding import reveal_after_cut_off
from hlh_tui.review.conduct.locks import lock, unlock
from hlh_tui.review.conduct.people import register, withdraw
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.consensus.meeting import vote
from hlh_tui.review.consensus.settle import Settlement, settle
from hlh_tui.review.cuts import make_cut
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.merging import merge
from hlh_tui.review.packs.returning import write_return
from hlh_tui.review.queries_answering import close_query, raise_query, reopen_query
from hlh_tui.review.trail.redact import redact
from hlh_tui.review.trail.reviewed import sign_off
from hlh_tui.review.undo import undo
from hlh_tui.study.adopt import adopt_criteria
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import append, entries
from hlh_tui.ui.app import HlhApp
from tests.controls.conftest import Run
from tests.controls.lifecycle import FERRITIN, made
from tests.review.conduct.blinded import ADJUDICATOR, COORDINATOR, LANG, MEYER, OBSERVER
from tests.review.packs import blinded as packs
from tests.review.small_study import small_study
from tests.ui.conftest import settle as settled
from tests.ui.screen_text import screen_text

BLANK = " \t "
Act = Callable[[Study, str], object]


def reading_study(path: Path) -> Study:
    """Phase read: A. Meyer has decided P01 and raised query 7, the case is locked; P05 is dealt to nobody."""
    study = made(path)
    register(study, COORDINATOR, MEYER, "reader", "trained")
    register(study, COORDINATOR, LANG, "reader", "trained")
    register(study, COORDINATOR, ADJUDICATOR, "adjudicator", "the charter names them")
    decide(study, MEYER, Decision("P05", "CR", "fever gone"))
    raise_query(study, MEYER, "P02", FERRITIN, "is this ng/mL?")
    decide(study, MEYER, Decision("P01", "CR", "fever gone"))
    lock(study, COORDINATOR, "P02", "the site looks at it")
    return study


def newer() -> Adopted:
    text = read_bundled(CRITERIA, "locatelli-2020").toml
    return adopt(text.replace('version = "1.1.0"', 'version = "9.0.0"', 1), "newer")


ACTS: dict[str, Act] = {
    "an unlock": lambda study, why: unlock(study, COORDINATOR, "P02", why),
    "a changed decision": lambda study, why: decide(study, MEYER, Decision("P01", "PR", why)),
    "a changed day": lambda study, why: decide(study, MEYER, Decision("P01", "PR", why, day=3)),
    "a doubtful decision": lambda study, why: decide(study, LANG, Decision("P01", "CR", why, confidence="low")),
    "a decision taken back": lambda study, why: undo(study, MEYER, reason=why),
    "a look past the cut-off": lambda study, why: reveal_after_cut_off(study, LANG, "P05", why),
    "a query closed": lambda study, why: close_query(study, MEYER, 7, why),
    "a query reopened": lambda study, why: reopen_query(study, MEYER, 7, why),
    "a query's step taken back": lambda study, why: undo(study, MEYER, reason=why),
    "a redaction": lambda study, why: redact(study, COORDINATOR, 6, ["reason"], why),
    "a person registered": lambda study, why: register(study, COORDINATOR, OBSERVER, "observer", why),
    "another role": lambda study, why: register(study, COORDINATOR, LANG, "observer", why),
    "a person withdrawn": lambda study, why: withdraw(study, COORDINATOR, LANG.id, why),
    "another reading": lambda study, why: choose_reading(study, COORDINATOR, {"coag": "both"}, why),
    "criteria adopted": lambda study, why: adopt_criteria(study, COORDINATOR, newer(), why),
    "a data cut": lambda study, why: make_cut(study, COORDINATOR, "interim", why),
    "a lock": lambda study, why: lock(study, COORDINATOR, None, why),
    "a phase moved": lambda study, why: move_phase(study, COORDINATOR, "compare", why),
}
"""Every function that changes, withdraws, unlocks, moves or redacts; each is possible after the ones before it."""


def test_c04_no_function_changes_or_withdraws_without_a_reason(tmp_path: Path) -> None:
    with reading_study(tmp_path / "song.duckdb") as study:
        for name, act in ACTS.items():
            before = study.head
            for blank in ("", BLANK):
                with pytest.raises(HlhError, match="reason"):
                    act(study, blank)
                assert study.head == before, name
            act(study, f"{name}, as the charter says")
            assert entries(study)[-1].payload["reason"] == f"{name}, as the charter says"


def test_c04_a_difference_is_settled_and_a_trail_reviewed_in_words_only(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    with reading_study(path) as study:
        decide(study, LANG, Decision("P01", "NR", ""))
        for to in ("compare", "consensus"):
            move_phase(study, COORDINATOR, to, "go on")
        before = study.head
        with pytest.raises(HlhError, match="reason"):
            settle(study, ADJUDICATOR, Settlement("P01", "1", "edge", BLANK))
        with pytest.raises(HlhError, match="needs a note"):
            sign_off(study, COORDINATOR, BLANK)
        assert study.head == before
    log = (tmp_path / "song.log.jsonl").read_bytes()
    third = ("--reader", "Z. Third")
    for words in (
        ("compare", path, "P01", "--accept", "1", "--type", "edge", *third),
        ("compare", path, "P01", "--new", "PR", "--type", "edge", "--reason", BLANK, *third),
        ("log", path, "--reviewed", BLANK, "--reader", "C. Chair"),
    ):
        code, _, err = run(*words)
        assert code == 2, words
        assert "needs a reason" in err or "needs a note" in err, (words, err)
        assert (tmp_path / "song.log.jsonl").read_bytes() == log, words
    with open_study(path) as study:
        vote(study, MEYER, "P01", "CR")
    code, _, err = run("compare", path, "P01", "--reveal", *third)
    assert code == 2
    assert "revealing the votes on P01 without B. Lang needs a reason" in err


def test_c04_the_command_line_refuses_alike(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    reading_study(path).close()
    table = tmp_path / "many.csv"
    table.write_text("patient_id,reader,category,reason\nP05,A. Meyer,PR,\nP01,A. Meyer,CR,\n", encoding="utf-8")
    chair, meyer = ("--reader", "C. Chair"), ("--reader", "A. Meyer")
    called: tuple[tuple[int, tuple[object, ...]], ...] = (
        (2, ("decide", path, "P01", "PR", *meyer)),
        (2, ("decide", path, "P01", "PR", *meyer, "--reason", BLANK)),
        (1, ("decide", path, "--from", table)),
        (2, ("phase", path, "compare", *chair)),
        (2, ("lock", path, *chair)),
        (2, ("unlock", path, "P02", *chair)),
        (2, ("reader", "add", path, "O. Server", "--role", "observer", *chair)),
        (2, ("reader", "withdraw", path, "A. Meyer", *chair)),
        (2, ("redact", path, "6", "--field", "reason", *chair)),
        (2, ("redact", path, "6", "--field", "reason", "--reason", BLANK, *chair)),
        (2, ("criteria", "set", path, "coag=both", *chair)),
        (2, ("query", path, "close", "7", *meyer)),
        (2, ("cut", path, "interim", *chair)),
        (2, ("show", path, "P05", "--reveal", BLANK, *meyer)),
    )
    log = (tmp_path / "song.log.jsonl").read_bytes()
    for code, words in called:
        got, out, err = run(*words)
        assert (got, out) == (code, ""), words
        assert "reason" in err, (words, err)
        assert (tmp_path / "song.log.jsonl").read_bytes() == log, words


async def test_c04_the_app_refuses_alike(tmp_path: Path) -> None:
    path = tmp_path / "small.duckdb"
    with small_study(path) as study:
        decide(study, MEYER, Decision("P01", "CR", "fever gone"), reveals=False)
        lock(study, COORDINATOR, "P02", "agreed on")
        head = study.head
    app = HlhApp(path, MEYER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(app, pilot)

        async def pressed(*keys: str) -> str:
            await pilot.press(*keys)
            await settled(app, pilot)
            return screen_text(app) + " ".join(notice.message for notice in app._notifications)

        assert "Take back the decision CR for P01 of " in await pressed("u")
        app.screen.query_one(Input).value = BLANK
        assert "taking back the decision CR for P01" in await pressed("enter")
        app.open_case("P01")
        await settled(app, pilot)
        await pressed("b")
        app.screen.query_one(Input).value = ""
        await pressed("enter")
        assert "reason needed: it changes your decision CR" in await pressed("2", "enter")
        await pressed("escape", "escape")
        await pressed("W", "tab", "tab", "tab", "o")
        app.screen.query_one(Input).value = BLANK
        assert "to unlock P02 needs a reason" in await pressed("enter")
        assert app.study.head == head


def test_c04_a_merge_refuses_what_a_reader_changed_or_withdrew_without_a_reason(tmp_path: Path) -> None:
    """The reader's own program was changed: it let them revise and take back in silence."""
    with packs.blinded_study(tmp_path / "main.duckdb") as study:
        for reader, act, said in (
            (packs.MEYER, "decided", "has no reason, which it needs because it changes your decision CR"),
            (packs.BIANCHI, "undone", "takes entry 2 back without a reason"),
        ):
            mine = packs.unpacked(study, reader, tmp_path / reader.id)
            with open_study(mine) as pack:
                first = decide(pack, reader, Decision("C001", "CR", "fever gone"))
                payload = dict(entries(pack)[-1].payload)
                if act == "decided":
                    old = {key: payload[key] for key in ("category", "day", "confidence", "reason")} | {
                        "seq": first.seq
                    }
                    append(pack, reader, "decided", "C001", {**payload, "category": "NR", "reason": BLANK, "old": old})
                else:
                    append(pack, reader, "undone", "C001", {"undoes": first.seq, "undone": "decided"})
                file = write_return(pack).file
            before = study.head
            (merged,) = merge(study, packs.COORDINATOR, [file])
            assert (merged.outcome, merged.kind) == ("refused", "not_acceptable")
            assert said in merged.why
            assert study.head == before
