"""Every sensible reading of a criteria set at once: which response rates it allows, whose category depends on it.

A world is one combination of option values; a patient is moved by an option when, all others equal, changing that
option alone changes the category in at least one world.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import msgspec

from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.options import VARIANT, Reading, choose
from hlh_tui.assess.response import response_of
from hlh_tui.assess.run import categories_by_confirmation, proposals
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.models import Collapse

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

MOST_WORLDS = 5000
THREADS = 2
"""The engine is busy preparing its queries for most of a world's time; a third thread gains nothing."""
Told = Callable[[int, int], None]
Assess = Callable[[list[bytes]], Sequence[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Axis:
    """An option that the worlds vary, and its sensible values."""

    option: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mover:
    """An option that moves a patient: in how many pairs of worlds that differ in nothing else the category differs.

    ``values``: value of the option -> category -> number of worlds. ``from_default``: value -> category where this
    option alone moves the patient away from the default reading; empty if that is not one of the worlds.
    """

    option: str
    worlds: int
    values: dict[str, dict[str, int]]
    from_default: dict[str, str]


@dataclass(frozen=True, slots=True)
class Course:
    """A patient's category in the default reading, and in how many worlds each category holds (best first)."""

    patient_id: str
    default: str
    counts: dict[str, int]
    movers: tuple[Mover, ...]
    """The options that move the patient, the one with most pairs first."""


@dataclass(frozen=True, slots=True)
class OptionEffect:
    """The patients that an option moves, and the pairs of worlds in which it does.

    ``from_default``: those of them whom it moves alone, away from the default reading.
    """

    option: str
    label: str
    moved: tuple[str, ...]
    worlds: int
    from_default: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Multiverse:
    """A cohort under every combination of the sensible values of the options.

    ``collapse`` says which categories count as response. ``rates``: (responders, in how many worlds), ascending;
    of ``patients`` each, whether evaluable or not. ``held``: options that were fixed, id -> value.
    """

    criteria: CriteriaSet
    collapse: Collapse
    axes: tuple[Axis, ...]
    worlds: int
    patients: int
    rates: tuple[tuple[int, int], ...]
    default_responders: int
    courses: tuple[Course, ...]
    option_effects: tuple[OptionEffect, ...]
    """The option that moves most patients first."""
    held: dict[str, str]

    @property
    def changing(self) -> tuple[Course, ...]:
        """The patients with more than one category."""
        return tuple(course for course in self.courses if len(course.counts) > 1)


def multiverse(
    study: Study, criteria: CriteriaSet, told: Told | None = None, *, held: Mapping[str, str] | None = None
) -> Multiverse:
    """The study's patients in every world of ``criteria``; ``held`` (option -> value, or variant) stays fixed.

    ``told`` hears, in the calling thread, how many of how many different worlds are done, from (0, n) on.
    ``AssessError`` for more than 5000 worlds, an option or a value that the set does not have.
    """
    default = choose(criteria, held)
    fixed = {key: default.options[key] for key in _named(criteria, held or {})}
    axes, readings = worlds_of(criteria, fixed)
    found = _categories(study, [default, *readings], told or _silent) if _has_patients(study) else _nobody(readings)
    default_of, categories = found[0], found[1:]
    collapse = response_of(study, criteria)
    counted = [sum(category in collapse.categories for category in world.values()) for world in categories]
    courses = _courses(axes, default, default_of, categories)
    return Multiverse(
        criteria=criteria,
        collapse=collapse,
        axes=axes,
        worlds=len(readings),
        patients=len(default_of),
        rates=tuple(sorted(Counter(counted).items())),
        default_responders=sum(category in collapse.categories for category in default_of.values()),
        courses=courses,
        option_effects=_effects(axes, courses),
        held=fixed,
    )


def _has_patients(study: Study) -> bool:
    return bool(study.rows("SELECT 1 FROM patient LIMIT 1"))


def _nobody(readings: Sequence[Reading]) -> list[dict[str, str]]:
    return [{} for _ in range(len(readings) + 1)]


def worlds_of(criteria: CriteriaSet, fixed: Mapping[str, str]) -> tuple[tuple[Axis, ...], list[Reading]]:
    """The options that vary, and the reading of each world, the values of the last option changing fastest."""
    values = {key: (fixed[key],) if key in fixed else option.sensible for key, option in criteria.options.items()}
    count = math.prod(map(len, values.values()))
    if count > MOST_WORLDS:
        raise AssessError(
            f"{criteria.id} has {count} combinations of sensible values, more than {MOST_WORLDS}: keep some of its"
            f" options fixed, for example --set {next(key for key in values if len(values[key]) > 1)}=..."
        )
    axes = tuple(Axis(key, criteria.options[key].label, each) for key, each in values.items() if len(each) > 1)
    return axes, [choose(criteria, dict(zip(values, world, strict=True))) for world in product(*values.values())]


def _named(criteria: CriteriaSet, held: Mapping[str, str]) -> list[str]:
    """The options that ``held`` fixes, those of a variant included."""
    variant = criteria.variants[held[VARIANT]].options if VARIANT in held else {}
    return [key for key in criteria.options if key in held or key in variant]


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def _categories(study: Study, readings: Sequence[Reading], told: Told) -> list[dict[str, str]]:
    """For each reading the category by patient; readings that come to the same criteria are assessed once.

    Readings that differ in the days of confirmation alone share one pass over the charts.
    """
    keys = [msgspec.json.encode(reading.criteria) for reading in readings]
    distinct = dict(zip(keys, readings, strict=True))
    passes: dict[bytes, list[bytes]] = {}
    for key, reading in distinct.items():
        passes.setdefault(_but_confirmation(reading), []).append(key)
    told(0, len(distinct))

    def assess(together: list[bytes]) -> Sequence[dict[str, str]]:
        criteria = [distinct[key].criteria for key in together]
        if criteria[0].best.rule != "confirmed":
            (only,) = (distinct[key] for key in together)
            return [{each: one.category for each, one in proposals(study, only.base, only.options).items()}]
        return categories_by_confirmation(study, criteria[0], tuple(each.best.confirm_days for each in criteria))

    done: dict[bytes, dict[str, str]] = {}
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            for together, worlds in zip(
                passes.values(), _one_then_many(pool, assess, list(passes.values())), strict=True
            ):
                done.update(zip(together, worlds, strict=True))
                told(len(done), len(distinct))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [done[key] for key in keys]


def _but_confirmation(reading: Reading) -> bytes:
    """What two readings have in common that differ in the days of confirmation alone."""
    rule = reading.criteria.best
    if rule.rule != "confirmed":
        return msgspec.json.encode(reading.criteria)
    return msgspec.json.encode(
        msgspec.structs.replace(reading.criteria, best=msgspec.structs.replace(rule, confirm_days=0))
    )


def _one_then_many(
    pool: ThreadPoolExecutor, assess: Assess, passes: Sequence[list[bytes]]
) -> Iterator[Sequence[dict[str, str]]]:
    """The first alone, so that its time tells that of the others."""
    yield assess(passes[0])
    yield from pool.map(assess, passes[1:])


def _courses(
    axes: tuple[Axis, ...], default: Reading, default_of: dict[str, str], worlds: Sequence[dict[str, str]]
) -> tuple[Course, ...]:
    import numpy as np

    names = list(default.criteria.outcomes)
    code = {name: place for place, name in enumerate(names)}
    at = tuple(axis.values.index(default.options[axis.option]) for axis in axes) if _contains(axes, default) else None
    courses = []
    for patient_id, category in default_of.items():
        codes = np.array([code[world[patient_id]] for world in worlds], dtype=np.int16)
        counts = np.bincount(codes, minlength=len(names))
        grid = codes.reshape([len(axis.values) for axis in axes])
        changes = counts.max() < len(codes)
        movers = [_mover(axis, names, grid, place, at) for place, axis in enumerate(axes) if changes]
        courses.append(
            Course(
                patient_id=patient_id,
                default=category,
                counts={name: int(count) for name, count in zip(names, counts, strict=True) if count},
                movers=tuple(sorted((each for each in movers if each.worlds), key=lambda each: -each.worlds)),
            )
        )
    return tuple(courses)


def _contains(axes: tuple[Axis, ...], reading: Reading) -> bool:
    return all(reading.options[axis.option] in axis.values for axis in axes)


def _mover(axis: Axis, names: Sequence[str], grid: Any, place: int, at: tuple[int, ...] | None) -> Mover:
    """From one patient's grid of category codes, an axis for each option; ``at`` is the default reading in it."""
    import numpy as np

    slices = np.moveaxis(grid, place, 0)
    values = {
        value: {name: count for code, name in enumerate(names) if (count := int((part == code).sum()))}
        for value, part in zip(axis.values, slices, strict=True)
    }
    alone = {}
    if at is not None:
        line = slices[(slice(None), *at[:place], *at[place + 1 :])]
        alone = {axis.values[k]: names[code] for k, code in enumerate(line) if code != grid[at]}
    pairs = sum(int((one != other).sum()) for one, other in combinations(slices, 2))
    return Mover(axis.option, pairs, values, alone)


def _effects(axes: tuple[Axis, ...], courses: tuple[Course, ...]) -> tuple[OptionEffect, ...]:
    effects = []
    for axis in axes:
        moved = [(each.patient_id, mover) for each in courses for mover in each.movers if mover.option == axis.option]
        effects.append(
            OptionEffect(
                option=axis.option,
                label=axis.label,
                moved=tuple(patient_id for patient_id, _ in moved),
                worlds=sum(mover.worlds for _, mover in moved),
                from_default=tuple(patient_id for patient_id, mover in moved if mover.from_default),
            )
        )
    return tuple(sorted(effects, key=lambda effect: (-len(effect.moved), -effect.worlds)))
