"""
How an area is coloured: classes of the measure, dots where it is weak, hatching where there is no value.

These are the rules of static/map/areas.js, so that a picture and the map show the same.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from app.features import Collection
from app.layers import AREA_COLUMNS
from app.map import Measure
from app.weakness import rated

GROUND: Final = "#e8e8e5"
LINE: Final = "#8b8e90"
"""Of the hatching that stands for no value."""

NONE: Final = -1
"""The class of an area without a value."""


def bounds(measure: Measure, layer: str) -> tuple[float, ...]:
    """The inner class bounds of `measure` in an area layer; those of another layer where it declares none."""
    return tuple(measure.breaks.get(layer, next(iter(measure.breaks.values()), ())))


def colours(measure: Measure, layer: str) -> tuple[str, ...]:
    """The colour of each class, spread over the whole ramp."""
    last, ramp = len(bounds(measure, layer)), measure.colours
    return tuple(ramp[math.floor(at * (len(ramp) - 1) / last + 0.5) if last else 0] for at in range(last + 1))


def dot_colour(colour: str) -> str:
    """The colour of the dots that show on `colour`."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#6d7a86" if 0.3 * red + 0.59 * green + 0.11 * blue > 150 else "#ffffff"


def value_name(measure: Measure) -> str:
    """The property that holds the values of `measure`."""
    return f"{measure.code}_share" if measure.unit == "share" else measure.code


def is_estimate(measure: Measure) -> bool:
    """Whether a measure could have an interval; what is counted has none."""
    return _margin_name(measure) in AREA_COLUMNS or f"{measure.code}_low" in AREA_COLUMNS


def values(collection: Collection, measure: Measure) -> pd.DataFrame:
    """
    What the areas of a collection are coloured by.

    Returns
    -------
    values
        `value`, and `low` and `high` of its 90 % interval as far as the map's layers carry them, indexed by id; NaN
        where one is not known.
    """
    known = {name: collection.values(name) for name in AREA_COLUMNS if name in collection.columns}
    nothing = pd.Series(np.nan, index=collection.frame.index)
    value = known[value_name(measure)].astype(float)
    margin = known.get(_margin_name(measure), nothing).astype(float)
    low, high = (known.get(f"{measure.code}_{end}", nothing).astype(float) for end in ("low", "high"))
    sure = margin.notna()
    found = pd.DataFrame(
        {"value": value, "low": low.mask(sure, value - margin), "high": high.mask(sure, value + margin)}
    )
    found = found.mask(found["low"].isna() | found["high"].isna(), found.assign(low=np.nan, high=np.nan))
    return found.set_axis(pd.Index(collection.ids))


def tried_values(published: pd.DataFrame, measure: Measure, areas: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """`published` values replaced by those that are tried (columns, `id` among them), which have no intervals."""
    value = pd.Series([*areas[measure.code]], index=pd.Index(areas["id"]), dtype=float).reindex(published.index)
    return pd.DataFrame({"value": value, "low": np.nan, "high": np.nan}, index=published.index)


def shades(values: pd.DataFrame, measure: Measure, layer: str) -> pd.DataFrame:
    """
    The class of each area, from 0, `NONE` without a value; and whether it is weak.

    Weak is an area whose 90 % interval reaches two classes away or farther: its colour says little.

    Parameters
    ----------
    values
        `value`, `low` and `high`, as `values` gives them.

    Returns
    -------
    shades
        `of` (whole numbers) and `weak` (flags), indexed as `values`.
    """
    inner = bounds(measure, layer)
    classes = np.searchsorted(inner, values["value"].to_numpy(float), side="right")
    of = np.where(values["value"].notna(), classes, NONE)
    weak = rated(values["value"], values["low"], values["high"], inner) == "weak"
    return pd.DataFrame({"of": of, "weak": weak.to_numpy(bool)}, index=values.index)


def _margin_name(measure: Measure) -> str:
    return f"{measure.code}_moe_share" if measure.unit == "share" else f"{measure.code}_moe"
