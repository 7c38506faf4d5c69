"""The flow of patients (after CONSORT and STROBE item 13): from the charts to what became of responders and others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.cohort.columns import Column, patient_columns
from hlh_tui.cohort.tables.cells import everybody, having, share
from hlh_tui.cohort.tables.fates import Fate, fates
from hlh_tui.cohort.tables.models import Row, Table

if TYPE_CHECKING:
    from hlh_tui.protocol.models import Collapse
    from hlh_tui.review.models import FinalCategory
    from hlh_tui.study.file import Study

SQL = Path(__file__).parent / "baseline_domains.sql"
CHARTS, DECIDED, EVALUABLE = "Charts imported", "Decided", "Evaluable"
NOT_DECIDED, NOT_EVALUABLE = "Not decided", "Not evaluable"
NO_RESPONSE = "No response"
NOT_EVALUABLE_ID = "NE"


@dataclass(frozen=True, slots=True)
class Patient:
    """What the flow asks of a patient; ``domains`` are those of the criteria with a value at baseline."""

    domains: int
    final: FinalCategory
    fate: Fate


def flow_table(study: Study, by: str | None = None) -> Table:
    """Boxes and the lines in them: counts out of the box above (heading rows) or of the box itself (its lines)."""
    from hlh_tui.assess.reading import study_reading

    protocol, criteria = study.protocol, study_reading(study).criteria
    known = facts(study)
    columns = patient_columns(study, by)
    collapse = protocol.collapses[0] if protocol.collapses else None
    rows = [*first_rows(known, columns, len(criteria.used_domains)), *decision_rows(known, columns)]
    rows += [] if collapse is None else arm_rows(known, columns, collapse)
    return Table(
        "flow",
        "Flow of patients",
        tuple(column.label for column in columns),
        tuple(rows),
        (
            f"Baseline: a value within the window of {criteria.id} {criteria.version}, in its"
            f" {len(criteria.used_domains)} domains. Decided and evaluable as in the response table.",
            "Relapse, chemotherapy and HSCT count from the index event on; a patient may be in several lines of a box.",
        ),
    )


def facts(study: Study) -> dict[str, Patient]:
    """Everything the flow asks, patient by patient."""
    from hlh_tui.assess.reading import study_reading
    from hlh_tui.review.state import final_categories

    criteria = study_reading(study).criteria
    items = [(item.domain, analyte, -item.baseline.days) for item in criteria.items for analyte in item.analytes]
    rows = study.rows(SQL.read_text(encoding="utf-8"), [list(each) for each in zip(*items, strict=True)])
    domains: dict[str, int] = dict(rows)
    finals = final_categories(study)
    return {patient: Patient(domains.get(patient, 0), finals[patient], fate) for patient, fate in fates(study).items()}


def line(label: str, level: str, of: Sequence[tuple[str, ...]], holds: Callable[[str], object]) -> Row:
    """Those of ``of`` (the patients of each column) for whom it holds."""
    return Row(label, level, tuple(share(tuple(p for p in group if holds(p)), len(group)) for group in of))


def first_rows(known: Mapping[str, Patient], columns: Sequence[Column], domains: int) -> list[Row]:
    """All charts, and how complete they are at baseline."""
    everyone = [column.patients for column in columns]
    lines: dict[str, Callable[[str], bool]] = {
        "baseline values in every domain": lambda patient: known[patient].domains >= domains,
        "in some domains only": lambda patient: 0 < known[patient].domains < domains,
        "no value at baseline": lambda patient: known[patient].domains == 0,
    }
    return [
        everybody(columns, CHARTS),
        *(line(CHARTS, level, everyone, holds) for level, holds in lines.items()),
    ]


def decision_rows(known: Mapping[str, Patient], columns: Sequence[Column]) -> list[Row]:
    """Who is not decided and why, who is, and who of them is evaluable."""
    everyone = [column.patients for column in columns]

    def final(patient: str) -> FinalCategory:
        return known[patient].final

    decided = [having(column, lambda p: final(p).category is not None) for column in columns]
    return [
        line(NOT_DECIDED, "", everyone, lambda p: final(p).category is None),
        line(NOT_DECIDED, "undecided", everyone, lambda p: final(p).source == "undecided"),
        line(NOT_DECIDED, "unresolved: readers differ", everyone, lambda p: final(p).source == "unresolved"),
        line(DECIDED, "", everyone, lambda p: final(p).category is not None),
        line(NOT_EVALUABLE, "", decided, lambda p: final(p).category == NOT_EVALUABLE_ID),
        line(EVALUABLE, "", decided, lambda p: final(p).category != NOT_EVALUABLE_ID),
    ]


def arm_rows(known: Mapping[str, Patient], columns: Sequence[Column], collapse: Collapse) -> list[Row]:
    """Responders by the protocol's first collapse map, and the others; what became of either."""

    def category(patient: str) -> str | None:
        return known[patient].final.category

    evaluable = [having(column, lambda p: category(p) not in (None, NOT_EVALUABLE_ID)) for column in columns]
    rows = []
    for label, wanted in ((collapse.label, True), (NO_RESPONSE, False)):
        arm = [tuple(p for p in group if (category(p) in collapse.categories) == wanted) for group in evaluable]
        cells = (share(who, len(of)) for who, of in zip(arm, evaluable, strict=True))
        rows.append(Row(label, "", tuple(cells)))
        for level, holds in BECAME.items():
            rows.append(line(label, level, arm, lambda p, holds=holds: holds(known[p].fate)))  # type: ignore[misc]
    return rows


BECAME: dict[str, Callable[[Fate], bool]] = {
    "relapse": lambda fate: fate.relapse_day is not None,
    "further chemotherapy": lambda fate: fate.chemotherapy_day is not None,
    "HSCT, alive": lambda fate: fate.transplanted and not fate.died,
    "HSCT, died": lambda fate: fate.transplanted and fate.died,
    "died without HSCT": lambda fate: fate.died and not fate.transplanted,
    "alive without HSCT": lambda fate: not fate.died and not fate.transplanted,
}
