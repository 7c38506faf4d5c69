"""The README of an export: what it is, from when, by whom, and how far the study stands."""

from __future__ import annotations

import platform
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hlh_tui import __version__
from hlh_tui.export.training import training_section
from hlh_tui.review.models import FinalCategory

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

SYNTHETIC = "**Synthetic data.** The patients of this study are constructed; nobody was treated as described here."

OPEN_STUDY = (
    "The study protocol is open: readers were not blinded to each other's decisions or to the results as they grew,"
    " so the study counts as opened unblinded from its start."
)

FILES = """\
| file | one row is |
|---|---|
| data/patients | a patient at baseline |
| data/decisions | a decision ever made, also those replaced or taken back (column `status`) |
| data/final | a patient with the final category and its source, beside the baseline columns |
| data/signatures | a signature: printed name, time, meaning, what it covers, whether it is valid |
| data/audit | an entry of the log: who did what, when |
| data_dictionary.csv | a column of the files above: type, unit, meaning, allowed values |
| signatures.txt, .json | a signature, as a certificate to print and one for machines (where there are signatures) |
| log.jsonl | an entry of the log as the study's mirror holds it |

Each table in data/ is there as CSV (UTF-8, comma, empty = missing) and as Parquet. Days count from the index event.
Identities and calendar dates of patients are not exported. Further columns of the imported patients table, and
reasons and other free text, are exported as they were imported or written: read them for names, numbers and dates
before sharing.

`sha256sum -c CHECKSUMS.sha256` checks the files. HEAD.txt holds the number of log entries and the hash of the last
one. The export itself is recorded in the study as the entry after it, so the head here is the one before that entry."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """By whom and when the export was made, and the head of the log then."""

    actor: Actor
    made_at: str
    entries: int
    head: str


def readme(study: Study, occasion: Occasion, final: dict[str, FinalCategory]) -> str:
    """The text of README.md."""
    import duckdb

    protocol, criteria = study.protocol_document, study.criteria_document
    blinding = study.protocol.blinding.mode
    parts = [
        f"# {study.facts['title']}: adjudicated data set",
        SYNTHETIC if study.synthetic else "",
        f"Exported {occasion.made_at} by {occasion.actor.name} ({occasion.actor.id}) with hlh-tui {__version__},"
        f" DuckDB {duckdb.__version__}, Python {platform.python_version()}.",
        "\n".join(
            [
                f"- study {study.facts['study_id']}, created {study.facts['created_at']}",
                f"- protocol {protocol.id} {protocol.version}, SHA-256 {protocol.hash}",
                f"- criteria {criteria.id} {criteria.version}, SHA-256 {criteria.hash}",
                f"- index event (day 0): {study.protocol.index_event}",
                f"- log: {occasion.entries} entries, head {occasion.head}",
            ]
        ),
        OPEN_STUDY if blinding == "open" else f"The study protocol is blinded (mode {blinding}).",
        "## How far the study stands",
        standing(study, final),
        training_section(study),
        "## Files",
        FILES,
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def standing(study: Study, final: dict[str, FinalCategory]) -> str:
    """How many patients are decided, from which source, and in which category."""
    sources = Counter(one.source for one in final.values())
    categories = Counter(one.category for one in final.values() if one.category)
    decided = sum(categories.values())
    by_source = ", ".join(f"{sources[source]} {source}" for source in SOURCES)
    lines = [f"{decided} of {len(final)} patients have a final category ({by_source}).", ""]
    lines += ["| category | patients |", "|---|---|"]
    lines += [f"| {one.id} {one.label} | {categories[one.id]} |" for one in study.protocol.categories]
    return "\n".join(lines)


SOURCES = ("consensus", "unanimous", "single", "unresolved", "undecided")
