"""The analytes and findings a chart may hold, with their units and limits, read from analytes.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

import msgspec

from hlh_tui.protocol.errors import ProtocolError

FILE = Path(__file__).parent / "analytes.toml"
SIGNIFICANT = ".9g"
"""Converted values keep nine significant digits, so that 150 mg/dL is exactly 1.5 g/L."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A closed interval in the unit of its analyte; None leaves that side open."""

    low: float | None = None
    high: float | None = None


class Hint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a value ``below`` or ``above`` a number probably means, e.g. haemoglobin below 26: likely g/dL."""

    text: str
    below: float | None = None
    above: float | None = None


class Loinc(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A LOINC code; ``units`` are the only accepted units that fit it (empty: all)."""

    code: str
    confidence: str
    units: tuple[str, ...] = ()


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An accepted unit: value in ``into`` (empty: the canonical unit) = (value + add) x times / divide."""

    unit: str
    also: tuple[str, ...] = ()
    into: str = ""
    add: float = 0.0
    times: float = 1.0
    divide: float = 1.0
    confidence: str = "S"
    source: str = ""
    note: str = ""


class OwnUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A second unit that is stored as it is, because no factor to the canonical one exists."""

    unit_shown: str
    reject: Limits = Limits()
    warn: Limits = Limits()


