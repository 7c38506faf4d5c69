"""How near two categories are: 1 for the same, 0 for the farthest apart (Gwet 2014, chapter 3).

Gwet's ordinal weights are not Krippendorff's ordinal metric, which follows from how often categories are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hlh_tui.review.agreement.patterns import Floats

WEIGHTS = {
    "unweighted": "unweighted",
    "linear": "linear weights",
    "quadratic": "quadratic weights",
    "ordinal": "Gwet's ordinal weights",
}
"""The kinds of weights, as they are printed."""


def weight_matrix(kind: str, places: Sequence[float]) -> Floats:
    """The q x q weights of categories at these ``places`` of the scale; ``KeyError`` for another kind.

    With the distance d of two places and the largest D: linear 1 - d/D, quadratic 1 - (d/D)^2,
    ordinal 1 - C(d+1, 2)/C(D+1, 2).
    """
    import numpy as np

    at = np.asarray(places, dtype=np.float64)
    distance = np.abs(at[:, None] - at[None, :])
    largest = distance.max() if len(at) > 1 else 1.0
    far = {
        "unweighted": np.where(distance > 0, 1.0, 0.0),
        "linear": distance / largest,
        "quadratic": (distance / largest) ** 2,
        "ordinal": distance * (distance + 1) / (largest * (largest + 1)),
    }[kind]
    near: Floats = 1.0 - far
    return near
