"""Merging: what readers recorded in their packs becomes entries of the study, once, in whatever order it comes back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.review.conduct.authority import require
from hlh_tui.review.conduct.locks import locked
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.packs.acceptance import is_effective, require_acceptable
from hlh_tui.review.packs.errors import FileRefused
from hlh_tui.review.packs.models import Merged, Received
from hlh_tui.review.packs.receipts import receipt
from hlh_tui.review.packs.receiving import received
from hlh_tui.review.packs.signing import is_signed
from hlh_tui.review.packs.translation import Cases, translated
from hlh_tui.study.log import append_all
from hlh_tui.study.models import Act, Actor, Row
from hlh_tui.study.opening import entry_count

if TYPE_CHECKING:
    from hlh_tui.review.conduct.models import Dealt, Person
    from hlh_tui.study.file import Study

WRITTEN = """
SELECT seq, CAST(payload ->> '$.entries' AS BIGINT), payload ->> '$.head'
FROM log
WHERE action = 'pack_written' AND payload ->> '$.pack_id' = $1
ORDER BY seq"""

ALREADY = """
SELECT CAST(json_extract_string(payload, '$.pack.seq') AS BIGINT) AS number,
       json_extract_string(payload, '$.pack.hash'), seq
FROM log
WHERE json_extract_string(payload, '$.pack.id') = $1
ORDER BY number"""

CHARTS_SINCE = "SELECT count(*) FROM log WHERE action = 'charts_imported' AND seq > $1"


def merge(study: Study, actor: Actor, files: Sequence[Path]) -> tuple[Merged, ...]:
    """Merge each file and say what became of it; a refused one keeps no other from being merged.

    Each file is taken over in one transaction, all of it or nothing; what was merged before is left alone, so the
    same file can be merged again, and a later return of the same pack adds only what is new in it.
    ``NotAllowed`` unless the actor coordinates.
    """
    require(study, actor, "merge")
    return tuple(_merged(study, actor, file) for file in files)


def _merged(study: Study, actor: Actor, file: Path) -> Merged:
    try:
        if file.exists() and file.samefile(study.path):
            raise FileRefused("not_a_pack", f"{file.name} is the study itself; name what the readers returned")
        found = received(file)
        with study.writing:
            return _take(study, actor, found)
    except FileRefused as refusal:
        return Merged(file, "refused", why=str(refusal), kind=refusal.kind)


def _take(study: Study, actor: Actor, found: Received) -> Merged:
    """Take over what is new in a return."""
    dealt, reader = require_dealt(study, found)
    packed, written_seq = require_packed(study, found)
    already = require_extension(study, found, packed)
    signed, notice = require_signature(found, reader)
    fresh = found.rows[packed + len(already) :]
    head = found.rows[-1][8]
    common: dict[str, Any] = {"pack_id": dealt.pack_id, "reader_name": reader.name, "head": head, "signed": signed}
    if not fresh:
        why = "everything in it is in the study already"
        return Merged(found.file, "nothing_new", why=why, **common)
    require_same_documents(study, found)
    cases: Cases = {code: (patient, repeat) for code, patient, repeat in dealt.cases}
    require_acceptable(study, found, packed, len(already), cases)
    require_unlocked(study, found, fresh, cases)
    payload = {
        "pack_id": dealt.pack_id,
        "reader": {"id": reader.id, "name": reader.name},
        "entries": len(found.rows),
        "head": head,
        "new": len(fresh),
        "signed": signed,
        "file_sha256": found.sha256,
        "receipt": receipt(found.manifest, found.signature) if signed else None,
    }
    acts = [*acts_of(study, fresh, dealt.pack_id, cases, already), Act(actor, "pack_merged", None, payload)]
    append_all(study, acts)
    ((imports,),) = study.rows(CHARTS_SINCE, (written_seq,))
    since = "charts were imported after this pack was written, which its reader has not seen" if imports else ""
    return Merged(found.file, "merged", entries=len(fresh), why="; ".join(filter(None, (notice, since))), **common)


def acts_of(study: Study, fresh: Sequence[Row], pack_id: str, cases: Cases, already: dict[int, int]) -> list[Act]:
    """The acts to record for the new rows; the numbers they will get are known, for nothing comes between."""
    numbers = dict(already)
    acts = []
    for place, row in enumerate(fresh, start=study.head[0] + 1):
        acts.append(translated(row, pack_id, cases, numbers, effective=is_effective(row)))
        numbers[row[0]] = place
    return acts


def require_dealt(study: Study, found: Received) -> tuple[Dealt, Person]:
    """What was dealt in that pack and to whom; ``FileRefused`` for another study, pack or reader."""
    pack, name = found.pack, found.file.name
    if pack["study_id"] != study.facts["study_id"]:
        raise FileRefused(
            "other_study", f"{name} is of another study ({pack['study_id'][:8]}…); merge it into the one it came from"
        )
    conduct = conduct_of(study)
    dealt = next((each for each in conduct.dealt if each.pack_id == pack["pack_id"]), None)
    if dealt is None:
        raise FileRefused("not_dealt", f"{name} is of a pack that this study did not deal ({pack['pack_id']})")
    if dealt.reader != pack["reader"]["id"]:
        raise FileRefused(
            "wrong_reader", f"{name} says that it is from {pack['reader']['name']}, and its pack was dealt to another"
        )
    person = conduct.people.get(dealt.reader)
    if person is None or person.role != "reader":
        what = "is not registered" if person is None else f"is {person.role} now"
        raise FileRefused(
            "unknown_reader",
            f"{name} is from {pack['reader']['name']}, who {what}; register them as a reader with hlh-tui reader add"
            " first if their reads are to count",
        )
    return dealt, person


def require_packed(study: Study, found: Received) -> tuple[int, int]:
    """How many entries the pack had when it was written, and the study's entry that says so.

    ``FileRefused`` unless the log begins as it was packed.
    """
    written = study.rows(WRITTEN, (found.pack["pack_id"],))
    for seq, entries, head in reversed(written):
        if len(found.rows) >= entries and found.rows[entries - 1][8] == head:
            return entries, seq
    name = found.file.name
    if any(len(found.rows) < entries for _, entries, _ in written):
        raise FileRefused("truncated", f"{name} was truncated: it holds less than the pack that was given out")
    raise FileRefused("altered", f"{name} was altered: its log does not begin as the pack that was given out")


def require_extension(study: Study, found: Received, packed: int) -> dict[int, int]:
    """Entry of the pack -> entry of the study, of what was merged before.

    ``FileRefused`` unless the return goes on from there, or is an earlier one of the same.
    """
    known = {number: (digest, seq) for number, digest, seq in study.rows(ALREADY, (found.pack["pack_id"],))}
    name, last = found.file.name, max(known, default=packed)
    for row in found.rows[packed:last]:
        if known[row[0]][0] != row[8]:
            raise FileRefused(
                "diverged",
                f"{name} does not go on from what was merged of this pack: its entry {row[0]} is another one; it is"
                " another copy of the pack, or was altered",
            )
    if len(found.rows) < last and found.manifest is None:
        raise FileRefused(
            "truncated",
            f"{name} was truncated: it holds {entry_count(len(found.rows))}, and {last} of this pack are in the study"
            " already",
        )
    return {number: seq for number, (_, seq) in known.items()}


def require_signature(found: Received, reader: Person) -> tuple[bool, str]:
    """Whether the return is signed by its reader, and what to say where it is not.

    ``FileRefused`` where the reader has a registered key and the return is not signed with it.
    """
    if reader.public_key is None:
        return False, f"it is not signed, for no key of {reader.name} is registered"
    if found.manifest is None or found.signature is None:
        raise FileRefused(
            "bad_signature",
            f"{found.file.name} is not signed, and a key of {reader.name} is registered: ask for it again, written"
            " with hlh-tui return and their key",
        )
    if not is_signed(found.manifest, found.signature, reader.public_key):
        raise FileRefused(
            "bad_signature", f"{found.file.name} is not signed with the registered key of {reader.name}; ask them"
        )
    return True, ""


def require_same_documents(study: Study, found: Received) -> None:
    """``FileRefused`` unless the reads were made under the protocol and the criteria in force."""
    created = json.loads(found.rows[0][6])
    for kind, document in (("protocol", study.protocol_document), ("criteria", study.criteria_document)):
        if found.pack[f"{kind}_hash"] != document.hash:
            theirs = f"{created[kind].get('id')} {created[kind].get('version')}"
            raise FileRefused(
                "other_criteria",
                f"{found.file.name} was read under {kind} {theirs}, and the study is under {document.id}"
                f" {document.version}: adopt those again, merge, and go back, or have the cases read anew",
            )


def require_unlocked(study: Study, found: Received, fresh: Sequence[Row], cases: Cases) -> None:
    """``FileRefused`` where a case of the new entries, or the study, is locked."""
    if not conduct_of(study).locks:
        return
    for patient in dict.fromkeys(cases[row[5]][0] for row in fresh if row[5] in cases):
        lock = locked(study, patient)
        if lock is not None:
            what = "the study" if lock.patient_id is None else patient
            raise FileRefused(
                "locked",
                f"{found.file.name} has entries for {patient}, and {what} is locked ({lock.reason}); unlock it with a"
                " reason first",
            )
