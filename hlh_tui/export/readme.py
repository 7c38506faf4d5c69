"""The README of an export: what it is, from when, by whom, and how far the study stands."""

from __future__ import annotations

import platform
from collections import Counter
from typing import TYPE_CHECKING

from hlh_tui import __version__
from hlh_tui.export.blinding_words import blinding_words, lock_words, name_words, topology_words, vote_words
from hlh_tui.export.training import training_section
from hlh_tui.export.wording import plain
from hlh_tui.review.models import FinalCategory

if TYPE_CHECKING:
    from hlh_tui.export.record import Record
    from hlh_tui.study.file import Study

SYNTHETIC = "**Synthetic data.** The patients of this study are constructed; nobody was treated as described here."

FILES = """\
| file | one row is |
|---|---|
| data/patients | a patient at baseline |
| data/decisions | a decision ever made, also replaced or taken back (column `status`), and what was seen before it |
| data/final | a patient with the final category, its source and who settled it, beside the baseline columns |
| data/follow_up | an endpoint and a patient: days of follow-up and how it ended, or why the patient is not counted |
| data/signatures | a signature: printed name, time, meaning, what it covers, whether it is valid and why not |
| data/people | a person: role, since when, key fingerprint, whether anything shows that the name is more than a claim |
| data/roles | a role given, changed or taken |
| data/queries | a data query: question, owner, state, age |
| data/agreement | a coefficient of agreement with error, interval and method |
| data/phases | a move of the study to another phase: when, why, how many reads were missing |
| data/unblinding | an unblinding: data after the evidence cut-off shown, or votes before all were cast |
| data/locks | a lock or unlock of a case or of the study |
| data/cuts | a named data cut |
| data/packs | a pack of cases dealt to a reader |
| data/audit | an entry of the log: who did what, when, and what became of it |
| data_dictionary.csv | a column of the files above: type, unit, meaning, allowed values |

| document | what it is |
|---|---|
| methods.md | what a methods section says of the adjudication, item by item, from what the study records |
| log.html | the log in sentences, to read and to print; decisions changed since the first entry are marked |
| log.jsonl | the log as the study's mirror holds it, an entry a line |
| agreement.json, .txt | agreement of the readers, as `hlh-tui agreement` prints it |
| minutes.md | minutes of consensus meetings, and what was settled without one |
| signatures.json, .txt | the signatures, as a certificate to print and one for machines |
| training.json | the readers' training certificates |

Each table in data/ is there as CSV (UTF-8, comma, empty = missing) and as Parquet, also where it has no rows: it is
then its header alone. A document is there only where there is something to say.
{left_out}

Days count from the index event, in data/follow_up from the start of the endpoint's clock. Every survival and incidence
estimate can be computed anew from data/follow_up, and with data/final by response and by baseline column, in R for
instance:

```r
library(survival)
f <- subset(read.csv("data/follow_up.csv"), endpoint == "{endpoint}" & !is.na(day))
# Kaplan-Meier, then Aalen-Johansen where causes compete
summary(survfit(Surv(day, cause == 1) ~ 1, data = f, conf.type = "log-log"))
summary(survfit(Surv(day, factor(cause, 0:max(cause))) ~ 1, data = f, conf.type = "log-log"))
```

Charts (observations, exposures, events, notes) are not exported, so laboratory values, treatment, adverse events and
biomarkers can be computed anew only from the imported files.

Identities and calendar dates of patients are not exported. Further columns of the imported patients table, and
reasons and other free text, are exported as they were imported or written: read them for names, numbers and dates
before sharing.

`sha256sum -c CHECKSUMS.sha256` checks the files. HEAD.txt holds the number of log entries and the hash of the last
one. The export itself is recorded in the study as the entry after it, so the head here is the one before that entry.
The same head always gives the same files, apart from the time of the export."""
OPTIONAL = {
    "agreement.json, .txt": "nobody has decided a case",
    "minutes.md": "nothing was voted on or settled",
    "signatures.json, .txt": "nothing is signed",
    "training.json": "no training certificate is recorded",
}
"""Documents that are not always there, and why one is not."""
SOURCES = ("consensus", "adjudicated", "unanimous", "single", "unresolved", "undecided")


def readme(study: Study, record: Record) -> str:
    """The text of README.md."""
    import duckdb

    protocol, criteria = study.protocol_document, study.criteria_document
    blinding, *points = blinding_words(study, record)
    parts = [
        f"# {study.facts['title']}: adjudicated data set",
        SYNTHETIC if study.synthetic else "",
        f"Exported {record.made_at[:19]}Z by {plain(record.actor.name)} ({record.actor.id}) with hlh-tui {__version__},"
        f" DuckDB {duckdb.__version__}, Python {platform.python_version()}.",
        "\n".join(
            [
                f"- study {study.facts['study_id']}, created {study.facts['created_at']}",
                f"- protocol {protocol.id} {protocol.version}, SHA-256 {protocol.hash}",
                f"- criteria {criteria.id} {criteria.version}, SHA-256 {criteria.hash}",
                f"- index event (day 0): {study.protocol.index_event}",
                f"- log: {record.entries} entries, head {record.head}",
            ]
        ),
        "## Blinding",
        blinding,
        "\n".join(f"- {point}" for point in points),
        "## How cases are read, and how far the study stands",
        topology_words(study),
        standing(study, record.finals),
        lock_words(record),
        name_words(record),
        vote_words(record),
        training_section(record.certificates),
        "## Files",
        FILES.format(left_out=_left_out(record), endpoint=_example(study)),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _left_out(record: Record) -> str:
    there = (record.agreement, record.minutes, record.signatures, record.certificates)
    absent = [f"{name} ({why})" for (name, why), found in zip(OPTIONAL.items(), there, strict=True) if not found]
    return f"Left out here: {', '.join(absent)}." if absent else "Here all of them are."


def _example(study: Study) -> str:
    """An endpoint with what competes with it, or the first one."""
    listed = study.protocol.endpoints
    return next((one.id for one in listed if one.competing), listed[0].id if listed else "overall")


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
