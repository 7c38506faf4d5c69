"""What everybody can do on the Workflow screen for themselves: their own key, and what they send back from a pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.ui.background import in_background, sentence
from hlh_tui.ui.present import counted
from hlh_tui.ui.screens.workflow_writing import write
from hlh_tui.ui.ways import at_the_keys

if TYPE_CHECKING:
    from hlh_tui.review.conduct.models import Person
    from hlh_tui.review.packs.models import Returned
    from hlh_tui.review.signatures.keys import Key, KeyOnDisk
    from hlh_tui.review.workflow import Workflow
    from hlh_tui.ui.screens.workflow import WorkflowScreen

NEW_KEY = "several words; if it is lost, so is the key"


def public_key(screen: WorkflowScreen, found: Workflow, target: str | None) -> None:
    """Register the public key of the person under the cursor; one's own is made first where there is none.

    Who may not register others means their own key, wherever the cursor is.
    """
    may_register = not found.is_pack and found.refusals["register"] is None
    wanted = target if may_register else screen.app.reader.id
    person = next((one for one in found.people if one.id == wanted), None)
    if person is None and may_register:
        screen.tell("put the cursor on a person first: up and down move it")
    elif person is None:
        screen.tell(at_the_keys(found.refusals["register"] or ""))
    elif person.id == screen.app.reader.id:
        _own_key(screen, found, person)
    else:
        screen.app.prompt(
            f"Public key of {person.name}",
            person.public_key or "",
            lambda key: None if not key else _checked(screen, person, key),
            "ed25519:..., as they sent it: W and p, or hlh-tui reader create",
        )


def _checked(screen: WorkflowScreen, person: Person, key: str) -> None:
    """Ask why once it is a key; otherwise say what is wrong with it."""
    from hlh_tui.protocol.errors import HlhError
    from hlh_tui.review.signatures.public_keys import require_public_key

    try:
        _ask_why(screen, person, require_public_key(key))
    except HlhError as refusal:
        screen.tell(sentence(refusal))


def _own_key(screen: WorkflowScreen, found: Workflow, person: Person) -> None:
    """Make a key on this computer unless there is one, then register it or say who does."""
    app = screen.app

    def there() -> KeyOnDisk | None:
        from hlh_tui.review.signatures.keys import key_folder, key_on_disk

        return key_on_disk(app.reader) if key_folder(app.reader.id).exists() else None

    def go_on(key: KeyOnDisk | None) -> None:
        if key is not None:
            _with_own_key(screen, found, person, key.public_key)
            return
        from hlh_tui.ui.screens.passphrase import PassphraseScreen

        asked = PassphraseScreen(f"New key of {person.name}: passphrase", NEW_KEY, twice=True)
        app.push_screen(asked, lambda words: None if words is None else make(words))

    def make(passphrase: str) -> None:
        def work() -> KeyOnDisk:
            from hlh_tui.review.signatures.keys import create_key

            return create_key(app.reader, passphrase)

        screen.tell("making your key ...")
        app.write(work, go_on, lambda error: screen.tell(sentence(error)))

    in_background(app, screen, there, go_on, "key", lambda error: screen.tell(sentence(error)))


def _with_own_key(screen: WorkflowScreen, found: Workflow, person: Person, key: str) -> None:
    if person.public_key == key:
        screen.tell(f"{key} is registered: what you sign counts as yours")
    elif found.is_pack or found.refusals["register"] is not None:
        again = "; this pack does not know it until they write it once more" if found.is_pack else ""
        screen.tell(f"your public key is {key}; give it to the coordinator, who registers it with W and p{again}")
    else:
        _ask_why(screen, person, key)


def _ask_why(screen: WorkflowScreen, person: Person, key: str) -> None:
    app = screen.app

    def because(reason: str) -> None:
        from hlh_tui.review.conduct.people import register
        from hlh_tui.study.models import Actor

        write(
            screen,
            lambda: register(app.study, app.reader, Actor(person.id, person.name), person.role, reason, key),
            lambda entry: f"the key of {person.name} is registered, saved #{entry.seq}",
        )

    screen.tell("")
    app.prompt(f"Register the key of {person.name}", "", because, "why, in a sentence")


def send_back(screen: WorkflowScreen, found: Workflow, _target: str | None) -> None:
    """Ask for the file of the return and, where the reader has a key, for its passphrase; then write it."""
    app = screen.app
    if not found.is_pack:
        screen.tell("this is the study itself: b is for a reader's pack; g merges what readers send back")
        return
    from hlh_tui.review.packs.container import RETURN_SUFFIX
    from hlh_tui.review.signatures.keys import key_folder

    proposal = app.study_path.with_suffix(RETURN_SUFFIX)
    # The coordinator may have registered a key after this pack was written, so one that is here is used.
    signs = key_folder(app.reader.id).is_dir() or any(one.public_key for one in found.people)

    def to(words: str) -> None:
        place = Path(words).expanduser() if words and words != str(proposal) else None
        if not signs:
            _write_return(screen, place, None)
            return
        from hlh_tui.ui.screens.passphrase import PassphraseScreen

        asked = PassphraseScreen("Sign what you send back", "it is signed as a whole with your key")
        app.push_screen(asked, lambda phrase: None if phrase is None else _write_return(screen, place, phrase))

    hint = "what you decided, for the coordinator; you can go on and send it again"
    app.prompt("Return: file", str(proposal), to, hint)


def _write_return(screen: WorkflowScreen, place: Path | None, passphrase: str | None) -> None:
    """Write it after everything decided before, and say where it is."""
    app = screen.app

    def opened() -> Key | None:
        from hlh_tui.review.signatures.keys import open_key

        return None if passphrase is None else open_key(app.reader, passphrase)

    def work() -> Returned:
        from hlh_tui.review.packs.returning import write_return

        return write_return(app.study, place, key=opened())

    screen.tell("writing what you send back ...")
    app.write(work, lambda made: screen.tell(returned_words(made)), lambda error: screen.tell(sentence(error)))


def returned_words(made: Returned) -> str:
    """Where the return is, how much was decided, and what to do with it."""
    signed = ", signed by you" if made.signed else ", not signed"
    decided = f"{made.decided} of {counted(made.cases, 'case')} decided"
    return f"{decided}{signed}: send {made.file} to the coordinator"
