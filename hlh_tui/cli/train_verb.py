"""``hlh-tui train``: synthetic cases with known answers, feedback after each decision, and a certificate."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.cli.output import at_terminal_width, print_json, printable
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError
from hlh_tui.study.private_folder import private_folder

if TYPE_CHECKING:
    from hlh_tui.review.training.feedback import Feedback
    from hlh_tui.review.training.study import Aim
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

PROTOCOL = "song-2024-blinded"
"""What is trained for when no study is named."""
KEEP = "name a place with --in FILE.duckdb to keep a training and go on another time"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Who trains, on how many cases, for which study, and where."""
    parser.add_argument("--reader", metavar="NAME", help='who trains, e.g. "A. Meyer" (default: $HLH_TUI_READER)')
    parser.add_argument("--cases", type=int, metavar="N", help="how many cases (default: the protocol's number)")
    parser.add_argument("--seed", type=int, metavar="S", help="deal the same cases again (default: a new seed)")
    parser.add_argument(
        "--study",
        type=Path,
        metavar="STUDY",
        help="train for this study, under its protocol and criteria, and record the certificate in it",
    )
    parser.add_argument(
        "--in",
        dest="place",
        type=Path,
        metavar="FILE.duckdb",
        help="keep the training there, or go on with the one that is there (default: a temporary place)",
    )
    parser.add_argument(
        "--from",
        dest="file",
        type=Path,
        metavar="DECISIONS.csv",
        help="take the decisions from a file instead of the app: patient_id, reader, category, reason",
    )
    parser.add_argument("--certificate", type=Path, metavar="FILE.json", help="write the certificate there, too")
    parser.add_argument("--no-app", action="store_true", help="deal the cases, say how far the training is, and stop")
    parser.add_argument("--ascii", action="store_true", help="draw with plain ASCII only")
    parser.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    parser.add_argument("--json", action="store_true", help="print one JSON object: every answer, and the certificate")
    parser.set_defaults(role="reader")


def run(args: argparse.Namespace) -> int:
    """Deal, let the reader decide, and print what it came to; 0 if passed, 1 if not (yet)."""
    from hlh_tui.cli.open_verb import require_terminal, start
    from hlh_tui.review.cuts import require_vacant

    actor = reader_from(args.reader)
    uses_app = args.file is None and not args.no_app
    if args.certificate is not None:
        require_vacant(args.certificate)
    aim = aimed_at(args.study, actor)
    with place(args.place) as path:
        if not path.exists():
            dealt(args, path, actor, aim)
        elif args.seed is not None or args.cases is not None:
            raise HlhError(f"{path} holds a training already; go on with it without --seed and --cases")
        else:
            require_same_aim(path, args.study, aim)
        if uses_app and undecided(path):
            require_terminal()
            start(args, path)
        return concluded(args, path, actor)


def aimed_at(study: Path | None, actor: Actor) -> Aim:
    """What is trained for; refusals that would keep the certificate out of the study come before the work."""
    from hlh_tui.review.training.record import require_recordable
    from hlh_tui.review.training.study import aim_of, bundled_aim
    from hlh_tui.study.file import open_study

    if study is None:
        return bundled_aim(PROTOCOL)
    with open_study(study) as opened:
        require_recordable(opened, actor)
        return aim_of(opened)


@contextlib.contextmanager
def place(named: Path | None) -> Iterator[Path]:
    """Where the training study is: as named, or in a folder that goes away again."""
    if named is not None:
        yield named
        return
    with private_folder("hlh-tui-train-") as folder:
        yield folder / "training.duckdb"


def dealt(args: argparse.Namespace, path: Path, actor: Actor, aim: Aim) -> None:
    """Make the training study and say what was dealt."""
    import secrets

    from hlh_tui.review.training.study import make_training

    seed = secrets.randbelow(10**9) if args.seed is None else args.seed
    hand = make_training(path, actor, aim, args.cases, seed)
    if not args.json:
        where = f" in {path}" if args.place is not None else ""
        print(f"training of {actor.name}: {len(hand.cases)} synthetic cases, seed {seed}{where}")


