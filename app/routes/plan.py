"""Rollout plans: the page with its form, the same as data and files, the brief of a wave, and how stable a plan is."""

from collections.abc import Collection, Generator
from itertools import chain
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.asked import FORM, asked, described, form
from app.bodies import Body
from app.dependencies import ServiceDep
from app.errors import RETRY_S, STATUSES
from app.exports import FORMATS, ROLLOUT, export
from app.language import speech
from app.ogc.forms import HTML
from app.plan_page import draw_plan
from app.planning import document, with_plan
from app.policy import policy
from app.resampling import MOST, RESAMPLES, redrawn
from app.service import Service
from app.terms import READ, read_terms
from app.wave import draw_wave
from geo.errors import BadQuery
from geo.rollout import Terms

router = APIRouter(prefix="/plan", tags=["plan"])
FORMS: Final = ("html", "json", *FORMATS)
ASKED: Final = (*READ, FORM)
LINES: Final = "application/x-ndjson"
VARY: Final = "Accept"
"""What the form of an answer hangs on."""


class Lines(StreamingResponse):
    """Lines as they come, from a generator that is closed when all are told or nobody listens any more."""

    def __init__(self, lines: Generator[bytes]) -> None:
        first = next(lines)  # what is refused is refused before the answer begins
        super().__init__(chain([first], lines), media_type=LINES, headers={"Cache-Control": "no-store"})
        self.lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; without this the generator would be closed whenever it is collected."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.lines.close()


@router.get(
    "",
    summary="A rollout plan under declared terms",
    openapi_extra=described(f=f"the form of the answer: {', '.join(FORMS)}; else by the Accept header: HTML or JSON"),
)
def plan(request: Request, service: ServiceDep) -> Response:
    """
    The developments to connect in each wave, so that the most need-weighted households are reached under the terms.

    With totals, the optimality gap, the plan by a simple rule, what each constraint costs, and who is left out and why.
    It is solved when it is first asked for, which takes seconds, and kept.
    """
    wanted = form(request, FORMS, negotiated=True)
    if wanted == "html":
        return _page(request, service)
    found = service.planner.planned(_terms(request, ASKED))
    if wanted == "json":
        told = orjson.dumps(document(service.city, found), option=orjson.OPT_SERIALIZE_NUMPY)
        return Body(told, "application/json", vary=VARY).answer(request)
    content = export(with_plan(service.city, found.plan), ROLLOUT, wanted)
    return Body(content, FORMATS[wanted], filename=f"{ROLLOUT}-plan.{wanted}", vary=VARY).answer(request)


@router.get(
    "/stability",
    summary="How stable a rollout plan is",
    openapi_extra=described(resamples=f"how often need is redrawn: 1 to {MOST}, default {RESAMPLES}"),
    response_class=StreamingResponse,
)
def stability(request: Request, service: ServiceDep) -> Response:
    """
    How often each development stays in its wave when need is redrawn within its margins: newline-delimited JSON.

    A line after each resample, `{"done": 7, "of": 50}`, and at last one with `developments`. It ends when the caller
    goes away; one is answered at a time.
    """
    resamples = _resamples(request.query_params.get("resamples", ""))
    terms = _terms(request, (*READ, "resamples"))
    if request.scope.get("head"):
        return Response(media_type=LINES)
    return Lines(redrawn(service.planner, terms, resamples))


@router.get("/waves/{number}", summary="The brief of one wave, to print on one page", openapi_extra=described())
def wave(
    number: Annotated[int, Path(description="1 for the first wave")], request: Request, service: ServiceDep
) -> Response:
    """Totals, developments, providers and boroughs of a wave, with what it assumes and what it is made of, as HTML."""
    found = service.planner.planned(_terms(request, READ))
    return Body(draw_wave(service.city, found, number).encode(), HTML).answer(request)


def _page(request: Request, service: Service) -> Response:
    """The page; what is wrong with the terms is said on it, and nothing that was typed is lost."""
    given = {name: value for name, value in request.query_params.items() if name != FORM}
    try:
        found = service.planner.planned(_terms(request, ASKED))
    except tuple(STATUSES) as exc:
        status = next(code for kind, code in STATUSES.items() if isinstance(exc, kind))
        page = draw_plan(service.city, given, None, exc)
        headers = {"Vary": f"{VARY}, Accept-Language", "Content-Language": speech().code, **policy(page)}
        headers |= {"Retry-After": str(RETRY_S)} if status == 503 else {}
        return Response(page, status, headers, HTML)
    return Body(draw_plan(service.city, given, found, None).encode(), HTML, vary=VARY).answer(request)


def _terms(request: Request, allowed: Collection[str]) -> Terms:
    given = asked(request, allowed)
    return read_terms({name: value for name, value in given.items() if name in READ})


def _resamples(text: str) -> int:
    try:
        count = int(text or RESAMPLES)
    except ValueError:
        count = 0
    if not 1 <= count <= MOST:
        raise BadQuery(f"resamples: found {text!r}, expected a whole number from 1 to {MOST}")
    return count
