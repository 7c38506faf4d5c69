"""The tampering corpus: every kind of tampering at every position of a short log, and which check names it.

What is changed in the database, in the mirror, or in both without hashing anew is found by the study alone. A log that
was hashed anew to its end, or cut short together with its mirror, is found against an anchor alone.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from hlh_tui.cli import main
from hlh_tui.study.anchors import Anchor, Point, anchor_problems, anchors_at
from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import FIRST_PREV, append, canonical_json, entry_hash, log_rows
from hlh_tui.study.mirror import MirrorText, mirror_line
from hlh_tui.study.verify import (
    Verification,
    chain_faults,
    mirror_faults,
    named_faults,
    verification,
    verify,
    verify_path,
)
from tests.study.conftest import ANNA

Row = tuple[Any, ...]
Rows = list[Row]
POSITIONS = range(1, 7)
LAST = 6


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed study of six entries: its making, three flags, a cut named after the third, and another flag."""
    from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
    from hlh_tui.study.file import create_study

    path = tmp_path_factory.mktemp("tampering") / "song.duckdb"
    protocol, criteria = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020")
    with create_study(path, protocol, criteria, ANNA, synthetic=True) as study:
        for number in (2, 3):
            append(study, ANNA, "flagged", f"P{number:02}", {"note": f"look at entry {number}"})
        entries, head = study.head
        append(study, ANNA, "cut_made", None, {"name": "interim", "entries": entries, "head": head, "reason": "board"})
        for number in (5, 6):
            append(study, ANNA, "flagged", f"P{number:02}", {"note": f"look at entry {number}"})
    return path


@pytest.fixture(scope="module")
def rows(short: Path) -> Rows:
    with open_study(short, read_only=True) as study:
        return log_rows(study)


def with_(row: Row, **changes: object) -> Row:
    names = ("seq", "recorded_at", "actor", "actor_name", "action", "patient_id", "payload", "prev_hash", "hash")
    return tuple(changes.get(name, value) for name, value in zip(names, row, strict=True))


def numbered(rows: Sequence[Row]) -> Rows:
    """The rows with the numbers 1, 2, 3 in their order, hashes as they are."""
    return [with_(row, seq=place) for place, row in enumerate(rows, start=1)]


def hashed_anew(rows: Sequence[Row]) -> Rows:
    """The rows as an unbroken chain: what somebody makes who knows how it is built."""
    made: Rows = []
    prev = FIRST_PREV
    for seq, row in enumerate(rows, start=1):
        _, recorded_at, actor, actor_name, action, patient_id, text, _, _ = row
        digest = entry_hash(
            seq=seq,
            recorded_at=recorded_at,
            actor=actor,
            actor_name=actor_name,
            action=action,
            patient_id=patient_id,
            payload=json.loads(text),
            prev_hash=prev,
        )
        made.append((seq, recorded_at, actor, actor_name, action, patient_id, text, prev, digest))
        prev = digest
    return made


def changed(rows: Rows, at: int) -> Rows:
    payload = json.loads(rows[at - 1][6])
    text = canonical_json({**payload, "note": "nothing to look at"})
    return [with_(row, payload=text) if row[0] == at else row for row in rows]


def deleted(rows: Rows, at: int) -> Rows:
    return [row for row in rows if row[0] != at]


def deleted_and_moved_up(rows: Rows, at: int) -> Rows:
    return numbered(deleted(rows, at))


def inserted(rows: Rows, at: int) -> Rows:
    forged = with_(rows[1], payload=canonical_json({"note": "forged"}))
    return numbered([*rows[: at - 1], forged, *rows[at - 1 :]])


def swapped(rows: Rows, at: int) -> Rows:
    here, there = at - 1, at % LAST
    made = list(rows)
    made[here], made[there] = made[there], made[here]
    return numbered(made)


def truncated(rows: Rows, at: int) -> Rows:
    return rows[: at - 1]


KINDS: dict[str, Callable[[Rows, int], Rows]] = {
    each.__name__: each for each in (changed, deleted, deleted_and_moved_up, inserted, swapped, truncated)
}


def lines(rows: Sequence[Row]) -> MirrorText:
    return MirrorText(tuple(mirror_line(row)[:-1] for row in rows), b"")


def checked(rows: Rows, mirror: Rows, anchors: Sequence[Anchor] = ()) -> Verification:
    """What the checks of the log say of these rows beside that mirror."""
    from hlh_tui.study.verify import Fault

    return verification(
        rows,
        [
            *chain_faults(rows),
            *named_faults(rows),
            *mirror_faults(rows, lines(mirror), "song.log.jsonl"),
            *(Fault(seq, problem) for seq, problem in anchor_problems(rows, anchors, None)),
        ],
    )


