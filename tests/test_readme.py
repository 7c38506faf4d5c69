"""The README says what the program does."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from hlh_tui.cli import VERBS

CHECKOUT = Path(__file__).resolve().parent.parent
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


def test_the_key_table_is_the_registry_of_commands() -> None:
    keys = runpy.run_path(str(CHECKOUT / "screenshots" / "keys.py"))
    assert keys["with_key_table"](README) == README


def test_every_verb_that_the_readme_names_exists_and_every_verb_is_named() -> None:
    code = "\n".join(re.findall(r"```.*?```|`[^`]+`", README, re.DOTALL))
    named = set(re.findall(r"hlh-tui ([a-z]+)\b(?![.-])", code))
    assert named <= set(VERBS)
    assert set(VERBS) - named <= {"open"}


def test_every_picture_and_file_that_the_readme_links_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert "screenshots/review.png" in links
    assert [link for link in links if not (CHECKOUT / link).is_file()] == []


def test_regulation_is_never_claimed() -> None:
    assert "provides controls for" in README
    assert "compliant" not in README.lower()


def test_the_cross_table_and_the_multiverse_are_what_the_program_prints() -> None:
    """Also what the multiverse of the bundled cohort must be: three of thirteen patients are a matter of reading."""
    readings = runpy.run_path(str(CHECKOUT / "screenshots" / "readings.py"))
    assert readings["with_readings"](README) == README
    for said in ("between 8/13 (62 %) and 11/13 (85 %)", "gives 10/13 (77 %)", "CR: P05, P08, P10, P11"):
        assert said in README
