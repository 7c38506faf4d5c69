"""A first look at a study by a process of its own, so that the list of cases is there as soon as the screen is.

The database engine and the terminal library both take their time to load, and one interpreter loads only one at once.
The process is forked before either is there, while there is a single thread, and ends before the study is opened.
"""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from hlh_tui.review.models import CaseRow
    from hlh_tui.study.file import Study
    from hlh_tui.study.models import Actor


@dataclass(frozen=True, slots=True)
class Head:
    """What the title bar says of a study: protocol id, title, whether synthetic, and how it is open.

    ``role`` is the one in which the reader decides, ``person`` the reader's part in a study read in phases (else the
    same), ``never`` the actions of the authority that can never be theirs here.
    """

    protocol: str
    title: str
    synthetic: bool
    standing: str
    role: str
    person: str
    never: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a first look found."""

    head: Head
    cases: tuple[CaseRow, ...]


class Glance:
    """A first look under way."""

    def __init__(self, process: int, answer: BinaryIO) -> None:
        self.process = process
        self.answer = answer

    def seen(self) -> Seen | None:
        """What was found, waiting for it; None where the study could not be read, and opening it will say why."""
        with self.answer:
            found = self.answer.read()
        os.waitpid(self.process, 0)
        return pickle.loads(found) if found else None  # noqa: S301  written by this program's own fork


def glance(path: Path, reader: Actor, role: str) -> Glance:
    """Start a first look at the study at ``path``, read-only, with the cases of one reader."""
    receive, send = os.pipe()
    process = os.fork()
    if process:
        os.close(send)
        return Glance(process, os.fdopen(receive, "rb"))
    os.close(receive)
    try:
        with os.fdopen(send, "wb") as answer:
            pickle.dump(look(path, reader, role), answer)
    finally:
        os._exit(0)  # not a second return into the caller


def look(path: Path, reader: Actor, role: str) -> Seen:
    """What a first look finds; raises what opening raises."""
    from hlh_tui.review.state import cases
    from hlh_tui.study.file import open_study

    with open_study(path, read_only=True) as study:
        head = head_of(study, reader, role)
        return Seen(head, cases(study, reader.id, head.role))


def head_of(study: Study, reader: Actor, wanted: str) -> Head:
    """What the title bar says of an open study to a reader who wants to decide in that role."""
    from hlh_tui.review.conduct.authority import deciding_role, is_phased, out_of_reach, phase_of
    from hlh_tui.review.conduct.people import role_of

    protocol, role = study.protocol, deciding_role(study, reader.id, wanted)
    phased = is_phased(study)
    return Head(
        protocol.id,
        study.facts.get("title", ""),
        study.synthetic,
        f"phase {phase_of(study)}" if phased else "open study",
        role,
        (role_of(study, reader.id) or "guest") if phased else role,
        out_of_reach(study, reader.id),
    )
