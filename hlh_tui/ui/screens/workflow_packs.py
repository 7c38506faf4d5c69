"""Packs on the Workflow screen: deal cases, write a reader's pack, merge what came back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.ui.free_place import free_place
from hlh_tui.ui.present import counted
from hlh_tui.ui.screens.confirm import ConfirmScreen
from hlh_tui.ui.screens.pick import PickScreen
from hlh_tui.ui.screens.workflow_writing import write

if TYPE_CHECKING:
    from hlh_tui.review.conduct.models import Person
    from hlh_tui.review.packs.models import Merged
    from hlh_tui.review.workflow import Workflow
    from hlh_tui.ui.screens.workflow import WorkflowScreen

MOST_TOLD = 5
ONE_COPY = "only one copy of a pack can be merged"
UNSIGNED = "; no key of theirs is registered, so they cannot sign: p on the people registers one"


def deal(screen: WorkflowScreen, found: Workflow, _target: str | None) -> None:
    """Deal every case that lacks readers, after saying to whom; what cannot be dealt is refused without a question."""
    app = screen.app
    readers = [one for one in found.people if one.role == "reader"]
    if not (found.phased and found.patients and readers) or found.is_pack:
        _deal(screen, found)
        return
    asked = ConfirmScreen("Deal cases", _before_dealing(readers), "not yet", "deal every case that lacks readers")
    app.push_screen(asked, lambda yes: _deal(screen, found) if yes else None)


def _before_dealing(readers: Sequence[Person]) -> list[str]:
    """Who gets cases, that it stays, and who could not sign what they read."""
    words = [
        f"Cases go to {counted(len(readers), 'reader')}: {', '.join(one.name for one in readers)}.",
        "Who got which case, and in which order, stays: a reader registered later gets only what lacks readers then.",
    ]
    keyless = ", ".join(one.name for one in readers if not one.public_key)
    return (
        [*words, f"No key is registered for {keyless}: who has none cannot sign each decision."] if keyless else words
    )


def _deal(screen: WorkflowScreen, found: Workflow) -> None:
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
        from hlh_tui.review.packs.container import PACK_SUFFIX
        from hlh_tui.review.packs.errors import PackRefused
        from hlh_tui.review.packs.packing import pack

        theirs = [each for each in found.packs if each.reader == reader]
        again = bool(theirs) and all(each.written_at and not each.merged_at for each in theirs)
        proposal = free_place(app.study_path.parent, reader, PACK_SUFFIX)
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
