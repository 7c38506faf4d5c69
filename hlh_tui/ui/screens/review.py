"""Review, the heart: one case with its timeline, evidence board and decision bar."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.reactive import reactive

from hlh_tui.ui.attention import Attention
from hlh_tui.ui.background import sentence
from hlh_tui.ui.begun_kept import BegunKept
from hlh_tui.ui.case_named import ask_for_case
from hlh_tui.ui.case_shelf import CaseShelf
from hlh_tui.ui.commands import bindings_for
from hlh_tui.ui.judgement import (
    READ_ONLY,
    after_commit,
    after_failure,
    choose,
    cite,
    decision_of,
    drop,
    goes_on,
    keep_wording,
    missing_reason,
    nothing_new,
    reword,
    saving,
    saving_words,
    turn_confidence,
    why_hidden,
)
from hlh_tui.ui.judgement import begun as begun_draft
from hlh_tui.ui.reach import decides_nothing
from hlh_tui.ui.review_case import Committed, commit
from hlh_tui.ui.review_state import (
    ReviewState,
    move_day,
    move_visit,
    neighbour,
    next_undecided,
    notes_shown,
    shown_until,
)
from hlh_tui.ui.review_views import bar_view, origins, patient_view, source_view, timeline_view, trace_view
from hlh_tui.ui.screens.frame import FramedScreen
from hlh_tui.ui.screens.review_marks import ask_about, turn_flag
from hlh_tui.ui.screens.review_reading import read_anew, read_own_decisions, show_case
from hlh_tui.ui.screens.review_reveal import ask_to_reveal, turn_whole_course
from hlh_tui.ui.screens.review_signing import ask_to_sign, read_signatures
from hlh_tui.ui.widgets.board_rows import Board, board, board_text
from hlh_tui.ui.widgets.decision_bar import EDITING, DecisionBar
from hlh_tui.ui.widgets.evidence_board import EvidenceBoard
from hlh_tui.ui.widgets.patient_line import PatientLine
from hlh_tui.ui.widgets.source_pane import SourcePane
from hlh_tui.ui.widgets.timeline import OPENING_ZOOM, ZOOMS, Timeline
from hlh_tui.ui.widgets.trace_pane import TracePane

if TYPE_CHECKING:
    from hlh_tui.review.models import CaseRow, Decision
    from hlh_tui.ui.news import Decided, Reread


class ReviewScreen(FramedScreen):
    """Shows ``state``; every key makes a new one from it, and every panel draws its part of the new one."""

    WHERE = "review"
    CSS_PATH = "review.tcss"
    BINDINGS: ClassVar = bindings_for("review")
    AUTO_FOCUS = ""

    state: reactive[ReviewState] = reactive(ReviewState(zoom=OPENING_ZOOM), layout=False)

    def __init__(self) -> None:
        super().__init__()
        self.shelf = CaseShelf()
        self._board = Board()
        self.attention = Attention()
        self.begun = BegunKept(self)
        self._commit_after_edit = False
        self._own_entry = -1
        self.commits = 0

    def body(self) -> ComposeResult:
        """Patient line, what stands above the board, the board, the bar."""
        yield PatientLine()
        yield Timeline()
        yield TracePane()
        yield SourcePane()
        yield EvidenceBoard()
        yield DecisionBar()

    def on_mount(self) -> None:
        """Follow the app: its cases, the chosen case, and what is written to the log."""
        protocol = self.app.study.protocol
        self.state = replace(
            self.state, until_day=protocol.review_until_day, context=protocol.context, rows=self.app.cases
        )
        self.app.decided.subscribe(self, self._news)
        self.app.reread.subscribe(self, self._reread)
        self.watch(self.app, "patient_id", self._open)
        self.watch(self.app, "cases", self._listed, init=False)
        read_own_decisions(self)
        self.begun.take_up()

    # What is shown

    def watch_state(self, state: ReviewState) -> None:
        """Give every panel its part of the state."""
        if not self.is_mounted:
            return
        protocol = self.app.study.protocol
        self.begun.follow(state)
        self.set_class(state.enlarged == "timeline", "-timeline-only")
        self.set_class(state.enlarged == "board", "-board-only")
        self.set_class(state.upper == "trace", "-trace")
        self.set_class(state.upper == "source", "-source")
        self._board = board(state)
        self.attention.follow(state, self._board, in_front=self.is_current)
        self.query_one(PatientLine).view = patient_view(state, protocol)
        self.query_one(EvidenceBoard).view = self._board
        self.query_one(Timeline).view = timeline_view(state, self._board, protocol)
        self.query_one(DecisionBar).view = bar_view(state, protocol, begun_draft(state))
        if state.upper == "source":
            self.query_one(SourcePane).view = source_view(state, self._board)
        self.query_one(TracePane).view = trace_view(state)

    @on(events.ScreenSuspend)
    def away(self) -> None:
        """Another screen is in front: time on the case stands still."""
        self.attention.on_case(None)

    @on(events.ScreenResume)
    def back(self) -> None:
        """The case is in front again."""
        self.attention.follow(self.state, self._board, in_front=True)

    def say(self, words: str) -> None:
        """Say something in the decision bar, until the next thing is said."""
        self.state = replace(self.state, said=words)

    def as_text(self) -> str:
        """The board as text, a tab between columns."""
        return board_text(self._board)

    # Reading cases

    def _open(self, patient_id: str | None) -> None:
        """Show that case at once if it is read, otherwise as soon as it is."""
        if patient_id is None or (patient_id == self.state.patient_id and self.state.case is not None):
            return
        bar = self.query_one(DecisionBar)
        if bar.editing and bar.case != patient_id:
            bar.close()
        show_case(self, patient_id)
        read_signatures(self)

    def _listed(self, rows: tuple[CaseRow, ...]) -> None:
        """The cases stand otherwise now."""
        self.state = replace(self.state, rows=rows)

    def _news(self, news: Decided) -> None:
        """Something was written, here or on another screen: read what is in force."""
        read_signatures(self)
        if news.saved.seq == self._own_entry:
            return
        if news.patient_id == self.state.patient_id and self.state.step == "differs":
            self.state = replace(self.state, step="reading", upper="timeline", said="")
        read_own_decisions(self)

    def _reread(self, news: Reread) -> None:
        """Another reading of the criteria is in force: read everything again."""
        read_anew(self, news)
        read_own_decisions(self)

    # Moving

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool | None:
        """No key of the case fires while the reason is being written."""
        editing = self.is_mounted and self.query_one(DecisionBar).editing
        return not (editing and hasattr(self, f"action_{action}"))

    def action_day(self, step: int) -> None:
        """The previous or next day with data."""
        self.state = move_day(self.state, step)

    def action_visit(self, step: int) -> None:
        """The previous or next scheduled visit."""
        self.state = move_visit(self.state, step)

    def action_item(self, step: int) -> None:
        """The row above or below."""
        if self._board.rows:
            row = min(max(self._board.row + step, 0), len(self._board.rows) - 1)
            self.state = replace(self.state, row=self._board.rows[row].id)

    def action_zoom(self, step: int) -> None:
        """A shorter (1) or longer (-1) span of days."""
        self.state = replace(self.state, zoom=min(max(self.state.zoom - step, 0), len(ZOOMS) - 1))

    def action_align(self) -> None:
        """Count days from the next event that is shown: first dose, onset, HSCT, relapse."""
        known = origins(self.state, self.app.study.protocol)
        align = (self.state.align + 1) % len(known)
        self.state = replace(self.state, align=align, said=f"days counted from {known[align].label}")

    def action_whole_course(self) -> None:
        """Show the chart after the evidence cut-off, and say that this is hindsight; or hide it again."""
        if self.state.whole_course or not ask_to_reveal(self):
            turn_whole_course(self)

    def action_enlarge(self) -> None:
        """Board on the whole screen, then timeline, then both again."""
        following = {"": "board", "board": "timeline", "timeline": ""}
        self.state = replace(self.state, enlarged=following[self.state.enlarged], upper="timeline")

    def action_source(self) -> None:
        """Open the source of the value under the cursor, or close it."""
        upper = "timeline" if self.state.upper == "source" else "source"
        self.state = replace(self.state, upper=upper, enlarged="")

    def action_rules(self) -> None:
        """Show the rules' proposal with its trace, once it may be seen."""
        from hlh_tui.review.state import reveals

        if not self.state.revealed:
            self.say(why_hidden(self.state, reveals(self.app.study)))
            return
        upper = "timeline" if self.state.upper == "trace" else "trace"
        self.state = replace(self.state, upper=upper, enlarged="")

    def action_back(self) -> None:
        """Close what is open, else return to where the chart was opened."""
        if self.state.upper != "timeline" or self.state.enlarged:
            self.state = replace(self.state, upper="timeline", enlarged="")
        else:
            self.app.switch_mode(self.app.came_from)

    def action_notes(self) -> None:
        """The notes up to the last shown day."""
        from hlh_tui.ui.widgets.notes_pane import NotesPane

        if self.state.case is not None:
            shown, later = notes_shown(self.state.case, shown_until(self.state))
            self.attention.read_notes([note.day for note in shown])
            self.app.push_screen(NotesPane(self.state.patient_id or "", shown, later))

    # Other cases

    def go(self, patient_id: str | None, otherwise: str) -> None:
        """Go to that case, an unsaved choice staying with the case that is left; without one say why not."""
        if patient_id is None:
            self.say(otherwise)
            return
        self.state = replace(self.state, said="")
        self.app.patient_id = patient_id

    def action_case(self, step: int) -> None:
        """The next or previous case; an unsaved choice stays with the case that is left."""
        self.go(neighbour(self.state, step), "this is the last case" if step > 0 else "this is the first case")

    def action_next_undecided(self) -> None:
        """The next case without this reader's decision."""
        self.go(next_undecided(self.state), "no other case waits for your decision")

    def action_find(self) -> None:
        """Go to a case by its id."""
        ask_for_case(self)

    # Evidence

    def action_cite(self) -> None:
        """Cite the value under the cursor, or take the citation back."""
        cell = self._board.cell
        if self._held():
            return
        if cell is None or cell.cite is None:
            self.say("there is no value under the cursor to cite")
            return
        self.state = replace(cite(self.state, cell.cite), said="")

    def action_query(self) -> None:
        """Ask a question about the value under the cursor."""
        cell, case = self._board.cell, self.state.patient_id
        if case is None:
            return
        if cell is None or cell.cite is None:
            self.say("there is no value under the cursor to ask about")
            return
        ask_about(self, case, cell.cite)

    def action_flag(self) -> None:
        """Flag this case with a note, or take the flag away."""
        if (row := self.state.case_row) is not None:
            turn_flag(self, row)

    def action_sign(self) -> None:
        """Sign the decision or the final category of this case, with the passphrase typed for it."""
        if not self._held(judging=False) and self.state.patient_id is not None:
            ask_to_sign(self, self.state.patient_id)

    # Deciding

    def _held(self, *, judging: bool = True) -> bool:
        """Whether the judgement of this case cannot be changed now, or never by this person; says why."""
        why = READ_ONLY if self.app.read_only else decides_nothing(self.app) if judging else ""
        why = why or (saving_words(self.state) if self.state.is_saving else "")
        if why:
            self.say(why)
        return bool(why)

    def action_choose(self, category: str) -> None:
        """Choose a category; nothing is saved yet."""
        if not self._held():
            self.state = replace(choose(self.state, category), said="", step="reading")

    def action_confidence(self) -> None:
        """Low or high."""
        if not self._held():
            self.state = replace(turn_confidence(self.state), said="")

    def action_drop(self) -> None:
        """Drop what is begun for this case, or bring it back."""
        if not self._held():
            self.state = drop(self.state)

    def action_because(self) -> None:
        """Write or edit the reason."""
        if not self._held():
            self.say(EDITING)
            self._edit(then_commit=False)

    def _edit(self, then_commit: bool) -> None:
        self._commit_after_edit = then_commit
        self.query_one(DecisionBar).edit(self.state.patient_id or "")

    @on(DecisionBar.Reworded)
    def reworded(self, message: DecisionBar.Reworded) -> None:
        """Keep the reason as it is typed."""
        self.state = reword(self.state, message.reason, message.case)

    @on(DecisionBar.Kept)
    def kept(self, message: DecisionBar.Kept) -> None:
        """The editor was left: with enter, save if saving was asked for."""
        if message.accepted:
            self.state = keep_wording(self.state, message.case, self.app.study.protocol)
        if message.case != self.state.patient_id:
            self.say(f"{message.case}: reason kept, not saved")
            return
        self.say("" if message.accepted else "reason kept, not saved")
        if message.accepted and self._commit_after_edit:
            self.action_commit()

    def action_commit(self) -> None:
        """Save the decision; a reason that is required and missing is asked for first."""
        if self._held():
            return
        seen = self.attention.seen(self.state.patient_id or "")
        decision = decision_of(self.state, self.app.study.protocol, self.app.role, seen)
        if decision is None:
            self.say("choose a category first: 1 to 5")
            return
        if nothing_new(self.state):
            self.say("nothing to save: this decision is in force; n next case, a digit revises")
            return
        why = missing_reason(self.state, decision)
        if why:
            self.say(f"reason needed: {why} · enter saves, esc leaves")
            self._edit(then_commit=True)
            return
        self._save(decision)

    def _save(self, decision: Decision) -> None:
        app, case = self.app, self.state.case
        if case is None:
            self.say("the chart is still being read; press enter again")
            return
        proposal = case.assessment.best.category
        self.state = saving(self.state)

        def failed(error: Exception) -> None:
            self.state = after_failure(self.state, decision.patient_id)
            app.say(f"{decision.patient_id} not saved: {sentence(error)}", "error")

        app.write(lambda: commit(app.study, app.reader, decision, proposal), self._saved, failed)

    def _saved(self, committed: Committed) -> None:
        """On disk: reveal the proposal, and go on unless it differs or the reader has gone on already."""
        self.state = after_commit(self.state, committed)
        self._own_entry = committed.saved.seq
        self.commits += 1
        self.app.announce(committed.decision.patient_id, committed.saved, committed.row)
        following = goes_on(self.state, committed)
        if following is not None:
            self.app.patient_id = following