def head_of(rows: Rows) -> Anchor:
    """What HEAD.txt, a cut or a certificate holds: the number of entries and the last hash."""
    return Anchor("HEAD.txt in export", points=(Point(rows[-1][0], rows[-1][8], "the head in HEAD.txt in export"),))


def log_of(rows: Rows) -> Anchor:
    """What log.jsonl of an export or the mirror of a backup holds: every hash."""
    return Anchor("log.jsonl in export", points=tuple(Point(row[0], row[8], "log.jsonl in export") for row in rows))


def first_changed(kind: str, at: int) -> int:
    """The first entry that is not what it was: a swap with the first entry begins there."""
    return 1 if kind == "swapped" and at == LAST else at


def test_untouched_holds(rows: Rows) -> None:
    assert checked(rows, rows, [head_of(rows), log_of(rows)]).ok


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", POSITIONS)
def test_in_the_database_alone(rows: Rows, kind: str, at: int) -> None:
    found = checked(KINDS[kind](rows, at), rows)
    assert not found.ok
    assert found.first_bad_seq == first_changed(kind, at)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", POSITIONS)
def test_in_the_mirror_alone(rows: Rows, kind: str, at: int) -> None:
    found = checked(rows, KINDS[kind](rows, at))
    assert not found.ok
    assert found.first_bad_seq == first_changed(kind, at)
    assert "mirror song.log.jsonl" in found.problems[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", POSITIONS)
def test_in_both_without_hashing_anew(rows: Rows, kind: str, at: int) -> None:
    """Only an end that was cut off as a whole looks unbroken: a chain has no mark at its end."""
    tampered = KINDS[kind](rows, at)
    found = checked(tampered, tampered)
    if (kind == "truncated" and at > 1) or (kind.startswith("deleted") and at == LAST):
        assert found.ok
    else:
        assert not found.ok
        assert found.first_bad_seq == first_changed(kind, at)
    assert not checked(tampered, tampered, [log_of(rows)]).ok


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", POSITIONS)
def test_c7_hashed_anew_in_both_is_found_against_an_anchor(rows: Rows, kind: str, at: int) -> None:
    tampered = hashed_anew(KINDS[kind](rows, at))
    alone = checked(tampered, tampered)
    assert all("empty" in problem or "the cut 'interim'" in problem for problem in alone.problems)
    against_head = checked(tampered, tampered, [head_of(rows)])
    against_log = checked(tampered, tampered, [log_of(rows)])
    assert not against_head.ok
    assert not against_log.ok
    assert against_log.first_bad_seq == first_changed(kind, at)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_c7_a_cut_in_the_log_tells_that_what_was_before_it_was_rewritten(rows: Rows, at: int) -> None:
    tampered = hashed_anew(changed(rows, at))
    found = checked(tampered, tampered)
    assert found.problems == ("entry 4 (the cut 'interim') names entry 3 by another hash: the log was rewritten",)
    assert found.first_bad_seq == 4


@pytest.mark.parametrize("at", POSITIONS)
def test_a_changed_bit_of_every_byte_of_an_entry(rows: Rows, at: int) -> None:
    """Each byte of each column of the entry; of entry 1, which holds two documents, every thirtieth of the payload."""
    row = rows[at - 1]
    for column in range(1, 9):
        text = row[column]
        if text is None:
            continue
        raw = text.encode()
        for place in range(0, len(raw), 30 if len(raw) > 3000 else 1):
            other = (raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]).decode("utf-8", "replace")
            tampered = [*rows[: at - 1], (*row[:column], other, *row[column + 1 :]), *rows[at:]]
            found = [fault.seq for fault in chain_faults(tampered)]
            assert found
            assert min(each for each in found if each is not None) == at


def put(path: Path, rows: Rows, *, mirror: bool) -> None:
    """Write the rows into the database behind the program's back; with ``mirror`` also there."""
    connection = duckdb.connect(path)
    triggers = connection.execute("SELECT sql FROM duckdb_triggers() ORDER BY trigger_name").fetchall()
    for name in ("log_no_update", "log_no_delete"):
        connection.execute(f"DROP TRIGGER {name} ON log")
    connection.execute("DELETE FROM log")
    for row in rows:
        connection.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    for (sql,) in triggers:
        connection.execute(sql)
    connection.close()
    if mirror:
        path.with_name("song.log.jsonl").write_bytes(b"".join(map(mirror_line, rows)))


