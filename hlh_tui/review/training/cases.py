"""The cases that training can deal, each with the category it has for certain and what it teaches."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from hlh_tui.assess.examples import EXAMPLES, Example, examples
from hlh_tui.intake.simulated_courses import Course, by_category
from hlh_tui.protocol.models import StudyProtocol

if TYPE_CHECKING:
    from hlh_tui.assess.options import Reading

FILE = Path(__file__).with_suffix(".toml")


class OwnCourse(Course, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A course written for training, with its category."""

    category: str


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A thing that training asks: the courses that ask it, what it teaches, and what who errs overlooked."""

    id: str
    label: str
    courses: tuple[str, ...]
    lesson: str
    overlooked: str


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What training asks under one criteria set; ``day_parts`` times of day are drawn for the results of a patient."""

    criteria: str
    day_parts: int
    slots: tuple[Slot, ...]
    courses: tuple[OwnCourse, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One case: the slot it fills, its category, and the course or the example patient that it is charted from."""

    id: str
    category: str
    slot: Slot
    says: str
    source: Course | Example


@cache
def asked() -> Asked:
    """The content of cases.toml."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), Asked, str_keys=True)


def cases(reading: Reading, protocol: StudyProtocol) -> tuple[Case, ...]:
    """The cases for a criteria set as it is read, in the order of their slots; empty where there are none.

    locatelli-2020 has courses written for the purpose; another bundled set has its example patients, where their
    answers are categories of the protocol. Examples of another reading than this one are left out.
    """
    if reading.base.id == asked().criteria:
        return _courses()
    path = EXAMPLES / f"{reading.base.id}.toml"
    if not path.is_file():
        return ()
    known = {category.id for category in protocol.categories}
    found = examples(path.read_text(encoding="utf-8"), path.name)
    fitting = [each for each in found if not each.options and each.expected.best in known]
    listed = tuple(Case(each.id, each.expected.best, _slot(each), each.says, each) for each in fitting)
    return listed if {each.expected.best for each in found} <= known else ()


@cache
def _courses() -> tuple[Case, ...]:
    known: dict[str, tuple[str, Course]] = {course.id: (category, course) for category, course in by_category()}
    known |= {course.id: (course.category, course) for course in asked().courses}
    return tuple(
        Case(course_id, known[course_id][0], slot, known[course_id][1].says, known[course_id][1])
        for slot in asked().slots
        for course_id in slot.courses
    )


def _slot(example: Example) -> Slot:
    """An example patient is a slot of its own: what it says is what it teaches."""
    return Slot(example.id, example.says, (example.id,), example.says, example.says)
