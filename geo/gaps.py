"""
Supply, gap and the people left out: need and reach brought together, always published apart.

The gap is the mean of the dimensions of need and of `beyond_reach` (100 minus supply), equally weighted unless other
weights are given. A dimension that the whole snapshot lacks is left out everywhere; one that a place lacks leaves that
place without a gap.
"""

from collections.abc import Mapping

import pandas as pd

from geo.indicators import NEED, REACH

WEIGHTS: dict[str, float] = {dimension.code: dimension.weight for dimension in (*NEED, REACH)}


def weighted_mean(parts: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    """The mean of the columns of `parts` under `weights` ≥ 0; NaN where a part that weighs is missing, or none does."""
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
        n areas × the dimensions that the snapshot has, 0–100; NaN where an area lacks one.

    Returns
    -------
    scores
        `need`, `supply` and `gap`, 0–100, indexed as `parts`; `gap` is NaN without reach or without need. More need
        never lowers the gap, more supply never raises it.
    """
    unknown = pd.Series(float("nan"), index=parts.index)
    beyond_reach = parts.get(REACH.code, unknown)
    needs = parts.drop(columns=REACH.code, errors="ignore")
    gap = weighted_mean(parts, weights) if len(needs.columns) and REACH.code in parts else unknown
    return pd.DataFrame({"need": weighted_mean(needs, weights), "supply": 100 - beyond_reach, "gap": gap})
