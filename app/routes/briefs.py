"""Big Apple Connect for people: one development on one page, whom to call on, and how the adopted plan is going."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Request, Response

from app.asked import FORM, asked, described, form
from app.bodies import Body
from app.brief import development, draw_development
from app.dependencies import ServiceDep
from app.followup_page import draw_followup, followup
from app.language import ENGLISH, spoken
from app.ogc.forms import HTML
from app.outreach_page import FILTERS, as_csv, draw_outreach, table
from app.planning import records

router = APIRouter(tags=["rollout"])
JSON: Final = "application/json"
CSV: Final = "text/csv; charset=utf-8"
WORDS: Final = "the form of the answer: "


@router.get(
    "/developments/{tds}",
    summary="The brief of one development, to print on one page",
    openapi_extra=described((), f=f"{WORDS}html, json, or panel for the article alone"),
)
def brief(
    tds: Annotated[str, Path(description="TDS number, three digits")], request: Request, service: ServiceDep
) -> Response:
    """Eligibility, enrollment, priority with its parts, need with its interval, access nearby, and the sources."""
    asked(request, (FORM,))
    wanted = form(request, ("html", "json", "panel"))
    if wanted == "json":
        return _json(development(service.city, tds), request)

    def made() -> Body:
        return Body(draw_development(service.city, tds, panel=wanted == "panel").encode(), HTML)

    return service.answers.get(("development", tds, wanted), made).answer(request)


@router.get(
    "/outreach",
    summary="Whom to call on first",
    openapi_extra=described(
        (), borough="one borough", provider="one provider, or `not known`", f=f"{WORDS}html, csv or json"
    ),
)
def outreach(request: Request, service: ServiceDep) -> Response:
    """Eligible developments, those below similar ones first, with counts of households that are not connected."""
    chosen = {name: value for name, value in asked(request, (*FILTERS, FORM)).items() if name in FILTERS and value}
    match form(request, ("html", "csv", "json")):
        case "csv":
            return Body(as_csv(service.city, chosen), "text/csv; charset=utf-8", filename="outreach.csv").answer(
                request
            )
        case "json":
            return _json({"developments": records(table(service.city, chosen)[0].set_index("tds"))}, request)
    return Body(draw_outreach(service.city, chosen).encode(), HTML).answer(request)


@router.get(
    "/follow-up",
    summary="The adopted plan against what happened",
    openapi_extra=described((), f=f"{WORDS}html or json"),
)
def follow_up(request: Request, service: ServiceDep) -> Response:
    """Households connected by wave, ahead or behind, and the cost to date and until the contracts end."""
    asked(request, (FORM,))
    if form(request, ("html", "json")) == "json":
        with spoken(ENGLISH):
            told = followup(service.city, service.adopted)
        return _json({**told, "adopted_problem": service.adopted_problem}, request)
    page = draw_followup(service.city, service.adopted, service.adopted_problem)
    return Body(page.encode(), HTML).answer(request)


def _json(document: Any, request: Request) -> Response:
    return Body(orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY), JSON).answer(request)
