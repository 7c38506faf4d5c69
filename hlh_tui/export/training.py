"""The readers' training certificates in an export: a file of their own, and a paragraph of the README."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = "training.json"
Certificates = tuple[dict[str, Any], ...]


def write_certificates(held: Certificates, into: Path) -> None:
    """Write the certificates recorded in the study to training.json; nothing where there are none."""
    if held:
        text = json.dumps({"certificates": list(held)}, ensure_ascii=False, indent=2)
        (into / FILE).write_text(text + "\n", encoding="utf-8")


def training_section(held: Certificates) -> str:
    """What the README says of the readers' training, one line a certificate; empty where there are none."""
    if not held:
        return ""
    lines = [
        f"- {each['reader']['name']}: {each['right']} of {each['cases']} right, pass mark {each['pass_mark'] * 100:g}"
        f" %, {'passed' if each['passed'] else 'not passed'}, finished {each['finished_at']}"
        for each in held
    ]
    return "\n".join(
        [
            f"## Training of readers\n\nOn synthetic cases with known answers, before or during the study; {FILE} holds"
            " the certificates. None of those cases or decisions is part of this data set.\n",
            *lines,
        ]
    )
