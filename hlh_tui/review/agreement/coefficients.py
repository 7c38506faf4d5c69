"""Every coefficient of agreement of some reads, each with error, interval and bootstrap, or why it is undefined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hlh_tui.review.agreement import chance, cohen, krippendorff
from hlh_tui.review.agreement.bootstrap import percentile_interval, resampled
from hlh_tui.review.agreement.intervals import estimate
from hlh_tui.review.agreement.models import Coefficient, Estimate, Undefined
from hlh_tui.review.agreement.patterns import Patterns, first, read_by_somebody
from hlh_tui.review.agreement.weights import weight_matrix

if TYPE_CHECKING:
    from hlh_tui.review.agreement.patterns import Floats
    from hlh_tui.review.agreement.scale import Scale


@dataclass(frozen=True, slots=True)
class Kind:
    """A coefficient: its printed name, the family it belongs to and its weights (``metric``: Krippendorff's own)."""

    label: str
    family: str
    weights: str = "unweighted"

    @property
    def ordered(self) -> bool:
        """Whether it takes the categories in their order, and leaves those out that have no place in it."""
        return self.weights != "unweighted"


KINDS = {
    "percent": Kind("agreement", "percent"),
    "cohen.unweighted": Kind("Cohen's kappa", "cohen"),
    "conger": Kind("Conger's kappa", "conger"),
    "fleiss": Kind("Fleiss' kappa", "fleiss"),
    "brennan_prediger": Kind("Brennan-Prediger", "brennan_prediger"),
    "gwet.ac1": Kind("Gwet's AC1", "gwet"),
    "krippendorff.nominal": Kind("Krippendorff's alpha, nominal", "krippendorff"),
    "cohen.linear": Kind("Cohen's kappa, linear", "cohen", "linear"),
    "cohen.quadratic": Kind("Cohen's kappa, quadratic", "cohen", "quadratic"),
    "weighted.conger.linear": Kind("Conger's kappa, linear", "conger", "linear"),
    "weighted.conger.quadratic": Kind("Conger's kappa, quadratic", "conger", "quadratic"),
    "weighted.conger.ordinal": Kind("Conger's kappa, ordinal (Gwet)", "conger", "ordinal"),
    "weighted.fleiss.linear": Kind("Fleiss' kappa, linear", "fleiss", "linear"),
    "weighted.fleiss.quadratic": Kind("Fleiss' kappa, quadratic", "fleiss", "quadratic"),
    "weighted.fleiss.ordinal": Kind("Fleiss' kappa, ordinal (Gwet)", "fleiss", "ordinal"),
    "weighted.brennan_prediger.linear": Kind("Brennan-Prediger, linear", "brennan_prediger", "linear"),
    "weighted.brennan_prediger.quadratic": Kind("Brennan-Prediger, quadratic", "brennan_prediger", "quadratic"),
    "weighted.brennan_prediger.ordinal": Kind("Brennan-Prediger, ordinal (Gwet)", "brennan_prediger", "ordinal"),
    "gwet.ac2_linear": Kind("Gwet's AC2, linear", "gwet", "linear"),
    "gwet.ac2_quadratic": Kind("Gwet's AC2, quadratic", "gwet", "quadratic"),
    "gwet.ac2_ordinal": Kind("Gwet's AC2, ordinal (Gwet)", "gwet", "ordinal"),
    "krippendorff.ordinal": Kind("Krippendorff's alpha, ordinal metric", "krippendorff", "metric"),
}
"""Every coefficient by its path in the JSON, in the order printed: nominal ones first."""
BINARY = ("percent", "conger", "gwet.ac1")
"""What is said of a question with two answers."""
REPEATED = ("percent", "cohen.unweighted", "cohen.quadratic")
"""What is said of one reader beside another, or beside themselves."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How errors are estimated: the level of the intervals, and draws and seed of the bootstrap."""

    level: float
    draws: int
    seed: int


def coefficients(
    p: Patterns, scale: Scale, sampling: Sampling, who: Sequence[str], kinds: Sequence[str] = tuple(KINDS)
) -> dict[str, Coefficient]:
    """The coefficients of these reads by name; ``who`` are the readers' names for the sentences.

    ``p`` holds codes of ``scale.used``. Each coefficient that is defined has an error and limits, or says why not.
    """
    by_order = {False: p, True: first(p, scale.ordered)}
    found: dict[str, Coefficient] = {}
    for name in kinds:
        kind, reads = KINDS[name], by_order[KINDS[name].ordered]
        why = why_undefined(reads, kind, scale, who)
        found[name] = Undefined(why) if why else _estimate(reads, kind, scale, sampling.level)
    defined = [name for name in kinds if isinstance(found[name], Estimate)]
    drawn = _drawn(by_order, defined, scale, sampling)
    for name, values in drawn.items():
        one = found[name]
        if isinstance(one, Estimate):
            found[name] = replace(one, bootstrap=percentile_interval(values, sampling.level))
    return found


def why_undefined(p: Patterns, kind: Kind, scale: Scale, who: Sequence[str]) -> str:
    """Why these reads give no such coefficient; empty where they do."""
    if not who:
        return "nobody has decided a case yet"
    if len(who) == 1:
        return f"only {who[0]} has read cases: agreement needs a second reader (hlh-tui open STUDY --reader NAME)"
    if kind.family == "cohen" and len(who) > 2:
        return (
            f"Cohen's kappa compares two readers and here are {len(who)}; Conger's kappa is the same for more of them"
        )
    if not p.compared:
        order = f" as one of {', '.join(scale.order)}" if kind.ordered else ""
        return f"no case has been read by two of these readers{order}"
    if kind.family == "percent":
        return ""
    used = [name for name, n in zip(scale.used, _used_together(p), strict=False) if n]
    if len(used) == 1:
        left = "" if not kind.ordered else f" of {', '.join(scale.order)}"
        return f"agreement is 100 %, and {kind.label} is undefined because only one category{left} was used ({used[0]})"
    return ""


def _used_together(p: Patterns) -> list[float]:
    """Reads of each category in the cases that two or more read."""
    return list(p.counts * (p.reads >= 2) @ p.agree)


def _weights(kind: Kind, scale: Scale, q: int) -> Floats:
    return weight_matrix(kind.weights, scale.places if kind.ordered else range(q))


def values_of(p: Patterns, kind: Kind, scale: Scale, counts: Floats) -> tuple[Floats, Floats, Floats]:
    """B values of the coefficient, of the agreement seen, and of that by chance (0 for per cent agreement)."""
    if kind.family == "krippendorff":
        far = None if kind.weights == "metric" else 1 - _weights(kind, scale, p.q)
        return krippendorff.alpha(p, counts, far)
    weights = _weights(kind, scale, p.q)
    if kind.family == "cohen":
        return cohen.kappa(p, weights, counts)
    seen = chance.observed(p, weights, counts)
    if kind.family == "percent":
        return seen, seen, seen * 0
    expected = chance.FAMILIES[kind.family].expected(p, weights, counts)
    return chance.corrected(seen, expected), seen, expected


def std_error_of(p: Patterns, kind: Kind, scale: Scale) -> float:
    """The analytic standard error of the coefficient over the cases that somebody read; NaN for a single case."""
    p = read_by_somebody(p)
    if kind.family == "krippendorff":
        return krippendorff.std_error(p, None if kind.weights == "metric" else 1 - _weights(kind, scale, p.q))
    weights = _weights(kind, scale, p.q)
    if kind.family == "cohen":
        return cohen.std_error(p, weights)
    if kind.family == "percent":
        return chance.std_error_of_observed(p, weights)
    return chance.std_error(p, weights, chance.FAMILIES[kind.family])


def _estimate(p: Patterns, kind: Kind, scale: Scale, level: float) -> Coefficient:
    value, seen, expected = (float(each) for each in values_of(p, kind, scale, p.counts))
    if value != value:  # NaN: agreement by chance is complete though more than one category was used
        return Undefined(f"{kind.label} is undefined because agreement by chance alone would be complete")
    return estimate(p, kind.family, value, std_error_of(p, kind, scale), (seen, expected), level)


def _drawn(
    by_order: Mapping[bool, Patterns], names: Sequence[str], scale: Scale, sampling: Sampling
) -> dict[str, Floats]:
    """The values of each coefficient in every draw of the cases, NaN where a draw does not define it."""
    import numpy as np

    blocks: dict[str, list[Floats]] = {name: [] for name in names}
    if not names:
        return {}
    for counts in resampled(by_order[False].counts, sampling.draws, sampling.seed):
        for name in names:
            kind = KINDS[name]
            blocks[name].append(values_of(by_order[kind.ordered], kind, scale, counts)[0])
    return {name: np.concatenate(values) for name, values in blocks.items() if values}
