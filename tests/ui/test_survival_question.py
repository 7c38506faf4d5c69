"""What the Survival screen asks of the cohort, and who stands behind its curves."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.cohort.survival.curves import survival
from hlh_tui.ui.screens.survival_question import Answer, who_left
from tests.cohort.example import new_study
from tests.cohort.survival.test_survival import landmarked


def test_who_left_is_named_in_the_group_in_which_the_curve_counts_them(tmp_path: Path) -> None:
    with new_study(tmp_path) as study:
        landmarked(study)
        at_14 = who_left(Answer(survival(study, "overall", by="response"), study), 60)
        at_20 = who_left(Answer(survival(study, "overall", by="response", landmark=20), study), 60)
        naive = who_left(Answer(survival(study, "overall", by="response", method="naive"), study), 60)
    # B dies on day 60, responding since day 20.
    assert [(person.patient_id, person.stratum) for person in at_14] == [("B", "no response"), ("F", "no response")]
    assert [(person.patient_id, person.stratum) for person in at_20] == [("B", "response"), ("F", "no response")]
    assert [(person.patient_id, person.stratum) for person in naive] == [("B", "response"), ("F", "no response")]
