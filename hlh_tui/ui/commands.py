"""The one registry of commands: bindings, footer, palette, help and the README's key table are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.binding import BindingType


@dataclass(frozen=True, slots=True)
class Command:
    """A thing a user can do.

    ``id`` names the action method (``action_<id>``) and the binding; ``keys`` are Textual key names, first the one
    shown; ``where`` is app or a screen's name; ``group`` is the heading in help; ``footer`` puts it in the legend.
    """

    id: str
    keys: tuple[str, ...]
    shown: str
    label: str
    tooltip: str
    where: str
    group: str
    footer: bool = False


def _c(
    where: str, group: str, action: str, keys: str, shown: str, label: str, tooltip: str, footer: bool = False
) -> Command:
    return Command(action, tuple(keys.split(",")), shown, label, tooltip, where, group, footer)


COMMANDS: tuple[Command, ...] = (
    _c("app", "everywhere", "go('cases')", "C", "C", "Cases", "list of cases, filter and search"),
    _c("app", "everywhere", "go('review')", "R", "R", "Review", "one case: timeline, evidence board, decision"),
    _c("app", "everywhere", "go('cohort')", "T", "T", "Tables", "the tables, from Table 1 to the flow of patients"),
    _c("app", "everywhere", "go('survival')", "S", "S", "Survival", "survival curves and competing risks"),
    _c(
        "app",
        "everywhere",
        "go('biomarkers')",
        "B",
        "B",
        "Biomarkers",
        "analytes before and after, courses of patients",
    ),
    _c("app", "everywhere", "go('agreement')", "A", "A", "Agreement", "how far readers agree, and how each reads"),
    _c("app", "everywhere", "go('criteria')", "K", "K", "Criteria", "the criteria, other readings of them, who moves"),
    _c("app", "everywhere", "go('log')", "L", "L", "Log", "who did what, when and why, from the first entry on"),
    _c("app", "everywhere", "go('differences')", "D", "D", "Differences", "where readers differ, and data queries"),
    _c("app", "everywhere", "go('workflow')", "W", "W", "Workflow", "people, phase, packs, locks and data cuts"),
    _c("app", "everywhere", "help", "question_mark", "?", "Help", "what every key does here", True),
    _c("app", "everywhere", "command_palette", "colon,ctrl+p", ":", "Palette", "find any command by name", True),
    _c(
        "app",
        "everywhere",
        "undo",
        "u",
        "u",
        "Undo",
        "take back your last decision or flag, also from an earlier session",
    ),
    _c("app", "everywhere", "redo", "U", "U", "Redo", "put back what was undone last"),
    _c(
        "app",
        "everywhere",
        "theme",
        "t",
        "t",
        "Theme",
        "next theme: dark, light, high contrast, colour-blind safe, mono",
    ),
    _c("app", "everywhere", "export", "e", "e", "Export", "write the adjudicated data set to a new folder"),
    _c("app", "everywhere", "copy", "y", "y", "Copy", "copy this screen's content as text"),
    _c("app", "everywhere", "back", "escape", "esc", "Back", "one step back"),
    _c("app", "everywhere", "quit", "q", "q", "Quit", "leave; every decision is already saved", True),
    # Cases
    _c("cases", "cases", "open_case", "enter", "enter", "Review", "open the case under the cursor", True),
    _c("cases", "cases", "next_undecided", "N", "N", "Next undecided", "open the next case that waits for you", True),
    _c("cases", "cases", "find", "slash", "/", "Find", "filter: words, or column:value such as status:relapse", True),
    _c("cases", "cases", "flag", "f", "f", "Flag", "flag the case under the cursor, with a note", True),
    _c("cases", "cases", "sort", "o", "o", "Order", "order by the next column"),
    _c("cases", "cases", "undecided_only", "x", "x", "Undecided only", "show only cases without your decision"),
    _c("cases", "cases", "back", "escape", "esc", "Back", "clear the filter and other restrictions"),
    # Review
    _c("review", "decide", "choose('CR')", "1", "1", "CR", "complete response"),
    _c("review", "decide", "choose('PR')", "2", "2", "PR", "partial response"),
    _c("review", "decide", "choose('IMP')", "3", "3", "improvement", "HLH improvement"),
    _c("review", "decide", "choose('NR')", "4", "4", "NR", "no response"),
    _c("review", "decide", "choose('NE')", "5", "5", "not evaluable", "not evaluable"),
    _c("review", "decide", "confidence", "c", "c", "Confidence", "low or high", True),
    _c("review", "decide", "because", "b", "b", "Because", "write or edit the reason", True),
    _c("review", "decide", "commit", "enter", "enter", "Commit", "save the decision and go on", True),
    _c("review", "decide", "drop", "backspace", "bksp", "Drop", "drop what is begun here, or bring it back"),
    _c("review", "decide", "flag", "f", "f", "Flag", "flag this case, with a note"),
    _c("review", "decide", "sign", "s", "s", "Sign", "sign your decision or the final category, with your passphrase"),
    _c("review", "evidence", "cite", "space", "space", "Cite", "cite the value under the cursor", True),
    _c("review", "evidence", "source", "o", "o", "Source", "raw value, unit conversion and imported row of the value"),
    _c("review", "evidence", "query", "d", "d", "Data query", "raise a question about the value"),
    _c("review", "move", "day(-1)", "left,h", "←", "Day before", "previous day with data"),
    _c("review", "move", "day(1)", "right,l", "→", "Day after", "next day with data"),
    _c("review", "move", "visit(-1)", "left_square_bracket", "[", "Visit before", "previous scheduled visit"),
    _c("review", "move", "visit(1)", "right_square_bracket", "]", "Visit after", "next scheduled visit"),
    _c("review", "move", "item(-1)", "up,k", "↑", "Item above", "criterion above"),
    _c("review", "move", "item(1)", "down,j", "↓", "Item below", "criterion below"),
    _c("review", "move", "zoom(1)", "plus,equals_sign", "+", "Zoom in", "shorter span of days"),
    _c("review", "move", "zoom(-1)", "minus", "-", "Zoom out", "longer span of days"),
    _c("review", "move", "align", "a", "a", "Align", "count days from onset, first dose, HSCT or relapse"),
    _c("review", "move", "case(1)", "n", "n", "Next case", "next case", True),
    _c("review", "move", "case(-1)", "p", "p", "Previous case", "previous case"),
    _c("review", "move", "next_undecided", "N", "N", "Next undecided", "next case that waits for you"),
    _c("review", "move", "notes", "m", "m", "Notes", "the patient's notes, to read and search", True),
    _c("review", "move", "enlarge", "z", "z", "Enlarge", "timeline or evidence board on the whole screen"),
    _c("review", "move", "find", "slash", "/", "Find", "go to a case by its id"),
    _c("review", "move", "whole_course", "w", "w", "Whole course", "show or hide the chart after the evidence cut-off"),
    _c("review", "move", "rules", "v", "v", "Rules", "what the rules propose and why, after your first decision"),
    _c("review", "move", "back", "escape", "esc", "Back", "close what is open, else back to the screen before"),
    # Cohort
    _c("cohort", "tables", "switch_table(1)", "tab", "tab", "Next table", "next table", True),
    _c("cohort", "tables", "switch_table(-1)", "shift+tab", "shift+tab", "Table before", "table before"),
    _c("cohort", "tables", "pick_table", "o", "o", "Tables", "choose a table from the list", True),
    _c("cohort", "tables", "row(-1)", "up,k", "↑", "Row above", "row above"),
    _c("cohort", "tables", "row(1)", "down,j", "↓", "Row below", "row below; below the last one the notes"),
    _c("cohort", "tables", "page(-1)", "pageup", "PgUp", "Page up", "a page of rows up"),
    _c("cohort", "tables", "page(1)", "pagedown", "PgDn", "Page down", "a page of rows down"),
    _c("cohort", "tables", "column(-1)", "left,h", "←", "Cell left", "cell to the left"),
    _c("cohort", "tables", "column(1)", "right,l", "→", "Cell right", "cell to the right"),
    _c("cohort", "tables", "patients", "enter", "enter", "Patients", "who is behind this cell", True),
    _c("cohort", "tables", "divide", "g", "g", "Group", "columns by a stratum, the response or any column", True),
    _c("cohort", "tables", "write_table", "w", "w", "Write", "write this table to a file", True),
    # Survival
    _c("survival", "survival", "endpoint(1)", "tab", "tab", "Endpoint", "next endpoint of the protocol", True),
    _c("survival", "survival", "endpoint(-1)", "shift+tab", "shift+tab", "Endpoint before", "endpoint before"),
    _c(
        "survival",
        "survival",
        "competing",
        "c",
        "c",
        "Causes",
        "competing risks: the incidence of every cause",
        True,
    ),
    _c(
        "survival",
        "survival",
        "stratify",
        "g",
        "g",
        "Group",
        "one curve, or one for each group: baseline columns, response",
        True,
    ),
    _c(
        "survival",
        "survival",
        "method",
        "m",
        "m",
        "Method",
        "how responders are compared with the others",
        True,
    ),
    _c("survival", "survival", "who_left", "enter", "enter", "Who", "who left at the cursor, and their charts", True),
    _c("survival", "survival", "interval", "i", "i", "Interval", "log-log, log or plain limits", True),
    _c("survival", "survival", "band", "b", "b", "Band", "show or hide the confidence band", True),
    _c("survival", "survival", "landmark", "w", "w", "Landmark", "landmark day for curves by response", True),
    _c("survival", "survival", "read(-1)", "left,h", "←", "Earlier", "read the curve at an earlier step"),
    _c("survival", "survival", "read(1)", "right,l", "→", "Later", "read the curve at a later step"),
    _c("survival", "survival", "scroll(-1)", "up,k", "↑", "Scroll up", "scroll numbers and notes up"),
    _c("survival", "survival", "scroll(1)", "down,j", "↓", "Scroll down", "scroll numbers and notes down"),
    # Biomarkers
    _c(
        "biomarkers",
        "biomarkers",
        "view(1)",
        "tab",
        "tab",
        "View",
        "over time, pairs, waterfall, courses, criteria",
        True,
    ),
    _c("biomarkers", "biomarkers", "view(-1)", "shift+tab", "shift+tab", "View before", "the view before"),
    _c("biomarkers", "biomarkers", "analyte(-1)", "up,k", "↑", "Analyte above", "analyte above, or patient"),
    _c("biomarkers", "biomarkers", "analyte(1)", "down,j", "↓", "Analyte below", "analyte below, or patient"),
    _c("biomarkers", "biomarkers", "patient(-1)", "left,h", "←", "Patient before", "pick the patient drawn before"),
    _c("biomarkers", "biomarkers", "patient(1)", "right,l", "→", "Patient after", "pick the patient drawn next", True),
    _c("biomarkers", "biomarkers", "open_chart", "enter", "enter", "Review", "open the chart of the patient", True),
    _c("biomarkers", "biomarkers", "group", "g", "g", "Group", "divide the patients: response, baseline columns", True),
    _c("biomarkers", "biomarkers", "day", "d", "d", "Day", "next day of comparison with baseline", True),
    _c("biomarkers", "biomarkers", "scroll(1)", "pagedown,n", "n", "Scroll down", "scroll tests and notes down"),
    _c("biomarkers", "biomarkers", "scroll(-1)", "pageup,p", "p", "Scroll up", "scroll tests and notes up"),
    # Agreement
    _c(
        "agreement",
        "agreement",
        "view(1)",
        "tab",
        "tab",
        "View",
        "coefficients, confusion, categories, criteria, readers, drift, sessions, proposal",
        True,
    ),
    _c("agreement", "agreement", "view(-1)", "shift+tab", "shift+tab", "View before", "the view before"),
    _c("agreement", "agreement", "pick_view", "o", "o", "Views", "choose a view from the list"),
    _c("agreement", "agreement", "between", "g", "g", "Readers", "whose agreement: everybody's or a pair's", True),
    _c("agreement", "agreement", "row(-1)", "up,k", "↑", "Row above", "row above"),
    _c("agreement", "agreement", "row(1)", "down,j", "↓", "Row below", "row below; below the last one the notes"),
    _c("agreement", "agreement", "page(-1)", "pageup", "PgUp", "Page up", "a page of rows up"),
    _c("agreement", "agreement", "page(1)", "pagedown", "PgDn", "Page down", "a page of rows down"),
    _c("agreement", "agreement", "column(-1)", "left,h", "←", "Cell left", "cell to the left"),
    _c("agreement", "agreement", "column(1)", "right,l", "→", "Cell right", "cell to the right"),
    _c("agreement", "agreement", "cases", "enter", "enter", "Cases", "the cases behind this cell", True),
    _c("agreement", "agreement", "write_table", "w", "w", "Write", "write this table to a file", True),
    # Log
    _c("log", "log", "open_case", "enter", "enter", "Review", "open the case that the entry is about", True),
    _c("log", "log", "find", "slash", "/", "Find", "filter: words, or by: case: action: since: until:", True),
    _c("log", "log", "write_log", "w", "w", "Write", "write what is listed to a file: html, txt, csv, json", True),
    _c("log", "log", "sign_off", "v", "v", "Reviewed", "sign off that you reviewed the trail, with a note", True),
    _c("log", "log", "redact", "r", "r", "Redact", "take personal data that was typed out of the entry, for good"),
    _c("log", "log", "enlarge", "z", "z", "Enlarge", "the whole entry on the whole screen", True),
    _c("log", "log", "order", "o", "o", "Order", "newest or oldest entries first"),
    _c("log", "log", "line(-1)", "up,k", "↑", "Entry above", "entry above"),
    _c("log", "log", "line(1)", "down,j", "↓", "Entry below", "entry below"),
    _c("log", "log", "page(-1)", "pageup", "PgUp", "Page up", "a screenful of entries up"),
    _c("log", "log", "page(1)", "pagedown", "PgDn", "Page down", "a screenful of entries down"),
    _c("log", "log", "edge(-1)", "home,g", "g", "First", "first entry of the list"),
    _c("log", "log", "edge(1)", "end,G", "G", "Last", "last entry of the list"),
    _c("log", "log", "scroll(1)", "n", "n", "Scroll down", "scroll the whole entry down"),
    _c("log", "log", "scroll(-1)", "p", "p", "Scroll up", "scroll the whole entry up"),
    _c("log", "log", "back", "escape", "esc", "Back", "close the entry, clear the filter, else return to the cases"),
    # Criteria
    _c("criteria", "criteria", "value(1)", "right,l,space", "→", "What if", "next value of the option, to look", True),
    _c("criteria", "criteria", "value(-1)", "left,h", "←", "Value before", "value before, for looking only"),
    _c("criteria", "criteria", "option(-1)", "up,k", "↑", "Option above", "option above"),
    _c("criteria", "criteria", "option(1)", "down,j", "↓", "Option below", "option below"),
    _c(
        "criteria",
        "criteria",
        "show_next",
        "tab",
        "tab",
        "View",
        "cross-table, all readings at once, or the rules",
        True,
    ),
    _c(
        "criteria",
        "criteria",
        "line(1)",
        "n,pagedown",
        "n",
        "Next line",
        "next patient listed, or the rules further on",
        True,
    ),
    _c("criteria", "criteria", "line(-1)", "p,pageup", "p", "Previous line", "patient before, or the rules further up"),
    _c("criteria", "criteria", "open_patient", "enter", "enter", "Review", "open the chart of the patient listed"),
    _c("criteria", "criteria", "other_set", "s", "s", "Set", "hold another criteria set against the study's", True),
    _c("criteria", "criteria", "named_reading", "v", "v", "Variant", "a named reading, such as the label's"),
    _c("criteria", "criteria", "as_in_force", "x", "x", "As in force", "drop the what-if: back to the study's reading"),
    _c("criteria", "criteria", "adopt", "w", "w", "Adopt", "read the criteria so from now on, with a reason", True),
    _c("criteria", "criteria", "enlarge", "z", "z", "Enlarge", "the right side on the whole screen"),
    # Workflow
    _c("workflow", "workflow", "view(1)", "tab", "tab", "View", "people, phase, packs, locks, cuts", True),
    _c("workflow", "workflow", "view(-1)", "shift+tab", "shift+tab", "View before", "the view before"),
    _c("workflow", "workflow", "line(-1)", "up,k,pageup", "↑", "Line above", "line above"),
    _c("workflow", "workflow", "line(1)", "down,j,pagedown", "↓", "Line below", "line below, or further down the page"),
    _c("workflow", "workflow", "act('register')", "a", "a", "Register", "give a person a role in the study", True),
    _c("workflow", "workflow", "act('role')", "r", "r", "Role", "another role for the person under the cursor"),
    _c("workflow", "workflow", "act('withdraw')", "x", "x", "Withdraw", "take the person's role away"),
    _c(
        "workflow",
        "workflow",
        "act('key')",
        "p",
        "p",
        "Public key",
        "register a person's key; your own is made first",
        True,
    ),
    _c("workflow", "workflow", "act('move')", "m", "m", "Move phase", "move the study to another phase", True),
    _c("workflow", "workflow", "act('deal')", "d", "d", "Deal", "deal the cases that lack readers"),
    _c("workflow", "workflow", "act('pack')", "w", "w", "Write pack", "write a reader's pack to a file"),
    _c("workflow", "workflow", "act('merge')", "g", "g", "Merge", "merge what a reader returned"),
    _c("workflow", "workflow", "act('send_back')", "b", "b", "Send back", "in a pack: write what you send back", True),
    _c("workflow", "workflow", "act('lock')", "l", "l", "Lock", "lock a case or the whole study", True),
    _c("workflow", "workflow", "act('unlock')", "o", "o", "Unlock", "take the lock under the cursor away"),
    _c("workflow", "workflow", "act('cut')", "c", "c", "Cut", "name the study as it is now", True),
    _c("workflow", "workflow", "act('compare')", "enter", "enter", "Compare", "what changed between the cut and now"),
    # Differences
    _c("differences", "differences", "compare", "enter", "enter", "Compare", "readers of a case side by side", True),
    _c("differences", "differences", "accept(1)", "1", "1", "Accept 1", "settle the case as reader 1 decided", True),
    _c("differences", "differences", "accept(2)", "2", "2", "Accept 2", "settle the case as reader 2 decided", True),
    _c("differences", "differences", "accept(3)", "3", "3", "Accept 3", "settle the case as reader 3 decided", True),
    _c("differences", "differences", "accept(4)", "4", "4", "Accept 4", "settle the case as reader 4 decided", True),
    _c("differences", "differences", "accept(5)", "5", "5", "Accept 5", "settle the case as reader 5 decided", True),
    _c("differences", "differences", "new_category", "n", "n", "New", "settle with a category of its own", True),
    _c("differences", "differences", "vote", "v", "v", "Vote", "one member's blind vote in a consensus meeting", True),
    _c("differences", "differences", "reveal", "r", "r", "Reveal", "reveal the votes before everybody has voted", True),
    _c("differences", "differences", "note", "m", "m", "Note", "write down what was said about the case", True),
    _c("differences", "differences", "minutes", "w", "w", "Minutes", "write the minutes of the meetings to a file"),
    _c("differences", "differences", "only", "x", "x", "Only", "list open, settled or all cases", True),
    _c("differences", "differences", "show_next", "tab", "tab", "Queries", "differences or data queries", True),
    _c(
        "differences",
        "differences",
        "ask",
        "d",
        "d",
        "Data query",
        "raise a question about the chart of the case",
        True,
    ),
    _c(
        "differences",
        "differences",
        "turn_query('answer')",
        "a",
        "a",
        "Answer",
        "answer the query under the cursor",
        True,
    ),
    _c("differences", "differences", "turn_query('close')", "c", "c", "Close", "close the query, with a reason", True),
    _c(
        "differences",
        "differences",
        "turn_query('reopen')",
        "b",
        "b",
        "Send back",
        "send back or reopen the query",
        True,
    ),
    _c("differences", "differences", "open_chart", "o", "o", "Chart", "open the chart on the Review screen", True),
    _c("differences", "differences", "undo", "u", "u", "Undo", "take back your last settlement; or step of a query"),
    _c("differences", "differences", "redo", "U", "U", "Redo", "put back what was undone last here"),
    _c("differences", "differences", "move(-1)", "up,k,pageup", "↑", "Line above", "line above, or further up"),
    _c("differences", "differences", "move(1)", "down,j,pagedown", "↓", "Line below", "line below, or further down"),
    _c(
        "differences",
        "differences",
        "back",
        "escape",
        "esc",
        "Back",
        "from a case to the list, else to the cases",
        True,
    ),
)


def commands_for(where: str) -> tuple[Command, ...]:
    """The commands of the app or of one screen, in the order of help."""
    return tuple(command for command in COMMANDS if command.where == where)


def bindings_for(where: str) -> list[BindingType]:
    """Textual bindings of the app or of one screen, each with an id for a user's own keymap."""
    from textual.binding import Binding

    return [
        Binding(
            ",".join(command.keys),
            command.id,
            command.label,
            show=command.footer,
            key_display=command.shown,
            tooltip=command.tooltip,
            id=f"{where}.{command.id}",
        )
        for command in commands_for(where)
    ]
