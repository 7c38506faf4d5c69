"""A CSV of decisions: every row is checked before the first is recorded."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.review.decide import Standing, decide, refuse_unacceptable, standing_of
from hlh_tui.review.desk import SHARED
from hlh_tui.review.errors import BatchRefused, DecisionRefused, NotAllowed, ReviewError
from hlh_tui.review.models import CurrentDecision, Decision, Saved
from hlh_tui.study.models import Actor

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

REQUIRED = ("patient_id", "reader", "category", "reason")
COLUMNS = (*REQUIRED, "day", "confidence", "role")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
"""A number as charts write it; float() would take 1_0 for ten."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A row of the file: who decides what."""

    actor: Actor
    decision: Decision


def read_batch(study: Study, file: Path, reader: Callable[[str], Actor]) -> tuple[Judgement, ...]:
    """The decisions in a CSV, each acceptable as the study stands after the rows above it.

    ``reader`` makes an actor of a printed name. ``BatchRefused`` names every wrong row as ``file:row column: ...``,
    by the line it begins on, as an import does; ``ReviewError`` when the file cannot be read or its columns are not
    the ones expected.
    """
    judgements: list[Judgement] = []
    problems: list[str] = []
    ahead = Ahead(study)
    if file.exists() and study.path.exists() and file.samefile(study.path):
        raise ReviewError(f"{file.name} is the study itself; give a CSV file with {', '.join(COLUMNS)}")
    for number, row in _rows(file):
        try:
            judgement = _judgement(row, reader)
            ahead.check(judgement)
            judgements.append(judgement)
        except DecisionRefused as error:
            problems.append(f"{file.name}:{number} {error.column}: {error}")
        except NotAllowed as error:
            problems.append(f"{file.name}:{number} reader: {error}")
    if problems:
        raise BatchRefused(file.name, tuple(problems))
    if not judgements:
        raise ReviewError(f"{file.name} holds no decisions; write one row for each under the header")
    return tuple(judgements)


def record_batch(study: Study, judgements: tuple[Judgement, ...]) -> Iterator[tuple[Judgement, Saved]]:
    """Record the decisions in order, one transaction each, yielding each as soon as it is on disk.

    None of them reveals the proposal, because a script shows none.
    """
    for judgement in judgements:
        yield judgement, decide(study, judgement.actor, judgement.decision, reveals=False)


class Ahead:
    """What will be in force once the rows checked so far are recorded; what was seen is for the log alone to say."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.decided: dict[tuple[str, str, str], CurrentDecision] = {}

    def check(self, judgement: Judgement) -> None:
        """Raise ``DecisionRefused`` if the row is not acceptable, otherwise let it count for the rows below."""
        actor, decision = judgement.actor, judgement.decision
        slot = (decision.patient_id, decision.role, "" if decision.role in SHARED else actor.id)
        refuse_unacceptable(self.study, actor, decision, self.standing(judgement, slot))
        self.decided[slot] = _as_in_force(judgement)

    def standing(self, judgement: Judgement, slot: tuple[str, str, str]) -> Standing:
        """How the case stands for the row's reader."""
        actor, decision = judgement.actor, judgement.decision
        standing = standing_of(self.study, actor.id, decision.patient_id, decision.role)
        return replace(standing, old=self.decided.get(slot, standing.old))


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ReviewError(f"{file} cannot be read ({reason}); give a CSV file with {', '.join(COLUMNS)}") from error
    records = _records(file.name, text)
    names = [name.strip().casefold() for name in records[0][1]] if records else []
    wrong = [name for name in names if name not in COLUMNS] + [name for name in REQUIRED if name not in names]
    if wrong or len(set(names)) != len(names):
        raise ReviewError(
            f"{file.name}:1 has the columns {', '.join(names) or '(none)'}; use {', '.join(REQUIRED)}"
            f" and, if wanted, {', '.join(COLUMNS[len(REQUIRED) :])}"
        )
    return [
        (line, dict(zip(names, record, strict=False)) | {"": "".join(record[len(names) :])})
        for line, record in records[1:]
    ]


def _records(name: str, text: str) -> list[tuple[int, list[str]]]:
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    csv.field_size_limit(max(len(text), csv.field_size_limit()))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, line = [], 1
    try:
        for record in reader:
            if any(record):
                found.append((line, record))
            line = reader.line_num + 1
        return found
    except csv.Error as error:
        raise ReviewError(
            f"{name}: quotes at line {reader.line_num} do not close or stand inside a cell;"
            ' double each quote inside a quoted cell ("")'
        ) from error


def _judgement(row: dict[str, str], reader: Callable[[str], Actor]) -> Judgement:
    value = {name: row.get(name, "").strip() for name in COLUMNS}
    if row[""].strip():
        raise DecisionRefused(
            "row", "there are more values than columns; put a reason that holds the separator in quotes"
        )
    if not value["reader"]:
        raise DecisionRefused("reader", "the reader is missing; give the printed name of who decided")
    decision = Decision(
        patient_id=value["patient_id"],
        category=value["category"],
        reason=value["reason"],
        confidence=value["confidence"] or "high",
        day=_day(value["day"]),
        role=value["role"] or "reader",
    )
    return Judgement(reader(value["reader"]), decision)


def _day(text: str) -> float | None:
    if text and not NUMBER.fullmatch(text):
        raise DecisionRefused("day", f"{text!r} is not a number; give days since the index event, e.g. 14")
    return float(text) if text else None


def _as_in_force(judgement: Judgement) -> CurrentDecision:
    decision = judgement.decision
    return CurrentDecision(
        seq=0,
        recorded_at="",
        patient_id=decision.patient_id,
        reader=judgement.actor.id,
        reader_name=judgement.actor.name,
        role=decision.role,
        category=decision.category,
        day=decision.day,
        confidence=decision.confidence,
        reason=decision.reason.strip(),
        evidence=decision.evidence,
        proposal_seen=False,
        proposal=None,
    )
