"""The inconsistencies of a print, each with the lines that show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hlh_tui.cohort.interval import clopper_pearson
from hlh_tui.cohort.printed import names
from hlh_tui.cohort.published import shown
from hlh_tui.cohort.published.joint_curves import Fates, joint
from hlh_tui.cohort.published.ladders import ladders, on_one_curve
from hlh_tui.cohort.published.models import Claim, Finding
from hlh_tui.cohort.published.possible import checks_of, groups_of
from hlh_tui.cohort.published.rounding import cut, decimals, plain, rounded

if TYPE_CHECKING:
    from hlh_tui.cohort.published.read import Document

Claims = Mapping[str, Claim]
MOST_DENOMINATOR = 1000
"""Denominators looked at for a percentage whose own is not printed."""


def findings(document: Document, claims: tuple[Claim, ...]) -> tuple[Finding, ...]:
    """Every inconsistency of the file with its computations done."""
    known = {claim.figure.id: claim for claim in claims}
    return tuple(
        Finding(
            each.id,
            each.finding,
            each.verdict,
            tuple(line for computation in computations for line in SHOW[type(computation)](computation, known)),
            each.reading,
        )
        for each, computations in document.inconsistencies
    )


def count(claims: Claims, name: str) -> int:
    """The printed count of a figure: n, else its value."""
    figure = claims[name].figure
    return int(figure.value) if figure.n is None else figure.n


def value(claims: Claims, name: str) -> Decimal:
    """The printed value of a figure."""
    return claims[name].figure.value


def attainable(wanted: shown.Attainable, claims: Claims) -> list[str]:
    """What the checks say of each figure."""
    found = [check for name in wanted.attainable for check in checks_of(claims[name].figure, groups_of(claims[name]))]
    return [f"{check.id}: {check.why}" for check in found]


def denominator(wanted: shown.Denominator, claims: Claims) -> list[str]:
    """The denominators that fit, and the percentages of those asked for."""
    figure = claims[wanted.denominator].figure
    n, places = count(claims, wanted.denominator), decimals(figure.value)
    fitting = [
        d for d in range(max(n, 1), MOST_DENOMINATOR + 1) if rounded(Fraction(100 * n, d), places) == figure.value
    ]
    words = " or ".join(map(str, fitting)) if fitting else f"no number up to {MOST_DENOMINATOR}"
    others = [f"{n} of {d} is {cut(Fraction(100 * n, d), 1)} %" for d in wanted.of if d >= n]
    return ["; ".join([f"{n} is {plain(figure.value)} % of {words}", *others])]


def summed(wanted: shown.Sum, claims: Claims) -> list[str]:
    """The sum in figures, and whether it is what it should be."""
    parts = [count(claims, name) for name in wanted.sum]
    total = f"{' + '.join(map(str, parts))} = {sum(parts)}"
    if wanted.equals is None:
        return [total]
    target = count(claims, wanted.equals) if isinstance(wanted.equals, str) else wanted.equals
    return [f"{total}, as printed" if sum(parts) == target else f"{total}, not {target}"]


def difference(wanted: shown.Difference, claims: Claims) -> list[str]:
    """Both counts, and the patients that make the difference where the charts name them."""
    first, second = wanted.difference
    text = f"{count(claims, first)} ({first}) and {count(claims, second)} ({second}) printed"
    mine, theirs = (patients_of(claims[name]) for name in wanted.difference)
    if mine is None or theirs is None:
        return [text]
    return [f"{text}; in the charts {len(mine)} and {len(theirs)}, in the first only: {names(sorted(mine - theirs))}"]


def patients_of(claim: Claim) -> set[str] | None:
    """Who is behind a claim in the charts."""
    known = claim.computed is not None and claim.computed.patients is not None
    return set(claim.computed.patients or ()) if known and claim.computed else None


def shares(wanted: shown.Shares, claims: Claims) -> list[str]:
    """Each count in per cent of each denominator."""
    lines = []
    for name in wanted.shares:
        n = count(claims, name)
        of = (f"{n}/{d} = {cut(Fraction(100 * n, d), 1)} %" for d in wanted.of)
        lines.append(f"{name}: {', '.join(of)}")
    return lines


def one_curve(wanted: shown.OneCurve, claims: Claims) -> list[str]:
    """The ladders of each survival, and how many give both."""
    lines = []
    for name in wanted.one_curve:
        found = ladders(value(claims, name), wanted.patients, wanted.deaths)
        values = " or ".join(f"{each.numerator}/{each.denominator}" for each in found.values) or "no fraction"
        number = f"{len(found.found)}{'' if found.complete else ' or more'}"
        lines.append(f"{plain(value(claims, name))} % ({name}): {number} sequences of numbers at risk, {values}")
    first, second = (value(claims, name) for name in wanted.one_curve)
    both = on_one_curve((first, second), wanted.patients, wanted.deaths)
    number = f"{len(both.found)}{'' if both.complete else ' or more'}"
    of = f"{wanted.patients} patients with at most {wanted.deaths} deaths"
    return [*lines, f"both on one curve of {of}: {number} sequences"]


def joint_survivals(wanted: shown.Joint, claims: Claims) -> list[str]:
    """In how many states of the cohort both survivals are shown, and in how many with nobody lost before the first."""
    names_of = (wanted.without, wanted.event, wanted.after)
    fates = Fates(wanted.patients, *(count(claims, name) for name in names_of))
    first, second = (value(claims, name) for name in wanted.joint)
    if fates.died_without + fates.event > fates.patients or fates.died_after > fates.event:
        return [f"{', '.join(names_of)} do not add up in {fates.patients} patients"]
    found = joint(first, second, fates)
    more = "" if found.complete else " or more"
    return [
        f"{plain(first)} % on a curve censored at {wanted.event} and later {plain(second)} % on that of all deaths:"
        f" {found.states}{more} states of {fates.patients} patients; with nobody lost alive before the first:"
        f" {found.without_loss}{more}"
    ]


def followed(wanted: shown.Followed, claims: Claims) -> list[str]:
    """At least half are followed to the median; were all others dead by then, survival is what is left."""
    median, printed = value(claims, wanted.followed), value(claims, wanted.survival)
    beyond = (wanted.patients + 1) // 2
    least = Fraction(100 * beyond, wanted.patients)
    if median <= Decimal(str(wanted.month)):
        return [f"the median follow-up {plain(median)} does not lie beyond month {wanted.month:g}"]
    verdict = "below that" if Fraction(printed) < rounded(least, decimals(printed)) else "not below that"
    return [
        f"were {plain(median)} months the median follow-up of all {wanted.patients}, {beyond} would be followed beyond"
        f" month {wanted.month:g} and survival there at least {beyond}/{wanted.patients} = {cut(least, 1)} %;"
        f" {plain(printed)} % printed, {verdict}"
    ]


def ranks(wanted: shown.Ranks, claims: Claims) -> list[str]:
    """The ranks of first quartile and median, and whether both fall among the lowest group."""
    lowest = wanted.patients - sum(count(claims, name) for name in wanted.others)
    minus = " - ".join(str(count(claims, name)) for name in wanted.others)
    q1, median = (value(claims, name) for name in wanted.ranks)
    middle = Fraction(wanted.patients + 1, 2)
    low, high = Fraction(wanted.patients + 1, 4), Fraction(wanted.patients + 3, 4)
    inside = "both among them" if middle <= lowest else "not both among them"
    return [
        f"{wanted.patients} - {minus} = {lowest} {wanted.among}; the median is value {cut(middle, 2)} of"
        f" {wanted.patients} ({plain(median)}), the first quartile value {cut(low, 2)} (type 6) or {cut(high, 2)}"
        f" (type 7) ({plain(q1)}): {inside}{'' if q1 == median else ', and not equal'}"
    ]


def quotients(wanted: shown.Quotients, claims: Claims) -> list[str]:
    """Each figure divided by each number."""
    lines = []
    for name, divisor in wanted.by.items():
        found = (cut(Fraction(value(claims, each)) / Fraction(str(divisor)), 2) for each in wanted.quotients)
        printed = " to ".join(plain(value(claims, each)) for each in wanted.quotients)
        lines.append(f"{printed} divided by {divisor:g} ({name}): {' to '.join(found)}")
    return [*lines, f"printed: {plain(value(claims, wanted.against))} ({wanted.against})"]


def interval(wanted: shown.Interval, claims: Claims) -> list[str]:
    """The Clopper-Pearson interval and the figures inside it."""
    figure = claims[wanted.interval].figure
    if not figure.denominator or figure.n is None:
        return [f"{figure.id} is printed without count and denominator: no interval"]
    lower, upper = (100 * limit for limit in clopper_pearson(figure.n, figure.denominator))
    inside = [name for name in wanted.contains if lower <= value(claims, name) <= upper]
    outside = [name for name in wanted.contains if name not in inside]
    parts = [f"contains {plain(value(claims, name))} % ({name})" for name in inside]
    parts += [f"does not contain {plain(value(claims, name))} % ({name})" for name in outside]
    share = cut(Fraction(100 * figure.n, figure.denominator), 1)
    return [
        f"{figure.n} of {figure.denominator} = {share} %, exact 95 % interval {lower:.1f}–{upper:.1f} %: "
        + ", ".join(parts)
    ]


SHOW: dict[type[shown.Shown], Callable[[Any, Claims], list[str]]] = {
    shown.Attainable: attainable,
    shown.Denominator: denominator,
    shown.Sum: summed,
    shown.Difference: difference,
    shown.Shares: shares,
    shown.OneCurve: one_curve,
    shown.Joint: joint_survivals,
    shown.Followed: followed,
    shown.Ranks: ranks,
    shown.Quotients: quotients,
    shown.Interval: interval,
}
