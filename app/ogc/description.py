"""
The OpenAPI 3.0 document of the collections and their tiles (17-069r4, requirements class oas30).

Every path is written out for each collection, with its own properties as parameters: that is where GDAL and QGIS learn
what the service selects by. The other routes of the service are in the document that FastAPI makes.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.features import Collection
from app.ogc.components import NAMED, PROBLEMS, Member, answer, components, property_name, ref
from app.ogc.documents import ABOUT, TITLE
from app.ogc.forms import FEATURE, FILES, GEOJSON, HTML, ITEMS, JSON, OPENAPI, SCHEMA, TILE
from app.ogc.tilesets import GRID, TILEJSON

OPENAPI_VERSION: Final = "3.0.3"
VERSION: Final = "0.1.0"
PAGE: Final[Member] = {"type": "string"}
BYTES: Final[Member] = {"type": "string", "format": "binary"}

SELECT: Final = ("bbox", "bboxCrs", "datetime", "filter", "filterLang", "filterCrs", "sortby")
PAGING: Final = ("limit", "offset", "cursor")
LOOK: Final = ("crs", "properties", "skipGeometry")
HEADERS: Final = ("ETag", "Content-Crs")

TAGS: Final = {
    "service": "What the service is, and which standards it meets",
    "collections": "What there is",
    "features": "Features of a collection: pages, files, one alone",
    "schemas": "What features say, and what they can be asked by",
    "tiles": "Vector tiles",
}


def description(collections: Mapping[str, Collection], base: str) -> dict[str, Any]:
    """The document; `base` is the address of the service, absolute and without a slash at its end."""
    return {
        "openapi": OPENAPI_VERSION,
        "info": {"title": TITLE, "description": ABOUT, "version": VERSION},
        "servers": [{"url": base}],
        "tags": [{"name": name, "description": told} for name, told in TAGS.items()],
        "paths": {
            **_service(),
            **{path: item for collection in collections.values() for path, item in _collection(collection).items()},
            **_grids(),
        },
        "components": components(collections.values()),
    }


def _service() -> dict[str, Member]:
    api = {OPENAPI: {"type": "object"}, HTML: PAGE}
    document = ("fDocument",)
    return {
        "/": _get("service", "getLandingPage", "The landing page", _document("landingPage"), document),
        "/conformance": _get(
            "service", "getConformance", "The standards that are met", _document("confClasses"), document
        ),
        "/api": _get("service", "getApi", "This document", answer("This document", api, "ETag"), document),
        "/collections": _get("collections", "getCollections", "All collections", _document("collections"), document),
    }


def _collection(collection: Collection) -> dict[str, Member]:
    name, title = collection.name, collection.table.title
    path = f"/collections/{name}"

    def named(parameter: str) -> str:
        return f"{parameter}.{name}" if parameter in NAMED else parameter

    own = [property_name(collection, column) for column in collection.table.columns]
    select, look = ([named(each) for each in names] for names in (SELECT, LOOK))
    return {
        path: _get("collections", f"{name}.getCollection", title, _document("collection"), ("fDocument",), absent=True),
        f"{path}/items": _get(
            "features",
            f"{name}.getFeatures",
            f"{title}: a page of features",
            _features("A page of features", ITEMS, "featureCollection"),
            (*select, *PAGING, *look, "fItems", *own),
            absent=True,
        ),
        f"{path}/items.{{format}}": _get(
            "features",
            f"{name}.getFile",
            f"{title}: all that is selected, as a file",
            _features("A file", FILES, "featureFile"),
            ("format", *select, *look, *own),
            absent=True,
        ),
        f"{path}/items/{{featureId}}": _get(
            "features",
            f"{name}.getFeature",
            f"{title}: one feature",
            _features("The feature", FEATURE, "feature"),
            ("featureId", *look, "fFeature"),
            absent=True,
        ),
        **_schemas(path, name, title),
        **_tiles(f"{path}/tiles", f"{name}.collection.vector", title),
    }


def _schemas(path: str, name: str, title: str) -> dict[str, Member]:
    told = {
        "schema": "every property, with unit, source and reliability",
        "queryables": "what features can be selected by",
        "sortables": "what features can be sorted by",
    }
    kinds = {kind: ref("schemas", "jsonSchema") for kind in (SCHEMA, JSON)}
    found = answer("A JSON Schema", {**kinds, HTML: PAGE}, "ETag")
    return {
        f"{path}/{what}": _get(
            "schemas", f"{name}.get{what.title()}", f"{title}: {words}", found, ("fDocument",), absent=True
        )
        for what, words in told.items()
    }


def _tiles(path: str, name: str, title: str) -> dict[str, Member]:
    """The operations of tiles, their ids ending as OGC API – Tiles wants it (20-057, table 11)."""
    tile = answer("A tile", {TILE: BYTES}, "ETag")
    documents = {JSON: ref("schemas", "tileSet"), TILEJSON: {"type": "object"}, HTML: PAGE}
    tileset = answer("The document", documents, "ETag")
    nothing = {"204": {"description": "There is nothing in this tile"}}
    place = ("tileMatrix", "tileRow", "tileCol")
    sets, one, drawn = f"{title}: sets of tiles", f"{title}: the vector tiles", f"{title}: a vector tile"
    return {
        path: _get("tiles", f"{name}.getTileSetsList", sets, _document("tileSets"), ("fDocument",), absent=True),
        f"{path}/{GRID}": _get("tiles", f"{name}.getTileSet", one, tileset, ("fTileSet",), absent=True),
        f"{path}/{GRID}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _get(
            "tiles", f"{name}.getTile", drawn, tile, place, nothing, absent=True
        ),
    }


def _grids() -> dict[str, Member]:
    sets, one = _document("tileMatrixSets"), _document("tileMatrixSet")
    return {
        "/tileMatrixSets": _get("tiles", "getTileMatrixSetsList", "The grids of the tiles", sets, ("fDocument",)),
        f"/tileMatrixSets/{GRID}": _get("tiles", "getTileMatrixSet", "The grid of the tiles", one, ("fDocument",)),
    }


def _document(schema: str) -> Member:
    return answer("The document", {JSON: ref("schemas", schema), HTML: PAGE}, "ETag")


def _features(told: str, forms: Mapping[str, str], schema: str) -> Member:
    kinds = {GEOJSON: ref("schemas", schema), HTML: PAGE}
    return answer(told, {media_type: kinds.get(media_type, BYTES) for media_type in forms.values()}, *HEADERS)


def _get(
    tag: str,
    id: str,
    summary: str,
    found: Member,
    parameters: Iterable[str],
    further: Mapping[str, Member] | None = None,
    *,
    absent: bool = False,
) -> Member:
    """An operation: what it answers if all is well, and `absent` if what it asks for may not be there."""
    problems = {
        str(status): ref("responses", name) for status, (name, _) in PROBLEMS.items() if absent or status != 404
    }
    return {
        "get": {
            "tags": [tag],
            "operationId": id,
            "summary": summary,
            "parameters": [ref("parameters", parameter) for parameter in parameters],
            "responses": {
                "200": found,
                **(further or {}),
                "304": ref("responses", "NotModified"),
                **problems,
            },
        }
    }
