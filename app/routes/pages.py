"""Pages for people, and the static files that they load."""

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html

from app.dependencies import ServiceDep
from geo.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/")
@router.get("/map")
@router.get("/methods")
async def page(request: Request, service: ServiceDep) -> Response:
    """The overview, the map, and how the scores are made."""
    return service.bodies[request.url.path].answer(request)


@router.get("/docs")
async def docs() -> Response:
    """The API to try in the browser, from vendored assets."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="NYC Broadband Equity Map: API",
        swagger_js_url="/static/vendor/swagger-ui-dist/swagger-ui-bundle.js",
        swagger_css_url="/static/vendor/swagger-ui-dist/swagger-ui.css",
        swagger_favicon_url="/static/icon.svg",
    )


@router.get("/static/{path:path}")
async def static(path: str, request: Request, service: ServiceDep) -> Response:
    """A file of a page."""
    body = service.bodies.get(f"/static/{path}")
    if body is None:
        raise NotFound(f"there is no file {path!r} among the assets")
    return body.answer(request)
