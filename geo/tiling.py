"""
Tiles of the world in Web Mercator (WebMercatorQuad of OGC 17-083r4), and geometries made to fit them.

A level is what a collection looks like at one zoom: its geometries on the integer grid of that zoom, simplified to what
a screen can show. It is made of the collection as a whole, so that neighbours share their edges in every tile and from
tile to tile; a tile is cut out of it.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
import shapely

DEEPEST: Final = 16
"""The closest zoom, at which nothing is simplified; a map that goes closer enlarges its tiles."""

EXTENT: Final = 4096
"""Units of the grid along the side of a tile."""

BUFFER: Final = 64
"""Units around a tile that are drawn with it, so that no line shows where two tiles meet."""

TOLERANCE: Final = {"coverage": 8.0, "apart": 4.0}
"""
The detail that goes, in units, 8 being a pixel of a tile 512 wide: in a coverage the square root of the area of the
triangle of a vertex and its neighbours, in a single outline the distance of a simplified edge from the true one.
"""

RADIUS_M: Final = 6_378_137.0
SIDE_M: Final = 2 * math.pi * RADIUS_M
"""The side of the square that is the world, in metres of EPSG:3857."""

PIXELS: Final = 256
"""Pixels along the side of a tile in the definition of the grid; a screen may show it larger."""

PIXEL_M: Final = 0.00028
"""The side of a pixel that scales are stated for."""

NORTHERNMOST: Final = math.degrees(math.atan(math.sinh(math.pi)))
"""The latitude at which the square ends, 85.05 degrees."""

Form = Literal["coverage", "apart", "points"]
Box = tuple[float, float, float, float]


class Span(NamedTuple):
    """A block of tiles of one zoom, its edges included; rows count from the north, columns from 180° west."""

    min_row: int
    max_row: int
    min_column: int
    max_column: int


@dataclass(frozen=True)
class Level:
    """
    The geometries of a collection at one zoom.

    Attributes
    ----------
    rows
        The row of the collection that each geometry is of, ascending; what collapses at this zoom is not in here.
    shapes
        The geometries in units of the zoom, whole numbers, x to the east and y to the south from the top left.
    """

    form: Form
    rows: np.ndarray
    shapes: np.ndarray
    tree: shapely.STRtree

    def cut(self, row: int, column: int) -> tuple[np.ndarray, np.ndarray]:
        """
        What lies in a tile and its buffer: rows of the collection, and geometries in units from the tile's top left.

        Polygons are valid on the grid; on a screen, where y runs down, their exterior rings run clockwise.
        """
        corner = np.array([column, row]) * EXTENT
        box = (*(corner - BUFFER), *(corner + EXTENT + BUFFER))
        found = np.sort(self.tree.query(shapely.box(*box)))
        shapes = self.shapes[found]
        if self.form != "points":
            shapes = shapely.clip_by_rect(shapes, *box)
        shapes = shapely.transform(shapes, lambda places: np.rint(places - corner))
        if self.form != "points":
            shapes = shapely.orient_polygons(_polygons(shapes))
        kept = ~shapely.is_empty(shapes)
        return self.rows[found[kept]], shapes[kept]


def level(places: np.ndarray, zoom: int, form: Form) -> Level:
    """
    The level of a collection at `zoom`.

    Parameters
    ----------
    places
        n geometries as `world` gives them, None where a feature has no place.
    form
        Polygons that share edges (simplified so that they still do), polygons apart from each other, or points.

    Notes
    -----
    Rounding may pull an edge across another where areas are as small as a pixel. In this city that happens farther out
    than zoom 10, and all overlaps of a zoom together are under 8 square units, an eighth of a pixel.
    """
    known = np.flatnonzero(~(shapely.is_missing(places) | shapely.is_empty(places)))
    shapes, side = places[known], EXTENT * width(zoom)
    if form == "coverage" and zoom < DEEPEST:
        shapes = shapely.coverage_simplify(shapes, TOLERANCE[form] / side)
    if form == "apart" and zoom < DEEPEST:
        shapes = shapely.simplify(shapes, TOLERANCE[form] / side)
    shapes = shapely.transform(shapes, lambda shares: np.rint(shares * side))
    if form != "points":
        shapes = _polygons(shapes)
    kept = ~shapely.is_empty(shapes)
    return Level(form, known[kept], shapes[kept], shapely.STRtree(shapes[kept]))


def _polygons(shapes: np.ndarray) -> np.ndarray:
    """`shapes` on the grid as valid polygons on the grid, empty where nothing of an area is left."""
    fixed = shapes.copy()
    broken = ~shapely.is_valid(shapes)
    made = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    fixed[broken] = shapely.set_precision(made, 1)  # where edges crossed, the crossing need not be on the grid
    fixed[shapely.get_dimensions(fixed) != 2] = shapely.Polygon()
    return np.asarray(shapely.remove_repeated_points(fixed))


def world(geometries: np.ndarray) -> np.ndarray:
    """`geometries` (longitude, latitude) with coordinates as shares of the world's side, from its top left."""
    return np.asarray(shapely.transform(geometries, _shares))


def _shares(degrees: np.ndarray) -> np.ndarray:
    latitude = np.radians(np.clip(degrees[:, 1], -NORTHERNMOST, NORTHERNMOST))
    return np.column_stack([degrees[:, 0] / 360 + 0.5, 0.5 - np.arcsinh(np.tan(latitude)) / (2 * math.pi)])


def exists(zoom: int, row: int, column: int) -> bool:
    """Whether the grid has this tile, at a zoom that tiles are made for."""
    return 0 <= zoom <= DEEPEST and 0 <= row < width(zoom) and 0 <= column < width(zoom)


def width(zoom: int) -> int:
    """The number of tiles along the side of the world."""
    return 1 << zoom


def bounds(zoom: int, row: int, column: int) -> Box:
    """West, south, east and north of a tile, degrees."""
    across = [(edge / width(zoom) - 0.5) * 360 for edge in (column, column + 1)]
    down = [math.degrees(math.atan(math.sinh((1 - 2 * edge / width(zoom)) * math.pi))) for edge in (row, row + 1)]
    return across[0], down[1], across[1], down[0]


def covering(box: Box, zoom: int, buffer: int = 0) -> Span:
    """The tiles of a zoom that touch a box (west, south, east, north; degrees), or come within `buffer` units of it."""
    west, south, east, north = box
    (left, top), (right, bottom) = _shares(np.array([(west, north), (east, south)])) * width(zoom)
    around = buffer / EXTENT

    def tile(place: float) -> int:
        return min(max(math.floor(place), 0), width(zoom) - 1)

    return Span(tile(top - around), tile(bottom + around), tile(left - around), tile(right + around))


def limits(box: Box) -> list[Span]:
    """For each zoom the tiles that can hold anything of a collection with this extent."""
    return [covering(box, zoom, BUFFER) for zoom in range(DEEPEST + 1)]


def cell_m(zoom: int) -> float:
    """The side of a pixel of a zoom, in metres of EPSG:3857 (true to the ground at the equator only)."""
    return SIDE_M / PIXELS / width(zoom)


def scale(zoom: int) -> float:
    """The denominator of the scale of a zoom, as the standard states it."""
    return cell_m(zoom) / PIXEL_M
