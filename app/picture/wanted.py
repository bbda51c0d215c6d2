"""What a picture is to show, read from the parameters of an address."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

from app.map import MapConfig
from app.state import City
from app.trying import GEOGRAPHY, WALK, Terms, dimensions, read_terms
from geo.errors import BadQuery, NotFound
from geo.gaps import WEIGHTS

WIDTHS: Final = (600, 2400)
WIDTH: Final = 1600
AREAS: Final = ("ntas", "tracts", "boroughs")
"""What can be coloured, the default first."""

SCORES: Final = ("gap", "need", "supply")
"""What hangs on the weights; every other measure is as published under any of them."""

PLAIN: Final = ("measure", "areas", "bbox", "sites", "place", "width")
MARGIN: Final = 0.02
"""Degrees around the city that a picture may show."""

LEAST: Final = 0.002
"""Degrees that a picture shows at least: about 200 m."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Wanted:
    """
    What a picture is to show.

    Attributes
    ----------
    measure, areas
        The code of a measure, and the layer that is coloured by it.
    bbox
        West, south, east, north (degrees) of what is in view, None for the whole city.
    sites
        The layers of points or polygons that are drawn over the areas.
    terms
        Tried weights and reach, None where they are the published ones.
    place
        Layer and id of what is to be outlined.
    width
        Pixels.
    """

    measure: str
    areas: str
    bbox: Box | None
    sites: tuple[str, ...]
    terms: Terms | None
    place: tuple[str, str] | None
    width: int

    @property
    def key(self) -> tuple[Hashable, ...]:
        """All of it, to keep an answer under."""
        terms = (self.terms.walk_m, *sorted(self.terms.weights.items())) if self.terms else None
        return self.measure, self.areas, self.bbox, self.sites, terms, self.place, self.width

    @property
    def name(self) -> str:
        """What a file of it is called, without its ending."""
        return f"{self.measure}-by-{self.areas}{'-tried' if self.terms else ''}".replace("_", "-")


def parameters(city: City) -> tuple[str, ...]:
    """The parameters that a picture of this city has."""
    return (*PLAIN, *dimensions(city), WALK)


def read_wanted(given: Mapping[str, str], city: City, config: MapConfig) -> Wanted:
    """
    What the parameters ask for; those that are left out are as on the map at first, without sites.

    Raises
    ------
    BadQuery
        A value that cannot be one.
    NotFound
        The snapshot has no such place.
    """
    measure = _one_of("measure", given, [measure.code for measure in config.measures])
    areas = _one_of("areas", given, AREAS)
    return Wanted(
        measure=measure,
        areas=areas,
        bbox=_box(given["bbox"], city) if "bbox" in given else None,
        sites=_sites(given.get("sites", ""), config),
        terms=_terms(given, areas, city),
        place=_place(given["place"], city) if given.get("place") else None,
        width=_width(given.get("width", str(WIDTH))),
    )


def _one_of(name: str, given: Mapping[str, str], known: list[str] | tuple[str, ...]) -> str:
    found = given.get(name, known[0])
    if found not in known:
        raise BadQuery(f"{name}: found {found!r}, expected one of: {', '.join(known)}")
    return found


def _width(text: str) -> int:
    low, high = WIDTHS
    if not (text.isascii() and text.isdigit() and len(text) < 6 and low <= int(text) <= high):
        raise BadQuery(f"width: found {text[:20]!r}, expected a whole number of pixels from {low} to {high}")
    return int(text)


def _sites(text: str, config: MapConfig) -> tuple[str, ...]:
    known = [layer.name for layer in config.layers if layer.kind != "area"]
    found = [part.strip() for part in text.split(",") if part.strip()]
    if odd := [name for name in found if name not in known]:
        raise BadQuery(
            f"sites: found {odd[0]!r}, expected some of: {','.join(known) or 'none, this snapshot has none'}"
        )
    return tuple(name for name in known if name in found)


def _box(text: str, city: City) -> Box:
    """The part of a box that shows the city."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise BadQuery(f"bbox: found {text[:60]!r}, expected west,south,east,north in degrees") from None
    if not all(map(math.isfinite, (west, south, east, north))) or west >= east or south >= north:
        raise BadQuery(f"bbox: found {text[:60]!r}, expected west before east and south before north")
    edges = city.collections["boroughs"].extent
    west, south = max(west, edges[0] - MARGIN), max(south, edges[1] - MARGIN)
    east, north = min(east, edges[2] + MARGIN), min(north, edges[3] + MARGIN)
    if min(east - west, north - south) < LEAST:
        inside = ", ".join(f"{edge:.3f}" for edge in edges)
        raise BadQuery(
            f"bbox: found {text[:60]!r}, expected a box in degrees that shows {LEAST:g}° of the city or more ({inside})"
        )
    return west, south, east, north


def _terms(given: Mapping[str, str], areas: str, city: City) -> Terms | None:
    """The terms that are tried; None where they come to the published ones."""
    tried = {name: given[name] for name in (*dimensions(city), WALK) if name in given}
    if not tried:
        return None
    terms = read_terms(tried | ({GEOGRAPHY: areas} if areas != "boroughs" else {}), city)
    shares = {name: weight / sum(terms.weights.values()) for name, weight in terms.weights.items()}
    published = {name: WEIGHTS[name] / sum(WEIGHTS[each] for each in terms.weights) for name in terms.weights}
    same = all(math.isclose(shares[name], published[name], abs_tol=1e-9) for name in shares)
    if same and terms.walk_m == city.manifest["method"]["walk_m"]:
        return None
    if areas == "boroughs":
        raise BadQuery("areas: boroughs are not scored under tried weights, expected ntas or tracts")
    return terms


def _place(text: str, city: City) -> tuple[str, str]:
    known = [name for name in (*AREAS, "cdtas", "developments") if name in city.outlines]
    layer, _, id = text.partition("/")
    if layer not in known or not id:
        raise BadQuery(
            f"place: found {text[:60]!r}, expected layer/id, such as ntas/BX0101; layers: {', '.join(known)}"
        )
    collection = city.collections[layer]
    if collection.geometry[collection.row(id)] is None:
        raise NotFound(f"{collection.table.title}: {id!r} is not on the map")
    return layer, id
