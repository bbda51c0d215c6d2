"""Pages for people, and the static files that they load."""

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html

from app.dependencies import LiveDep, ServiceDep
from geo.errors import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, service: ServiceDep) -> Response:
    """The overview."""
    return service.pages["/"].answer(request)


@router.get("/map")
async def map_page(request: Request, service: ServiceDep) -> Response:
    """The map."""
    return service.pages["/map"].answer(request)


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
async def static(path: str, request: Request, live: LiveDep) -> Response:
    """A file of a page."""
    if path not in live.static:
        raise NotFound(f"there is no file {path!r} among the assets")
    return live.static[path].answer(request)
