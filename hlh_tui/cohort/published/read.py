"""Read a published.toml; a wrong entry is refused by file, entry, key and what is allowed."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from hlh_tui.cohort.published import conditions, shown, sources
from hlh_tui.cohort.published.entries import Figure, Inconsistency, Published
from hlh_tui.cohort.published.errors import PublishedError
from hlh_tui.cohort.published.rounding import decimals
from hlh_tui.protocol.wrong_key import explained

Record = TypeVar("Record")
CONDITION_KEYS = ("where", "of", "row")
LARGEST, MOST_DECIMALS = 1e12, 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure with its source as a record, and the conditions of that source under ``where``, ``of`` and ``row``."""

    figure: Figure
    source: sources.Source | None
    conditions: Mapping[str, tuple[conditions.Condition, ...]]
    place: str
    """File and entry, for messages."""
    readings: tuple[tuple[str, Entry], ...] = ()
    """Other readings of the same print, by label."""


@dataclass(frozen=True, slots=True)
class Document:
    """A published.toml that can be used."""

    name: str
    paper: str
    entries: tuple[Entry, ...]
    inconsistencies: tuple[tuple[Inconsistency, tuple[shown.Shown, ...]], ...]


def read_published(path: Path) -> Document:
    """The file as records; ``PublishedError`` names the entry and the key that are wrong."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise PublishedError(f"{path}: not UTF-8 text; name a TOML file of printed figures") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PublishedError(f"{path}: not valid TOML ({error}); correct the file") from error
    except OSError as error:
        raise PublishedError(f"{path} cannot be read ({error.strerror}): name a file of printed figures") from error
    return document(content, path.name)


def document(content: dict[str, Any], name: str) -> Document:
    """The parsed TOML as records; ``name`` is the file's, for messages."""
    published = record(content, Published, name, "")
    require_unique([figure.id for figure in published.figure], name, "figure")
    require_unique([each.id for each in published.inconsistency], name, "inconsistency")
    entries = tuple(entry(figure, f"{name}: figure.{figure.id}") for figure in published.figure)
    known = {figure.id: figure for figure in published.figure}
    found = tuple((each, shown_of(each, known, f"{name}: inconsistency.{each.id}")) for each in published.inconsistency)
    return Document(name, published.paper, entries, found)


def record(content: Any, kind: type[Record], place: str, under: str) -> Record:
    """The content as ``kind``; ``PublishedError`` with the place, and ``under`` it the path to the wrong key."""
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        at = f"{place}.{under}" if under else place
        problem = explained(error, content, kind)
        raise PublishedError(f"{at}: {problem}; correct the file") from error


def require_unique(ids: list[str], name: str, what: str) -> None:
    """``PublishedError`` for an id that two entries have."""
    twice = [each for each, count in Counter(ids).items() if count > 1]
    if twice:
        raise PublishedError(f"{name}: {what}.{twice[0]}: two entries have this id; give each its own")


def entry(figure: Figure, place: str) -> Entry:
    """The figure with its source and the conditions in it, and its other readings."""
    if not figure.value.is_finite() or abs(figure.value) >= LARGEST or decimals(figure.value) > MOST_DECIMALS:
        raise PublishedError(
            f"{place}.value: {figure.value} is no printed number; give one below {LARGEST:.0e} with at most"
            f" {MOST_DECIMALS} decimals"
        )
    others = tuple(
        (each.label, recomputed(figure, each.source, f"{place}.readings.{number}"))
        for number, each in enumerate(figure.readings, start=1)
    )
    if figure.source is None:
        return Entry(figure, None, {}, place, others)
    return replace(recomputed(figure, figure.source, place), readings=others)


def recomputed(figure: Figure, written: dict[str, Any], place: str) -> Entry:
    """The figure with what its ``from`` says."""
    content = floats(written)
    source = record(content, kind_of(content, sources.KINDS, f"{place}.from"), place, "from")
    found: dict[str, tuple[conditions.Condition, ...]] = {}
    for key in CONDITION_KEYS:
        given = getattr(source, key, None)
        at = f"{place}.from.{key}"
        if isinstance(given, tuple):
            found[key] = tuple(condition(each, f"{at}.{number}") for number, each in enumerate(given, start=1))
        else:
            found[key] = (condition(given, at),) if isinstance(given, dict) else ()
    return Entry(figure, source, found, place)


def condition(content: dict[str, Any], place: str) -> conditions.Condition:
    """A condition as a record; its words are those of the chart format."""
    found = record(content, kind_of(content, conditions.KINDS, place), place, "")
    if isinstance(found, conditions.OfEvent):
        require_words("kind", found.event, f"{place}.event")
        require_words("relatedness", found.relatedness, f"{place}.relatedness")
    return found


def require_words(column: str, given: str | tuple[str, ...] | None, place: str) -> None:
    """``PublishedError`` for a word that this column of events cannot hold."""
    from hlh_tui.intake.tables import tables

    known = tables()["events"].column(column)
    for each in (given,) if isinstance(given, str) else given or ():
        if known is not None and each not in known.words:
            raise PublishedError(f"{place}: {each!r} is not allowed; use one of {', '.join(known.words)}")


def kind_of(content: Mapping[str, Any], kinds: Mapping[str, type[Record]], place: str) -> type[Record]:
    """The kind that a key of the table tells; ``PublishedError`` names the keys that tell one."""
    for key, kind in kinds.items():
        if key in content:
            return kind
    raise PublishedError(f"{place}: no key says what it is; give one of {', '.join(kinds)}")


def shown_of(each: Inconsistency, known: Mapping[str, Figure], place: str) -> tuple[shown.Shown, ...]:
    """The computations that show an inconsistency; every figure they name must be in the file."""
    found = []
    for number, content in enumerate(each.shown, start=1):
        at = f"{place}.shown.{number}"
        computation = record(content, kind_of(content, shown.KINDS, at), at, "")
        for name in shown.figures_of(computation):
            if name not in known:
                raise PublishedError(f"{at}: there is no figure {name!r}; name one that the file has")
        found.append(computation)
    return tuple(found)


def floats(content: Any) -> Any:
    """The same with every decimal number as a float; only a printed value keeps its decimals."""
    if isinstance(content, dict):
        return {key: floats(value) for key, value in content.items()}
    if isinstance(content, list):
        return [floats(value) for value in content]
    return float(content) if isinstance(content, Decimal) else content
