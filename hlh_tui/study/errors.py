"""What can go wrong with a study file, each told in one sentence that says what to do."""

from __future__ import annotations

from hlh_tui.protocol.errors import HlhError


class StudyFileError(HlhError):
    """The study file cannot be made, opened or used as asked."""


class StudyInUse(StudyFileError):
    """Another process holds the study; says who, since when, and how to look at a snapshot."""

    def __init__(self, message: str, *, pid: int | None, user: str | None, host: str | None, since: str | None) -> None:
        super().__init__(message)
        self.pid = pid
        self.user = user
        self.host = host
        self.since = since


class DamagedStudy(StudyFileError):
    """Something that was recorded is missing or differs; nothing was changed, and ``hlh-tui recover`` is named."""


class NewerStudy(StudyFileError):
    """The file was written by a newer hlh-tui than this one."""


class ReadOnlyStudy(StudyFileError):
    """The study was opened for reading only, so nothing can be recorded."""


class NotSaved(StudyFileError):
    """The entry is not in the log: nothing of it was recorded."""


class MirrorNotWritten(StudyFileError):
    """The entry is in the database, but its line could not be written to the mirror."""


class AdoptionRefused(StudyFileError):
    """A criteria document that the study cannot adopt; nothing was recorded."""


class SealRefused(StudyFileError):
    """Something cannot be sealed or unsealed as asked; nothing was written."""


class RedactionRefused(StudyFileError):
    """Text of the log that cannot be redacted as asked; nothing was recorded."""
