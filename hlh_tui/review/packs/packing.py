"""Writing a pack: the reader's cases as a study of their own, in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hlh_tui import __version__
from hlh_tui.assess.reading import choose_reading, study_reading
from hlh_tui.intake.stage import engine, sha256
from hlh_tui.intake.stored_rows import pack_hash
from hlh_tui.review.conduct.authority import require
from hlh_tui.review.conduct.state import conduct_of
from hlh_tui.review.packs.container import PACK_SUFFIX, put, write_container
from hlh_tui.review.packs.dealing import deal, require_dealing
from hlh_tui.review.packs.deidentified import Rows, deidentified, write_charts
from hlh_tui.review.packs.errors import PackRefused
from hlh_tui.review.packs.manifest import PackManifest, Reader, manifest_json
from hlh_tui.review.packs.models import Packed
from hlh_tui.review.packs.sealing import sealed_to
from hlh_tui.study.create import Packed as PackedCharts
from hlh_tui.study.file import create_study
from hlh_tui.study.log import append
from hlh_tui.study.models import Actor
from hlh_tui.study.private_folder import private_folder
from hlh_tui.study.schema import HERE

if TYPE_CHECKING:
    from hlh_tui.review.conduct.models import Dealt, Person
    from hlh_tui.study.file import Study

MAKER = Actor("coordinator", "coordinator")
"""Who makes a pack, as the reader gets to know it; has no role in it."""
REASON = "as the study reads them that this pack is of"
LONGEST_NAME = 60
"""Characters of a reader's id in the name of a file."""
WRITTEN = "SELECT DISTINCT payload ->> '$.pack_id' FROM log WHERE action = ?"


def pack(
    study: Study,
    actor: Actor,
    reader_id: str,
    target: Path | None = None,
    *,
    to: Sequence[str] = (),
    again: bool = False,
) -> Packed:
    """Write the reader's next pack and record it; cases that lack readers are dealt first.

    ``target``: the new file, by default ``READER.hlhpack`` beside the study. ``to``: age recipients to seal it to.
    ``again``: write the latest pack of the reader once more, as long as nothing of it has come back.
    ``NotAllowed`` unless the actor coordinates; ``PackRefused`` for a reader who is not one, with nothing to pack, or
    a file that is there already.
    """
    with study.writing:
        require_dealing(study)
        require(study, actor, "pack")
        reader = registered(study, reader_id)
        if not again and not waiting(study, reader):
            deal(study, actor)
        dealt, left = chosen(study, reader, again=again)
        file = vacant(study, reader, target, sealed=bool(to))
        # Beside the file that it becomes, so that finishing it is a change of name; nobody else can read the folder.
        with private_folder(".hlh-tui-pack-", file.parent) as work:
            manifest, part = made(study, dealt, reader, work)
            part = sealed_to(part, to) if to else part
            payload = {
                "pack_id": dealt.pack_id,
                "reader": {"id": reader.id, "name": reader.name},
                "cases": manifest.cases,
                "entries": manifest.entries,
                "head": manifest.head,
                "sealed": bool(to),
            }
            append(study, actor, "pack_written", payload=payload)
            put(part, file)
    repeats = sum(repeat for _, _, repeat in dealt.cases)
    return Packed(
        file=file,
        pack_id=dealt.pack_id,
        reader=reader.id,
        reader_name=reader.name,
        cases=manifest.cases,
        repeats=repeats,
        entries=manifest.entries,
        head=manifest.head,
        sealed=bool(to),
        waiting=left,
    )


def registered(study: Study, reader_id: str) -> Person:
    """The reader with that id; ``PackRefused`` says what they are instead."""
    person = conduct_of(study).people.get(reader_id)
    if person is None:
        raise PackRefused(
            f"{reader_id} is not registered; add them with hlh-tui reader add {study.path.name} NAME --role reader"
        )
    if person.role != "reader":
        raise PackRefused(f"{person.name} is {person.role}, and packs are for readers")
    return person


