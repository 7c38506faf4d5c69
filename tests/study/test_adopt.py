"""A study changes its criteria: kept, logged with the whole text, recovered, verified."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from hlh_tui.protocol.errors import ProtocolError
from hlh_tui.protocol.load import CRITERIA, adopt, read_bundled
from hlh_tui.protocol.models import Adopted
from hlh_tui.study import adopt as adopting
from hlh_tui.study.adopt import adopt_criteria
from hlh_tui.study.errors import AdoptionRefused, ReadOnlyStudy
from hlh_tui.study.file import Study, open_study
from hlh_tui.study.log import entries
from hlh_tui.study.models import Actor
from hlh_tui.study.recover import recover
from hlh_tui.study.verify import verify

ANNA = Actor("anna-berg", "Anna Berg")
OWN = read_bundled(CRITERIA, "locatelli-2020")


def changed(*pairs: tuple[str, str], version: str = "9.0.0") -> Adopted:
    """The bundled set with another version and some words replaced."""
    text = OWN.toml.replace(f'version = "{OWN.version}"', f'version = "{version}"', 1)
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return adopt(text, "changed.toml")


STRICTER = changed(("value = 2000, strict", "value = 500, strict"))


def table(study: Study) -> list[tuple[str, str]]:
    return study.rows("SELECT version, hash FROM protocol WHERE kind = 'criteria' ORDER BY adopted_at")


def test_an_adopted_document_is_in_force_and_the_one_before_is_kept(study: Study) -> None:
    before = study.criteria_document
    entry = adopt_criteria(study, ANNA, STRICTER, " ferritin below 500 ")
    assert study.criteria_document == STRICTER
    assert table(study) == [(before.version, before.hash), ("9.0.0", STRICTER.hash)]
    assert (entry.action, entry.actor_name) == ("criteria_adopted", "Anna Berg")
    assert entry.payload["criteria"]["toml"] == STRICTER.toml
    assert entry.payload["old"] == {"id": before.id, "version": before.version, "hash": before.hash}
    assert entry.payload["reason"] == "ferritin below 500"
    assert verify(study).ok


def test_an_earlier_document_comes_back_as_the_one_in_force(study: Study) -> None:
    adopt_criteria(study, ANNA, STRICTER, "stricter")
    adopt_criteria(study, ANNA, OWN, "back")
    assert study.criteria_document == OWN
    assert len(table(study)) == 2
    assert verify(study).ok
    study.close()
    with open_study(study.path) as again:
        assert again.criteria_document == OWN


def test_a_clock_that_was_set_back_does_not_bring_the_old_document_back(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adopting, "utc_now", lambda: "2001-01-01T00:00:00.000000Z")
    adopt_criteria(study, ANNA, STRICTER, "stricter")
    assert study.criteria_document == STRICTER
    assert verify(study).ok


def test_an_adoption_comes_back_from_the_mirror_alone(study: Study) -> None:
    adopt_criteria(study, ANNA, STRICTER, "stricter")
    adopt_criteria(study, ANNA, OWN, "back")
    adopt_criteria(study, ANNA, STRICTER, "stricter after all")
    before = [entry.hash for entry in entries(study)]
    study.close()
    study.path.unlink()
    recover(study.path, ANNA)
    with open_study(study.path) as again:
        assert again.criteria_document == STRICTER
        assert {digest for _, digest in table(again)} == {OWN.hash, STRICTER.hash}
        assert [entry.hash for entry in entries(again)][:4] == before
        assert verify(again).ok


def test_an_adoption_lost_with_the_write_ahead_log_comes_back(ten: Path, crash) -> None:
    with open_study(ten):
        pass
    whole = ten.read_bytes()
    with open_study(ten) as study:
        adopt_criteria(study, ANNA, STRICTER, "stricter")
    ten.write_bytes(whole)
    recover(ten, ANNA)
    with open_study(ten) as again:
        assert again.criteria_document == STRICTER
        assert verify(again).ok


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (OWN, "is in force in song.duckdb already; nothing was recorded"),
        (changed(("value = 2000, strict", "value = 500, strict"), version=OWN.version), "raise the version in the"),
        (read_bundled(CRITERIA, "hscore"), "is a set for diagnosis, and a study adopts a response set"),
        (
            changed(('id = "NR"', 'id = "SD"')),
            "has the category SD, which the protocol song-2024 of this study has not",
        ),
        (changed(('id = "locatelli-2020"', 'id = "midwest-dep"'), version="1.0.1"), "bundled with hlh-tui: raise"),
    ],
)
def test_a_document_that_does_not_fit_is_refused(study: Study, document: Adopted, message: str) -> None:
    with pytest.raises(AdoptionRefused) as refused:
        adopt_criteria(study, ANNA, document, "why")
    assert message in str(refused.value)
    assert len(entries(study)) == len(table(study)) == 1
    assert study.criteria_document == OWN


def test_a_reason_is_required(study: Study) -> None:
    with pytest.raises(AdoptionRefused, match="an adoption needs a reason"):
        adopt_criteria(study, ANNA, STRICTER, " ")


def test_an_option_that_sets_a_missing_path_is_refused(study: Study) -> None:
    with pytest.raises(ProtocolError, match=r"options\.coag: choice 'both': options set 'domains\.clotting\.met'"):
        adopt_criteria(study, ANNA, changed(('"domains.coagulopathy.met"', '"domains.clotting.met"')), "why")
    assert len(entries(study)) == 1


def test_a_default_that_changes_something_is_refused(study: Study) -> None:
    wrong = changed(('label = "fibrinogen or D-dimer"', 'label = "x", set = { "domains.coagulopathy.met" = "all" }'))
    with pytest.raises(ProtocolError, match=r"options\.coag: the first choice is the default and changes nothing"):
        adopt_criteria(study, ANNA, wrong, "why")


def test_a_read_only_study_adopts_nothing(study: Study) -> None:
    study.close()
    with open_study(study.path, read_only=True) as held, pytest.raises(ReadOnlyStudy):
        adopt_criteria(held, ANNA, STRICTER, "why")


@pytest.mark.parametrize(
    ("tampering", "problem"),
    [
        (f"DELETE FROM protocol WHERE hash = '{STRICTER.hash}'", "adopted by entry 2, is not in the table protocol"),
        (
            f"UPDATE protocol SET adopted_at = '2001' WHERE hash = '{STRICTER.hash}'",
            "the criteria in force are not locatelli-2020 9.0.0, which entry 2 adopted last",
        ),
        (
            "INSERT INTO protocol SELECT 'abc', kind, 'other', version, toml, '2001' FROM protocol"
            " WHERE kind = 'criteria' LIMIT 1",
            "is in the table protocol, but no log entry adopted it",
        ),
    ],
)
def test_verify_finds_criteria_that_the_log_did_not_adopt(study: Study, tampering: str, problem: str) -> None:
    adopt_criteria(study, ANNA, STRICTER, "stricter")
    study.close()
    with duckdb.connect(str(study.path)) as database:
        database.execute(tampering)
    with open_study(study.path) as again:
        found = verify(again)
    assert not found.ok
    assert any(problem in each for each in found.problems)
