"""
Where: the spatial operators of CQL2 (21-065r2, clause 7.6), and S_DWITHIN, which measures in metres.

The literal geometry is prepared, and only rows whose bounding box meets its own are looked at. What an operator will
take is estimated before it runs; the figures were measured on the 2,325 census tracts and their 171,774 vertices.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
import shapely
from pyproj import Transformer

from app.cql.geometries import read_geometry
from app.cql.question import KINDS, Question
from app.cql.reading import check_operator
from app.cql.tokens import Path
from app.cql.truth import Truth, told
from app.ogc.crs import PREFIX, SERVED, areas
from geo.crs import METRES, WGS84
from geo.errors import BadQuery

RELATIONS: Final[dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]]] = {
    "s_intersects": (shapely.intersects, shapely.intersects),
    "s_disjoint": (shapely.intersects, shapely.intersects),
    "s_equals": (shapely.equals, shapely.equals),
    "s_touches": (shapely.touches, shapely.touches),
    "s_within": (shapely.within, shapely.contains),
    "s_contains": (shapely.contains, shapely.within),
    "s_overlaps": (shapely.overlaps, shapely.overlaps),
    "s_crosses": (shapely.crosses, shapely.crosses),
}
"""Each operator, and its converse, which asks the second of the first."""

UNITS: Final = {
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1.0),
    **dict.fromkeys(("km", "kilometer", "kilometers", "kilometre", "kilometres"), 1000.0),
    **dict.fromkeys(("ft", "foot", "feet"), 0.3048),
    **dict.fromkeys(("mi", "mile", "miles"), 1609.344),
}
"""Metres of each unit."""

FARTHEST_M: Final = 100_000.0
"""Beyond this a distance is asked of all rows: a box of that size is not one in degrees."""

MEETING_S: Final = (3e-7, 1e-8, 0.0, 0.0)
RELATING_S: Final = (1e-6, 5e-8, 1.2e-7, 1.2e-5)
NEARING_S: Final = (2e-6, 4e-8, 0.0, 0.0)
"""Of S_INTERSECTS, of the other relations, which find each crossing, and of S_DWITHIN: seconds per vertex of a row,
per row and vertex of the literal, per row and pair of vertices of lines that cross, and per such pair."""


def relation(question: Question, operator: str, args: list[Any], path: Path) -> Truth:
    """Where the spatial operator is true of its two arguments."""
    straight, converse = RELATIONS[operator]
    cost = MEETING_S if straight is shapely.intersects else RELATING_S
    first, second = (_side(question, node, (*path, "args", row)) for row, node in enumerate(args))
    if first is not None and second is not None:
        for one, other in ((first, second), (second, first)):
            _pay(question, np.asarray([one]), other, cost, path)
        found = told(np.asarray(_safely(question, straight, first, second, path)), np.asarray(True))
    else:
        literal = second if first is None else first
        test = straight if first is not None else converse
        found = _of_rows(question, test, literal, cost, path)
    return Truth(found.false, found.true) if operator == "s_disjoint" else found


def within_distance(question: Question, args: list[Any], path: Path) -> Truth:
    """Where the two geometries are no farther apart than the distance, measured in EPSG:32118."""
    inner = (*path, "args")
    first, second = (_side(question, args[row], (*inner, row)) for row in (0, 1))
    reach = _reach_m(question, args, inner)
    literals = [side for side in (first, second) if side is not None]
    if not literals:
        raise question.refusal((*inner, 1), ", expected a geometry to measure to")
    placed = [shapely.transform(side, _metric) for side in literals]
    if not all(np.isfinite(shapely.get_coordinates(side)).all() for side in placed):
        raise question.refusal(path, f", whose geometry is too far from the city to be measured in {METRES}")
    if len(placed) == 2:
        _pay(question, np.asarray([placed[0]]), placed[1], NEARING_S, path)
        return told(np.asarray(shapely.dwithin(*placed, reach)), np.asarray(True))
    rows = _rows_within(question, placed[0], reach)
    _pay(question, question.rows.geometry[rows], placed[0], NEARING_S, path)
    shapely.prepare(placed[0])
    true = np.zeros(len(question.rows.geometry), dtype=bool)
    true[rows] = shapely.dwithin(placed[0], _in_metres(question, rows), reach)
    return told(true, ~shapely.is_missing(question.rows.geometry))


def is_geometry(question: Question, node: Any, path: Path) -> bool:
    """Whether the part `node` of the filter is a geometry."""
    if not isinstance(node, dict) or "op" in node:
        return False
    if "property" in node:
        return question.kind(node["property"], path) == "geometry"
    return "type" in node or "bbox" in node


def missing_geometry(question: Question, node: Any, path: Path) -> np.ndarray:
    """Where the geometry `node` is not known."""
    side = _side(question, node, path)
    return np.asarray(shapely.is_missing(question.rows.geometry) if side is None else False)


def _side(question: Question, node: Any, path: Path) -> Any:
    """One argument: a literal geometry in longitude and latitude, or None for the geometry of the rows."""
    if not is_geometry(question, node, path):
        if isinstance(node, dict) and "op" in node:
            check_operator(question.filter, node, path)
        known = isinstance(node, dict) and "property" in node
        kind = f", which is {KINDS[question.kind(node['property'], path)]}; " if known else ", "
        raise question.refusal(path, f"{kind}expected geometry, or one such as POINT(-73.95 40.7)")
    if "property" in node:
        return None
    try:
        return read_geometry(node, question.crs)
    except BadQuery as wrong:
        raise question.refusal(path, f", {str(wrong).removeprefix('bbox: ')}") from None


def _of_rows(
    question: Question, test: Callable[[Any, Any], Any], literal: Any, cost: tuple[float, ...], path: Path
) -> Truth:
    """The rows of which `test`, asked of `literal` first, is true; without a literal each is asked of itself."""
    shapes = question.rows.geometry
    true = np.zeros(len(shapes), dtype=bool)
    if literal is None:
        rows = np.flatnonzero(~shapely.is_missing(shapes))
    else:
        rows = _near(question, literal)
        shapely.prepare(literal)
    _pay(question, shapes[rows], literal, cost, path)
    true[rows] = _safely(question, test, shapes[rows] if literal is None else literal, shapes[rows], path)
    return told(true, ~shapely.is_missing(shapes))


def _safely(question: Question, test: Callable[[Any, Any], Any], first: Any, second: Any, path: Path) -> Any:
    try:
        return test(first, second)
    except shapely.GEOSException as exc:
        raise question.refusal(path, f", which cannot be asked of these geometries: {exc}") from None


def _pay(question: Question, shapes: np.ndarray, literal: Any, cost: tuple[float, ...], path: Path) -> None:
    """Count in what it will take to ask `shapes` of `literal`, or of themselves."""
    per_vertex, per_pair, per_crossing, per_literal = cost
    seconds = per_vertex * int(shapely.get_num_coordinates(shapes).sum())
    if literal is not None:
        seconds += per_pair * len(shapes) * int(shapely.get_num_coordinates(literal))
        seconds += (per_crossing * len(shapes) + per_literal) * _crossings(literal)
    question.spend(seconds, path)


def _crossings(literal: Any) -> int:
    """Pairs of vertices of a literal whose lines cross each other, else 0; how many do cross would take long to say."""
    return 0 if shapely.is_simple(literal) else int(shapely.get_num_coordinates(literal)) ** 2


def _reach_m(question: Question, args: list[Any], inner: Path) -> float:
    distance, unit = args[2], args[3]
    number = isinstance(distance, int | float) and not isinstance(distance, bool)
    if not number or not 0 <= distance < math.inf:
        raise question.refusal((*inner, 2), ", expected a distance of 0 or more")
    name = unit.get("property") if isinstance(unit, dict) else unit  # without quotes text takes it for a property
    if not isinstance(name, str) or name.lower() not in UNITS:
        raise question.refusal((*inner, 3), f", expected a unit: {', '.join(UNITS)}")
    return float(distance) * UNITS[name.lower()]


def _rows_within(question: Question, literal: Any, reach: float) -> np.ndarray:
    """Rows that may be within `reach` of `literal`, all in metres."""
    if literal.is_empty:
        return np.empty(0, dtype=np.int64)
    west, south, east, north = shapely.bounds(literal).tolist()
    margin = reach * 1.01 + 10
    if max(east - west, north - south) + 2 * margin > FARTHEST_M:
        return np.flatnonzero(~shapely.is_missing(question.rows.geometry))
    box = (west - margin, south - margin, east + margin, north + margin)
    around = areas(box, SERVED[f"{PREFIX}EPSG/0/{METRES.removeprefix('EPSG:')}"], "")[0]
    return _near(question, around)


def _near(question: Question, shape: Any) -> np.ndarray:
    """Rows whose bounding box meets that of `shape`."""
    if shape.is_empty:
        return np.empty(0, dtype=np.int64)
    return question.rows.near(tuple(shapely.bounds(shape).tolist()))


def _in_metres(question: Question, rows: np.ndarray) -> np.ndarray:
    """The geometries of `rows` in METRES; each is projected once for a filter."""
    if question.metres is None:
        question.metres = np.full(len(question.rows.geometry), None, dtype=object)
    new = rows[shapely.is_missing(question.metres[rows])]
    question.metres[new] = shapely.transform(question.rows.geometry[new], _metric)
    return np.asarray(question.metres[rows])


def _metric(places: np.ndarray) -> np.ndarray:
    return np.column_stack(_to_metres().transform(places[:, 0], places[:, 1]))


@cache
def _to_metres() -> Transformer:
    return Transformer.from_crs(WGS84, METRES, always_xy=True)
