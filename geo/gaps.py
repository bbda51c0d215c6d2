"""
Supply, gap and the people left out: need and reach brought together, always published apart.

The gap is the mean of the dimensions of need and of `beyond_reach` (100 minus supply), equally weighted unless other
weights are given. A dimension that the whole snapshot lacks is left out; one that a single place lacks leaves that
place without a gap.
"""

from collections.abc import Mapping

import pandas as pd

from geo.indicators import NEED, REACH

WEIGHTS: dict[str, float] = {dimension.code: dimension.weight for dimension in (*NEED, REACH)}


def weighted_mean(parts: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    """The mean of the columns of `parts` under `weights`; NaN where any part is missing or nothing weighs."""
    weight = pd.Series({name: weights[str(name)] for name in parts}, dtype=float)
    if parts.empty or weight.sum() <= 0:
        return pd.Series(float("nan"), index=parts.index)
    return parts[weight.index[weight > 0]].mul(weight[weight > 0]).sum(axis=1, skipna=False) / weight.sum()


def score(parts: pd.DataFrame, weights: Mapping[str, float] = WEIGHTS) -> pd.DataFrame:
    """
    Need, supply and gap.

    Parameters
    ----------
    parts
        n areas × dimensions, 0–100; a column that is NaN throughout is missing city-wide and left out.

    Returns
    -------
    scores
        `need`, `supply` and `gap`, 0–100, indexed as `parts`. More need never lowers the gap, more supply never
        raises it.
    """
    known = parts.dropna(axis=1, how="all")
    need = weighted_mean(known.drop(columns=REACH.code, errors="ignore"), weights)
    supply = 100 - parts[REACH.code]
    complete = REACH.code in known and len(known.columns) > 1
    gap = weighted_mean(known, weights) if complete else pd.Series(float("nan"), index=parts.index)
    return pd.DataFrame({"need": need, "supply": supply, "gap": gap})
