"""
What there is to know of the tiles of a collection, as documents: TileJSON 3.0, tileset metadata and the grid itself
(OGC 20-057 and 17-083r4).
"""

import html
import math
import re
from typing import Any, Final

from app.features import Collection
from app.listing import CONSTANTS as REPEATED
from app.ogc.crs import CRS84
from app.ogc.forms import HTML, JSON, TILE
from app.ogc.links import Link, link
from app.ogc.schema import value
from app.ogc.tiles import CONSTANTS, STEPS, attributes
from geo import tiling
from geo.tables import Column, Table

GRID: Final = "WebMercatorQuad"
GRID_URI: Final = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{GRID}"
GRID_TITLE: Final = "Google Maps Compatible for the World"
GRID_CRS: Final = "http://www.opengis.net/def/crs/EPSG/0/3857"
RELATION: Final = "http://www.opengis.net/def/rel/ogc/1.0"
MATRICES: Final = 25
"""The zooms of the grid, 0 to 24, whether or not there are tiles for them."""

TILEJSON: Final = "application/vnd.mapbox.tile+json"

Document = dict[str, Any]


def tile_json(base: str, collection: Collection) -> Document:
    """The TileJSON of a collection; `base` is the address of the service without a closing slash."""
    box = extent(collection)
    told = collection.constants
    document: Document = {
        "tilejson": "3.0.0",
        "name": collection.table.title,
        "description": description(collection),
        "version": version(collection),
        "attribution": html.escape(told["source"], quote=False) if told.get("source") else None,
        "scheme": "xyz",
        "tiles": [f"{_tileset(base, collection)}/{{z}}/{{y}}/{{x}}"],
        "minzoom": 0,
        "maxzoom": tiling.DEEPEST,
        "bounds": [*box] if box else None,
        "center": [*middle(box), fitting(box)] if box else None,
        "vector_layers": [
            {
                "id": collection.name,
                "description": collection.table.title,
                "minzoom": 0,
                "maxzoom": tiling.DEEPEST,
                "fields": fields(collection.table),
            }
        ],
    }
    return {name: value for name, value in document.items() if value is not None}


def tileset(base: str, collection: Collection) -> Document:
    """The tileset metadata of a collection."""
    box = extent(collection)
    url = _tileset(base, collection)
    document: Document = {
        **_summary(collection),
        "description": description(collection),
        "version": version(collection),
        "attribution": collection.constants.get("source"),
        "mediaTypes": [TILE],
        "tileMatrixSetLimits": limits(box) if box else None,
        "boundingBox": bounding(box) if box else None,
        "centerPoint": {"coordinates": middle(box), "crs": CRS84.uri, "tileMatrix": str(fitting(box))} if box else None,
        "layers": [_layer(base, collection, box)],
        "links": [
            link(f"{url}?f=json", "self", JSON, "This tileset"),
            link(f"{url}?f=html", "alternate", HTML, "This tileset as a page"),
            link(f"{url}?f=tilejson", "alternate", TILEJSON, "This tileset as TileJSON"),
            link(f"{url}?f=tilejson", "describedby", TILEJSON, "This tileset as TileJSON"),
            {
                **link(f"{url}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", "item", TILE, "Tiles"),
                "templated": True,
            },
            _scheme(base),
            _geodata(base, collection),
        ],
    }
    return {name: value for name, value in document.items() if value is not None}


def tilesets(base: str, collection: Collection) -> Document:
    """The list of the tilesets of a collection: one."""
    url = _tileset(base, collection)
    links = [link(f"{url}?f=json", "self", JSON, "The tileset"), _scheme(base)]
    return {
        "links": [
            link(f"{base}/collections/{collection.name}/tiles", "self", JSON, "This document"),
            _geodata(base, collection),
        ],
        "tilesets": [{**_summary(collection), "links": links}],
    }


def matrix_sets(base: str) -> Document:
    """The list of the grids that there are tiles on: one."""
    url = f"{base}/tileMatrixSets"
    return {"links": [link(url, "self", JSON, "This document")], "tileMatrixSets": [_grid(base)]}


def matrix_set(base: str) -> Document:
    """The definition of the grid."""
    corner = [-tiling.SIDE_M / 2, tiling.SIDE_M / 2]
    return {
        **_grid(base),
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": tiling.scale(zoom),
                "cellSize": tiling.cell_m(zoom),
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": corner,
                "tileWidth": tiling.PIXELS,
                "tileHeight": tiling.PIXELS,
                "matrixWidth": 2**zoom,
                "matrixHeight": 2**zoom,
            }
            for zoom in range(MATRICES)
        ],
    }


