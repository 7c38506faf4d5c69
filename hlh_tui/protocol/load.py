"""Read protocols from the package; wrong files are refused by file, key and what is allowed."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from hlh_tui.protocol.errors import ProtocolError
from hlh_tui.protocol.models import Adopted, StudyProtocol

HERE = Path(__file__).parent
STUDIES = HERE / "studies"
CRITERIA = HERE / "criteria"

Record = TypeVar("Record")


def bundled(folder: Path) -> list[str]:
    """Ids of the TOML documents bundled in ``folder``, sorted."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def read_bundled(folder: Path, document_id: str) -> Adopted:
    """The bundled document with that id; ``ProtocolError`` names the ones that exist."""
    path = folder / f"{document_id}.toml"
    if not path.is_file():
        raise ProtocolError(
            f"there is no {'criteria set' if folder == CRITERIA else 'study protocol'} {document_id!r}:"
            f" choose one of {', '.join(bundled(folder))}"
        )
    return adopt(path.read_text(encoding="utf-8"), str(path.name))


def study_document(word: str) -> Adopted:
    """The study protocol that the word names: a TOML file of one's own, else a bundled one.

    ``ProtocolError`` for a file that cannot be read or is no study protocol.
    """
    if not word.endswith(".toml"):
        return read_bundled(STUDIES, word)
    path = Path(word)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ProtocolError(f"{path}: cannot be read ({why}); name a study protocol as TOML") from error
    document = adopt(text, path.name)
    study_protocol(document)
    return document


def adopt(toml: str, name: str) -> Adopted:
    """A TOML text with its id, version and SHA-256; ``name`` is the file's name for messages."""
    try:
        head = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"{name}: not valid TOML ({error}); correct the file") from error
    except RecursionError as error:
        raise ProtocolError(f"{name}: its brackets are nested too deeply; correct the file") from error
    for key in ("id", "version"):
        if not isinstance(head.get(key), str):
            found = "is not text" if key in head else "is missing"
            raise ProtocolError(f"{name}: key {key!r} {found}; give it as text, between quotation marks")
    digest = hashlib.sha256(toml.encode("utf-8")).hexdigest()
    return Adopted(id=head["id"], version=head["version"], hash=digest, toml=toml)


def parse(document: Adopted, kind: type[Record]) -> Record:
    """The document as a frozen record of ``kind``; ``ProtocolError`` names the wrong key and what is allowed."""
    content = tomllib.loads(document.toml)
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        from hlh_tui.protocol.wrong_key import explained

        problem = explained(error, content, kind)
        raise ProtocolError(f"{document.id}: {problem}; correct the file") from error


def study_protocol(document: Adopted) -> StudyProtocol:
    """The study protocol in an adopted document."""
    return parse(document, StudyProtocol)
