"""The classes of the map's colours: bounds found once, when a snapshot is made, and kept in its manifest."""

from collections.abc import Mapping, Sequence
from typing import Final

import mapclassify
import numpy as np
import pandas as pd

from geo.method import MEASURES

MOST: Final = 6
STEPS: Final = {"points": 1.0, "share": 0.005, "people": 50.0}
"""Bounds are multiples of these, so that a legend can be read aloud."""


def class_bounds(scored: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, list[float]]]:
    """
    Property → geography → rising inner bounds of its classes.

    Scores and shares have the bounds of the NTAs everywhere, so that a colour means the same when the reader zooms
    in; counts of people depend on the size of an area and have bounds of their own.
    """
    frames = {name: scored[name] for name in ("ntas", "tracts", "boroughs")}
    return {
        name: {
            geography: bounds(frames[geography if unit == "people" else "ntas"][name], STEPS[unit])
            for geography in frames
        }
        for name, unit in MEASURES.items()
    }


def uncertain_shares(
    scored: Mapping[str, pd.DataFrame], classes: Mapping[str, Mapping[str, Sequence[float]]]
) -> dict[str, dict[str, float | None]]:
    """
    Property → geography → the share of areas with an interval whose 90 % interval reaches out of their class.

    None where no interval is known. Supply has no sampling error: it is counted, not surveyed.
    """
    return {
        name: {geography: _uncertain(scored[geography], name, bounds) for geography, bounds in by_geography.items()}
        for name, by_geography in classes.items()
    }


def _uncertain(frame: pd.DataFrame, name: str, bounds: Sequence[float]) -> float | None:
    value = frame[name]
    if f"{name}_low" in frame:
        low, high = frame[f"{name}_low"], frame[f"{name}_high"]
    elif (margin := name.replace("_share", "_moe_share") if name.endswith("_share") else f"{name}_moe") in frame:
        low, high = value - frame[margin], value + frame[margin]
    else:
        return None
    known = value.notna() & low.notna()
    if not known.any():
        return None
    lowest, own, highest = (np.searchsorted(bounds, ends[known], "right") for ends in (low, value, high))
    return round(float(((lowest != own) | (highest != own)).mean()), 4)


def bounds(values: pd.Series, step: float) -> list[float]:
    """At most five inner bounds of quantile classes of `values`, in multiples of `step`; none without values."""
    known = values.dropna().to_numpy(dtype=float)
    if not known.size:
        return []
    most = next(k for k in range(MOST, 0, -1) if np.unique(np.quantile(known, np.arange(1, k + 1) / k)).size == k)
    found = mapclassify.Quantiles(known, k=most).bins[:-1]
    rounded = np.unique(np.round(found / step) * step)
    return [float(round(bound, 6)) for bound in rounded if bound > known.min()]
