"""``hlh-tui criteria``: the criteria sets, what they say, and which one a study goes by."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from hlh_tui.protocol.models import Adopted
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Entry

USAGE = """\
hlh-tui criteria [--study STUDY]
       hlh-tui criteria ID [--study STUDY]
       hlh-tui criteria adopt STUDY FILE|ID --reason TEXT [--reader NAME]
       hlh-tui criteria set STUDY KEY=VALUE... --reason TEXT [--reader NAME]
       hlh-tui criteria stale STUDY
       hlh-tui criteria check FILE|ID [--examples FILE]"""

HELP = """\
without words   list every set; with --study also those that it adopted and the
                *.toml files beside it
ID              print a set: every rule with its source and how sure that is;
                ID@VERSION is one version of it
adopt           let a study go by another set or version; the one before stays,
                and the decisions made under it are listed as stale
set             choose how the study reads its set, e.g. missing=locf3 or
                variant=NAME; what is not named stays as it was
stale           the decisions made under other criteria or options than now
check           whether a file can be read, with every choice of every option,
                and whether its example patients come out as expected
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with criteria sets; the words depend on the first one."""
    parser.usage = USAGE
    parser.description = "List, print, adopt, read and check criteria sets."
    parser.epilog = HELP
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("words", nargs="*", metavar="WORD", help="an ID, or adopt, set, stale or check with its words")
    parser.add_argument("--study", type=Path, help="list or print as this study sees it")
    parser.add_argument("--reader", metavar="NAME", help="your printed name (default: $HLH_TUI_READER)")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, in a sentence (adopt, set)")
    parser.add_argument("--defaults", action="store_true", help="set: start from the defaults of the set")
    parser.add_argument("--examples", type=Path, metavar="FILE", help="check: example patients (default: beside FILE)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Do what the first word says; 0, 1 when an example differs, 2 with one sentence for what cannot be done."""
    does: dict[str, Callable[[argparse.Namespace, list[str]], int]] = {
        "adopt": adopt,
        "set": choose_options,
        "stale": list_stale,
        "check": check,
    }
    require_used(args)
    if args.words[:1] and args.words[0] in does:
        return does[args.words[0]](args, args.words[1:])
    if len(args.words) > 1:
        raise HlhError(
            f"{args.words[0]!r} takes no further words: give one ID, or one of {', '.join(does)} before the words;"
            " hlh-tui criteria --help explains them"
        )
    return print_set(args, args.words[0]) if args.words else list_sets(args)


def require_used(args: argparse.Namespace) -> None:
    """``HlhError`` for an option that what was asked for would pass over."""
    word = args.words[0] if args.words else ""
    given = {"--reason": args.reason, "--defaults": args.defaults, "--examples": args.examples, "--study": args.study}
    uses = {"adopt": ["--reason"], "set": ["--reason", "--defaults"], "check": ["--examples"], "stale": []}
    for option, value in given.items():
        if value and option not in uses.get(word, ["--study"]):
            named = "the study is named after the word" if option == "--study" else f"leave out {option}"
            raise HlhError(f"{option} says nothing here: {named}; hlh-tui criteria --help explains it")


def list_sets(args: argparse.Namespace) -> int:
    """Every set with its id, version, kind, hash and place, then the files that are none."""
    from hlh_tui.assess.library import available, unusable
    from hlh_tui.cli.criteria_text import listed_json, listed_text

    with opened(args.study) as study:
        sets, broken = available(study), unusable(study)
    if args.json:
        print_json(listed_json(sets, broken))
    else:
        print(printable(listed_text(sets, broken)))
    return 0


def print_set(args: argparse.Namespace, criteria_id: str) -> int:
    """One set, whole; with a study also the options it has chosen."""
    import msgspec

    from hlh_tui.assess.description import describe
    from hlh_tui.assess.library import criteria_named
    from hlh_tui.assess.reading import study_reading
    from hlh_tui.assess.rule_words import CONFIDENCE

    with opened(args.study) as study:
        criteria = criteria_named(study, criteria_id)
        own = study is not None and criteria.hash == study.criteria_document.hash
        options = study_reading(study).options if study is not None and own else None
    if args.json:
        print_json({"criteria": msgspec.to_builtins(criteria), "confidence": CONFIDENCE, "reading": options})
        return 0
    print(printable(describe(criteria)))
    if options is not None:
        print(printable(f"\nIN {args.study.name}"), *(f"{key}={value}" for key, value in options.items()), sep="\n")
    return 0


def adopt(args: argparse.Namespace, words: list[str]) -> int:
    """Adopt a document and say what it changes."""
    from hlh_tui.study.adopt import adopt_criteria
    from hlh_tui.study.file import open_study

    path, word = wanted(words, "adopt", "STUDY", "FILE|ID")
    reason = required_reason(args)
    with open_study(Path(path)) as study:
        document = document_named(study, word)
        return changing(
            args, study, lambda: adopt_criteria(study, reader_from(args.reader), document, reason), word=word
        )


def choose_options(args: argparse.Namespace, words: list[str]) -> int:
    """Choose the study's reading and say what it changes."""
    from hlh_tui.assess.options import VARIANT
    from hlh_tui.assess.reading import choose_reading, study_reading
    from hlh_tui.study.file import open_study

    if len(words) < (1 if args.defaults else 2):
        example = 'hlh-tui criteria set my.duckdb missing=locf3 --reason "charts have gaps"'
        raise HlhError(f"set needs STUDY and KEY=VALUE, for example {example}")
    reason = required_reason(args)
    given = pairs(words[1:])
    with open_study(Path(words[0])) as study:
        anew = args.defaults or VARIANT in given
        options = given if anew else {**study_reading(study).options, **given}
        return changing(args, study, lambda: choose_reading(study, reader_from(args.reader), options, reason))


