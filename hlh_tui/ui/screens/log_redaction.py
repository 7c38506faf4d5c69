"""Redaction from the Log screen: which text of the entry, why, what is lost and what stays, then the act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui.ui.background import in_background
from hlh_tui.ui.screens.confirm import ConfirmScreen
from hlh_tui.ui.screens.pick import PickScreen
from hlh_tui.ui.ways import at_the_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hlh_tui.review.trail.models import TrailEntry
    from hlh_tui.review.trail.redact import Redacted
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor
    from hlh_tui.ui.screens.log import LogScreen

READ_ONLY = "this study is open read-only: text is taken out in the study itself"
STAYS = (
    "Stays, and can be proved: who recorded the entry and when, everything else in it, its hash and its place in the"
    " chain; and that you took the text out, when and why."
)
SHOWN = 160
"""Characters of a text that the question shows."""


@dataclass(frozen=True, slots=True)
class Redactable:
    """An entry as it is shown (``number``) and as the log holds it (``seq``), and its texts that may go, by field."""

    number: int
    seq: int
    texts: Mapping[str, str]


def ask_to_redact(screen: LogScreen) -> None:
    """Ask what of the entry under the cursor must go; says why not where it may not or cannot."""
    app, line = screen.app, screen.current
    if app.read_only:
        app.say(READ_ONLY, "warning")
        return
    if line is None:
        return
    number = line.number

    def choose(found: Redactable | str) -> None:
        if isinstance(found, str):
            app.say(found, "warning")
            return
        fields = tuple(found.texts)
        if len(fields) == 1:
            _ask_why(screen, found, fields)
            return
        labels = (*(f"{field}: {cut(found.texts[field], 60)}" for field in fields), f"all {len(fields)} of them")

        def chosen(place: int | None) -> None:
            if place is not None:
                _ask_why(screen, found, fields if place == len(fields) else fields[place : place + 1])

        app.push_screen(PickScreen(f"Entry {number}: what must go?", labels, 0), chosen)

    in_background(app, screen, lambda: redactable(app.study, app.reader, number), choose, "redactable")


def redactable(study: Study, reader: Actor, number: int) -> Redactable | str:
    """The texts of an entry that this person sees and may take out; a sentence where there are none."""
    from hlh_tui.review.conduct.authority import refusal
    from hlh_tui.review.trail.trail import trail_entry
    from hlh_tui.study.redaction import free_texts, row_to_redact, text_at

    why = refusal(study, reader, "redact")
    if why is not None:
        return at_the_keys(why)
    entry: TrailEntry = trail_entry(study, reader, number)
    seq = seq_of(study, reader, number)
    _, before = row_to_redact(study, seq)
    gone = {field for each in before for field in each.fields}
    texts = {field: text_at(entry.payload, field) or "" for field in free_texts(entry.payload) if field not in gone}
    if not texts:
        return (
            f"entry {number} holds no text that somebody typed{' any more' if gone else ''}: there is nothing to redact"
        )
    return Redactable(number, seq, texts)


def seq_of(study: Study, reader: Actor, number: int) -> int:
    """The place in the log of the entry to which this person's list gives that number."""
    from hlh_tui.review.trail.sight import sight_of

    sight = sight_of(study, reader)
    ((seq,),) = study.rows(f"{sight.source} SELECT seq FROM seen WHERE number = $2", (sight.reader, number))
    return int(seq)


def _ask_why(screen: LogScreen, found: Redactable, fields: Sequence[str]) -> None:
    app = screen.app

    def because(reason: str) -> None:
        if not reason:
            app.say("a redaction needs a reason: say in a sentence why the text must go", "warning")
            return
        in_background(
            app, screen, lambda: told(app.study, found, fields), lambda words: confirm(words, reason), "redactable"
        )

    def confirm(words: tuple[str, ...], reason: str) -> None:
        asked = ConfirmScreen(
            f"Redact entry {found.number}", words, "leave the entry as it is", "take the text out, for good"
        )
        app.push_screen(asked, lambda yes: _redact(screen, found, fields, reason) if yes else None)

    title = f"Redact {' and '.join(fields)} of entry {found.number}: why?"
    app.prompt(title, "", because, "a sentence that does not repeat the text")


def told(study: Study, found: Redactable, fields: Sequence[str]) -> tuple[str, ...]:
    """What is lost, what goes with it, what stays and can be proved, and where the text still is."""
    from hlh_tui.review.trail.redact import STILL_THERE, quoting

    copies = [seq for seq, _ in quoting(study, found.seq, fields)]
    lost = [f"Lost for good: {field} “{cut(found.texts[field], SHOWN)}”" for field in fields]
    entries = "entries" if len(copies) > 1 else "entry"
    also = [f"Lost with it: the same words in {entries} {', '.join(map(str, copies))} of the log."] if copies else []
    return (*lost, *also, STAYS, f"Not reached: {STILL_THERE[0].lower()}{STILL_THERE[1:]}")


def _redact(screen: LogScreen, found: Redactable, fields: Sequence[str], reason: str) -> None:
    app = screen.app

    def work() -> Redacted:
        from hlh_tui.review.trail.redact import redact

        return redact(app.study, app.reader, found.seq, fields, reason)

    def done(made: Redacted) -> None:
        app.redacted = True
        quoted = f" and {len(made.copies)} that quoted it" if made.copies else ""
        app.say(f"redacted entry {found.number}{quoted}, saved #{made.made[-1]}; the log still verifies")
        app.announce_conduct()
        screen.ask()

    app.write(work, done)


def cut(text: str, most: int) -> str:
    """The text on one line, cut after so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}… ({len(line)} characters)"