def fields(table: Table) -> dict[str, str]:
    """Each attribute of the tiles: its title, its unit, and from which zoom it is there where that is not all."""
    told = {}
    for column, zoom in first_said(table).items():
        unit = f" ({column.unit})" if column.unit else ""
        told[column.name] = f"{column.title}{unit}" + (f", from zoom {zoom}" if zoom else "")
    return told | {name: f"{REPEATED[name]}, from zoom {STEPS[-1]}" for name in CONSTANTS}


def properties(table: Table) -> Document:
    """The attributes of the tiles as a schema."""
    told = {
        column.name: {"title": column.title, **value(column), **({"uom": column.unit} if column.unit else {})}
        for column in table.columns
    }
    same = {name: {"title": REPEATED[name], "type": "string"} for name in CONSTANTS}
    return {"type": "object", "required": [table.key], "properties": told | same}


def first_said(table: Table) -> dict[Column, int]:
    """The zoom from which a feature says each column, in the order of the contract."""
    known = [{*attributes(table, step)} for step in range(len(STEPS))]
    return {
        column: next(zoom for zoom, said in zip(STEPS, known, strict=True) if column in said)
        for column in table.columns
    }


def limits(box: tiling.Box) -> list[Document]:
    """For each zoom the tiles outside of which there is nothing."""
    return [
        {
            "tileMatrix": str(zoom),
            "minTileRow": span.min_row,
            "maxTileRow": span.max_row,
            "minTileCol": span.min_column,
            "maxTileCol": span.max_column,
        }
        for zoom, span in enumerate(tiling.limits(box))
    ]


def bounding(box: tiling.Box) -> Document:
    """A box by its corners."""
    return {"lowerLeft": [*box[:2]], "upperRight": [*box[2:]], "crs": CRS84.uri}


def extent(collection: Collection) -> tiling.Box | None:
    """West, south, east and north of a collection, degrees; None where none of its features has a place."""
    west, south, east, north = (float(edge) for edge in collection.frame.total_bounds)
    return None if math.isnan(west) else (west, south, east, north)


def middle(box: tiling.Box) -> list[float]:
    """The centre of a box, longitude and latitude, to six decimals."""
    west, south, east, north = box
    return [round((west + east) / 2, 6), round((south + north) / 2, 6)]


def fitting(box: tiling.Box) -> int:
    """The closest zoom at which a tile is as wide as a box."""
    width = max(box[2] - box[0], 360 / 2**tiling.DEEPEST)
    return max(math.floor(math.log2(360 / width)), 0)


def version(collection: Collection) -> str:
    """The version of the tiles, as TileJSON wants it: that of the method, then the time of the snapshot."""
    numbers = re.findall(r"\d+", str(collection.constants.get("method_version", "")))
    time = re.sub(r"\D", "", str(collection.constants.get("snapshot", "")).partition("-")[0])
    major, minor, *_ = (*numbers, "0", "0")
    return f"{major}.{minor}.{time or 0}"


def description(collection: Collection) -> str:
    """What the features are, how many, of what vintage, and what of it is not real."""
    told = collection.constants
    vintage = f" Vintage: {told['vintage']}." if told.get("vintage") else ""
    unreal = f" Not real data: {told['not_real']}." if told.get("not_real") else ""
    return f"{collection.table.title}: {len(collection.frame):,} features.{vintage}{unreal}"


def _grid(base: str) -> Document:
    links = [link(f"{base}/tileMatrixSets/{GRID}", "self", JSON, GRID_TITLE)]
    return {"id": GRID, "title": GRID_TITLE, "uri": GRID_URI, "crs": GRID_CRS, "links": links}


def _summary(collection: Collection) -> Document:
    return {"title": collection.table.title, "dataType": "vector", "crs": GRID_CRS, "tileMatrixSetURI": GRID_URI}


def _layer(base: str, collection: Collection, box: tiling.Box | None) -> Document:
    return {
        "id": collection.name,
        "title": collection.table.title,
        "dataType": "vector",
        "geometryDimension": 2 if collection.table.shape == "polygon" else 0,
        "minTileMatrix": "0",
        "maxTileMatrix": str(tiling.DEEPEST),
        **({"boundingBox": bounding(box)} if box else {}),
        "propertiesSchema": properties(collection.table),
        "links": [_geodata(base, collection)],
    }


def _tileset(base: str, collection: Collection) -> str:
    return f"{base}/collections/{collection.name}/tiles/{GRID}"


def _scheme(base: str) -> Link:
    return link(f"{base}/tileMatrixSets/{GRID}", f"{RELATION}/tiling-scheme", JSON, GRID_TITLE)


def _geodata(base: str, collection: Collection) -> Link:
    return link(f"{base}/collections/{collection.name}", f"{RELATION}/geodata", JSON, collection.table.title)
