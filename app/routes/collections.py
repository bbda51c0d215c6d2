"""The collections and their features, as GeoJSON."""

from typing import Annotated, Any
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter, Path, Request, Response

from app.bodies import Body
from app.dependencies import BoxesDep, LimitDep, OffsetDep, ServiceDep
from app.features import Collection, collect
from app.service import GEOJSON, Service
from geo.errors import BadQuery, NotFound

router = APIRouter(prefix="/collections", tags=["features"])
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
PARAMETERS = {"bbox", "limit", "offset"}
CollectionId = Annotated[str, Path(description="one of the ids that /collections lists")]


@router.get("", summary="All collections")
async def collections(request: Request, service: ServiceDep) -> Response:
    """What there is, with titles, extents and links."""
    base = _base(request)
    listed = [_described(collection, base) for collection in service.city.collections.values()]
    links = [_link(f"{base}/collections", "self", "application/json", "This document")]
    return _json({"links": links, "collections": listed}, request)


@router.get("/{collection_id}", summary="One collection")
async def collection(collection_id: CollectionId, request: Request, service: ServiceDep) -> Response:
    """Its title, extent, properties with units, and links."""
    return _json(_described(_found(service, collection_id), _base(request)), request)


@router.get("/{collection_id}/items", summary="Features of a collection")
async def items(
    collection_id: CollectionId,
    request: Request,
    service: ServiceDep,
    boxes: BoxesDep,
    limit: LimitDep,
    offset: OffsetDep = 0,
) -> Response:
    """A page of features; any property of the collection may be given as a parameter to select by equality."""
    collection = _found(service, collection_id)
    given = request.query_params.multi_items()
    if repeated := sorted({name for name, _ in given if len(request.query_params.getlist(name)) > 1}):
        raise BadQuery(f"{', '.join(repeated)}: given more than once, expected once; ask twice instead")
    equal = {name: value for name, value in given if name not in PARAMETERS}
    rows = collection.select(boxes, equal)
    page = rows[offset : offset + limit]
    body = collect(
        [collection.pieces[row] for row in page],
        numberMatched=len(rows),
        numberReturned=len(page),
        links=_page_links(request, collection, limit, offset, len(rows)),
    )
    return Body(body, GEOJSON).answer(request)


@router.get("/{collection_id}/items/{feature_id:path}", summary="One feature")
async def item(collection_id: CollectionId, feature_id: str, request: Request, service: ServiceDep) -> Response:
    """The feature with this id."""
    collection = _found(service, collection_id)
    base = f"{_base(request)}/collections/{collection.name}"
    links = [
        _link(f"{base}/items/{quote(feature_id, safe='')}", "self", GEOJSON, "This feature"),
        _link(base, "collection", "application/json", collection.table.title),
    ]
    piece = collection.piece(feature_id)
    return Body(piece[:-1] + b',"links":' + orjson.dumps(links) + b"}", GEOJSON).answer(request)


def _found(service: Service, id: str) -> Collection:
    known = service.city.collections
    if id not in known:
        absent = {entry["name"]: entry["reason"] for entry in service.city.manifest["absent"]}
        why = f" ({absent[id]})" if id in absent else ""
        raise NotFound(f"there is no collection {id!r} in this snapshot{why}; there are: {', '.join(known)}")
    return known[id]


def _described(collection: Collection, base: str) -> dict[str, Any]:
    url = f"{base}/collections/{collection.name}"
    return {
        "id": collection.name,
        "title": collection.table.title,
        "description": f"{len(collection.frame):,} features. Sources: {collection.constants['source']}.",
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {"spatial": {"bbox": [collection.extent], "crs": CRS84}},
        "properties": [
            {"name": column.name, "title": column.title, "type": column.kind, "unit": column.unit or None}
            for column in collection.table.columns
        ],
        **collection.constants,
        "links": [
            _link(url, "self", "application/json", collection.table.title),
            _link(f"{url}/items", "items", GEOJSON, f"{collection.table.title} as GeoJSON"),
        ],
    }


def _page_links(
    request: Request, collection: Collection, limit: int, offset: int, matched: int
) -> list[dict[str, str]]:
    base = f"{_base(request)}/collections/{collection.name}"
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "offset"]

    def page(rel: str, start: int, title: str) -> dict[str, str]:
        query = urlencode([*asked, *([("offset", start)] if start else [])])
        return _link(f"{base}/items{'?' if query else ''}{query}", rel, GEOJSON, title)

    links = [page("self", offset, "This page"), _link(base, "collection", "application/json", collection.table.title)]
    if offset + limit < matched:
        links.append(page("next", offset + limit, "Next page"))
    if offset:
        links.append(page("prev", max(min(offset, matched) - limit, 0), "Previous page"))
    return links


def _link(href: str, rel: str, type: str, title: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": type, "title": title}


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _json(document: Any, request: Request) -> Response:
    return Body(orjson.dumps(document), "application/json").answer(request)
