"""Ready files: the layers of the map, the exports, and the manifest."""

from fastapi import APIRouter, Request, Response

from app.dependencies import ServiceDep
from app.service import Service
from geo.errors import NotFound

router = APIRouter()


@router.get("/layers/{name}.geojson", tags=["map"], summary="A layer of the map")
async def layer(name: str, request: Request, service: ServiceDep) -> Response:
    """Simplified outlines with the properties that the map shows; `/collections` has everything in full."""
    return _ready("/layers/", f"{name}.geojson", request, service)


@router.get("/exports/{file}", tags=["exports"], summary="A list as a file")
def export(file: str, request: Request, service: ServiceDep) -> Response:
    """
    `big-apple-connect`: every NYCHA development by priority, with reasons; also `ntas`, `tracts`, `cdtas`, `boroughs`.
    Each as `.csv`, `.geojson`, `.xlsx` (with a dictionary and the sources), `.gpkg` and `.parquet`; `equity` as `.csv`
    and `.xlsx`.
    """
    return service.export(file).answer(request)


@router.get("/sources", tags=["sources"], summary="What the snapshot is made of")
async def sources(request: Request, service: ServiceDep) -> Response:
    """The manifest: every file with address, date, checksum and licence, rows kept and set aside, and the method."""
    return _ready("/", "sources", request, service)


def _ready(folder: str, file: str, request: Request, service: Service) -> Response:
    body = service.bodies.get(folder + file)
    if body is None:
        there = [path.removeprefix(folder) for path in service.bodies if path.startswith(folder)]
        raise NotFound(f"there is no {file!r} in this snapshot, there are: {', '.join(there) or 'none'}")
    return body.answer(request)
