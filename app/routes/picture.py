"""The map as a picture, for reports."""

from typing import Annotated, Final

import anyio
import anyio.to_thread
from fastapi import APIRouter, Path, Request, Response

from app.asked import asked, described
from app.bodies import Body
from app.dependencies import ServiceDep
from app.language import speech
from app.legend import map_config
from app.map import MapConfig
from app.picture.drawing import FORMS, drawn
from app.picture.fonts import readable
from app.picture.scene import scene
from app.picture.wanted import AREAS, WIDTH, WIDTHS, Wanted, parameters, read_wanted
from app.picture.words import says
from app.routes.score import TOLD
from app.service import Service
from app.state import City
from app.trying import WALK, answer
from geo.errors import NotFound
from geo.method import MEASURES, RADII_M

router = APIRouter(tags=["map"])
DRAWERS: Final = anyio.CapacityLimiter(1)
"""How many threads draw at once: others wait, and do not keep a thread from those who ask for something else."""

WORDS: Final = {
    "measure": f"one of {', '.join(name.removesuffix('_share') for name in MEASURES)}; default gap",
    "areas": f"one of {', '.join(AREAS)}; default ntas",
    "bbox": "west,south,east,north in degrees (CRS84) of what is in view; default the whole city",
    "sites": "layers of sites to draw, with commas, such as kiosks,facilities; default none",
    "place": "what is to be outlined, such as ntas/BX0101",
    "width": f"pixels, {WIDTHS[0]} to {WIDTHS[1]}; default {WIDTH}",
    **TOLD,
    WALK: f"tried radius of reach in metres, one of {', '.join(f'{radius:g}' for radius in RADII_M)}",
}


@router.get("/map.{form}", summary="The map as a picture, with its legend", openapi_extra=described((), **WORDS))
async def picture(
    form: Annotated[str, Path(description=", ".join(FORMS))], request: Request, service: ServiceDep
) -> Response:
    """
    The map with title, legend, scale, sources and what is made up, to be put into a report: `/map.png`, `/map.svg` or
    `/map.pdf`. Under weights or a reach other than the published ones it says so in large letters.
    """
    if form not in FORMS:
        raise NotFound(f"there is no picture in the form {form!r}, expected one of: {', '.join(FORMS)}")
    given = asked(request, parameters(service.city))
    wanted = read_wanted(given, service.city, _config(service.city))
    key = ("picture", form, *wanted.key)

    def made() -> Body:
        return _picture(service, wanted, form)

    body = service.answers.find(key)
    if body is None:
        body = await anyio.to_thread.run_sync(service.answers.get, key, made, limiter=DRAWERS)
    return body.answer(request)


def _picture(service: Service, wanted: Wanted, form: str) -> Body:
    city = service.city
    with readable() as fonts:
        config = _config(city)
        shown = scene(city, config, wanted, _tried(service, wanted))
        return Body(
            drawn(shown, says(city, config, shown), fonts, form),
            FORMS[form],
            filename=f"{wanted.name}.{form}",
            headers={"Content-Language": speech().code},
            vary="Accept-Language",
            once=True,
        )


def _config(city: City) -> MapConfig:
    return map_config(city.collections, city.manifest, city.snapshot.id, None)


def _tried(service: Service, wanted: Wanted) -> dict[str, object] | None:
    terms = wanted.terms
    return None if terms is None else answer(service.city, service.trial(terms.geography), terms)
