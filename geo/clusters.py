"""
Where need gathers: local Moran's I of areas, with labels that are exploratory wherever they are shown.

An area is compared with the mean of the areas that it touches (queen contiguity, row-standardised). Whether the two go
together more than by chance is asked by conditional permutation: the area keeps its value, and its neighbours are drawn
without replacement from all other areas. Positions are permuted once; each area takes columns of its own from them, so
that chance does not push the p-values of all areas the same way. Every draw of the values meets the same permutations:
a label changes between draws because of the survey's error and for no other reason.

Sources: L. Anselin (1995), "Local indicators of spatial association – LISA", Geographical Analysis 27(2), 93–115;
M. Caldas de Castro and B. H. Singer (2006), "Controlling the false discovery rate", Geographical Analysis 38(2),
180–208, for the procedure of Benjamini and Hochberg on local statistics.
"""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.stats import false_discovery_control

from geo.errors import TableError
from geo.tables import first_reason

PERMUTATIONS: Final = 9_999
"""Enough for a p-value of 1 in 4,000, which the false discovery rate asks of the first of 200 areas; 999 are not."""

FALSE_DISCOVERY_RATE: Final = 0.05
"""The share of the significant areas that chance is expected to have made so, by one-sided p-values."""

NOT_SIGNIFICANT: Final = "not significant"
LABELS: Final = {
    (True, True): "high among high",
    (False, False): "low among low",
    (True, False): "high among low",
    (False, True): "low among high",
}
"""Whether the area and the mean of its neighbours are above the mean of all → the label."""

TIE: Final = 1e-9
"""Standardised statistics closer than this are equal: the order of a sum must not decide which is more extreme."""


def clusters(
    values: pd.Series,
    outlines: gpd.GeoSeries,
    draws: np.ndarray | None = None,
    *,
    seed: int,
    permutations: int = PERMUTATIONS,
) -> pd.DataFrame:
    """
    Local Moran's I of each area, its label, and how often the label survives the error of the values.

    Parameters
    ----------
    values
        Of n areas, unique index that can be sorted; NaN where an area has none.
    outlines
        The areas, the same index: a valid coverage, in which neighbours share their vertices.
    draws
        Array (draws, n) of values as the survey could have had them, areas in the order of `values`. An area with NaN
        in them keeps its value in every draw, and it is not known how its own label survives.
    seed, permutations
        Of the random permutations, and how many: dealt in the order of the index, so that the order of rows changes
        nothing.

    Returns
    -------
    clusters
        Indexed as `values`: `local_moran`; `p_value`, one-sided; `label`, None where there is no answer;
        `label_survival_share` (0–1), the share of draws with the same label, "not significant" included; `note`, why
        something is missing.

    Raises
    ------
    TableError
        The indexes differ or repeat a key, or the draws do not have a column for each area.

    Notes
    -----
    Areas without a value are left out before neighbours are looked for. An area that then has no neighbours gets no
    label, but counts among the others.
    """
    if not values.index.is_unique or not values.index.equals(outlines.index):
        raise TableError("values and outlines of clusters have other keys or repeat one, expected the same, each once")
    drawn = np.empty((0, len(values))) if draws is None else np.asarray(draws, dtype=float)
    if drawn.shape[1:] != (len(values),):
        raise TableError(f"drawn values have shape {drawn.shape}, expected a column for each of {len(values)} areas")
    order = np.argsort(values.index.to_numpy())
    order = order[values.notna().to_numpy()[order]]
    keys, known, drawn = values.index[order], values.iloc[order].to_numpy(dtype=float), drawn[:, order]
    weights = contiguity(outlines.iloc[order])
    blank = np.isnan(drawn).any(axis=0)
    surfaces = np.column_stack([known, np.where(blank, known, drawn).T])
    statistic, p_value, label = local_moran(surfaces, weights, seed, permutations)
    survival = (label[:, 1:] == label[:, :1]).mean(axis=1) if len(drawn) else np.full(len(keys), np.nan)
    found = pd.DataFrame(
        {
            "local_moran": statistic[:, 0],
            "p_value": p_value[:, 0],
            "label": pd.Series(label[:, 0], index=keys, dtype=object),
            "label_survival_share": np.where(blank, np.nan, survival),
        },
        index=keys,
    ).reindex(values.index)
    flat = pd.Series(len(np.unique(known)) < 2, index=values.index)
    lonely = pd.Series(np.diff(weights.indptr) == 0, index=keys).reindex(values.index, fill_value=False)
    unsure = pd.Series(blank, index=keys).reindex(values.index, fill_value=False)
    answered = values.notna() & ~lonely & ~flat
    note = first_reason(
        values.index,
        (values.isna(), "this place has no value to compare"),
        (lonely, "no neighbour of this place has a value"),
        (flat, "every place has the same value"),
        (unsure, "the error of the value is not known here"),
    )
    return found.where(answered).assign(label=found["label"].where(answered, None), note=note)


