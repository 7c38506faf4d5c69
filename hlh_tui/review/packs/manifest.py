"""What a pack and a return say of themselves, in ``manifest.json``."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

import msgspec

from hlh_tui.study.log import canonical_json

Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Reader(msgspec.Struct, frozen=True):
    """Who reads: id and printed name."""

    id: Words
    name: Words


class PackManifest(msgspec.Struct, frozen=True):
    """What a pack says: whose it is, of which study, and the SHA-256 of its two files."""

    format: Literal["hlh-tui pack 1"]
    pack_id: Words
    study_id: Words
    reader: Reader
    cases: Annotated[int, msgspec.Meta(ge=0)]
    entries: Annotated[int, msgspec.Meta(ge=1)]
    head: Hash
    protocol: Words
    criteria: Words
    synthetic: bool
    app_version: str
    database_sha256: Hash
    log_sha256: Hash


class ReturnManifest(msgspec.Struct, frozen=True):
    """What a return says: how many entries its log has and the hash of the last one."""

    format: Literal["hlh-tui return 1"]
    pack_id: Words
    study_id: Words
    reader: Reader
    entries: Annotated[int, msgspec.Meta(ge=1)]
    head: Hash
    log_sha256: Hash
    app_version: str


Manifest = TypeVar("Manifest", PackManifest, ReturnManifest)


def manifest_json(manifest: PackManifest | ReturnManifest) -> bytes:
    """The manifest as canonical JSON in UTF-8: what a signature of a return covers."""
    return canonical_json(msgspec.to_builtins(manifest)).encode()


def manifest_from(text: bytes, kind: type[Manifest]) -> Manifest:
    """The manifest in ``text``; ``ValueError`` with the reason if it is none."""
    try:
        found: Any = msgspec.json.decode(text)
        return msgspec.convert(found, kind)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error
