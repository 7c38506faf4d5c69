"""What the keys of the Workflow screen do: ask in words, write with a reason, tell what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from hlh_tui.ui.background import in_background, sentence
from hlh_tui.ui.present import counted
from hlh_tui.ui.screens.pick import PickScreen
from hlh_tui.ui.screens.workflow_own import public_key, send_back
from hlh_tui.ui.workflow_views import WHOLE_STUDY

if TYPE_CHECKING:
    from hlh_tui.review.cuts import Cut
    from hlh_tui.review.packs.models import Merged
    from hlh_tui.review.workflow import Workflow
    from hlh_tui.ui.screens.workflow import WorkflowScreen

READ_ONLY = "this study is open read-only: its conduct cannot be changed here; open the study itself"
MOST_TOLD = 5
ONE_COPY = "only one copy of a pack can be merged"
UNSIGNED = "; no key of theirs is registered, so they cannot sign: p on the people registers one"
Result = TypeVar("Result")
Begin = Callable[["WorkflowScreen", "Workflow", str | None], None]


@dataclass(frozen=True, slots=True)
class Act:
    """What a key does: in which view, which action of the authority it is (empty: for everybody), and how it begins.

    ``only_there``: not from another view.
    """

    view: str
    action: str
    begin: Begin
    only_there: bool = False


def register(screen: WorkflowScreen, found: Workflow, _target: str | None) -> None:
    """Ask for a name, a role and the reason, and register that person."""

    def named(name: str) -> None:
        if name:
            _ask_role(screen, found, name)

    screen.app.prompt("Register: printed name", "", named, 'such as "A. Meyer"')


def change_role(screen: WorkflowScreen, found: Workflow, target: str | None) -> None:
    """Ask for another role of the person under the cursor, and why."""
    person = next((one for one in found.people if one.id == target), None)
    if person is None:
        screen.tell("put the cursor on a person first: up and down move it")
        return
    _ask_role(screen, found, person.name)


def _ask_role(screen: WorkflowScreen, found: Workflow, name: str) -> None:
    from hlh_tui.review.conduct.models import ROLES

    app = screen.app
    now = {one.name: one.role for one in found.people}.get(name)

    def because(reason: str, role: str) -> None:
        from hlh_tui.review.conduct.people import register as record
        from hlh_tui.study.actor import actor_named

        write(
            screen,
            lambda: record(app.study, app.reader, actor_named(name), role, reason),
            lambda entry: f"{name} is {role}, saved #{entry.seq}",
        )

    def chosen(place: int | None) -> None:
        if place is not None:
            role = ROLES[place]
            app.prompt(f"{name}: {role}", "", lambda reason: because(reason, role), "why, in a sentence")

    app.push_screen(PickScreen(f"Role of {name}", ROLES, ROLES.index(now) if now else 1), chosen)


def withdraw(screen: WorkflowScreen, found: Workflow, target: str | None) -> None:
    """Ask why the person under the cursor is withdrawn."""
    person = next((one for one in found.people if one.id == target), None)
    app = screen.app
    if person is None:
        screen.tell("put the cursor on a person first: up and down move it")
        return
    who = person

    def because(reason: str) -> None:
        from hlh_tui.review.conduct.people import withdraw as record

        write(
            screen,
            lambda: record(app.study, app.reader, who.id, reason),
            lambda entry: f"{who.name} is withdrawn, saved #{entry.seq}",
        )

    app.prompt(f"Withdraw {who.name}", "", because, "why; what they decided stays")


def move_phase(screen: WorkflowScreen, found: Workflow, _target: str | None) -> None:
    """Ask for the phase beside the present one, and why; says what is missing."""
    from hlh_tui.review.conduct.models import PHASES

    app = screen.app
    if not found.phased or found.phase == PHASES[-1]:
        what = "the protocol has no phases" if not found.phased else "the study is open"
        screen.tell(f"{what}: there is nowhere to move to")
        return
    at = PHASES.index(found.phase)
    near = tuple(PHASES[place] for place in (at + 1, at - 1) if 0 <= place < len(PHASES))
    missing = f"{counted(found.missing_reads or 0, 'read')} missing" if found.missing_reads else "no read is missing"

    def because(reason: str, to: str) -> None:
        from hlh_tui.review.conduct.phase import move_phase as record

        write(
            screen,
            lambda: record(app.study, app.reader, to, reason),
            lambda entry: f"the study is in phase {to}, saved #{entry.seq}",
        )

    def chosen(place: int | None) -> None:
        if place is not None:
            to = near[place]
            app.prompt(f"{found.phase} → {to} ({missing})", "", lambda reason: because(reason, to), "why does it move?")

    app.push_screen(PickScreen(f"Move from {found.phase}; {missing}", near, 0), chosen)


def deal(screen: WorkflowScreen, found: Workflow, _target: str | None) -> None:
    """Deal every case that lacks readers."""
    app = screen.app

    def work() -> str:
        from hlh_tui.review.packs.dealing import deal as record

        names = {one.id: one.name for one in found.people}
        dealt = record(app.study, app.reader)
        told = ", ".join(f"{len(each.cases)} to {names.get(each.reader, each.reader)}" for each in dealt[:MOST_TOLD])
        more = f" and {len(dealt) - MOST_TOLD} others" if len(dealt) > MOST_TOLD else ""
        return (
            f"dealt {told}{more}, repeats included; w writes a pack" if dealt else "every case has its readers already"
        )

    write(screen, work, str)


def write_pack(screen: WorkflowScreen, found: Workflow, target: str | None) -> None:
    """Ask for the reader, unless the cursor is on one, and for the file."""
    app = screen.app
    readers = tuple(one for one in found.people if one.role == "reader")
    if not readers:
        screen.tell("nobody is registered as a reader yet: a on the people registers")
        return

    def file_for(reader: str, name: str) -> None:
        from hlh_tui.review.packs.errors import PackRefused
        from hlh_tui.review.packs.packing import pack

        theirs = [each for each in found.packs if each.reader == reader]
        again = bool(theirs) and all(each.written_at and not each.merged_at for each in theirs)
        proposal = _free(app.study_path.with_name(f"{reader}.hlhpack"))
        keyed = any(one.id == reader and one.public_key for one in readers)

        def to(words: str) -> None:
            place = Path(words).expanduser() if words else proposal

            def work() -> str:
                try:
                    made, more = pack(app.study, app.reader, reader, place), ""
                except PackRefused:
                    if not again:
                        raise
                    made, more = pack(app.study, app.reader, reader, place, again=True), f" once more; {ONE_COPY}"
                unsigned = "" if keyed else UNSIGNED
                return f"{counted(made.cases, 'case')} for {name} in {made.file}{more}{unsigned}"

            write(screen, work, str)

        hint = f"written once more, {ONE_COPY}" if again else "a file that is there is never overwritten"
        app.prompt(f"Pack for {name}: file", str(proposal), to, hint)

    if target in {one.id for one in readers}:
        person = next(one for one in readers if one.id == target)
        file_for(person.id, person.name)
        return

    def chosen(place: int | None) -> None:
        if place is not None:
            file_for(readers[place].id, readers[place].name)

    app.push_screen(PickScreen("Pack for", tuple(one.name for one in readers), 0), chosen)


def _free(file: Path) -> Path:
    """The file's name, or with a number where one is there already."""
    number, free = 2, file
    while free.exists():
        free = file.with_name(f"{file.stem}-{number}{file.suffix}")
        number += 1
    return free


