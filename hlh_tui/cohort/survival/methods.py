"""How survival is compared by response: at a landmark, with groups that change in time, or naively.

Anderson, Cain and Gelber, J Clin Oncol 1983;1:710; Mantel and Byar, J Am Stat Assoc 1974;69:81; Simon and Makuch,
Stat Med 1984;3:35.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hlh_tui.cohort.errors import CohortError

if TYPE_CHECKING:
    from hlh_tui.cohort.grouping import Grouping
    from hlh_tui.protocol.models import Endpoint

LANDMARK, MANTEL_BYAR, SIMON_MAKUCH, NAIVE = "landmark", "mantel-byar", "simon-makuch", "naive"
METHODS = (LANDMARK, MANTEL_BYAR, SIMON_MAKUCH, NAIVE)
WARNING = (
    "WARNING, naive comparison: responders are credited with the days that they had to survive in order to respond"
    " (immortal time), so their curve is too good and the other too bad even if response changes nothing. Use it only"
    " to check a published figure; compare with a landmark, Mantel-Byar or Simon-Makuch."
)


def method_in_force(endpoint: Endpoint, division: Grouping, wanted: str | None, landmark: float | None) -> str:
    """The method for this division: the wanted one, the landmark for a division by response, else none ("").

    A clock that starts at the response has no immortal time, so its groups need no method. ``CohortError`` for an
    unknown method, or one that has no meaning here.
    """
    if wanted is not None and wanted not in METHODS:
        raise CohortError(f"there is no method {wanted!r}: choose one of {', '.join(METHODS)}")
    if division.from_decisions and endpoint.reaches:
        raise CohortError(
            f"{endpoint.label.lower()} cannot be divided by {division.by}, which is its own event: choose another"
            " column"
        )
    if not division.from_decisions or endpoint.start == "response":
        if wanted not in (None, LANDMARK):
            raise CohortError(
                f"the method {wanted} compares by a response that begins after the clock starts, and"
                f" {division.by or 'all patients'} is not that: leave it out"
                if division.by
                else f"the method {wanted} compares groups by response: say with --by which, for instance response"
            )
        return LANDMARK if landmark is not None else ""
    if landmark is not None and wanted == NAIVE:
        raise CohortError("the naive comparison has no landmark: leave out one of the two")
    return wanted or LANDMARK
