"""A whole 2+1 study by three keyboards and a coordinator's: from dealing packs to a signed, locked, exported result.

Two readers read six cases and a hidden repeat offline in their packs, a third settles what they differ on. Every act
is a key; every wait is for words on the screen.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.cli.open_verb import who_opens
from hlh_tui.intake.bundled import bundled_charts
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.packs.unpacking import unpack
from hlh_tui.study.file import open_study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from tests.light_age import light
from tests.ui.keyboard import Keyboard, sits_at

OKAFOR = Actor("c-okafor", "C. Okafor")
MEYER = Actor("a-meyer", "A. Meyer")
BIANCHI = Actor("l-bianchi", "L. Bianchi")
THIRD = Actor("z-third", "Z. Third")
PHRASE = "tall lamps on a quay"
CASES = ("P01", "P02", "P03", "P04", "P05", "P06")
DIGIT = {"CR": "1", "PR": "2", "IMP": "3", "NR": "4", "NE": "5"}
READS = {
    MEYER: {"P01": "NR", "P02": "IMP", "P03": "PR", "P04": "PR", "P05": "CR", "P06": "NR"},
    BIANCHI: {"P01": "NR", "P02": "IMP", "P03": "NR", "P04": "PR", "P05": "PR", "P06": "NE"},
}
REASONS = {MEYER: "ferritin undiluted", BIANCHI: "spleen unseen"}
"""What each of them words for the one case that they are unsure of, and nobody else may read too early."""
UNSURE = "P04"
KINDS = ("ambiguous", "guideline_gap", "data_missing", "reader_error", "edge")
"""The kinds of disagreement, in the order in which they are offered."""
RESULTS = "TSB"
SHOWN = (("6 of 6 decided",), ("Overall survival",), ("Interferon gamma",))
OTHERS = "KADLC"
"""The keys of the screens on which another reader's answers might show."""


@pytest.fixture
def reads_ahead() -> bool:
    return True


def six_charts(folder: Path) -> Path:
    """The bundled charts of six of the thirteen patients."""
    folder.mkdir()
    for file in bundled_charts("song2024").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        if rows[0][0] == "patient_id" and file.name != "decisions.csv":
            with (folder / file.name).open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([rows[0], *(row for row in rows[1:] if row[0] in CASES)])
    return folder


async def register(at: Keyboard, person: Actor, role: str) -> None:
    await at.press("a")
    await at.sees("Register: printed name")
    await at.type(person.name)
    await at.sees(f"Role of {person.name}")
    await at.press(*({"reader": (), "adjudicator": ("down",)}[role]), "enter")
    await at.sees(f"{person.name}: {role}", "why, in a sentence")
    await at.type("by the charter")
    await at.sees(f"{person.name} is {role}, saved #")


async def register_key(at: Keyboard, person: Actor, public_key: str) -> None:
    await at.press("p")
    await at.sees(f"Public key of {person.name}")
    await at.paste(public_key)
    await at.sees(f"Register the key of {person.name}")
    await at.type("read back on the phone")
    await at.sees(f"the key of {person.name} is registered, saved #")


async def make_own_key(at: Keyboard, person: Actor) -> str:
    """The person's public key, as the screen tells it."""
    await at.press("W", "p")
    await at.sees(f"New key of {person.name}")
    await at.type(PHRASE)
    await at.sees("the same again")
    await at.type(PHRASE)
    told = await at.sees("your public key is ed25519:", "give it to the coordinator")
    found = re.search(r"ed25519:\S+=", told)
    assert found is not None
    return found.group()


async def nothing_closed_shows(at: Keyboard, others: tuple[Actor, ...], screens: str = RESULTS + OTHERS) -> None:
    """No results on T, S and B, and no other reader's name or reason on any screen but the list of people."""
    for key in screens:
        await at.press(key)
        shown = await at.settled()
        if key in RESULTS:
            shown = await at.sees("stay closed")
        for other in others:
            assert REASONS[other] not in shown, f"{key}: {shown}"
            assert key == "L" or other.name not in shown, f"{key}: {shown}"
    await at.press("e")
    await at.sees("exports of the data set stay closed")
    assert "to a new folder" not in await at.settled()


async def move(at: Keyboard, old: str, new: str, why: str) -> None:
    """Move the study to another phase, on the Workflow screen."""
    await at.press("m")
    await at.sees(f"Move from {old}; no read is missing")
    await at.press("enter")
    await at.sees(f"{old} → {new}", "why does it move?")
    await at.type(why)
    await at.sees(f"the study is in phase {new}, saved #")


