"""Coefficients side by side, the confusion of each pair, and agreement by category and criterion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hlh_tui.cohort.agreement.numbers import (
    UNDEFINED,
    agreement_with_limits,
    in_percent,
    limits,
    percent_limits,
    plain,
    with_limits,
)
from hlh_tui.cohort.tables.cells import NONE, heading
from hlh_tui.cohort.tables.models import Cell, Row, Table
from hlh_tui.review.agreement.coefficients import KINDS
from hlh_tui.review.agreement.models import Agreement, Coefficient, Confusion, Estimate, Split, Undefined

NOBODY = "Nobody disagrees."
MOST_NAMED = 20


OTHERS = ("gwet.ac1", "gwet.ac2_quadratic", "krippendorff.nominal", "krippendorff.ordinal")
HEADLINE = {
    False: ("percent", "cohen.unweighted", "cohen.quadratic", *OTHERS),
    True: ("percent", "conger", "weighted.conger.quadratic", *OTHERS),
}
"""What is read together, for two readers (False) and for more: no coefficient tells enough alone."""


def columns_of(found: Agreement) -> tuple[str, ...]:
    """The headings; the level of the intervals is the report's."""
    level = f"{100 * found.level:g} %"
    return ("estimate", "standard error", f"{level} interval", f"bootstrap {level}", "observed", "by chance", "cases")


def coefficients_table(found: Agreement) -> Table:
    """Every coefficient with error, interval and bootstrap; behind each the cases that readers see differently."""
    apart = tuple(each.patient_id for each in found.disagreements)
    order = " > ".join(one for one in found.categories if one not in found.apart)
    columns = columns_of(found)
    shown = HEADLINE[len(found.readers) > 2]
    rest = [name for name in found.coefficients if name not in shown]
    groups = {
        "side by side": shown,
        f"ordered: {order}": [name for name in rest if KINDS[name].ordered],
        _nominal(found): [name for name in rest if not KINDS[name].ordered],
    }
    rows: list[Row] = []
    for words, names in groups.items():
        rows.append(heading(words, len(columns)))
        rows += [_row(name, found.coefficients[name], apart) for name in names]
    title = f"Agreement: {found.cases} of {found.patients} cases read by two or more"
    notes = [*found.warnings, _readers(found), *whys(found.coefficients.values()), *methods(found), *found.notes]
    return Table("agreement", title, columns, tuple(rows), tuple(notes))


def _nominal(found: Agreement) -> str:
    apart = ", ".join(found.apart)
    return f"nominal, {apart} a category of its own" if apart else "nominal"


def _readers(found: Agreement) -> str:
    names = ", ".join(one.name for one in found.readers) or "nobody yet"
    return f"Readers: {names}; {found.reads} reads."


def _row(name: str, one: Coefficient, apart: tuple[str, ...]) -> Row:
    label = KINDS[name].label
    if isinstance(one, Undefined):
        return Row(label, label, (Cell(UNDEFINED), *(Cell(NONE),) * 6))
    share = name == "percent"
    number, interval = (in_percent, percent_limits) if share else (plain, limits)
    spread = one.bootstrap
    texts = (
        number(one.estimate),
        number(one.std_error),
        interval(one.lower, one.upper),
        interval(spread.lower, spread.upper) if spread else NONE,
        in_percent(one.observed),
        in_percent(one.expected),
        str(one.cases),
    )
    return Row(label, label, tuple(Cell(text, patients=apart) for text in texts))


def whys(coefficients: Iterable[Coefficient]) -> list[str]:
    """Each reason why there is no number or no interval, once."""
    return [f"{_sentence(why)}." for why in dict.fromkeys(one.why for one in coefficients) if why]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def methods(found: Agreement) -> list[str]:
    """Whose standard error and which interval each coefficient has."""
    by_method: dict[str, list[str]] = {}
    for name, one in found.coefficients.items():
        if isinstance(one, Estimate):
            by_method.setdefault(one.method.removesuffix(", clipped at 1"), []).append(KINDS[name].label)
    said = [f"{method}: {_families(labels)}." for method, labels in by_method.items()]
    return [*said, "No interval goes beyond 1."] if said else []


