"""A study area: an outline that somebody draws, as it is read, and what the snapshot knows of its inside."""

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
import orjson
import shapely

from app.amounts import count
from app.cql.geometries import problem
from app.language import N_, _, ngettext
from app.mending import edges, joined
from app.ogc.crs import AROUND, named
from app.state import City
from geo.crs import COORDINATE_DECIMALS, METRES
from geo.errors import BadQuery
from geo.method import COUNTED
from geo.studyarea import Found, Ground, ground, study

LEAST_M2: Final = 10_000
"""A hectare, about a block: homes stand at one point per lot, so that less says nothing."""

MOST_M2, MOST_RADIUS_M, MOST_POSITIONS = 1e10, 50_000, 10_000
MOST_WINDINGS: Final = 500
"""Edges at one latitude: what keeps work to about a second."""

LONGEST_LINK: Final = 8_000  # bytes that every server on the way passes on
PLACE: Final = ("lon", "lat", "radius_m")
WAYS: Final = (("bbox",), ("geometry",), PLACE)
EXPECTED: Final = N_(
    "bbox=west,south,east,north or lon, lat and radius_m or geometry (WKT or GeoJSON); or POST GeoJSON"
)
POLYGONS: Final = N_(
    "{where}: found {found}, expected a GeoJSON Polygon or MultiPolygon, a Feature or FeatureCollection of such, or"
    " {circle}"
)
CIRCLE: Final = '{"circle": {"center": [longitude, latitude], "radius_m": 500}}'
HOLDERS: Final = {"FeatureCollection": "features", "GeometryCollection": "geometries"}
DEEPEST: Final = 3
GRID: Final = named(METRES, "grid")


@dataclass(frozen=True)
class Drawn:
    """
    An outline that was read: `shape`, valid polygons in EPSG:4326 on the grid of served coordinates.

    `words` say what it is, `m2` is its area with all water, `notes` say what was done to it, and `query` has the
    parameters that ask for the same again.
    """

    shape: Any
    words: str
    m2: float
    query: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def link(self) -> str | None:
        """The address that asks for the same again, None where it would be too long to be passed on."""
        link = f"/study-area?{urlencode(self.query, safe='(),')}"
        return link if len(link) <= LONGEST_LINK else None


@dataclass(frozen=True)
class Study:
    """Study areas of one city; what outlines are cut from is read when the first is asked for."""

    city: City
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @cached_property
    def _ground(self) -> Ground:
        snapshot = self.city.snapshot
        names = ("tracts", "adoption", "lots", *(name for name, _ in COUNTED.values()))
        tables = {name: snapshot.table(name) for name in names if snapshot.has(name)}
        return ground(tables, self.city.manifest["method"]["walk_m"])

    @property
    def ground(self) -> Ground:
        """What outlines are cut from."""
        with self._lock:
            return self._ground

    def found(self, drawn: Drawn) -> Found:
        """What is known of the inside of `drawn`; BadQuery if it lies outside of the city."""
        made = study(self.ground, drawn.shape)
        tracts = self.city.collections["tracts"]
        if made.parts.empty and not tracts.within([drawn.shape]).any():
            raise _outside(drawn.shape.bounds, tracts.extent)
        return made


def study_of(city: City) -> Study:
    """The study areas of `city`, the same each time."""
    made: Study = city.collections["tracts"].kept("study", lambda: Study(city))
    return made


def read_body(raw: bytes, where: str = N_("the body")) -> Drawn:
    """The outline in GeoJSON, or in `{"circle": {"center": [lon, lat], "radius_m": …}}`; BadQuery if there is none."""
    try:
        node = orjson.loads(raw)
    except orjson.JSONDecodeError as exc:
        found = repr(raw[:40].decode(errors="replace")) if raw else _("nothing")
        words = _(
            "{where}: found {found}, which is no JSON ({why}), expected GeoJSON in UTF-8, sent as it is, not as a form"
        )
        raise BadQuery(words.format(where=_(where), found=found, why=exc)) from None
    if isinstance(node, dict) and isinstance(circle := node.get("circle"), dict):
        return _circle(circle.get("center"), circle.get("radius_m"))
    return _drawn(_polygons(node, _(where)))


