"""Vector tiles of the collections, and what there is to know of them."""

from functools import partial
from typing import Annotated, Final

import anyio.to_thread
from fastapi import APIRouter, Path, Request, Response

from app.asked import FORM, asked, negotiated
from app.bodies import Body
from app.dependencies import BaseDep, ServiceDep
from app.ogc import tilesets
from app.ogc.forms import DOCUMENT, TILE
from app.ogc.html import draw_document, draw_tilesets
from app.ogc.tilesets import GRID, TILEJSON
from app.routes.answering import answered
from app.routes.collections import CollectionId, found
from app.routes.items import MAKERS
from app.service import Service
from geo import tiling
from geo.errors import BadQuery, NotFound

router = APIRouter(tags=["tiles"])
FRESH_S: Final = 300
"""How long a map may keep a tile unasked."""

PATH: Final = f"/collections/{{collection_id}}/tiles/{GRID}"


@router.get("/collections/{collection_id}/tiles", summary="The tilesets of a collection")
async def collection_tiles(
    collection_id: CollectionId, request: Request, service: ServiceDep, base: BaseDep
) -> Response:
    """A list of one, WebMercatorQuad."""
    collection = found(service, collection_id)
    asked(request, (FORM,))
    make = partial(tilesets.tilesets, base, collection)
    draw = partial(draw_tilesets, collection)
    return answered(request, service, base, negotiated(request, DOCUMENT), make, draw)


@router.get(PATH, summary="A tileset")
async def tileset(collection_id: CollectionId, request: Request, service: ServiceDep, base: BaseDep) -> Response:
    """Its grid, limits and attributes; as TileJSON with `f=tilejson`."""
    collection = found(service, collection_id)
    asked(request, (FORM,))
    form = negotiated(request, DOCUMENT | {"tilejson": TILEJSON})
    if form == "tilejson":
        make = partial(tilesets.tile_json, base, collection)
        return answered(request, service, base, form, make, media_type=TILEJSON)
    make = partial(tilesets.tileset, base, collection)
    return answered(request, service, base, form, make, partial(draw_tilesets, collection))


@router.get(PATH + "/{z}/{y}/{x}", summary="A tile")
async def tile(
    collection_id: CollectionId,
    z: Annotated[str, Path(description=f"zoom, 0 to {tiling.DEEPEST}")],
    y: Annotated[str, Path(description="row, from the north")],
    x: Annotated[str, Path(description="column, from the west")],
    request: Request,
    service: ServiceDep,
) -> Response:
    """A Mapbox Vector Tile with one layer, named as the collection; 204 where there is nothing."""
    collection = found(service, collection_id)
    asked(request, ())
    place = _number(z), _number(y), _number(x)
    if not tiling.exists(*place):
        raise NotFound(
            f"there is no tile {z}/{y}/{x}; zooms are 0 to {tiling.DEEPEST}, rows and columns 0 to 2^zoom − 1"
        )
    key = ("tile", collection.name, place)
    body = service.answers.find(key, worded=False)
    if body is None:
        made = partial(_made, service, collection.name, place)
        kept = partial(service.answers.get, key, made, worded=False)
        body = await anyio.to_thread.run_sync(kept, limiter=MAKERS)
    if not body.content:
        return Response(status_code=204, headers={"Cache-Control": f"public, max-age={FRESH_S}"})
    return body.answer(request)


@router.get("/tileMatrixSets", summary="The grids of the tiles")
async def matrix_sets(request: Request, service: ServiceDep, base: BaseDep) -> Response:
    """A list of one."""
    asked(request, (FORM,))
    make, draw = partial(tilesets.matrix_sets, base), partial(draw_document, "Grids of the vector tiles")
    return answered(request, service, base, negotiated(request, DOCUMENT), make, draw)


@router.get(f"/tileMatrixSets/{GRID}", summary="The grid of the tiles")
async def matrix_set(request: Request, service: ServiceDep, base: BaseDep) -> Response:
    """WebMercatorQuad, level by level."""
    asked(request, (FORM,))
    make, draw = partial(tilesets.matrix_set, base), partial(draw_document, GRID)
    return answered(request, service, base, negotiated(request, DOCUMENT), make, draw)


def _made(service: Service, name: str, place: tuple[int, int, int]) -> Body:
    return Body(service.tiles[name].tile(*place) or b"", TILE, max_age_s=FRESH_S)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise BadQuery(f"found {text!r} in the address of a tile, expected a whole number")
    return int(text.lstrip("0")[:10] or "0")  # what is longer is beyond every grid
