"""The collections, and what their properties are."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.asked import FORM, asked, negotiated
from app.dependencies import BaseDep, ServiceDep
from app.features import Collection
from app.ogc import documents
from app.ogc.forms import DOCUMENT, HTML, JSON, SCHEMA
from app.ogc.html import draw_collection, draw_collections, draw_properties
from app.ogc.schema import feature_schema, queryables, schema, sortables
from app.routes.answering import answered
from app.service import Service
from geo.errors import NotFound

router = APIRouter(prefix="/collections", tags=["features"])
CollectionId = Annotated[str, Path(description="one of the ids that /collections lists")]
KINDS = {"schema": schema, "queryables": queryables, "sortables": sortables}
FORMS = {"json": SCHEMA, "html": HTML}
PLAIN = {"plain": JSON}
"""By the Accept header alone: a client that knows JSON but no schemas, as GDAL does, is told that it is JSON."""


def found(service: Service, id: str) -> Collection:
    """
    The collection `id`.

    Raises
    ------
    NotFound
        The snapshot has none; the message says why, where that is known.
    """
    known = service.city.collections
    if id not in known:
        absent = {entry["name"]: entry["reason"] for entry in service.city.manifest["absent"]}
        why = f" ({absent[id]})" if id in absent else ""
        raise NotFound(f"there is no collection {id!r} in this snapshot{why}; there are: {', '.join(known)}")
    return known[id]


@router.get("", summary="All collections")
async def collections(request: Request, service: ServiceDep, base: BaseDep) -> Response:
    """What there is, with titles, extents and links."""
    asked(request, (FORM,))
    make = partial(documents.collections, service.city, base)
    return answered(request, service, base, negotiated(request, DOCUMENT), make, draw_collections)


@router.get("/{collection_id}", summary="One collection")
async def collection(collection_id: CollectionId, request: Request, service: ServiceDep, base: BaseDep) -> Response:
    """Its title, extent, coordinate systems and links."""
    collection = found(service, collection_id)
    asked(request, (FORM,))
    make = partial(documents.collection, collection, base)
    draw = partial(draw_collection, collection)
    return answered(request, service, base, negotiated(request, DOCUMENT), make, draw)


@router.get("/{collection_id}/schema", summary="Every property: meaning, unit, source and reliability")
@router.get("/{collection_id}/queryables", summary="What filters understand")
@router.get("/{collection_id}/sortables", summary="What features are sorted by")
async def properties(collection_id: CollectionId, request: Request, service: ServiceDep, base: BaseDep) -> Response:
    """A JSON Schema, made from the contract of the table."""
    collection = found(service, collection_id)
    asked(request, (FORM,))
    kind = request.url.path.rpartition("/")[2]
    more = {"feature": SCHEMA} if kind == "schema" else {}
    form = negotiated(request, FORMS | (more if FORM in request.query_params else PLAIN))
    url = f"{base}/collections/{collection.name}/{kind}"
    make = partial(KINDS[kind], collection, url)
    if form == "feature":
        make = partial(feature_schema, collection, f"{url}?f=feature")
    draw = partial(draw_properties, collection, kind)
    return answered(request, service, base, form, make, draw, media_type=PLAIN.get(form, SCHEMA))
