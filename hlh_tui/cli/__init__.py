"""The command line: one thin module per verb, imported only when its verb is called."""

from __future__ import annotations

import sys
from importlib import import_module

from hlh_tui import __version__

VERBS = {
    "demo": "open the bundled synthetic study in the app",
    "open": "open a study in the app (the default when only a study is named)",
    "new": "make an empty study",
    "import": "read charts from a folder into a study",
    "simulate": "write charts of synthetic patients whose category is known",
    "assess": "what the criteria say of each patient",
    "criteria": "list, print, adopt and check criteria sets",
    "train": "practise on synthetic cases with known answers, for a certificate",
    "reader": "who takes part in a study, and in which role",
    "phase": "the phase of a blinded study, and the move to another one",
    "deal": "give every case to as many readers as the protocol asks for",
    "pack": "write a reader's cases into one file to read offline",
    "return": "write what was read in a pack into one file to send back",
    "merge": "take over what readers returned from their packs",
    "decide": "record decisions from a script",
    "table": "print the cohort's tables, or write them to files",
    "survival": "print survival estimates",
    "incidence": "print competing risks of an endpoint",
    "figure": "write a figure for print as PDF, SVG or PNG",
    "biomarkers": "compare analytes before and after, by response or any group",
    "agreement": "how far readers agree, and how each of them reads",
    "sensitivity": "what other decisions would make of the results",
    "reproduce": "every printed figure of a paper against its study",
    "compare": "where readers differ, side by side; settle, vote",
    "minutes": "minutes of consensus meetings",
    "query": "list, raise, answer, close and reopen data queries",
    "cut": "name the study as it is now, to compare and verify against later",
    "diff": "which decisions changed between two cuts, and what they moved",
    "lock": "keep a case or the study from being decided any further",
    "unlock": "let a locked case or study be decided again",
    "show": "print one patient's chart as text",
    "export": "write the adjudicated data set to a new folder",
    "log": "the audit trail in sentences: who did what, when and why",
    "replay": "the study as it stood at an earlier time",
    "redact": "take personal data that somebody typed out of the log",
    "sign": "sign decisions or final categories with your key",
    "verify": "check the log, its mirror, the charts and signatures, also against exports",
    "seal": "encrypt a pack, backup, export or closed study",
    "unseal": "open what was sealed",
    "recover": "bring a study back from its mirror",
    "backup": "copy a study with its log to another name",
    "snapshot": "make a read-only copy of a study, also while it is open elsewhere",
}

LEAVING_TIDILY = frozenset(
    {
        "open",
        "demo",
        "train",
        "import",
        "simulate",
        "criteria",
        "export",
        "recover",
        "redact",
        "reproduce",
        "snapshot",
        "pack",
        "return",
        "seal",
        "unseal",
    }
)
"""Verbs that write copies of charts on their way, or would leave a terminal in disorder."""


def main(argv: list[str] | None = None) -> int:
    """Run a verb and return its exit code: 0 done, 1 a check did not hold, 2 wrong usage or unusable input."""
    from hlh_tui.cli.output import flush, give_up_output, write_any_character

    words = list(sys.argv[1:] if argv is None else argv)
    write_any_character()
    try:
        code = called(words)
        flush()
    except BrokenPipeError:
        give_up_output()
        return 0
    except OSError as error:
        give_up_output()
        print(f"hlh-tui: the output cannot be written ({error.strerror}); write it elsewhere", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code


def called(words: list[str]) -> int:
    """Do what the words ask for and return the exit code."""
    if words[:1] in (["--version"], ["-V"]):
        print(f"hlh-tui {__version__}")
        return 0
    if words[:1] == ["help"] and len(words) > 1:
        words = [words[1], "--help"]
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if words else 2
    if any(not word.isascii() and not is_text(word) for word in words):
        encoding = sys.getfilesystemencoding()
        print(f"hlh-tui: an argument is not text in {encoding}; call it from a UTF-8 locale", file=sys.stderr)
        return 2
    verb = words[0]
    if verb not in VERBS and is_study(verb):
        return run_verb("open", words)
    if verb not in VERBS:
        print(f"hlh-tui: there is no verb {verb!r}; hlh-tui --help lists them", file=sys.stderr)
        return 2
    return run_verb(verb, words[1:])


def is_study(word: str) -> bool:
    """Whether the word that stands for a verb names a study: by its ending, or as a file that is there."""
    from pathlib import Path

    return not word.startswith("-") and (word.endswith((".duckdb", ".hlhpack")) or Path(word).is_file())


def is_text(word: str) -> bool:
    """Whether the argument could be decoded; what could not carries surrogates, which no study can hold."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def run_verb(verb: str, words: list[str]) -> int:
    """Parse the words of one verb and run it; an ``HlhError`` becomes one sentence on stderr."""
    from hlh_tui.cli.ending import ended_when_told
    from hlh_tui.cli.output import printable
    from hlh_tui.cli.parser import Parser
    from hlh_tui.protocol.errors import HlhError

    module = import_module(f"hlh_tui.cli.{verb}_verb")
    parser = Parser(prog=f"hlh-tui {verb}", description=VERBS[verb])
    module.add_arguments(parser)
    try:
        with ended_when_told(tidily=verb in LEAVING_TIDILY):
            code: int = module.run(parser.parse_intermixed_args(words))
    except HlhError as error:
        print(printable(f"hlh-tui {verb}: {error}"), file=sys.stderr)
        return error.exit_code
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except OSError as error:
        if error.filename is None:
            raise
        print(f"hlh-tui {verb}: {error.filename}: {error.strerror}; check the place and try again", file=sys.stderr)
        return 2
    except Exception as error:
        return unexpected(verb, error)
    return code


def unexpected(verb: str, error: Exception) -> int:
    """Report a fault of the program itself in one sentence, with its trace only for who asks; 2."""
    import os
    import traceback

    if os.environ.get("HLH_TUI_TRACE"):
        traceback.print_exception(error)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    print(f"hlh-tui {verb}: a fault of the program ({what}); report it with HLH_TUI_TRACE=1 set", file=sys.stderr)
    return 2


def usage() -> str:
    """The overview that ``--help`` prints."""
    width = max(map(len, VERBS))
    lines = [f"  {verb:<{width}}  {purpose}" for verb, purpose in VERBS.items()]
    return "\n".join(
        [
            "usage: hlh-tui VERB ...   |   hlh-tui STUDY.duckdb   |   hlh-tui --version",
            "",
            "Review charts of patients with haemophagocytic lymphohistiocytosis, judge response,",
            "and analyse the cohort, in the terminal. hlh-tui VERB --help explains a verb.",
            "",
            *lines,
        ]
    )
