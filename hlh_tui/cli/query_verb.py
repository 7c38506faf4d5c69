"""``hlh-tui query``: list, raise, answer, close and reopen data queries."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cli.day_argument import day
from hlh_tui.cli.output import print_json, printable
from hlh_tui.cli.reader import reader_from
from hlh_tui.protocol.errors import HlhError

if TYPE_CHECKING:
    from hlh_tui.review.models import Saved
    from hlh_tui.review.queries import DataQuery
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

ACTS = ("list", "raise", "answer", "close", "reopen")
KINDS = ("observation", "event", "exposure", "note")
WHOLE_CHART = "chart"
LONGEST_NUMBER = 18
"""Digits of an entry's number at most."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The study, what to do, and which patient or query."""
    parser.add_argument("study", type=Path, help="the study file")
    parser.add_argument("act", nargs="?", choices=ACTS, default="list", help="default: list")
    parser.add_argument("which", nargs="?", metavar="PATIENT|NUMBER", help="a patient, or the number of a query")
    parser.add_argument(
        "words", nargs="?", metavar="TEXT", help="the question, the answer, or the reason for closing or reopening"
    )
    parser.add_argument("--reader", metavar="NAME", help="who acts (default: $HLH_TUI_READER)")
    parser.add_argument("--reason", metavar="TEXT", help="the same as TEXT, for close and reopen")
    parser.add_argument("--owner", metavar="NAME", help="who has to answer (default: coordinator, or who imported)")
    parser.add_argument("--about", metavar="NAME", help="what is asked about, such as ferritin (default: the chart)")
    parser.add_argument("--kind", choices=KINDS, default="observation", help="what --about is (default: observation)")
    parser.add_argument("--day", type=day, default=0.0, help="day of what is asked about (default: 0)")
    parser.add_argument("--open", action="store_true", help="list only queries that are not closed")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """List the queries, or do one thing and say its entry."""
    from hlh_tui.study.file import open_study

    actor = reader_from(args.reader)
    with open_study(args.study, read_only=args.act == "list") as study:
        if args.act == "list":
            return listed(study, actor, args)
        saved = acted(study, actor, args)
    if args.json:
        print_json({"seq": saved.seq, "hash": saved.hash, "recorded_at": saved.recorded_at})
    else:
        print(printable(f"saved #{saved.seq} {saved.hash[:4]}…"))
    return 0


def listed(study: Study, actor: Actor, args: argparse.Namespace) -> int:
    """Print the queries of the study or of one patient, open ones first."""
    from hlh_tui.review.consensus.consensus_json import query_json
    from hlh_tui.review.queries import queries

    found = [one for one in queries(study, args.which, seen_by=actor) if one.is_open or not args.open]
    if args.json:
        print_json({"queries": [query_json(one) for one in found]})
    elif not found:
        print("no data queries")
    else:
        print(printable("\n".join(line for one in found for line in lines(one))))
    return 0


def lines(one: DataQuery) -> list[str]:
    """A query: its number, state, age, owner, and every step."""
    days = f"{one.age_days} day{'' if one.age_days == 1 else 's'}"
    owner = f", for {one.owner}" if one.owner else ""
    about = " ".join(filter(None, [one.about.name, one.about.text]))
    head = f"{one.seq}  {one.patient_id}  {one.state}, {days}{owner}: {about} (day {one.about.day:g})"
    steps = [
        f"    {step.recorded_at[:16].replace('T', ' ')} UTC {step.actor_name} {step.what}: {step.words}"
        for step in one.steps
    ]
    return [head, *steps]


def acted(study: Study, actor: Actor, args: argparse.Namespace) -> Saved:
    """Raise, answer, close or reopen a query."""
    from hlh_tui.review.models import Cited
    from hlh_tui.review.queries_answering import answer_query, close_query, raise_query, reopen_query

    if args.which is None:
        what = "a patient" if args.act == "raise" else "the number of a query"
        raise HlhError(f"name {what} after {args.act}")
    words = args.words or args.reason or ""
    if args.act == "raise":
        if args.about is None:
            about = Cited("note", args.day, WHOLE_CHART, "as a whole")
        else:
            about = Cited(args.kind, args.day, args.about, "")
        return raise_query(study, actor, args.which, about, words, args.owner)
    if not args.which.isascii() or not args.which.isdigit() or len(args.which) > LONGEST_NUMBER:
        raise HlhError(f"{args.which!r} is no number of a query; hlh-tui query STUDY lists them")
    act = {"answer": answer_query, "close": close_query, "reopen": reopen_query}[args.act]
    return act(study, actor, int(args.which), words)
