"""Places by their names, for the field on the map and for people without JavaScript."""

from typing import Final

import orjson
from fastapi import APIRouter, Request, Response

from app.asked import FORM, asked, described, form
from app.bodies import Body
from app.dependencies import ServiceDep
from app.ogc.forms import HTML, JSON
from app.pages import draw
from geo.errors import BadQuery

router = APIRouter(tags=["search"])
LONGEST, USUAL, MOST = 100, 8, 50
"""Characters of a question, and hits: as many as a list under a field holds, and at most."""
TOLD: Final = {
    "q": f"what to look for, 1 to {LONGEST} characters: a name, an id or an address of a kiosk",
    "limit": f"how many hits at most, 1 to {MOST}; default {USUAL}",
    FORM: "json or html; without it, what the caller prefers",
}


@router.get("/search", summary="Find a place by its name", openapi_extra=described((), **TOLD))
def search(request: Request, service: ServiceDep) -> Response:
    """
    Boroughs, neighborhoods, districts, developments, centres, schools, kiosks and tracts whose names are like `q`.

    Small slips are forgiven. Hits are told best first with the box around them; nothing is found for what is like none.
    """
    given = asked(request, (*TOLD,))
    wanted = form(request, ("json", "html"), negotiated=True)
    q, limit = given.get("q", "").strip(), _limit(given.get("limit", str(USUAL)))
    if len(q) > LONGEST or not (q or wanted == "html"):
        raise BadQuery(f"q: found {len(q)} characters, expected 1 to {LONGEST}: a name, an id or an address")
    hits = [hit.told for hit in service.places.find(q, limit)]
    if wanted == "html":
        page = draw("search.html", q=q, hits=hits, limit=limit, longest=LONGEST)
        return Body(page.encode(), HTML, vary="Accept", once=True).answer(request)
    answer = orjson.dumps({"q": q, "hits": hits})
    return Body(answer, JSON, vary="Accept, Accept-Language", once=True).answer(request)


def _limit(text: str) -> int:
    if text not in map(str, range(1, MOST + 1)):
        raise BadQuery(f"limit: found {text!r}, expected a whole number from 1 to {MOST}")
    return int(text)
