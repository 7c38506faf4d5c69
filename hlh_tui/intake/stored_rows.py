"""What the chart tables of a study hold of each import: rows by source, rows that were changed, hashes of content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hlh_tui.intake.logged_imports import LoggedImport
from hlh_tui.intake.stage import HERE, identifier
from hlh_tui.intake.tables import tables
from hlh_tui.intake.typed import charted_text, content_text

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

AT_ONCE = 5000
"""Patients whose rows are in memory together."""
MOST_NAMED = 3
"""Patients that a sentence names; the queries find as many."""
BOUNDS = """
SELECT patient_id FROM (SELECT patient_id, row_number() OVER (ORDER BY patient_id) AS nth FROM patient)
WHERE nth % $1 = 0 ORDER BY patient_id"""


@dataclass(frozen=True, slots=True)
class Rows:
    """A number of rows of a table, of how many patients they are, and the first of these."""

    rows: int
    patients: int
    first: tuple[str, ...]

    @property
    def whose(self) -> str:
        """The patients in words: ``P01, P02``; of many the first and how many more."""
        more = self.patients - len(self.first)
        return ", ".join(self.first) + (f" and {more} more patient{'' if more == 1 else 's'}" if more else "")


def ranges(study: Study) -> list[tuple[str, str | None]]:
    """Ranges of patient ids that cover every text, each from its first to before its second (None: to the end)."""
    return list(pairwise(["", *(bound for (bound,) in study.rows(BOUNDS, [AT_ONCE])), None]))


def changed_rows(study: Study, name: str, sources: Sequence[int]) -> dict[int, Rows]:
    """Source -> its rows in a chart table whose content does not give the hash they carry."""
    text = query("changed_rows", name).replace("{text}", content_text(name)).replace("{blank}", blank(name))
    found: dict[int, Rows] = {}
    for start, end in ranges(study):
        for source, rows, patients, first in study.rows(text, [sources, start, end]):
            before = found.get(source, Rows(0, 0, ()))
            named = (*before.first, *first)[:MOST_NAMED]
            found[source] = Rows(before.rows + rows, before.patients + patients, named)
    return found


def blank(name: str) -> str:
    """SQL for whether a row holds an empty text: an import writes none, and the content hash cannot tell it from NULL.

    The unit of an observation is always there and may be empty.
    """
    texts = [column.name for column in tables()[name].columns if column.kind in ("text", "word")]
    return f"coalesce('' IN ({', '.join(identifier(text) for text in texts if text != 'unit')}), false)"


def row_counts(study: Study, name: str) -> dict[int | None, int]:
    """Source -> its rows in a chart table."""
    return dict(study.rows(f"SELECT source_id, count(*) FROM {tables()[name].into} GROUP BY source_id"))


def unlogged_rows(study: Study, name: str, sources: Sequence[int], *, without: bool) -> Rows | None:
    """The rows of a chart table with another source than these; ``without``: a row may have none."""
    found = study.rows(query("unlogged_rows", name), [sources, without])
    return next((Rows(rows, patients, tuple(first)) for rows, patients, first in found), None)


def hashes_now(study: Study, imports: Sequence[LoggedImport]) -> dict[int, tuple[str, str]]:
    """Entry of an import -> the two hashes of its rows as they are now, as ``rows.content_hashes`` makes them."""
    pairs = [(file.source_id, each.seq) for each in imports for file in each.files]
    sources, entries = [source for source, _ in pairs], [seq for _, seq in pairs]
    made = {each.seq: (hashlib.sha256(), hashlib.sha256()) for each in imports}
    rows = " UNION ALL ".join(
        f"SELECT source_id, patient_id, {charted_text(name)} AS charted FROM {table.into}"
        for name, table in tables().items()
    )
    text = (HERE / "patient_hashes.sql").read_text(encoding="utf-8").replace("{rows}", rows)
    for start, end in ranges(study) if imports else ():
        for seq, *of_patient in study.rows(text, [start, end, sources, entries]):
            for digest, part in zip(made[seq], of_patient, strict=True):
                digest.update(part.encode("ascii"))
    return {seq: (contents.hexdigest(), charted.hexdigest()) for seq, (contents, charted) in made.items()}


def pack_hash(run: Callable[[str], list[tuple[Any, ...]]]) -> str:
    """The hash of all charts of a pack, which have no row hashes: of their content and how it was charted.

    ``run`` queries the tables of the pack, whatever connection they are on. Made as the second of
    ``rows.content_hashes``.
    """
    rows = " UNION ALL ".join(
        f"SELECT patient_id, {charted_text(name)} AS charted FROM (SELECT * EXCLUDE (row_hash),"
        f" sha256(concat_ws(chr(31), {content_text(name)}, {blank(name)})) AS row_hash FROM {table.into})"
        for name, table in tables().items()
    )
    script = (HERE / "content_hash.sql").read_text(encoding="utf-8")
    return str(run(script.format(rows=rows))[0][1])


def query(script: str, name: str) -> str:
    """A query of this folder for one chart table."""
    return (HERE / f"{script}.sql").read_text(encoding="utf-8").replace("{table}", tables()[name].into)
