"""Quantiles against R's quantile(x, type = 6) and quantile(x, type = 7)."""

from math import inf

import pytest

from hlh_tui.cohort.quantile import quantile

THIRTEEN = [0.71, 0.93, 1.0, 1.03, 1.14, 1.14, 1.14, 1.57, 2.14, 2.71, 2.86, 3.14, 3.57]


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (THIRTEEN, "type 6", (1.015, 1.14, 2.785)),
        (THIRTEEN, "type 7", (1.03, 1.14, 2.71)),
        ([1, 2, 4, 8], "type 6", (1.25, 3, 7)),
        ([1, 2, 4, 8], "type 7", (1.75, 3, 5)),
        ([5], "type 6", (5, 5, 5)),
        ([1, 3], "type 6", (1, 2, 3)),
        ([1, 3], "type 7", (1.5, 2, 2.5)),
    ],
)
def test_as_r(values, kind, expected):
    assert [quantile(values, level, kind) for level in (0.25, 0.5, 0.75)] == pytest.approx(expected)


def test_a_bound_without_end_stays_one():
    assert quantile([1, 2, inf], 0.75, "type 7") == inf
    assert quantile([1, 2, inf], 0.5, "type 7") == 2
    assert quantile([-inf, 2, 3], 0.25, "type 7") == -inf


def test_no_values_have_no_quantile():
    with pytest.raises(ValueError, match="at least one value"):
        quantile([], 0.5, "type 7")