class Analyte(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An observable: a number in a canonical UCUM ``unit``, a finding (0 absent or normal, 1) or a scale (0-5)."""

    id: str
    label: str
    short: str
    kind: str
    unit: str
    unit_shown: str
    decimals: int = 0
    synonyms: tuple[str, ...] = ()
    loinc: tuple[Loinc, ...] = ()
    units: tuple[Unit, ...] = ()
    levels: dict[str, float] = {}
    """Word as charted (lower case) -> stored value."""
    expected: tuple[str, ...] = ()
    """The words to suggest when a value is not accepted."""
    reject: Limits = Limits()
    warn: Limits = Limits()
    hints: tuple[Hint, ...] = ()
    not_above: str = ""
    """Analyte of the same panel that this one cannot exceed."""
    reference: dict[str, Limits] = {}
    """Default reference interval: ``any``, or ``male`` and ``female``."""
    reference_confidence: str = ""
    assay_bound: bool = False
    """Values of different assays must not be compared."""
    percent_change: bool = True
    """Whether a change in per cent means anything; not on a scale without a true zero."""
    note: str = ""
    own: dict[str, OwnUnit] = {}

    def normal(self, sex: str | None = None) -> Limits:
        """Default reference interval for that sex; without a known sex the widest one; open sides are None."""
        known = self.reference.get(sex or "any") or self.reference.get("any")
        if known or not self.reference:
            return known or Limits()
        lows = [limits.low for limits in self.reference.values() if limits.low is not None]
        highs = [limits.high for limits in self.reference.values() if limits.high is not None]
        return Limits(min(lows, default=None), max(highs, default=None))

    @property
    def lower(self) -> float | None:
        """Lower default reference limit when the sex is not known."""
        return self.normal().low

    @property
    def upper(self) -> float | None:
        """Upper default reference limit when the sex is not known."""
        return self.normal().high

    def shown(self, unit: str) -> str:
        """A stored unit as printed: the canonical one as ``unit_shown``, an own one as its own."""
        if unit == self.unit:
            return self.unit_shown
        return self.own[unit].unit_shown if unit in self.own else unit

    def limits(self, unit: str) -> tuple[Limits, Limits]:
        """The (reject, warn) limits for values stored in that unit."""
        own = self.own.get(unit)
        return (own.reject, own.warn) if own else (self.reject, self.warn)

    def hint(self, value: float) -> str:
        """What a value outside the limits probably means, or an empty text."""
        for hint in self.hints:
            if (hint.below is not None and value < hint.below) or (hint.above is not None and value > hint.above):
                return hint.text
        return ""


@cache
def analytes() -> dict[str, Analyte]:
    """Every analyte and finding by id, in the order of the screens; ``ProtocolError`` names a wrong key."""
    records = tomllib.loads(FILE.read_text(encoding="utf-8"))
    try:
        return {key: msgspec.convert({"id": key, **record}, Analyte) for key, record in records.items()}
    except msgspec.ValidationError as error:
        raise ProtocolError(f"{FILE.name}: {error}; correct the file") from error


def find_analyte(word: str) -> Analyte | None:
    """The analyte with that id, synonym, label or LOINC code; case, spaces and punctuation do not matter."""
    key = _by_loinc().get(word.strip()) or _by_name().get(name_key(word))
    return analytes()[key] if key else None


def find_unit(analyte: Analyte, text: str | None) -> Unit | None:
    """The accepted unit that ``text`` spells, the canonical one when it is empty, None when it is not accepted."""
    if text is None or not text.strip():
        return analyte.units[0] if analyte.units else Unit(analyte.unit)
    return _units(analyte.id).get(unit_key(text))


def loinc_code(analyte: Analyte, word: str) -> Loinc | None:
    """The LOINC record when the chart named the analyte by a code, otherwise None."""
    return next((code for code in analyte.loinc if code.code == word.strip()), None)


def convert(value: float, unit: Unit) -> float:
    """The value in the unit it is stored in, to nine significant digits."""
    return float(format((value + unit.add) * unit.times / unit.divide, SIGNIFICANT))


def nearest(word: str) -> str | None:
    """The id of the analyte whose name is most like ``word``, or None when nothing is close."""
    import difflib

    close = difflib.get_close_matches(name_key(word), _by_name(), n=1, cutoff=0.6)
    return _by_name()[close[0]] if close else None


def name_key(word: str) -> str:
    """A name without case, spaces and punctuation: ``IL-6`` and ``il 6`` are one."""
    return "".join(c for c in unicodedata.normalize("NFKC", word).casefold() if c.isalnum())


def unit_key(text: str) -> str:
    """A unit without the habits of its writer: µ or u or mc, ×10⁹ or 10^9 or 10E9, brackets, spaces and case."""
    key = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda run: "^" + run[0], text)
    key = unicodedata.normalize("NFKC", key).casefold().replace("μ", "u").replace("×", "x")
    key = re.sub(r"\bper\b", "/", key)
    key = re.sub(r"[\s{}\[\]()'’°_,;·.]", "", key)
    key = re.sub(r"\bmc(?=[gl])", "u", key)
    key = re.sub(r"(?<=\d)mm\^?3$|(?<=/)(?:cu)?mm\^?3$|(?<=/)cu?mm$", "ul", key)
    key = re.sub(r"^[x*](?=10)", "", key)
    key = re.sub(r"(?<!\d)10(?:\^|\*\*?|e)?(3|4|6|9)(?!\d)", r"10^\1", key)
    return re.sub(r"(?<!\d)1e(3|4|6|9)(?!\d)", r"10^\1", key)


@cache
def _by_name() -> dict[str, str]:
    names: dict[str, str] = {}
    for analyte in analytes().values():
        for name in (analyte.id, analyte.label, analyte.short, *analyte.synonyms):
            if names.setdefault(name_key(name), analyte.id) != analyte.id:
                raise ProtocolError(f"{FILE.name}: {name!r} names two analytes; remove it from {analyte.id!r}")
    return names


@cache
def _by_loinc() -> dict[str, str]:
    return {code.code: analyte.id for analyte in analytes().values() for code in analyte.loinc}


@cache
def _units(analyte_id: str) -> dict[str, Unit]:
    analyte = analytes()[analyte_id]
    accepted = analyte.units or (Unit(analyte.unit),)
    spellings = {unit_key(text): unit for unit in accepted for text in (unit.unit, *unit.also)}
    if analyte.units:
        spellings[unit_key(analyte.unit_shown)] = analyte.units[0]
    return spellings
