"""Agreement on questions with two answers: each category, each outcome, each criterion cited or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hlh_tui.review.agreement.bootstrap import percentile_interval, resampled
from hlh_tui.review.agreement.coefficients import BINARY, Sampling, coefficients
from hlh_tui.review.agreement.intervals import estimate
from hlh_tui.review.agreement.models import Coefficient, Reader, Split, Undefined
from hlh_tui.review.agreement.patterns import MISSING, Patterns, patterns
from hlh_tui.review.agreement.scale import Scale
from hlh_tui.review.agreement.table_of_reads import TableOfReads, differing, within

if TYPE_CHECKING:
    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.review.agreement.patterns import Floats
    from hlh_tui.review.agreement.reads import Read

YES_NO = Scale(used=("yes", "no"), places=(0.0, 1.0), order=("yes", "no"), apart=())
Answers = Mapping[str, Mapping[str, bool]]
"""Patient -> {reader key -> whether that reader says yes}."""


def by_category(table: TableOfReads, scale: Scale, protocol: StudyProtocol, sampling: Sampling) -> tuple[Split, ...]:
    """Each category that was used against all others."""
    labels = {one.id: one.label for one in protocol.categories}
    return tuple(split(one, labels.get(one, one), within(table, {one}), table.readers, sampling) for one in scale.used)


def by_outcome(table: TableOfReads, protocol: StudyProtocol, sampling: Sampling) -> tuple[Split, ...]:
    """Each outcome of the protocol (such as response: CR, PR and improvement) against the rest."""
    return tuple(
        split(one.id, one.label, within(table, one.categories), table.readers, sampling)
        for one in protocol.collapses
        if table.rows
    )


def by_criterion(table: TableOfReads, every: Iterable[Read], most: int, sampling: Sampling) -> tuple[Split, ...]:
    """Each criterion or other piece of the chart that a reader cited for the decision, against not citing it.

    A read that cites nothing says nothing of any criterion and counts as missing. The ``most`` cited ones.
    """
    cited: dict[str, dict[str, frozenset[str]]] = {}
    for read in every:
        if read.in_force and read.role == "reader" and read.reader in table.readers and read.cited:
            cited.setdefault(read.patient_id, {})[read.reader] = read.cited
    counts = Counter(name for row in cited.values() for names in row.values() for name in names)
    listed = sorted(counts, key=lambda name: (-counts[name], name))[:most]
    rows = {patient: cited[patient] for patient in sorted(cited)}
    return tuple(split(name, name, _naming(rows, name), table.readers, sampling) for name in listed)


def _naming(cited: Mapping[str, Mapping[str, frozenset[str]]], name: str) -> dict[str, dict[str, bool]]:
    return {patient: {key: name in names for key, names in row.items()} for patient, row in cited.items()}


def split(name: str, label: str, answers: Answers, readers: Mapping[str, Reader], sampling: Sampling) -> Split:
    """Agreement on one question."""
    p = _patterns(answers, list(readers))
    who = [one.name for one in readers.values()]
    found = coefficients(p, YES_NO, sampling, who, BINARY) if answers else {}
    nothing = Undefined("no read says anything of it")
    percent, kappa, ac1 = (found.get(kind, nothing) for kind in BINARY)
    reads = int(p.counts @ p.agree[:, 0]) if answers else 0
    apart = differing(answers)
    return Split(name, label, reads, specific(p, label, sampling), percent, kappa, ac1, len(apart), apart)


def _patterns(answers: Answers, keys: Sequence[str]) -> Patterns:
    import numpy as np

    column = {key: place for place, key in enumerate(keys)}
    codes = np.full((len(answers), len(keys)), MISSING, dtype=np.int64)
    for number, row in enumerate(answers.values()):
        for key, yes in row.items():
            codes[number, column[key]] = 0 if yes else 1
    return patterns(codes, 2)


def specific(p: Patterns, label: str, sampling: Sampling) -> Coefficient:
    """Positive specific agreement (Spitzer and Fleiss 1974): of a read that says yes, how often another does too.

    The ratio over cases of agreeing pairs to all pairs with a yes, each case weighing as much as it has reads; its
    error is that of a ratio.
    """
    yes, of = _pairs(p)
    total = float(p.counts @ of)
    if not total:
        return Undefined(f"nobody chose {label} in a case that two of these readers read")
    value = float(p.counts @ yes) / total
    concerned = int(p.counts[of > 0].sum())
    found = estimate(p, "specific", value, _error(p, yes, of, value), (value, 0.0), sampling.level, concerned)
    drawn = [_over(counts @ yes, counts @ of) for counts in resampled(p.counts, sampling.draws, sampling.seed)]
    if not drawn:
        return found
    import numpy as np

    return replace(found, bootstrap=percentile_interval(np.concatenate(drawn), sampling.level))


def _pairs(p: Patterns) -> tuple[Floats, Floats]:
    """P: reads that say yes and find another yes, and reads that say yes, of the cases that two or more read."""
    import numpy as np

    seen = p.reads >= 2
    of = np.where(seen, p.agree[:, 0], 0.0)
    return np.divide(of * (of - 1), p.reads - 1, out=np.zeros_like(of), where=seen), of


def _error(p: Patterns, yes: Floats, of: Floats, value: float) -> float:
    n = float(p.counts[p.reads >= 2].sum())
    if n < 2:
        return float("nan")
    return float((n / (n - 1) * (p.counts @ (yes - value * of) ** 2)) ** 0.5 / (p.counts @ of))


def _over(above: Floats, below: Floats) -> Floats:
    import numpy as np

    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
