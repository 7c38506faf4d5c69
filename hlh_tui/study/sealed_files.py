"""Seal and unseal files, folders and closed studies; nothing is overwritten, and no plaintext is left by a failure.

Plaintext on its way is held in a folder that only the user can enter, beside the target: never in /tmp.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from hlh_tui.study.errors import SealRefused, StudyInUse
from hlh_tui.study.lock import held
from hlh_tui.study.places import SUFFIX, Places, places, sync_folder
from hlh_tui.study.private_folder import private_folder
from hlh_tui.study.seal import HEAD_BYTES, OpenWith, SealTo, require_in_memory, seal_stream, sealed_kind
from hlh_tui.study.seal import unseal_stream as unseal_into
from hlh_tui.study.sealed_folder import Member, is_sealed_folder, members_of, tar_size, taring, unpack
from hlh_tui.study.whole_file import take_name

SEALED = ".age"
SEALED_FOLDER = ".tar.age"

WORKING_FILE = (
    "the working file of a study cannot be encrypted: the engine's encryption is not usable offline in this version."
    " Keep it on an encrypted disk, and seal it when it is closed"
)
"""Said wherever somebody looks for encryption of the study itself."""


def seal_file(source: Path, to: SealTo, target: Path | None = None) -> Path:
    """Seal a file, a folder (as one tar) or a closed study (with its mirror) beside it or as ``target``; the new file.

    The source stays as it is. ``SealRefused`` says in a sentence what is in the way: nothing there, sealed already,
    a study that is open, a target that exists, links in a folder, an unusable recipient or passphrase.
    """
    source = source.expanduser()
    if not source.exists():
        raise SealRefused(f"there is no {source}; check the name")
    with ExitStack() as stack:
        members = what_to_seal(source, stack)
        target = (target or sealed_name(source, as_folder=members is not None)).expanduser()
        require_free(target)
        require_outside(target, source)
        if to.passphrase is not None:
            in_terms_of(source, lambda: require_in_memory(tar_size(members) if members else source.stat().st_size))
        work = target.with_name(f".{target.name}.{os.getpid()}.sealing")
        try:
            with new_file(work, 0o666) as sealed:
                if members is None:
                    with source.open("rb") as plain:
                        in_terms_of(source, lambda: seal_stream(plain, sealed, to))
                else:
                    with taring(members, to_memory=to.passphrase is not None) as plain:
                        in_terms_of(source, lambda: seal_stream(plain, sealed, to))
                to_disk(sealed)
            put(work, target)
        finally:
            work.unlink(missing_ok=True)
    return target


def require_sealable(source: Path, target: Path | None = None) -> None:
    """``SealRefused`` for what ``seal_file`` would refuse whatever it is sealed to, before anybody types anything."""
    if not source.expanduser().exists():
        raise SealRefused(f"there is no {source}; check the name")
    with ExitStack() as stack:
        members = what_to_seal(source.expanduser(), stack)
    require_free((target or sealed_name(source.expanduser(), as_folder=members is not None)).expanduser())


def require_unsealable(source: Path, target: Path | None = None) -> None:
    """``SealRefused`` for what ``unseal_file`` would refuse whatever opens it."""
    if not source.expanduser().is_file():
        raise SealRefused(f"there is no file {source}; check the name")
    if read_sealed(source.expanduser()) is None:
        raise SealRefused(f"{source.name} is not sealed with age; check the name")
    require_free((target or unsealed_name(source)).expanduser())


def unseal_file(source: Path, opener: OpenWith, target: Path | None = None) -> Path:
    """Unseal a file to the name it had (without .age) or to ``target``; the new file or folder, readable by its user.

    What was sealed as a folder or a study becomes a folder again. ``SealRefused``: nothing there, not sealed, wrong
    passphrase or key, changed or cut, the target exists, or names in it that lead elsewhere.
    """
    source = source.expanduser()
    if not source.is_file():
        raise SealRefused(f"there is no file {source}; check the name")
    given = target.expanduser() if target is not None else unsealed_name(source)
    require_free(given)
    with private_folder(f".{given.name}.unsealing-", folder_of(given)) as made:
        plain = made / "plain"
        with source.open("rb") as sealed, new_file(plain, 0o600) as out:
            in_terms_of(source, lambda: unseal_into(sealed, out, opener))
            to_disk(out)
        if not is_sealed_folder(plain):
            put(plain, given)
            return given
        if target is None:
            given = given.with_name(given.name.removesuffix(".tar") or given.name)
        require_free(given)
        folder = made / "folder"
        in_terms_of(source, lambda: unpack(plain, folder))
        folder.rename(given)
        sync_folder(given.parent)
    return given


def read_sealed(source: Path) -> str | None:
    """How the file at ``source`` is sealed (``passphrase`` or ``keys``), None if it is not."""
    with source.open("rb") as file:
        return sealed_kind(file.read(HEAD_BYTES))


def what_to_seal(source: Path, stack: ExitStack) -> list[Member] | None:
    """The members of a folder or of a study (its lock held until ``stack`` closes); None for a file by itself."""
    if source.is_dir():
        members = members_of(source)
        for each in members:
            if each.path is not None and each.path.name.endswith(SUFFIX):
                hold(each.path, stack)
        return members
    if not source.is_file():
        raise SealRefused(f"{source} is neither a file nor a folder; seal what it stands for")
    if read_sealed(source) is not None:
        raise SealRefused(f"{source.name} is sealed already; unseal it first, or seal what it was made from")
    if not source.name.endswith(SUFFIX):
        return None
    where = hold(source, stack)
    files = [each for each in where.files if each.exists()]
    return [Member(each.name, each) for each in files]


def hold(path: Path, stack: ExitStack) -> Places:
    """The study at ``path``, kept from being written until ``stack`` closes; ``SealRefused`` where it is open."""
    where = places(path)
    try:
        stack.enter_context(releasing(where))
    except StudyInUse as busy:
        who = str(busy).split(": close it")[0]
        raise SealRefused(f"{who}: close it before it is sealed. While it is in use, {WORKING_FILE}") from busy
    return where


@contextlib.contextmanager
def releasing(where: Places) -> Iterator[None]:
    """A reader's lock on the study, released at the end."""
    with held(where, shared=True) as lock:
        try:
            yield
        finally:
            lock.release()


