"""The whole analysis of sensitivity of a study, where its protocol lets results be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError
from hlh_tui.cohort.sensitivity.base import base_of, doubtful
from hlh_tui.cohort.sensitivity.by_rule import by_rule
from hlh_tui.cohort.sensitivity.flips import flips, now
from hlh_tui.cohort.sensitivity.fragility import fragility
from hlh_tui.cohort.sensitivity.headline import headline
from hlh_tui.cohort.sensitivity.models import Base, Sensitivity
from hlh_tui.cohort.sensitivity.scenarios import scenarios
from hlh_tui.review.conduct.blinding import require_results

if TYPE_CHECKING:
    from hlh_tui.study.file import Study


def sensitivity(study: Study) -> Sensitivity:
    """Flips, fragility, doubtful cases and criteria sets of the study as it stands.

    ``CohortError`` for a study whose protocol is blinded, for one without patients or decisions, and for a conclusion
    of the protocol that names what is not there.
    """
    from hlh_tui.review.state import final_categories, reveals

    require_results(study, "results under other decisions")
    base = base_of(study)
    if not base.patients:
        raise CohortError(f"{study.path.name} has no patients yet: import charts first")
    categories = {patient: final.category for patient, final in final_categories(study).items()}
    decided = sum(category is not None for category in categories.values())
    if not decided:
        raise CohortError(
            "no case has a final category yet, so there is nothing to decide otherwise: decide cases first"
        )
    unsure = tuple(patient for patient in doubtful(study) if categories[patient] is not None)
    standing = now(base, categories)
    return Sensitivity(
        patients=len(base.patients),
        decided=decided,
        doubtful=unsure,
        headline=headline(base, categories),
        conclusions=standing.judged,
        flips=tuple(flips(base, categories, standing)),
        fragility=tuple(
            fragility(categories, frozenset(unsure), conclusion, reading) for conclusion, reading in standing.concluded
        ),
        scenarios=scenarios(base, categories, frozenset(unsure)),
        criteria=by_rule(study, base, categories) if reveals(study) else (),
        notes=tuple(notes(base, len(base.patients) - decided, reveals(study))),
    )


def notes(base: Base, left_out: int, reveals: bool) -> list[str]:
    """What the numbers rest on."""
    said = [
        "Shares are of the decided patients, those not evaluable included; every test is two-sided and exploratory."
    ]
    if left_out:
        said.append(f"Left out, no final category: {left_out} of {len(base.patients)}.")
    if base.followed:
        said.append(
            f"Survival by response counts those followed after day {base.landmark:g}; whoever left earlier moves no"
            " log-rank test. A response that began after that day is none on it, whatever its category; another"
            " decision has no day and is taken to hold on it."
        )
    said.append(
        "Doubtful: the consensus, or any reader's decision in force, is of low confidence."
        " A case that is not evaluable becomes the worst or the best category."
    )
    if not base.conclusions:
        said.append("The protocol names no conclusions, so there is none to overturn: name them in [[conclusions]].")
    else:
        said.append(
            "The conclusions are the study protocol's, with the source of each number; they are not the paper's words."
        )
    rules = (
        "Criteria sets judge decided cases only, and are counted, not named: hlh-tui assess --against names them."
        if reveals
        else "Results by rule are left out: the protocol never shows a proposal."
    )
    return [*said, rules]
