"""What a picture shows: areas with their classes, the boroughs, names, sites and the place that is outlined."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.map import MapConfig, Measure
from app.picture.shading import shades, tried_values, values
from app.picture.sites import Symbol, properties, symbol
from app.picture.view import View, view
from app.picture.wanted import SCORES, Wanted
from app.state import City
from geo.crs import METRES

NAMED: Final = "ntas"
"""The areas that are named where there is room."""


@dataclass(frozen=True)
class Sites:
    """
    The sites of one layer that are in view.

    Attributes
    ----------
    geometry
        Points or polygons in EPSG:32118.
    symbols
        The symbol of each.
    """

    layer: str
    geometry: np.ndarray
    symbols: tuple[Symbol, ...]


@dataclass(frozen=True)
class Place:
    """What is outlined; `value`, `low` and `high` are those of the measure, NaN where they are not known."""

    layer: str
    id: str
    name: str
    outline: Any
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Scene:
    """
    What a picture shows.

    Attributes
    ----------
    areas
        Every area of the layer by id: `value`, `low`, `high`, `of`, `weak` (`shading.shades`), `note`, `in_view`, and
        the simplified geometry in EPSG:32118.
    boroughs, named
        `name` and simplified geometry of what is outlined and named, those with more residents first.
    tried
        The answer to tried weights (`app.trying.answer`) where they colour the areas.
    """

    wanted: Wanted
    measure: Measure
    view: View
    areas: gpd.GeoDataFrame
    boroughs: gpd.GeoDataFrame
    named: gpd.GeoDataFrame
    sites: tuple[Sites, ...]
    place: Place | None
    tried: Mapping[str, Any] | None


def scene(city: City, config: MapConfig, wanted: Wanted, tried: Mapping[str, Any] | None = None) -> Scene:
    """Gather what `wanted` asks for; `tried` is the answer to its terms, if it has some."""
    measure = next(measure for measure in config.measures if measure.code == wanted.measure)
    tried = tried if wanted.measure in SCORES else None
    outlines = _outlines(city, "boroughs", "borough")
    shown = view(wanted.bbox, outlines.total_bounds)
    areas = _areas(city, measure, wanted.areas, tried)
    named = _outlines(city, NAMED, "name")
    return Scene(
        wanted=wanted,
        measure=measure,
        view=shown,
        areas=areas.assign(in_view=shapely.intersects(areas.geometry.to_numpy(), shown.box)),
        boroughs=outlines,
        named=named[shapely.intersects(named.geometry.to_numpy(), shown.box)],
        sites=tuple(_sites(city, layer, shown) for layer in wanted.sites),
        place=_place(city, measure, wanted, areas, tried),
        tried=tried,
    )


def _projected(city: City, layer: str) -> gpd.GeoSeries:
    """The simplified outlines of a layer in EPSG:32118 by id, in the order of its collection."""
    collection = city.collections[layer]
    known = city.outlines[layer].set_index(collection.table.key).geometry
    return known.reindex(collection.ids).to_crs(METRES)


def _areas(city: City, measure: Measure, layer: str, tried: Mapping[str, Any] | None) -> gpd.GeoDataFrame:
    collection = city.collections[layer]
    found = values(collection, measure)
    if tried is not None:
        found = tried_values(found, measure, tried["areas"])
    note = collection.frame["note"].set_axis(found.index)
    table = pd.concat([found, shades(found, measure, layer)], axis=1).assign(note=note)
    return gpd.GeoDataFrame(table, geometry=_projected(city, layer), crs=METRES)


def _outlines(city: City, layer: str, name: str) -> gpd.GeoDataFrame:
    frame = city.collections[layer].frame.set_index(city.collections[layer].table.key, drop=False)
    table = pd.DataFrame({"name": frame[name], "residents": frame["residents"].fillna(0)})
    found = gpd.GeoDataFrame(table, geometry=_projected(city, layer), crs=METRES)
    return found.sort_values("residents", ascending=False, kind="stable")


def _sites(city: City, layer: str, shown: View) -> Sites:
    collection = city.collections[layer]
    there = np.flatnonzero(collection.frame.geometry.notna())
    if layer in city.outlines:
        geometry = _projected(city, layer).to_numpy()[there]
    else:
        geometry = collection.frame.geometry.iloc[there].to_crs(METRES).to_numpy()
    near = shapely.intersects(geometry, shown.box)
    picked = pd.DataFrame({name: collection.values(name) for name in properties(layer)}, index=collection.frame.index)
    rows = picked.iloc[there[near]].astype(object)
    records = rows.where(rows.notna(), None).to_dict("records") if properties(layer) else [{}] * int(near.sum())
    return Sites(layer, geometry[near], tuple(symbol(layer, record) for record in records))


def _place(
    city: City, measure: Measure, wanted: Wanted, areas: gpd.GeoDataFrame, tried: Mapping[str, Any] | None
) -> Place | None:
    if wanted.place is None:
        return None
    layer, id = wanted.place
    collection = city.collections[layer]
    row = collection.frame.iloc[collection.row(id)]
    known = pd.DataFrame(columns=["value", "low", "high"], dtype=float)
    if layer == wanted.areas:
        known = areas[["value", "low", "high"]]
    elif tried is None and layer != "developments":
        known = values(collection, measure)
    value, low, high = (float(known[name].to_dict().get(id, np.nan)) for name in ("value", "low", "high"))
    outline = _projected(city, layer).loc[id]
    return Place(layer, id, str(row.get("name") or id), outline, value, low, high)
