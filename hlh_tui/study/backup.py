"""A backup of an open study: the pair of database and mirror, as of one moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui.study.errors import StudyFileError
from hlh_tui.study.places import places, require_folder, sync_folder
from hlh_tui.study.study import checkpoint

if TYPE_CHECKING:
    from hlh_tui.study.study import Study

COPY = """
import os, shutil, sys
for source, copy in zip(sys.argv[1::2], sys.argv[2::2]):
    shutil.copy(source, copy)
    handle = os.open(copy, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
"""


def backup(study: Study, target: Path) -> Path:
    """Copy the open study to the new file ``target`` and its mirror beside it; the path of the copy.

    Nothing is recorded meanwhile. Another process copies: the engine may not write elsewhere (its external access
    is off), and reading the file in this process would drop the engine's lock. The copy opens like the study.
    """
    to = places(target)
    require_folder(to)
    if any(each.exists() for each in to.files):
        raise StudyFileError(f"{to.database} exists already: choose another name for the backup")
    with study.writing:
        checkpoint(study)
        pairs = [
            (source, copy, copy.with_name(copy.name + ".part"))
            for source, copy in zip(
                (study.where.mirror, *study.where.engine_files), (to.mirror, *to.engine_files), strict=True
            )
            if source.exists()
        ]
        words = [str(word) for source, _, part in pairs for word in (source, part)]
        command = [sys.executable, "-I", "-S", "-c", COPY, *words]
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  our own code and paths
    try:
        if done.returncode != 0:
            why = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
            raise StudyFileError(f"the backup {to.database} could not be written ({why}): make room and try again")
        for _, copy, part in pairs:
            part.rename(copy)
    finally:
        for _, _, part in pairs:
            part.unlink(missing_ok=True)
    sync_folder(to.database.parent)
    return to.database
