"""Whether the log is what was written: chain, triggers and mirror, entry by entry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hlh_tui.protocol.errors import HlhError
from hlh_tui.study.adopt import ACTION
from hlh_tui.study.anchors import Anchor, anchor_problems
from hlh_tui.study.create import new_facts
from hlh_tui.study.engine import connect
from hlh_tui.study.errors import DamagedStudy, StudyFileError
from hlh_tui.study.file import open_study
from hlh_tui.study.lock import held
from hlh_tui.study.log import FIRST_PREV, is_intact, log_rows
from hlh_tui.study.mirror import MirrorText, mirror_line, read_mirror, span
from hlh_tui.study.models import Row
from hlh_tui.study.places import places
from hlh_tui.study.redaction import Redactions, explained, redactions_in
from hlh_tui.study.schema import missing_triggers
from hlh_tui.study.study import Study


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the log found; ``problems`` are sentences, ``head`` the hash of the last entry in the database.

    ``first_bad_seq`` is the lowest entry that is missing, changed or out of order, None if there is none.
    """

    ok: bool
    entries: int
    head: str
    first_bad_seq: int | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and the entry it concerns (None: no entry)."""

    seq: int | None
    problem: str


Check = Callable[["Study"], Iterable[Fault]]
"""A further check of an open study, of a room that this one does not know."""

NAMED = {
    "cut_made": ("entries", "head"),
    "trail_reviewed": ("upto", "head"),
    "entries_recovered": ("entries", "head"),
    "mirror_rebuilt": ("entries", "head"),
}
"""Action -> where its payload names an earlier entry and that entry's hash."""


def verify(study: Study, against: Sequence[Anchor] = (), checks: Sequence[Check] = ()) -> Verification:
    """Check every log entry of an open study (sequence, link, hash), its triggers, its mirror and its documents.

    ``against``: what was written down of the log elsewhere, which also tells a log that was shortened or rebuilt;
    ``checks``: further ones, such as those of signatures.
    """
    rows = log_rows(study)
    faults = [
        *chain_faults(rows),
        *named_faults(rows),
        *(Fault(seq, problem) for seq, problem in anchor_problems(rows, against, study.facts.get("study_id"))),
        *mirror_faults(rows, read_mirror(study.where.mirror), study.where.mirror.name),
        *trigger_faults(study),
        *document_faults(study),
        *fact_faults(study, rows),
        *adoption_faults(study, rows),
        *(fault for check in checks for fault in check(study)),
    ]
    return verification(rows, faults)


def verify_path(
    path: Path, against: Sequence[Anchor] = (), checks: Sequence[Check] = ()
) -> tuple[Verification, str | None]:
    """Check the study at ``path``, also one that will not open: its refusal is then the first problem.

    Second: the notice of opening, if any. ``StudyInUse`` and ``StudyFileError`` come through where there is no
    study to check.
    """
    try:
        with open_study(path) as study:
            return verify(study, against, checks), study.notice
    except DamagedStudy as refusal:
        return verify_refused(path, refusal, against), None


def verify_refused(path: Path, refusal: DamagedStudy, against: Sequence[Anchor] = ()) -> Verification:
    """What can still be checked of a study that was refused; nothing is written."""
    where = places(path)
    first = [Fault(None, str(refusal))]
    if not where.database.exists():
        return verification([], first)
    with held(where, shared=True) as lock:
        try:
            connection = connect(where, read_only=True)
        except StudyFileError:
            lock.release()
            return verification([], first)
        with Study(where, lock, connection, {}, read_only=True) as study:
            try:
                found = verify(study, against)
            except Exception:  # the refusal is reported all the same; a damaged file may fail in any way
                return verification([], first)
    return Verification(False, found.entries, found.head, found.first_bad_seq, (str(refusal), *found.problems))


def verification(rows: Sequence[Row], faults: Sequence[Fault]) -> Verification:
    """The faults found in ``rows`` as one result."""
    bad = [fault.seq for fault in faults if fault.seq is not None]
    return Verification(
        ok=not faults,
        entries=len(rows),
        head=rows[-1][8] if rows else "",
        first_bad_seq=min(bad, default=None),
        problems=tuple(fault.problem for fault in faults),
    )


def chain_faults(rows: Sequence[Row]) -> list[Fault]:
    """Gaps, wrong links and changed contents among log rows in the order of their seq; all rows, from the first."""
    faults: list[Fault] = []
    redactions = redactions_in(rows)
    last, prev_hash = 0, FIRST_PREV
    if not rows:
        faults.append(Fault(1, "the log is empty: entry 1, the making of the study, is missing"))
    for row in rows:
        seq = row[0]
        if seq != last + 1:
            faults.append(Fault(last + 1, f"{span(last + 1, seq - 1)} missing from the log"))
        elif row[7] != prev_hash:
            faults.append(
                Fault(seq, f"entry {seq} does not follow entry {last}: its prev_hash is not that entry's hash")
            )
        if not is_intact(row) and not explained(row, redactions):
            faults.append(Fault(seq, f"entry {seq} was changed: its content does not give its hash"))
        last, prev_hash = seq, row[8]
    return [*faults, *redaction_faults(rows, redactions)]


