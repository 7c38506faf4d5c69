"""The category rules as SQL over the counts of one evaluation day."""

from __future__ import annotations

from collections.abc import Mapping

from hlh_tui.protocol.criteria_models import CategoryRule, CriteriaSet


def rank_of(criteria: CriteriaSet, bits: Mapping[str, int]) -> dict[str, str]:
    """SQL for ``proven`` and ``possible`` rank, and from them ``rank`` and ``highest``; NULL is not evaluable.

    ``bits`` are the bits of ``marks`` by id of guard and exclusion; an exclusion that is open (``<id>:open``) and a
    domain without baseline count against the patient in ``proven`` alone.
    """
    top = len(criteria.categories)
    whole = [str(top - place) for place, rule in enumerate(criteria.categories) if rule.of == "every_domain"]
    of_all = f" OR proven IN ({', '.join(whole)})" if whole else ""
    held = f"CASE WHEN evaluable > 0{of_all} THEN proven END"
    rank, upper = {
        "holds": (held, "possible"),
        "best": ("possible", "possible"),
        "worst": ("proven", "proven"),
    }[criteria.unknown]
    return {
        "proven": _ranks(criteria, bits, "lo"),
        "possible": _ranks(criteria, bits, "hi"),
        "rank": rank,
        "highest": upper,
    }


def _ranks(criteria: CriteriaSet, bits: Mapping[str, int], bound: str) -> str:
    top = len(criteria.categories)
    cases = [f"WHEN {_holds(rule, bits, bound)} THEN {top - place}" for place, rule in enumerate(criteria.categories)]
    return f"CASE {' '.join(cases)} ELSE 0 END"


def _holds(rule: CategoryRule, bits: Mapping[str, int], bound: str) -> str:
    if rule.of == "every_domain":
        enough = f"every_domain >= {2 if bound == 'lo' else 1}"
    else:
        enough = f"{rule.state}_{bound} >= {_needed(rule, bound)}"
    blocked = sum(bits[name] for name in rule.blocked_by)
    if bound == "lo":
        blocked += sum(bits.get(f"{name}:open", 0) for name in rule.blocked_by)
    return f"{enough} AND marks & {blocked} = 0" if blocked else enough


def _needed(rule: CategoryRule, bound: str) -> str:
    sure = " AND unknown = 0" if bound == "lo" else ""
    fewer = "".join(
        f"WHEN disease_status = '{case.disease_status}' AND abnormal = {case.abnormal}{sure} THEN {case.count} "
        for case in rule.fewer
    )
    return f"CASE {fewer}ELSE {rule.count} END" if fewer else str(rule.count)
