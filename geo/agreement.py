"""
Does need stand where others found it? Rank correlation with the City's Internet Master Plan of 2020.

The plan is by the NTAs of 2010; residents at their lots carry it over to those of 2020. It is older and rests on the
same survey and on what providers reported, so this says whether the order is plausible, not whether it is right. The
interval is that of resampled NTAs as if each were independent; neighbors are not, so it is rather too narrow.
"""

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from geo.need import Basis
from geo.tables import MASTER_PLAN, MASTER_PLAN_VINTAGE

COVERED: Final = 0.80
"""The share of its residents for whom a value must be known before an area has one."""

FEWEST: Final = 10
"""Areas with fewer on both sides are not compared."""

RESAMPLES: Final = 2_000
COMPARED: Final = "connection"
"""The dimension whose indicators are compared one by one, beside need."""


def across(values: pd.Series, old: np.ndarray, new: pd.Series, residents: pd.Series) -> pd.Series:
    """
    The values of old areas for new ones: the mean over the residents of each.

    Parameters
    ----------
    values
        Of each old area; NaN where not known.
    old
        For each lot the row number of `values` that it lies in.
    new, residents
        For each lot the key of its new area, and its residents; not known counts as none.

    Returns
    -------
    carried
        Indexed by key of the new areas that have lots; NaN where less than `COVERED` of the residents have a value.
    """
    people = residents.fillna(0).to_numpy(dtype=float)
    value = values.to_numpy(dtype=float)[old]
    known = np.where(np.isnan(value), 0.0, people)
    sums = pd.DataFrame({"all": people, "known": known, "value": known * np.nan_to_num(value)}).groupby(new.to_numpy())
    total = sums.sum()
    return (total["value"] / total["known"]).where((total["known"] > 0) & (total["known"] >= COVERED * total["all"]))


def agreement(ntas: pd.DataFrame, basis: Basis, yardstick: pd.Series, *, seed: int) -> dict[str, Any] | None:
    """
    Spearman's rank correlation of need, and of each indicator of connection, with `yardstick`.

    Parameters
    ----------
    ntas
        Scored NTAs indexed by key: `need` and the shares of the indicators of `basis`.
    yardstick
        The share of households without broadband at home, by the same key.

    Returns
    -------
    found
        Fit for JSON: `with`, `vintage`, `n` NTAs that have all of it, and for `need` and each code `rho` with `low`
        and `high` of its 90 % bootstrap interval; None where fewer than `FEWEST` NTAs have all.
    """
    columns = {"need": "need"} | {code: f"{code}_share" for code in basis.members.get(COMPARED, ())}
    both = ntas[[*columns.values()]].assign(yardstick=yardstick).astype(float).dropna()
    if len(both) < FEWEST:
        return None
    drawn = np.random.default_rng(seed).integers(len(both), size=(RESAMPLES, len(both)))
    other = both["yardstick"].to_numpy()
    compared = {name: _compared(both[column].to_numpy(), other, drawn) for name, column in columns.items()}
    return {"with": MASTER_PLAN.title, "vintage": MASTER_PLAN_VINTAGE, "n": len(both), **compared}


def _compared(values: np.ndarray, other: np.ndarray, drawn: np.ndarray) -> dict[str, float]:
    low, high = np.quantile(spearman(values[drawn], other[drawn]), (0.05, 0.95))
    rho = spearman(values[None], other[None])[0]
    return {name: round(float(value), 4) for name, value in (("rho", rho), ("low", low), ("high", high))}


def spearman(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Rank correlation of each row of `one` with that of `other` (k, n), ties at their mean rank; 0 without spread."""
    first, second = (rankdata(values, axis=1) - (values.shape[1] + 1) / 2 for values in (one, other))
    spread = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    return np.asarray(np.divide((first * second).sum(axis=1), spread, out=np.zeros(len(one)), where=spread > 0))