def changing(args: argparse.Namespace, study: Study, change: Callable[[], Entry], word: str = "") -> int:
    """Make the change; print its entry, the proposals that it changes and the decisions that it makes stale."""
    from hlh_tui.assess.reading import study_reading
    from hlh_tui.cli.criteria_text import change_json, change_text
    from hlh_tui.protocol.errors import ProtocolError
    from hlh_tui.review.conduct.authority import require
    from hlh_tui.review.conduct.blinding import closed
    from hlh_tui.review.stale import stale_decisions
    from hlh_tui.study.errors import AdoptionRefused

    require(study, reader_from(args.reader), "adopt")
    shown = closed(study, "decisions") is None
    before = proposed(study) if shown else {}
    try:
        entry = change()
    except (ProtocolError, AdoptionRefused) as error:
        if not word.endswith(".toml"):
            raise
        problem = str(error).partition(": ")[2] if isinstance(error, ProtocolError) else str(error)
        raise type(error)(f"{Path(word).name}: {problem}") from error
    after = proposed(study) if shown else {}
    moved = [(each, before[each], after[each]) for each in after if before[each] != after[each]]
    show = change_json if args.json else change_text
    result: Any = show(entry, study_reading(study), moved, stale_decisions(study), shown=shown)
    print_json(result) if args.json else print(printable(result))
    return 0


def list_stale(args: argparse.Namespace, words: list[str]) -> int:
    """The stale decisions of a study."""
    from hlh_tui.assess.reading import study_reading
    from hlh_tui.cli.criteria_text import stale_json, stale_text
    from hlh_tui.review.conduct.blinding import closed
    from hlh_tui.review.stale import stale_decisions
    from hlh_tui.study.file import open_study

    (path,) = wanted(words, "stale", "STUDY")
    with open_study(Path(path)) as study:
        reading, stale, shown = study_reading(study), stale_decisions(study), closed(study, "decisions") is None
    if args.json:
        print_json({"stale": stale_json(stale, shown=shown)})
        return 0
    print(printable(f"criteria in force: {reading.criteria.id} {reading.criteria.version}"))
    print(printable(stale_text(stale, shown=shown)))
    return 0


def check(args: argparse.Namespace, words: list[str]) -> int:
    """Read a file or a bundled set, apply every choice, and compare its example patients."""
    from hlh_tui.assess.examples import Example, differing, examples
    from hlh_tui.assess.library import read_file_set, read_set
    from hlh_tui.cli.criteria_text import check_json, check_text
    from hlh_tui.protocol.criteria_choices import check_choices
    from hlh_tui.protocol.errors import ProtocolError
    from hlh_tui.protocol.load import CRITERIA, bundled

    (word,) = wanted(words, "check", "FILE|ID")
    path = CRITERIA / f"{word}.toml" if word in bundled(CRITERIA) and not Path(word).exists() else Path(word)
    if path.suffix != ".toml" and not path.exists():
        raise HlhError(f"there is no file and no bundled set {word!r}: name a TOML file or a set of hlh-tui criteria")
    document, criteria = read_file_set(path)
    try:
        check_choices(criteria)
    except ProtocolError as error:
        raise ProtocolError(f"{path.name}: {str(error).removeprefix(f'{criteria.id}: ')}") from error
    beside = path.parent / "examples" / f"{document.id}.toml"
    file = args.examples or (beside if beside.is_file() else None)
    patients: tuple[Example, ...] = examples(read_text(file), file.name) if file else ()
    found = differing(read_set(document), patients) if patients else {}
    if args.json:
        print_json(check_json(criteria, patients, found))
    else:
        print(printable(check_text(path.name, criteria, patients, found)))
    return 1 if any(found.values()) else 0


def wanted(words: list[str], what: str, *names: str) -> list[str]:
    """The words themselves when there are as many as names."""
    if len(words) != len(names):
        raise HlhError(f"{what} needs {' and '.join(names)}; hlh-tui criteria --help explains it")
    return words


def pairs(words: list[str]) -> dict[str, str]:
    """Option id -> value from ``key=value`` words."""
    split = {word: word.partition("=") for word in words}
    for word, (key, _, value) in split.items():
        if not (key.strip() and value.strip()):
            raise HlhError(f"{word!r}: write an option as key=value, for example missing=strict")
    return {key.strip(): value.strip() for key, _, value in split.values()}


def required_reason(args: argparse.Namespace) -> str:
    """The reason given."""
    reason: str = args.reason
    if not reason.strip():
        raise HlhError('the log needs a reason; add --reason "why, in a sentence"')
    return reason


def document_named(study: Study, word: str) -> Adopted:
    """The document in the file of that name, or the one with that id."""
    from hlh_tui.assess.library import document_to_adopt, read_file_set

    path = Path(word)
    if path.exists() or path.suffix == ".toml" or len(path.parts) > 1:
        return read_file_set(path)[0]
    return document_to_adopt(study, word)


def read_text(file: Path) -> str:
    """The text of a file; ``HlhError`` names it and what is wrong."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise HlhError(f"{file.name}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise HlhError(f"{file}: cannot be read ({error.strerror}); name a TOML file") from error


def proposed(study: Study) -> dict[str, str]:
    """Patient id -> the category proposed under the study's reading."""
    from hlh_tui.assess.library import criteria_named
    from hlh_tui.assess.reading import study_reading
    from hlh_tui.assess.run import proposals

    criteria, options = criteria_named(study, None), study_reading(study).options
    return {each: found.category for each, found in proposals(study, criteria, options).items()}


def opened(path: Path | None) -> AbstractContextManager[Study | None]:
    """The study at ``path``, if one was named."""
    from hlh_tui.study.file import open_study

    return nullcontext(None) if path is None else open_study(path)
