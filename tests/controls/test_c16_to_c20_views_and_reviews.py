"""C16 views, C17 roles, C18 review of the trail, C19 redaction, C20 the letters of ALCOA++ and the tests of each."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from textual.widgets import Input

from hlh_tui.review.conduct.people import people
from hlh_tui.review.decide import decide
from hlh_tui.review.models import Decision
from hlh_tui.review.packs.packing import pack
from hlh_tui.study.file import open_study
from hlh_tui.study.log import append, entries
from hlh_tui.study.verify import verify
from hlh_tui.ui.app import HlhApp
from tests.controls.conftest import Run, key_of
from tests.controls.lifecycle import SECRET
from tests.review.conduct.blinded import COORDINATOR, LANG, MEYER, blinded_study
from tests.review.packs import blinded as packs
from tests.review.small_study import CHARTS, log_import, small_study
from tests.ui.conftest import settle as settled
from tests.ui.review_study import MEYER as READER
from tests.ui.review_study import make_study
from tests.ui.screen_text import screen_text

CHAIR = ("--reader", "C. Chair")

# C16


async def test_c16_what_was_on_the_screen_is_stored_with_the_decision(tmp_path: Path) -> None:
    make_study(tmp_path)
    app = HlhApp(tmp_path / "review.duckdb", READER)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(app, pilot)
        app.open_case("A01")
        await settled(app, pilot)
        for keys in (("down", "down", "left", "left"), ("o",), ("o",), ("m",), ("escape",), ("w", "1", "enter")):
            await pilot.press(*keys)
            await settled(app, pilot)
        app.open_case("A02")
        await settled(app, pilot)
        await pilot.press("5", "enter")
        await settled(app, pilot)
        first, second = (entry for entry in entries(app.study) if entry.action == "decided")
    seen = first.payload["seen"]
    assert (first.patient_id, first.payload["category"]) == ("A01", "CR")
    assert seen["items"][:3] == ["fever", "spleen", "neutrophils"]
    assert len(seen["days"]) >= 3
    assert seen["notes"] == [-1.0, 7.0]
    assert seen["sources"] == ["neutrophils"]
    assert seen["whole_course"] is True
    assert seen["seconds"] > 0
    assert second.payload["seen"]["items"] == ["neutrophils"], (
        "the row stays, what was seen of the case before does not"
    )
    assert second.payload["seen"]["notes"] == []
    assert second.payload["seen"]["whole_course"] is True, "w stays on until it is pressed again"


def test_c16_the_trail_tells_what_was_seen_and_a_script_that_it_saw_nothing(run: Run, life: Path) -> None:
    text = run("log", life, "--case", "P01", "--by", "a-meyer", *CHAIR)[1]
    assert "looked at 94 s on the case, 2 criteria, 2 days, 1 note" in text
    with open_study(life) as study:
        made = [entry for entry in entries(study) if entry.action == "decided"]
    assert [entry.payload["seen"] for entry in made if entry.actor == LANG.id] == [None, None, None]


# C17


def test_c17_every_change_of_a_role_is_an_entry_with_old_new_who_and_why(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "song.duckdb"
    blinded_study(path, registered=()).close()
    key = key_of(MEYER).public_key
    for words in (
        ("add", "A. Meyer", "--role", "observer", "--reason", "first as a guest"),
        ("add", "A. Meyer", "--role", "reader", "--reason", "passed the training", "--key", key),
        ("withdraw", "A. Meyer", "--reason", "left the hospital"),
    ):
        verb, *rest = words
        assert run("reader", verb, path, *rest, *CHAIR)[0] == 0
    with open_study(path, read_only=True) as study:
        first, second, third = entries(study)[-3:]
        assert list(people(study)) == ["c-chair"]
    person = {"id": "a-meyer", "name": "A. Meyer"}
    told = [
        {name: one.payload.get(name) for name in ("person", "role", "old", "reason")} for one in (first, second, third)
    ]
    assert told == [
        {"person": person, "role": "observer", "old": None, "reason": "first as a guest"},
        {
            "person": person,
            "role": "reader",
            "old": {"role": "observer", "public_key": None},
            "reason": "passed the training",
        },
        {"person": person, "role": None, "old": {"role": "reader", "public_key": key}, "reason": "left the hospital"},
    ]
    assert {one.actor_name for one in (first, second, third)} == {"C. Chair"}
    for words in (("add", "C. Chair", "--role", "reader"), ("withdraw", "C. Chair")):
        verb, *rest = words
        assert run("reader", verb, path, *rest, "--reason", "tired", *CHAIR)[0] == 2, "somebody has to coordinate"
    assert run("reader", "add", path, "X. Y", "--role", "reader", "--reason", "me", "--reader", "X. Y")[0] == 2


# C18


async def test_c18_the_trail_is_filtered_searched_and_signed_off_on_its_screen(life: Path) -> None:
    app = HlhApp(life, COORDINATOR)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(app, pilot)

        async def pressed(*keys: str) -> str:
            await pilot.press(*keys)
            await settled(app, pilot)
            await pilot.pause(0.1)
            await settled(app, pilot)
            return screen_text(app)

        text = await pressed("L")
        assert "reviewed by C. Chair up to entry " in text
        assert ": read from 1 to the end: no findings; 1 entry since" in text
        await pressed("slash")
        app.screen.query_one(Input).value = "by:meyer case:P05 action:decision spleen"
        text = await pressed("enter")
        assert "revised P05 from CR to PR" in text
        assert "decided CR for P05" not in text
        assert "because: the spleen stayed enlarged" in text
        await pressed("escape", "v")
        app.screen.query_one(Input).value = ""
        await pressed("enter")
        assert "a review of the trail needs a note" in " ".join(one.message for one in app._notifications)
        before = app.study.head
        await pressed("v")
        app.screen.query_one(Input).value = "two looks past the cut-off, both explained"
        await pressed("enter")
        assert app.screen.written["#reviewed"].endswith("two looks past the cut-off, both explained; nothing since")
        last = entries(app.study)[-1]
    assert (last.action, last.actor) == ("trail_reviewed", "c-chair")
    assert (last.payload["upto"], last.payload["head"]) == before


# C19


def every_byte_under(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_c19_a_redacted_text_is_in_no_file_of_the_study_and_in_nothing_written_later(run: Run, life: Path) -> None:
    """The patient's name of the life was redacted right after it was typed, and everything else was written then."""
    for name, content in every_byte_under(life.parent).items():
        if name != "song.duckdb":  # written anew only by the command: see below
            assert b"Zebediah" not in content, name
    assert run("verify", life)[0] == 0
    with open_study(life, read_only=True) as study:
        redacted = [entry for entry in entries(study) if SECRET in str(entry.payload)]
        (by,) = [entry for entry in entries(study) if entry.action == "redacted"]
        assert redacted == []
        row = entries(study)[by.payload["entry"] - 1]
    assert (row.action, row.payload["note"]) == ("flagged", f"[redacted by entry {by.seq}]")
    assert (by.actor_name, by.payload["fields"], by.payload["reason"]) == ("C. Chair", ["note"], "a patient was named")
    assert by.payload["entry_hash"] == row.hash, "the entry keeps its place in the chain"


