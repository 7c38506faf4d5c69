"""One process at a time: a locked file beside the study tells who has it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hlh_tui.study.errors import StudyFileError, StudyInUse
from hlh_tui.study.places import Places

HELD: list[tuple[int, int]] = []
"""Device and inode of the lock files that this process holds."""


class Lock:
    """The held lock of one study; released by ``release`` or by the end of the process."""

    def __init__(self, where: Places, handle: int | None, *, shared: bool) -> None:
        self.where = where
        self.handle = handle
        self.shared = shared

    def release(self) -> None:
        """Let the next process in; the lock file goes away with its only holder."""
        if self.handle is None:
            return
        handle = self.handle
        HELD.remove(identity(os.fstat(handle)))
        if self.is_last():
            self.where.lock.unlink(missing_ok=True)
        self.handle = None
        os.close(handle)

    def is_last(self) -> bool:
        """Whether nobody else holds the lock."""
        if self.shared and self.handle is not None:
            try:
                fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
        return True


def acquire(where: Places, *, shared: bool = False) -> Lock:
    """The lock of the study, exclusive or shared among readers; ``StudyInUse`` says who has it.

    The engine's own lock is not enough: it is lost as soon as this process opens and closes the file (POSIX).
    On a medium that cannot be written readers go without a lock.
    """
    while True:
        try:
            handle = os.open(where.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            if shared and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
                return Lock(where, None, shared=True)
            raise StudyFileError(
                f"cannot write {where.lock} ({error.strerror}): make its folder writable, or copy the study elsewhere"
            ) from error
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            holder = read_holder(handle)
            os.close(handle)
            raise in_use(where, holder) from None
        if is_current(handle, where):
            write_holder(handle)
            HELD.append(identity(os.fstat(handle)))
            return Lock(where, handle, shared=shared)
        os.close(handle)  # the last holder removed this lock file after we had opened it: take the new one


@contextlib.contextmanager
def held(where: Places, *, shared: bool = False) -> Iterator[Lock]:
    """The study's lock, released again if the block fails; the system's refusals become ``StudyFileError``."""
    lock = acquire(where, shared=shared)
    try:
        yield lock
    except OSError as error:
        lock.release()
        raise unusable(where, error) from error
    except BaseException:
        lock.release()
        raise


def unusable(where: Places, error: OSError) -> StudyFileError:
    """The sentence for a file that the system does not let us read or write."""
    return StudyFileError(
        f"{error.filename or where.database} cannot be used ({error.strerror or error}): allow reading and writing it,"
        " or make room on the disk"
    )


def identity(status: os.stat_result) -> tuple[int, int]:
    """What names a file among all files of the machine."""
    return status.st_dev, status.st_ino


def is_held_here(where: Places) -> bool:
    """Whether this process itself has the study open."""
    try:
        return identity(where.lock.stat()) in HELD
    except FileNotFoundError:
        return False


def is_current(handle: int, where: Places) -> bool:
    """Whether the opened lock file still has its name."""
    try:
        return os.path.samestat(os.fstat(handle), where.lock.stat())
    except FileNotFoundError:
        return False


def write_holder(handle: int) -> None:
    """Put process, host, user and time (UTC) into the lock file."""
    holder = {
        "pid": os.getpid(),
        "host": os.uname().nodename,
        "user": user_name(),
        "since": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    with contextlib.suppress(OSError):  # a full disk: the lock holds without its text
        os.ftruncate(handle, 0)
        os.pwrite(handle, (json.dumps(holder) + "\n").encode(), 0)


def read_holder(handle: int) -> dict[str, Any]:
    """What the holder wrote; empty if it has not written yet."""
    for _ in range(20):
        try:
            holder: dict[str, Any] = json.loads(os.pread(handle, 4096, 0))
        except ValueError:
            time.sleep(0.005)
        else:
            return holder
    return {}


def user_name() -> str:
    """The name of the operating system's user."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def in_use(where: Places, holder: dict[str, Any]) -> StudyInUse:
    """The refusal for a second process, from what the holder wrote (any key may be missing)."""
    pid, user, host, since = (holder.get(key) for key in ("pid", "user", "host", "since"))
    who = f" by {user}" if user else " by another process"
    when = f" since {since.replace('T', ' ').removesuffix('Z')} UTC" if since else ""
    process = f" (process {pid} on {host})" if pid and host else f" (process {pid})" if pid else ""
    message = (
        f"{where.database.name} is open{who}{when}{process}: close it there, or look at a read-only copy with"
        f" hlh-tui open {where.database} --snapshot"
    )
    return StudyInUse(message, pid=pid, user=user, host=host, since=since)
