"""
Public computers per resident: the enhanced two-step floating catchment area (E2SFCA).

First every site's computers are divided among the residents around it, the nearer counting for more; then every lot
adds up the shares of the sites around it. No computer is counted twice: residents × access, summed over all lots, is
the number of computers at the sites that reach anybody.

Source of the method: W. Luo and Y. Qi (2009), "An enhanced two-step floating catchment area (E2SFCA) method for
measuring spatial accessibility to primary care physicians", Health & Place 15(4), 1100–1107. Distances are straight
lines in EPSG:32118.
"""

from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from geo.errors import TableError
from geo.method import BANDS

PER_RESIDENTS: Final = 1000
"""How many residents the computers of an area are divided by."""

SITES_AT_ONCE: Final = 64
"""Sites whose pairs with lots are held in memory together."""


def capacity(centres: pd.DataFrame) -> tuple[pd.Series, tuple[str, ...]]:
    """
    The computers of each centre that counts as public access (`geo.supply.sites`), and what must be said of them.

    A centre whose number of computers is not known is left out, and counted in a note.
    """
    known = centres["workstations"].dropna()
    unknown = len(centres) - len(known)
    note = (
        f"{unknown} of {len(centres)} public computer centres do not state how many computers they have: "
        "they are left out of computers per resident"
    )
    return known, (note,) if unknown else ()


def access(
    lots_m: np.ndarray,
    residents: np.ndarray,
    sites_m: np.ndarray,
    capacity: np.ndarray,
    bands: tuple[tuple[float, float], ...] = BANDS,
) -> np.ndarray:
    """
    Capacity per resident at each lot.

    Parameters
    ----------
    lots_m, sites_m
        Arrays (n, 2) and (m, 2) of metres in EPSG:32118; neither n nor m need be positive.
    residents, capacity
        The people at the n lots and the units (computers) at the m sites, ≥ 0. People who are not known (NaN) make no
        demand.
    bands
        (metres, weight) from near to far; exactly on a bound is within it.

    Returns
    -------
    access
        n floats ≥ 0, units per resident. 0 means that no unit is within the catchment of the lot; it is never NaN.

    Raises
    ------
    TableError
        A capacity is negative or not known, or a number of people is negative.

    Notes
    -----
    A site without anybody in its catchment serves nobody, also not the lots without residents around it. Splitting a
    lot in two at one place changes nothing, so lots at one place need not be merged. Each site works on its own, so
    that pairs are found and used a block of sites at a time.
    """
    people, units = np.nan_to_num(np.asarray(residents, dtype=float)), np.asarray(capacity, dtype=float)
    if wrong := int((~(units >= 0)).sum() + (people < 0).sum()):
        raise TableError(f"{wrong} capacities or residents are negative or not known, expected numbers from 0 up")
    lots, found = KDTree(lots_m), np.zeros(len(people))
    for first in range(0, len(units), SITES_AT_ONCE):
        block = slice(first, first + SITES_AT_ONCE)
        weights = decay(lots, sites_m[block], bands)
        demand = weights @ people
        ratio = np.divide(units[block], demand, out=np.zeros_like(demand), where=demand > 0)
        found += ratio @ weights
    return found


def decay(lots: KDTree, sites_m: np.ndarray, bands: tuple[tuple[float, float], ...]) -> csr_array:
    """The weight between each of the m sites and the n lots within its catchment, a sparse array (m, n)."""
    until, weight = np.array(bands).T
    pairs = KDTree(sites_m).sparse_distance_matrix(lots, until[-1], output_type="ndarray")
    value = weight[np.searchsorted(until, pairs["v"])]
    return csr_array((value, (pairs["i"], pairs["j"])), shape=(len(sites_m), lots.n))


def by_area(access: np.ndarray, residents: pd.Series, groups: pd.Series) -> pd.DataFrame:
    """
    Computers per 1,000 residents of each area: the mean of its lots, each counting as its residents.

    Parameters
    ----------
    access
        Units per resident at n lots, as `access` gives them.
    residents, groups
        The people of each lot and the area that it lies in, in the same order; NaN people count as none.

    Returns
    -------
    areas
        One row a group: `computers_per_1000_residents`, 0 where nobody is within a catchment and NaN where nobody
        lives; and `reached`, whether anybody is.
    """
    codes, labels = pd.factorize(groups.to_numpy(), sort=True)
    inside = codes >= 0
    people = residents.fillna(0).to_numpy(dtype=float)
    everyone = np.bincount(codes[inside], people[inside], len(labels))
    served = np.bincount(codes[inside], (people * access)[inside], len(labels))
    with np.errstate(invalid="ignore"):
        mean = PER_RESIDENTS * served / everyone
    return pd.DataFrame({"computers_per_1000_residents": mean, "reached": served > 0}, index=labels)