@pytest.fixture
def copy(short: Path, tmp_path: Path) -> Path:
    for each in (short, short.with_name("song.log.jsonl")):
        shutil.copy(each, tmp_path)
    return tmp_path / "song.duckdb"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mirror", [False, True], ids=["database", "both"])
def test_files_tampered_with_are_told_by_the_command(
    copy: Path, rows: Rows, kind: str, mirror: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    anchor = copy.with_name("head.txt")
    anchor.write_text(f"entries {LAST}\nhead {rows[-1][8]}\n")
    put(copy, hashed_anew(KINDS[kind](rows, 3)) if mirror else KINDS[kind](rows, 3), mirror=mirror)
    assert main(["verify", str(copy), "--json", "--against", str(anchor)]) == 1
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["ok", "entries", "head", "first_bad_seq", "problems"]
    assert not found["ok"]
    assert found["problems"]


# What may be held against the log


def written(study: Study, folder: Path) -> Path:
    from hlh_tui.export.dataset import export_dataset

    return export_dataset(study, folder, ANNA).folder


def test_c7_truncation_and_rebuild_are_found_against_an_export(copy: Path, rows: Rows, tmp_path: Path) -> None:
    with open_study(copy) as study:
        export = written(study, tmp_path / "export")
        assert verify(study, anchors_at(export)).ok
    put(copy, rows[:4], mirror=True)
    found, _ = verify_path(copy, anchors_at(export))
    assert found.first_bad_seq == 5
    assert found.problems[0] == (
        "entries 5 to 6 are missing at the end of the log, which had 6 when HEAD.txt in export was written"
    )
    put(copy, hashed_anew(changed(rows, 5)), mirror=True)
    found, _ = verify_path(copy, anchors_at(export))
    assert found.first_bad_seq == 5
    assert found.problems == (
        "entry 6 or one before it is not what it was: the head in HEAD.txt in export holds another, so the log was"
        " rewritten since",
        "entry 5 is not what it was: log.jsonl in export holds another, so the log was rewritten since",
    )


@pytest.mark.parametrize("form", ["mirror", "study", "json", "text", "colon"])
def test_every_form_of_anchor_is_read(copy: Path, rows: Rows, tmp_path: Path, form: str) -> None:
    head = rows[-1][8]
    other = tmp_path / "kept"
    other.mkdir()
    path = {
        "mirror": other / "song.log.jsonl",
        "study": other / "song.duckdb",
        "json": other / "cut.json",
        "text": other / "head.txt",
        "colon": other / "note.md",
    }[form]
    if form in ("mirror", "study"):
        shutil.copy(copy.with_name("song.log.jsonl"), other)
    elif form == "json":
        path.write_text(json.dumps({"name": "interim", "entries": LAST, "head": head}))
    else:
        mark = ":" if form == "colon" else ""
        path.write_text(f"kept by the coordinator\nentries{mark} {LAST}\nhead{mark} {head}\n")
    anchors = anchors_at(path)
    assert verify_path(copy, anchors)[0].ok
    put(copy, hashed_anew(changed(rows, 6)), mirror=True)
    assert verify_path(copy)[0].ok
    found, _ = verify_path(copy, anchors)
    assert found.first_bad_seq == 6


def test_an_anchor_of_another_study_is_named(copy: Path, rows: Rows, tmp_path: Path) -> None:
    foreign = json.loads(rows[0][6]) | {"study_id": "another"}
    other = hashed_anew([with_(rows[0], payload=canonical_json(foreign)), *rows[1:]])
    (tmp_path / "other.jsonl").write_bytes(b"".join(map(mirror_line, other)))
    found, _ = verify_path(copy, anchors_at(tmp_path / "other.jsonl"))
    assert found.problems == ("other.jsonl is of another study (another)",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 500,
        b"[" * 5000,
        b"entries 6",
        b'{"entries": "6", "head": 5}',
        b'{"entries": -1, "head": "' + b"0" * 64 + b'"}',
        b"PK\x03\x04 not a zip",
        b"age-encryption.org/v1\n-> X25519 abc",
        b'{"signatures": [1, {"seq": null, "hash": null}]}',
    ],
)
def test_what_is_no_anchor_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    for name in ("some.txt", "some.jsonl", "some.zip"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(StudyFileError, match=r"holds no entries and head|is damaged|is sealed; open it first"):
            anchors_at(tmp_path / name)


def test_a_missing_anchor_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyFileError, match="cannot be read"):
        anchors_at(tmp_path / "nothing")
    with pytest.raises(StudyFileError, match="holds no entries and head"):
        anchors_at(tmp_path)
