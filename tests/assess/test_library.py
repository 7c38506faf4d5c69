"""Where a criteria set is found by its name, and that a bad file hides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.assess.description import describe
from hlh_tui.assess.library import available, criteria_named, document_to_adopt, unusable
from hlh_tui.protocol import load
from hlh_tui.protocol.errors import ProtocolError
from hlh_tui.study.adopt import adopt_criteria
from hlh_tui.study.file import Study
from hlh_tui.study.models import Actor
from tests.assess.charts import new_study

OWN = load.read_bundled(load.CRITERIA, "locatelli-2020").toml
ANNA = Actor("anna-berg", "Anna Berg")


def variant(document_id: str = "locatelli-2020", version: str = "1.1.0", ferritin: int = 2000) -> str:
    text = OWN.replace('id = "locatelli-2020"', f'id = "{document_id}"', 1)
    text = text.replace(text[text.index("version =") : text.index("\ntitle")], f'version = "{version}"', 1)
    return text.replace("value = 2000, strict", f"value = {ferritin}, strict", 1)


@pytest.fixture
def study(tmp_path: Path):
    with new_study(tmp_path / "song.duckdb") as made:
        yield made


def test_without_a_study_the_bundled_sets_are_listed() -> None:
    assert {each.where for each in available(None)} == {"bundled"}
    assert [each.id for each in available(None)] == load.bundled(load.CRITERIA)
    assert unusable(None) == ()


def test_a_file_beside_the_study_is_found_by_its_id(study: Study) -> None:
    study.path.with_name("ward.toml").write_text(variant("ward-7", ferritin=500))
    assert criteria_named(study, "ward-7").item("ferritin").limit.value == 500
    found = [each for each in available(study) if each.id == "ward-7"]
    assert [(each.where, each.file, each.kind) for each in found] == [("beside the study", "ward.toml", "response")]


def test_a_file_beside_the_study_stands_before_a_bundled_set_but_not_before_the_adopted_one(study: Study) -> None:
    study.path.with_name("a.toml").write_text(variant("midwest-dep", ferritin=500))
    study.path.with_name("b.toml").write_text(variant(ferritin=500))
    assert criteria_named(study, "midwest-dep").item("ferritin").limit.value == 500
    assert criteria_named(study, "locatelli-2020").item("ferritin").limit.value == 2000
    assert criteria_named(study, None).hash == study.criteria_document.hash
    assert document_to_adopt(study, "locatelli-2020").toml == variant(ferritin=500)


def test_two_files_of_one_id_are_refused(study: Study) -> None:
    study.path.with_name("a.toml").write_text(variant("ward-7", ferritin=500))
    study.path.with_name("b.toml").write_text(variant("ward-7", ferritin=600))
    with pytest.raises(ProtocolError, match=r"ward-7 is in more than one file beside the study \(a.toml, b.toml\)"):
        criteria_named(study, "ward-7")


def test_bad_files_are_listed_with_their_problem_and_hide_nothing(study: Study) -> None:
    beside = study.path.with_name
    beside("good.toml").write_text(variant("ward-7"))
    beside("key.toml").write_text(variant("ward-8").replace('unit = "Cel"', 'unti = "Cel"'))
    beside("notes.toml").write_text("[tool]\nx = 1\n")
    beside("bytes.toml").write_bytes(b"\xff\xfe\x00")
    beside("folder.toml").mkdir()
    beside("study.toml").write_text(load.read_bundled(load.STUDIES, "song-2024").toml)
    problems = {each.file: each.problem for each in unusable(study)}
    assert list(problems) == ["bytes.toml", "folder.toml", "key.toml", "notes.toml", "study.toml"]
    assert problems["bytes.toml"] == "bytes.toml: not UTF-8 text (byte 0); save it as UTF-8"
    assert problems["key.toml"].startswith("key.toml: items.fever: there is no key 'unti'; use one of analytes,")
    assert problems["notes.toml"] == "notes.toml: key 'id' is missing; give it as text, between quotation marks"
    assert problems["study.toml"].startswith("study.toml: this is a study protocol, not a criteria set")
    assert "ward-7" in [each.id for each in available(study)]
    with pytest.raises(ProtocolError, match=r"key\.toml: items.fever: there is no key 'unti'"):
        criteria_named(study, "ward-8")


def test_an_unknown_id_is_refused_with_those_that_exist(study: Study) -> None:
    with pytest.raises(ProtocolError) as refused:
        criteria_named(study, "locatelli-2021")
    assert str(refused.value).startswith("there is no criteria set 'locatelli-2021': choose one of locatelli-2020, ")


def test_an_earlier_version_is_found_by_its_number(study: Study) -> None:
    adopt_criteria(study, ANNA, load.adopt(variant(version="9.0.0", ferritin=500), "x"), "stricter")
    assert criteria_named(study, "locatelli-2020").version == "9.0.0"
    old = load.adopt(OWN, "old")
    assert criteria_named(study, f"locatelli-2020@{old.version}").hash == old.hash
    with pytest.raises(ProtocolError):
        criteria_named(study, "locatelli-2020@7")


@pytest.mark.parametrize("criteria_id", load.bundled(load.CRITERIA))
def test_every_bundled_set_is_described_in_80_columns_with_all_its_sources(criteria_id: str) -> None:
    criteria = criteria_named(None, criteria_id)
    text = describe(criteria)
    assert max(map(len, text.splitlines())) <= 80
    words = " ".join(text.split())
    for rule in (*criteria.domains, *criteria.categories, *(item.limit for item in criteria.items)):
        assert f"source: {' '.join(rule.source.split())} [{rule.confidence}]" in words
    for option in criteria.options.values():
        assert " ".join(option.why.split()) in words
        assert all(" ".join(choice.label.split()) in words for choice in option.choices)