def read_query(given: Mapping[str, str]) -> Drawn:
    """The outline that the parameters of an address describe; BadQuery as for `read_body`."""
    used = [way for way in WAYS if not given.keys().isdisjoint(way)]
    if len(used) != 1:
        found = ", ".join(given) or _("no outline")
        raise BadQuery(_("found {found}, expected one of: {ways}").format(found=found, ways=_(EXPECTED)))
    if used[0] == PLACE:
        lon, lat, radius = (_numbers(given.get(name, ""), name, 1)[0] for name in PLACE)
        return _circle([lon, lat], radius)
    if "bbox" in given:
        west, south, east, north = _numbers(given["bbox"], "bbox", 4)
        _check(np.array([[west, south], [east, north]]))
        if west >= east or south >= north:
            words = _("bbox: found {found}, expected west before east and south before north")
            raise BadQuery(words.format(found=repr(given["bbox"])))
        return _drawn([shapely.box(west, south, east, north)], _("A rectangle"), {"bbox": given["bbox"]})
    text = given["geometry"].strip()
    if text.startswith("{"):
        return read_body(text.encode(), "geometry")
    try:
        shape = shapely.force_2d(shapely.from_wkt(text))
    except shapely.GEOSException as exc:
        words = _("geometry: found {found}, which is neither WKT nor GeoJSON ({why})")
        raise BadQuery(words.format(found=repr(text[:60]), why=exc)) from None
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        words = _("geometry: found a {kind}, expected a POLYGON or MULTIPOLYGON")
        raise BadQuery(words.format(kind=shape.geom_type))
    return _drawn([*shapely.get_parts(shape)])


def _numbers(text: str, name: str, expected: int) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != expected or not all(map(math.isfinite, numbers)):
        words = ngettext(
            "{name}: found {found}, expected a number", "{name}: found {found}, expected {n} numbers", expected
        )
        raise BadQuery(words.format(name=name, found=repr(text[:60]), n=expected))
    return numbers


def _polygons(node: Any, where: str, depth: int = 0) -> list[Any]:
    kind = node.get("type") if isinstance(node, dict) else None
    if depth < DEEPEST and kind == "Feature":
        return _polygons(node.get("geometry"), f"{where}.geometry", depth + 1)
    if depth < DEEPEST and isinstance(kind, str) and isinstance(members := node.get(HOLDERS.get(kind)), list):
        each = (_polygons(one, f"{where}.{HOLDERS[kind]}[{at}]", depth + 1) for at, one in enumerate(members))
        return [part for parts in each for part in parts]
    if kind not in ("Polygon", "MultiPolygon"):
        found = _("type {kind}").format(kind=repr(str(kind)[:40])) if kind else orjson.dumps(node).decode()[:60]
        raise BadQuery(_(POLYGONS).format(where=where, found=found, circle=CIRCLE))
    if wrong := problem(node):
        words = _("{where}: found a {kind} {problem}")
        if "is open" in wrong:
            words = _("{where}: found a {kind} {problem}; end each ring with its first position")
        raise BadQuery(words.format(where=where, kind=kind, problem=wrong))
    try:
        return [*shapely.get_parts(shapely.force_2d(shapely.from_geojson(orjson.dumps(node))))]
    except shapely.GEOSException as exc:
        words = _("{where}: found a {kind} that cannot be read: {why}")
        raise BadQuery(words.format(where=where, kind=kind, why=exc)) from None