def _families(labels: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(label.split(",")[0] for label in labels))


def confusion_table(found: Agreement) -> Table:
    """How each pair of readers' categories go together; behind each cell its cases."""
    columns = tuple(one for one in found.categories if any(one in each.categories for each in found.confusions))
    rows: list[Row] = []
    for each in found.confusions:
        rows.append(heading(f"{each.rows.name} (down) and {each.columns.name} (across)", len(columns) + 1))
        rows += [_confused(each, category, columns) for category in columns]
        totals = [_cell(each, each.categories, (column,)) for column in columns]
        rows.append(Row("all", "all", (*totals, _cell(each, each.categories, each.categories))))
    title = "Confusion of the readers" if found.confusions else "No two readers share a case"
    notes = ["The diagonal is agreement.", *_off(found)] if rows else list(whys(found.coefficients.values()))
    return Table("confusion", title, (*columns, "all"), tuple(rows), tuple(notes))


def _off(found: Agreement) -> list[str]:
    said = [
        f"{each.patient_id}: " + ", ".join(f"{reader.name} {category}" for reader, category in each.categories)
        for each in found.disagreements[:MOST_NAMED]
    ]
    more = len(found.disagreements) - len(said)
    if not said:
        return [NOBODY] if found.named else []
    return [*said, *([f"and {more} more cases that readers see differently"] if more > 0 else [])]


def _confused(one: Confusion, row: str, columns: Sequence[str]) -> Row:
    return Row(row, row, (*(_cell(one, (row,), (column,)) for column in columns), _cell(one, (row,), one.categories)))


def _cell(one: Confusion, rows: Sequence[str], columns: Sequence[str]) -> Cell:
    cells = [(row, column) for row in rows for column in columns]
    count = sum(one.count(*cell) for cell in cells)
    patients = tuple(sorted(patient for cell in cells for patient in one.cases.get(cell, ())))
    return Cell(str(count) if count else NONE, count, patients=patients)


SPLIT = ("reads", "differ", "specific agreement", "agreement", "kappa", "AC1")


def categories_table(found: Agreement) -> Table:
    """Each category, and each outcome of the protocol, against the rest."""
    rows: list[Row] = []
    for words, splits in (("category against the rest", found.by_category), ("outcome", found.by_outcome)):
        if splits:
            rows += [heading(words, len(SPLIT)), *(_split(each, with_id=words.startswith("cat")) for each in splits)]
    notes = [
        "Differ: cases in which some readers say yes and others no. Specific agreement: of the reads that say yes, how"
        " often another reader of the case says so too (Spitzer and Fleiss 1974). Kappa is Conger's, for two readers"
        " Cohen's. The bootstrap is in --json.",
        *whys(one for each in (*found.by_category, *found.by_outcome) for one in _four(each)),
    ]
    return Table("categories", "Agreement by category and outcome", SPLIT, tuple(rows), tuple(notes))


def criteria_table(found: Agreement) -> Table:
    """Each criterion or other piece of the chart that was cited, against not citing it."""
    rows = tuple(_split(each, with_id=False) for each in found.by_criterion)
    notes = [
        "This is agreement on what readers cited as evidence for their decision, not on whether a criterion was met:"
        " readers record no verdict by criterion. A decision that cites nothing says nothing here and is left out.",
        *whys(one for each in found.by_criterion for one in _four(each)),
    ]
    if not rows:
        notes.insert(0, "No decision cites any evidence yet (space cites a value on the Review screen).")
    return Table("criteria", "Agreement by criterion, as cited", SPLIT, rows, tuple(notes))


def _four(one: Split) -> tuple[Coefficient, ...]:
    return one.specific, one.percent, one.kappa, one.ac1


def _split(one: Split, *, with_id: bool) -> Row:
    label = f"{one.id} {one.label}" if with_id and one.label != one.id else one.label
    cells = (
        Cell(str(one.reads), one.reads),
        Cell(str(one.differing) if one.differing else NONE, one.differing, patients=one.patients),
        agreement_with_limits(one.specific),
        agreement_with_limits(one.percent),
        with_limits(one.kappa),
        with_limits(one.ac1),
    )
    return Row(label, label, cells)
