"""What no log can show stands in the methods as the protocol states it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlh_tui.export.dataset import export_dataset
from hlh_tui.export.wording import stated
from hlh_tui.protocol import load
from hlh_tui.protocol.errors import ProtocolError
from hlh_tui.study.file import create_study
from hlh_tui.study.models import Actor

MEYER = Actor("a-meyer", "A. Meyer")
STATEMENTS = """
[statements]
eligibility = "adults who met 5 of 8 HLH-2004 criteria; none with HSCT before day 0"
sampling = "all patients of two centres from January 2021 to June 2023, by pharmacy records."
abstraction = "two nurses, from laboratory printouts"
qualification = "two haematologists with more than five years of practice"
hypothesis = "readers did not know it"
"""


def protocol(more: str) -> load.Adopted:
    return load.adopt(load.read_bundled(load.STUDIES, "song-2024").toml + more, "own.toml")


def test_each_statement_stands_in_its_section(tmp_path: Path) -> None:
    criteria = load.read_bundled(load.CRITERIA, "locatelli-2020")
    with create_study(tmp_path / "s.duckdb", protocol(STATEMENTS), criteria, MEYER) as study:
        text = (export_dataset(study, tmp_path / "out", MEYER).folder / "methods.md").read_text()
    sections = {part.split("\n", 1)[0]: part for part in text.split("\n## ")}
    assert (
        "Inclusion and exclusion criteria, as the protocol states: adults who met 5 of 8 HLH-2004 criteria; none with"
        " HSCT before day 0.\nHow patients were found and sampled, as the protocol states: all patients of two centres"
        " from January 2021 to June 2023, by pharmacy records."
    ) in sections["Case selection"]
    assert "imported files, as the protocol states: two nurses, from laboratory printouts." in sections["Standard form"]
    assert "as the protocol states: two haematologists with more than five years of practice." in sections["Readers"]
    assert "to the hypothesis of the study, as the protocol states: readers did not know it." in sections["Blinding"]


def test_a_statement_cannot_steer_the_text_around_it() -> None:
    assert stated("Sampling", "  two\n## Heading *bold*  ") == (
        "Sampling, as the protocol states: two \\#\\# Heading \\*bold\\*."
    )
    assert stated("Sampling", " \n ") == "Sampling: not recorded."


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[statements]\nsampled = "all"', "'sampled'"),
        (
            "[statements]\nsampling = 3",
            "song-2024: statements.sampling: give text between quotation marks, not a whole number",
        ),
        (
            f'[statements]\nsampling = "{"a" * 2001}"',
            "statements.sampling: give text between quotation marks of at most 2000 characters",
        ),
    ],
)
def test_a_wrong_statement_is_refused_by_its_key(more: str, said: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        load.study_protocol(protocol("\n" + more))
    assert said in str(refused.value)
