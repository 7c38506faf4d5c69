"""The scorecard as plain text: what differs, then by place in the paper, then what cannot be true of the print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from hlh_tui.cohort.published.compare import IN_WORDS, PERCENT
from hlh_tui.cohort.published.models import Check, Claim, Finding, Scorecard, Verdict
from hlh_tui.cohort.published.rounding import cut, plain

WORDS: dict[Verdict, str] = {"match": "match", "differs": "DIFFERS", "not_reproducible": "not reproducible"}
CONSTRUCTED = "match (c)"
INDENT = "    "
LEAST = 40


def scorecard_text(card: Scorecard, width: int) -> str:
    """The whole scorecard within ``width`` characters."""
    width = max(width, LEAST)
    against = (
        f"{'against' if card.paper else 'Printed figures against'} {card.study}, {counted(card.patients, 'patient')}"
    )
    lines = [line for each in (card.paper, against) for line in wrap(each, width)] + [""]
    differing = [claim for claim in card.claims if claim.verdict == "differs"]
    if differing:
        lines += ["Differs", *(line for claim in differing for line in claim_lines(claim, width, why=True)), ""]
    for where, claims in by_place(card.claims).items():
        lines += [*wrap(where, width), *place_lines(claims, width), ""]
    lines += list(check_lines(card.checks, width))
    if card.findings:
        lines += ["Inconsistencies of the print", ""]
        lines += [line for number, each in enumerate(card.findings, 1) for line in finding_lines(number, each, width)]
    return "\n".join([*lines, *closing(card, width)])


def by_place(claims: Sequence[Claim]) -> dict[str, list[Claim]]:
    """Claims that do not differ by place in the paper, places and claims in the order of the file."""
    places: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.verdict != "differs":
            places.setdefault(claim.figure.where, []).append(claim)
    return places


def place_lines(claims: Sequence[Claim], width: int) -> Iterator[str]:
    """The claims of one place; a definition that several in a row share is told after the last of them."""
    for claim, later in zip_longest(claims, claims[1:]):
        yield from claim_lines(claim, width)
        definition = claim.figure.definition
        if definition and (later is None or later.figure.definition != definition):
            yield from hanging(f"definition: {definition}", INDENT, INDENT, width)


def claim_lines(claim: Claim, width: int, *, why: bool = False) -> list[str]:
    """Verdict, id, print and value on a line; the reason under it where it is asked for or nothing matches."""
    figure = claim.figure
    verdict = CONSTRUCTED if claim.constructed and claim.verdict == "match" else WORDS[claim.verdict]
    verdict += " (stray of the print)" if figure.stray else ""
    here = "" if claim.rounded is None else f"; computed {computed_words(claim)}"
    lines = hanging(f"{verdict}  {figure.id}: printed {printed_words(claim)}{here}", "  ", INDENT, width)
    if why and figure.where:
        lines += hanging(f"{figure.where}: “{figure.text}”", INDENT, INDENT, width)
    if why or claim.verdict != "match" or figure.comparator or unknown(claim):
        lines += hanging(claim.why, INDENT, INDENT, width)
    if claim.readings:
        others = "; ".join(f"{label} {value}" for label, value in claim.readings)
        lines += hanging(f"other readings: {others}", INDENT, INDENT, width)
    if figure.note:
        lines += hanging(f"note: {figure.note}", INDENT, INDENT, width)
    return lines


def unknown(claim: Claim) -> bool:
    """Whether the charts leave open of someone if they count."""
    return claim.computed is not None and bool(claim.computed.unknown)


def printed_words(claim: Claim) -> str:
    """The figure as printed: 10/13 (77 %), at least 20 mg/m2/d."""
    figure = claim.figure
    limit = f"{IN_WORDS[figure.comparator]} " if figure.comparator else ""
    return limit + words(plain(figure.value), figure.unit, figure.n, figure.denominator)


def computed_words(claim: Claim) -> str:
    """The computed figure in the same form."""
    computed = claim.computed
    count = computed is not None and computed.value is None
    n, of = (computed.n, computed.denominator) if computed is not None and count else (None, None)
    if claim.figure.comparator and computed is not None and computed.value is not None:
        return words(cut(computed.value), claim.figure.unit, None, None)
    return words("" if claim.rounded is None else plain(claim.rounded), claim.figure.unit, n, of)


def words(value: str, unit: str, n: int | None, of: int | None) -> str:
    """A value with its unit, or a count with its denominator and percentage."""
    if n is None:
        return value if unit == "p" else f"{value} {unit}"
    count = str(n) if of is None else f"{n}/{of}"
    return f"{count} ({value} %)" if unit == PERCENT else count


def check_lines(checks: Sequence[Check], width: int) -> Iterator[str]:
    """The printed figures that are impossible whatever the charts say, and how many were checked."""
    if not checks:
        return
    yield "Possible at all"
    for check in checks:
        if not check.possible:
            yield from hanging(f"impossible  {check.id}: {check.why}", "  ", INDENT, width)
    kinds = {
        kind: [check for check in checks if check.kind == kind]
        for kind in ("count", "percentage", "p value", "survival")
    }
    for kind, found in kinds.items():
        if found:
            yes = sum(check.possible for check in found)
            noun = "survival estimate" if kind == "survival" else kind
            yield from hanging(f"{yes} of {counted(len(found), noun)} possible", "  ", INDENT, width)
    yield ""


def finding_lines(number: int, finding: Finding, width: int) -> list[str]:
    """An inconsistency, its verdict, and the lines that show it."""
    lines = hanging(f"{number:>2}  {finding.finding}", "", INDENT, width)
    lines += hanging(finding.verdict, INDENT, INDENT, width)
    for line in finding.shown:
        lines += hanging(f"= {line}", INDENT, INDENT + "  ", width)
    if finding.reading:
        lines += hanging(f"read, not computed: {finding.reading}", INDENT, INDENT + "  ", width)
    return [*lines, ""]


def closing(card: Scorecard, width: int) -> list[str]:
    """The counts, and what a match with constructed data shows."""
    counts = card.counts
    strays = sum(claim.figure.stray and claim.verdict == "differs" for claim in card.claims)
    stray = f" ({strays} a stray of the print)" if strays else ""
    lines = wrap(
        f"{counted(len(card.claims), 'figure')}: {counts['match']} match, {counts['differs']}"
        f" {'differs' if counts['differs'] == 1 else 'differ'}{stray},"
        f" {counts['not_reproducible']} not reproducible. Values are rounded as printed, halves up; nothing else is"
        " allowed for. Counts, denominators and named patients have to agree as well.",
        width,
    )
    made = sum(claim.constructed and claim.verdict == "match" for claim in card.claims)
    if made:
        lines += wrap(
            f"(c): {made} of the {counts['match']} matches are with synthetic patients constructed to meet them. They"
            " show that the program computes the paper's number from the charts, not that the paper is true.",
            width,
        )
    elif card.synthetic:
        lines += wrap("The patients of this study are synthetic.", width)
    return lines


def hanging(text: str, first: str, rest: str, width: int) -> list[str]:
    """The text in lines, the first indented by ``first``, the others by ``rest``."""
    return wrap(text, width, initial_indent=first, subsequent_indent=rest) or [first]


def counted(n: int, noun: str) -> str:
    """A number with its noun: 1 figure, 2 figures."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
