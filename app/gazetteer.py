"""Everything that has a name: what it is, where it is, and by which names it is found; the search is made of these."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.language import N_, _
from app.state import City
from geo.areas import CITY

SITES: Final = "/collections/{collection}/items?council_district={id}&f=html"
ITEM: Final = "/collections/{collection}/items/{id}?f=html"
KINDS: Final = {  # in the order of equal scores; 2,325 tracts begin with the name of a borough, so that they are last
    "borough": (N_("Borough"), "boroughs", "borough", ITEM),
    "nta": (N_("Neighborhood"), "ntas", "neighborhood nta", "/nta/{id}"),
    "cdta": (N_("Community district"), "cdtas", "cdta", ITEM),
    "council_district": (N_("City council district"), "", "", SITES),
    "development": (N_("NYCHA development"), "developments", "houses nycha", "/developments/{id}"),
    "facility": (N_("Public computer centre"), "facilities", "computer center", ITEM),
    "school": (N_("School"), "schools", "school dbn", ITEM),
    "kiosk": (N_("Kiosk"), "kiosks", "kiosk linknyc wifi", ITEM),
    "tract": (N_("Census tract"), "tracts", "census", "/tracts/{id}"),
}
"""Each kind in words, its collection, words that may stand beside its names, and its page."""

NOWHERE: Final = N_("not on the map")

TELLING: Final = ("name", "borough", "kind", "address", "agency")
LETTERED: Final = ("nta", "cdta", "school", "tract")
"""The kinds whose ids say by themselves what they are of; `049` may be a development and a house number."""
UNDIVIDED: Final = re.compile(r"\b(Bedford|Co|Green|Mid|Spuyten)-(?=Stuyvesant|op|Wood|Island|Duyvil)")


@dataclass(frozen=True)
class Place:
    """
    What can be found, in words and on the map.

    `bbox` is west, south, east, north in degrees, None for what is not on the map; it is `approximate` where it is only
    drawn around what is known to lie inside. `id` is a feature of `collection`, where that is not None. `where` holds
    names alone, `title` is English; `title_of` and `where_of` say both in the language of the answer.
    """

    kind: str
    title: str
    id: str
    name: str
    where: str
    bbox: list[float] | None
    approximate: bool
    collection: str | None
    page: str


Entry = tuple[Place, Sequence[str], str]
"""A place, the names by which it is found, and the words that may stand beside them."""


def title_of(place: Place) -> str:
    """What `place` is, in words."""
    return _(place.title)


def where_of(place: Place) -> str:
    """Where `place` is, in words."""
    if place.kind == "borough":
        return _("New York City")
    if place.approximate:
        return _("{where}; approximate: the box around its kiosks and developments").format(where=place.where)
    if place.bbox is None:
        return _("{where}, not on the map").format(where=place.where) if place.where else _(NOWHERE)
    return place.where


def entries(city: City) -> Iterator[Entry]:
    """All that is to be found in `city`."""
    yield from _council_districts(city)
    for kind, (title, collection, beside, page) in KINDS.items():
        if collection not in city.collections:
            continue
        of = city.collections[collection]
        rows = of.frame.filter(items={*TELLING, of.table.key}).assign(near=_neighborhoods(city, of.frame))
        for row, edges in zip(rows.to_dict("records"), of.bounds, strict=True):
            id, names, box = row[of.table.key], _names(kind, row), _box(edges)
            around = {"borough": (CITY,), "nta": (row["borough"],), "cdta": (row["borough"], id)}
            parts = around.get(kind, (row["near"], row["borough"]))
            where = ", ".join(part for part in parts if isinstance(part, str) and part)
            link = page.format(collection=collection, id=quote(id, safe=""))
            place = Place(kind, title, id, names[0], where, box, False, collection, link)
            yield place, (*names, id) if kind in LETTERED else names, f"{beside} {where} {row.get('agency', '')}"


def _box(edges: np.ndarray) -> list[float] | None:
    return None if np.isnan(edges[0]) else [float(edge) for edge in edges]


def _names(kind: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """By what a place is found; the first is what it is called."""
    match kind:
        case "nta":
            return row["name"], *_parts(row["name"])
        case "cdta":
            name = re.sub(r"^[A-Z]{2}\d\d | \((?:CD|JIA) [^)]*\)$", "", row["name"])
            boards = [f"{board} {row['cdta'][2:]}" for board in ("community district", "community board", "cd", "cb")]
            return name, *_parts(name), *boards
        case "tract":
            number = row["name"].rpartition(" ")[2]
            return row["name"], f"tract {number}", f"tract {int(row['geoid'][5:])}"
        case "development":
            return row["name"], f"tds {row['tds']}"
        case "kiosk":
            placed = isinstance(row["address"], str) and re.search(r"\d", row["address"])
            return (row["address"] if placed else f"{row['kind']} {row['site_id']}",)
    return (row.get("name", row["borough"]),)


def _parts(name: str) -> list[str]:
    """The neighborhoods that an area is named after: `Mott Haven-Port Morris` is two."""
    whole = UNDIVIDED.sub(r"\1 ", re.sub(r" *\([^)]*\)", "", name))
    return [whole, *whole.split("-")]


def _neighborhoods(city: City, frame: gpd.GeoDataFrame) -> list[str]:
    """The neighborhood in which each row lies, empty for what is nowhere."""
    ntas = city.collections["ntas"]
    near = np.full(len(frame), "", dtype=object)
    rows, areas = shapely.STRtree(ntas.geometry).query(frame.geometry.representative_point().to_numpy(), "within")
    near[rows] = ntas.frame["name"].to_numpy()[areas]
    return list(near)


def _council_districts(city: City) -> Iterator[Entry]:
    """Of each district the box around the kiosks and the developments that are in it alone; there are no outlines."""
    title, *_, page = KINDS["council_district"]
    frames = {name: city.collections[name].frame for name in ("developments", "kiosks") if name in city.collections}
    if not frames:
        return
    sites = pd.concat(frames, names=["collection"]).reset_index("collection")
    sites = sites[sites["council_district"].str.fullmatch(r"\d+", na=False)]
    for id, rows in sites.groupby("council_district"):
        where = ", ".join(sorted({*rows["borough"].dropna()}))
        link = page.format(collection=rows["collection"].iloc[0], id=id)
        name, box = f"Council district {id}", _box(rows.total_bounds)
        place = Place("council_district", title, str(id), name, where, box, True, None, link)
        yield place, (name, f"city {name}"), where
