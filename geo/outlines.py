"""Outlines of areas: dissolved from tracts, and simplified for a map so that neighbours keep sharing their edges."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import COORDINATE_DECIMALS, METRES, WGS84

TOLERANCE_M = {"tracts": 12.0, "ntas": 30.0, "developments": 3.0}
"""
The detail that goes, in metres: in a coverage the square root of the area of the triangle of a vertex and its
neighbours, in a single outline the distance of a simplified edge from the true one.
"""


def dissolve(tracts: gpd.GeoDataFrame, groups: pd.Series) -> gpd.GeoSeries:
    """The outlines of the groups of a valid coverage of tracts, EPSG:4326, indexed by group label in order."""
    outlines = tracts.geometry.groupby(groups.to_numpy()).apply(
        lambda members: shapely.coverage_union_all(members.to_numpy())
    )
    return gpd.GeoSeries(shapely.orient_polygons(outlines.to_numpy()), index=outlines.index, crs=WGS84)


def simplify_coverage(outlines: gpd.GeoSeries, tolerance_m: float) -> gpd.GeoSeries:
    """
    `outlines` (a valid coverage, EPSG:4326) with fewer vertices, still a coverage: Visvalingam–Whyatt on shared
    edges (`shapely.coverage_simplify`), measured in EPSG:32118.
    """
    simple = shapely.coverage_simplify(outlines.to_crs(METRES).to_numpy(), tolerance_m)
    degrees = gpd.GeoSeries(simple, index=outlines.index, crs=METRES).to_crs(WGS84)
    return gpd.GeoSeries(shapely.orient_polygons(on_grid(degrees.to_numpy())), index=outlines.index, crs=WGS84)


def on_grid(geometries: np.ndarray) -> np.ndarray:
    """`geometries` in degrees, rounded to the decimals that are stored and served."""
    return np.asarray(shapely.transform(geometries, lambda degrees: degrees.round(COORDINATE_DECIMALS)))


def simplify_each(outlines: gpd.GeoSeries, tolerance_m: float) -> gpd.GeoSeries:
    """`outlines` (apart from each other, EPSG:4326) with fewer vertices, each valid; measured in EPSG:32118."""
    simple = outlines.to_crs(METRES).simplify(tolerance_m).to_crs(WGS84)
    return gpd.GeoSeries(shapely.orient_polygons(on_grid(simple.to_numpy())), index=outlines.index, crs=WGS84)


def for_map(scored: Mapping[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoSeries]:
    """
    Outlines for a map of the scored tables that have some, each with the index of its table.

    Larger areas are dissolved from the simplified NTAs, so that the two fit when they are drawn over each other.
    """
    ntas = scored["ntas"].set_geometry(simplify_coverage(scored["ntas"].geometry, TOLERANCE_M["ntas"]))
    outlines = {
        "tracts": simplify_coverage(scored["tracts"].geometry, TOLERANCE_M["tracts"]),
        "ntas": ntas.geometry,
    }
    for name, key in (("cdtas", "cdta"), ("boroughs", "borough")):
        outlines[name] = dissolve(ntas, ntas[key]).loc[scored[name][key]].set_axis(scored[name].index)
    if "developments" in scored:
        known = scored["developments"].geometry.dropna()
        outlines["developments"] = simplify_each(known, TOLERANCE_M["developments"])
    return outlines
