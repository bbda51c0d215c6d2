"""
NYCHA developments: where they stand, what reaches them, and what the survey says of their places.

Need of a development is the need of its place: the residents' weighted mean over the tax lots inside its outline (or
the nearest lot, where none is inside) of the need of the tract or NTA that each lot lies in. It describes the
neighbourhood, since the survey does not count developments.
"""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.access import coordinates_m
from geo.crs import METRES
from geo.indicators import CHILDREN, INDICATORS
from geo.supply import supply, to_sites_m
from geo.tables import first_reason

NEED_FROM: Final = {"geoid": "tracts", "nta": "NTAs"}
GRID_M: Final = 20.0
SITE_KEYS: Final = {"kiosk": "site_id", "centre": "facility_id"}
NO_OUTLINE: Final = "no outline: its place, need and reach are not known"
OF_PLACE: Final = (
    "need",
    *(f"{indicator.code}_{part}" for indicator in (*INDICATORS, CHILDREN) for part in ("share", "moe_share")),
)
"""What a development takes from the areas that its lots lie in."""


def score(
    rows: gpd.GeoDataFrame,
    lots: gpd.GeoDataFrame,
    lots_m: np.ndarray,
    *,
    area: pd.Series,
    place: pd.DataFrame,
    sites: Mapping[str, gpd.GeoDataFrame],
    walk_m: float,
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """
    The developments with the need of their place, supply and nearest sites.

    Parameters
    ----------
    rows, lots, sites
        As `geo.tables.DEVELOPMENTS` and `LOTS` have them, with residents; sites that count, by kind.
    lots_m
        The lots as an array (n, 2) of metres in EPSG:32118.
    area, place
        The key of the surveyed area that each lot lies in, and the scores of those areas by key.

    Returns
    -------
    developments, shares
        The rows with `OF_PLACE`, the curve of reach, the nearest sites and `note`; and `shares_of_places`.
    """
    frame = rows.set_index("tds")
    pairs = lots_of(frame.geometry, lots_m)
    people = lots["residents"].fillna(0).clip(lower=1)
    shares = shares_of_places(pairs, area, people)
    frame = frame.join(place_means(shares, place[[*OF_PLACE]]))
    frame["need_from"] = first_reason(frame.index, (frame["need"].notna(), NEED_FROM[str(area.name)]))
    frame = frame.join(reached(frame.geometry, sites, walk_m))
    frame["note"] = first_reason(frame.index, (frame.geometry.isna(), NO_OUTLINE))
    return frame.reset_index(), shares


def reached(outlines: gpd.GeoSeries, sites: Mapping[str, gpd.GeoDataFrame], walk_m: float) -> pd.DataFrame:
    """
    What `sites` (those that count, by kind) reach of the grounds of each development.

    Returns
    -------
    reached
        Index as `outlines`: the curve of reach (`geo.supply.supply`), `supply` (0–100), and the nearest site of each
        kind with its distance in metres.
    """
    places_m, group = grid_m(outlines)
    curve = supply(to_sites_m(places_m, sites), pd.Series(1.0, group.index), group, walk_m).drop(columns="residents")
    frame = curve.rename(columns={"reach_share": "supply"}).reindex(outlines.index)
    frame["supply"] *= 100
    for kind, key in SITE_KEYS.items():
        frame = frame.join(nearest_from_outline(outlines, sites.get(kind), key, kind))
    return frame


def grid_m(outlines: gpd.GeoSeries) -> tuple[np.ndarray, pd.Series]:
    """
    Points that stand for the people of each development, evenly spread over its outline.

    A campus is one tax lot with one point, often far from most of its doors: reach is counted over the grounds instead.

    Returns
    -------
    places_m, development
        Array (n, 2) in EPSG:32118, every `GRID_M` metres (at least one a development), and the label of each.
    """
    known = outlines.dropna().to_crs(METRES)
    found = []
    for outline in known:
        west, south, east, north = outline.bounds
        x, y = np.meshgrid(np.arange(west, east, GRID_M) + GRID_M / 2, np.arange(south, north, GRID_M) + GRID_M / 2)
        inside = shapely.contains_xy(outline, x, y)
        found.append(np.column_stack([x[inside], y[inside]]) if inside.any() else _middle(outline))
    labels = np.repeat(known.index.to_numpy(), [len(points) for points in found])
    return np.concatenate([np.empty((0, 2)), *found]), pd.Series(labels, name="development")


def _middle(outline: shapely.Geometry) -> np.ndarray:
    return np.asarray(shapely.get_coordinates(outline.representative_point()))


def lots_of(outlines: gpd.GeoSeries, lots_m: np.ndarray) -> pd.DataFrame:
    """
    The tax lots of each development.

    Parameters
    ----------
    outlines
        n polygons in EPSG:4326, a unique index, None where the outline is not known.
    lots_m
        Array (m, 2), metres in EPSG:32118.

    Returns
    -------
    pairs
        `development` (label of `outlines`), `lot` (row of `lots_m`) and `inside`; a development without a lot
        inside gets its nearest lot.
    """
    known = outlines.dropna().to_crs(METRES)
    tree = shapely.STRtree(shapely.points(lots_m))
    row, lot = tree.query(known.to_numpy(), predicate="intersects")
    empty = np.setdiff1d(np.arange(len(known)), row)
    nearest = tree.nearest(known.to_numpy()[empty])
    return pd.DataFrame(
        {
            "development": known.index[np.concatenate([row, empty])],
            "lot": np.concatenate([lot, nearest]),
            "inside": np.repeat([True, False], [len(row), len(empty)]),
        }
    )


def shares_of_places(pairs: pd.DataFrame, area: pd.Series, residents: pd.Series) -> pd.Series:
    """
    How the people of each development's lots are spread over areas.

    Parameters
    ----------
    pairs
        As `lots_of` gives them.
    area, residents
        Of each lot: the key of the area that it lies in, and its people.

    Returns
    -------
    people
        By `development` and `place`.
    """
    people = residents.iloc[pairs["lot"]]
    grouped = people.groupby([pairs["development"].to_numpy(), area.iloc[pairs["lot"]].to_numpy()])
    return grouped.sum().rename_axis(["development", "place"])


def place_means(people: pd.Series, values: pd.DataFrame) -> pd.DataFrame:
    """
    Residents' weighted means, over each development's lots, of the columns of `values`.

    Parameters
    ----------
    people
        As `shares_of_places` gives them.
    values
        One row an area, indexed by its key.

    Returns
    -------
    means
        Indexed by development. An area without a value counts for nothing; a development none of whose areas has one
        gets NaN. Columns named `…_moe_share` are the margins of `…_share`: they are added in quadrature between areas,
        since the lots of one area share one estimate and one error; one that is not known makes the margin NaN.
    """
    parts = values.reindex(people.index.get_level_values(1)).set_axis(people.index)
    means = {}
    for name in parts:
        known = parts[str(name).replace("_moe_share", "_share")].notna()
        power = 2 if str(name).endswith("_moe_share") else 1
        summed = ((parts[name] * people)[known] ** power).groupby(level=0).sum(skipna=False)
        means[name] = summed ** (1 / power) / people[known].groupby(level=0).sum()
    return pd.DataFrame(means, index=people.index.unique(level=0))


def nearest_from_outline(outlines: gpd.GeoSeries, sites: gpd.GeoDataFrame | None, key: str, kind: str) -> pd.DataFrame:
    """`nearest_<kind>` (the site's `key`) and `nearest_<kind>_m` (metres from the outline), indexed as `outlines`."""
    columns = [f"nearest_{kind}", f"nearest_{kind}_m"]
    known = outlines.dropna().to_crs(METRES)
    if sites is None or sites.empty:
        return pd.DataFrame({columns[0]: None, columns[1]: np.nan}, index=outlines.index)
    tree = shapely.STRtree(shapely.points(coordinates_m(sites.geometry)))
    (row, site), metres = tree.query_nearest(known.to_numpy(), return_distance=True, all_matches=False)
    found = pd.DataFrame({columns[0]: sites[key].to_numpy()[site], columns[1]: metres}, index=known.index[row])
    return found.reindex(outlines.index)
