"""Simulated charts are the same every time, import cleanly, and have the category they were made for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from hlh_tui.assess.run import proposals
from hlh_tui.intake.errors import IntakeError
from hlh_tui.intake.load import import_charts
from hlh_tui.intake.simulate import simulate
from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.models import Actor

FILES = [
    "README.txt",
    "events.parquet",
    "exposures.parquet",
    "observations.parquet",
    "patients.parquet",
    "truth.parquet",
]


def read(folder: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows of a query in which ``{table}`` stands for a file of the folder."""
    names = {name.removesuffix(".parquet"): f"'{folder / name}'" for name in FILES}
    return duckdb.connect().execute(sql.format(**names)).fetchall()


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "charts"
    simulate(folder, 2000, 11)
    return folder


@pytest.fixture(scope="module")
def imported(charts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Study, tuple[str, ...]]]:
    """The study and the warnings of the import."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "staging").mkdir()
    documents = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020")
    actor = Actor("a-meyer", "A. Meyer")
    with create_study(
        folder / "simulated.duckdb", *documents, actor, synthetic=True, staging=folder / "staging"
    ) as study:
        yield study, import_charts(study, charts, actor).warnings


def test_the_engine_finds_the_known_category_of_every_patient(
    charts: Path, imported: tuple[Study, tuple[str, ...]]
) -> None:
    truth = read(charts, "SELECT patient_id, category, day::DOUBLE, confirmed_day::DOUBLE FROM {truth}")
    found = [(p.patient_id, p.category, p.day, p.confirmed_day) for p in proposals(imported[0]).values()]
    assert len(found) == 2000
    assert found == truth


def test_the_charts_import_without_a_word_but_for_the_file_that_is_no_chart(
    imported: tuple[Study, tuple[str, ...]],
) -> None:
    tables = "was not read, because the tables are patients, observations, exposures, events, notes"
    assert imported[1] == (f"truth.parquet: {tables}",)


def test_every_category_and_every_case_is_there(charts: Path) -> None:
    counted = dict(read(charts, "SELECT category, count(DISTINCT course) FROM {truth} GROUP BY 1"))
    assert counted == {"CR": 10, "PR": 15, "IMP": 8, "NR": 14, "NE": 5}
    patients = dict(read(charts, "SELECT category, count(*) FROM {truth} GROUP BY 1"))
    expected = {"CR": 500, "PR": 520, "IMP": 300, "NR": 540, "NE": 140}
    assert all(abs(patients[name] - number) < 80 for name, number in expected.items())


def test_the_cases_hold_what_they_are_named_for(charts: Path) -> None:
    def of(course: str, table: str, condition: str) -> int:
        chosen = f"patient_id IN (SELECT patient_id FROM {{truth}} WHERE course = '{course}')"
        rows = read(charts, f"SELECT count(DISTINCT patient_id) FROM {{{table}}} WHERE {chosen} AND {condition}")
        return int(str(rows[0][0]))

    def all_of(course: str) -> int:
        return of(course, "patients", "true")

    assert of("cr_at_every_limit", "observations", "analyte = 'ferritin' AND value = '1999'") == all_of(
        "cr_at_every_limit"
    )
    assert of("pr_ferritin_2000", "observations", "analyte = 'ferritin' AND value = '2000'") == all_of(
        "pr_ferritin_2000"
    )
    assert of("pr_ferritin_beyond_range", "observations", "value = '>2000'") == all_of("pr_ferritin_beyond_range")
    assert of("pr_transfused", "events", "term = 'platelets'") == all_of("pr_transfused")
    assert of("pr_gcsf", "events", "kind = 'gcsf' AND end_day > 28") > 0
    assert of("pr_filgrastim", "exposures", "drug = 'filgrastim'") == all_of("pr_filgrastim")
    assert of("nr_death", "events", "kind = 'death'") == all_of("nr_death")
    assert of("nr_hsct_first", "events", "kind = 'hsct' AND day < 7") == all_of("nr_hsct_first")
    assert of("pr_before_chemotherapy", "events", "kind = 'chemotherapy'") == all_of("pr_before_chemotherapy")
    assert of("pr_spleen_unknown", "observations", "analyte LIKE 'spleen%' AND day > 0") == 0
    assert of("cr_without_baseline", "observations", "day <= 0") == 0
    assert of("ne_no_value", "observations", "day > 0") == 0
    assert of("pr_reactivated", "patients", "disease_status <> 'relapse'") == 0


def test_charts_are_in_order_with_about_fifty_observations_and_end_with_the_last_contact(charts: Path) -> None:
    for table, day in (("observations", "day"), ("events", "day"), ("exposures", "start_day")):
        rows = read(charts, f"SELECT patient_id, {day} FROM {{{table}}}")
        assert rows == sorted(rows)
    ((rows_each,),) = read(charts, "SELECT count(*) / 2000 FROM {observations}")
    assert 49 <= float(str(rows_each)) <= 53
    beyond = (
        "SELECT count(*) FROM {observations} JOIN {patients} USING (patient_id)"
        " WHERE day > last_contact_day OR day < -1"
    )
    assert read(charts, beyond) == [(0,)]


def test_everything_says_that_it_is_synthetic(charts: Path) -> None:
    assert read(charts, "SELECT DISTINCT synthetic, site FROM {patients}") == [("yes", "synthetic centre")]
    assert (charts / "README.txt").read_text().startswith("SYNTHETIC CHARTS. Nobody's data are here")
    for name in FILES[1:]:
        labels = duckdb.connect().execute(f"SELECT key, value FROM parquet_kv_metadata('{charts / name}')").fetchall()
        assert (b"synthetic", b"yes") in labels
        assert (b"made_by", b"hlh-tui simulate --patients 2000 --seed 11") in labels


def test_the_same_numbers_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        simulate(tmp_path / name, 300, 5)
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == FILES
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_fewer_patients_are_the_first_of_more_and_another_seed_has_others(charts: Path, tmp_path: Path) -> None:
    simulate(tmp_path / "few", 40, 11)
    simulate(tmp_path / "other", 40, 12)
    for table in ("patients", "observations", "exposures", "events", "truth"):
        few = read(tmp_path / "few", f"SELECT * FROM {{{table}}}")
        assert few == read(charts, f"SELECT * FROM {{{table}}} WHERE patient_id <= 'S0000040'")
        assert few != read(tmp_path / "other", f"SELECT * FROM {{{table}}}")


@pytest.mark.parametrize(
    ("patients", "seed", "says"),
    [
        (0, 1, "0 patients cannot be simulated: ask for a number from 1 to 9999999"),
        (10**9, 1, "1000000000 patients cannot be simulated: ask for a number from 1 to 9999999"),
        (5, -1, "the seed -1 cannot be used: give a whole number from 0 to 9223372036854775807"),
    ],
)
def test_impossible_numbers_are_refused(patients: int, seed: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(IntakeError) as refused:
        simulate(tmp_path / "charts", patients, seed)
    assert str(refused.value) == says
    assert not (tmp_path / "charts").exists()


def test_a_folder_with_something_in_it_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("patient_id\n")
    with pytest.raises(IntakeError, match="is not empty: name a new or empty folder"):
        simulate(tmp_path, 5, 1)
    with pytest.raises(IntakeError, match=r"patients\.csv is not a folder"):
        simulate(tmp_path / "patients.csv", 5, 1)
    with pytest.raises(IntakeError, match="cannot be made"):
        simulate(tmp_path / "none" / "charts", 5, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["patients.csv"]


def test_nothing_stays_behind_when_the_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise duckdb.IOException("no space left on device.")

    monkeypatch.setattr("hlh_tui.intake.simulate.readme", full)
    with pytest.raises(IntakeError, match=r"could not be written \(no space left on device\): make room"):
        simulate(tmp_path / "charts", 5, 1)
    assert list(tmp_path.iterdir()) == []
