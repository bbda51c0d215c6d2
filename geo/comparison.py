"""
How one place compares with another: how far apart two estimates are, and whether that is more than their margins.

The test is the Census Bureau's at 90 % ("Understanding and Using American Community Survey Data: What All Data Users
Need to Know", 2020, chapter 7): a difference is significant where it is more than 1.645 of its standard errors, the
two estimates taken as independent. A place is a part of its borough and of the city, so that its estimate and theirs go
together and the test is approximate: it finds rather too few differences. Of places that do not differ at all it still
calls one in ten different.

What is compared are spreads: frames with the columns `value`, `low` and `high`, the ends of a 90 % interval, indexed by
measure. What is counted rather than sampled has both ends at its value; an interval that is not known is NaN.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from geo.acs import Estimate, difference, significant
from geo.need import scale

SPREAD: Final = ("value", "low", "high")


def sampled(found: Estimate) -> pd.DataFrame:
    """The spreads of estimates: as far below as above."""
    return pd.DataFrame({"value": found.value, "low": found.value - found.moe, "high": found.value + found.moe})


def scaled(shares: pd.DataFrame, goalposts: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """The spreads of shares as 0–100 between their `goalposts`; an end beyond a goalpost is held there."""
    columns = shares.T
    return pd.DataFrame(
        {code: scale(columns[code], goalposts[code]) for code in map(str, columns)}, [*SPREAD], dtype=float
    ).T


def mean(spreads: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """
    The spread of a weighted mean.

    Margins add in quadrature, those below the value and those above it by themselves: a share beyond its goalpost
    can fall but not rise. NaN where a value, or an end, that weighs is NaN.
    """
    weight = weights.loc[spreads.index].to_numpy(dtype=float) / weights.sum()
    values, low, high = (spreads[name].to_numpy(dtype=float) for name in SPREAD)
    value = (values * weight).sum()
    below, above = (np.sqrt((((end - values) * weight) ** 2).sum()) for end in (low, high))
    return pd.Series([value, value - below, value + above], [*SPREAD])


def compare(here: pd.DataFrame, there: pd.DataFrame) -> pd.DataFrame:
    """
    The differences between two places.

    Parameters
    ----------
    here, there
        The spreads of the same measures.

    Returns
    -------
    compared
        Indexed as `here`: `difference`, here minus there; `moe`, its margin at 90 %, of the sides of the two
        intervals that face each other; `significant`, None where a value or a margin is not known.
    """
    higher = here["value"] >= there["value"]
    facing = (here["value"] - here["low"]).where(higher, here["high"] - here["value"])
    theirs = (there["high"] - there["value"]).where(higher, there["value"] - there["low"])
    facing, theirs = facing.clip(lower=0), theirs.clip(lower=0)  # a simulated interval may lie beside its value
    found = difference(Estimate(here["value"], facing), Estimate(there["value"], theirs))
    return pd.DataFrame({"difference": found.value, "moe": found.moe, "significant": significant(found)})
