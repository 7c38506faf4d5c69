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
    "assess": "what the criteria say of each patient",
    "decide": "record decisions from a script",
    "table": "print a cohort table",
    "survival": "print survival estimates",
    "show": "print one patient's chart as text",
    "export": "write the adjudicated data set to a new folder",
    "verify": "check the log, its triggers and its mirror",
    "recover": "bring a study back from its mirror",
    "snapshot": "make a read-only copy of a study, also while it is open elsewhere",
}


def main(argv: list[str] | None = None) -> int:
    """Run a verb and return its exit code: 0 done, 1 a check did not hold, 2 wrong usage or unusable input."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        print(f"hlh-tui {__version__}")
        return 0
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if words else 2
    if words[0] not in VERBS and not words[0].startswith("-") and words[0].endswith(".duckdb"):
        words.insert(0, "open")
    verb = words.pop(0)
    if verb not in VERBS:
        print(f"hlh-tui: there is no verb {verb!r}; hlh-tui --help lists them", file=sys.stderr)
        return 2
    return run_verb(verb, words)


def run_verb(verb: str, words: list[str]) -> int:
    """Parse the words of one verb and run it; an ``HlhError`` becomes one sentence on stderr."""
    import argparse

    from hlh_tui.protocol.errors import HlhError

    module = import_module(f"hlh_tui.cli.{verb}_verb")
    parser = argparse.ArgumentParser(prog=f"hlh-tui {verb}", description=VERBS[verb])
    module.add_arguments(parser)
    try:
        code: int = module.run(parser.parse_args(words))
    except HlhError as error:
        print(f"hlh-tui {verb}: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
    return code


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
