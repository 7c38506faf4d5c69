"""The files of an export that are read by people: each is there only where there is something to say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.export.agreement_files import write_agreement
from hlh_tui.export.methods import methods
from hlh_tui.export.readme import readme
from hlh_tui.export.training import write_certificates
from hlh_tui.review.consensus.minutes_text import minutes_in
from hlh_tui.review.signatures.certificate import certificate_json, certificate_text
from hlh_tui.review.trail.as_files import html_pieces
from hlh_tui.review.trail.header import header_of
from hlh_tui.study.mirror import mirror_line

if TYPE_CHECKING:
    from hlh_tui.export.record import Record
    from hlh_tui.study.file import Study


def write_documents(study: Study, record: Record, into: Path) -> None:
    """Write README and methods, the log for machines and for people, agreement, minutes, signatures, certificates."""
    _write(into / "README.md", [readme(study, record)])
    _write(into / "methods.md", [methods(study, record)])
    (into / "log.jsonl").write_bytes(b"".join(map(mirror_line, record.log)))
    header = replace(
        header_of(study, record.actor), written_at=record.made_at, entries=record.entries, head=record.head
    )
    _write(into / "log.html", html_pieces(header, record.trail))
    if record.agreement is not None:
        write_agreement(record.agreement, into, synthetic=study.synthetic)
    if record.minutes is not None:
        _write(into / "minutes.md", [minutes_in(record.minutes, "markdown")])
    if record.signatures:
        certificate = certificate_json(study, record.signatures, record.made_at)
        certificate |= {"entries": record.entries, "head": record.head}
        _write(into / "signatures.json", [json.dumps(certificate, ensure_ascii=False, indent=1), "\n"])
        _write(into / "signatures.txt", [certificate_text(study, record.signatures, record.made_at)])
    write_certificates(record.certificates, into)


def _write(file: Path, pieces: Iterable[str]) -> None:
    with file.open("x", encoding="utf-8", errors="backslashreplace", newline="") as out:
        out.writelines(pieces)
