"""What is done on the Differences screen: settle, vote, reveal, discuss, answer and close queries, write minutes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.ui.free_place import free_place
from hlh_tui.ui.screens.pick import PickScreen

if TYPE_CHECKING:
    from hlh_tui.review.consensus.meeting import VoteCast
    from hlh_tui.review.consensus.models import Difference
    from hlh_tui.review.models import Saved
    from hlh_tui.study.models import Actor
    from hlh_tui.ui.screens.differences import DifferencesScreen
    from hlh_tui.ui.screens.differences_vote import Ballot

READ_ONLY = "this study is open read-only: nothing can be saved here; open the study itself"


def pick(screen: DifferencesScreen, title: str, labels: tuple[str, ...], then: Callable[[int], None]) -> None:
    """Let one of several be chosen."""
    screen.app.push_screen(PickScreen(title, labels, 0), lambda place: None if place is None else then(place))


def save(screen: DifferencesScreen, case: str, work: Callable[[], Saved], words: str) -> None:
    """Write, then tell the reader and every screen."""

    def told(saved: Saved) -> None:
        how = "is recorded already" if saved.already else f"saved #{saved.seq}"
        screen.app.say(f"{case} {words}, {how}")
        screen.app.announce(case, saved)

    screen.app.write(work, told)


# Settling


def ask_to_accept(screen: DifferencesScreen, one: Difference, number: int) -> None:
    """Take a reader's decision: asks for the kind of disagreement, then for the reason."""
    read = one.read(number)
    if read is None:
        screen.app.say(f"{one.patient_id} has no reader {number}", "warning")
        return
    _ask_kind(screen, one, str(number), read.category)


def ask_for_new(screen: DifferencesScreen, one: Difference) -> None:
    """Give a category of its own: asks which, then the kind of disagreement, then for the reason."""
    categories = screen.app.study.protocol.categories
    labels = tuple(f"{each.id}  {each.label}" for each in categories)
    title = f"A new category for {one.patient_id}"
    pick(screen, title, labels, lambda place: _ask_kind(screen, one, "new", categories[place].id))


def _ask_kind(screen: DifferencesScreen, one: Difference, accepted: str, category: str) -> None:
    from hlh_tui.review.consensus.disagreements import kinds

    offered = kinds()
    labels = tuple(f"{kind.label}: {kind.meaning}" for kind in offered)
    pick(
        screen,
        f"{one.patient_id} is {category}: what kind of disagreement was it?",
        labels,
        lambda place: _ask_reason(screen, one, accepted, category, offered[place].id),
    )


def _ask_reason(screen: DifferencesScreen, one: Difference, accepted: str, category: str, kind: str) -> None:
    from hlh_tui.review.consensus.settle import Settlement, settle

    app, case = screen.app, one.patient_id
    whose = "a new category" if accepted == "new" else f"as reader {accepted}"

    def write(reason: str) -> None:
        settlement = Settlement(case, accepted, kind, reason, category)
        save(screen, case, lambda: settle(app.study, app.reader, settlement), f"settled as {category}")

    app.prompt(f"{case} {category}, {whose}: why?", "", write, "the reason is required")


# The meeting


def ask_to_vote(screen: DifferencesScreen, case: str) -> None:
    """Choose who votes, then take the vote without showing it."""
    from hlh_tui.review.consensus.meeting import possible_members
    from hlh_tui.ui.background import in_background

    app, opened = screen.app, screen.opened
    voted = set(opened.round.voted) if opened is not None and opened.round is not None else set()
    revealed = opened is not None and opened.round is not None and opened.round.reveal is not None

    def choose(members: tuple[Actor, ...]) -> None:
        if not members:
            app.say(f"nobody may vote on {case} now", "warning")
            return
        again = "votes again, as the opinion after the discussion" if revealed else "has voted, may change it"
        labels = tuple(f"{one.name}{f' ({again})' if one.name in voted else ''}" for one in members)
        first = next((place for place, one in enumerate(members) if one.name not in voted), 0)
        app.push_screen(
            PickScreen(f"Who votes on {case}?", labels, first),
            lambda place: None if place is None else _take_vote(screen, case, members[place]),
        )

    in_background(app, screen, lambda: possible_members(app.study, case), choose, "members")


