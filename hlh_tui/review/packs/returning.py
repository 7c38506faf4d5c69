"""What a reader sends back: the log of their pack, signed where they have a key."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hlh_tui import __version__
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.packs.container import RETURN_SUFFIX, SEALED, opened, put, write_container
from hlh_tui.review.packs.errors import FileRefused, PackRefused
from hlh_tui.review.packs.limits import limits
from hlh_tui.review.packs.manifest import Reader, ReturnManifest, manifest_from, manifest_json
from hlh_tui.review.packs.models import Returned
from hlh_tui.review.packs.receiving import WHAT
from hlh_tui.review.packs.sealing import sealed_to
from hlh_tui.review.packs.signing import signature_json
from hlh_tui.review.state import current_decisions
from hlh_tui.study.log import log_rows
from hlh_tui.study.mirror import mirror_line
from hlh_tui.study.private_folder import private_folder
from hlh_tui.study.verify import chain_faults

if TYPE_CHECKING:
    from hlh_tui.review.signatures.keys import Key
    from hlh_tui.study.file import Study


def write_return(
    study: Study, target: Path | None = None, *, to: Sequence[str] = (), key: Key | None = None
) -> Returned:
    """Write the pack's log into one file for the coordinator; the pack stays as it is and can be gone on with.

    ``target``: by default ``PACK.hlhreturn`` beside the pack, in the place of an earlier return of it. ``to``: age
    recipients to seal it to; ``key``: the reader's, opened, to sign it with. Writing it records nothing.
    ``PackRefused`` for a study that is no pack, a log that is not whole, a key of somebody else, or a name taken.
    """
    pack = conduct_of(study).pack
    if pack is None:
        raise PackRefused(f"{study.path.name} is not a pack; a return is written from the pack that you read")
    if key is not None and key.id != pack["reader"]["id"]:
        raise PackRefused(f"the key is of {key.name}, and the pack of {pack['reader']['name']}; sign with theirs")
    rows = log_rows(study)
    faults = chain_faults(rows)
    if faults:
        raise PackRefused(
            f"the log of {study.path.name} does not hold ({faults[0].problem}); run hlh-tui verify {study.path.name}"
        )
    log = b"".join(map(mirror_line, rows))
    manifest = ReturnManifest(
        format="hlh-tui return 1",
        pack_id=pack["pack_id"],
        study_id=pack["study_id"],
        reader=Reader(pack["reader"]["id"], pack["reader"]["name"]),
        entries=len(rows),
        head=rows[-1][8],
        log_sha256=hashlib.sha256(log).hexdigest(),
        app_version=__version__,
    )
    text = manifest_json(manifest)
    members: dict[str, bytes | Path] = {"manifest.json": text, "log.jsonl": log}
    if key is not None:
        members["signature.json"] = signature_json(text, key)
    file, over = place(study, target, manifest, sealed=bool(to))
    with private_folder(".hlh-tui-return-", file.parent) as work:
        part = work / f"finished{RETURN_SUFFIX}"
        write_container(part, members)
        put(sealed_to(part, to) if to else part, file, over=over)
    return Returned(
        file=file,
        pack_id=manifest.pack_id,
        reader_name=manifest.reader.name,
        entries=manifest.entries,
        head=manifest.head,
        cases=int(pack["cases"]),
        decided=len(current_decisions(study)),
        signed=key is not None,
        sealed=bool(to),
    )


def place(study: Study, target: Path | None, manifest: ReturnManifest, *, sealed: bool) -> tuple[Path, bool]:
    """The file to write, and whether an earlier return gives way to it; ``PackRefused`` where something else is."""
    stem = study.path.name.removesuffix(".duckdb")
    default = study.path.with_name(stem + RETURN_SUFFIX + (".age" if sealed else ""))
    file = (default if target is None else target.expanduser()).resolve()
    if not file.parent.is_dir():
        raise PackRefused(f"there is no folder {file.parent}; make it first or choose another place with -o")
    if not file.exists():
        return file, False
    if target is None and is_earlier(file, manifest, sealed=sealed):
        return file, True
    raise PackRefused(f"{file} exists already; choose another name with -o")


def is_earlier(file: Path, manifest: ReturnManifest, *, sealed: bool) -> bool:
    """Whether the file is a return of the same pack (or, sealed, what can only be one by its name)."""
    if sealed:
        with file.open("rb") as start:
            return start.read(64).startswith(SEALED)
    try:
        with opened(file, limits().returned, WHAT) as container:
            return manifest_from(container.read("manifest.json"), ReturnManifest).pack_id == manifest.pack_id
    except (FileRefused, ValueError, OSError):
        return False