def redaction_faults(rows: Sequence[Row], redactions: Redactions) -> list[Fault]:
    """Entries that say they redacted another one, which is not there under that hash or still holds its text."""
    faults = []
    there = {row[0]: row for row in rows if row[0] in redactions}
    for seq, each in ((seq, each) for seq, known in redactions.items() for each in known):
        row = there.get(seq)
        if row is None or row[8] != each.entry_hash:
            faults.append(Fault(each.seq, f"entry {each.seq} redacts entry {seq}, which is not the entry it names"))
        elif is_intact(row):
            faults.append(Fault(seq, f"entry {seq} was redacted by entry {each.seq}, and its text is back"))
    return faults


def named_faults(rows: Sequence[Row]) -> list[Fault]:
    """Cuts, sign-offs and recoveries whose named entry has another hash now: the log before them was rewritten."""
    hashes = {row[0]: row[8] for row in rows}
    faults: list[Fault] = []
    for row in rows:
        if row[4] not in NAMED:
            continue
        number, head = NAMED[row[4]]
        try:
            said = json.loads(row[6])
            named, digest = said[number], said[head]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue  # a changed entry, which the chain reports
        if "pack" not in said and hashes.get(named) != digest:
            what = f"the cut {said.get('name')!r}" if row[4] == "cut_made" else row[4]
            faults.append(
                Fault(row[0], f"entry {row[0]} ({what}) names entry {named} by another hash: the log was rewritten")
            )
    return faults


def mirror_faults(rows: Sequence[Row], mirror: MirrorText | None, name: str) -> list[Fault]:
    """Where the mirror, line by line, is not the log."""
    if mirror is None:
        return [Fault(None, f"the mirror {name} is missing")]
    faults = [
        Fault(row[0], f"line {number} of the mirror {name} is not entry {row[0]} of the database")
        for number, (row, line) in enumerate(zip(rows, mirror.lines, strict=False), start=1)
        if mirror_line(row)[:-1] != line
    ]
    if faults:
        return faults[:1]
    count, lines = len(rows), len(mirror.lines)
    if lines > count:
        faults.append(Fault(count + 1, f"{span(count + 1, lines)} in the mirror {name} but not in the database"))
    elif lines < count:
        faults.append(Fault(lines + 1, f"{span(lines + 1, count)} in the database but not in the mirror {name}"))
    if mirror.torn:
        faults.append(Fault(None, f"the last line of the mirror {name} is torn"))
    return faults


def trigger_faults(study: Study) -> list[Fault]:
    """The append-only triggers that are missing, or were when the study was opened."""
    missing = missing_triggers(study.connection)
    return [
        *(Fault(None, f"the trigger {name} that keeps the log append-only is missing") for name in missing),
        *(
            Fault(None, f"the trigger {name} that keeps the log append-only was missing and has been put back")
            for name in study.missing_triggers
            if name not in missing
        ),
    ]


def document_faults(study: Study) -> list[Fault]:
    """Adopted protocols and criteria whose text does not give their hash."""
    return [
        Fault(None, f"the adopted {kind} document {name!r} was changed: its text does not give its hash")
        for kind, name, digest, toml in study.rows("SELECT kind, id, hash, toml FROM protocol ORDER BY kind, id")
        if hashlib.sha256(toml.encode("utf-8")).hexdigest() != digest
    ]


def fact_faults(study: Study, rows: Sequence[Row]) -> list[Fault]:
    """What the table study says otherwise than the first entry, such as that its patients are not synthetic."""
    try:
        first = json.loads(rows[0][6])
        said = new_facts(
            first["study_id"],
            study.protocol.title,
            synthetic=first["synthetic"],
            created_at=first["created_at"],
            pack=first.get("pack"),
        )
    except (IndexError, KeyError, TypeError, ValueError, HlhError):
        return []  # a changed entry or document, which other checks report
    held = dict(study.rows("SELECT key, value FROM study"))
    return [
        Fault(1, f"the study file says {key} {held.get(key)!r}, but entry 1 says {value!r}")
        for key, value in said.items()
        if key != "schema_version" and held.get(key) != value
    ]


def adoption_faults(study: Study, rows: Sequence[Row]) -> list[Fault]:
    """Criteria in the table protocol that the log never adopted, those it adopted that are gone, and a wrong latest."""
    logged: dict[str, tuple[int, str]] = {}
    for row in rows:
        if row[4] in ("study_created", ACTION):
            try:
                adopted = json.loads(row[6])["criteria"]
                logged.pop(adopted["hash"], None)
                logged[adopted["hash"]] = (row[0], f"{adopted['id']} {adopted['version']}")
            except (ValueError, KeyError, TypeError):
                return []  # a changed entry, which the chain reports
    held = study.rows("SELECT hash, id, version FROM protocol WHERE kind = 'criteria' ORDER BY adopted_at, rowid")
    there = {digest for digest, _, _ in held}
    faults = [
        Fault(seq, f"the criteria document {name}, adopted by entry {seq}, is not in the table protocol")
        for digest, (seq, name) in logged.items()
        if digest not in there
    ]
    faults += [
        Fault(None, f"the criteria document {name} {version} is in the table protocol, but no log entry adopted it")
        for digest, name, version in held
        if digest not in logged
    ]
    if not faults and held and held[-1][0] != next(reversed(logged)):
        seq, name = logged[next(reversed(logged))]
        faults.append(Fault(seq, f"the criteria in force are not {name}, which entry {seq} adopted last"))
    return faults
