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
    from hlh_tui.study.models import Actor


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

    actor = reader_from(args.reader)
    with open_study(args.study) as study:
        if args.to is not None:
            move_phase(study, actor, args.to, args.reason)
        standing = standing_of(study, actor)
    print_json(standing) if args.json else print(printable(phase_text(standing)))
    return 0


def standing_of(study: Study, actor: Actor) -> dict[str, Any]:
    """The phase, what is missing, and every move so far, as a JSON object; what is closed to the actor is None.

    How many cases lack a final category would tell a reader whether the other one agrees with them.
    """
    from hlh_tui.review.conduct.authority import is_phased
    from hlh_tui.review.conduct.blinding import sees_others
    from hlh_tui.review.conduct.people import role_of
    from hlh_tui.review.conduct.phase import missing_reads, phase_history, phase_of

    sees = sees_others(study, actor.id)
    counts = sees or role_of(study, actor.id) == "coordinator"
    missing, unsettled = missing_reads(study)
    return {
        "phase": phase_of(study),
        "phased": is_phased(study),
        "topology": study.protocol.review.topology,
        "missing_reads": missing if counts else None,
        "without_final_category": unsettled if sees else None,
        "moves": [asdict(move) if counts else {**asdict(move), "missing": None} for move in phase_history(study)],
    }


def phase_text(standing: dict[str, Any]) -> str:
    """The same for people."""
    if not standing["phased"]:
        return "the protocol has no phases: everything is open from the start"
    counts = {
        "reads missing": standing["missing_reads"],
        "cases without a final category": standing["without_final_category"],
    }
    told = "; ".join(f"{name}: {count}" for name, count in counts.items() if count is not None)
    closed = "how far the reads are stays closed to you in this phase"
    lines = [f"phase {standing['phase']} ({standing['topology'].replace('_', ' ')})", told or closed]
    for move in standing["moves"]:
        lacked = f", {move['missing']} reads missing" if move["missing"] else ""
        lines.append(
            f"  {move['recorded_at'][:19].replace('T', ' ')} UTC  {move['old']} -> {move['new']}  {move['actor_name']}:"
            f" {move['reason']}{lacked}"
        )
    return "\n".join(lines)
