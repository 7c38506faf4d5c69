"""What this room refuses."""

from __future__ import annotations

from hlh_tui.protocol.errors import HlhError


class ReviewError(HlhError):
    """The root of this room's refusals."""


class DecisionRefused(ReviewError):
    """A decision that cannot be recorded as given; ``column`` names the part at fault."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column


class MarkRefused(ReviewError):
    """A flag or query that cannot be recorded as given."""


class BatchRefused(ReviewError):
    """A file of decisions with wrong rows: nothing of it was recorded; ``problems`` names every wrong row."""

    exit_code = 1

    def __init__(self, file: str, problems: tuple[str, ...]) -> None:
        rows = "one thing is" if len(problems) == 1 else f"{len(problems)} things are"
        super().__init__(
            f"{rows} wrong in {file}, nothing was recorded; correct it and run the command again\n"
            + "\n".join(problems)
        )
        self.problems = problems


class BegunNotReadable(ReviewError):
    """The file of judgements that were begun and not saved cannot be read."""


class BegunPutAside(BegunNotReadable):
    """It makes no sense, and is under another name now."""


class ConductRefused(ReviewError):
    """Something about people, phases or locks that cannot be recorded as given."""


class NotAllowed(ReviewError):
    """An act that this person may not do in this phase, or on this case."""


class Blinded(ReviewError):
    """Something that stays closed until the study is open."""
