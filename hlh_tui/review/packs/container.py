"""The file that travels: a zip of a few members with fixed names, nothing else, and nothing larger than allowed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from hlh_tui.review.packs.errors import FileRefused, PackRefused
from hlh_tui.study.places import sync_folder
from hlh_tui.study.whole_file import take_name

PACK_SUFFIX = ".hlhpack"
RETURN_SUFFIX = ".hlhreturn"
SEALED = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
PIECE = 1 << 20
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError)
"""What reading a damaged or hostile zip raises."""
MADE = (1980, 1, 1, 0, 0, 0)
"""The time of every member, so that the same content gives the same bytes."""


def write_container(target: Path, members: Mapping[str, bytes | Path]) -> None:
    """Write the new file ``target``, readable by its owner alone; ``OSError`` where the disk refuses."""
    handle = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            for name, content in members.items():
                info = zipfile.ZipInfo(name, MADE)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                if isinstance(content, Path):
                    info.file_size = content.stat().st_size
                    with content.open("rb") as source, packed.open(info, "w") as member:
                        shutil.copyfileobj(source, member, PIECE)
                else:
                    packed.writestr(info, content, compresslevel=1)
        file.flush()
        os.fsync(file.fileno())


def put(part: Path, target: Path, *, over: bool = False) -> None:
    """Give the finished file its name, and keep it on the disk; ``PackRefused`` if another file has it meanwhile."""
    try:
        take_name(part, target, over=over)
    except FileExistsError as error:
        raise PackRefused(f"{target} exists already: choose another name with -o") from error
    sync_folder(target.parent)


class Container:
    """An open file from outside, its list of members checked."""

    def __init__(self, path: Path, packed: zipfile.ZipFile, allowed: Mapping[str, int]) -> None:
        self.path = path
        self.packed = packed
        self.allowed = allowed

    def has(self, name: str) -> bool:
        """Whether the member is there; not every member has to be."""
        return name in self.packed.namelist()

    def read(self, name: str) -> bytes:
        """A small member, whole."""
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a member; ``FileRefused`` as soon as it is longer than allowed or does not unpack."""
        length = 0
        try:
            with self.packed.open(name) as member:
                while piece := member.read(PIECE):
                    length += len(piece)
                    if length > self.allowed[name]:
                        raise too_large(self.path, name)
                    yield piece
        except KeyError as error:
            raise damaged(self.path, f"it has no {name}") from error
        except UNREADABLE as error:
            raise damaged(self.path, _first_line(error)) from error

    def extract(self, name: str, target: Path) -> str:
        """Write a member into the new file ``target``, for its owner alone; SHA-256 of what was written, in hex."""
        digest = hashlib.sha256()
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            for piece in self.pieces(name):
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest()


@contextlib.contextmanager
def opened(path: Path, allowed: Mapping[str, int], what: str) -> Iterator[Container]:
    """The file at ``path`` as a container of at most the ``allowed`` members (name -> most bytes).

    ``what`` it should be, for sentences. Names are never used as paths. ``FileRefused`` if it is no zip, damaged,
    sealed, has other members, or they are too large; ``OSError`` if it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(64)
        if head.startswith(SEALED):
            raise FileRefused("sealed", f"{path.name} is sealed; open it first with hlh-tui unseal {path.name}")
        if not head.startswith(b"PK"):
            raise FileRefused("not_a_pack", f"{path.name} is not {what}; name the file that hlh-tui wrote")
        if file.seek(0, os.SEEK_END) > sum(allowed.values()):
            raise too_large(path, "whole")
        try:
            packed = zipfile.ZipFile(file)
        except UNREADABLE as error:
            raise damaged(path, _first_line(error)) from error
        with packed:
            require_members(path, packed, allowed, what)
            yield Container(path, packed, allowed)


def require_members(path: Path, packed: zipfile.ZipFile, allowed: Mapping[str, int], what: str) -> None:
    """``FileRefused`` unless the members are some of the allowed ones, once each, plain and not too large."""
    names = [info.filename for info in packed.infolist()]
    if "study.duckdb" in names and "study.duckdb" not in allowed:
        raise FileRefused("not_a_pack", f"{path.name} is the pack as it went out; name what the reader returned")
    foreign = [name for name in names if name not in allowed]
    if foreign or len(set(names)) != len(names) or "manifest.json" not in names:
        raise FileRefused("not_a_pack", f"{path.name} is a zip file but not {what}; name the file that hlh-tui wrote")
    for info in packed.infolist():
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged(path, f"{info.filename} is packed in a way that hlh-tui does not use")
        if info.file_size > allowed[info.filename]:
            raise too_large(path, info.filename)


def damaged(path: Path, why: str) -> FileRefused:
    """The refusal of a file that does not unpack."""
    return FileRefused("damaged", f"{path.name} is damaged ({why}); ask for it again")


def too_large(path: Path, name: str) -> FileRefused:
    """The refusal of a member that is larger than any real one."""
    return FileRefused("too_large", f"{path.name} is refused: its {name} is larger than any that hlh-tui writes")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".") or type(error).__name__