def merge(screen: WorkflowScreen, _found: Workflow, _target: str | None) -> None:
    """Ask for the file of a return, merge it and tell what became of it."""
    app = screen.app

    def from_file(words: str) -> None:
        if not words:
            return

        def work() -> tuple[Merged, ...]:
            from hlh_tui.review.packs.merging import merge as record

            return record(app.study, app.reader, [Path(words).expanduser()])

        write(screen, work, lambda merged: "; ".join(map(merged_words, merged)))

    app.prompt("Merge: file of the return", _newest_return(app.study_path.parent), from_file, "what a reader sent back")


def _newest_return(folder: Path) -> str:
    """The return that came last into the folder of the study; empty where there is none."""
    from hlh_tui.review.packs.container import RETURN_SUFFIX

    found = [(file.stat().st_mtime, file) for file in folder.glob(f"*{RETURN_SUFFIX}") if file.is_file()]
    return str(max(found)[1]) if found else ""


def merged_words(merged: Merged) -> str:
    """What became of one file."""
    if merged.outcome == "refused":
        return f"refused: {merged.why}"
    if merged.outcome == "nothing_new":
        return f"{merged.file.name}: {merged.why}"
    said = f"{counted(merged.entries, 'entry', 'entries')} of {merged.reader_name} merged"
    return f"{said}; {merged.why}" if merged.why else said


