"""
The coordinate reference systems in which features are asked for and given (OGC API – Features Part 2, 18-058r1).

Everything is kept in longitude and latitude on EPSG:4326; here it is put into another system, and what a caller sends
is put back.
"""

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import shapely
from pyproj import Transformer

from geo.crs import COORDINATE_DECIMALS, WGS84
from geo.errors import BadQuery

PREFIX: Final = "http://www.opengis.net/def/crs/"
STRAIGHT: Final = 500.0
"""Units of a projected system up to which a line is as good as straight in degrees: it bends by 4 mm in 500 m."""

PIECES: Final = 4_000
"""Most pieces into which the lines of a geometry are cut before they are bent."""

AROUND: Final = shapely.box(-75.5, 39.5, -72.5, 42.0)
"""Degrees around the city: what of a box lies outside holds no feature, and projections do not reach everywhere."""


@dataclass(frozen=True)
class Crs:
    """
    One system: its address, and how coordinates are written in it.

    Attributes
    ----------
    decimals
        Decimals of a coordinate: 11 cm in degrees, a hundredth of a metre or of a foot.
    latitude_first
        Whether the axes come as latitude, longitude.
    """

    uri: str
    epsg: str
    title: str
    decimals: int
    latitude_first: bool = False

    @property
    def degrees(self) -> bool:
        """Whether coordinates are degrees on the very datum that is kept."""
        return self.epsg == WGS84

    @property
    def header(self) -> dict[str, str]:
        """The header that names the system of the coordinates of an answer (18-058r1, 6.2.6)."""
        return {"Content-Crs": f"<{self.uri}>"}

    def given(self, geometries: np.ndarray) -> np.ndarray:
        """`geometries` (longitude, latitude) in this system and its order of axes, rounded to `decimals`."""
        return np.asarray(shapely.transform(geometries, self._out))

    def taken(self, geometry: Any) -> Any:
        """A geometry of this system, in its order of axes, as longitude and latitude; its lines as they run there."""
        if not self.degrees:
            side = max(STRAIGHT, shapely.length(geometry) / PIECES)
            with suppress(shapely.errors.GEOSException):  # a line without length cannot be cut, and need not be
                geometry = shapely.segmentize(geometry, side) if math.isfinite(side) else geometry
        return shapely.transform(geometry, self._back)

    def _out(self, places: np.ndarray) -> np.ndarray:
        if not self.degrees:
            places = np.column_stack(_transformer(WGS84, self.epsg).transform(places[:, 0], places[:, 1]))
        return (places[:, ::-1] if self.latitude_first else places).round(self.decimals)

    def _back(self, places: np.ndarray) -> np.ndarray:
        ordered = places[:, ::-1] if self.latitude_first else places
        if self.degrees:
            return ordered
        return np.column_stack(_transformer(self.epsg, WGS84).transform(ordered[:, 0], ordered[:, 1]))


CRS84: Final = Crs(f"{PREFIX}OGC/1.3/CRS84", WGS84, "longitude, latitude (WGS 84)", COORDINATE_DECIMALS)
SERVED: Final = {
    crs.uri: crs
    for crs in (
        CRS84,
        Crs(f"{PREFIX}EPSG/0/4326", WGS84, "latitude, longitude (WGS 84)", COORDINATE_DECIMALS, latitude_first=True),
        Crs(f"{PREFIX}EPSG/0/2263", "EPSG:2263", "New York Long Island, US feet (NAD83)", 2),
        Crs(f"{PREFIX}EPSG/0/3857", "EPSG:3857", "Web Mercator", 2),
        Crs(f"{PREFIX}EPSG/0/32118", "EPSG:32118", "New York Long Island, metres (NAD83)", 2),
    )
}
"""Each system by its address; the first is the default, and the one that features are kept in."""


def named(uri: str, parameter: str) -> Crs:
    """
    The system that `parameter` names; a safe CURIE such as `[EPSG:2263]` and a plain `EPSG:2263` are understood too.

    Raises
    ------
    BadQuery
        It is none of those that are served.
    """
    short = uri.removeprefix("[").removesuffix("]")
    authority, _, code = short.partition(":")
    known = {"EPSG": f"{PREFIX}EPSG/0/{code}", "OGC": f"{PREFIX}OGC/1.3/{code}"}
    found = SERVED.get(uri) or SERVED.get(known.get(authority.upper(), ""))
    if found is None:
        raise BadQuery(f"{parameter}: found {uri!r}, expected one of: {', '.join(SERVED)}")
    return found


def areas(numbers: Iterable[float], crs: Crs, told: str) -> list[Any]:
    """
    What a bounding box covers, as polygons in longitude and latitude: two where it crosses the antimeridian.

    Parameters
    ----------
    numbers
        Four, or six with heights, which say nothing of flat features: least of the first axis, of the second, [of
        height,] then the greatest.
    told
        The box as the caller wrote it, for the error.

    Raises
    ------
    BadQuery
        Not four or six finite numbers, or no box in `crs`.
    """
    box = [*numbers]
    if len(box) not in (4, 6) or not all(map(math.isfinite, box)):
        raise BadQuery(f"bbox: found {told!r}, expected four finite numbers, or six with heights")
    west, south, east, north = box if len(box) == 4 else (*box[:2], *box[3:5])
    if len(box) == 6 and box[2] > box[5]:
        raise BadQuery(f"bbox: in {told!r} the least height is above the greatest")
    if not crs.degrees:
        return [_bent(west, south, east, north, crs, told)]
    if crs.latitude_first:
        west, south, east, north = south, west, north, east
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise BadQuery(f"bbox: {told!r} is outside longitude -180 to 180, latitude -90 to 90, or its south is north")
    if west <= east:
        return [_box(west, south, east, north)]
    return [_box(west, south, 180, north), _box(-180, south, east, north)]


def _bent(west: float, south: float, east: float, north: float, crs: Crs, told: str) -> Any:
    """A box of a projected system, as far as it is around the city, its sides as they run in degrees; else empty."""
    if west > east or south > north:
        raise BadQuery(f"bbox: {told!r} has a least coordinate above its greatest; only degrees can cross 180")
    least, most = np.array(_reach(crs)[:2]), np.array(_reach(crs)[2:])
    corner, opposite = np.maximum((west, south), least), np.minimum((east, north), most)
    if (corner > opposite).any():
        return shapely.Polygon()
    return crs.taken(_box(*corner, *opposite))


def _box(west: float, south: float, east: float, north: float) -> Any:
    """A box; one without width or height is a line or a point, since a polygon could not be."""
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)


@cache
def _reach(crs: Crs) -> tuple[float, ...]:
    """The bounds of `AROUND` in a projected system."""
    return tuple(crs.given(np.array([shapely.segmentize(AROUND, 0.1)]))[0].bounds)


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)
