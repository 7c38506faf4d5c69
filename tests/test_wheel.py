"""What a user installs: the wheel in an empty environment, away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.terminal import Terminal

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(CHECKOUT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_the_charts_the_criteria_and_every_sql_and_style_file(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "hlh_tui/data/song2024/patients.csv",
        "hlh_tui/data/song2024/published.toml",
        "hlh_tui/protocol/criteria/locatelli-2020.toml",
        "hlh_tui/protocol/studies/song-2024.toml",
        "hlh_tui/study/schema.sql",
    } <= names
    here = {
        str(path.relative_to(CHECKOUT))
        for path in (CHECKOUT / "hlh_tui").rglob("*")
        if path.suffix in {".py", ".sql", ".toml", ".tcss"}
    }
    assert here <= names


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_installed_in_an_empty_environment_the_demo_study_is_made_and_assessed(wheel: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    install = [python, "-m", "pip", "install", "--quiet", "--no-compile", "-c", CHECKOUT / "constraints.txt", wheel]
    subprocess.run(install, check=True, capture_output=True, cwd=tmp_path, env=environment)
    hlh_tui = tmp_path / "venv" / "bin" / "hlh-tui"

    def run(*words: str) -> str:
        done = subprocess.run(
            [hlh_tui, *words], check=True, capture_output=True, text=True, cwd=tmp_path, env=environment
        )
        return done.stdout

    assert "13 synthetic patients" in run("demo", "--no-app")
    answer = json.loads(run("assess", "song2024-demo.duckdb", "--json"))
    best = {patient["patient_id"]: patient["best"]["category"] for patient in answer["patients"]}
    assert best["P05"] == "CR"
    assert best["P03"] == "PR"
    assert best["P02"] == "IMP"
    assert best["P01"] == "NR"
    with Terminal([str(hlh_tui), "demo", "--reader", "A. Meyer"], cwd=tmp_path) as terminal:
        terminal.wait_for("P01", "P13", "synthetic")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
