"""Where a client of the API begins: the landing page, what it conforms to, and its description."""

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html

from app.asked import FORM, asked, negotiated
from app.bodies import Body
from app.dependencies import BaseDep, ServiceDep
from app.ogc import documents
from app.ogc.description import description
from app.ogc.forms import DOCUMENT, HTML, OPENAPI
from app.ogc.html import draw_conformance
from app.routes.answering import answered

router = APIRouter(tags=["landing"])
SWAGGER = "/static/vendor/swagger-ui-dist/swagger-ui"


@router.get("/", summary="The landing page")
async def landing(request: Request, service: ServiceDep, base: BaseDep) -> Response:
    """Links to the description, the standards that are met and the collections; for browsers the overview."""
    asked(request, (FORM,))
    if negotiated(request, DOCUMENT) == "html":
        return service.page("/").answer(request)
    return answered(request, service, base, "json", partial(documents.landing, service.city, base))


@router.get("/conformance", summary="The standards that are met")
async def conformance(request: Request, service: ServiceDep, base: BaseDep) -> Response:
    """The conformance classes."""
    asked(request, (FORM,))
    form = negotiated(request, DOCUMENT)
    return answered(request, service, base, form, partial(documents.conformance, base), draw_conformance)


@router.get("/api", summary="The description of the API")
async def api(request: Request, service: ServiceDep, base: BaseDep) -> Response:
    """An OpenAPI 3.0 document of the collections and their tiles; the plan and the lists are in `/openapi.json`."""
    asked(request, (FORM,))
    form = negotiated(request, {"json": OPENAPI, "html": HTML})
    if form == "html":
        return Body(swagger("/api?f=json").encode(), HTML, vary="Accept", language="en").answer(request)
    make = partial(description, service.city.collections, base)
    return answered(request, service, base, form, make, media_type=OPENAPI)


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """Everything that the service answers, to try in the browser, from vendored assets."""
    return Body(swagger("/openapi.json").encode(), HTML, language="en").answer(request)


def swagger(url: str) -> str:
    """The page that shows the description at `url`, which is in English whatever the language."""
    page = get_swagger_ui_html(
        openapi_url=url,
        title="NYC Broadband Equity Map: API",
        swagger_js_url=f"{SWAGGER}-bundle.js",
        swagger_css_url=f"{SWAGGER}.css",
        swagger_favicon_url="/static/icon.svg",
    )
    return bytes(page.body).decode().replace("<html>", '<html lang="en">', 1)
