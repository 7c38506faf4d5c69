"""Signatures on the Review screen: whether the case's hold, and signing with the passphrase typed each time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hlh_tui.ui.background import in_background

if TYPE_CHECKING:
    from hlh_tui.review.models import Saved
    from hlh_tui.review.signatures.keys import Key
    from hlh_tui.review.signatures.models import SignatureStatus
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor
    from hlh_tui.ui.screens.review import ReviewScreen
    from hlh_tui.ui.screens.signing import Answer, Offer


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
            offers.append(Offer(meaning.id, meaning.text, f"{wanted.category}, entry {wanted.decision.seq}"))
    if not offers and first is not None:
        raise first
    held = [each.sentence for each in signatures_seen_by(study, reader.id, case) if each.valid]
    return Ready(tuple(offers), tuple(held))


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
        from hlh_tui.review.signatures.sign import sign

        app.write(lambda: sign(app.study, app.reader, case, answer.meaning, key), told, failed)

    def told(saved: Saved) -> None:
        how = "was signed already," if saved.already else "signed, saved"
        screen.say(f"{case} {how} #{saved.seq}")
        app.announce(case, saved)

    in_background(app, screen, opened, write, "key", failed)