def sealed_name(source: Path, *, as_folder: bool) -> Path:
    """The name of what is sealed: report.pdf.age, export.tar.age, and song.tar.age for the study song.duckdb."""
    name = source.absolute().name
    if not as_folder:
        return source.with_name(name + SEALED)
    return source.absolute().with_name((name.removesuffix(SUFFIX) or name) + SEALED_FOLDER)


def unsealed_name(source: Path) -> Path:
    """The name without .age; ``SealRefused`` where that leaves none."""
    name = source.name.removesuffix(SEALED)
    if name == source.name or name.strip(".") in ("", "tar"):
        raise SealRefused(f"{source.name} does not say what it was called; give the name with --output NAME")
    return source.with_name(name)


def require_free(target: Path) -> None:
    """``SealRefused`` if something has that name, or its folder is not there."""
    if os.path.lexists(target):
        raise taken(target)
    folder_of(target)


def taken(target: Path) -> SealRefused:
    """The sentence for a name that is taken."""
    return SealRefused(f"{target} exists already and is never overwritten; choose another name with --output NAME")


def folder_of(target: Path) -> Path:
    """The folder that is to hold ``target``; ``SealRefused`` if it is not there."""
    folder = target.absolute().parent
    if not folder.is_dir():
        raise SealRefused(f"there is no folder {folder}; make it first, or choose another place")
    return folder


def require_outside(target: Path, source: Path) -> None:
    """``SealRefused`` if a folder would be sealed into itself."""
    if source.is_dir() and target.absolute().parent.resolve().is_relative_to(source.resolve()):
        raise SealRefused(f"{target} lies in the folder that is sealed; choose another place with --output NAME")


def in_terms_of(source: Path, work: Callable[[], None]) -> None:
    """Do the work; a refusal of it names the file."""
    try:
        work()
    except SealRefused as refusal:
        raise SealRefused(f"{source.name}: {refusal}") from refusal


def new_file(path: Path, mode: int) -> IO[bytes]:
    """A new file with that mode; ``SealRefused`` where the system refuses."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb")
    except OSError as error:
        raise SealRefused(
            f"nothing can be written to {path.absolute().parent} ({error.strerror}); choose another place"
        ) from error


def to_disk(file: IO[bytes]) -> None:
    """Bring what was written to the disk; ``SealRefused`` where it is full."""
    try:
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        raise SealRefused(f"the disk refused it ({error.strerror}); make room and try again") from error


def put(work: Path, target: Path) -> None:
    """Give a finished file its name on the disk, never over another one; ``SealRefused``."""
    try:
        take_name(work, target)
    except FileExistsError:
        raise taken(target) from None
    sync_folder(folder_of(target))