def test_c19_redacted_from_the_command_line_it_is_gone_from_database_and_mirror(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    path = folder / "small.duckdb"
    with small_study(path, charts=CHARTS) as study:
        for number in range(150):  # so many that the engine does not pack the texts
            append(study, MEYER, "flagged", "P01", {"note": f"look at value {number} of {SECRET[:1]}"})
        decide(study, MEYER, Decision("P05", "CR", f"{SECRET} had no fever"))
        decide(study, MEYER, Decision("P05", "PR", "the spleen stayed enlarged"))
        log_import(study)
    assert any(b"Zebediah" in content for content in every_byte_under(folder).values())
    assert run("redact", path, "152", "--field", "reason", "--reason", "a name", "--reader", "A. Meyer")[0] == 0
    assert sorted(every_byte_under(folder)) == ["small.duckdb", "small.log.jsonl"]
    assert run("verify", path)[0] == 0
    assert run("export", path, folder / "out", "--reader", "A. Meyer")[0] == 0
    assert run("backup", path, folder / "copy.duckdb")[0] == 0
    for form in ("json", "html", "csv", "jsonl", "txt"):
        assert run("log", path, "-o", folder / f"log.{form}", "--reader", "A. Meyer")[0] == 0
    for name, content in every_byte_under(folder).items():
        assert b"Zebediah" not in content, name
    out = run("log", path, "--action", "redaction", "--reader", "A. Meyer")[1]
    assert "took reason out of entry 152" in out
    assert "because: a name" in out


def test_c19_a_pack_written_after_the_redaction_does_not_hold_the_text(tmp_path: Path) -> None:
    from hlh_tui.review.queries_answering import raise_query
    from hlh_tui.review.trail.redact import redact
    from tests.controls.lifecycle import FERRITIN

    with packs.blinded_study(tmp_path / "main.duckdb") as study:
        asked = raise_query(study, packs.COORDINATOR, "HLH-001", FERRITIN, f"is this of {SECRET}?").seq
        redact(study, packs.COORDINATOR, asked, ["question"], "a name was typed")
        file = pack(study, packs.COORDINATOR, packs.MEYER.id, tmp_path / "mine.hlhpack").file
        packs.copied(packs.unpack(file).study, tmp_path / "opened")
        assert verify(study).ok
    for name, content in every_byte_under(tmp_path / "opened").items():
        assert b"Zebediah" not in content, name


# C20

ALCOA: dict[str, tuple[str, ...]] = {
    "attributable": ("c02", "c09", "c10", "c11", "c13", "c17"),
    "legible": ("c08", "c09", "c18"),
    "contemporaneous": ("c02", "c03", "c15"),
    "original": ("c01", "c03", "c06", "c19"),
    "accurate": ("c04", "c10", "c12", "c18"),
    "complete": ("c02", "c03", "c05", "c08", "c16"),
    "consistent": ("c02", "c06"),
    "enduring": ("c01", "c05", "c06", "c07"),
    "available": ("c08", "c14", "c18"),
    "traceable": ("c02", "c04", "c07", "c15", "c16", "c17"),
}
"""Each word of ALCOA++ -> the controls that provide it; every control's tests are named after it."""


def named_after_controls() -> dict[str, list[str]]:
    """Control -> the tests in this folder whose name begins with it."""
    found: dict[str, list[str]] = {}
    for file in Path(__file__).parent.glob("test_*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            match = re.match(r"test_(c\d\d)_", node.name) if named else None
            if match:
                found.setdefault(match[1], []).append(node.name)
    return found


def test_c20_every_letter_of_alcoa_is_held_by_controls_that_are_tested() -> None:
    tested = named_after_controls()
    assert sorted(tested) == [f"c{number:02}" for number in range(1, 21)]
    assert {control for controls in ALCOA.values() for control in controls} == set(tested) - {"c20"}
    for word, controls in ALCOA.items():
        assert len(controls) > 1, word
        assert all(tested[control] for control in controls), word


def test_c20_each_word_is_seen_in_the_life_of_one_study(run: Run, life: Path) -> None:
    with open_study(life, read_only=True) as study:
        log = entries(study)
        holds = verify(study).ok
    text = run("log", life, *CHAIR)[1]
    seen = {
        "attributable": all(entry.actor and entry.actor_name in text for entry in log),
        "legible": "revised P05 from CR to PR, response from day 7, high confidence" in text,
        "contemporaneous": [entry.recorded_at for entry in log] == sorted(entry.recorded_at for entry in log),
        "original": any(entry.payload.get("category") == "CR" and entry.patient_id == "P05" for entry in log),
        "accurate": all(entry.payload["reason"] for entry in log if entry.payload.get("old")),
        "complete": [entry.seq for entry in log] == list(range(1, len(log) + 1)),
        "consistent": holds,
        "enduring": life.with_name("song.log.jsonl").read_text(encoding="utf-8").count("\n") == len(log),
        "available": json.loads(run("log", life, "--json", *CHAIR)[1])["entries"] == len(log),
        "traceable": "changed since first entry" in text,
    }
    assert set(seen) == set(ALCOA)
    assert [word for word, held in seen.items() if not held] == []
