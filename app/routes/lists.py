"""Ready files: the layers of the map, the exports, and the manifest."""

from fastapi import APIRouter, Request, Response

from app.asked import asked, described
from app.bodies import Body
from app.dependencies import ServiceDep
from app.ogc.crs import CRS84
from app.ogc.forms import GEOJSON
from app.ogc.query import covered
from app.service import Service
from geo.errors import NotFound

router = APIRouter()


@router.get(
    "/layers/{name}.geojson",
    tags=["map"],
    summary="A layer of the map",
    openapi_extra=described((), bbox="west,south,east,north in degrees: the features that touch this box"),
)
def layer(name: str, request: Request, service: ServiceDep) -> Response:
    """
    Simplified outlines with the properties that the map shows; with `bbox` the features that touch it, whole.
    `/collections` has everything in full.
    """
    if "bbox" not in asked(request, ("bbox",)) or name not in service.layers:
        return _ready("/layers/", f"{name}.geojson", request, service)
    areas = covered(request.query_params["bbox"], CRS84)
    key = ("layer", name, *(area.wkb for area in areas))
    return service.answers.get(key, lambda: Body(service.layers[name].within(areas), GEOJSON), worded=False).answer(
        request
    )


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
