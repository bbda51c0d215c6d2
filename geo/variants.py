"""
Ways to build the score: how an indicator becomes comparable, how dimensions are joined, and how they weigh.

The published way is goalposts, arithmetic mean, equal weights; the others exist to see how much it matters.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from geo.indicators import Indicator

Normaliser = Callable[[np.ndarray], np.ndarray]
FLOOR: Final = 1.0
"""The least that a dimension counts in the geometric mean, so that one zero does not erase the rest."""


def goalposts(indicator: Indicator) -> Normaliser:
    """Shares → 0–100 between the declared goalposts."""
    low, high = indicator.goalposts
    return lambda shares: np.clip((shares - low) / (high - low), 0, 1) * 100


def percentile(published: np.ndarray) -> Normaliser:
    """Values → their percentile (0–100, ties at their middle) among the published ones."""
    steps, counts = np.unique(published[~np.isnan(published)].astype(np.float32), return_counts=True)
    each = np.float32(100 / counts.sum())
    below = np.concatenate([[0], counts.cumsum()]).astype(np.float32) * each
    half = np.append(counts / 2, 0).astype(np.float32) * each
    ends = np.append(steps, np.float32(np.inf))

    def of(values: np.ndarray) -> np.ndarray:
        single = values.astype(np.float32)
        at = np.searchsorted(steps, single)
        rank = below[at] + np.where(ends[at] == single, half[at], np.float32(0))
        return np.where(np.isnan(single), np.float32(np.nan), rank)

    return of


def z_score(published: np.ndarray) -> Normaliser:
    """Values → standard deviations from the mean of the published ones, or the bare distance where those are equal."""
    mean, deviation = float(np.nanmean(published)), float(np.nanstd(published))
    differ = bool(np.nanmax(published) > np.nanmin(published))
    return lambda values: (values - mean) / (deviation if differ else 1.0)


def dimension_means(normalised: Mapping[str, np.ndarray], members: Mapping[str, list[str]]) -> dict[str, np.ndarray]:
    """The mean of the indicators of each dimension; arrays of any one shape."""
    return {name: np.asarray(sum(normalised[code] for code in codes)) / len(codes) for name, codes in members.items()}


def weighted(dimensions: Mapping[str, np.ndarray], weights: Mapping[str, np.ndarray | float]) -> np.ndarray:
    """The weighted mean of the dimensions; a weight is a number, or a column of one for each draw."""
    total = sum(weights[name] for name in dimensions)
    return np.asarray(sum(dimensions[name] * weights[name] for name in dimensions) / total)


def geometric(dimensions: Mapping[str, np.ndarray]) -> np.ndarray:
    """The equally weighted geometric mean of dimensions on 0–100, each at least `FLOOR`."""
    logs = [np.log(np.maximum(values, FLOOR)) for values in dimensions.values()]
    return np.asarray(np.exp(sum(logs) / len(logs)))


def principal(dimensions: Mapping[str, np.ndarray]) -> np.ndarray:
    """
    The first principal component of the standardised dimensions, turned so that more means more.

    Dimensions that do not vary have no part in it. (OECD/JRC Handbook on Constructing Composite Indicators, 2008, 6.1.)
    """
    columns = np.column_stack(list(dimensions.values()))
    known = ~np.isnan(columns).any(axis=1)
    differ = columns[known].max(axis=0) > columns[known].min(axis=0)
    standard = (columns - columns[known].mean(axis=0)) / np.where(differ, columns[known].std(axis=0), 1.0)
    _, _, axes = np.linalg.svd(standard[known], full_matrices=False)
    return np.asarray(standard @ (axes[0] * np.sign(axes[0].sum() or 1.0)))
