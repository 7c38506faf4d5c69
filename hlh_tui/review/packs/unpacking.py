"""Opening a pack: its study beside it, once; a reading that has begun is never written over."""

from __future__ import annotations

from pathlib import Path

from hlh_tui.review.packs.container import PACK_SUFFIX, RETURN_SUFFIX, Container, damaged, opened, put
from hlh_tui.review.packs.errors import PackRefused
from hlh_tui.review.packs.limits import limits
from hlh_tui.review.packs.manifest import PackManifest, manifest_from
from hlh_tui.review.packs.models import Unpacked
from hlh_tui.review.packs.receiving import received
from hlh_tui.review.packs.whose import pack_of
from hlh_tui.study.mirror import mirror_line
from hlh_tui.study.places import Places, places
from hlh_tui.study.private_folder import private_folder

WHAT = "a pack"


def unpack(file: Path) -> Unpacked:
    """The study of the pack, unpacked beside it, or the one that was unpacked before.

    Where the database was lost and the log is still there, or a return of the pack lies beside it, the database is put
    back as it was packed; opening it then says how ``recover`` brings the decisions back. ``FileRefused`` for a file
    that is no whole pack, ``PackRefused`` where another study has the name.
    """
    file = file.expanduser().resolve()
    where = places(file.with_name((file.name.removesuffix(PACK_SUFFIX) or file.name) + ".duckdb"))
    with opened(file, limits().pack, WHAT) as container:
        try:
            manifest = manifest_from(container.read("manifest.json"), PackManifest)
        except ValueError as error:
            raise damaged(file, f"manifest.json: {error}") from error
        if not (where.mirror.exists() or where.database.exists()):
            put_log_back(file, where, manifest)
        begun = where.mirror.exists()
        if begun or where.database.exists():
            require_same(where, file, manifest)
        if not where.database.exists():
            put_beside(container, where, manifest, whole=not begun)
    return Unpacked(where.database, manifest.reader.id, manifest.reader.name, begun)


def put_beside(container: Container, where: Places, manifest: PackManifest, *, whole: bool) -> None:
    """Write the database, and the log with it if ``whole``, under their names when both are there and as packed."""
    members = {"study.duckdb": (where.database, manifest.database_sha256)}
    if whole:
        # The log first: a database without it is refused, a log without its database is completed by opening again.
        members = {"study.log.jsonl": (where.mirror, manifest.log_sha256), **members}
    with private_folder(".hlh-tui-open-", where.database.parent) as work:
        parts = []
        for name, (target, digest) in members.items():
            part = work / name
            if container.extract(name, part) != digest:
                raise damaged(container.path, f"its {name} is not the one that was packed")
            parts.append((part, target))
        for part, target in parts:
            put(part, target)


def put_log_back(file: Path, where: Places, manifest: PackManifest) -> None:
    """Put the log of an earlier return beside the pack back, if there is one of this very copy of it."""
    earlier = file.with_name((file.name.removesuffix(PACK_SUFFIX) or file.name) + RETURN_SUFFIX)
    if not earlier.exists():
        return
    found = received(earlier)
    if len(found.rows) <= manifest.entries or found.rows[manifest.entries - 1][8] != manifest.head:
        return
    with private_folder(".hlh-tui-open-", where.database.parent) as work:
        part = work / "log.jsonl"
        part.write_bytes(b"".join(map(mirror_line, found.rows)))
        put(part, where.mirror)


def require_same(where: Places, file: Path, manifest: PackManifest) -> None:
    """``PackRefused`` unless the study beside the pack is this very copy of it."""
    says = pack_of(where)
    if says is None or says.get("pack_id") != manifest.pack_id:
        raise PackRefused(
            f"{where.database} is there already and is not of {file.name}; move one of the two to another folder"
        )
    with where.mirror.open("rb") as lines:
        for _ in range(manifest.entries):
            last = lines.readline(limits().log.line)
    if f'"hash":"{manifest.head}"' not in last.decode("utf-8", "replace"):
        raise PackRefused(
            f"{where.database} is another copy of the same pack: go on in that one, or ask the coordinator which copy"
            " counts"
        )
