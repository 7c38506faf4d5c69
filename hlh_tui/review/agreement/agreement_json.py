"""The report on agreement as the JSON object of data-format.md, with further keys beside the agreed ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from hlh_tui.review.agreement.models import (
    Agreement,
    Coefficient,
    Confusion,
    Disagreement,
    Part,
    Reader,
    ReaderRow,
    Repeats,
    Seconds,
    Session,
    Share,
    Split,
    Undefined,
)

PERCENTILE = "percentile"
WILSON = "Wilson"


def agreement_json(found: Agreement) -> dict[str, Any]:
    """The report; shares and limits 0-1, times in seconds, what is undefined as ``{"undefined": why}``."""
    document: dict[str, Any] = {
        "n": found.cases,
        "readers": [one.name for one in found.readers],
        "patients": found.patients,
        "reads": found.reads,
        "level": found.level,
        "bootstrap": {"draws": found.draws, "seed": found.seed, "interval": PERCENTILE, "resampled": "cases"},
        "categories": {"all": list(found.categories), "used": list(found.used), "apart": list(found.apart)},
        "reads_left_out_of_ordered": found.left_out,
    }
    for path, coefficient in found.coefficients.items():
        *parents, name = path.split(".")
        place = document
        for parent in parents:
            place = place.setdefault(parent, {})
        place[name] = coefficient_json(coefficient)
    return document | {
        "confusion": confusion_json(found.confusions),
        "by_category": [split_json(each) for each in found.by_category],
        "by_outcome": [split_json(each) for each in found.by_outcome],
        "by_criterion": [split_json(each) for each in found.by_criterion],
        "by_reader": [row_json(each) for each in found.rows],
        "repeats": repeats_json(found.repeats),
        "sessions": [session_json(each) for each in found.sessions],
        "named": found.named,
        "disagreements": [disagreement_json(each) for each in found.disagreements],
        "warnings": list(found.warnings),
        "notes": list(found.notes),
    }


def coefficient_json(one: Coefficient) -> dict[str, Any]:
    """``{"estimate", "std_error", "lower", "upper", "method", ...}`` or ``{"undefined": why}``."""
    if isinstance(one, Undefined):
        return undefined(one)
    spread = None
    if one.bootstrap is not None:
        spread = {**asdict(one.bootstrap), "method": PERCENTILE}
    return {
        "estimate": one.estimate,
        "std_error": one.std_error,
        "lower": one.lower,
        "upper": one.upper,
        "method": one.method,
        "observed": one.observed,
        "expected": one.expected,
        "cases": one.cases,
        "bootstrap": spread,
        **({"why": one.why} if one.why else {}),
    }


def undefined(one: Undefined) -> dict[str, Any]:
    """Why there is no number."""
    return {"undefined": one.why}


def confusion_json(pairs: Iterable[Confusion]) -> dict[str, Any]:
    """The first pair of readers, and every pair under ``pairs``."""
    listed = [one_confusion(each) for each in pairs]
    if not listed:
        return {"undefined": "no case has been read by two readers", "pairs": []}
    return {**listed[0], "pairs": listed}


def one_confusion(one: Confusion) -> dict[str, Any]:
    """Counts, one list for each category of ``rows``."""
    return {
        "rows": one.rows.name,
        "columns": one.columns.name,
        "categories": list(one.categories),
        "counts": [[one.count(row, column) for column in one.categories] for row in one.categories],
    }


def split_json(one: Split) -> dict[str, Any]:
    """Agreement on one question."""
    return {
        "id": one.id,
        "label": one.label,
        "reads": one.reads,
        "specific": coefficient_json(one.specific),
        "percent": coefficient_json(one.percent),
        "kappa": coefficient_json(one.kappa),
        "ac1": coefficient_json(one.ac1),
        "differing": one.differing,
        "patients": list(one.patients),
    }


def row_json(one: ReaderRow) -> dict[str, Any]:
    """How one reader reads."""
    return {
        **reader_json(one.reader),
        "cases": one.cases,
        "disagreement_index": {
            **share_json(one.overruled.index),
            "settled": one.overruled.settled,
            "open": one.overruled.open,
            "patients": list(one.overruled.patients),
        },
        "repeats": repeats_json(one.repeats),
        "seconds": undefined(one.seconds) if isinstance(one.seconds, Undefined) else seconds_json(one.seconds),
        "decisions": one.decisions,
        "sessions": one.sessions,
        "drift": undefined(one.drift)
        if isinstance(one.drift, Undefined)
        else {
            "parts": [part_json(each) for each in one.drift.parts],
            "change": coefficient_json(one.drift.change),
        },
        "after_proposal": after_proposal_json(one),
        "with_proposal": undefined(one.proposal)
        if isinstance(one.proposal, Undefined)
        else {
            "percent": coefficient_json(one.proposal.percent),
            "kappa": coefficient_json(one.proposal.kappa),
            "kappa_quadratic": coefficient_json(one.proposal.quadratic),
        },
    }


def repeats_json(one: Repeats | Undefined) -> dict[str, Any]:
    """Hidden duplicates against first reads."""
    if isinstance(one, Undefined):
        return undefined(one)
    return {
        "cases": one.cases,
        "percent": coefficient_json(one.percent),
        "kappa": coefficient_json(one.kappa),
        "kappa_quadratic": coefficient_json(one.quadratic),
        "patients": list(one.patients),
    }


def after_proposal_json(one: ReaderRow) -> dict[str, Any]:
    """What the reader did once the proposal was shown."""
    done = one.revealed
    if isinstance(done, Undefined):
        return undefined(done)
    return {
        "shown": done.shown,
        "differed": done.differed,
        "changed": share_json(done.changed),
        "toward": done.toward,
        "away": done.away,
        "agreed_before": share_json(done.before),
        "agreed_after": share_json(done.after),
        "patients": list(done.patients),
    }


def reader_json(one: Reader) -> dict[str, Any]:
    """Id and printed name."""
    return {"id": one.id, "name": one.name}


def share_json(one: Share | Undefined) -> dict[str, Any]:
    """``{"k", "n", "estimate", "lower", "upper", "method"}`` or why there is none."""
    if isinstance(one, Undefined):
        return undefined(one)
    return {
        "k": one.k,
        "n": one.n,
        "estimate": one.k / one.n if one.n else None,
        "lower": one.lower,
        "upper": one.upper,
        "method": WILSON,
    }


def seconds_json(one: Seconds | None) -> dict[str, Any] | None:
    """Time on the case."""
    return None if one is None else asdict(one)


def part_json(one: Part) -> dict[str, Any]:
    """A part of a reader's cases."""
    return asdict(one)


def session_json(one: Session) -> dict[str, Any]:
    """One session."""
    plain: Mapping[str, Any] = asdict(one)
    return {**plain, "reader": one.reader.name}


def disagreement_json(one: Disagreement) -> dict[str, Any]:
    """A case with the category of each reader."""
    return {
        "patient_id": one.patient_id,
        "categories": {reader.name: category for reader, category in one.categories},
    }
