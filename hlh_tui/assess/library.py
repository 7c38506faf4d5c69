"""The criteria sets within reach: adopted by the study, in a TOML file beside it, bundled with the program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hlh_tui.protocol.criteria_file import criteria_set
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.errors import ProtocolError
from hlh_tui.protocol.load import CRITERIA, adopt, bundled, read_bundled, study_protocol
from hlh_tui.protocol.models import Adopted

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

Where = Literal["adopted", "adopted earlier", "beside the study", "bundled"]
PLACES: tuple[Where, ...] = ("adopted", "beside the study", "bundled", "adopted earlier")
"""Where a name is looked up, in this order."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A criteria set and where it is: in force in the study, adopted before, in ``file`` beside it, or bundled."""

    id: str
    version: str
    title: str
    kind: str
    hash: str
    where: Where
    file: str = ""
    """The name of the file; empty for an adopted set."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A TOML file beside the study that is no criteria set, and the sentence why."""

    file: str
    problem: str


@lru_cache(maxsize=64)
def read_set(document: Adopted) -> CriteriaSet:
    """The criteria set in a document, read once; ``ProtocolError`` names the wrong key."""
    return criteria_set(document)


def criteria_named(study: Study | None, criteria_id: str | None) -> CriteriaSet:
    """The criteria set of that id.

    None, or the id of the study's own set, gives the adopted one; then the TOML file beside the study with that id,
    then the bundled set. ``id@version`` gives that version, an earlier adopted one included. ``ProtocolError`` names
    the sets that there are.
    """
    if study is not None and criteria_id in (None, study.criteria_document.id):
        return read_set(study.criteria_document)
    return _read(_found(study, criteria_id, PLACES))


def document_to_adopt(study: Study, criteria_id: str) -> Adopted:
    """The document of that id that the study may adopt: beside it, bundled, or adopted before the one in force.

    ``ProtocolError`` names the sets that there are.
    """
    source = _found(study, criteria_id, PLACES[1:])
    _read(source)
    return source.document


def _found(study: Study | None, criteria_id: str | None, places: tuple[Where, ...]) -> _Source:
    name, _, version = (criteria_id or "").partition("@")
    for where in places:
        found = [each for each in _at(study, where) if each.id == name and version in ("", each.version)]
        if where == "beside the study" and len({each.hash for each in found}) > 1:
            files = ", ".join(each.file for each in found)
            raise ProtocolError(f"{criteria_id} is in more than one file beside the study ({files}): keep one of them")
        if found:
            return found[0]
    raise ProtocolError(_no_such_set(study, criteria_id))


def available(study: Study | None) -> tuple[Listed, ...]:
    """Every criteria set within reach, the one in force first; without a study the bundled ones."""
    return tuple(listed for listed in map(_listed, _all(study)) if isinstance(listed, Listed))


def unusable(study: Study | None) -> tuple[Unusable, ...]:
    """The TOML files within reach that are no criteria set, each with the reason."""
    return tuple(listed for listed in map(_listed, _all(study)) if isinstance(listed, Unusable))


def read_document(path: Path) -> Adopted:
    """The TOML document in a file, not yet read as criteria; ``ProtocolError`` names the file and what is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProtocolError(f"{path.name}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise ProtocolError(f"{path}: cannot be read ({error.strerror}); name a TOML file") from error
    return adopt(text, path.name)


def read_file_set(path: Path) -> tuple[Adopted, CriteriaSet]:
    """The document in a file and the criteria set it holds; ``ProtocolError`` names the file, the key and what fits."""
    document = read_document(path)
    return document, _read(_Source("beside the study", path.name, document))


def earlier_documents(study: Study) -> tuple[Adopted, ...]:
    """The criteria documents that the study adopted before the one in force, the latest first."""
    rows = study.rows(
        "SELECT id, version, hash, toml FROM protocol WHERE kind = 'criteria' ORDER BY adopted_at DESC, rowid DESC"
    )
    return tuple(Adopted(*row) for row in rows if row[2] != study.criteria_document.hash)


@dataclass(frozen=True, slots=True)
class _Source:
    """A document at one of the places, not yet read as criteria; ``problem`` if it is not even a document."""

    where: Where
    file: str
    document: Adopted
    problem: str = ""

    @property
    def id(self) -> str:
        return self.document.id

    @property
    def version(self) -> str:
        return self.document.version

    @property
    def hash(self) -> str:
        return self.document.hash


def _all(study: Study | None) -> list[_Source]:
    return [each for where in PLACES for each in _at(study, where)]


def _at(study: Study | None, where: Where) -> list[_Source]:
    """The documents at one place, in order."""
    if where == "bundled":
        return [_Source(where, f"{name}.toml", read_bundled(CRITERIA, name)) for name in bundled(CRITERIA)]
    if study is None:
        return []
    if where == "adopted":
        return [_Source(where, "", study.criteria_document)]
    if where == "adopted earlier":
        return [_Source(where, "", each) for each in earlier_documents(study)]
    return [_beside(path) for path in sorted(study.path.absolute().parent.glob("*.toml"))]


def _beside(path: Path) -> _Source:
    try:
        return _Source("beside the study", path.name, read_document(path))
    except ProtocolError as error:
        return _Source("beside the study", path.name, Adopted("", "", "", ""), str(error))


def _listed(source: _Source) -> Listed | Unusable:
    if source.problem:
        return Unusable(source.file, source.problem)
    try:
        criteria = _read(source)
    except ProtocolError as error:
        return Unusable(source.file or source.id, str(error))
    return Listed(source.id, source.version, criteria.title, criteria.kind, source.hash, source.where, source.file)


def _read(source: _Source) -> CriteriaSet:
    """The set in a source; ``ProtocolError`` names its file in place of its id."""
    try:
        return read_set(source.document)
    except ProtocolError as error:
        problem = str(error).removeprefix(f"{source.id}: ")
        if _is_study_protocol(source.document):
            problem = "this is a study protocol, not a criteria set; name a file with domains, items and categories"
        raise ProtocolError(f"{source.file or source.id}: {problem}") from error


def _is_study_protocol(document: Adopted) -> bool:
    try:
        study_protocol(document)
    except ProtocolError:
        return False
    return True


def _no_such_set(study: Study | None, criteria_id: str | None) -> str:
    sets = available(study)
    name, at, version = (criteria_id or "").partition("@")
    versions = list(dict.fromkeys(listed.version for listed in sets if listed.id == name))
    if at and versions:
        return f"there is no version {version!r} of {name}: choose {', '.join(f'{name}@{each}' for each in versions)}"
    names = list(dict.fromkeys(listed.id for listed in sets))
    broken = unusable(study)
    aside = f" ({', '.join(each.file for each in broken)} cannot be used)" if broken else ""
    asked = f"there is no criteria set {criteria_id!r}" if criteria_id else "no criteria set was named"
    return f"{asked}: choose one of {', '.join(names)}{aside}"
