"""Pages for people, and the static files that they load."""

from fastapi import APIRouter, Request, Response

from app.dependencies import ServiceDep
from geo.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/map")
@router.get("/methods")
def page(request: Request, service: ServiceDep) -> Response:
    """The map, and how the scores are made."""
    return service.page(request.url.path).answer(request)


@router.get("/static/{path:path}")
async def static(path: str, request: Request, service: ServiceDep) -> Response:
    """A file of a page."""
    body = service.bodies.get(f"/static/{path}")
    if body is None:
        raise NotFound(f"there is no file {path!r} among the assets")
    return body.answer(request)
