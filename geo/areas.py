"""The areas that are scored, from tract to city: their keys, how they nest, which lots they hold, their outlines."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import METRES
from geo.outlines import dissolve

CITY: Final = "New York City"
KEYS: Final = {"tracts": "geoid", "ntas": "nta", "cdtas": "cdta", "boroughs": "borough", "city": "city"}
"""Each geography, finest first, and the column that identifies one of its areas."""

AROUND: Final = {
    "tracts": ["name", "nta", "nta_name", "cdta", "cdta_name", "borough"],
    "ntas": ["nta_name", "cdta", "cdta_name", "borough"],
    "cdtas": ["cdta_name", "borough"],
    "boroughs": [],
    "city": [],
}


NAMES: Final = {"ntas": "nta_name", "cdtas": "cdta_name"}
"""The column of `tracts` that names the areas of a geography; tracts are named, boroughs are their names."""


def nested(tracts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """`tracts` with a column for each key of `KEYS`."""
    return tracts.assign(city=CITY)


def members(tracts: pd.DataFrame, small: str, large: str) -> pd.Series:
    """Key of each area of the geography `small` → key of the area of `large` that holds it."""
    pairs = tracts.drop_duplicates(KEYS[small])
    return pd.Series(pairs[KEYS[large]].to_numpy(), index=pairs[KEYS[small]].to_numpy())


def locate(lots: gpd.GeoDataFrame, tracts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """`lots` (points) with every key of the tract that each lies in; off the shoreline, of the nearest tract."""
    keys = tracts[[*KEYS.values()]].iloc[positions(lots, tracts)].set_axis(lots.index)
    return lots.join(keys)


def positions(lots: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame) -> np.ndarray:
    """For each lot (point) the row number of the outline that it lies in, or else of the nearest."""
    row, outline = outlines.sindex.query(lots.geometry, predicate="intersects")
    position = np.full(len(lots), -1)
    position[row] = outline
    if (astray := np.flatnonzero(position < 0)).size:
        ashore = outlines.to_crs(METRES).sindex
        (row, outline), _ = ashore.nearest(
            lots.geometry.iloc[astray].to_crs(METRES), return_all=False, return_distance=True
        )
        position[astray[row]] = outline
    return position


def outlined(scores: pd.DataFrame, geography: str, tracts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """`scores` (indexed by key) with the key as a column, the names of what lies around, and the outline."""
    key = KEYS[geography]
    named = tracts.drop_duplicates(key).set_index(key)
    outlines = named.geometry if geography == "tracts" else dissolve(tracts, tracts[key])
    frame = named[AROUND[geography]].join(scores, how="left").sort_index()
    frame = frame.rename(columns={NAMES.get(geography): "name"})
    return gpd.GeoDataFrame(
        frame.rename_axis(key).reset_index(), geometry=outlines.loc[frame.index].to_numpy(), crs=tracts.crs
    )