def contiguity(outlines: gpd.GeoSeries) -> csr_array:
    """Weights (n, n): the areas that each of a valid coverage touches, at an edge or a corner, in equal parts of 1."""
    shapes = outlines.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = one != other
    one, other = one[apart], other[apart]
    neighbours = np.bincount(one, minlength=len(shapes))
    return csr_array((1 / neighbours[one], (one, other)), shape=(len(shapes),) * 2)


def local_moran(
    surfaces: np.ndarray, weights: csr_array, seed: int, permutations: int = PERMUTATIONS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Local Moran's I, p-value and label of each area in each surface.

    Parameters
    ----------
    surfaces
        Array (n areas, s surfaces) of values, none missing.
    weights
        As `contiguity` gives them.

    Returns
    -------
    statistic, p_value, label
        Arrays (n, s). Areas without neighbours have 0, 1 and "not significant".

    Notes
    -----
    The p-value is (1 + permutations at least as extreme on the side of the statistic) / (1 + permutations), what esda
    calls "directed". Where a permutation equals the statistic it counts on both sides, so that equal values are never
    significant; esda counts it on one. The side is chosen by the data, so that the p-value is about half of a
    two-sided one, and a false discovery rate of 5 % may be 10 % by a two-sided count. It is held among the areas with
    neighbours, in each surface.
    """
    n = len(surfaces)
    centred = surfaces - surfaces.sum(axis=0) / max(n, 1)
    spread = np.sqrt((centred**2).sum(axis=0) / max(n, 1))
    z = centred / np.where(spread > 0, spread, 1)
    lag = weights @ z
    neighbours = np.diff(weights.indptr)
    positions = np.random.default_rng(seed).permuted(np.tile(np.arange(n - 1), (permutations, 1)), axis=1)
    p_value = np.ones(surfaces.shape)
    for area in np.flatnonzero(neighbours):
        columns = np.arange(*weights.indptr[area : area + 2]) % (n - 1)
        permuted = mean_of(positions[:, columns], n - 1) @ np.delete(z, area, axis=0)
        extreme = np.minimum((permuted >= lag[area] - TIE).sum(axis=0), (permuted <= lag[area] + TIE).sum(axis=0))
        p_value[area] = (extreme + 1) / (permutations + 1)
    p_value[np.abs(z) <= TIE] = 1
    tested = neighbours > 0
    significant = np.zeros(surfaces.shape, dtype=bool)
    if tested.any():
        significant[tested] = false_discovery_control(p_value[tested], axis=0) <= FALSE_DISCOVERY_RATE
    sides = [significant & ((z > 0) == here) & ((lag > 0) == around) for here, around in LABELS]
    return z * lag * (n - 1) / max(n, 1), p_value, np.select(sides, [*LABELS.values()], NOT_SIGNIFICANT)


def mean_of(positions: np.ndarray, n: int) -> csr_array:
    """The operator (rows, n) that takes the mean of n values at the k positions of each row."""
    rows, k = positions.shape
    return csr_array((np.full(rows * k, 1 / k), positions.ravel(), np.arange(0, rows * k + 1, k)), shape=(rows, n))