def waiting(study: Study, reader: Person) -> list[Dealt]:
    """What was dealt to the reader and not written yet, in order."""
    written = {pack_id for (pack_id,) in study.rows(WRITTEN, ("pack_written",))}
    return [dealt for dealt in conduct_of(study).dealt if dealt.reader == reader.id and dealt.pack_id not in written]


def chosen(study: Study, reader: Person, *, again: bool) -> tuple[Dealt, int]:
    """What to write now, and how many more are waiting; ``PackRefused`` where there is nothing."""
    open_ones = waiting(study, reader)
    if not again and open_ones:
        return open_ones[0], len(open_ones) - 1
    dealt = [each for each in conduct_of(study).dealt if each.reader == reader.id]
    if not dealt:
        raise PackRefused(f"no case is left for {reader.name}: every case has its readers")
    if not again:
        raise PackRefused(
            f"every case dealt to {reader.name} is in a pack already; give them that file, or write it once more with"
            " --again (only one copy of a pack can be merged)"
        )
    merged = {pack_id for (pack_id,) in study.rows(WRITTEN, ("pack_merged",))}
    if dealt[-1].pack_id in merged:
        raise PackRefused(
            f"decisions from this pack of {reader.name} are in the study, and a new copy could not go on from them;"
            " let the reader go on with theirs"
        )
    return dealt[-1], len(open_ones)


def vacant(study: Study, reader: Person, target: Path | None, *, sealed: bool) -> Path:
    """The file to write; ``PackRefused`` if something has that name or its folder is not there."""
    suffix = PACK_SUFFIX + (".age" if sealed else "")
    stem = "".join(letter for letter in reader.id if letter.isalnum() or letter == "-")[:LONGEST_NAME] or "reader"
    file = study.path.with_name(stem + suffix) if target is None else target.expanduser()
    if not file.parent.is_dir():
        raise PackRefused(f"there is no folder {file.parent}; make it first or choose another place with -o")
    if file.exists():
        raise PackRefused(f"{file} exists already; choose another name with -o")
    return file.resolve()


def charted_hash(charts: Mapping[str, Rows], work: Path) -> str:
    """The hash of charts as a study will hold them, for its first entry; the engine may use the folder ``work``."""
    with engine(work) as connection:
        connection.execute((HERE / "schema.sql").read_text(encoding="utf-8"))
        write_charts(connection, charts)
        return pack_hash(lambda query: connection.execute(query).fetchall())


def made(study: Study, dealt: Dealt, reader: Person, work: Path) -> tuple[PackManifest, Path]:
    """The pack's study and the finished file, both in the folder ``work``."""
    charts = deidentified(study, [(code, patient) for code, patient, _ in dealt.cases])
    says: dict[str, Any] = {
        "pack_id": dealt.pack_id,
        "study_id": study.facts["study_id"],
        "reader": {"id": reader.id, "name": reader.name, "public_key": reader.public_key},
        "cases": len(dealt.cases),
        "until": study.protocol.review_until_day,
        "charted_hash": charted_hash(charts, work),
    }
    packed = PackedCharts(says, lambda cursor: write_charts(cursor, charts))
    protocol, criteria = study.protocol_document, study.criteria_document
    with create_study(
        work / "study.duckdb", protocol, criteria, MAKER, synthetic=study.synthetic, packed=packed
    ) as fresh:
        options = study_reading(study).options
        if study_reading(fresh).options != options:
            choose_reading(fresh, MAKER, options, REASON)
        entries, head = fresh.head
        where = fresh.where
    manifest = PackManifest(
        format="hlh-tui pack 1",
        pack_id=dealt.pack_id,
        study_id=study.facts["study_id"],
        reader=Reader(reader.id, reader.name),
        cases=len(dealt.cases),
        entries=entries,
        head=head,
        protocol=f"{protocol.id} {protocol.version}",
        criteria=f"{criteria.id} {criteria.version}",
        synthetic=study.synthetic,
        app_version=__version__,
        database_sha256=sha256(where.database),
        log_sha256=sha256(where.mirror),
    )
    part = work / f"finished{PACK_SUFFIX}"
    members = {"study.duckdb": where.database, "study.log.jsonl": where.mirror}
    write_container(part, {"manifest.json": manifest_json(manifest), **members})
    return manifest, part
