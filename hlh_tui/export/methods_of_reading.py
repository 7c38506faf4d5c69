"""The part of the methods about readers: training, who read, monitoring, agreement, adjudication."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hlh_tui.export.blinding_words import topology_words
from hlh_tui.export.people_tables import people_rows
from hlh_tui.export.wording import counted, day_of, listed, percent, plain, stated
from hlh_tui.review.agreement.coefficients import KINDS
from hlh_tui.review.agreement.models import Coefficient, Repeats, Seconds, Share, Undefined
from hlh_tui.review.conduct.authority import is_phased
from hlh_tui.review.conduct.models import ROLES
from hlh_tui.review.consensus.disagreements import kind_label
from hlh_tui.review.consensus.minutes_text import agreement_words as votes_agree

if TYPE_CHECKING:
    from hlh_tui.export.record import Record
    from hlh_tui.study.file import Study

REPORTED = ("percent", "cohen.unweighted", "conger", "cohen.quadratic", "gwet.ac1", "krippendorff.nominal")
HOW_ACCEPTED = "by accepting a read"
HOW = {None: "without saying whose read was taken", "new": "by giving another category"}
DECIDED = "SELECT payload ->> '$.role', count(*) FROM log WHERE action = 'decided' GROUP BY 1"
IN_ROLE = """
SELECT DISTINCT actor_name FROM log WHERE action = 'decided' AND payload ->> '$.role' = 'reader' ORDER BY actor_name"""


def training_words(record: Record) -> list[str]:
    """Who was trained on cases with known answers, with which result."""
    if not record.certificates:
        return ["Training of readers: not recorded."]
    return [
        "Readers were trained on synthetic cases with known answers; the first decision on each case counts.",
        *(
            f"{plain(each['reader']['name'])}: {each['right']} of {each['cases']} right, pass mark"
            f" {percent(each['pass_mark'])}, {'passed' if each['passed'] else 'not passed'} on"
            f" {day_of(each['finished_at'])}."
            for each in record.certificates
        ),
    ]


def reader_words(study: Study, record: Record) -> list[str]:
    """Who took part in which role, and how many reads there are."""
    words = []
    if is_phased(study):
        rows = people_rows(record)
        for role in ROLES:
            names = [plain(row[1]) + (" (withdrawn)" if row[4] else "") for row in rows if row[2] == role]
            words += [f"{counted(len(names), role)}: {listed(names)}."] if names else []
    else:
        names = [plain(name) for (name,) in study.rows(IN_ROLE)]
        words += [f"{counted(len(names), 'person', 'people')} read cases: {listed(names)}."] if names else []
    reads = Counter(one.readers for one in record.finals.values())
    shares = [f"{counted(reads[count], 'case')} with {counted(count, 'read')}" for count in sorted(reads, reverse=True)]
    words.append(f"Independent reads in force: {listed(shares)}." if shares else "The study has no cases.")
    packs = record.of("cases_dealt")
    if packs:
        words.append(
            f"Cases were dealt in {counted(len(packs), 'pack')} of de-identified charts, to each reader in a seeded"
            " random order of their own (data/packs)."
        )
    words.append(stated("Qualification of the readers", study.protocol.statements.qualification))
    return words


def monitoring_words(study: Study, record: Record) -> list[str]:
    """How reading was watched: hidden duplicates, time on the case, reviews of the log."""
    words, review = [], study.protocol.review
    counts = dict(study.rows(DECIDED))
    repeats = counts.get("repeat", 0)
    if is_phased(study):
        words.append(
            f"The protocol has {percent(review.duplicates)} of a reader's cases dealt a second time, unknown to the"
            f" reader; {counted(repeats, 'such decision')} {'is' if repeats == 1 else 'are'} recorded."
        )
    for row in record.agreement.rows if record.agreement is not None else ():
        time = row.seconds
        if isinstance(time, Seconds):
            words.append(
                f"{plain(row.reader.name)}: median {time.median:.0f} s on a case (quartiles {time.first_quartile:.0f}"
                f" to {time.third_quartile:.0f} s; {counted(time.cases, 'case')}, {time.missing} not recorded)."
            )
        else:
            words.append(f"{plain(row.reader.name)}: time on a case not recorded.")
    reviewed = record.of("trail_reviewed")
    if not reviewed:
        return [*words, "Reviews of the audit trail: not recorded."]
    last = reviewed[-1]
    return [
        *words,
        f"The audit trail was reviewed {counted(len(reviewed), 'time')}, last by {plain(last.actor_name)} on"
        f" {day_of(last.recorded_at)} up to entry {last.said.get('upto')}: {plain(last.said.get('note', ''))}",
    ]


def agreement_words(record: Record) -> list[str]:
    """Coefficients with interval and method, each reader against themselves, and how often each was overruled."""
    found = record.agreement
    if found is None or len(found.readers) < 2:
        who = "nobody has decided a case" if found is None else "one reader has decided"
        return [f"Agreement between readers: not recorded ({who})."]
    names = listed([plain(one.name) for one in found.readers])
    words = [
        f"Of {names}, two or more read {counted(found.cases, 'case')}; they differ on {len(found.disagreements)}.",
        f"Intervals are {percent(found.level)}. Bootstrap: {found.draws} draws of cases, seed {found.seed}, percentile"
        " interval.",
    ]
    words += [f"- {_coefficient(KINDS[name].label, found.coefficients[name])}" for name in REPORTED]
    repeats = found.repeats
    if isinstance(repeats, Repeats):
        words.append(f"- Readers against themselves, {counted(repeats.cases, 'hidden duplicate')}:")
        words.append(f"  {_coefficient('agreement', repeats.percent)}")
    else:
        words.append(f"- Readers against themselves: not recorded ({repeats.why}).")
    for row in found.rows:
        index = row.overruled.index
        if isinstance(index, Share):
            words.append(f"- Reader disagreement index of {plain(row.reader.name)}: {index.k} of {index.n} cases.")
    return words


def _coefficient(label: str, one: Coefficient) -> str:
    name = label[0].upper() + label[1:]
    if isinstance(one, Undefined):
        return f"{name}: undefined ({one.why})."
    text = f"{name} {_shown(one.estimate)}"
    if one.lower is not None and one.upper is not None:
        text += f", interval {_shown(one.lower)} to {_shown(one.upper)} ({one.method})"
    elif one.why:
        text += f", no interval ({one.why})"
    if one.bootstrap is not None:
        text += f", bootstrap {_shown(one.bootstrap.lower)} to {_shown(one.bootstrap.upper)}"
    return f"{text}; {counted(one.cases, 'case')}."


def _shown(value: float) -> str:
    """Three decimals, and no minus before zero."""
    return f"{round(value, 3) + 0.0:.3f}"


def adjudication_words(study: Study, record: Record) -> list[str]:
    """The rule by which differences are settled, what it led to, and which meetings were held."""
    sources = Counter(one.source for one in record.finals.values())
    words = [topology_words(study)]
    if sources:
        words.append(f"Final categories by source: {', '.join(f'{sources[one]} {one}' for one in sorted(sources))}.")
    settled = record.settled
    if settled:
        kinds = Counter(kind_label(one.disagreement) or "not recorded" for one in settled.values())
        how = Counter(HOW.get(one.accepted, HOW_ACCEPTED) for one in settled.values())
        words.append(
            f"Settled: {counted(len(settled), 'case')} ({', '.join(f'{how[one]} {one}' for one in sorted(how))})."
            f" Kinds of disagreement: {', '.join(f'{kinds[one]} {one}' for one in sorted(kinds))}."
        )
    hindsight = dict(study.rows(DECIDED)).get("global", 0)
    if hindsight:
        words.append(f"Reads with hindsight, recorded apart: {hindsight}.")
    meetings = record.minutes.meetings if record.minutes is not None else ()
    if not meetings:
        return [*words, "Consensus meetings: none is recorded."]
    return [
        *words,
        f"Consensus meetings: {len(meetings)} (minutes.md).",
        *(
            f"- {plain(each.name)}, {counted(len(each.cases), 'case')}: blind votes, {votes_agree(each.blind)}; after"
            f" the discussion, {votes_agree(each.after)}."
            for each in meetings
        ),
    ]
