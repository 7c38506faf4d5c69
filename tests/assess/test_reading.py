"""The options of a study: chosen once, in the log, found again after closing."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.assess.errors import AssessError
from hlh_tui.assess.reading import choose_reading, study_reading
from hlh_tui.protocol import load
from hlh_tui.study.adopt import adopt_criteria
from hlh_tui.study.errors import ReadOnlyStudy
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from tests.assess.charts import new_study
from tests.assess.test_library import variant

ANNA = Actor("anna-berg", "Anna Berg")


@pytest.fixture
def study(tmp_path: Path):
    with new_study(tmp_path / "song.duckdb") as made:
        yield made


def test_a_study_reads_its_criteria_with_every_default_at_first(study: Study) -> None:
    criteria = study_reading(study).criteria
    assert study_reading(study).options == {key: option.default for key, option in criteria.options.items()}


def test_a_chosen_reading_is_in_the_log_and_survives_closing(study: Study) -> None:
    before = study_reading(study).options
    entry = choose_reading(study, ANNA, {"missing": "best", "bound": "label"}, " the label is what we treat by ")
    assert entry.action == "reading_chosen"
    assert entry.payload["reason"] == "the label is what we treat by"
    assert entry.payload["criteria"] == {
        "id": "locatelli-2020",
        "version": study.criteria_document.version,
        "hash": study.criteria_document.hash,
    }
    assert entry.payload["old"] == before
    assert entry.payload["options"] == before | {"missing": "best", "bound": "label"}
    assert study_reading(study).criteria.unknown == "best"
    study.close()
    with open_study(study.path) as again:
        assert study_reading(again).options == before | {"missing": "best", "bound": "label"}
        assert study_reading(again).criteria.item("platelets").limit.strict


def test_options_that_are_not_named_are_at_their_default_again(study: Study) -> None:
    choose_reading(study, ANNA, {"missing": "best"}, "first")
    choose_reading(study, ANNA, {"coag": "both"}, "second")
    assert (study_reading(study).options["missing"], study_reading(study).options["coag"]) == ("strict", "both")


def test_another_document_has_a_reading_of_its_own(study: Study) -> None:
    old = study.criteria_document
    choose_reading(study, ANNA, {"missing": "best"}, "first")
    adopt_criteria(study, ANNA, load.adopt(variant(version="9.0.0", ferritin=500), "x"), "stricter")
    assert study_reading(study).options["missing"] == "strict"
    assert study_reading(study).criteria.item("ferritin").limit.value == 500
    adopt_criteria(study, ANNA, old, "back")
    assert study_reading(study).options["missing"] == "best"


@pytest.mark.parametrize(
    ("options", "reason", "message"),
    [
        ({"missing": "best"}, "  ", "a reading needs a reason"),
        ({"missing": "strict"}, "why", "reads locatelli-2020 so already; nothing was recorded"),
        ({"missing": "worse"}, "why", "option missing of locatelli-2020 cannot be 'worse'; choose one of strict,"),
        ({"mising": "best"}, "why", "locatelli-2020 has no option 'mising'; its options are bound,"),
        ({"variant": "none"}, "why", "locatelli-2020 has no variant 'none'"),
    ],
)
def test_a_wrong_reading_is_refused_and_not_recorded(
    study: Study, options: dict[str, str], reason: str, message: str
) -> None:
    with pytest.raises(AssessError) as refused:
        choose_reading(study, ANNA, options, reason)
    assert message in str(refused.value)
    assert len(entries(study)) == 1


def test_a_read_only_study_keeps_its_reading(study: Study) -> None:
    choose_reading(study, ANNA, {"missing": "best"}, "first")
    study.close()
    with open_study(study.path, read_only=True) as held:
        assert study_reading(held).options["missing"] == "best"
        with pytest.raises(ReadOnlyStudy):
            choose_reading(held, ANNA, {"missing": "worst"}, "second")