def require_same_aim(path: Path, named: Path | None, aim: Aim) -> None:
    """``TrainingRefused`` where the training that is there was begun for another study than the one named."""
    from hlh_tui.review.training.deal import TrainingRefused
    from hlh_tui.review.training.study import begun
    from hlh_tui.study.file import open_study

    with open_study(path) as study:
        said = begun(study)
    if named is not None and said["trained_for"] != aim.study_id:
        raise TrainingRefused(f"the training in {path} is not for {named}; begin one for it with --in ANOTHER FILE")


def undecided(path: Path) -> bool:
    """Whether a case of the training waits for its first decision."""
    from hlh_tui.review.training.score import score
    from hlh_tui.study.file import open_study

    with open_study(path) as study:
        return not score(study).complete


def concluded(args: argparse.Namespace, path: Path, actor: Actor) -> int:
    """Take decisions of a file, tell the score, write and record the certificate; the exit code."""
    from hlh_tui.review.training.certificate import certificate
    from hlh_tui.review.training.score import score
    from hlh_tui.study.file import open_study

    with open_study(path) as study:
        require_own(study, actor)
        if args.file is not None:
            decide_from(study, args.file, actor, quiet=args.json)
        found = score(study)
        issued = certificate(study) if found.complete else None
        told = told_answers(study) if args.json else []
    recorded = hold(args, actor, issued)
    if args.json:
        print_json({"answers": told, "score": found.sentence, "certificate": issued, "recorded": recorded})
    else:
        print(found.sentence if issued is None else "", end="\n" if issued is None else "")
        if issued is None and args.place is None and not args.no_app:
            print(f"the training is gone with its temporary place; {KEEP}")
    return 0 if found.passed or (args.no_app and args.file is None) else 1


def require_own(study: Study, actor: Actor) -> None:
    """``TrainingRefused`` unless the training is this reader's."""
    from hlh_tui.review.training.deal import TrainingRefused
    from hlh_tui.review.training.study import begun

    owner = begun(study)["reader"]
    if owner["id"] != actor.id:
        raise TrainingRefused(
            f"{study.path.name} is the training of {owner['name']}; {actor.name} begins another one with --in ANOTHER"
            " FILE, or names themselves with --reader"
        )


def decide_from(study: Study, file: Path, actor: Actor, *, quiet: bool) -> None:
    """Record the decisions of the file, all of them by this reader, and print the feedback on each."""
    from hlh_tui.review.batch import read_batch, record_batch
    from hlh_tui.review.training.feedback import feedback
    from hlh_tui.review.training.score import is_first

    judgements = read_batch(study, file, reader_from)
    others = sorted({each.actor.name for each in judgements if each.actor.id != actor.id})
    if others:
        raise HlhError(
            f"{file.name} holds decisions of {', '.join(others)}; a training is of one reader, here {actor.name}"
        )
    for judgement, saved in record_batch(study, judgements):
        decision = judgement.decision
        if not quiet and is_first(study, actor, decision.patient_id, saved.seq):
            said = feedback(study, decision.patient_id, decision.category)
            print(at_terminal_width(printable(feedback_text(said))))


def feedback_text(of: Feedback) -> str:
    """The feedback as text, a blank line after it."""
    return "\n".join((*of.lines, ""))


def told_answers(study: Study) -> list[dict[str, Any]]:
    """Every answer with its feedback, as JSON."""
    from dataclasses import asdict

    from hlh_tui.review.training.feedback import feedback
    from hlh_tui.review.training.score import score

    found = [feedback(study, each.patient_id, each.decided) for each in score(study).answers]
    return [{**asdict(each), "right": each.right} for each in found]


def hold(args: argparse.Namespace, actor: Actor, issued: dict[str, Any] | None) -> dict[str, Any] | None:
    """Print the certificate, write it where it is wanted and record it in the study; its entry there."""
    import json

    from hlh_tui.review.training.certificate import certificate_text
    from hlh_tui.review.training.record import record_certificate
    from hlh_tui.study.file import open_study

    if issued is None:
        return None
    if not args.json:
        print(at_terminal_width(printable(certificate_text(issued))), flush=True)
    if args.certificate is not None:
        with args.certificate.open("x", encoding="utf-8") as file:
            file.write(json.dumps(issued, ensure_ascii=False, indent=2) + "\n")
    if args.study is None:
        return None
    with open_study(args.study) as study:
        entry = record_certificate(study, actor, issued)
    if not args.json:
        print(f"recorded in {args.study} as entry #{entry.seq} {entry.hash[:4]}…")
    return {"seq": entry.seq, "hash": entry.hash}