def _circle(center: Any, radius: Any) -> Drawn:
    """A circle drawn in EPSG:32118, of 256 positions."""
    numbers = [*center, radius] if isinstance(center, list) and len(center) == 2 else [None]
    if not all(type(number) in (int, float) for number in numbers) or not 0 < radius <= MOST_RADIUS_M:
        words = _(
            "found a circle with center {center} and radius_m {radius}, expected a center [longitude, latitude] and a"
            " radius of more than 0 and at most {most} m"
        )
        raise BadQuery(words.format(center=str(center)[:60], radius=str(radius)[:30], most=count(MOST_RADIUS_M)))
    lon, lat = (round(float(degrees), COORDINATE_DECIMALS) for degrees in center)
    _check(np.array([[lon, lat]]))
    around = shapely.buffer(GRID.given(np.array([shapely.Point(lon, lat)]))[0], radius, quad_segs=64)
    query = {"lon": f"{lon:.6f}", "lat": f"{lat:.6f}", "radius_m": f"{radius:.10g}"}
    words = _("A circle of {radius} m around {latitude}, {longitude}")
    words = words.format(radius=f"{radius:,.10g}", latitude=f"{lat:.5f}", longitude=f"{lon:.5f}")
    return _drawn([GRID.taken(around)], words, query)


def _drawn(parts: list[Any], words: str = "", query: Mapping[str, str] | None = None) -> Drawn:
    """The outline of polygons in degrees, checked, mended and joined; what they share counts once."""
    if not 0 < (found := int(shapely.get_num_coordinates(parts).sum())) <= MOST_POSITIONS:
        told = _("found {n} positions, expected 1 to {most}; simplify it (QGIS: Simplify)")
        raise BadQuery(told.format(n=count(found), most=count(MOST_POSITIONS)))
    _check(shapely.get_coordinates(parts))
    shape, crossed = joined(parts)
    if np.abs(np.diff(edges(shape)[:, :, 1], axis=1)).sum() > MOST_WINDINGS * np.ptp(shapely.bounds(shape)[[1, 3]]):
        told = _("the outline runs up and down more than {n} times; simplify it (QGIS: Simplify)")
        raise BadQuery(told.format(n=count(MOST_WINDINGS)))
    near = shapely.segmentize(shapely.intersection(shape, AROUND), 0.01)
    if not LEAST_M2 <= (m2 := float(shapely.area(GRID.given(np.array([near]))[0]))) <= MOST_M2:
        told = _(
            "found an area of {m2} m² around the city, expected {least} m² (a hectare, a circle of 57 m) to {most} km²;"
            " homes stand at one point per lot, so that less says nothing"
        )
        raise BadQuery(told.format(m2=count(m2), least=count(LEAST_M2), most=count(MOST_M2 / 1e6)))
    query = query or {"geometry": shapely.to_wkt(shape, rounding_precision=COORDINATE_DECIMALS, trim=True)}
    notes = []
    if crossed:
        notes.append(_("The outline crossed itself and was mended: all that it goes around is inside."))
    if len(parts) > 1:
        notes.append(_("{n} outlines were taken together; what they share counts once.").format(n=len(parts)))
    return Drawn(shape, words or _("A drawn area"), m2, query, tuple(notes))


def _check(places: np.ndarray) -> None:
    """Refuse positions that are not longitude and latitude of places around the city."""
    west, south, east, north = AROUND.bounds
    first, (x, y) = "[" + ", ".join(f"{number:.10g}" for number in places[0]) + "]", places.T
    if ((south <= x) & (x <= north) & (west <= y) & (y <= east)).all():
        words = _("found {place}, which is latitude first, expected longitude first; swap the two numbers")
        raise BadQuery(words.format(place=first))
    if not ((np.abs(x) <= 180) & (np.abs(y) <= 90)).all():
        words = _("found {place}, expected longitude and latitude in degrees; export it in EPSG:4326 (WGS 84)")
        raise BadQuery(words.format(place=first))
    if x.min() > east or x.max() < west or y.min() > north or y.max() < south:
        raise _outside((x.min(), y.min(), x.max(), y.max()), AROUND.bounds)


def _outside(found: Sequence[float], expected: Sequence[float]) -> BadQuery:
    """What to say of an outline that lies somewhere else."""
    here, there = (", ".join(f"{edge:.4f}" for edge in bounds) for bounds in (found, expected))
    words = _("found an area outside of the five boroughs: {here}, expected some of it on land in {there}")
    return BadQuery(words.format(here=here, there=there))
