"""What can be wrong with a question to the cohort."""

from hlh_tui.protocol.errors import HlhError


class CohortError(HlhError):
    """A table or an estimate cannot be made; one sentence says why and what to do."""
