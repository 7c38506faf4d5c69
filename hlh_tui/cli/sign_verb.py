"""``hlh-tui sign``: sign decisions or final categories with the reader's key, or list the signatures."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.passphrase import add_passphrase_argument, opened_key
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError

if TYPE_CHECKING:
    from hlh_tui.review.signatures.models import SignatureStatus
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, the cases, what the signature means, and who signs."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("patients", nargs="*", metavar="PATIENT", help="patient ids, e.g. P05")
    parser.add_argument("--all", action="store_true", help="every case that you could sign with this meaning")
    parser.add_argument("--list", action="store_true", help="list the signatures and whether they hold; signs nothing")
    parser.add_argument(
        "--meaning", default="made", metavar="MEANING", help="made, reviewed or approved (the final category)"
    )
    parser.add_argument("--reader", metavar="NAME", help='who signs, e.g. "A. Meyer" (default: $HLH_TUI_READER)')
    parser.add_argument(
        "--certificate", type=Path, metavar="FILE", help="write the signatures to FILE as text, and as JSON beside it"
    )
    add_passphrase_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.epilog = (
        "The passphrase is asked for at every call: one call is one act of signing. A signature is void as soon as the"
        " decision, the chart under it or the final category changes, or the case is unlocked."
    )


def run(args: argparse.Namespace) -> int:
    """Sign, or list; then write the certificate."""
    from hlh_tui.review.signatures.certificate import require_free, write_certificate
    from hlh_tui.review.signatures.status import signatures_seen_by
    from hlh_tui.study.file import open_study

    if sum((bool(args.patients), args.all)) + args.list != 1 and not (args.list and args.patients and not args.all):
        raise HlhError("name the patients to sign, or give --all, or --list the signatures")
    actor = reader_from(args.reader)
    if args.certificate is not None:
        require_free(args.certificate)
    with open_study(args.study) as study:
        made = () if args.list else signed(study, actor, args)
        seen = signatures_seen_by(study, actor.id)
        shown = [each for each in seen if each.seq in made or (args.list and wanted(each, args.patients))]
        files = () if args.certificate is None else write_certificate(study, shown, args.certificate)
    if args.json:
        print_json({"signatures": [asdict(each) for each in shown], "certificate": [str(each) for each in files]})
        return 0
    for each in shown:
        print(printable(f"{each.patient_id} #{each.seq}: {each.sentence}"))
    if not shown:
        print("there are no signatures")
    if files:
        print(printable(f"certificate: {files[0]} and {files[1].name}"))
    return 0


def wanted(each: SignatureStatus, patients: Sequence[str]) -> bool:
    """Whether the signature is of one of these cases, or of any where none is named."""
    return not patients or each.patient_id in patients


def signed(study: Study, actor: Actor, args: argparse.Namespace) -> frozenset[int]:
    """Sign what the words ask for; the numbers of the entries that hold the signatures."""
    from hlh_tui.review.signatures.meanings import meaning_of
    from hlh_tui.review.signatures.sign import announcement, require_signing, sign_cases, signable

    require_signing(study, actor)
    meaning = meaning_of(args.meaning)
    patients = signable(study, actor, meaning) if args.all else args.patients
    if not patients:
        raise HlhError(f"there is nothing that {actor.name} could sign as “{meaning.text}”; decide cases first")
    words = announcement(study, actor, patients, meaning)
    if not args.json:
        print(printable(words))
    key = opened_key(actor, args.passphrase_file)
    return frozenset(each.seq for each in sign_cases(study, actor, patients, meaning.id, key))
