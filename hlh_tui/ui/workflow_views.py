"""What the Workflow screen shows: a page for each view, from where the study stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hlh_tui.ui.present import counted, fit, plain
from hlh_tui.ui.widgets.line_panel import Line, Span, wrapped
from hlh_tui.ui.widgets.page_pane import Page, Pages, kept

if TYPE_CHECKING:
    from hlh_tui.cohort.cut_difference import CutDifference
    from hlh_tui.review.conduct.models import Lock, Move, Person
    from hlh_tui.review.cuts import Cut
    from hlh_tui.review.workflow import PackState, Progress, Workflow

VIEWS = ("people", "phase", "packs", "locks", "cuts")
KEYS = {
    "people": "a register · r change role · p public key · x withdraw",
    "phase": "m move to another phase",
    "packs": "d deal · w write pack · g merge returns",
    "locks": "l lock · o unlock",
    "cuts": "c cut · enter compare with now",
}
KEYS_IN_A_PACK = {
    "people": "p your public key",
    "phase": "",
    "packs": "b send back: write the file for the coordinator",
    "locks": "",
    "cuts": "",
}
PHASES = {
    "read": "readers decide, each alone; nobody sees what another decided, and results are closed",
    "compare": "reads are complete and compared; nothing is decided",
    "consensus": "disagreements are settled",
    "open": "results may be seen",
}
SENT_BACK = (
    "b writes what you decided into one file; send that to the coordinator, who merges it. Nothing is lost if you do"
    " it early: go on reading and send it again."
)
WITH_A_KEY = "The study knows your key: s on the Review screen signs a decision, and what you send back is signed too."
WITHOUT_A_KEY = (
    "The study knows no key of yours, so decisions cannot be signed here. To sign them, before you read: p makes a key,"
    " the coordinator registers it and writes this pack once more."
)
PHASE_CELLS = 15
WHOLE_STUDY = "*"
"""What stands for the whole study where a line opens a case."""


def headline(found: Workflow) -> str:
    """One line: the phase and the person's role, or that nothing needs conducting."""
    if found.is_pack:
        return "a pack of another study; b on the packs writes what you send back"
    if not found.phased:
        return "an open study: nothing needs conducting; people, locks and cuts still work"
    return f"phase {found.phase} · {found.topology.replace('_', ' ')} · you are {found.role or 'not registered'}"


def tabs(view: str, *, is_pack: bool = False) -> str:
    """The views, the present one in brackets, and its keys."""
    named = "  ".join(f"[{each}]" if each == view else each for each in VIEWS)
    return f"{named}\n{(KEYS_IN_A_PACK if is_pack else KEYS)[view]}"


def pages_of(view: str, found: Workflow, difference: CutDifference | None) -> Pages:
    """The page for each width, built once for a width."""
    build: Callable[[int], Page] = {
        "people": lambda width: people_page(found, width),
        "phase": lambda width: phase_page(found, width),
        "packs": lambda width: packs_page(found, width),
        "locks": lambda width: locks_page(found, width),
        "cuts": lambda width: cuts_page(found, difference, width),
    }[view]
    return kept(build)


def people_page(found: Workflow, width: int) -> Page:
    """Everybody with a role, then who was withdrawn."""
    room = max(width - 34, 10)
    lines: list[Line] = [[(fit("name", room), "head"), (" role         key   entry", "head")]]
    stops = []
    for person in found.people:
        stops.append((len(lines), person.id))
        lines.append([(f"{_cell(person.name, room)} {_rest(person)}", "")])
    if found.withdrawn:
        lines += [[], [("Withdrawn; what they decided stays", "head")]]
        lines += [[(f"{_cell(person.name, room)} {_rest(person)}", "dim")] for person in found.withdrawn]
    if not found.phased:
        lines += [[], *_text("In an open study nobody has to be registered to decide.", width, "dim")]
    return Page(tuple(lines), tuple(stops))


def phase_page(found: Workflow, width: int) -> Page:
    """The phases, what is missing, and every move."""
    if not found.phased:
        return Page(tuple(_text("The protocol has no phases: everything is open from the start.", width)))
    lines: list[Line] = []
    for phase, words in PHASES.items():
        now = phase == found.phase
        told = wrapped([(words, "" if now else "dim")], max(width - PHASE_CELLS, 10))
        named: Span = (fit(f"{'now ' if now else '    '}{phase}", PHASE_CELLS), "strong" if now else "")
        lines += [[named if not place else (" " * PHASE_CELLS, ""), *line] for place, line in enumerate(told)]
    lines += [[], [("Missing", "head")], *_missing(found, width)]
    lines += [[], [("Moves", "head")]]
    lines += [line for move in found.moves for line in _move(move, width)] or [[("none yet", "dim")]]
    return Page(tuple(lines))


def packs_page(found: Workflow, width: int) -> Page:
    """Every pack that was dealt: whose, how many cases, written, merged; in a pack how far its reader is."""
    if found.is_pack:
        return pack_page(found, width)
    if not found.phased:
        return Page(tuple(_text("Packs are for blinded studies; here everybody reads in the study itself.", width)))
    if not found.packs:
        return Page(tuple(_text(undealt_words(found), width)))
    room = max(width - 54, 10)
    lines: list[Line] = [[(f"{fit('reader', room)} cases  written           merged            back", "head")]]
    stops = []
    for pack in found.packs:
        stops.append((len(lines), pack.reader))
        lines.append([(_cell(pack.name, room), ""), *_pack(pack)])
    return Page(tuple(lines), tuple(stops))


