"""A folder as one tar, marked as ours, on its way into and out of a sealed file."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tarfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from hlh_tui.study.errors import SealRefused
from hlh_tui.study.seal import limits

MARK = {"comment": "folder sealed by hlh-tui"}
"""Set in the tar's first header; a tar that somebody sealed as a file stays a tar."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the folder, or a folder in it (``path`` None); ``name`` with slashes, relative to the folder."""

    name: str
    path: Path | None


def members_of(folder: Path) -> list[Member]:
    """Every file and folder below ``folder``, in order; ``SealRefused`` for links, devices, or too many."""
    found: list[Member] = []
    for here, folders, files in os.walk(folder, onerror=stop):
        folders.sort()
        for name in sorted((*folders, *files)):
            path = Path(here) / name
            inside = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise SealRefused(f"{inside} in {folder.name} is no plain file; put the file itself there")
            found.append(Member(inside, None if path.is_dir() else path))
        if len(found) > limits()["most_members"]:
            raise SealRefused(f"{folder} holds more than {limits()['most_members']} files; seal parts of it")
    return found


def stop(error: OSError) -> None:
    """A folder that cannot be read is not left out."""
    raise SealRefused(f"{error.filename} cannot be read ({error.strerror}); allow reading it") from error


def tar_size(members: Sequence[Member]) -> int:
    """About how many bytes the tar will have: contents and a header for each."""
    return sum((each.path.stat().st_size if each.path is not None else 0) + 2048 for each in members)


@contextlib.contextmanager
def taring(members: Sequence[Member], *, to_memory: bool) -> Iterator[IO[bytes]]:
    """The tar of the members as a stream, written while it is read; ``SealRefused`` if one cannot be read.

    ``to_memory``: as a whole, for what has to be held in memory anyway.
    """
    if to_memory:
        whole = io.BytesIO()
        write_tar(whole, members)
        whole.seek(0)
        yield whole
        return
    out, into = os.pipe()
    failed: list[Exception] = []

    def write() -> None:
        try:
            with os.fdopen(into, "wb") as pipe:
                write_tar(pipe, members)
        except Exception as error:  # told by the reading side, which would take the end for the whole
            failed.append(error)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    try:
        with os.fdopen(out, "rb") as stream:
            yield stream
    finally:
        writer.join()
    if failed:
        raise failed[0]


def write_tar(out: IO[bytes], members: Sequence[Member]) -> None:
    """Write the tar: names, times and contents; no owners."""
    try:
        with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT, pax_headers=MARK) as tar:
            for each in members:
                header = tarfile.TarInfo(each.name)
                if each.path is None:
                    header.type, header.mode = tarfile.DIRTYPE, 0o700
                    tar.addfile(header)
                    continue
                with each.path.open("rb") as file:
                    status = os.fstat(file.fileno())
                    header.size, header.mtime, header.mode = status.st_size, int(status.st_mtime), 0o600
                    tar.addfile(header, file)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SealRefused(f"a file could not be read whole ({error}); try again when nothing writes there") from error


def is_sealed_folder(path: Path) -> bool:
    """Whether the unsealed file is a tar that this program made of a folder."""
    try:
        with tarfile.open(path, mode="r:") as tar:
            return tar.pax_headers.get("comment") == MARK["comment"]
    except (tarfile.TarError, OSError, ValueError, EOFError):
        return False


def unpack(tar_path: Path, folder: Path) -> None:
    """Write the files of the tar below the new ``folder``, readable by the user alone.

    ``SealRefused`` for names that lead elsewhere or come twice, for links and devices, and for a cut tar.
    """
    folder.mkdir(mode=0o700)
    try:
        with tarfile.open(tar_path, mode="r:") as tar:
            for count, each in enumerate(tar):
                if count >= limits()["most_members"]:
                    raise SealRefused("it holds more files than this program seals; open it with age and tar")
                take_out(tar, each, folder)
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise SealRefused(f"the folder in it is damaged ({error}); ask for it again") from error
    except OSError as error:
        raise SealRefused(f"it could not be unpacked ({error.strerror}); make room and try again") from error


def take_out(tar: tarfile.TarFile, each: tarfile.TarInfo, folder: Path) -> None:
    """Write one member below ``folder``."""
    inside = PurePosixPath(each.name)
    plain = each.isdir() or (each.isreg() and not each.issparse())
    astray = inside.is_absolute() or ".." in inside.parts or not 0 < len(inside.parts) <= limits()["deepest"]
    if not plain or astray or "\0" in each.name:
        raise SealRefused(f"{each.name[:80]!r} in it is no plain file of the folder; nothing was unsealed")
    place = folder.joinpath(*inside.parts)
    if each.isdir():
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = tar.extractfile(each)
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as out:
        if content is not None:
            shutil.copyfileobj(content, out)
        out.flush()
        os.fsync(out.fileno())
    os.utime(place, (each.mtime, each.mtime))
