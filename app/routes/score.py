"""What if: the scores under other weights and another reach; nothing is stored."""

import anyio.to_thread
import orjson
from fastapi import APIRouter, Request, Response

from app.asked import asked, described
from app.bodies import Body
from app.dependencies import ServiceDep
from app.ogc.forms import JSON
from app.routes.items import MAKERS
from app.trying import GEOGRAPHY, WALK, answer, dimensions, read_terms
from geo.indicators import NEED, REACH
from geo.method import RADII_M, RANKED

router = APIRouter(tags=["score"])
TOLD = {dimension.code: f"weight of {dimension.label!r}, 0 to 100; default 1" for dimension in (*NEED, REACH)}


@router.get(
    "/score",
    summary="What if the dimensions weighed otherwise",
    openapi_extra=described(
        (),
        **{GEOGRAPHY: f"one of {', '.join(RANKED)}; default ntas", **TOLD},
        **{WALK: f"radius of reach in metres, one of {', '.join(f'{radius:g}' for radius in RADII_M)}"},
    ),
)
async def score(request: Request, service: ServiceDep) -> Response:
    """
    Need, supply, gap and tier of every ranked area under the weights and the radius that are given, those whose tier
    moved, and the share of the published tiers that stays. The declared terms give what is published.
    """
    given = asked(request, (GEOGRAPHY, WALK, *dimensions(service.city)))
    terms = read_terms(given, service.city)
    key = ("score", terms.geography, terms.walk_m, *terms.weights.items())

    def made() -> Body:
        return Body(orjson.dumps(answer(service.city, service.trial(terms.geography), terms)), JSON, once=True)

    body = service.answers.find(key)
    if body is None:
        body = await anyio.to_thread.run_sync(service.answers.get, key, made, limiter=MAKERS)
    return body.answer(request)