def undealt_words(found: Workflow) -> str:
    """Why there is no pack to list, and what can be done about it by whom."""
    if found.missing_reads is None:
        return "No case was dealt to you."
    if found.refusals["deal"] is None:
        return "No case was dealt yet; d deals to the registered readers."
    return "No case was dealt; readers read in the study itself."


def pack_page(found: Workflow, width: int) -> Page:
    """What a reader sees of their own pack: how far they are, and how it goes back."""
    lines: list[Line] = []
    for each in found.progress:
        decided = f"{each.decided} of {counted(each.cases, 'case')} decided"
        lines += _text(f"This pack is for {each.name}: {decided}.", width, "strong")
    lines += [[], *_text(SENT_BACK, width)]
    keyed = any(person.public_key for person in found.people)
    lines += [[], *_text(WITH_A_KEY if keyed else WITHOUT_A_KEY, width, "" if keyed else "dim")]
    return Page(tuple(lines))


def locks_page(found: Workflow, width: int) -> Page:
    """Every lock that is set."""
    if not found.locks:
        return Page(tuple(_text("Nothing is locked. A lock keeps a case, or the study, from being decided.", width)))
    lines: list[Line] = []
    stops = []
    for lock in found.locks:
        stops.append((len(lines), lock.patient_id or WHOLE_STUDY))
        lines += _lock(lock, width)
    return Page(tuple(lines), tuple(stops))


def cuts_page(found: Workflow, difference: CutDifference | None, width: int) -> Page:
    """Every cut, and the difference that was asked for last."""
    lines: list[Line] = []
    stops = []
    for cut in found.cuts:
        stops.append((len(lines), cut.name))
        lines += _cut(cut, width)
    if not found.cuts:
        lines += _text("No cut was made yet. A cut names the study as it is, to compare and verify against.", width)
    if difference is not None:
        from hlh_tui.cohort.cut_difference_text import difference_text

        text = difference_text(difference, max(width, 30))
        lines += [[], *([(_clean(line), "")] for line in text.splitlines())]
    return Page(tuple(lines), tuple(stops))


def _missing(found: Workflow, width: int) -> list[Line]:
    lines: list[Line] = [[(_clean(progress_words(each)), "")] for each in found.progress]
    if found.missing_reads is not None:
        lines.append([(f"reads missing in all: {found.missing_reads}", "alert" if found.missing_reads else "")])
    if found.unresolved is not None:
        lines.append([(f"differences not settled: {found.unresolved}", "alert" if found.unresolved else "")])
    lines.append([(f"open data queries: {found.open_queries}", "alert" if found.open_queries else "")])
    if found.missing_reads is None:
        lines += _text("The progress of others is closed to you in this phase.", width, "dim")
    return lines


def progress_words(of: Progress) -> str:
    """``A. Meyer: 12 of 13 cases, 1 of 1 repeat``."""
    repeats = f", {of.repeats_decided} of {counted(of.repeats, 'repeat')}" if of.repeats else ""
    return f"{of.name}: {of.decided} of {counted(of.cases, 'case')}{repeats}"


def _move(move: Move, width: int) -> list[Line]:
    lacked = f", {counted(move.missing, 'read')} missing" if move.missing else ""
    head = f"{stamp(move.recorded_at)}  {move.old} → {move.new}  {move.actor_name}: {move.reason}{lacked}"
    return _text(head, width)


def _pack(pack: PackState) -> list[Span]:
    cases = f"{pack.cases}+{pack.repeats}" if pack.repeats else f"{pack.cases}"
    written = stamp(pack.written_at) if pack.written_at else "not yet"
    merged = stamp(pack.merged_at) if pack.merged_at else "not yet"
    back = f"{pack.entries}{' signed' if pack.signed else ''}" if pack.merged_at else ""
    return [
        (f" {cases:<6}", ""),
        (f" {written:<17}", "" if pack.written_at else "alert"),
        (f" {merged:<17}", "" if pack.merged_at else "alert"),
        (f" {back}", ""),
    ]


def _lock(lock: Lock, width: int) -> list[Line]:
    what = lock.patient_id or "the whole study"
    return _text(f"{what}  since {stamp(lock.recorded_at)} by {lock.actor_name}: {lock.reason}", width)


def _cut(cut: Cut, width: int) -> list[Line]:
    words = f"{cut.entries} entries, head {cut.head[:12]}, {stamp(cut.recorded_at)}, {cut.actor_name}: {cut.reason}"
    return list(wrapped([(_clean(cut.name), "strong"), (f"  {_clean(words)}", "")], width))


def _rest(person: Person) -> str:
    key = "yes" if person.public_key else "-"
    return f"{person.role:<12} {key:<5} {person.registered_seq}"


def stamp(recorded_at: str) -> str:
    """``2026-11-22 10:03`` (UTC)."""
    return recorded_at[:16].replace("T", " ")


def _cell(words: str, width: int) -> str:
    return fit(_clean(words), width)


def _text(words: str, width: int, ink: str = "") -> list[Line]:
    return list(wrapped([(_clean(words), ink)], width))


def _clean(words: str) -> str:
    """Words of the data without control characters, which could move the cursor."""
    lead = len(words) - len(words.lstrip(" "))
    return " " * lead + plain(words.lstrip(" ")).plain if words.strip() else ""