async def settle(at: Keyboard, case: str, keys: tuple[str, ...], kind: str, reason: str) -> tuple[str, str]:
    """Settle the case under the cursor on the Differences screen, and return to the list; what reader 1 and 2 said."""
    await at.press("enter")
    shown = await at.sees(f"{case} · open", "reader 1", "reader 2", "not settled")
    reads = re.search(r"reader 2 category (\w+) (\w+) ", shown)
    assert reads is not None
    for person in (MEYER, BIANCHI):
        assert person.name not in await at.settled(), "readers are masked"
    await at.press(*keys)
    await at.sees("what kind of disagreement was it?")
    await at.press(*("down",) * KINDS.index(kind), "enter")
    await at.sees(": why?", "the reason is required")
    await at.type(reason)
    await at.sees(f"{case} · settled", reason)
    await at.press("escape")
    return reads[1], reads[2]


async def compare_and_move_on(at: Keyboard) -> None:
    """The coordinator sees that no read is missing, compares the readers, and moves the study to consensus."""
    await at.press("W", "tab")
    await at.sees("A. Meyer: 6 of 6 cases, 1 of 1 repeat", "L. Bianchi: 6 of 6 cases", "reads missing in all: 0")
    await move(at, "read", "compare", "all reads are in")
    await at.sees("differences not settled: 3")
    await at.press("A")
    await at.sees("Agreement: 6 of 6 cases read by two or more", "50.0 %")
    await at.press("D")
    await at.sees("3 open, 0 settled, 3 agreed")
    await at.press("enter")
    await at.sees("P03 · open · 2 ranks", "only an adjudicator may settle")
    await at.press("W")
    await move(at, "compare", "consensus", "three cases differ")


async def settle_all(at: Keyboard) -> dict[str, str]:
    """The third reader settles the three differences, the worst first, and signs all; case -> category it becomes."""
    await at.press("D")
    await at.sees("3 open, 0 settled, 3 agreed", "you settled 0 of 3 differing cases")
    first, _ = await settle(at, "P03", ("1",), "ambiguous", "nadir was late")
    await at.sees("2 open, 1 settled")
    _, second = await settle(at, "P05", ("2",), "reader_error", "see day 7")
    await at.sees("1 open, 2 settled", "you settled 2 of 3 differing cases")
    await settle(at, "P06", ("n", *("down",) * 2, "enter"), "edge", "on the limit")
    await at.sees("0 open, 3 settled")
    await at.press("C")
    await at.sees("P01")
    await at.press("enter")
    await at.sees("P01 58 M", "day 0 = first emapalumab")
    await at.press("s")
    await at.sees("I reviewed and approve the final category")
    await at.press("down")
    await at.sees("I reviewed and approve the final category: all 6 cases, P01 NR, P02 IMP")
    await at.type(PHRASE)
    await at.sees("6 cases signed")
    return {"P03": first, "P05": second, "P06": "IMP"}


async def close_and_export(at: Keyboard, cut: Path, folder: Path) -> None:
    """The coordinator locks the study, opens it, sees the results, makes a cut and exports."""
    await at.press("W", "l")
    await at.sees("Lock: case")
    await at.type("")
    await at.sees("Lock the whole study")
    await at.type("database lock")
    await at.sees("the whole study is locked, saved #")
    await move(at, "consensus", "open", "all cases are settled and signed")
    for key, words in zip(RESULTS, SHOWN, strict=True):
        await at.press(key)
        assert "stay closed" not in await at.sees(*words)
    await at.press("W", "c")
    await at.sees("Cut: name")
    await at.type("final")
    await at.sees("Cut 'final'")
    await at.type("for the paper")
    await at.sees("Keep 'final' in a file", cut.name)
    await at.press("enter")
    await at.sees("cut 'final' written to")
    await at.press("e")
    await at.sees("Export the adjudicated data set to a new folder", folder.name)
    await at.press("enter")
    await at.sees("exported ", " files to")


