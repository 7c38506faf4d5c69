"""The trail as files for machines and printers: JSON, JSON lines, CSV and HTML, written piece by piece.

All of them hold every field of the entry, so that a copy is complete (21 CFR 11.10(b); Annex 11 §8).
"""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from hlh_tui.review.trail.as_text import change_words, text_lines
from hlh_tui.review.trail.header import Header
from hlh_tui.review.trail.models import TrailEntry
from hlh_tui.review.trail.moments import utc_words
from hlh_tui.study.log import canonical_json

Pieces = Iterator[str]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What begins with one of these, a spreadsheet may take for a formula; an apostrophe goes before it."""

CSV_COLUMNS = (
    *("number", "recorded_at", "actor", "actor_name", "action", "patient_id", "what", "old", "new", "reason"),
    *("criteria", "standing", "app_version", "session", "protocol_hash", "criteria_hash", "prev_hash", "hash"),
    "payload",
)
HTML_COLUMNS = ("no.", "time (UTC)", "who", "what", "old and new", "reason", "criteria", "hash")
STYLE = (
    "body{font:13px/1.4 sans-serif;margin:2em}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #999;padding:3px 6px;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#eee}thead{display:table-header-group}tr{break-inside:avoid}.mark{font-weight:bold}"
    "code{font-size:11px}dt{float:left;clear:left;width:7em;font-weight:bold}dd{margin-left:7em}"
)


def entry_json(entry: TrailEntry) -> dict[str, Any]:
    """An entry in words together with everything it holds."""
    return {**asdict(entry.line), "payload": entry.payload, "prev_hash": entry.prev_hash, "hash": entry.hash}


def json_pieces(header: Header, entries: Iterable[TrailEntry]) -> Pieces:
    """One JSON object: the header, and under ``trail`` every entry."""
    yield json.dumps(asdict(header), ensure_ascii=False, allow_nan=False)[:-1] + ', "trail": ['
    between = ""
    for entry in entries:
        yield between + json.dumps(entry_json(entry), ensure_ascii=False, allow_nan=False)
        between = ", "
    yield "]}\n"


def jsonl_pieces(_: Header, entries: Iterable[TrailEntry]) -> Pieces:
    """One JSON object a line, one line an entry."""
    for entry in entries:
        yield json.dumps(entry_json(entry), ensure_ascii=False, allow_nan=False) + "\n"


def csv_pieces(_: Header, entries: Iterable[TrailEntry]) -> Pieces:
    """One row an entry (RFC 4180); the last column is the whole payload as JSON, without any mark against formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(CSV_COLUMNS)
    for entry in entries:
        line, payload = entry.line, entry.payload
        found = {
            **asdict(line),
            "what": line.sentence,
            "old": "; ".join(f"{one.field}: {one.old}" for one in line.changes if one.old is not None),
            "new": "; ".join(f"{one.field}: {one.new}" for one in line.changes if one.new is not None),
            **{name: payload.get(name) for name in ("app_version", "session", "protocol_hash", "criteria_hash")},
            "prev_hash": entry.prev_hash,
            "hash": entry.hash,
        }
        cells = [cell(found[name]) for name in CSV_COLUMNS[:-1]]
        writer.writerow([*cells, canonical_json(payload)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def cell(value: object) -> str:
    """A value as a spreadsheet may hold it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def html_pieces(header: Header, entries: Iterable[TrailEntry]) -> Pieces:
    """A page to read and to print, complete in itself."""
    facts = "".join(f"<dt>{said(name)}</dt><dd>{said(value)}</dd>" for name, value in header.facts())
    heads = "".join(f"<th>{said(name)}</th>" for name in HTML_COLUMNS)
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Audit trail of '
        f"{said(header.study)}</title><style>{STYLE}</style></head>\n<body><h1>Audit trail</h1><dl>{facts}</dl>\n"
        f"<table><thead><tr>{heads}</tr></thead><tbody>\n"
    )
    for entry in entries:
        line = entry.line
        mark = f'<br><span class="mark">{said(line.standing)}</span>' if line.standing else ""
        changed = "<br>".join(said(change_words(one)) for one in line.changes if one.field != "reason")
        cells = (
            said(line.number),
            said(utc_words(line.recorded_at)),
            f"{said(line.actor_name)}<br>({said(line.actor)})",
            said(line.sentence) + mark,
            changed,
            said(line.reason),
            said(line.criteria),
            f"<code>{said(entry.hash)}</code>",
        )
        yield f"<tr>{''.join(f'<td>{each}</td>' for each in cells)}</tr>\n"
    yield "</tbody></table></body></html>\n"


def said(value: object) -> str:
    """A value as HTML shows it, whatever characters it holds."""
    text = str(value)
    if not text.isprintable():
        text = "".join(each if each.isprintable() else " " for each in text)
    return html.escape(text)


def text_pieces(header: Header, entries: Iterable[TrailEntry]) -> Pieces:
    """The trail as text for people, line by line."""
    for line in text_lines(header, entries, datetime.now(UTC)):
        yield line + "\n"


FORMS: dict[str, Callable[[Header, Iterable[TrailEntry]], Pieces]] = {
    "text": text_pieces,
    "json": json_pieces,
    "jsonl": jsonl_pieces,
    "csv": csv_pieces,
    "html": html_pieces,
}
ENDINGS = {"txt": "text", "json": "json", "jsonl": "jsonl", "csv": "csv", "html": "html", "htm": "html"}
"""The ending of a file -> the form in which the trail is written to it."""
