"""Each topology, from a protocol file of one's own: when a case has a final category, and who settles it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.cli import main
from hlh_tui.protocol import load
from hlh_tui.protocol.errors import ProtocolError
from hlh_tui.review.conduct.people import register
from hlh_tui.review.conduct.phase import move_phase
from hlh_tui.review.decide import decide
from hlh_tui.review.errors import NotAllowed
from hlh_tui.review.models import Decision
from hlh_tui.review.state import current_decisions, final_categories
from hlh_tui.study.file import Study, create_study, open_study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor
from tests.review.conduct.blinded import ADJUDICATOR, COORDINATOR, LANG, MEYER
from tests.review.small_study import PATIENTS

THIRD = Actor("d-third", "D. Third")


def study_with(path: Path, topology: str, readers: int) -> Study:
    toml = load.read_bundled(load.STUDIES, "song-2024-blinded").toml
    toml = toml.replace('topology = "two_plus_one"', f'topology = "{topology}"')
    toml = toml.replace("readers = 2", f"readers = {readers}").replace('id = "song-2024-blinded"', 'id = "own"')
    path.with_suffix(".toml").write_text(toml, encoding="utf-8")
    study = create_study(
        path,
        load.study_document(str(path.with_suffix(".toml"))),
        load.read_bundled(load.CRITERIA, "locatelli-2020"),
        COORDINATOR,
    )
    append(
        study, COORDINATOR, "charts_imported", payload={"added": {}}, also=lambda each: each.execute(PATIENTS) and None
    )
    for person in (MEYER, LANG, THIRD):
        register(study, COORDINATOR, person, "reader", "reads")
    register(study, COORDINATOR, ADJUDICATOR, "adjudicator", "settles")
    return study


def final(study: Study) -> tuple[str | None, str]:
    found = final_categories(study)["P02"]
    return found.category, found.source


def to_consensus(study: Study) -> None:
    move_phase(study, COORDINATOR, "compare", "read")
    move_phase(study, COORDINATOR, "consensus", "compared")


def test_a_single_reader_decides_alone(tmp_path: Path) -> None:
    with study_with(tmp_path / "s.duckdb", "single", 1) as study:
        decide(study, MEYER, Decision("P02", "PR", ""))
        assert final(study) == ("PR", "single")


def test_two_readers_and_a_third_where_they_differ(tmp_path: Path) -> None:
    with study_with(tmp_path / "s.duckdb", "two_plus_one", 2) as study:
        decide(study, MEYER, Decision("P02", "PR", ""))
        decide(study, LANG, Decision("P02", "NR", ""))
        assert final(study) == (None, "unresolved")
        to_consensus(study)
        decide(study, ADJUDICATOR, Decision("P02", "NR", "Ferritin rose.", role="adjudicator"))
        assert final(study) == ("NR", "adjudicated")


def test_a_pair_settles_together(tmp_path: Path) -> None:
    with study_with(tmp_path / "s.duckdb", "paired_consensus", 2) as study:
        decide(study, MEYER, Decision("P02", "PR", ""))
        decide(study, LANG, Decision("P02", "NR", ""))
        to_consensus(study)
        with pytest.raises(NotAllowed, match=r"paired consensus\) foresees no third reader"):
            decide(study, ADJUDICATOR, Decision("P02", "NR", "Ferritin rose.", role="adjudicator"))
        decide(study, MEYER, Decision("P02", "NR", "Ferritin rose.", role="consensus"))
        assert final(study) == ("NR", "consensus")


def test_a_committee_waits_for_all_its_members(tmp_path: Path) -> None:
    with study_with(tmp_path / "s.duckdb", "committee", 3) as study:
        decide(study, MEYER, Decision("P02", "PR", ""))
        decide(study, LANG, Decision("P02", "PR", ""))
        assert final(study) == (None, "undecided")
        decide(study, THIRD, Decision("P02", "PR", ""))
        assert final(study) == ("PR", "unanimous")


def test_a_read_with_hindsight_is_kept_apart_from_the_final_category(tmp_path: Path) -> None:
    with study_with(tmp_path / "s.duckdb", "single", 1) as study:
        decide(study, MEYER, Decision("P02", "PR", ""))
        to_consensus(study)
        move_phase(study, COORDINATOR, "open", "settled")
        decide(study, MEYER, Decision("P02", "NR", "relapsed on day 40", role="global"))
        assert final(study) == ("PR", "single")
        assert [(one.role, one.category) for one in current_decisions(study, "P02")] == [
            ("global", "NR"),
            ("reader", "PR"),
        ]
        with pytest.raises(NotAllowed, match="a reader may decide a case in phase read"):
            decide(study, MEYER, Decision("P02", "NR", "relapsed on day 40"))


def test_an_open_study_has_neither_third_reader_nor_hindsight(tmp_path: Path) -> None:
    with study_with(tmp_path / "s.duckdb", "open", 1) as _:
        pass
    path = tmp_path / "o.duckdb"
    assert main(["new", str(path), "--reader", "C. Chair"]) == 0
    with open_study(path) as study:
        append(
            study,
            COORDINATOR,
            "charts_imported",
            payload={"added": {}},
            also=lambda each: each.execute(PATIENTS) and None,
        )
        for role, words in (("adjudicator", "no third reader"), ("global", "no read with hindsight")):
            with pytest.raises(NotAllowed, match=words):
                decide(study, MEYER, Decision("P02", "NR", "because", role=role))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("readers = 0", "readers"),
        ('topology = "duel"', "topology: 'duel' is not allowed; use one of"),
        ("duplicates = 2", "duplicates"),
    ],
)
def test_a_wrong_protocol_file_names_its_key(tmp_path: Path, wrong: str, says: str) -> None:
    key = wrong.split(" = ")[0]
    lines = load.read_bundled(load.STUDIES, "song-2024-blinded").toml.splitlines()
    text = "\n".join(wrong if line.startswith(f"{key} = ") else line for line in lines)
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProtocolError, match=says):
        load.study_document(str(tmp_path / "own.toml"))
    with pytest.raises(ProtocolError, match="cannot be read"):
        load.study_document(str(tmp_path / "none.toml"))
