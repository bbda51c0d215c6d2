"""Comparing: two areas beside each other, and the snapshot that serves beside an earlier one."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from app.asked import FORM, asked, described, form
from app.beside_files import areas_file, changes_file
from app.bodies import Body
from app.changes import BY_CODE, NONE_EARLIER, codes, what_changed
from app.changes_page import draw_changes
from app.compare import SIDES, comparison, sides
from app.compare_page import draw_compare
from app.dependencies import ServiceDep
from app.earlier import another, earlier, opened
from app.errors import STATUSES
from app.identity import GEOGRAPHIES, identify
from app.language import ENGLISH, _, speech, spoken
from app.ogc.forms import FILES, HTML, JSON
from app.policy import policy
from app.service import Live, Service
from geo.errors import BadQuery, EquityError, NotFound

router = APIRouter(tags=["compare"])
FORMS: Final = ("html", "json", "csv")
OF: Final = f"which areas: {', '.join(GEOGRAPHIES)}; default ntas"
ASKED: Final = {
    "of": OF,
    "a": "an area, by its id or its name in full",
    "b": "another area of the same kind",
    FORM: f"the form of the answer: {', '.join(FORMS)}; default html",
}
CHANGED: Final = {
    "before": "the id of an earlier snapshot; default the latest before the one that serves",
    "of": OF,
    "measure": f"what is compared: {', '.join(BY_CODE)}; default gap",
    FORM: ASKED[FORM],
}
FEW: Final = 4
"""How many of the earlier snapshots are named to who asks for one that there is not."""

LONGEST: Final = 200
"""Characters of a name that is typed; no name is longer."""


@router.get("/compare", summary="Two areas beside each other", openapi_extra=described((), **ASKED))
def compare(request: Request, service: ServiceDep) -> Response:
    """
    Every measure of two areas with its margin, the difference with its own, and whether that is significant at 90 %.

    As a page without `a` or `b`, the form that asks for them.
    """
    given, wanted = asked(request, ASKED), form(request, FORMS)
    of = _one("of", given.get("of") or "ntas", GEOGRAPHIES)
    typed = {side: given.get(side, "").strip() for side in SIDES}
    if wanted == "html":
        return _beside(request, service, of, typed)
    if missing := [side for side in SIDES if not typed[side]]:
        raise BadQuery(f"{', '.join(missing)}: missing, expected an area by its id or its name in full")
    with spoken(ENGLISH):  # data are the same in every language
        ids = sides(service.city, of, {side: _short(side, text) for side, text in typed.items()})

        def made() -> Body:
            told = comparison(service.city, of, ids)
            if wanted == "json":
                return Body(_json(told), JSON, once=True)
            name = f"{'-'.join(ids.values())}.csv".replace(" ", "-")
            return Body(areas_file(service.city, told), FILES["csv"], filename=name, once=True)

        return service.answers.get(("compare", of, *ids.values(), wanted), made).answer(request)


@router.get("/changes", summary="What has changed since an earlier snapshot", openapi_extra=described((), **CHANGED))
def changes(request: Request, service: ServiceDep) -> Response:
    """
    Every area before and now, its change with its margin, and whether it is more than chance.

    Where the survey, the method or the kind of data makes the two incomparable, that is said and nothing is compared.
    """
    given, wanted = asked(request, CHANGED), form(request, FORMS)
    live: Live = request.state.live
    ids = earlier(live.settings.var, service.city.snapshot.id)
    measures = codes([*service.city.manifest["method"]["missing_indicators"]])
    terms = {"before": ids[0] if ids else "", "of": "ntas", "measure": "gap"}
    terms |= {name: given[name].strip() for name in terms if given.get(name, "").strip()}

    def told() -> Mapping[str, Any]:
        _one("of", terms["of"], GEOGRAPHIES)
        _one("measure", terms["measure"], measures)
        if not ids:
            raise NotFound(_(NONE_EARLIER))
        before = opened(live.settings.var, _one("before", terms["before"], ids, FEW))
        return what_changed(service.city, before, terms["of"], BY_CODE[terms["measure"]])

    def made() -> Body:
        if wanted == "html":
            page = draw_changes(service.city, terms, ids, measures, told() if ids else None)
            return Body(page.encode(), HTML, once=True)
        if wanted == "json":
            return Body(_json(told()), JSON, once=True)
        name = f"changes-{terms['of']}.csv"
        return Body(changes_file(service.city, told()), FILES["csv"], filename=name, once=True)

    asks = ("changes", *terms.values(), *ids, wanted)
    if wanted != "html":
        with spoken(ENGLISH):  # data are the same in every language
            return service.answers.get(asks, made).answer(request)
    try:
        return service.answers.get(asks, made).answer(request)
    except tuple(STATUSES) as exc:
        damaged = isinstance(exc, NotFound) and terms["before"] in ids
        instead = another(live.settings.var, ids, terms["before"]) if damaged else None
        page = draw_changes(service.city, terms, ids, measures, wrong=str(exc), instead=instead)
        return _refused(page, exc)


def _beside(request: Request, service: Service, of: str, typed: Mapping[str, str]) -> Response:
    """The page; what is wrong with an area is said on it, and what was typed stays in its field."""
    city, wrong, ids = service.city, {}, {}
    for side in SIDES:
        try:
            if typed[side]:
                ids[side] = identify(city, of, side, _short(side, typed[side]))
        except (NotFound, BadQuery) as exc:
            wrong[side] = exc
    if not wrong and len(ids) == len(SIDES):
        try:
            sides(city, of, ids)
        except BadQuery as exc:
            wrong[""] = exc
    if wrong:
        page = draw_compare(city, of, typed, wrong={name: str(exc) for name, exc in wrong.items()})
        return _refused(page, next(iter(wrong.values())))

    def made() -> Body:
        told = comparison(city, of, ids) if len(ids) == len(SIDES) else None
        return Body(draw_compare(city, of, typed, told).encode(), HTML, once=True)

    return service.answers.get(("compare", of, *typed.values(), "html"), made).answer(request)


def _refused(page: str, exc: EquityError) -> Response:
    """A page that says what is wrong, with the status of that."""
    status = next(code for kind, code in STATUSES.items() if isinstance(exc, kind))
    headers = {**policy(page), "Cache-Control": "no-store", "Content-Language": speech().code}
    return Response(page, status, headers, HTML)


def _one(name: str, value: str, known: Mapping[str, Any] | list[str], most: int | None = None) -> str:
    """`value`, which must be one of `known`; an error names at most the first `most` of these."""
    if value not in known:
        told = [*known][:most]
        words = _("{name}: found {value}, expected one of: {known}")
        if len(told) < len(known):
            words = _("{name}: found {value}, expected one of these, or an older one: {known}")
        raise BadQuery(words.format(name=name, value=repr(value[:LONGEST]), known=", ".join(told)))
    return value


def _short(side: str, text: str) -> str:
    if len(text) > LONGEST or not text.isprintable():
        words = _("{side}: found {typed}, expected at most {most} characters, all of them printable")
        raise BadQuery(words.format(side=side, typed=repr(text[:LONGEST]), most=LONGEST))
    return text


def _json(told: Mapping[str, Any]) -> bytes:
    return orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY)
