"""The courses that simulated patients take, read from simulated_courses.toml, and what each of them charts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from hlh_tui.protocol.analytes import analytes

FILE = Path(__file__).parent / "simulated_courses.toml"


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many of 100 patients have a category, and the days of its first and of its confirming evaluation."""

    percent: int
    response_days: tuple[int, int] | None = None


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is drawn for an analyte, by level: (lowest, highest) or one word as charted; ``days`` empty: every visit."""

    levels: dict[str, tuple[float, float] | str]
    otherwise: str = ""
    days: tuple[int, ...] = ()
    assay: str | None = None


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another level for some analytes, not measured where it is empty; ``days`` empty: at all their days after 0."""

    analytes: tuple[str, ...]
    level: str
    days: tuple[int, ...] = ()


class Happening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event that starts on each of ``days`` and lasts so many days."""

    kind: str
    days: tuple[int, ...]
    term: str | None = None
    lasts: int | None = None


class Drug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A drug given from one day to another, no longer than to the last contact."""

    drug: str
    drug_class: str
    start_day: int
    end_day: int


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A course: the level at baseline and, from each day of ``after`` on, that of the visits; empty: no visit."""

    id: str
    says: str
    after: dict[int, str]
    share: int = 1
    before: str = "before"
    changes: tuple[Change, ...] = ()
    disease_status: str | None = None
    events: tuple[Happening, ...] = ()
    drugs: tuple[Drug, ...] = ()
    last_contact_day: int | None = None
    response_days: tuple[int, int] | None = None


class Courses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All courses, what they share, and how often each category is drawn."""

    visits: tuple[int, ...]
    baseline_day: int
    last_contact_days: tuple[int, int]
    drugs: tuple[Drug, ...]
    events: tuple[Happening, ...]
    categories: dict[str, Share]
    analytes: dict[str, Levels]
    courses: dict[str, tuple[Course, ...]]
    """By the category that each course has for certain."""


class Planned(msgspec.Struct, frozen=True):
    """One result of a course: ``steps`` numbers from ``lowest`` on, in units of the last decimal, or ``word``."""

    day: int
    analyte: str
    unit: str
    assay: str | None
    word: str | None
    lowest: int
    steps: int
    decimals: int


@cache
def courses() -> Courses:
    """The courses of simulated_courses.toml."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), Courses, str_keys=True)


def by_category() -> tuple[tuple[str, Course], ...]:
    """Every course with its category, best category first."""
    return tuple((category, course) for category, listed in courses().courses.items() for course in listed)


def response_days(category: str, course: Course) -> tuple[int | None, int | None]:
    """The first day of the course's best response and the day that confirms it; none without a response."""
    return course.response_days or courses().categories[category].response_days or (None, None)


def planned(course: Course) -> Iterator[Planned]:
    """The results that the course charts, by day."""
    plan = courses()
    for day in (plan.baseline_day, *plan.visits):
        for analyte, levels in plan.analytes.items():
            level = _changed(course, analyte, day)
            if level is None:
                level = _level(course, day) if day in (levels.days or (plan.baseline_day, *plan.visits)) else ""
            if level:
                yield _result(day, analyte, levels, level)


def _level(course: Course, day: int) -> str:
    """The level of all results of that day."""
    if day <= 0:
        return course.before
    return next((level for start, level in sorted(course.after.items(), reverse=True) if start <= day), "")


def _changed(course: Course, analyte: str, day: int) -> str | None:
    """The level that the course gives this analyte on that day, where its days say so."""
    own = courses().analytes[analyte].days
    usual = day > 0 and (not own or day in own) and _level(course, day) != ""
    for change in course.changes:
        if analyte in change.analytes and (day in change.days if change.days else usual):
            return change.level
    return None


def _result(day: int, analyte: str, levels: Levels, level: str) -> Planned:
    drawn = levels.levels.get(level, levels.levels.get(levels.otherwise))
    if drawn is None:
        raise KeyError(f"{FILE.name}: {analyte} has no level {level!r}")
    kind = analytes()[analyte]
    if isinstance(drawn, str):
        return Planned(day, analyte, kind.unit, levels.assay, drawn, 0, 1, 0)
    lowest, highest = (round(each * 10**kind.decimals) for each in drawn)
    return Planned(day, analyte, kind.unit, levels.assay, None, lowest, highest - lowest + 1, kind.decimals)
