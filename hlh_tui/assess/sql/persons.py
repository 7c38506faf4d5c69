"""What happens to a patient as SQL: intercurrent events, exclusions, removals, support and guards."""

from __future__ import annotations

from decimal import Decimal

from hlh_tui.assess.sql.categories import mark_bits
from hlh_tui.assess.sql.days import base_state
from hlh_tui.assess.sql.items import supported
from hlh_tui.assess.sql.template import filled
from hlh_tui.assess.sql.words import SMALLEST, days, first_day, text
from hlh_tui.protocol.criteria_models import CriteriaSet, Ending, Guard
from hlh_tui.protocol.item_models import Occasion, Support, name_key

ONGOING = "90000"
"""The end of an exposure that has none yet, beyond every chart."""


def happening_columns(criteria: CriteriaSet) -> list[str]:
    """First event that ends counting, first that counts as failure, first of each exclusion and removal."""
    columns = []
    for name, strategy in (("ended", "while_on_treatment"), ("failed", "composite")):
        place = _place(criteria, strategy)
        columns.append(f"min({{day: day, place: {place}}}) FILTER ({place} IS NOT NULL) AS {name}")
    for j, rule in enumerate(criteria.exclusions, 1):
        if rule.event:
            columns.append(f"min(CASE WHEN kind = {text(rule.event)} AND day > 0 THEN day END) AS happened{j}")
    for j, removal in enumerate(criteria.removals, 1):
        found = " OR ".join(_occasion(each) for each in removal.events)
        columns.append(f"min(CASE WHEN {found} THEN day END) AS removed{j}")
    return columns


def happening_events(criteria: CriteriaSet, of_patient: str) -> str:
    """Rows (patient, kind, key of the term, day): charted events, and exposures that are such events by themselves."""
    selects = [f"SELECT patient_id, kind, {charted_key('term')} AS named, day FROM event WHERE TRUE {of_patient}"]
    for end in criteria.best.endings:
        names = [name for name in (_named("drug", end.drugs), _named("drug_class", end.drug_classes)) if name]
        if end.by_exposure and names:
            selects.append(
                f"SELECT patient_id, {text(end.kind)}, NULL, start_day FROM exposure"
                f" WHERE start_day > 0 AND ({' OR '.join(names)}) {of_patient}"
            )
    return "\n            UNION ALL ".join(selects)


def _place(criteria: CriteriaSet, strategy: str) -> str:
    """The place in ``best.endings`` of an event with that strategy, NULL for others."""
    cases = [f"WHEN {_ends(end)} THEN {j}" for j, end in enumerate(criteria.best.endings) if end.strategy == strategy]
    return f"CASE {' '.join(cases)} END" if cases else "NULL::INTEGER"


def _ends(end: Ending) -> str:
    return f"kind = {text(end.kind)} AND day {'>=' if end.on_day_0 else '>'} 0"


def _occasion(each: Occasion) -> str:
    among = f" AND {_among('named', (each.term,))}" if each.term else ""
    return f"kind = {text(each.kind)}{among}"


def within_course(criteria: CriteriaSet) -> str:
    """Whether horizon and last contact let an evaluation count."""
    of_course = f"least({_counted(criteria, 'last_contact_day')}, {days(criteria.best.horizon_day)})"
    return f"{_counted(criteria, 'day')} <= {of_course}"


def within_horizon(criteria: CriteriaSet, day: str) -> str:
    """Whether that day is not beyond the horizon."""
    return f"{_counted(criteria, day)} <= {days(criteria.best.horizon_day)}"


def failed_within(criteria: CriteriaSet) -> str:
    """Whether an event that counts as failure came up to the horizon."""
    return f"failed IS NOT NULL AND {within_horizon(criteria, 'failed.day')}"


def _counted(criteria: CriteriaSet, day: str) -> str:
    """A day as horizon and last contact count it: the instant, or the calendar day."""
    return day if criteria.best.until == "instant" else f"floor({day})"


def marks(criteria: CriteriaSet) -> str:
    """The bits of exclusions by event and of guards at a moment."""
    bits = mark_bits(criteria)
    terms = ["coalesce(warned, 0)"] if criteria.guards else []
    for j, rule in enumerate(criteria.exclusions, 1):
        if rule.event:
            terms.append(f"CASE WHEN day >= happened{j} THEN {bits[rule.id]} ELSE 0 END")
    return " + ".join(terms) or "0"


