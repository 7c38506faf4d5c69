"""The root of every error that a user can meet."""


class HlhError(Exception):
    """One sentence that says what was wrong and what to do.

    Each room derives its own small tree from it. The command line prints the
    sentence to stderr and exits with ``exit_code``; the app shows it as a notice.
    """

    exit_code = 2


class ProtocolError(HlhError):
    """A protocol, criteria or analyte file is not usable; names file, key and what is allowed."""
