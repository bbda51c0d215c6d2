"""
Margins of error of the American Community Survey, carried through sums and shares.

Margins are at 90 %, as published. The formulas are those of the Census Bureau's handbook "Understanding and Using
American Community Survey Data: What All Data Users Need to Know" (2020), chapter 8. An unknown margin is NaN, never 0.

Among zero estimates only the largest known margin counts in a sum, since their margins would otherwise pile up. A zero
estimate whose margin the publisher leaves blank (a park, a cemetery) does not take away the margin of a larger sum.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

Z90: Final = 1.645
"""Margins are at 90 %: standard error = margin / 1.645."""

GOOD_MOE_SHARE, FAIR_MOE_SHARE = 0.05, 0.10


@dataclass(frozen=True)
class Estimate:
    """Values and their 90 % margins of error, two series of one index and one unit."""

    value: pd.Series
    moe: pd.Series


def total_of_columns(values: pd.DataFrame, moes: pd.DataFrame) -> Estimate:
    """
    The sum across columns, row by row.

    Margins add in quadrature. NaN in any part makes the sum NaN, and the margin of a part that is not 0 the margin.
    """
    squares = moes.to_numpy(dtype=float) ** 2
    zero = values.to_numpy(dtype=float) == 0
    largest = np.fmax.reduce(np.where(zero, squares, np.nan), axis=1)
    summed = np.where(zero, 0.0, squares).sum(axis=1) + np.nan_to_num(largest)
    moe = np.sqrt(np.where(zero.all(axis=1), largest, summed))
    return Estimate(values.sum(axis=1, skipna=False), pd.Series(moe, index=values.index))


def total_by_group(estimate: Estimate, groups: pd.Series) -> Estimate:
    """
    The sum over the rows of each group; `groups` has the index of `estimate`, the result that of the group labels.

    The rules of `total_of_columns` hold within each group.
    """
    squares = estimate.moe**2
    zero = estimate.value == 0
    labels = groups.to_numpy()
    largest = squares.where(zero).groupby(labels).max()
    summed = squares.mask(zero, 0.0).groupby(labels).sum(skipna=False) + largest.fillna(0.0)
    moe = largest.where(zero.groupby(labels).all(), summed) ** 0.5
    return Estimate(estimate.value.groupby(labels).sum(skipna=False), moe)


def share(part: Estimate, whole: Estimate) -> Estimate:
    """
    `part` as a share (0–1) of the `whole` that contains it; NaN where the whole is 0.

    The proportion formula, or the ratio formula where the radicand is not positive: a margin of 0 would claim certainty
    that a sample cannot give. At 0 and 1 a margin that is still 0 is unknown.
    """
    size = whole.value.where(whole.value > 0)
    value = part.value / size
    product = value**2 * whole.moe**2
    proportion, ratio = part.moe**2 - product, part.moe**2 + product
    moe = proportion.where(proportion > 0, ratio) ** 0.5 / size
    return Estimate(value, moe.mask(value.isin([0, 1]) & (moe == 0)))


def ratio(numerator: Estimate, denominator: Estimate) -> Estimate:
    """`numerator` over a `denominator` that does not contain it; NaN where the denominator is 0."""
    size = denominator.value.where(denominator.value != 0)
    value = numerator.value / size
    return Estimate(value, (numerator.moe**2 + value**2 * denominator.moe**2) ** 0.5 / size.abs())


def difference(one: Estimate, other: Estimate) -> Estimate:
    """`one` minus `other`, taken as independent."""
    return Estimate(one.value - other.value, (one.moe**2 + other.moe**2) ** 0.5)


def significant(found: Estimate) -> pd.Series:
    """Whether a difference is more than its margin, so unlike 0 at 90 % confidence; None where that is not known."""
    larger = (found.value.abs() > found.moe).astype(object)
    return larger.where(found.value.notna() & found.moe.notna(), None)


def coefficient_of_variation(found: Estimate) -> pd.Series:
    """The standard error as a share of the estimate; NaN for an estimate of 0."""
    return found.moe / Z90 / found.value.abs().where(found.value != 0)


def complement(part: Estimate) -> Estimate:
    """The share of those who are not in `part`; its margin is the same."""
    return Estimate(1 - part.value, part.moe)


def product(one: Estimate, other: Estimate) -> Estimate:
    """The product of two estimates (handbook, chapter 8)."""
    moe = np.sqrt(one.value**2 * other.moe**2 + other.value**2 * one.moe**2)
    return Estimate(one.value * other.value, moe)


def reliability(moe_share: pd.Series) -> pd.Series:
    """
    How far a share can be trusted, by half of its 90 % interval: good ≤ 5 points, fair ≤ 10, else weak.

    The width comes first, since a coefficient of variation calls every small share weak: 1 % ± 1 % is a useful fact.
    """
    bounds = [moe_share.isna(), moe_share <= GOOD_MOE_SHARE, moe_share <= FAIR_MOE_SHARE]
    classes = np.select(bounds, ["unknown", "good", "fair"], "weak")
    return pd.Series(classes, index=moe_share.index, dtype=object)
