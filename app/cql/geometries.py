"""The geometries that a filter contains: GeoJSON or a box in the system of the filter, as longitude and latitude."""

import math
from typing import Any, Final

import numpy as np
import orjson
import shapely

from app.ogc.crs import Crs, areas
from geo.errors import BadQuery

LEVELS: Final = {
    "POINT": 0,
    "MULTIPOINT": 1,
    "LINESTRING": 1,
    "POLYGON": 2,
    "MULTILINESTRING": 2,
    "MULTIPOLYGON": 3,
}
"""Lists within which the positions of each type are."""

FEWEST: Final = {"LINESTRING": 2, "MULTILINESTRING": 2, "POLYGON": 4, "MULTIPOLYGON": 4}
"""Positions of a line or a ring."""


def read_geometry(node: dict[str, Any], crs: Crs) -> Any:
    """
    The geometry `node` (GeoJSON, or an object with a bbox) of the system `crs`, as longitude and latitude.

    Raises
    ------
    BadQuery
        It is none; the message says what is wrong, as the end of a sentence.
    """
    if "bbox" in node:
        return _box(node["bbox"], crs)
    if wrong := problem(node):
        raise BadQuery(wrong)
    try:
        written = shapely.force_2d(shapely.from_geojson(orjson.dumps(node)))
    except (shapely.GEOSException, orjson.JSONEncodeError) as exc:
        raise BadQuery(f"which is no geometry: {exc}") from None
    with np.errstate(all="ignore"):
        placed = crs.taken(written)
    x, y = shapely.get_coordinates(placed).T
    outside = ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
    if outside.any():
        given = shapely.get_coordinates(written)[outside.argmax()].tolist()
        raise BadQuery(
            f"whose position {given} is outside of longitude -180 to 180, latitude -90 to 90; the filter is in "
            f"{crs.title}"
        )
    if not shapely.is_valid(placed):
        raise BadQuery(f"which is not a valid geometry: {shapely.is_valid_reason(placed)}")
    return placed


def problem(node: dict[str, Any]) -> str:
    """What is wrong with the form of `node`, GeoJSON, as the end of a sentence; empty where nothing is."""
    kind = str(node["type"]).upper()
    if kind == "GEOMETRYCOLLECTION":
        members = node.get("geometries")
        if not isinstance(members, list) or not members:
            return "expected a list of geometries in geometries"
        for part in members:
            if not isinstance(part, dict) or str(part.get("type")).upper() not in LEVELS:
                return "expected points, lines and polygons in geometries"
        return next(filter(None, map(problem, members)), "")
    return _problem(node.get("coordinates"), LEVELS[kind], kind)


def _problem(value: Any, level: int, kind: str) -> str:
    if not isinstance(value, list) or not value:
        return "expected a list of coordinates that is not empty"
    if level == 0:
        numbers = all(isinstance(part, int | float) and not isinstance(part, bool) for part in value)
        if not numbers or not 2 <= len(value) <= 4 or not all(map(math.isfinite, value)):
            return f"whose position {str(value)[:60]} is not two or three finite numbers"
        return ""
    if found := next(filter(None, (_problem(part, level - 1, kind) for part in value)), ""):
        return found
    if level > 1 or kind not in FEWEST:
        return ""
    closed = kind.endswith("POLYGON")
    if closed and value[0] != value[-1]:
        return f"whose ring of {len(value)} positions is open: it begins at {value[0]} and ends at {value[-1]}"
    if len(value) < FEWEST[kind]:
        return f"with {len(value)} positions in a {'ring' if closed else 'line'}, expected {FEWEST[kind]} or more"
    return ""


def _box(numbers: list[Any], crs: Crs) -> Any:
    """A box, in two parts where it crosses the antimeridian, and empty where it is far from the city."""
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in numbers):
        raise BadQuery("expected four numbers, or six with heights")
    with np.errstate(all="ignore"):
        return shapely.union_all(areas(numbers, crs, ",".join(f"{part:g}" for part in numbers)))
