"""A few patients assessed by a plan that is made once: the compiled SQL over those patients' own rows.

Planning takes several times as long as running for one patient. A small engine in memory, apart from that of the study,
keeps the plan; the charts reach it as one variable. So nothing of the study is in the plan: neither its size nor charts
that a later import replaces, and the study can be closed whatever runs here.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import _duckdb

from hlh_tui.assess.sql.compile import detail_sql
from hlh_tui.assess.sql.persons import charted_key
from hlh_tui.assess.sql.values import values_sql
from hlh_tui.protocol.criteria_models import CriteriaSet
from hlh_tui.protocol.item_models import name_key

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

Row = tuple[Any, ...]
Chart = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows of each table that the assessment of some patients rests on."""

READ = {
    "observation": (
        *("patient_id", "day", "analyte", "value", "comparator", "unit", "raw_value", "raw_unit", "lower", "upper"),
        *("assay", "source_id", "source_row"),
    ),
    "event": ("patient_id", "day", "end_day", "kind", "term"),
    "exposure": ("patient_id", "drug", "drug_class", "start_day", "end_day"),
    "patient": ("patient_id", "sex", "age_years", "disease_status", "last_contact_day"),
    "source": ("source_id", "file"),
}
"""What the compiled SQL reads of a study."""
KEYED = {"event": ("term",), "exposure": ("drug", "drug_class")}
"""Names whose keys the SQL asks for. They come with the rows: the pattern that makes them takes long to compile."""
AS_OF = "(SELECT coalesce(max(seq), 0) FROM log WHERE action = 'charts_imported')"
"""The log entry of the last import of charts."""
FILE = "SELECT file FROM source WHERE source_id = $1"
TYPES = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = current_database()"
APART: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_access": False,
}

_files: WeakKeyDictionary[Study, dict[int, str | None]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a chart; with ``key`` that of the names in it."""

    table: str
    name: str
    type: str
    key: bool = False

    @property
    def called(self) -> str:
        """What the SQL calls it."""
        return f"{self.name}_key" if self.key else self.name

    @property
    def field(self) -> str:
        """The list of its values in the variable that is the chart."""
        return f"{self.table}_{self.called}"

    def values(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Its value in each of the table's rows."""
        if not self.key:
            return [row[self.name] for row in rows]
        return [None if row[self.name] is None else name_key(row[self.name]) for row in rows]


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A planned query in an engine of its own, and the columns of the chart that it reads."""

    engine: _duckdb.DuckDBPyConnection
    columns: tuple[Column, ...]

    def rows(self, charted: Chart) -> list[Row]:
        """The rows for these patients."""
        each = {column.field: column.values(charted[column.table]) for column in self.columns}
        self.engine.execute("SET VARIABLE chart = ?::chart", [each])
        return self.engine.execute("EXECUTE assess").fetchall()


@dataclass(frozen=True, slots=True)
class Plans:
    """What answers for a few patients under a criteria set: the plans of ``detail_sql`` and of ``values_sql``."""

    detail: StoredPlan
    values: StoredPlan
    beside: ThreadPoolExecutor
    """Where the values are looked up while the rest is assessed."""
    turn: threading.Lock
    """Held by who asks for rows."""

    def rows(self, charted: Chart) -> tuple[list[Row], list[Row]]:
        """The rows of both for these patients, in the order of their ids."""
        values = self.beside.submit(self.values.rows, charted)
        return self.detail.rows(charted), values.result()


def plans(study: Study, criteria: CriteriaSet) -> Plans:
    """Plans made now, which takes about as long as assessing a patient without them."""
    types = [Column(*row) for row in study.rows(TYPES) if row[1] in READ.get(row[0], ())]
    detail, values = (_stored(sql, criteria, types) for sql in (detail_sql, values_sql))
    return Plans(detail, values, ThreadPoolExecutor(1, thread_name_prefix="values"), threading.Lock())


def charts_of(study: Study, patient_ids: Sequence[str], as_of: int) -> Chart | None:
    """What the plans read of these patients; None if charts were imported after the log entry ``as_of``."""
    charted = {table: _rows(study, table, patient_ids) for table in ("observation", "event", "exposure", "patient")}
    # Read in one statement with the last of the tables: no import came between them.
    if any(patient["as_of"] != as_of for patient in charted["patient"]):
        return None
    used = {row["source_id"] for row in charted["observation"]}
    return {**charted, "source": [{"source_id": each, "file": _file(study, each)} for each in used if each is not None]}


def _rows(study: Study, table: str, patient_ids: Sequence[str]) -> list[dict[str, Any]]:
    names = READ[table]
    more = {"as_of": AS_OF} if table == "patient" else {}
    columns = ", ".join([*names, *more.values()])
    these = ", ".join("?" for _ in patient_ids)
    found = study.rows(f"SELECT {columns} FROM {table} WHERE patient_id IN ({these})", list(patient_ids))
    return [dict(zip((*names, *more), row, strict=True)) for row in found]


def _file(study: Study, source_id: int) -> str | None:
    """The name of a source's file. Sources are only ever added, so each is asked for once."""
    known = _files.setdefault(study, {})
    if source_id not in known:
        known[source_id] = next((file for (file,) in study.rows(FILE, [source_id])), None)
    return known[source_id]


def _stored(sql_of: Callable[..., str], criteria: CriteriaSet, types: list[Column]) -> StoredPlan:
    sql = sql_of(criteria, some=False)
    keys = [Column(table, name, "VARCHAR", key=True) for table, names in KEYED.items() for name in names]
    for column in keys:
        sql = sql.replace(charted_key(column.name), column.called)
    columns = tuple(each for each in (*types, *keys) if re.search(rf"\b{each.called}\b", sql))
    chart = f"STRUCT({', '.join(f'{each.field} {each.type}[]' for each in columns)})"
    tables = [_table(table, columns) for table in dict.fromkeys(each.table for each in columns)]
    # The variable is named once: at each further place the engine would plan anew at every execution.
    before = ",\n".join(["chart AS (SELECT $chart::chart AS chart)", *tables])
    engine = _duckdb.connect(":memory:", config=APART)
    # The type has a name so that it is not read anew with every chart.
    engine.execute(f"CREATE TYPE chart AS {chart}")
    engine.execute(f"PREPARE assess AS {sql.replace('WITH ', f'WITH {before},{chr(10)}', 1)}")
    return StoredPlan(engine, columns)


def _table(name: str, columns: tuple[Column, ...]) -> str:
    """A table of the study as a CTE over the variable."""
    lists = ", ".join(f"unnest(chart.{each.field}) AS {each.called}" for each in columns if each.table == name)
    return f"{name} AS (SELECT {lists} FROM chart)"
