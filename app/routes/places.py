"""Neighborhoods and tracts for people: why a place has its score, on one sheet."""

from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Path, Request, Response

from app.asked import FORM, asked, described, form
from app.bodies import Body
from app.dependencies import ServiceDep
from app.ogc.forms import HTML, JSON
from app.place import draw_place, place
from app.service import Service

router = APIRouter(tags=["score"])
FORMS: Final = ("html", "json", "panel")
WORDS: Final = "the form of the answer: html, json, or panel for the article alone"


@router.get(
    "/nta/{id}", summary="Why a neighborhood has its score, to print on one sheet", openapi_extra=described((), f=WORDS)
)
def nta(
    id: Annotated[str, Path(description="NTA code, such as BX0101")], request: Request, service: ServiceDep
) -> Response:
    """The parts of its gap, how sure they and its rank are, borough and city beside it, its people and what is near."""
    return _answered("ntas", id, request, service)


@router.get(
    "/tracts/{geoid}",
    summary="Why a census tract has its score, to print on one sheet",
    openapi_extra=described((), f=WORDS),
)
def tract(
    geoid: Annotated[str, Path(description="tract GEOID, eleven digits")], request: Request, service: ServiceDep
) -> Response:
    """The same of a tract."""
    return _answered("tracts", geoid, request, service)


def _answered(geography: str, id: str, request: Request, service: Service) -> Response:
    asked(request, (FORM,))
    wanted = form(request, FORMS)

    def made() -> Body:
        if wanted == "json":
            return Body(orjson.dumps(place(service.city, geography, id), option=orjson.OPT_SERIALIZE_NUMPY), JSON)
        return Body(draw_place(service.city, geography, id, panel=wanted == "panel").encode(), HTML)

    return service.answers.get(("place", geography, id, wanted), made).answer(request)
