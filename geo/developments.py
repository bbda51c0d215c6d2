"""
NYCHA developments: where they stand, what reaches them, whether they are eligible, and in which order to act.

Need of a development is the need of its place: the residents' weighted mean over the tax lots inside its outline (or
the nearest lot, where none is inside) of the need of the tract or NTA that each lot lies in. It describes the
neighbourhood, since the survey does not count developments.
"""

from collections.abc import Hashable, Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.access import coordinates_m
from geo.crs import METRES
from geo.gaps import weighted_mean
from geo.indicators import INDICATORS
from geo.method import PRIORITY_WEIGHTS, SIZE_GOALPOSTS
from geo.need import scale
from geo.supply import supply, to_sites_m
from geo.tables import first_reason

NEED_FROM: Final = {"geoid": "tracts", "nta": "NTAs"}
GRID_M: Final = 20.0
ELIGIBLE: Final = "eligible"
SITE_KEYS: Final = {"kiosk": "site_id", "centre": "facility_id"}
NO_OUTLINE: Final = "no outline: its place, need and reach are not known"
OF_PLACE: Final = (
    "need",
    *(f"{indicator.code}_{part}" for indicator in INDICATORS for part in ("share", "moe_share")),
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
    city_need: float,
    walk_m: float,
    as_of: str,
) -> gpd.GeoDataFrame:
    """
    The developments with the need of their place, supply, nearest sites, eligibility, priority and reasons.

    Parameters
    ----------
    rows, lots, sites
        As `geo.tables.DEVELOPMENTS` and `LOTS` have them, with residents; sites that count, by kind.
    lots_m
        The lots as an array (n, 2) of metres in EPSG:32118.
    area, place
        The key of the surveyed area that each lot lies in, and the scores of those areas by key.
    """
    frame = rows.set_index("tds")
    pairs = lots_of(frame.geometry, lots_m)
    people = lots["residents"].fillna(0).clip(lower=1)
    frame = frame.join(place_means(pairs, place[[*OF_PLACE]], area, people))
    frame["need_from"] = first_reason(frame.index, (frame["need"].notna(), NEED_FROM[str(area.name)]))
    places_m, group = grid_m(frame.geometry)
    curve = supply(to_sites_m(places_m, sites), pd.Series(1.0, group.index), group, walk_m).drop(columns="residents")
    frame = frame.join(curve.rename(columns={"reach_share": "supply"}))
    frame["supply"] *= 100
    for kind, key in SITE_KEYS.items():
        frame = frame.join(nearest_from_outline(frame.geometry, sites.get(kind), key, kind))
    frame["eligibility"] = eligibility(frame, as_of)
    frame["priority"] = priorities(frame)
    frame["reasons"] = reasons(frame, city_need, walk_m)
    frame["note"] = first_reason(frame.index, (frame.geometry.isna(), NO_OUTLINE))
    return frame.reset_index()


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


def place_means(pairs: pd.DataFrame, values: pd.DataFrame, area: pd.Series, residents: pd.Series) -> pd.DataFrame:
    """
    Residents' weighted means, over each development's lots, of the columns of `values`.

    Parameters
    ----------
    values
        One row an area, indexed by its key.
    area, residents
        Of each lot: the key of the area that it lies in, and its people.

    Returns
    -------
    means
        Indexed by development. An area without a value counts for nothing; a development none of whose areas has one
        gets NaN. Columns named `…_moe_share` are the margins of `…_share`: they are added in quadrature between areas,
        since the lots of one area share one estimate and one error; one that is not known makes the margin NaN.
    """
    people = residents.iloc[pairs["lot"]]
    weight = people.groupby([pairs["development"].to_numpy(), area.iloc[pairs["lot"]].to_numpy()]).sum()
    parts = values.reindex(weight.index.get_level_values(1)).set_axis(weight.index)
    means = {}
    for name in parts:
        known = parts[str(name).replace("_moe_share", "_share")].notna()
        power = 2 if str(name).endswith("_moe_share") else 1
        summed = ((parts[name] * weight)[known] ** power).groupby(level=0).sum(skipna=False)
        means[name] = summed ** (1 / power) / weight[known].groupby(level=0).sum()
    return pd.DataFrame(means, index=weight.index.unique(level=0))


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


def eligibility(developments: gpd.GeoDataFrame, as_of: str) -> pd.Series:
    """
    Whether Big Apple Connect may serve each development on the ISO date `as_of`, in words that start with the answer.

    Developments converted to PACT/RAD are not eligible (OTI, September 2022). One that the data book lists as public
    housing and the map of public housing no longer shows is not confirmed either way.
    """
    pact = developments["pact_date"]
    converted = pact.notna() & (pact <= as_of)
    return first_reason(
        developments.index,
        (converted, "not eligible: converted to PACT on " + pact.astype(str)),
        (developments["pact_text"].notna(), "not confirmed: a conversion to PACT is stated, its date cannot be read"),
        (developments.geometry.isna(), "not confirmed: no longer on the map of public housing"),
        (pact.notna(), f"{ELIGIBLE} until conversion to PACT on " + pact.astype(str)),
    ).fillna(ELIGIBLE)


def priorities(developments: pd.DataFrame) -> pd.Series:
    """
    0–100 for each development that may be served: the declared mean of need, of its grounds beyond reach and of size.

    A part that the whole snapshot lacks is left out; a development that lacks one gets NaN. Needs the columns
    `eligibility`, `need`, `supply` and `apartments`.
    """
    parts = pd.DataFrame(
        {
            "need": developments["need"],
            "beyond_reach": 100 - developments["supply"],
            "size": scale(developments["apartments"], SIZE_GOALPOSTS),
        }
    ).dropna(axis=1, how="all")
    may = developments["eligibility"].str.startswith(ELIGIBLE)
    return weighted_mean(parts, PRIORITY_WEIGHTS).where(may)


def reasons(developments: pd.DataFrame, city_need: float, walk_m: float) -> pd.Series:
    """The priority of each development in one sentence of plain words, with what is not known said."""
    return pd.Series(
        [_sentence(row, city_need, walk_m) for row in developments.to_dict("records")],
        index=developments.index,
        dtype=object,
    )


def _sentence(row: Mapping[Hashable, object], city_need: float, walk_m: float) -> str:
    said = [str(row["eligibility"])]
    said.append(_known(row["apartments"], "{:,.0f} apartments", "number of apartments not known"))
    above = "above" if _number(row["need"]) > city_need else "not above"
    compared = _known(city_need, f", {above} the city's {{:.1f}}", "")
    said.append(_known(row["need"], f"need of its place {{:.1f}} of 100{compared}", "need not known"))
    said += [
        f"around it {100 * _number(row[f'{indicator.code}_share']):.0f} % {indicator.finding}"
        for indicator in INDICATORS
        if _number(row[f"{indicator.code}_share"]) >= indicator.goalposts[1]
    ]
    reached = f"{{:.0f}} % of its grounds within {walk_m:g} m of working public access"
    said.append(_known(row["supply"], reached, "reach of public access not known"))
    said.append(_known(row["nearest_kiosk_m"], "nearest working kiosk {:,.0f} m", "no distance to a kiosk"))
    said.append(_known(row["nearest_centre_m"], "nearest computer centre {:,.0f} m", "no distance to a centre"))
    if isinstance(row["senior"], str):
        said.append(f"for older adults {row['senior']}")
    return "; ".join(said)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _known(value: object, text: str, otherwise: str) -> str:
    return otherwise if np.isnan(_number(value)) else text.format(value)
