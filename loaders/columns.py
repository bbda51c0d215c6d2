"""Columns of upstream rows → ours: under our names, with one message for all that are missing, and as points."""

from collections.abc import Iterable, Mapping
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from geo.crs import WGS84
from geo.errors import UpstreamChanged
from loaders.cells import numbers


def need_columns(rows: pd.DataFrame, names: Iterable[str], what: str) -> None:
    """
    Refuse `rows` that lack one of `names`.

    Raises
    ------
    UpstreamChanged
        Names every missing column and those that were found.
    """
    if missing := [name for name in names if name not in rows]:
        found = ", ".join(map(str, rows.columns[:12])) + (" …" if len(rows.columns) > 12 else "")
        raise UpstreamChanged(
            f"{what}: columns {missing} are missing (found: {found}); "
            "check that this is the right dataset, and that the export has all columns"
        )


def renamed(rows: pd.DataFrame, columns: Mapping[str, tuple[str, ...]], what: str) -> tuple[pd.DataFrame, list[str]]:
    """
    The columns of `rows` under our names.

    Parameters
    ----------
    columns
        Our name → the names that exports of this dataset give it, the first one found is taken.

    Returns
    -------
    frame, read
        A column for each of `columns`, and upstream's names of those columns.

    Raises
    ------
    UpstreamChanged
        A column is there under none of its names.
    """
    found = {ours: next((name for name in theirs if name in rows), theirs[0]) for ours, theirs in columns.items()}
    need_columns(rows, found.values(), what)
    return pd.DataFrame({ours: rows[theirs] for ours, theirs in found.items()}), [*found.values()]


def other_columns(rows: pd.DataFrame, read: Iterable[str]) -> list[str]:
    """The columns of `rows` that are not among those `read`, sorted: what the manifest lists as ignored."""
    return sorted({str(name) for name in rows} - {*read, "geometry"})


CITY: Final = (-74.3, 40.4, -73.6, 41.0)
"""West, south, east and north of the city with a margin, in degrees."""


def in_city(places: gpd.GeoSeries) -> pd.Series:
    """Whether each place (EPSG:4326) lies within the city's bounds; a missing one does."""
    west, south, east, north = CITY
    bounds = places.bounds
    inside = bounds["minx"].ge(west) & bounds["miny"].ge(south) & bounds["maxx"].le(east) & bounds["maxy"].le(north)
    return pd.Series(inside | places.isna(), index=places.index)


def points(rows: pd.DataFrame, longitude: str, latitude: str) -> gpd.GeoSeries:
    """Points in EPSG:4326 from two columns of degrees; None where one is missing or outside the city's bounds."""
    lon, lat = numbers(rows[longitude]), numbers(rows[latitude])
    west, south, east, north = CITY
    inside = lon.between(west, east) & lat.between(south, north)
    made = shapely.points(lon.to_numpy(), lat.to_numpy())
    return gpd.GeoSeries(pd.Series(made, index=rows.index, dtype=object).where(inside, None), crs=WGS84)
