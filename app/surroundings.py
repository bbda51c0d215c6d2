"""What is near a place: public access, schools and developments, measured when they are asked for."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import geopandas as gpd
import shapely
from shapely import STRtree

from app.features import Collection
from app.language import N_, _
from app.state import City
from geo.crs import METRES, WGS84
from geo.method import COUNTED
from geo.nearby import in_metres, nearby

COUNTS: Final = dict(COUNTED.values())
"""Layer → the flag of the rows that count as public access."""


@dataclass(frozen=True)
class Layer:
    """A kind of site: what it is called, which column names one, and where one is told of."""

    label: str
    name: str
    address: str


LAYERS: Final = {
    "kiosks": Layer(N_("Working kiosks"), "address", "/collections/kiosks/items/"),
    "facilities": Layer(N_("Public computer centres open to all ages"), "name", "/collections/facilities/items/"),
    "schools": Layer(N_("Public and charter schools"), "name", "/collections/schools/items/"),
    "developments": Layer(N_("NYCHA developments"), "name", "/developments/"),
}


def near(city: City, outline: shapely.Geometry) -> list[dict[str, Any]]:
    """
    Sites near a place, by kind.

    Parameters
    ----------
    outline
        Of the place, longitude and latitude.

    Returns
    -------
    near
        For each of `LAYERS`: `layer`, `label`; `known`, whether the snapshot has it; `inside`, how many are inside the
        outline or cross it; `unplaced`, how many have no place on the map; `sites`, the nearest with `id`, `name`,
        `href` and `metres` from the outline.
    """
    place = gpd.GeoSeries([outline], crs=WGS84).to_crs(METRES).iloc[0]
    return [_layer(city.collections.get(name), name, place) for name in LAYERS]


def _layer(collection: Collection | None, layer: str, place: shapely.Geometry) -> dict[str, Any]:
    about = LAYERS[layer]
    told = {"layer": layer, "label": _(about.label), "known": collection is not None}
    if collection is None:
        return {**told, "inside": None, "unplaced": None, "sites": []}
    ids, names, unplaced, tree = collection.kept("nearby", lambda: _sites(collection))
    found = nearby(place, tree)
    sites = [
        {"id": ids[row], "name": names[row], "href": about.address + quote(ids[row], safe=""), "metres": metres}
        for row, metres in zip(found.rows, found.metres, strict=True)
    ]
    return {**told, "inside": found.inside, "unplaced": unplaced, "sites": sites}


def _sites(collection: Collection) -> tuple[list[str], list[str], int, STRtree]:
    """Of the rows that count: ids, names (with the id where alike), how many have no place, and a tree in metres."""
    frame, key = collection.frame, collection.table.key
    if collection.name in COUNTS:
        frame = frame[frame[COUNTS[collection.name]]]
    names = frame[LAYERS[collection.name].name].fillna(frame[key])
    names = names.mask(names.duplicated(keep=False), names + " " + frame[key])
    return [*frame[key]], [*names], int(frame.geometry.isna().sum()), STRtree(in_metres(frame.geometry))
