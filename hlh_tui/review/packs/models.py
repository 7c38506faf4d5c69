"""What packing, returning and merging give back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hlh_tui.study.models import Row


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack that was written: the file, whose it is, its cases (repeats among them) and the head of its log."""

    file: Path
    pack_id: str
    reader: str
    reader_name: str
    cases: int
    repeats: int
    entries: int
    head: str
    sealed: bool
    waiting: int
    """Packs of this reader that were dealt and are not written yet."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A pack ready to be read: its study, whose it is, and whether the reading had begun before."""

    study: Path
    reader: str
    reader_name: str
    begun: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """A return that was written: the file, its entries and head, how many cases are decided, and who signed it."""

    file: Path
    pack_id: str
    reader_name: str
    entries: int
    head: str
    cases: int
    decided: int
    signed: bool
    sealed: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A return as read: the chain that it holds, and what is known of the file around it.

    ``manifest`` is the text that ``signature`` covers; both are None for a reader's study file.
    """

    file: Path
    pack: dict[str, Any]
    rows: tuple[Row, ...]
    sha256: str
    manifest: bytes | None = None
    signature: bytes | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one file: ``outcome`` is merged, nothing_new or refused.

    ``entries``: how many were merged now; ``why``: a sentence, empty where all is well; ``kind``: of a refusal.
    """

    file: Path
    outcome: str
    pack_id: str = ""
    reader_name: str = ""
    entries: int = 0
    head: str = ""
    signed: bool = False
    why: str = ""
    kind: str = ""
