"""What is read of the observations: columns of bounds for each analyte and direction that a criteria set looks at."""

from __future__ import annotations

from dataclasses import dataclass

from hlh_tui.assess.sql.words import sign, text
from hlh_tui.protocol.analytes import analytes
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.item_models import ItemRule


@dataclass(frozen=True, slots=True)
class Source:
    """An analyte as an item looks at it: turned by ``sign``; of several results at one instant the ``extreme`` counts.

    ``laboratory``: the reference limit charted with a result is wanted (``outside``: the one to be passed).
    ``assay``: its assay and unit are wanted.
    """

    analyte: str
    sign: int
    extreme: str
    not_units: tuple[str, ...] = ()
    laboratory: bool = False
    outside: bool = False
    assay: bool = False

    @property
    def own_units(self) -> tuple[str, ...]:
        """Units of the analyte that do not convert to its canonical one."""
        return tuple(analytes()[self.analyte].own)


def sources(criteria: CriteriaSet) -> tuple[Source, ...]:
    """Every source of the set's items, each once, in order."""
    found: dict[Source, None] = {}
    for item in criteria.items:
        for analyte in item.analytes:
            found.setdefault(source(item, analyte))
    return tuple(found)


def source(item: ItemRule, analyte: str) -> Source:
    """The source of one analyte of an item."""
    return Source(
        analyte,
        sign(item),
        "min" if item.pick == "strongest" else "max",
        item.not_units,
        item.limit.interval != "fixed",
        item.limit.interval == "outside_laboratory",
        bool(item.change and item.change.same_assay),
    )


def reading_columns(criteria: CriteriaSet) -> str:
    """Columns of the CTE ``reading`` beside patient, day, low and high: which analyte, and what sources want of it."""
    each = sources(criteria)
    numbers = " ".join(f"WHEN {text(analyte)} THEN {place}" for analyte, place in _places(each).items())
    columns = [f"CASE analyte {numbers} END AS analyte"]
    if any(one.laboratory for one in each):
        columns.append("lower, upper")
    if any(one.assay or one.own_units for one in each):
        columns.append("assay, unit")
    if any(one.not_units for one in each):
        columns.append("coalesce(raw_unit, unit) AS charted_unit")
    return ", ".join(columns)


def seen_columns(criteria: CriteriaSet) -> str:
    """Columns of the CTE ``seen``: of source n its bounds l<n> and h<n>.

    Where wanted c<n> (the laboratory's limit, turned), u<n> (whether the unit does not convert), k<n> (assay and unit).
    """
    each = sources(criteria)
    places = _places(each)
    return ",\n        ".join(_columns(one, number, places[one.analyte]) for number, one in enumerate(each, 1))


def _places(each: tuple[Source, ...]) -> dict[str, int]:
    return {analyte: place for place, analyte in enumerate(dict.fromkeys(one.analyte for one in each), 1)}


def _columns(one: Source, number: int, place: int) -> str:
    here = f"analyte = {place}" + "".join(
        f" AND NOT contains(lower(charted_unit), {text(word.lower())})" for word in one.not_units
    )
    low, high = ("low", "high") if one.sign > 0 else ("-high", "-low")
    columns = [
        f"{one.extreme}(CASE WHEN {here} THEN {low} END) AS l{number}",
        f"{one.extreme}(CASE WHEN {here} THEN {high} END) AS h{number}",
    ]
    if one.laboratory:
        columns.append(f"min(CASE WHEN {here} THEN {_laboratory(one)} END) AS c{number}")
    if one.own_units:
        columns.append(f"bool_or({here} AND unit IN ({', '.join(map(text, one.own_units))})) AS u{number}")
    if one.assay:
        known = f"CASE WHEN {here} THEN concat_ws(' ', assay, unit) END"
        # Results of two assays at one instant compare with none: which of them the bound is from is not said.
        columns.append(
            f"CASE WHEN min({known}) = max({known}) THEN max({known})"
            f" WHEN max({known}) IS NOT NULL THEN concat('several, ', day) END AS k{number}"
        )
    return ", ".join(columns)


def _laboratory(one: Source) -> str:
    """The turned limit that a value must stay below: the laboratory's own reference limit still belongs to normal."""
    if one.outside:
        return "lower" if one.sign > 0 else "-upper"
    limit = "upper" if one.sign > 0 else "-lower"
    return f"{limit} + 1e-12 * greatest(abs({limit}), 1)"
