"""The features of a collection: page by page, one by one, and as files."""

from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import Annotated, Final

import anyio
import anyio.to_thread
from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from app.asked import FORM, asked, negotiated
from app.bodies import Body, digest, matches
from app.dependencies import BaseDep, ServiceDep
from app.encodings import coding, packed_stream
from app.features import Collection
from app.ogc import pages
from app.ogc.files import Chosen, file
from app.ogc.forms import ALSO, FEATURE, FILES, HTML, ITEMS, SEQUENCE
from app.ogc.html import draw_feature, draw_items
from app.ogc.pages import Asked
from app.ogc.query import LOOK, PARAMETERS, Look, Query, page, read_look, read_query, select
from app.ogc.writing import sequence, written
from app.routes.collections import CollectionId, found
from app.service import Service
from geo.errors import NotFound

router = APIRouter(prefix="/collections", tags=["features"])
MAKERS: Final = anyio.CapacityLimiter(2)
"""How many threads make files, whole collections and tiles at once; others wait."""

FINDERS: Final = anyio.CapacityLimiter(2)
"""The same of those that evaluate filters and draw pages, which a large file must not hold up."""


@router.get("/{collection_id}/items", summary="Features of a collection")
async def items(collection_id: CollectionId, request: Request, service: ServiceDep, base: BaseDep) -> Response:
    """
    A page of features; `/api` tells every parameter.

    `bbox`, `datetime`, `filter` (CQL2) and any property by its value select; `sortby` orders; `properties`,
    `skipGeometry` and `crs` say what is shown; `f` names the form: GeoJSON, a page to browse, or a file.
    """
    collection = found(service, collection_id)
    given = asked(request, (*PARAMETERS, *collection.columns))
    form = negotiated(request, ITEMS, ALSO)
    query = read_query(given, collection)
    told = Asked(f"{base}/collections/{collection.name}/items", given)
    if form == "json" and _is_whole(collection, query):
        key = ("items", base, collection.name, request.url.query)
        return await _kept(service, key, lambda: pages.whole(collection, told), request)
    if form == "json" and query.filter is None and query.look == Look():
        return _page(collection, query, told).answer(request)
    if form == "json":
        body = await anyio.to_thread.run_sync(_page, collection, query, told, limiter=FINDERS)
        return body.answer(request)
    if form == "html":
        return await anyio.to_thread.run_sync(_browsed, collection, query, told, request, limiter=FINDERS)
    chosen = await anyio.to_thread.run_sync(_chosen, service, collection, query, limiter=FINDERS)
    return await _file(chosen, query, form, request, service)


@router.get("/{collection_id}/items.{form}", summary="A whole collection, or all that is selected, as a file")
async def whole_file(
    collection_id: CollectionId,
    form: Annotated[str, Path(description=", ".join(FILES))],
    request: Request,
    service: ServiceDep,
) -> Response:
    """What `bbox`, `datetime`, `filter` and properties select of a collection, all of it, with the same parameters."""
    collection = found(service, collection_id)
    if form not in FILES:
        raise NotFound(f"found no form {form!r} of {collection_id}, expected one of: {', '.join(FILES)}")
    if form == "geojson" and not request.url.query:
        return await _kept(service, ("whole", collection_id), lambda: service.whole[collection_id], request)
    given = asked(request, (*(name for name in PARAMETERS if name != FORM), *collection.columns))
    query = read_query(given, collection, paged=False)
    chosen = await anyio.to_thread.run_sync(_chosen, service, collection, query, limiter=FINDERS)
    return await _file(chosen, query, form, request, service)


@router.get("/{collection_id}/items/{feature_id:path}", summary="One feature")
async def item(
    collection_id: CollectionId, feature_id: str, request: Request, service: ServiceDep, base: BaseDep
) -> Response:
    """The feature with this id."""
    collection = found(service, collection_id)
    row = collection.row(feature_id)
    given = asked(request, LOOK)
    form = negotiated(request, FEATURE, ALSO)
    told = Asked(pages.feature_url(base, collection, feature_id), given)
    look = read_look(given, collection)
    if form == "html":
        return Body(draw_feature(collection, row, told).encode(), HTML, vary="Accept", once=True).answer(request)
    return pages.feature(collection, row, look, told).answer(request)


def _is_whole(collection: Collection, query: Query) -> bool:
    plain = not query.selects and query.look == Look() and not query.offset and query.cursor is None
    return plain and query.limit is not None and query.limit >= len(collection.frame)


def _page(collection: Collection, query: Query, told: Asked) -> Body:
    return pages.geojson(collection, query, page(collection, query), told, datetime.now(UTC))


def _browsed(collection: Collection, query: Query, told: Asked, request: Request) -> Response:
    found = page(collection, query)
    return Body(draw_items(collection, query, found, told).encode(), HTML, vary="Accept", once=True).answer(request)


def _chosen(service: Service, collection: Collection, query: Query) -> Chosen:
    rows = select(collection, query) if query.limit is None else page(collection, query).rows
    return Chosen(service.city, collection, rows, query.look, bool(query.keys))


async def _file(chosen: Chosen, query: Query, form: str, request: Request, service: Service) -> Response:
    name = f"{chosen.collection.name}{'' if query.limit is None else '-page'}.{form}"
    headers = query.look.crs.header
    if form == "jsonseq":
        pieces = await anyio.to_thread.run_sync(written, chosen.collection, chosen.rows, query.look, limiter=MAKERS)
        return _streamed(pieces, request, headers | {"Content-Disposition": f'attachment; filename="{name}"'})

    def made() -> Body:
        return Body(file(chosen, form), FILES[form], filename=name, headers=headers, vary="Accept")

    return await _kept(service, ("file", request.url.path, request.url.query, form), made, request)


async def _kept(service: Service, key: Hashable, make: Callable[[], Body], request: Request) -> Response:
    """What is kept under `key`, made and compressed in a thread where it is not, so that nobody else waits."""
    wanted = coding(request.headers.get("accept-encoding", ""))
    body = service.answers.find(key, worded=False)
    if body is None or (wanted and not body.is_packed(wanted)):

        def ready() -> Body:
            return service.answers.get(key, make, worded=False).prepare(*([wanted] if wanted else []))

        body = await anyio.to_thread.run_sync(ready, limiter=MAKERS)
    return body.answer(request)


def _streamed(pieces: list[bytes], request: Request, headers: dict[str, str]) -> Response:
    """A sequence of features, sent as it is written."""
    wanted = coding(request.headers.get("accept-encoding", ""))
    etag = f'"{digest(b"".join(pieces))}{f"-{wanted}" if wanted else ""}"'
    headers |= {"ETag": etag, "Cache-Control": "public, max-age=0", "Vary": "Accept, Accept-Encoding"}
    if matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    chunks = sequence(pieces)
    if wanted:
        headers["Content-Encoding"] = wanted
    return StreamingResponse(packed_stream(chunks, wanted) if wanted else chunks, media_type=SEQUENCE, headers=headers)