def fresh_marks(criteria: CriteriaSet) -> str:
    """The marks, and the bits of exclusions by an item that was not met at a moment and not so at baseline."""
    bits, terms = mark_bits(criteria), ["marks"]
    ids = [item.id for item in criteria.items]
    for j, rule in enumerate(criteria.exclusions, 1):
        if rule.item:
            base = base_state(ids.index(rule.item) + 1)
            which = f"CASE {base} WHEN 2 THEN {bits[rule.id]} WHEN 1 THEN {bits[f'{rule.id}:open']} ELSE 0 END"
            terms.append(f"CASE WHEN fresh{j} = 1 THEN {which} ELSE 0 END")
    return " + ".join(terms)


def guards(criteria: CriteriaSet, of_patient: str) -> str:
    """The CTEs of the guards."""
    return "\n".join(_guard(guard, of_patient) for guard in criteria.guards)


def warnings(criteria: CriteriaSet, *, detail: bool) -> str:
    """Rows of ``aside`` for guards above their factor, in detail also for guards that can be judged at all."""
    bits, selects = mark_bits(criteria), []
    for guard in criteria.guards:
        selects.append(
            f"UNION ALL SELECT seen.patient_id, seen.day, 0, {bits[guard.id]} FROM seen JOIN {guard.id}_run AS run"
            " ON run.patient_id = seen.patient_id AND run.day <= seen.day"
            " AND is_above AND (until_day IS NULL OR seen.day < until_day)"
        )
        if detail:
            selects.append(
                f"UNION ALL SELECT seen.patient_id, seen.day, 0, {bits[f'{guard.id}:known']} FROM seen"
                f" JOIN {guard.id}_series AS known ON known.patient_id = seen.patient_id AND known_day <= seen.day"
            )
    return "\n        ".join(selects)


def _guard(guard: Guard, of_patient: str) -> str:
    return filled(
        "guard.sql",
        guard=guard.id,
        analyte=guard.analyte,
        baseline_from=first_day(guard.baseline),
        consecutive=str(guard.consecutive),
        factor=repr(guard.factor),
        before=str(guard.consecutive - 1),
        of_patient=of_patient,
    )


def supports(criteria: CriteriaSet, of_patient: str) -> str:
    """Rows (patient, bit, start, end, first day free of it again): each source of support for each item."""
    rules = {rule.id: rule for rule in criteria.supports}
    names = "patient_id, bit, start_day, end_day, free_day"
    nothing = "SELECT NULL::VARCHAR, 0, NULL::DECIMAL(9, 4), NULL::DECIMAL(9, 4), NULL::DECIMAL(9, 4) WHERE FALSE"
    selects = [f"SELECT {names} FROM ({nothing}) AS nothing({names})"]
    for bit, item in enumerate(supported(criteria)):
        if item.support:
            selects += _supports_of(1 << bit, rules[item.support], of_patient)
    return "\n    UNION ALL ".join(selects)


def _supports_of(bit: int, rule: Support, of_patient: str) -> list[str]:
    free = days(Decimal(str(rule.window.days)) + (SMALLEST if rule.window.closed else 0))
    end, selects = "coalesce(end_day, day)", []
    for event in rule.events:
        term = f"AND term = {text(event.term)}" if event.term else ""
        selects.append(
            f"SELECT patient_id, {bit}, day, {end}, {end} + {free}"
            f" FROM event WHERE kind = {text(event.kind)} {term} {of_patient}"
        )
    named = [_named("drug", rule.drugs), _named("drug_class", rule.drug_classes)]
    if any(named):
        selects.append(
            f"SELECT patient_id, {bit}, start_day, end_day, coalesce(end_day, {ONGOING}) + {free}"
            f" FROM exposure WHERE ({' OR '.join(filter(None, named))}) {of_patient}"
        )
    return selects


def _named(column: str, names: tuple[str, ...]) -> str:
    """Whether the key of one of the names stands in that of the charted one; empty without names."""
    return _among(charted_key(column), names) if names else ""


def _among(key: str, names: tuple[str, ...]) -> str:
    return f"coalesce(regexp_matches({key}, {text('|'.join(map(name_key, names)))}), FALSE)"


def charted_key(column: str) -> str:
    """The key of a charted name, as ``item_models.name_key`` makes it."""
    return f"regexp_replace(lower({column}), '[^\\p{{L}}\\p{{N}}]', '', 'g')"
