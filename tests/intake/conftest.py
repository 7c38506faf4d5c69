"""An empty study with a staging folder, and a folder of charts written from text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hlh_tui.intake.errors import ImportRejected
from hlh_tui.intake.load import import_charts
from hlh_tui.intake.models import ImportReport
from hlh_tui.protocol.load import CRITERIA, STUDIES, read_bundled
from hlh_tui.study.file import Study, create_study
from hlh_tui.study.models import Actor

READER = Actor("a-meyer", "A. Meyer")
PATIENTS = "patient_id,last_contact_day\nP01,30\nP02,40\n"

Import = Callable[..., ImportReport]


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    staging = tmp_path / "staging"
    staging.mkdir()
    documents = read_bundled(STUDIES, "song-2024"), read_bundled(CRITERIA, "locatelli-2020")
    with create_study(tmp_path / "study.duckdb", *documents, READER, staging=staging) as made:
        yield made
    assert list(staging.iterdir()) == []


@pytest.fixture
def charts(tmp_path: Path) -> Path:
    folder = tmp_path / "charts"
    folder.mkdir()
    return folder


@pytest.fixture
def bring(study: Study, charts: Path) -> Import:
    """Write the named tables (text or bytes; patients have two by default) and import the folder."""

    def run(**tables: str | bytes) -> ImportReport:
        for name, text in {"patients": PATIENTS, **tables}.items():
            (charts / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return import_charts(study, charts, READER)

    return run


@pytest.fixture
def rejected(bring: Import, study: Study) -> Callable[..., tuple[str, ...]]:
    """Import tables that must be rejected; the sentences. Nothing of them may be in the study."""

    def run(**tables: str) -> tuple[str, ...]:
        before = study.rows("SELECT count(*) FROM log"), study.rows("SELECT count(*) FROM observation")
        with pytest.raises(ImportRejected) as caught:
            bring(**tables)
        assert (study.rows("SELECT count(*) FROM log"), study.rows("SELECT count(*) FROM observation")) == before
        return caught.value.rejected

    return run
