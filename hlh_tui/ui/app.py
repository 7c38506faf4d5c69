"""The app: which screens there are, what every screen can do, and what they share."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar

from textual.app import App
from textual.reactive import var
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.signal import Signal

from hlh_tui.ui import modes
from hlh_tui.ui.ascii_cells import AsciiApp, PlainScrollBar
from hlh_tui.ui.background import in_background, sentence
from hlh_tui.ui.case_list import CaseList
from hlh_tui.ui.changes import Changes
from hlh_tui.ui.commands import COMMANDS, Command, bindings_for
from hlh_tui.ui.glance import Head
from hlh_tui.ui.modes import MODE_LABELS
from hlh_tui.ui.news import Decided, Reread
from hlh_tui.ui.opening import Opening
from hlh_tui.ui.theme import DEFAULTS, THEMES, next_theme
from hlh_tui.ui.writing import WriteQueue

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.screen import Screen

    from hlh_tui.assess.options import Reading
    from hlh_tui.review.models import CaseRow, Saved
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

Result = TypeVar("Result")

COLLECT_AFTER = (10_000, 200, 20)
"""New objects little at a time, older ones seldom: every styled widget leaves cycles behind, and to look through
100 000 new objects at once stops a reader for 70 to 150 ms, through these for 12. Rows of a cohort hold no cycles."""
SMALLEST = (60, 18)
"""Columns and rows below which no screen makes sense."""

PATIENCE = 0.3
"""Seconds that the first screen waits for the study rather than appearing empty."""

WIDTHS = [(0, "-narrow"), (100, "-wide")]
HEIGHTS = [(0, "-low"), (32, "-tall")]
"""Style classes of a screen from so many columns or rows on."""


def _palette() -> type[Provider]:
    from hlh_tui.ui.palette import CommandProvider

    return CommandProvider


class HlhApp(AsciiApp):
    """One reader at one study.

    Screens read ``study``, ``reader``, ``role``, ``read_only``, ``ascii_only``, ``cases`` (this reader's cases, kept
    up to date) and ``patient_id`` (the case under review); they call ``announce`` after writing to the log and
    subscribe to ``decided`` to hear of it.
    """

    CSS_PATH: ClassVar = ["hlh.tcss", "screens/cases.tcss"]
    TITLE = "hlh-tui"
    MODES: ClassVar = {
        "review": modes.review,
        "cohort": modes.cohort,
        "survival": modes.survival,
        "biomarkers": modes.biomarkers,
        "agreement": modes.agreement,
        "criteria": modes.criteria,
        "workflow": modes.workflow,
        "differences": modes.differences,
        "log": modes.log,
    }
    DEFAULT_MODE = "cases"
    COMMANDS: ClassVar = {_palette}
    BINDINGS: ClassVar = bindings_for("app")
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    ENABLE_COMMAND_PALETTE = True
    NOTIFICATION_TIMEOUT = 6

    patient_id: var[str | None] = var(None)
    cases: var[tuple[CaseRow, ...]] = var(())
    unsaved: var[frozenset[str]] = var(frozenset())
    """Patients with a judgement that was begun on the Review screen and is not committed."""
    reading: var[Reading | None] = var(None)
    """How the study reads its criteria; None until that is read."""
    changed: var[str] = var("")
    """What the last decision, undo or redo moved of the headline results; empty where the protocol hides them."""
    came_from = "cases"
    """The screen that opened the chart under review, to which ``esc`` leads back."""
    ready: var[bool] = var(False)
    """Whether the cases are known; the study itself is open then, or opens within a moment."""

    def __init__(
        self,
        study_path: Path,
        reader: Actor,
        role: str = "reader",
        read_only: bool = False,
        *,
        opening: Opening | None = None,
        ascii_only: bool = False,
        warm: bool = False,
    ) -> None:
        self.study_path = study_path
        self.reader = reader
        self.read_only = read_only
        self.ascii_only = ascii_only
        self.opening = opening or Opening(study_path, reader, role, read_only)
        self._warm = warm
        self._told_unsaved: frozenset[str] = frozenset()
        self._end_warm_up: Callable[[], None] = lambda: None
        self.keep_begun: Callable[[], None] = lambda: None
        """Writes down what is begun on the Review screen, once there is one."""
        self.case_list = CaseList(self)
        self.redacted = False
        """Whether text was taken out of the log, and the file therefore has to be written anew once it is closed."""
        super().__init__()
        self.animation_level = "none"
        self.writes = WriteQueue(self)
        self.changes = Changes(self)
        self.decided: Signal[Decided] = Signal(self, "decided")
        self.reread: Signal[Reread] = Signal(self, "reread")
        for theme in THEMES:
            self.register_theme(theme)
        # Set without telling watchers: nothing is on the screen yet that would have to be styled again.
        self.set_reactive(App.theme, THEMES[0].name)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_default_screen(self) -> Screen[None]:
        """The list of cases."""
        return modes.cases()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The app's own colours, for themes that are not ours."""
        return DEFAULTS

    @property
    def colours(self) -> int:
        """The number of the colours that hold now: a screen of another number is styled again when it is shown."""
        return self._css_update_count

    @property
    def study(self) -> Study:
        """The open study; waits for it, so ask from a worker until ``ready``."""
        return self.opening.study()

    @property
    def role(self) -> str:
        """The role in which the reader's decisions count now."""
        return self.head.role

    @property
    def head(self) -> Head:
        """What the title bar says of the study; there when ``ready``."""
        return self.opening.head()

    # Start and end

    def on_mount(self) -> None:
        """Take the cases as soon as they are there."""
        self.decided.subscribe(self, self.changes.hear)
        # Cases is the default screen first, a mode from now on: a mode's first screen is styled twice.
        self.add_mode("cases", modes.cases)
        if self.ascii_only:
            self.add_class("-ascii")
            ScrollBar.renderer = PlainScrollBar
        if self.opening.wait(0):
            self.call_after_refresh(self._settle_in)
        else:
            in_background(self, self, self.opening.cases, self._take_first_cases, "opening", self._give_up)

    def take_opened(self) -> None:
        """Take the cases at once if the study is nearly open, so that the first screen is painted once and whole."""
        if self.opening.wait(PATIENCE):
            self.set_reactive(HlhApp.cases, self.opening.cases())
            self.set_reactive(HlhApp.ready, True)

    def _take_first_cases(self, rows: tuple[CaseRow, ...]) -> None:
        self.cases = rows
        self.ready = True
        self.call_after_refresh(self._settle_in)

    def _settle_in(self) -> None:
        """What can wait until the first screen is there."""
        self.opening.go_on()
        in_background(self, self, self._look_around, self._take_notice, "settle", self._give_up)

    def _look_around(self) -> tuple[str | None, Reading]:
        from hlh_tui.assess.reading import study_reading

        return self.study.notice, study_reading(self.study)

    def _take_notice(self, found: tuple[str | None, Reading]) -> None:
        notice, self.reading = found
        if notice:
            self.say(notice, "warning")
        if not self.read_only:
            from hlh_tui.ui.begun_earlier import tell_what_is_begun

            tell_what_is_begun(self)
        if self.study.protocol.training.practice:
            from hlh_tui.ui.training import Trainer

            Trainer(self)
        if self._warm:
            self.set_timer(1.5, self._warm_up)
            gc.enable()
            gc.freeze()
            gc.set_threshold(*COLLECT_AFTER)

    def _give_up(self, error: Exception) -> None:
        self.exit(return_code=getattr(error, "exit_code", 2))

    def _warm_up(self) -> None:
        """Load what the other screens need while the reader reads the list."""
        from hlh_tui.ui.warm import begin_warm_up

        self._end_warm_up = begin_warm_up(self.study, self.changes.prepare)

    def on_unmount(self) -> None:
        """Close the study, whoever opened it, once everything is written."""
        ScrollBar.renderer = ScrollBarRender
        self.writes.finish()
        self.keep_begun()
        self.opening.close()
        self._end_warm_up()

    # What screens call

    def say(self, words: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Show words in a corner for a while, taken literally."""
        self.notify(words, severity=severity, markup=False)

    def tell_error(self, error: Exception) -> None:
        """Show an error as one sentence."""
        self.say(sentence(error), "error")

    def write(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Write to the log after everything that was asked for before; the result or the error always comes back."""
        self.writes.put(work, done, failed)

    def announce(self, patient_id: str, saved: Saved, row: CaseRow | None = None) -> None:
        """Tell every screen that something about a case was written to the log; ``row`` is its line as read since."""
        if row is None:
            self.case_list.read(patient_id)
        else:
            self.case_list.take(row)
        self.decided.publish(Decided(patient_id, saved))

    def announce_reading(self, reading: Reading) -> None:
        """Tell every screen that the study reads its criteria otherwise from now on."""
        self.reading = reading
        self.case_list.read_all()
        self.reread.publish(Reread(reading))

    def announce_conduct(self) -> None:
        """Tell every screen that the study's phase, people or locks are others now."""
        self.opening.look_again()
        self.case_list.read_all()
        if self.reading is not None:  # what was closed may be open now: every screen asks again
            self.reread.publish(Reread(self.reading))

    def open_case(self, patient_id: str) -> None:
        """Review that case: sets ``patient_id``, which the Review screen watches, and goes there."""
        self.came_from = self.came_from if self.current_mode == "review" else self.current_mode
        self.patient_id = patient_id
        self.switch_mode("review")

    def first_case(self) -> str | None:
        """The case to review when none was chosen: the first undecided one, else the first."""
        undecided = (row.patient_id for row in self.cases if row.waits)
        return next(undecided, self.cases[0].patient_id if self.cases else None)

    def prompt(self, title: str, proposal: str, then: Callable[[str], None], hint: str = "") -> None:
        """Ask for one line of text; ``then`` gets it unless the reader steps back."""
        from hlh_tui.ui.screens.prompt import PromptScreen

        self.push_screen(PromptScreen(title, proposal, hint), lambda words: None if words is None else then(words))

    def run_command(self, command: Command) -> None:
        """Do what a line of help or palette says; a command of another screen opens that screen and says its key."""
        if command.where in ("app", self.current_mode):
            self.call_later(self.screen.run_action, command.id)
            return
        self.action_go(command.where)
        self.say(f"{MODE_LABELS[command.where]}: press {command.shown} for {command.label}")

    # Actions of every screen

    def action_go(self, mode: str) -> None:
        """Go to a screen; Review opens on the first undecided case unless one was chosen."""
        if not self.ready:
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.came_from = "cases"
        if mode == "review" and self.patient_id is None:
            self.patient_id = self.first_case()
            if self.patient_id is None:
                self.say("there are no cases to review yet", "warning")
                return
        self.switch_mode(mode)

    def action_help(self) -> None:
        """Show what every key does here and elsewhere."""
        from hlh_tui.ui.reach import commands_of
        from hlh_tui.ui.screens.help import HelpScreen

        def run(index: int | None) -> None:
            if index is not None:
                self.run_command(COMMANDS[index])

        self.push_screen(HelpScreen(self.current_mode, commands_of(self)), run)

    def action_theme(self) -> None:
        """Go to the next theme and name it."""
        self.theme = next_theme(self.theme)
        self.say(f"theme: {self.theme}")

    def action_undo(self) -> None:
        """Take back this reader's last entry; a decision with a reason."""
        from hlh_tui.ui.reversing import take_back

        take_back(self, "nothing to undo")

    def action_redo(self) -> None:
        """Put back what was undone last."""
        from hlh_tui.ui.reversing import put_back

        put_back(self, "nothing to redo")

    def action_export(self) -> None:
        """Ask for a folder and write the adjudicated data set into it."""
        from hlh_tui.ui.exporting import ask_for_export

        ask_for_export(self)

    def action_copy(self) -> None:
        """Copy the screen's content as text through the terminal."""
        words: str = getattr(self.screen, "as_text", lambda: "")()
        if not words:
            self.say("there is nothing to copy here", "warning")
            return
        self.copy_to_clipboard(words)
        self.say(f"copied {len(words.splitlines())} lines; over SSH the terminal must allow OSC 52")

    async def action_quit(self) -> None:
        """Leave; what is being written is written first, and if it fails the reader stays to read why.

        A judgement that was begun and not committed asks for the key a second time, and is there at the next start.
        """
        if self.unsaved - self._told_unsaved:
            self._told_unsaved = self.unsaved
            self.say(f"not saved: {', '.join(sorted(self.unsaved))}; q again leaves it for next time", "warning")
            return
        if not self.writes.busy:
            self.exit()
            return
        before = self.writes.failures

        def leave(_: None) -> None:
            if self.writes.failures == before:
                self.exit()

        self.say("saving first, then leaving")
        self.write(lambda: None, leave)

    async def action_back(self) -> None:
        """One step back: leave what is open on top, else return to the list of cases."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        elif self.current_mode != "cases":
            self.switch_mode("cases")
