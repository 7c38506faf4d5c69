"""The charts of one reader without identity: codes for patients, nothing after the evidence cut-off.

What leaves: no identity table, site, source reference, row of an imported file or author of a note; of the further
attributes only those that the protocol's baseline or listing names; ages above 89 as 90; patient ids in free text
as the code. Free text is otherwise as it was charted: names in it are for whoever imports the charts to remove.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui.review.packs.limits import limits
from hlh_tui.study.log import canonical_json

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Cursor

    from hlh_tui.protocol.models import StudyProtocol
    from hlh_tui.study.file import Study

HERE = Path(__file__).parent / "deidentified"
COLUMNS: dict[str, tuple[str, ...]] = {
    "patient": (
        "patient_id",
        "sex",
        "age_years",
        "aetiology",
        "disease_status",
        "onset_day",
        "last_contact_day",
        "weight_kg",
        "body_surface_m2",
        "attributes",
    ),
    "observation": (
        "patient_id",
        "day",
        "analyte",
        "value",
        "comparator",
        "unit",
        "raw_value",
        "raw_unit",
        "lower",
        "upper",
        "assay",
        "specimen",
        "method",
    ),
    "exposure": ("patient_id", "drug", "drug_class", "start_day", "end_day", "dose", "dose_unit", "route"),
    "event": ("patient_id", "day", "end_day", "kind", "term", "grade", "relatedness", "cause"),
    "note": ("patient_id", "day", "kind", "text"),
}
"""The columns that leave, as the queries beside this module give them."""
TEXTS = {"patient": ("attributes",), "event": ("term", "cause"), "note": ("text",)}
"""Columns of free text, in which somebody may have written a patient id."""
WORD = re.compile(r"[^\W_]+")
AT_ONCE = 50_000
ANOTHER = "[another patient]"

Rows = list[tuple[Any, ...]]


def deidentified(study: Study, cases: Sequence[tuple[str, str]]) -> dict[str, Rows]:
    """Table -> the rows of ``COLUMNS`` for the cases (code, patient id), ordered by code and day."""
    codes, patients = [list(column) for column in zip(*cases, strict=True)] if cases else ([], [])
    cut_off, ages = study.protocol.review_until_day, limits().ages
    named = named_attributes(study.protocol)
    hide = hider(study, dict(cases))
    found: dict[str, Rows] = {}
    for table, columns in COLUMNS.items():
        params: list[object] = [codes, patients, cut_off]
        if table == "patient":
            params += [ages.above, ages.become]
        rows = study.rows(query(table), params)
        if table == "patient":
            rows = [(*row[:-1], only(row[-1], named)) for row in rows]
        places = [columns.index(name) for name in TEXTS.get(table, ())]
        found[table] = [hidden(row, places, hide) for row in rows] if places else rows
    return found


def write_charts(cursor: Cursor, charts: Mapping[str, Rows]) -> None:
    """Insert the rows into the tables of a new study."""
    for table, rows in charts.items():
        names = COLUMNS[table]
        kinds = dict(cursor.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})").fetchall())
        values = ", ".join(f"unnest(?::{kinds[name]}[])" for name in names)
        insert = f"INSERT INTO {table} ({', '.join(names)}) SELECT {values}"
        for first in range(0, len(rows), AT_ONCE):
            part = rows[first : first + AT_ONCE]
            cursor.execute(insert, [list(column) for column in zip(*part, strict=True)])


def named_attributes(protocol: StudyProtocol) -> frozenset[str]:
    """The attributes that the protocol's baseline table or listing shows."""
    rows = (*protocol.baseline, *protocol.listing)
    any_of = (level for row in rows if row.kind == "any_of" for level in row.levels)
    return frozenset((*(row.column for row in rows if row.column), *any_of))


def only(attributes: str, named: frozenset[str]) -> str:
    """The JSON object of attributes with the named ones alone."""
    return canonical_json({name: value for name, value in json.loads(attributes).items() if name in named})


def hidden(row: tuple[Any, ...], places: Sequence[int], hide: Callable[[str, str], str]) -> tuple[Any, ...]:
    """The row with patient ids hidden in the texts at these places."""
    return tuple(
        hide(row[0], value) if place in places and value is not None else value for place, value in enumerate(row)
    )


def hider(study: Study, cases: Mapping[str, str]) -> Callable[[str, str], str]:
    """A function of a code and a text of that case, that puts codes in the place of patient ids in the text.

    The patient's own id and original id become the code, those of others ``ANOTHER``, whatever their case. Ids that
    might be ordinary words or numbers (limits.toml) are left alone.
    """
    starting: dict[str, list[tuple[str, str]]] = {}
    for patient, original in study.rows(
        "SELECT patient_id, original_id FROM patient LEFT JOIN identity USING (patient_id)"
    ):
        for name in {each.casefold() for each in (patient, original) if each and is_telling(each)}:
            start = WORD.search(name)
            if start is not None:
                starting.setdefault(start[0], []).append((name[start.start() :], patient))
    for names in starting.values():
        names.sort(key=lambda each: -len(each[0]))

    def hide(code: str, text: str) -> str:
        # Letters such as German sharp s change length in casefold: then the places would not be those of the text.
        folded = text.casefold() if len(text.casefold()) == len(text) else text.lower()
        parts, done = [], 0
        for word in WORD.finditer(folded):
            for name, owner in starting.get(word[0], ()) if word.start() >= done else ():
                end = word.start() + len(name)
                if folded.startswith(name, word.start()) and not folded[end : end + 1].isalnum():
                    parts += [text[done : word.start()], code if owner == cases[code] else ANOTHER]
                    done = end
                    break
        return "".join((*parts, text[done:]))

    return hide


def is_telling(name: str) -> bool:
    """Whether an id can be told from an ordinary word or number in a text."""
    digits = sum(letter.isdigit() for letter in name)
    letters = sum(letter.isalpha() for letter in name)
    rule = limits().identifiers
    return bool(digits and letters) or digits >= rule.digits or letters >= rule.letters


@cache
def query(table: str) -> str:
    """The query for the rows of a table that leave."""
    return (HERE / f"{table}.sql").read_text(encoding="utf-8")
