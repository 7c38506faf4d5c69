"""The methods of the adjudication in words, item by item, from what the study records and from nothing else.

The items are those that medical record reviews are asked for: Gilbert EH et al., Ann Emerg Med 1996;27:305-308.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui import __version__
from hlh_tui.assess.options import moved
from hlh_tui.assess.reading import study_reading
from hlh_tui.export.blinding_words import blinding_words, lock_words, name_words
from hlh_tui.export.methods_of_reading import (
    adjudication_words,
    agreement_words,
    monitoring_words,
    reader_words,
    training_words,
)
from hlh_tui.export.wording import counted, day_of, listed, plain, stated
from hlh_tui.review.statements import over_decisions

if TYPE_CHECKING:
    from hlh_tui.export.record import Record
    from hlh_tui.study.file import Study

SOURCE = "Gilbert EH et al., Ann Emerg Med 1996;27:305-308"
VERSIONS = "SELECT DISTINCT payload ->> '$.app_version' AS version FROM log WHERE action = 'decided' ORDER BY version"
AFTER_PROPOSAL = "SELECT count(*) FILTER (proposal_seen), count(*) FROM in_force WHERE role = 'reader'"
SITES = "SELECT count(DISTINCT site), count(*) FILTER (site IS NULL) FROM patient"


def methods(study: Study, record: Record) -> str:
    """The text of methods.md: a section for each item; ``not recorded`` where the study says nothing of it."""
    hypothesis = stated("Blinding of readers to the hypothesis of the study", study.protocol.statements.hypothesis)
    sections = {
        "Case selection": case_words(study, record),
        "Definitions": definition_words(study, record),
        "Training of readers": training_words(record),
        "Standard form": form_words(study),
        "Readers": reader_words(study, record),
        "Blinding": [f"- {each}" for each in (*blinding_words(study, record), *proposal_words(study), hypothesis)],
        "Monitoring": monitoring_words(study, record),
        "Agreement of readers": agreement_words(record),
        "Adjudication of differences": adjudication_words(study, record),
        "Data queries": query_words(record),
        "Integrity of the record": integrity_words(record),
    }
    parts = [
        f"# Methods of the adjudication: {plain(study.facts['title'])}",
        "The patients of this study are synthetic." if study.synthetic else "",
        f"Written by hlh-tui {__version__} from the log of the study ({counted(record.entries, 'entry', 'entries')},"
        f" head {record.head}) and what its protocol states, and from nothing else. What the study does not record is"
        " said to be not recorded: the"
        " authors state it in the protocol (table statements), add it here, or leave it open. The items are those asked"
        f" of medical record reviews ({SOURCE}).",
    ]
    for title, sentences in sections.items():
        parts += [f"## {title}", "\n".join(sentences)]
    return "\n\n".join(filter(None, parts)) + "\n"


def case_words(study: Study, record: Record) -> list[str]:
    """Which patients, from where, and from which day on."""
    protocol, imports = study.protocol, record.of("charts_imported")
    files = list(dict.fromkeys(str(each.get("file")) for one in imports for each in one.said.get("files") or []))
    words = [
        f"Protocol {study.protocol_document.id} {study.protocol_document.version} (SHA-256"
        f" {study.protocol_document.hash}): {plain(protocol.title)}. Day 0 is the {plain(protocol.index_event)}.",
        f"The study has the charts of {counted(len(record.finals), 'patient')}.",
    ]
    if imports:
        first, last = day_of(imports[0].recorded_at), day_of(imports[-1].recorded_at)
        when = f"on {first}" if first == last else f"from {first} to {last}"
        source = f" from {plain(listed(files))}" if files else ""
        words.append(f"They came in {counted(len(imports), 'import')} {when}{source}.")
    else:
        words.append("How the charts came into the study: not recorded.")
    ((sites, without),) = study.rows(SITES)
    unknown = f" ({counted(without, 'patient')} without one)" if without else ""
    words.append(f"Sites: {sites}{unknown}." if sites else "Sites: not recorded.")
    words.append(stated("Inclusion and exclusion criteria", protocol.statements.eligibility))
    words.append(stated("How patients were found and sampled", protocol.statements.sampling))
    return words


def definition_words(study: Study, record: Record) -> list[str]:
    """What each category means, by which criteria, read how, on what evidence."""
    protocol, reading = study.protocol, study_reading(study)
    criteria, document = reading.base, study.criteria_document
    options = moved(criteria, reading.options)
    chosen = ", ".join(f"{key} = {value}" for key, value in options.items())
    words = [
        f"Response was judged by {plain(criteria.title)}: {document.id} {document.version} (SHA-256 {document.hash}).",
        f"Source: {plain(criteria.citation)}.",
        f"Options of the criteria: {f'{chosen}; all others' if chosen else 'all'} at their default.",
        "Categories: " + "; ".join(f"{one.id} {plain(one.label)}" for one in protocol.categories) + ".",
    ]
    if criteria.population:
        words.append(f"The criteria were made for: {plain(criteria.population)}")
    words += [f"{plain(one.label)}: {', '.join(one.categories)}." for one in protocol.collapses]
    words.append(f"Evidence counts up to day {protocol.review_until_day:g} after the index event.")
    if protocol.visits:
        visits = listed([f"{each.day:g} (± {each.within:g})" for each in protocol.visits])
        words.append(f"Scheduled assessments: days {visits}.")
    changed = record.of("criteria_adopted", "reading_chosen")
    if changed:
        words.append(
            f"Criteria or their options were changed {counted(len(changed), 'time')} while the study ran, last on"
            f" {day_of(changed[-1].recorded_at)}: {plain(changed[-1].said.get('reason', ''))}"
            " (data/decisions, column stale, marks decisions made before)."
        )
    return words


def form_words(study: Study) -> list[str]:
    """How judgements were written down."""
    versions = [version for (version,) in study.rows(VERSIONS) if version]
    words = [
        "Each decision was recorded on one form: category, day on which the response begins, confidence (low or high),"
        " reason, and the pieces of the chart cited for it; with it are stored the criteria in force and, where the"
        " case was read on the screen, what had been opened and for how long."
    ]
    words += [f"Decisions were recorded with hlh-tui {listed(versions)}."] if versions else ["No decision is recorded."]
    abstraction = study.protocol.statements.abstraction
    words.append(stated("How values were abstracted from medical records into the imported files", abstraction))
    return words


def proposal_words(study: Study) -> list[str]:
    """When readers see what the criteria propose, and how many reads were made after they had."""
    until = "readers until the study was open"
    if study.protocol.blinding.reveal_proposal == "after_first_decision":
        until = "a reader until their first decision on it"
    ((seen, reads),) = study.rows(over_decisions(AFTER_PROPOSAL), (None, None))
    return [
        f"What the criteria propose for a case was hidden from {until}; of {counted(reads, 'independent read')} in"
        f" force {seen} {'was' if seen == 1 else 'were'} made after it had been shown."
    ]


def query_words(record: Record) -> list[str]:
    """Questions about the charts, and cases that are open again because their data changed."""
    asked = record.queries
    words = ["Data queries: none is recorded."]
    if asked:
        states = ", ".join(
            f"{count} {state}"
            for state in ("open", "answered", "closed", "reopened")
            if (count := sum(one.state == state for one in asked))
        )
        cases = len({one.patient_id for one in asked})
        words = [f"{counted(len(asked), 'data query', 'data queries')} on {counted(cases, 'case')}: {states}."]
    if record.reopened:
        count = len(record.reopened)
        words.append(
            f"{counted(count, 'decision')} in force {'was' if count == 1 else 'were'} made before more of the chart"
            " came in (data/decisions, column data_changed)."
        )
    return words


def integrity_words(record: Record) -> list[str]:
    """Log, names, locks, cuts, redactions."""
    cuts = [f"{plain(one.said['name'])} (entry {one.said['entries']})" for one in record.of("cut_made")]
    redacted = len(record.of("redacted"))
    return [
        "Every entry of the log is chained to the one before it by its hash; a later change of any entry shows.",
        name_words(record),
        lock_words(record),
        f"Data cuts: {listed(cuts)}." if cuts else "Data cuts: none is recorded.",
        f"Text was redacted in {counted(redacted, 'entry', 'entries')} of the log."
        if redacted
        else "Nothing is redacted.",
    ]
