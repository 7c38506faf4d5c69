"""The scorecard: every printed figure against the study, and what of the print cannot be."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.published.compare import as_printed, basis, differences, unknown_words, value_of
from hlh_tui.cohort.published.errors import NotInStudy
from hlh_tui.cohort.published.findings import findings
from hlh_tui.cohort.published.models import VERDICTS, Claim, Scorecard
from hlh_tui.cohort.published.possible import checks
from hlh_tui.cohort.published.recompute import recompute
from hlh_tui.cohort.published.rounding import plain
from hlh_tui.review.conduct.blinding import require_results

if TYPE_CHECKING:
    from hlh_tui.cohort.published.models import Computed, Verdict
    from hlh_tui.cohort.published.read import Document, Entry
    from hlh_tui.cohort.published.table_cell import Tables
    from hlh_tui.study.file import Study

NO_SOURCE = "the entry says neither where the value comes from (from) nor why it cannot be recomputed (reason)"


def scorecard(study: Study, document: Document) -> Scorecard:
    """Every claim with its verdict, the checks and the inconsistencies.

    ``PublishedError`` for an entry that names what protocol or tables do not have; ``CohortError`` for a study
    without patients.
    """
    require_results(study, "figures held against a paper")
    ((patients,),) = study.rows("SELECT count(*) FROM patient")
    if not patients:
        raise CohortError(f"{study.path.name} has no patients yet: import charts first")
    tables: Tables = {}
    claims = tuple(
        replace(claim(study, entry, tables), readings=other_readings(study, entry, tables))
        for entry in document.entries
    )
    counts = Counter(each.verdict for each in claims)
    return Scorecard(
        paper=document.paper,
        study=study.path.name,
        patients=patients,
        synthetic=study.synthetic,
        claims=claims,
        checks=checks(claims),
        findings=findings(document, claims),
        counts={verdict: counts[verdict] for verdict in VERDICTS},
    )


def claim(study: Study, entry: Entry, tables: Tables) -> Claim:
    """One printed figure with its verdict."""
    figure = entry.figure
    constructed = figure.constructed and study.synthetic
    if entry.source is None:
        return Claim(figure, None, None, "not_reproducible", figure.reason or NO_SOURCE, constructed)
    try:
        computed = recompute(study, entry, tables)
    except NotInStudy as error:
        return Claim(figure, None, None, "not_reproducible", figure.reason or str(error), constructed)
    return judged(entry, computed, constructed=constructed)


def other_readings(study: Study, entry: Entry, tables: Tables) -> tuple[tuple[str, str], ...]:
    """What each other reading of the print gives, rounded as printed."""
    found = []
    for label, other in entry.readings:
        try:
            value = value_of(other.figure, recompute(study, other, tables))
        except NotInStudy as error:
            found.append((label, str(error)))
            continue
        found.append((label, "nobody" if value is None else plain(as_printed(other.figure, value))))
    return tuple(found)


def judged(entry: Entry, computed: Computed, *, constructed: bool) -> Claim:
    """The verdict on a figure for which the study gives something."""
    figure = entry.figure
    value = value_of(figure, computed)
    if value is None:
        nobody = (
            "no patient is in the denominator" if computed.denominator == 0 else "no denominator to be a percentage of"
        )
        why = "; ".join([f"{computed.how}: {nobody}", *unknown_words(computed)])
        return Claim(figure, computed, None, "not_reproducible", figure.reason or why, constructed)
    shown = as_printed(figure, value)
    if figure.reason:
        why = f"{figure.reason} (here {'; '.join(basis(figure, computed, value))})"
        return Claim(figure, computed, shown, "not_reproducible", why, constructed)
    found = differences(figure, computed, value)
    why = "; ".join([*found, *basis(figure, computed, value, differs=bool(found))])
    # Who is not decided or not charted yet may be what is missing: that is no difference.
    verdict: Verdict = "match" if not found else "not_reproducible" if computed.unknown else "differs"
    return Claim(figure, computed, shown, verdict, why, constructed)
