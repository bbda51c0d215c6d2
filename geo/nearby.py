"""
What is near a place: the nearest sites of one kind, and how many are inside.

Distances are straight lines in EPSG:32118 from the outline of the place. What is inside the outline, or crosses it, is
0 metres away; of several such, the nearest to the middle (centroid) come first.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from shapely import STRtree

from geo.crs import METRES

MOST: Final = 3
FIRST_M: Final = 250.0
"""How far is looked at first; twice as far each time until enough is found."""


@dataclass(frozen=True)
class Near:
    """
    The sites nearest to a place.

    Attributes
    ----------
    rows
        Their row numbers, the nearest first.
    metres
        How far each is from the outline, 0 inside.
    inside
        How many sites are inside the outline or cross it.
    """

    rows: list[int]
    metres: list[float]
    inside: int


def in_metres(shapes: gpd.GeoSeries) -> np.ndarray:
    """The geometries in EPSG:32118, None for what has no place."""
    return np.asarray(shapes.to_crs(METRES).to_numpy())


def nearby(outline: shapely.Geometry, sites: STRtree, most: int = MOST) -> Near:
    """
    The sites nearest to a place.

    Parameters
    ----------
    outline
        A polygon in EPSG:32118.
    sites
        Points or polygons in EPSG:32118; those without a place are near nothing.
    """
    placed = int((~(shapely.is_missing(sites.geometries) | shapely.is_empty(sites.geometries))).sum())
    inside = found = sites.query(outline, predicate="intersects")
    reach = FIRST_M
    while len(found) < min(most, placed):
        found = sites.query(outline, predicate="dwithin", distance=reach)
        reach *= 2
    outside = np.setdiff1d(found, inside)
    rows = np.concatenate([inside, outside])
    metres = np.concatenate([np.zeros(len(inside)), shapely.distance(outline, sites.geometries[outside])])
    middle = shapely.distance(shapely.centroid(outline), sites.geometries[rows])
    order = np.lexsort((rows, middle, metres))[:most]
    return Near(rows[order].tolist(), metres[order].tolist(), len(inside))