def _take_vote(screen: DifferencesScreen, case: str, member: Actor) -> None:
    from hlh_tui.review.consensus.meeting import vote
    from hlh_tui.ui.screens.differences_vote import VoteScreen

    app = screen.app

    def told(cast: VoteCast) -> None:
        if cast.revealed:
            app.say(f"{member.name} voted on {case}; the votes are revealed")
        else:
            waiting = f", waiting for {', '.join(cast.waiting)}" if cast.waiting else ""
            app.say(f"{member.name} voted on {case}, hidden{waiting}")
        app.announce(case, cast.saved)

    def take(ballot: Ballot | None) -> None:
        if ballot is not None:
            app.write(lambda: vote(app.study, member, case, *ballot), told)

    app.push_screen(VoteScreen(member.name, case, app.study.protocol.categories), take)


def ask_to_reveal(screen: DifferencesScreen, case: str) -> None:
    """Reveal the votes before everybody has voted; asks why."""
    from hlh_tui.review.consensus.meeting import reveal_votes

    app, opened = screen.app, screen.opened
    if opened is None or opened.round is None or opened.round.reveal is not None:
        app.say(f"{case} has no hidden votes; v votes")
        return

    def write(reason: str) -> None:
        save(screen, case, lambda: reveal_votes(app.study, app.reader, case, reason), "votes revealed")

    waiting = f" without {', '.join(opened.waiting)}" if opened.waiting else ""
    app.prompt(f"Reveal the votes on {case}{waiting}: why?", "", write, "the reason is required")


def ask_for_note(screen: DifferencesScreen, case: str) -> None:
    """Write down what was said; after the reveal."""
    from hlh_tui.review.consensus.meeting import discuss

    app, opened = screen.app, screen.opened
    if opened is None or opened.round is None or opened.round.reveal is None:
        app.say(f"{case} is discussed once its votes are revealed; v votes, r reveals")
        return

    def write(note: str) -> None:
        save(screen, case, lambda: discuss(app.study, app.reader, case, note), "note")

    app.prompt(f"Discussion of {case}", "", write, "what was said")


def ask_for_minutes(screen: DifferencesScreen) -> None:
    """Ask for a file and write the minutes to it."""
    from hlh_tui.review.consensus.minutes_text import FORMATS

    app = screen.app

    def write(words: str) -> None:
        place = Path(words).expanduser()
        app.write(lambda: _write_minutes(screen, place), lambda _: app.say(f"wrote {place}"))

    proposal = str(free_place(app.study_path.parent, f"{app.study_path.stem}-minutes", ".md"))
    app.prompt("Write the minutes", proposal, write, f"the ending is the format: {', '.join(FORMATS)}")


def _write_minutes(screen: DifferencesScreen, place: Path) -> None:
    from hlh_tui.cohort.tables.files import require_free, write_files
    from hlh_tui.review.consensus.differences import NotCompared
    from hlh_tui.review.consensus.minutes import minutes
    from hlh_tui.review.consensus.minutes_text import FORMATS, minutes_in

    study, reader = screen.app.study, screen.app.reader
    form = FORMATS.get(place.suffix.lower())
    if form is None:
        raise NotCompared(f"{place.name} says no format: end it with one of {', '.join(FORMATS)}")
    require_free([place], study, force=False)
    text = minutes_in(minutes(study, reader), form)
    write_files({place: text.encode("utf-8", "backslashreplace")}, force=False)


# Data queries


def ask_query(screen: DifferencesScreen, case: str) -> None:
    """Ask a question about the chart as a whole."""
    from hlh_tui.review.models import Cited
    from hlh_tui.review.queries_answering import raise_query

    app = screen.app
    about = Cited("note", 0.0, "chart", "as a whole")

    def write(question: str) -> None:
        save(screen, case, lambda: raise_query(app.study, app.reader, case, about, question), "query raised")

    app.prompt(f"Data query on {case}", "", write, "what should the site check?")


TURNS = {"answer": "answered", "close": "closed", "reopen": "open again"}


def ask_to_turn(screen: DifferencesScreen, number: int, turn: str) -> None:
    """Answer, close or reopen a query; asks for the words."""
    from hlh_tui.review.queries_answering import answer_query, close_query, reopen_query

    app = screen.app
    query = next((one for one in screen.table.queries if one.seq == number), None)
    if query is None:
        return
    act = {"answer": answer_query, "close": close_query, "reopen": reopen_query}[turn]
    case = query.patient_id

    def write(words: str) -> None:
        save(screen, case, lambda: act(app.study, app.reader, number, words), f"query {TURNS[turn]}")

    title = {"answer": "Answer", "close": "Close: why?", "reopen": "Send back or reopen: why?"}[turn]
    app.prompt(f"{case} “{query.question}”", "", write, title)
