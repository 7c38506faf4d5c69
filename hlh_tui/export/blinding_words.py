"""What an export says of blinding, of locks and of names: in words, from the log alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.export.conduct_tables import goes_back, standing_locks
from hlh_tui.export.wording import counted, day_of, plain
from hlh_tui.review.conduct.authority import is_phased
from hlh_tui.review.state import final_categories
from hlh_tui.study.log import time_in_words

if TYPE_CHECKING:
    from hlh_tui.export.record import Done, Record
    from hlh_tui.study.file import Study

OPEN_STUDY = (
    "Opened unblinded: the study protocol is open. Readers were not blinded to each other's decisions or to the results"
    " as they grew, so the study counts as opened unblinded from its start."
)
TOPOLOGIES = {
    "open": "any number of readers read a case; where they differ a consensus settles it",
    "single": "one reader reads each case, and that read is the final category",
    "two_plus_one": "two readers read each case independently, and where they differ a third reader (the adjudicator)"
    " settles it",
    "paired_consensus": "two readers read each case independently, and where they differ the two settle it together",
    "committee": "several readers read each case independently, and where they differ the committee settles it",
}
READS = "SELECT count(*) FROM log WHERE action = 'decided' AND seq > $1 AND payload ->> '$.role' = 'reader'"


def topology_words(study: Study) -> str:
    """How cases are read and settled under the study's protocol, in a sentence."""
    review = study.protocol.review
    needed = f"; a case needs {counted(review.readers, 'independent read')} before it has a final category"
    hindsight = "; a read with hindsight may be added once the study is open, and never enters the final category"
    name = review.topology.replace("_", " ")
    return f"Topology {name}: {TOPOLOGIES[review.topology]}{needed}{hindsight if review.global_read else ''}."


def blinding_words(study: Study, record: Record) -> list[str]:
    """Who was blinded to what, and what of it was opened when; a sentence or point of a list each."""
    if not is_phased(study):
        return [OPEN_STUDY]
    moves = record.of("phase_moved")
    return [
        "The study protocol is blinded (mode phased): the study goes from phase to phase (read, compare, consensus,"
        " open). While it was read, the program showed readers neither another reader's decisions nor what the criteria"
        " propose, and nobody results before it was open.",
        *(_move(one) for one in moves),
        _went_back(study, moves),
        _compared(moves),
        _revealed(study, record),
        _results(study, record, moves),
    ]


def _move(one: Done) -> str:
    said = one.said
    at = f"{time_in_words(one.recorded_at)}, {plain(one.actor_name)}: {said['old']} to {said['new']}"
    missing, unsettled = said.get("missing"), said.get("unsettled")
    state = [] if missing is None else [counted(missing, "read") + " missing"]
    state += [] if unsettled is None else [counted(unsettled, "case") + " without a final category"]
    return f"{at}{' (' + ', '.join(state) + ')' if state else ''}: {plain(said['reason'])}"


def _went_back(study: Study, moves: tuple[Done, ...]) -> str:
    back = [one for one in moves if goes_back(one)]
    first = next((one for one in moves if one.said["new"] == "compare"), None)
    ((late,),) = study.rows(READS, (first.seq,)) if first is not None else [(0,)]
    after = f"{counted(late, 'read')} {'was' if late == 1 else 'were'} recorded after readers were first compared."
    if not back:
        return "The study never went back to an earlier phase" + (f"; {after}" if late else ".")
    return f"The study went back to an earlier phase {counted(len(back), 'time')}; {after}"


def _compared(moves: tuple[Done, ...]) -> str:
    compared = [one for one in moves if one.said["new"] == "compare" and not goes_back(one)]
    if not compared:
        return "No move to the phase in which readers are compared is recorded."
    missing = [one.said.get("missing") for one in compared]
    if None in missing:
        return "How many reads were missing when readers were compared is not recorded."
    words = ", then ".join("none" if not one else str(one) for one in missing)
    return f"Independent reads missing when readers were compared: {words}."


def _revealed(study: Study, record: Record) -> str:
    """How many cases were shown beyond the evidence cut-off (unblinding events, ICH E6(R3) 4.1.4)."""
    protocol = study.protocol
    if not protocol.blinding.hide_after_cut_off:
        return "The protocol hides no data after an evidence cut-off."
    shown = record.of("revealed")
    cut_off = (
        f"Data after day {protocol.review_until_day:g} (the evidence cut-off) were hidden until the study was open"
    )
    if not shown:
        return f"{cut_off}; no case was revealed beyond it."
    cases, people = len({one.patient_id for one in shown}), len({one.actor for one in shown})
    were = f"{counted(cases, 'case')} of {len(record.finals)} {'was' if cases == 1 else 'were'}"
    return f"{cut_off}; {were} revealed beyond it, to {counted(people, 'person', 'people')} (data/unblinding)."


def _results(study: Study, record: Record, moves: tuple[Done, ...]) -> str:
    """Whether results were open before every case had a final category, and what changed after they were."""
    opened = next((one for one in moves if one.said["new"] == "open"), None)
    if opened is None:
        return "No move to the phase in which results are open is recorded."
    then = final_categories(study, opened.seq)
    without = sum(one.category is None for one in then.values())
    if without:
        seen = (
            f"Results were open before all cases had a final category: {without} of {len(then)} had none on"
            f" {day_of(opened.recorded_at)}."
        )
    else:
        seen = f"Results were opened when every case had a final category ({day_of(opened.recorded_at)})."
    now = record.finals
    changed = sum(one.category != now[patient].category for patient, one in then.items() if patient in now)
    return f"{seen} Final categories that changed after that: {changed or 'none'}."


def vote_words(record: Record) -> str:
    """A warning where blind votes are not revealed yet, for the log holds them; empty where none are hidden."""
    meetings = record.minutes.meetings if record.minutes is not None else ()
    hidden = {case.round.patient_id for each in meetings for case in each.cases if case.round.reveal is None}
    if not hidden:
        return ""
    return (
        f"Blind votes on {counted(len(hidden), 'case')} are not revealed yet, and log.jsonl and data/audit hold them:"
        " keep both from the members of the meeting until they are."
    )


def lock_words(record: Record) -> str:
    """Whether the study, or which of its cases, are locked; in a sentence."""
    locks = standing_locks(record)
    whole = locks.pop(None, None)
    if whole is not None:
        when = time_in_words(whole.recorded_at)
        return f"The study is locked, by {plain(whole.actor_name)} on {when}: {plain(whole.said['reason'])}"
    if locks:
        return f"The study is not locked; {len(locks)} of {len(record.finals)} cases are (data/locks)."
    return "Neither the study nor any case is locked: decisions may still change."


def name_words(record: Record) -> str:
    """That names are claims unless signed, and how much is signed."""
    valid = [one for one in record.signatures if one.valid]
    void = len(record.signatures) - len(valid)
    people, cases = len({one.signer for one in valid}), len({one.patient_id for one in valid})
    signed = "Nothing is signed."
    if valid:
        signed = (
            f"{counted(len(valid), 'signature')} of {counted(people, 'person', 'people')} on"
            f" {counted(cases, 'case')} {'holds' if len(valid) == 1 else 'hold'}"
        )
        signed += f", {void} {'is' if void == 1 else 'are'} void (data/signatures)." if void else " (data/signatures)."
    elif void:
        signed = f"All {counted(void, 'signature')} are void (data/signatures)."
    return (
        f"Names of readers and others are claims: the program takes them as given, unless a signature holds. {signed}"
    )
