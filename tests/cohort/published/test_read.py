"""A published.toml that cannot be used is refused by file, entry, key and what is allowed."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from hlh_tui.cohort.published import conditions, shown, sources
from hlh_tui.cohort.published.entries import Curve, Figure, Inconsistency, Published, Reading
from hlh_tui.cohort.published.errors import PublishedError
from hlh_tui.cohort.published.read import document, read_published

PAGE = Path(__file__).parents[3] / "data" / "song2024" / "published.md"
FIGURE = {"id": "cr", "where": "Table 2", "text": "4 (31)", "value": 31, "unit": "%"}


def refusal(**changed):
    with pytest.raises(PublishedError) as refused:
        document({"figure": [{**FIGURE, **changed}]}, "own.toml")
    return str(refused.value)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"colour": 1}, "own.toml: figure.cr: there is no key 'colour'; use one of comparator, constructed, curve"),
        ({"value": "many"}, "own.toml: figure.cr.value: Invalid decimal string"),
        ({"value": Decimal("1e999999")}, "own.toml: figure.cr.value: 1E+999999 is no printed number; give one below"),
        ({"value": Decimal("nan")}, "own.toml: figure.cr.value: NaN is no printed number"),
        (
            {"curve": {"patients": 10**9, "deaths": 3}},
            "own.toml: figure.cr.curve.patients: give a whole number of at most 100000",
        ),
        ({"n": -1}, "own.toml: figure.cr.n: give a whole number of at least 0"),
        ({"comparator": "~"}, "own.toml: figure.cr.comparator: '~' is not allowed; use one of <, <=, >, >="),
        ({"from": {"tabel": "x"}}, "own.toml: figure.cr.from: no key says what it is; give one of table, survival"),
        (
            {"from": {"table": "baseline", "row": "Sex", "colum": "x"}},
            "own.toml: figure.cr.from: there is no key 'colum'; use one of by, column, field, level, row, table",
        ),
        (
            {"from": {"count": "patients", "where": [{"patient": "sex", "is": "male"}, {"event": "hstc"}]}},
            "own.toml: figure.cr.from.where.2.event: 'hstc' is not allowed; use one of hsct, relapse, progression",
        ),
        (
            {"from": {"count": "patients", "of": [{"event": "hsct", "tem": "x"}]}},
            "own.toml: figure.cr.from.of.1: there is no key 'tem'; use one of cause, event",
        ),
        (
            {"from": {"measure": "age_years", "quantile": "type 5"}},
            "own.toml: figure.cr.from: quantile: 'type 5' is not allowed; use one of type 6, type 7",
        ),
    ],
)
def test_a_wrong_entry(changed, message):
    assert message in refusal(**changed)


def test_two_entries_of_one_id():
    with pytest.raises(PublishedError, match=r"own\.toml: figure\.cr: two entries have this id"):
        document({"figure": [FIGURE, FIGURE]}, "own.toml")


def test_an_inconsistency_names_figures_of_the_file():
    wrong = {"id": "sum", "finding": "f", "verdict": "v", "shown": [{"sum": ["cr", "pr"]}]}
    with pytest.raises(PublishedError, match=r"own.toml: inconsistency.sum.shown.1: there is no figure 'pr'"):
        document({"figure": [FIGURE], "inconsistency": [wrong]}, "own.toml")


@pytest.mark.parametrize("content", [b"x = [", b"\xff\xfe\x00", b"figure = 3", b""])
def test_a_file_that_is_no_list_of_figures(tmp_path, content):
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(PublishedError, match=r"own\.toml"):
        read_published(path)


def test_printed_decimals_are_kept(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('[[figure]]\nid = "a"\nwhere = "w"\ntext = "2.50"\nvalue = 2.50\nunit = "weeks"\n')
    assert str(read_published(path).entries[0].figure.value) == "2.50"


def test_the_page_explains_every_key():
    text = PAGE.read_text(encoding="utf-8")
    records = [Published, Figure, Reading, Curve, Inconsistency]
    records += [*sources.KINDS.values(), *conditions.KINDS.values(), *shown.KINDS.values()]
    missing = {key for record in records for key in record.__struct_encode_fields__ if not re.search(rf"`{key}`", text)}
    assert missing == set()
