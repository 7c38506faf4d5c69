"""Two readings side by side: how their categories cross, who differs, and what makes the difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from hlh_tui.assess.difference import Side, reason
from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.models import Proposal
from hlh_tui.assess.options import Reading
from hlh_tui.assess.response import response_of
from hlh_tui.assess.run import assess_patient, proposals
from hlh_tui.protocol.models import Collapse

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

Sufficient = tuple[tuple[str, ...], ...]
MOST_EXPLAINED = 200
"""Patients who differ that are explained one by one; nobody reads more, and each takes an assessment."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A patient whose category differs: the categories and the days from which they hold (None: no response).

    ``day`` is the evaluation at which the two were set side by side, ``items`` the ids of the items that make the
    difference there, ``better`` the side with the better category (left, right, or empty where they have no common
    order). ``options``: each group of options that suffices to move the patient from left to right, in one set.
    """

    patient_id: str
    left: str
    right: str
    left_day: float | None
    right_day: float | None
    items: tuple[str, ...]
    why: str
    day: float | None = None
    better: str = ""
    options: Sufficient = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The cross-table of the best categories; ``cells``: (left, right) -> patients, only those that hold any.

    ``left_response`` and ``right_response`` say which categories count as response on each side.
    """

    left: Reading
    right: Reading
    left_categories: tuple[str, ...]
    right_categories: tuple[str, ...]
    cells: dict[tuple[str, str], tuple[str, ...]]
    differences: tuple[Difference, ...]
    """The patients who differ, each explained; of very many the first ``MOST_EXPLAINED``."""
    left_response: Collapse
    right_response: Collapse

    @property
    def responders(self) -> tuple[int, int]:
        """How many patients have a category that counts as response, left and right."""
        left = sum(len(ids) for (one, _), ids in self.cells.items() if one in self.left_response.categories)
        right = sum(len(ids) for (_, other), ids in self.cells.items() if other in self.right_response.categories)
        return left, right

    @property
    def differing(self) -> int:
        """How many patients differ, explained or not."""
        return self.patients - len(self.agreeing)

    @property
    def same_set(self) -> bool:
        """Whether both sides read one document, so that their rates may be compared."""
        return self.left.base == self.right.base

    @property
    def patients(self) -> int:
        """How many patients were compared."""
        return sum(map(len, self.cells.values()))

    @property
    def agreeing(self) -> tuple[str, ...]:
        """The patients with the same category on both sides."""
        return tuple(sorted(each for (left, right), ids in self.cells.items() if left == right for each in ids))


def compare(study: Study, left: Reading, right: Reading) -> Comparison:
    """The study's patients under two readings; ``AssessError`` for a diagnosis against a response."""
    _require_one_kind(left, right)
    one, other = (proposals(study, each.base, each.options) for each in (left, right))
    cells: dict[tuple[str, str], list[str]] = {}
    for patient_id in one:
        cells.setdefault((one[patient_id].category, other[patient_id].category), []).append(patient_id)
    everyone = [patient_id for patient_id in one if one[patient_id].category != other[patient_id].category]
    differing = everyone[:MOST_EXPLAINED]
    sufficient = _sufficient(study, left, right, {each: (one[each], other[each]) for each in differing})
    return Comparison(
        left=left,
        right=right,
        left_categories=tuple(left.criteria.outcomes),
        right_categories=tuple(right.criteria.outcomes),
        cells={key: tuple(ids) for key, ids in cells.items()},
        differences=tuple(_difference(study, left, right, each, sufficient.get(each, ())) for each in differing),
        left_response=response_of(study, left.criteria),
        right_response=response_of(study, right.criteria),
    )


def _require_one_kind(left: Reading, right: Reading) -> None:
    kinds = {left.criteria.kind, right.criteria.kind}
    if "diagnosis" in kinds and len(kinds) > 1:
        raise AssessError(
            f"{left.criteria.id} ({left.criteria.kind}) and {right.criteria.id} ({right.criteria.kind}) answer"
            " different questions: compare two sets of one kind"
        )


def _difference(study: Study, left: Reading, right: Reading, patient_id: str, options: Sufficient) -> Difference:
    sides = [
        Side(name, reading, assess_patient(study, patient_id, reading.base, reading.options))
        for name, reading in (("left", left), ("right", right))
    ]
    found = reason(*sides)
    by_options = _by_options(left, right, options) if left.base == right.base else ""
    best, other = (side.assessment.best for side in sides)
    return Difference(
        patient_id=patient_id,
        left=best.category,
        right=other.category,
        left_day=best.day,
        right_day=other.day,
        items=found.items,
        why=f"{by_options}: {found.why}" if by_options else found.why,
        day=found.day,
        better=found.better,
        options=options,
    )


def _by_options(left: Reading, right: Reading, sufficient: Sufficient) -> str:
    """Which options move the patient, each with its values; the option is obvious where only one differs."""
    changed = changed_options(left, right)
    if len(changed) == 1:
        return ""
    if not sufficient:
        return f"only by {' and '.join(changed)} together"
    groups = [" with ".join(f"{key}={right.options[key]}" for key in group) for group in sufficient]
    return f"by {' or by '.join(groups)} alone"


def changed_options(left: Reading, right: Reading) -> list[str]:
    """The options on which two readings of one set differ."""
    return [key for key in left.options if left.options[key] != right.options.get(key)]


def _sufficient(
    study: Study, left: Reading, right: Reading, differing: dict[str, tuple[Proposal, Proposal]]
) -> dict[str, Sufficient]:
    """For each patient the smallest groups of options (one, else two) that lead from left to the right category."""
    changed = changed_options(left, right)
    if left.base != right.base or not changed:
        return {}
    if len(changed) == 1:
        return dict.fromkeys(differing, ((changed[0],),))
    found: dict[str, list[tuple[str, ...]]] = {}
    for size in (1, 2):
        open_still = [each for each in differing if each not in found]
        for group in combinations(changed, size) if open_still else ():
            moved = proposals(study, left.base, {**left.options, **_chosen(right, group)})
            for each in open_still:
                if moved[each].category == differing[each][1].category:
                    found.setdefault(each, []).append(group)
    return {each: tuple(groups) for each, groups in found.items()}


def _chosen(reading: Reading, options: Iterable[str]) -> dict[str, str]:
    return {key: reading.options[key] for key in options}
