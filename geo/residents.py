"""
Residents of tax lots, where the source of the lots knows homes but not people.

A tract's people are spread over its lots by homes (dasymetric mapping, as in NYC Council's `councilcount`), in steps
of 1/1024 of a person: binary fractions, so that the lots of a tract add up to its people exactly, in any order.
"""

import numpy as np
import pandas as pd

STEPS = 1024


def spread(units: pd.Series, tract: pd.Series, people: pd.Series) -> pd.Series:
    """
    Residents of each lot.

    Parameters
    ----------
    units
        Homes of n lots, > 0.
    tract
        The tract of each lot, index as `units`.
    people
        Tract → its people; a tract that is missing or NaN here leaves its lots NaN.

    Returns
    -------
    residents
        n floats, index as `units`; within each tract they sum to its people exactly. Tracts with people and without
        lots are the caller's to name: nobody is moved into a neighbour.

    Notes
    -----
    Shares are rounded by largest remainder (Hamilton), ties in the order of the lots.
    """
    whole = tract.map(people)
    known = whole.notna()
    steps = whole[known].round().to_numpy() * STEPS
    home, place = units[known].to_numpy(), tract[known].to_numpy()
    exact = steps * home / pd.Series(home).groupby(place).transform("sum").to_numpy()
    floor = np.floor(exact)
    lacking = steps - pd.Series(floor).groupby(place).transform("sum").to_numpy()
    order = pd.Series(floor - exact).groupby(place).rank(method="first").to_numpy()
    return pd.Series((floor + (order <= lacking)) / STEPS, index=units[known].index, name="residents").reindex(
        units.index
    )
