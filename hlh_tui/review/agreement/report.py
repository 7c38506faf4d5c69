"""The whole report on agreement: one question, one answer, for the screen, the command line and the export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hlh_tui.review.agreement.coefficients import Sampling, coefficients
from hlh_tui.review.agreement.models import Agreement, Coefficient, Estimate, Reader
from hlh_tui.review.agreement.reader_rows import Around, all_repeats, reader_row
from hlh_tui.review.agreement.reads import Read, chosen, masks, readers_of, reads
from hlh_tui.review.agreement.revealed import proposals_for
from hlh_tui.review.agreement.scale import Scale, scale_of
from hlh_tui.review.agreement.settings import settings
from hlh_tui.review.agreement.splits import by_category, by_criterion, by_outcome
from hlh_tui.review.agreement.table_of_reads import TableOfReads, confusions, disagreements, patterns_of, table_of
from hlh_tui.review.agreement.time_on_case import sessions
from hlh_tui.review.agreement.unnamed import unnamed
from hlh_tui.review.conduct.authority import require
from hlh_tui.review.state import final_categories

if TYPE_CHECKING:
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor

MASKED = (
    "Readers are masked and cases are not named while differences are being settled: the names come when the study is"
    " open, the cases are on the Differences screen."
)


def agreement(
    study: Study, actor: Actor, between: Sequence[str] = (), draws: int | None = None, seed: int | None = None
) -> Agreement:
    """How far the readers agree, from the decisions in force; ``between`` names some of the readers, all without it.

    ``draws`` and ``seed`` of the bootstrap are those of ``agreement.toml`` where they are not given. A study without
    patients, decisions or a second reader gives a report in which every coefficient says what is missing.
    ``NotAllowed`` where the phase of a blinded study forbids it to this person; ``ReviewError`` for an unknown reader.
    """
    require(study, actor, "agreement")
    every = reads(study)
    available = readers_of(study, actor, every)
    readers = chosen(available, between)
    table = table_of(readers, every)
    scale = scale_of(study.protocol.categories, table.used)
    sampling = _sampling(draws, seed)
    found = _report(study, actor, every, table, scale, sampling, tuple(available.values()))
    return found if found.named else unnamed(found)


def _sampling(draws: int | None, seed: int | None) -> Sampling:
    given = settings().bootstrap
    return Sampling(settings().level, given.draws if draws is None else draws, given.seed if seed is None else seed)


def _report(
    study: Study,
    actor: Actor,
    every: Sequence[Read],
    table: TableOfReads,
    scale: Scale,
    sampling: Sampling,
    available: tuple[Reader, ...],
) -> Agreement:
    names = [one.name for one in table.readers.values()]
    p = patterns_of(table, scale)
    found = coefficients(p, scale, sampling, names)
    left_out = sum(category in scale.apart for row in table.rows.values() for category in row.values())
    mine = {key: [read for read in every if read.reader == key] for key in table.readers}
    around = _around(study, actor, table, sampling)
    named = not masks(study, actor)
    ((patients,),) = study.rows("SELECT count(*) FROM patient")
    return Agreement(
        readers=tuple(table.readers.values()),
        available=available,
        patients=patients,
        cases=p.compared,
        reads=table.reads,
        categories=(*scale.order, *scale.apart),
        used=scale.used,
        apart=scale.apart,
        left_out=left_out,
        coefficients=found,
        confusions=confusions(table, scale),
        by_category=by_category(table, scale, study.protocol, sampling),
        by_outcome=by_outcome(table, study.protocol, sampling),
        by_criterion=by_criterion(table, every, settings().criteria.most, sampling),
        rows=tuple(reader_row(key, one, mine[key], around) for key, one in table.readers.items()),
        repeats=all_repeats(mine, around),
        sessions=tuple(each for key, one in table.readers.items() for each in sessions(one, mine[key])),
        disagreements=disagreements(table),
        warnings=tuple(warnings(table, found))
        if patients
        else ("The study has no patients yet: import charts first.",),
        notes=(*([] if named else [MASKED]), *notes(scale, left_out, sampling, found)),
        named=named,
        draws=sampling.draws,
        seed=sampling.seed,
        level=sampling.level,
    )


def _around(study: Study, actor: Actor, table: TableOfReads, sampling: Sampling) -> Around:
    protocol = study.protocol
    return Around(
        table=table,
        finals=final_categories(study),
        proposals=proposals_for(study, actor, frozenset(table.rows)),
        categories=protocol.categories,
        responders=protocol.collapses[0].categories if protocol.collapses else (),
        sampling=sampling,
    )


def warnings(table: TableOfReads, found: Mapping[str, Coefficient]) -> list[str]:
    """What would mislead who reads one coefficient alone: the prevalence paradox."""
    limits = settings().prevalence
    counts: dict[str, int] = {}
    for row in table.rows.values():
        for category in row.values():
            counts[category] = counts.get(category, 0) + 1
    percent, kappa, ac1 = (found.get(name) for name in ("percent", "conger", "gwet.ac1"))
    if not (isinstance(percent, Estimate) and isinstance(kappa, Estimate) and isinstance(ac1, Estimate)):
        return []
    most = max(counts, key=lambda one: (counts[one], one))
    share, gap = counts[most] / table.reads, ac1.estimate - kappa.estimate
    if share < limits.share and gap < limits.gap:
        return []
    return [
        f"{most} holds {100 * share:.0f} % of the reads, which lowers kappa and alpha however well readers agree (the"
        f" prevalence paradox): read agreement {100 * percent.estimate:.1f} %, kappa {kappa.estimate:.2f} and AC1"
        f" {ac1.estimate:.2f} together."
    ]


def notes(scale: Scale, left_out: int, sampling: Sampling, found: Mapping[str, Coefficient]) -> list[str]:
    """What the numbers rest on."""
    apart = ", ".join(scale.apart)
    said = [
        "Each reader's decision in force on each case; a case that one reader alone read shows how categories are used"
        " and nothing of agreement. Missing reads are allowed.",
        f"Categories are those somebody used, in the order {' > '.join(scale.order)}.",
    ]
    if apart:
        said.append(
            f"{apart} stands apart from the order: a category of its own for the nominal coefficients, left out of the"
            f" ordered ones ({left_out} {'read' if left_out == 1 else 'reads'} here)."
        )
    said += [
        "Gwet's ordinal weights are not Krippendorff's ordinal metric: the one follows from the places on the scale,"
        " the other from how often each category was used.",
        f"Intervals are {100 * sampling.level:g} %. Bootstrap: {sampling.draws} draws of cases with replacement, seed"
        f" {sampling.seed}, percentile interval.",
        f"{settings().practice.source}.",
    ]
    if any(
        isinstance(one, Estimate) and one.bootstrap and one.bootstrap.defined < sampling.draws for one in found.values()
    ):
        said.append(
            "Draws in which a coefficient is undefined, because all reads fell into one category, are left out."
        )
    return said