async def read_pack(at: Keyboard, reader: Actor, order: list[str]) -> None:
    """Decide every case of the pack in its order, having looked at the chart; sign all, and send back."""
    cases = len(order)
    await at.sees(f"{cases} cases", "0 decided")
    await at.press("enter")
    for number, patient in enumerate(order, start=1):
        await at.sees(f"C{number:03}", f"case {number}/{cases}")
        await at.press("right", "m")
        await at.sees(f"Notes of C{number:03}")
        await at.press("escape", "o", "escape", DIGIT[READS[reader][patient]])
        if patient == UNSURE:
            await at.press("c", "enter")
            await at.sees("reason needed: the confidence is low")
            await at.type(REASONS[reader])
        else:
            await at.press("enter")
        await at.sees(f"C{number:03} {READS[reader][patient]} saved #")
    await at.press("s")
    await at.sees("I made this decision")
    await at.press("down", "down")
    await at.sees(f"all {cases} cases, C001 ")
    await at.type(PHRASE)
    await at.sees(f"{cases} cases signed")
    await at.press("W")
    await at.sees(f"This pack is for {reader.name}: {cases} of {cases} cases decided.")
    await at.press("b")
    await at.sees("Return: file", f"{reader.id}.hlhreturn")
    await at.press("enter")
    await at.sees("Sign what you send back")
    await at.type(PHRASE)
    await at.sees(f"{cases} of {cases} cases decided, signed by you: send", "to the coordinator")


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_c13_two_readers_and_a_third_from_packs_to_a_signed_locked_exported_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    light(monkeypatch)
    study, homes = tmp_path / "study.duckdb", tmp_path / "homes"
    phrase = tmp_path / "phrase"
    phrase.write_text(PHRASE, encoding="utf-8")

    # The coordinator makes the study; each reader makes a key on their own computer and sends its public half.
    new = ["new", str(study), "--protocol", "song-2024-blinded", "--synthetic", "--reader", OKAFOR.name]
    assert main(new) == 0
    assert main(["import", str(study), str(six_charts(tmp_path / "charts")), "--reader", OKAFOR.name]) == 0
    keys = {}
    for person in (MEYER, BIANCHI):
        monkeypatch.setenv("XDG_CONFIG_HOME", str(homes / person.id))
        capsys.readouterr()
        assert main(["reader", "create", person.name, "--passphrase-file", str(phrase), "--json"]) == 0
        keys[person] = json.loads(capsys.readouterr().out)["public_key"]

    async with sits_at(study, OKAFOR, monkeypatch, homes) as at:
        await at.press("W")
        await at.sees("phase read", "you are coordinator")
        await register(at, MEYER, "reader")
        await register(at, BIANCHI, "reader")
        await register(at, THIRD, "adjudicator")
        for person in (MEYER, BIANCHI):
            await at.press("down")
            await register_key(at, person, keys[person])
        await at.press("d")
        assert "No key" not in await at.sees("Cases go to 2 readers: A. Meyer, L. Bianchi.")
        await at.press("down", "enter")
        await at.sees("dealt 7 to A. Meyer, 7 to L. Bianchi, repeats included")
        for person in (MEYER, BIANCHI):
            await at.press("w")
            await at.sees(f"Pack for {person.name}: file", f"{person.id}.hlhpack")
            await at.press("enter")
            assert "cannot sign" not in await at.sees(f"7 cases for {person.name} in")
            await at.press("down")

    # Each reader opens the pack where they are, as the program does.
    with open_study(study, read_only=True) as held:
        orders = {dealt.reader: [patient for _, patient, _ in dealt.cases] for dealt in conduct_of(held).dealt}
    returns = []
    for reader, size in ((MEYER, (80, 24)), (BIANCHI, (120, 40))):
        away = tmp_path / f"at-{reader.id}"
        away.mkdir()
        pack = (tmp_path / f"{reader.id}.hlhpack").rename(away / f"{reader.id}.hlhpack")
        opened = unpack(pack).study
        async with sits_at(opened, who_opens(opened, None), monkeypatch, homes, size) as at:
            await read_pack(at, reader, orders[reader.id])
            if reader == BIANCHI:  # by now the other one has read
                await nothing_closed_shows(at, (MEYER,))
        returns.append(away / f"{reader.id}.hlhreturn")  # sent by mail, and put beside the study below

    # The adjudicator makes a key in the study itself.
    async with sits_at(study, THIRD, monkeypatch, homes) as at:
        keys[THIRD] = await make_own_key(at, THIRD)

    async with sits_at(study, OKAFOR, monkeypatch, homes) as at:
        await at.press("W", "down", "down", "down")
        await register_key(at, THIRD, keys[THIRD])
        for person, file in zip((MEYER, BIANCHI), returns, strict=True):
            here = shutil.copy(file, tmp_path)
            await at.press("g")
            await at.sees("Merge: file of the return", Path(here).name)
            await at.press("enter")
            await at.sees(f"of {person.name} merged")
        before = at.app.study.head
        await at.press("g")
        await at.sees("Merge: file of the return", returns[1].name)
        await at.press("enter")
        await at.sees("everything in it is in the study already")
        assert at.app.study.head == before
        await nothing_closed_shows(at, (MEYER, BIANCHI))
    # A reader who comes to the study itself while it is read sees no more there than in the pack.
    async with sits_at(study, BIANCHI, monkeypatch, homes) as at:
        await nothing_closed_shows(at, (MEYER,))

    async with sits_at(study, OKAFOR, monkeypatch, homes) as at:
        await compare_and_move_on(at)
        await nothing_closed_shows(at, (), RESULTS)
    async with sits_at(study, THIRD, monkeypatch, homes) as at:
        settled = await settle_all(at)
    cut, folder = tmp_path / "study-final.json", tmp_path / "study-export"
    async with sits_at(study, OKAFOR, monkeypatch, homes) as at:
        await close_and_export(at, cut, folder)

    capsys.readouterr()
    assert main(["verify", str(study), "--against", str(folder), str(cut), *map(str, returns)]) == 0
    said = capsys.readouterr().out
    for kept in ("log.jsonl in study-export", "signatures.json in study-export", cut.name, "a-meyer.hlhreturn"):
        assert f"holds against {kept}" in said
    the_log_tells_what_was_seen(study)
    the_export_tells_the_whole_story(folder / "data", settled)


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def the_log_tells_what_was_seen(study: Path) -> None:
    """Days, notes and sources that a reader looked at came back with every read; the second merge left no entry."""
    with open_study(study, read_only=True) as held:
        log = entries(held)
    reads = [entry.payload for entry in log if entry.action == "decided" and "pack" in entry.payload]
    assert len(reads) == 14
    for read in reads:
        assert len(read["seen"]["days"]) > 1
        assert read["seen"]["notes"]
        assert read["seen"]["sources"]
        assert read["seen"]["seconds"] > 0
    assert [entry.payload["signed"] for entry in log if entry.action == "pack_merged"] == [True, True]
    assert [entry.action for entry in log if entry.action in ("locked", "unlocked")] == ["locked"]


