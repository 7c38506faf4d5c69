"""An analyte's comparison as the JSON object that ``hlh-tui biomarkers --json`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import msgspec

from hlh_tui.cohort.biomarkers.models import AnalyteResult, FamilyMember, Series


def biomarkers_json(results: Sequence[AnalyteResult], family: Sequence[FamilyMember]) -> dict[str, Any]:
    """Analytes with their groups, tests and patients, and the protocol's family; None stands for what is not known.

    Every p here is exploratory, and the object says so.
    """
    return {
        "exploratory": True,
        "analytes": [analyte_json(result) for result in results],
        "family": [asdict(member) for member in family],
    }


def analyte_json(result: AnalyteResult) -> dict[str, Any]:
    """One analyte; the keys are those of the records, series without the values between."""
    found = asdict(replace(result, series=()))
    found["series"] = [_series(each) for each in result.series]
    return found


def _series(series: Series) -> dict[str, Any]:
    found = msgspec.structs.asdict(series)
    for name in ("baseline", "chosen"):
        found[name] = None if found[name] is None else asdict(found[name])
    found["values"] = [{"day": each.day, "value": each.value, "comparator": each.comparator} for each in series.values]
    return found
