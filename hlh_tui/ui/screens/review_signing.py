"""Signatures on the Review screen: whether the case's hold, and signing with the passphrase typed each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hlh_tui.ui.background import in_background
from hlh_tui.ui.present import counted

if TYPE_CHECKING:
    from hlh_tui.review.models import Saved
    from hlh_tui.review.signatures.keys import Key
    from hlh_tui.review.signatures.models import SignatureStatus
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor
    from hlh_tui.ui.screens.review import ReviewScreen
    from hlh_tui.ui.screens.signing import Answer, Offer


MOST_NAMED = 12
"""Cases named in what is signed; of more it says how many there are."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What the prompt shows: what could be signed, and the signatures of the case that hold."""

    offers: tuple[Offer, ...]
    standing: tuple[str, ...]


def read_signatures(screen: ReviewScreen) -> None:
    """Read the signatures of the case on screen that this reader may see."""
    app, case = screen.app, screen.state.patient_id
    if case is None:
        return

    def read() -> tuple[SignatureStatus, ...]:
        from hlh_tui.review.signatures.status import signatures_seen_by

        return signatures_seen_by(app.study, app.reader.id, case)

    def take(found: tuple[SignatureStatus, ...]) -> None:
        if found != screen.state.signatures:
            screen.state = replace(screen.state, signatures=found)

    in_background(app, screen, read, take, "signatures")


def ask_to_sign(screen: ReviewScreen, case: str) -> None:
    """Say what would be signed and ask for the passphrase; then open the key and sign."""
    app = screen.app

    def ask(ready: Ready) -> None:
        from hlh_tui.study.log import utc_now
        from hlh_tui.ui.screens.signing import SigningScreen

        when = utc_now()[:16].replace("T", " ")
        prompt = SigningScreen(case, app.reader.name, when, ready.offers, ready.standing)
        app.push_screen(prompt, lambda answer: None if answer is None else open_and_sign(screen, case, answer))

    in_background(app, screen, lambda: ready_to_sign(app.study, app.reader, case), ask, "signing")


def ready_to_sign(study: Study, reader: Actor, case: str) -> Ready:
    """What the reader could sign in this case; the refusal of the first meaning where they can sign nothing."""
    from hlh_tui.review.errors import ReviewError
    from hlh_tui.review.signatures.keys import key_on_disk
    from hlh_tui.review.signatures.meanings import meanings
    from hlh_tui.review.signatures.sign import require_signing, what_to_sign
    from hlh_tui.review.signatures.status import signatures_seen_by
    from hlh_tui.ui.screens.signing import Offer

    require_signing(study, reader)
    key_on_disk(reader)
    offers: list[Offer] = []
    first: ReviewError | None = None
    for meaning in meanings():
        try:
            (wanted,) = what_to_sign(study, reader, [case], meaning)
        except ReviewError as refusal:
            first = first or refusal
        else:
            about = f"{wanted.category}, entry {wanted.decision.seq}"
            offers.append(Offer(meaning.id, meaning.text, about, (case,)))
    if not offers and first is not None:
        raise first
    held = [each.sentence for each in signatures_seen_by(study, reader.id, case) if each.valid]
    return Ready((*offers, *offers_of_all(study, reader, [offer.meaning for offer in offers])), tuple(held))


def offers_of_all(study: Study, reader: Actor, meanings: Sequence[str]) -> Iterator[Offer]:
    """For each meaning all cases that it could sign, where they are several: one passphrase for one act of signing."""
    from hlh_tui.review.signatures.meanings import meaning_of
    from hlh_tui.review.signatures.sign import signable, what_to_sign
    from hlh_tui.ui.screens.signing import Offer

    for meaning in map(meaning_of, meanings):
        wanted = what_to_sign(study, reader, signable(study, reader, meaning), meaning)
        if len(wanted) > 1:
            named = [f"{each.decision.patient_id} {each.category}" for each in wanted]
            more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
            about = f"all {len(named)} cases, {', '.join(named[:MOST_NAMED])}{more}"
            yield Offer(meaning.id, meaning.text, about, tuple(each.decision.patient_id for each in wanted))


def open_and_sign(screen: ReviewScreen, case: str, answer: Answer) -> None:
    """Open the key off the keyboard's thread, which takes a second or two, then sign in the order of the keys."""
    app = screen.app
    screen.say(f"{case}: opening your key")

    def opened() -> Key:
        from hlh_tui.review.signatures.keys import open_key

        return open_key(app.reader, answer.passphrase)

    def failed(error: Exception) -> None:
        screen.say("")
        app.tell_error(error)

    def write(key: Key) -> None:
        from hlh_tui.review.signatures.sign import sign_cases

        app.write(lambda: sign_cases(app.study, app.reader, answer.cases, answer.meaning, key), told, failed)

    def told(saved: Sequence[Saved]) -> None:
        new = [each for each in saved if not each.already]
        if len(saved) == 1:
            how = "signed, saved" if new else "was signed already,"
            screen.say(f"{answer.cases[0]} {how} #{saved[0].seq}")
        else:
            before = f", {counted(len(saved) - len(new), 'case')} signed before" if len(new) < len(saved) else ""
            screen.say(f"{counted(len(new), 'case')} signed{before}")
            app.case_list.read_all()
        app.announce(case, saved[-1])

    in_background(app, screen, opened, write, "key", failed)
