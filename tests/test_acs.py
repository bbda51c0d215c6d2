"""
The worked examples are the Census Bureau's: "Understanding and Using American Community Survey Data: What All Data
Users Need to Know", chapter 8 (the proportion is on page 64). Published figures are rounded, and so are they here.
Differences and coefficients of variation (chapter 7) could not be checked against its pages: theirs are from elsewhere.
"""

from math import hypot, sqrt

import numpy as np
import pandas as pd
import pytest

from geo.acs import (
    Estimate,
    coefficient_of_variation,
    complement,
    difference,
    product,
    ratio,
    reliability,
    share,
    significant,
    total_by_group,
    total_of_columns,
)

NAN = float("nan")
FEMALES_NEVER_MARRIED = [(135_173, 3_860), (43_104, 2_642), (24_842, 1_957)]  # Fairfax, Arlington, Alexandria


def estimate(*pairs):
    value, moe = zip(*pairs, strict=True)
    return Estimate(pd.Series(value, dtype=float), pd.Series(moe, dtype=float))


FEW, MANY = estimate((40, 12)), estimate((90, 30))


def one(found):
    return float(found.value.iloc[0]), float(found.moe.iloc[0])


def added_as_columns(pairs):
    return total_of_columns(*(pd.DataFrame([row], dtype=float) for row in zip(*pairs, strict=True)))


def added_as_group(pairs):
    return total_by_group(estimate(*pairs), pd.Series(["all"] * len(pairs)))


@pytest.fixture(params=[added_as_columns, added_as_group])
def added(request):
    return lambda pairs: one(request.param(pairs))


def test_handbook_sum(added):
    value, moe = added(FEMALES_NEVER_MARRIED)
    assert (value, round(moe)) == (203_119, 5_070)


def test_handbook_proportion():
    value, moe = one(share(estimate((203_119, 5_070)), estimate((630_498, 831))))
    assert (round(value, 3), round(moe, 3)) == (0.322, 0.008)


def test_handbook_ratio_is_the_fallback_where_the_proportion_formula_fails():
    value, moe = one(share(estimate((226_840, 5_556)), estimate((203_119, 5_070))))
    radicand = 5_556**2 - value**2 * 5_070**2
    assert radicand < 0
    assert (round(value, 3), round(moe, 3)) == (1.117, 0.039)


def test_handbook_ratio():
    value, moe = one(ratio(estimate((226_840, 5_556)), estimate((203_119, 5_070))))
    assert (round(value, 3), round(moe, 3)) == (1.117, 0.039)


def test_handbook_product():
    value, moe = one(product(estimate((74_506_512, 228_238)), estimate((0.824, 0.001))))
    assert (round(value), round(moe)) == (61_393_366, 202_289)


def test_only_the_largest_margin_of_zero_estimates_counts(added):
    assert added([(100, 30), (0, 12), (0, 16), (0, 9)]) == (100, hypot(30, 16))
    assert added([(0, 12), (0, 16)]) == (0, 16)


def test_an_unknown_margin_makes_the_margin_of_a_sum_unknown(added):
    value, moe = added([(100, 30), (50, NAN)])
    assert value == 150
    assert np.isnan(moe)


def test_a_zero_estimate_without_a_margin_does_not_take_the_margin_of_a_sum_away(added):
    assert added([(100, 30), (0, NAN), (0, 16)]) == (100, hypot(30, 16))
    assert added([(100, 30), (0, NAN)]) == (100, 30)


def test_zero_estimates_alone_without_margins_stay_without(added):
    value, moe = added([(0, NAN), (0, NAN)])
    assert value == 0
    assert np.isnan(moe)


def test_an_unknown_part_makes_a_sum_unknown(added):
    assert np.isnan(added([(100, 30), (NAN, 20)])[0])


def test_groups_do_not_touch_each_other():
    found = total_by_group(estimate((1, 3), (NAN, NAN), (2, 4)), pd.Series(["b", "a", "b"]))
    assert found.value.to_dict() == pytest.approx({"a": NAN, "b": 3}, nan_ok=True)
    assert found.moe.to_dict() == pytest.approx({"a": NAN, "b": 5}, nan_ok=True)


def test_a_share_of_nothing_is_not_known():
    value, moe = one(share(estimate((0, 12)), estimate((0, 12))))
    assert np.isnan(value)
    assert np.isnan(moe)


@pytest.mark.parametrize(
    ("part", "whole", "moe"),
    [
        ((0, 12), (100, 20), 0.12),
        ((100, 20), (100, 20), sqrt(2) * 0.2),
        ((100, 25), (100, 20), sqrt(25**2 - 20**2) / 100),
        ((50, 10), (100, 20), sqrt(2) * 0.1),  # the radicand is 0 exactly, which says nothing of the error
        ((0, 0), (100, 20), NAN),
        ((100, 0), (100, 0), NAN),
        ((50, 0), (100, 0), 0.0),  # both controlled to counts
        ((50, NAN), (100, 20), NAN),
        ((50, 10), (100, NAN), NAN),
    ],
)
def test_margins_of_shares(part, whole, moe):
    assert one(share(estimate(part), estimate(whole)))[1] == pytest.approx(moe, nan_ok=True)


def test_a_ratio_to_nothing_is_not_known():
    assert np.isnan(one(ratio(estimate((5, 2)), estimate((0, 12))))).all()


def test_a_ratio_has_a_margin_where_its_numerator_is_0():
    assert one(ratio(estimate((0, 12)), estimate((100, 20)))) == (0, 0.12)


def test_difference_by_hand():
    """Median age of the city and of the country: an example from the manual of `census-error-analyzer`."""
    found = difference(estimate((38.4, 0.1)), estimate((37.9, 0.1)))
    value, moe = one(found)
    assert (value, moe) == pytest.approx((0.5, hypot(0.1, 0.1)))
    assert value / moe == pytest.approx(3.5355, abs=1e-4)
    assert significant(found).tolist() == [True]


def test_significance_is_more_than_the_margin_in_either_direction():
    found = significant(estimate((5, 5), (5.1, 5), (-5.1, 5), (0, 0), (NAN, 1), (1, NAN)))
    assert found.tolist() == [False, True, True, False, None, None]


def test_a_difference_is_the_same_from_either_side():
    one_way, other_way = (difference(a, b) for a, b in [(FEW, MANY), (MANY, FEW)])
    assert one(one_way) == (-one(other_way)[0], one(other_way)[1])
    assert significant(one_way).equals(significant(other_way))


def test_coefficient_of_variation_by_hand():
    """The first as the tests of the R package `urbnindicators` have it: 186,469 ± 2,128 is 0.694 %."""
    found = coefficient_of_variation(estimate((186_469, 2_128), (100, 32.9), (-100, 32.9), (0, 12), (100, NAN), (5, 0)))
    assert found.tolist() == pytest.approx([0.00694, 0.2, 0.2, NAN, NAN, 0], abs=1e-5, nan_ok=True)


def test_complement_has_the_same_margin():
    assert one(complement(estimate((0.25, 0.04)))) == (0.75, 0.04)


def test_reliability_classes():
    found = reliability(pd.Series([0.0, 0.05, 0.0501, 0.10, 0.1001, NAN], index=list("abcdef")))
    assert found.to_dict() == {"a": "good", "b": "good", "c": "fair", "d": "fair", "e": "weak", "f": "unknown"}
