"""The decided cases as each criteria set has them, in counts: no case that is not decided is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.assess.library import available, criteria_named, unusable
from hlh_tui.assess.response import response_of
from hlh_tui.assess.run import proposals
from hlh_tui.cohort.sensitivity.models import Base, ByRule, Categories
from hlh_tui.protocol.errors import HlhError

if TYPE_CHECKING:
    from hlh_tui.assess.library import Listed
    from hlh_tui.study.file import Study

RESPONSE = "response"


def by_rule(study: Study, base: Base, categories: Categories) -> tuple[ByRule, ...]:
    """Each response set within reach against the decisions; the set in force as the study reads it."""
    if not base.collapses:
        return ()
    decided = {patient: category for patient, category in categories.items() if category is not None}
    # The set in force comes first; the same document bundled with the program would say the same again.
    sets: dict[str, Listed] = {}
    for listed in available(study):
        if listed.kind == RESPONSE:
            sets.setdefault(listed.hash, listed)
    broken = [ByRule(each.file, "", "", problem=each.problem) for each in unusable(study)]
    return (*(_counted(study, base, decided, listed) for listed in sets.values()), *broken)


def _counted(study: Study, base: Base, decided: dict[str, str], listed: Listed) -> ByRule:
    named = f"{listed.id}@{listed.version}"
    try:
        own = listed.where == "adopted"
        criteria = criteria_named(study, None if own else named)
        response = response_of(study, criteria).categories
        proposed = proposals(study, None if own else criteria)
    except HlhError as error:
        return ByRule(listed.id, listed.version, listed.title, problem=str(error))
    main = base.collapses[0].categories
    pairs = [(proposed[patient].category in response, category in main) for patient, category in decided.items()]
    return ByRule(
        listed.id,
        listed.version,
        listed.title,
        tuple(response),
        sum(rule for rule, _ in pairs),
        sum(reader for _, reader in pairs),
        len(pairs),
        sum(rule != reader for rule, reader in pairs),
    )
