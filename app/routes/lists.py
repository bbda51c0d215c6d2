"""Ready files: the layers of the map, the exports, and the manifest."""

from fastapi import APIRouter, Request, Response

from app.dependencies import ServiceDep
from app.exports import EXPORTS, FORMATS
from geo.errors import NotFound

router = APIRouter()


@router.get("/layers/{name}.geojson", tags=["map"], summary="A layer of the map")
async def layer(name: str, request: Request, service: ServiceDep) -> Response:
    """Simplified outlines with the properties that the map shows; `/collections` has everything in full."""
    if name not in service.layers:
        raise NotFound(f"there is no layer {name!r} in this snapshot; there are: {', '.join(service.layers)}")
    return service.layers[name].answer(request)


@router.get("/exports/{file}", tags=["exports"], summary="A list as a file")
async def export(file: str, request: Request, service: ServiceDep) -> Response:
    """`big-apple-connect.csv` or `.geojson`: every NYCHA development by priority, with reasons."""
    if file not in service.exports:
        lists = ", ".join(f"{name}.{format}" for name in EXPORTS for format in FORMATS)
        lacking = "" if service.exports else "; this snapshot has no NYCHA developments"
        raise NotFound(f"there is no export {file!r}; there are: {lists}{lacking}")
    response = service.exports[file].answer(request)
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


@router.get("/sources", tags=["sources"], summary="What the snapshot is made of")
async def sources(request: Request, service: ServiceDep) -> Response:
    """The manifest: every file with address, date, checksum and licence, rows kept and set aside, and the method."""
    return service.pages["/sources"].answer(request)