def the_export_tells_the_whole_story(data: Path, settled: dict[str, str]) -> None:
    """Both reads of each case, repeats and settlements, the final category with its source, signatures, phases."""
    decisions = table(data / "decisions.csv")
    for reader, theirs in READS.items():
        mine = [row for row in decisions if row["reader_name"] == reader.name]
        assert {row["patient_id"]: row["category"] for row in mine if row["role"] == "reader"} == theirs
        assert [row["role"] for row in mine].count("repeat") == 1
        assert {row["reason"] for row in mine if row["patient_id"] == UNSURE} == {REASONS[reader]}
        assert {row["signature"] for row in mine} == {"valid"}
    third = {row["patient_id"]: row for row in decisions if row["reader_name"] == THIRD.name}
    assert {case: row["category"] for case, row in third.items()} == settled
    told = {case: (row["role"], row["accepted"], row["disagreement"], row["reason"]) for case, row in third.items()}
    assert told == {
        "P03": ("adjudicator", "1", "ambiguous", "nadir was late"),
        "P05": ("adjudicator", "2", "reader_error", "see day 7"),
        "P06": ("adjudicator", "new", "edge", "on the limit"),
    }
    final = {row["patient_id"]: (row["category"], row["source"]) for row in table(data / "final.csv")}
    agreed = {case: (READS[MEYER][case], "unanimous") for case in ("P01", "P02", "P04")}
    assert final == agreed | {case: (category, "adjudicated") for case, category in settled.items()}
    signed = table(data / "signatures.csv")
    assert {row["valid"] for row in signed} == {"true"}
    by = [(row["printed_name"], row["meaning"]) for row in signed]
    assert by.count((MEYER.name, "I made this decision")) == 7
    assert by.count((BIANCHI.name, "I made this decision")) == 7
    assert by.count((THIRD.name, "I reviewed and approve the final category")) == 6
    moves = [(row["old"], row["new"], row["reason"]) for row in table(data / "phases.csv")]
    assert moves == [
        ("read", "compare", "all reads are in"),
        ("compare", "consensus", "three cases differ"),
        ("consensus", "open", "all cases are settled and signed"),
    ]
