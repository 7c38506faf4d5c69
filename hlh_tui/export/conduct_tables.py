"""How a study was conducted, as tables: phases, data shown after the cut-off, locks, cuts and packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.review.conduct.models import PHASES

if TYPE_CHECKING:
    from hlh_tui.export.record import Done, Record, Rows

VOTES = "blind votes of the meeting"


def goes_back(move: Done) -> bool:
    """Whether a move leads to an earlier phase."""
    return PHASES.index(move.said["new"]) < PHASES.index(move.said["old"])


def phase_rows(record: Record) -> Rows:
    """Each move from phase to phase, in order."""
    return [
        (
            *(one.seq, one.recorded_at, one.said["old"], one.said["new"], goes_back(one), one.said["reason"]),
            *(one.said.get("missing"), one.said.get("unsettled"), one.actor, one.actor_name),
        )
        for one in record.of("phase_moved")
    ]


def unblinding_rows(record: Record, decided: dict[tuple[str, str], int]) -> Rows:
    """Each time that data after the evidence cut-off, or votes before all were cast, were shown, in order.

    These are the unblinding events of ICH E6(R3) 4.1.4. ``decided``: (reader, patient) -> entry of their first decision
    on the case.
    """
    rows: Rows = []
    for one in record.of("revealed", "votes_revealed"):
        if one.action == "votes_revealed":
            if waiting := one.said.get("missing"):
                what = f"{VOTES} {one.said.get('meeting')}, without {', '.join(waiting)}"
                reason = one.said.get("reason")
                rows.append(
                    (one.seq, one.done_at, one.patient_id, one.actor, one.actor_name, what, None, reason, None, None)
                )
            continue
        first = decided.get((one.actor, one.patient_id or ""))
        rows.append(
            (
                *(one.seq, one.done_at, one.patient_id, one.actor, one.actor_name, one.said.get("what")),
                *(one.said.get("until"), one.said.get("reason"), first is None or one.seq < first, one.pack_id),
            )
        )
    return rows


def lock_rows(record: Record) -> Rows:
    """Each lock and unlock, in order; a lock that no unlock followed is in force."""
    turned = record.of("locked", "unlocked")
    last = {one.patient_id: one.seq for one in turned}
    return [
        (
            *(one.seq, one.recorded_at, one.action, one.patient_id, one.said.get("reason")),
            *(one.action == "locked" and last[one.patient_id] == one.seq, one.actor, one.actor_name),
        )
        for one in turned
    ]


def standing_locks(record: Record) -> dict[str | None, Done]:
    """The locks in force, by patient; None is the whole study's."""
    found: dict[str | None, Done] = {}
    for one in record.of("locked", "unlocked"):
        if one.action == "locked":
            found[one.patient_id] = one
        else:
            found.pop(one.patient_id, None)
    return found


def cut_rows(record: Record) -> Rows:
    """Each named data cut, in order, and whether the log up to it is still the one that was named."""
    hashes = {row[0]: row[-1] for row in record.log}
    return [
        (
            *(one.said["name"], one.recorded_at, one.said["entries"], one.said["head"], one.said["reason"]),
            *(hashes.get(one.said["entries"]) == one.said["head"], one.actor, one.actor_name, one.seq),
        )
        for one in record.of("cut_made")
    ]


def pack_rows(record: Record, merged_entries: dict[str, int]) -> Rows:
    """Each pack dealt to a reader, with when it was written and when what came back was merged last.

    ``merged_entries``: pack -> how many entries of the log came from it.
    """
    written = {one.said["pack_id"]: one for one in record.of("pack_written")}
    merged: dict[str, list[Done]] = {}
    for one in record.of("pack_merged"):
        merged.setdefault(one.said["pack_id"], []).append(one)
    rows: Rows = []
    for one in record.of("cases_dealt"):
        pack, reader, cases = one.said["pack_id"], one.said["reader"], one.said["cases"]
        out, back = written.get(pack), merged.get(pack, [])
        repeats = sum(bool(each["repeat"]) for each in cases)
        rows.append(
            (
                *(pack, reader["id"], reader["name"], one.recorded_at, str(one.said.get("seed", ""))),
                *(len(cases) - repeats, repeats),
                *((out.recorded_at, out.said.get("sealed")) if out else (None, None)),
                *((back[-1].recorded_at, back[-1].said.get("signed")) if back else (None, None)),
                merged_entries.get(pack, 0),
                back[-1].said.get("file_sha256") if back else None,
            )
        )
    return rows