def lock(screen: WorkflowScreen, _found: Workflow, _target: str | None) -> None:
    """Ask for a case, nothing for the whole study, and why."""
    app = screen.app

    def of(words: str) -> None:
        patient_id = words or None
        what = patient_id or "the whole study"

        def because(reason: str) -> None:
            from hlh_tui.review.conduct.locks import lock as record

            write(
                screen,
                lambda: record(app.study, app.reader, patient_id, reason),
                lambda entry: f"{what} is locked, saved #{entry.seq}",
            )

        app.prompt(f"Lock {what}", "", because, "why, in a sentence")

    app.prompt("Lock: case", app.patient_id or "", of, "a case's id; empty: the whole study")


def unlock(screen: WorkflowScreen, found: Workflow, target: str | None) -> None:
    """Ask why the lock under the cursor is taken away."""
    app = screen.app
    if target is None:
        screen.tell("put the cursor on a lock first: up and down move it" if found.locks else "nothing is locked")
        return
    patient_id = None if target == WHOLE_STUDY else target
    what = patient_id or "the whole study"

    def because(reason: str) -> None:
        from hlh_tui.review.conduct.locks import unlock as record

        write(
            screen,
            lambda: record(app.study, app.reader, patient_id, reason),
            lambda entry: f"{what} is unlocked, saved #{entry.seq}",
        )

    app.prompt(f"Unlock {what}", "", because, "why; signatures of it become void")


def cut(screen: WorkflowScreen, _found: Workflow, _target: str | None) -> None:
    """Ask for a name, the reason, and a file for the cut."""
    app = screen.app

    def named(name: str) -> None:
        def because(reason: str) -> None:
            def work() -> Cut:
                from hlh_tui.review.cuts import make_cut

                return make_cut(app.study, app.reader, name, reason)

            def told(made: Cut) -> str:
                _ask_cut_file(screen, made)
                return f"cut {made.name!r} of {made.entries} entries, saved #{made.seq}"

            write(screen, work, told)

        app.prompt(f"Cut {name!r}", "", because, "what it is for, in a sentence")

    app.prompt("Cut: name", "", named, "a word, such as interim")


def _ask_cut_file(screen: WorkflowScreen, made: Cut) -> None:
    app = screen.app
    stem = "-".join(made.name.split()).replace("/", "-").replace("\\", "-")
    proposal = app.study_path.with_name(f"{app.study_path.stem}-{stem}.json")

    def to(words: str) -> None:
        if not words:
            return
        file = Path(words).expanduser()

        def work() -> str:
            from hlh_tui.review.cuts import write_cut

            write_cut(app.study, made, file)
            return f"cut {made.name!r} written to {file}"

        write(screen, work, str)

    app.prompt(f"Keep {made.name!r} in a file", str(proposal), to, "verify checks against it; esc keeps none")


def compare_cut(screen: WorkflowScreen, found: Workflow, target: str | None) -> None:
    """Show below the cuts what changed between the one under the cursor and now."""
    app = screen.app
    if target is None:
        screen.tell("no cut was made yet: c makes one" if not found.cuts else "put the cursor on a cut first")
        return
    from hlh_tui.cohort.cut_difference import CutDifference

    def read() -> CutDifference:
        from hlh_tui.cohort.cut_difference import cut_difference
        from hlh_tui.review.cuts import NOW, point

        return cut_difference(app.study, point(app.study, target), point(app.study, NOW))

    def show(difference: CutDifference) -> None:
        screen.difference = difference
        screen.draw()

    in_background(app, screen, read, show, "difference")


def write(screen: WorkflowScreen, work: Callable[[], Result], words: Callable[[Result], str]) -> None:
    """Write to the log in the order of the keys, say what came of it, and let every screen follow."""
    app = screen.app

    def done(result: Result) -> None:
        screen.tell(words(result))
        app.announce_conduct()
        screen.ask()

    app.write(work, done, lambda error: screen.tell(sentence(error)))


ACTS: dict[str, Act] = {
    "register": Act("people", "register", register),
    "role": Act("people", "register", change_role),
    "withdraw": Act("people", "register", withdraw),
    "move": Act("phase", "move_phase", move_phase),
    "deal": Act("packs", "deal", deal),
    "pack": Act("packs", "pack", write_pack),
    "merge": Act("packs", "merge", merge),
    "lock": Act("locks", "lock", lock),
    "unlock": Act("locks", "unlock", unlock),
    "cut": Act("cuts", "cut", cut),
    "compare": Act("cuts", "", compare_cut, only_there=True),
    "key": Act("people", "", public_key),
    "send_back": Act("packs", "", send_back),
}
