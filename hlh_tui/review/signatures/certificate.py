"""Certificates: signatures as a file for people and one for machines, with the head of the log to check it against."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui import __version__
from hlh_tui.review.signatures.errors import SignatureRefused
from hlh_tui.review.signatures.models import SignatureStatus
from hlh_tui.study.log import utc_now

if TYPE_CHECKING:
    from hlh_tui.study.file import Study

FORMAT = "hlh-tui certificate 1"
CHECK = (
    "hlh-tui verify STUDY --against THIS_FILE says whether the log of the study still begins as it did and still holds"
    " these signatures."
)


def certificate_text(study: Study, signatures: Sequence[SignatureStatus], made_at: str) -> str:
    """The certificate in words: for each signature printed name, date and time, meaning, state and hashes."""
    entries, head = study.head
    lines = ["CERTIFICATE OF SIGNATURES", "", f"study {study.facts['title']}", f"study id {study.facts['study_id']}"]
    if study.synthetic:
        lines.append("SYNTHETIC DATA: the patients of this study are constructed")
    lines += [f"written {in_words(made_at)} with hlh-tui {__version__}", f"entries {entries}", f"head {head}", ""]
    for each in signatures:
        lines += [f"case {each.patient_id}: {each.category}", *(f"  {line}" for line in particulars(each)), ""]
    if not signatures:
        lines += ["There are no signatures.", ""]
    return "\n".join([*lines, CHECK, ""])


def particulars(each: SignatureStatus) -> list[str]:
    """The lines of one signature."""
    return [
        f"signed by {each.printed_name} ({each.signer})",
        f"on {in_words(each.signed_at)}",
        f"meaning: {each.meaning}",
        "state: valid" if each.valid else f"state: VOID, {each.why}",
        f"log entry {each.seq}, hash {each.hash}",
        f"covers decision {each.entry_hash}",
        f"covers evidence {each.evidence_sha256}",
        f"covers log up to {each.head}",
        f"public key {each.public_key}",
    ]


def certificate_json(study: Study, signatures: Sequence[SignatureStatus], made_at: str) -> dict[str, Any]:
    """The certificate for machines; ``entries`` and ``head`` are those of the log when it was written."""
    entries, head = study.head
    return {
        "format": FORMAT,
        "study_id": study.facts["study_id"],
        "title": study.facts["title"],
        "synthetic": study.synthetic,
        "made_at": made_at,
        "app_version": __version__,
        "entries": entries,
        "head": head,
        "signatures": [asdict(each) for each in signatures],
    }


def write_certificate(study: Study, signatures: Sequence[SignatureStatus], file: Path) -> tuple[Path, Path]:
    """Write the text to ``file`` and the JSON beside it; both paths, text first. ``SignatureRefused`` over a file."""
    text, machine = require_free(file)
    made_at = utc_now()
    document = json.dumps(certificate_json(study, signatures, made_at), ensure_ascii=False, indent=1) + "\n"
    for path, content in ((text, certificate_text(study, signatures, made_at)), (machine, document)):
        try:
            with path.open("x", encoding="utf-8") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise SignatureRefused(f"{path} cannot be written ({error.strerror}); choose another place") from error
    return text, machine


def require_free(file: Path) -> tuple[Path, Path]:
    """The names of text and JSON; ``SignatureRefused`` if one is taken or their folder is not there."""
    file = file.expanduser()
    text = file.with_suffix(".txt") if file.suffix == ".json" else file
    machine = file.with_suffix(".json")
    for path in (text, machine):
        if os.path.lexists(path):
            raise SignatureRefused(f"{path} exists already and is never overwritten; choose another name")
    if not file.absolute().parent.is_dir():
        raise SignatureRefused(f"there is no folder {file.absolute().parent}; make it first, or choose another place")
    return text, machine


def in_words(when: str) -> str:
    """A time of the log as people write it: 2026-11-23 05:10:07 UTC."""
    return f"{when[:19].replace('T', ' ')} UTC"
