"""What the keys of the Workflow screen do: ask in words, write with a reason, tell what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.ui.background import in_background
from hlh_tui.ui.present import counted
from hlh_tui.ui.screens.pick import PickScreen
from hlh_tui.ui.screens.workflow_own import public_key, send_back
from hlh_tui.ui.screens.workflow_packs import deal, merge, write_pack
from hlh_tui.ui.screens.workflow_writing import write
from hlh_tui.ui.workflow_views import WHOLE_STUDY

if TYPE_CHECKING:
    from hlh_tui.review.cuts import Cut
    from hlh_tui.review.workflow import Workflow
    from hlh_tui.ui.screens.workflow import WorkflowScreen

READ_ONLY = "this study is open read-only: its conduct cannot be changed here; open the study itself"
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


def lock(screen: WorkflowScreen, _found: Workflow, _target: str | None) -> None:
    """Ask for a case, nothing for the whole study, and why."""
    app = screen.app

    def of(words: str) -> None:
        patient_id = words or None
        if patient_id is not None and patient_id not in {row.patient_id for row in app.cases}:
            screen.tell(f"there is no case {patient_id!r}; C lists the cases")
            return
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
        if not name:
            screen.tell("a cut has a name: a word, such as interim")
            return

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
