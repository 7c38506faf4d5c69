"""``hlh-tui phase``: the phase of a blinded study, and the coordinator's move to another one."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, and where to move it."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("to", nargs="?", metavar="PHASE", help="read, compare, consensus or open; left out: say where")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why the study moves on, in a sentence")
    parser.add_argument("--reader", metavar="NAME", help="who moves it: the coordinator (default: $HLH_TUI_READER)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Say or move the phase."""
    from hlh_tui.review.conduct.phase import move_phase
    from hlh_tui.study.file import open_study

    with open_study(args.study) as study:
        if args.to is not None:
            move_phase(study, reader_from(args.reader), args.to, args.reason)
        standing = standing_of(study)
    print_json(standing) if args.json else print(printable(phase_text(standing)))
    return 0


def standing_of(study: Study) -> dict[str, Any]:
    """The phase, what is missing, and every move so far, as a JSON object."""
    from hlh_tui.review.conduct.authority import is_phased
    from hlh_tui.review.conduct.phase import missing_reads, phase_history, phase_of

    missing, unsettled = missing_reads(study)
    return {
        "phase": phase_of(study),
        "phased": is_phased(study),
        "topology": study.protocol.review.topology,
        "missing_reads": missing,
        "without_final_category": unsettled,
        "moves": [asdict(move) for move in phase_history(study)],
    }


def phase_text(standing: dict[str, Any]) -> str:
    """The same for people."""
    if not standing["phased"]:
        return "the protocol has no phases: everything is open from the start"
    lines = [
        f"phase {standing['phase']} ({standing['topology'].replace('_', ' ')})",
        f"reads missing: {standing['missing_reads']}; cases without a final category:"
        f" {standing['without_final_category']}",
    ]
    for move in standing["moves"]:
        lacked = f", {move['missing']} reads missing" if move["missing"] else ""
        lines.append(
            f"  {move['recorded_at'][:19].replace('T', ' ')} UTC  {move['old']} -> {move['new']}  {move['actor_name']}:"
            f" {move['reason']}{lacked}"
        )
    return "\n".join(lines)
