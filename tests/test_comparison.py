"""Differences between places: the Census Bureau's test by hand, and the intervals of means."""

import math

import pandas as pd
import pytest

from geo.acs import Z90, Estimate
from geo.comparison import SPREAD, compare, mean, sampled, scaled


def spread(**rows):
    """A frame of spreads: measure → (value, low, high)."""
    return pd.DataFrame(rows, index=[*SPREAD], dtype=float).T


def by_hand(a, moe_a, b, moe_b):
    """The test as the handbook writes it: the difference over its standard error, against 1.645."""
    return abs(a - b) / math.sqrt((moe_a / 1.645) ** 2 + (moe_b / 1.645) ** 2) > 1.645


@pytest.mark.parametrize(
    ("a", "moe_a", "b", "moe_b", "significant"),
    [
        (0.181, 0.028, 0.124, 0.003, True),
        (0.181, 0.028, 0.154, 0.003, False),
        (0.124, 0.003, 0.181, 0.028, True),
        (0.10, 0.03, 0.15, 0.0399, True),  # margin of the difference: just below 0.05, by 3 and 4 and 5
        (0.10, 0.03, 0.15, 0.0401, False),
        (0.10, 0.0, 0.10, 0.0, False),
    ],
)
def test_a_difference_is_significant_by_the_test_of_the_census_bureau(a, moe_a, b, moe_b, significant):
    here = sampled(Estimate(pd.Series([a]), pd.Series([moe_a])))
    there = sampled(Estimate(pd.Series([b]), pd.Series([moe_b])))
    found = compare(here, there).iloc[0]
    assert found["significant"] is significant
    assert found["difference"] == pytest.approx(a - b)
    assert found["moe"] == pytest.approx(math.hypot(moe_a, moe_b))
    if moe_a or moe_b:
        assert by_hand(a, moe_a, b, moe_b) is significant
    assert Z90 == 1.645


def test_without_a_margin_or_a_value_nothing_is_told():
    here = spread(no_margin=(0.5, math.nan, math.nan), no_value=(math.nan, math.nan, math.nan), known=(0.5, 0.4, 0.6))
    there = spread(no_margin=(0.1, 0.09, 0.11), no_value=(0.1, 0.09, 0.11), known=(0.1, 0.09, 0.11))
    found = compare(here, there)
    assert [*found["significant"]] == [None, None, True]
    assert found.loc["no_margin", "difference"] == pytest.approx(0.4)
    assert [*compare(there, here)["significant"]] == [None, None, True]


def test_what_is_counted_differs_if_it_differs_at_all():
    here, there = spread(reach=(0.2, 0.2, 0.2), same=(0.3, 0.3, 0.3)), spread(reach=(0.21,) * 3, same=(0.3,) * 3)
    assert [*compare(here, there)["significant"]] == [True, False]


def test_the_sides_that_face_each_other_count():
    """Here 90, 10 down to 80 but 1 up; there 75 and 4 up: margins of 10 and 4 face each other, 10.77 together."""
    here, there = spread(need=(90, 80, 91)), spread(need=(75, 40, 79))
    found = compare(here, there).iloc[0]
    assert (found["moe"], found["significant"]) == (pytest.approx(math.hypot(10, 4)), True)
    back = compare(there, here).iloc[0]
    assert (back["moe"], back["difference"]) == (pytest.approx(found["moe"]), -15)


def test_an_interval_beside_its_value_takes_nothing_away():
    found = compare(spread(need=(100, 95, 99)), spread(need=(101, 98, 104))).iloc[0]
    assert (found["moe"], found["significant"]) == (3, False)


def test_shares_between_goalposts_are_held_there():
    found = scaled(spread(a=(0.10, 0.08, 0.12), b=(0.09, 0.07, 0.11)), {"a": (0.0, 0.10), "b": (0.0, 0.20)})
    assert found.loc["a"].tolist() == pytest.approx([100, 80, 100])
    assert found.loc["b"].tolist() == pytest.approx([45, 35, 55])


def test_margins_of_a_mean_add_in_quadrature_on_each_side():
    """Two of equal weight, 3 and 4 below: half of 5; nothing and 4 above: half of 4."""
    found = mean(spread(a=(100, 97, 100), b=(50, 46, 54)), pd.Series({"a": 1.0, "b": 1.0}))
    assert found.tolist() == pytest.approx([75, 72.5, 77])
    weighted = mean(spread(a=(100, 97, 100), b=(50, 46, 54)), pd.Series({"b": 1.0, "a": 3.0}))
    assert weighted["value"] == pytest.approx(87.5)


def test_a_mean_of_what_is_not_known_is_not_known():
    found = mean(spread(a=(100, math.nan, math.nan), b=(50, 46, 54)), pd.Series({"a": 1.0, "b": 1.0}))
    assert found["value"] == 75 and found[["low", "high"]].isna().all()
    assert mean(spread(a=(math.nan,) * 3), pd.Series({"a": 1.0})).isna().all()
