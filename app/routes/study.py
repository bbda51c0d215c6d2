"""Study areas: what is known of the inside of any outline, as a document, an article, a page or a file."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

import anyio.to_thread
import orjson
import pandas as pd
from fastapi import APIRouter, Request, Response

from app.amounts import count
from app.asked import FORM, asked, described, negotiated
from app.bodies import Body
from app.dependencies import ServiceDep
from app.errors import problem
from app.language import ENGLISH, _, speech, spoken
from app.legend import banners
from app.listing import Listing
from app.ogc.forms import FILES, GEOJSON, HTML, JSON
from app.pages import draw
from app.pieces import collect
from app.routes.items import MAKERS
from app.said import word
from app.sheets import dictionary, sources
from app.state import READS, City
from app.study import PLACE, Drawn, read_body, read_query
from app.study_answer import LAYERS, MEASURES, PARTS, SAID, SITES, answer, measures
from app.workbook import Sheet, workbook
from geo.method import radii, reach_column
from loaders.store import inert

router = APIRouter(tags=["score"])
MOST_BYTES: Final = 2**20
FEATURE: Final = ("id", "geometry", "properties")
FORMS: Final = {"json": JSON, "html": HTML, "panel": HTML} | {name: FILES[name] for name in ("csv", "xlsx", "geojson")}
PAGES: Final = ("html", "panel")
"""The forms that are in the language of the caller; the others are in English."""

TOLD: Final = f"the form of the answer: {', '.join(FORMS)}; panel is the article of html alone"
SENT: Final = 'GeoJSON polygons, or `{"circle": {"center": [lon, lat], "radius_m": 500}}`; at most 1 MB'
CONTENT: Final = {media_type: {"schema": {"type": "object"}} for media_type in (GEOJSON, JSON)}
BODY: Final = {"required": True, "description": SENT, "content": CONTENT}
WORDS: Final = {
    "bbox": "west,south,east,north in degrees",
    "geometry": "a polygon as WKT or GeoJSON, longitude and latitude",
    **dict(zip(PLACE, ("longitude of the center of a circle", "its latitude", "its radius in metres"), strict=True)),
}


def _said(told: Mapping[str, Any]) -> list[dict[str, str]]:
    area = told["study_area"]
    asked_for = [("asked for", f"{area['words']}, {area['km2']:g} km²"), ("link", area["link"])]
    words = [("note", note) for note in told["notes"]] + [("approximation", one) for one in told["approximations"]]
    return [{"what": what, "said": said} for what, said in asked_for + words if said]


def _csv(told: Mapping[str, Any], city: City) -> bytes:
    """One table: what is said, then the measures, the areas and the sites; `part` says which a row is of."""
    rows = [{"part": row["what"], "name": row["said"]} for row in _said(told)]
    rows += [
        {"part": "measure", "id": row.pop("measure"), "name": row.pop("title"), **row} for row in measures(told, city)
    ]
    rows += [{"part": part, **row} for part, listed in (("area", "areas"), ("site", "sites")) for row in told[listed]]
    constants = {name: told[name] for name in city.collections["ntas"].constants}
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pd.Series([inert(row.get(name)) for row in rows], dtype=object) for name in names}
    return pd.DataFrame(columns).assign(**constants).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _xlsx(told: Mapping[str, Any], city: City) -> bytes:
    kinds = (
        ("study area", "What is known of the study area.", measures(told, city), MEASURES),
        ("areas", "The surveyed areas that it is made of.", told["areas"], PARTS),
        ("sites", "The sites inside.", told["sites"], SITES),
        ("notes", "What to know of it.", _said(told), SAID),
    )
    pages = [
        Sheet(name, lead, pd.DataFrame(rows, columns=[column.name for column in columns], dtype=object), columns)
        for name, lead, rows, columns in kinds
    ]
    rows = Listing("study-area", "a study area", (), pd.DataFrame(), (*READS["ntas"], "schools", "developments"))
    created = datetime.fromisoformat(city.manifest["created_at"])
    return workbook([*pages, dictionary(pages, rows), sources(city, rows)], title="Study area", created=created)


def _geojson(told: Mapping[str, Any], city: City) -> bytes:
    """The outline with everything that is said of it, then the sites."""
    own = {name: value for name, value in told.items() if name not in ("properties", "study_area", "sites", "city")}
    properties = {"layer": "study-area", **told["study_area"], **told["properties"], **own}
    features = [("study-area", properties.pop("geometry"), properties)]
    for site in told["sites"]:
        place = {"type": "Point", "coordinates": [site["longitude"], site["latitude"]]}
        features.append((f"{site['layer']}/{site['id']}", place, site))
    pieces = [{"type": "Feature", **dict(zip(FEATURE, parts, strict=True))} for parts in features]
    return collect([orjson.dumps(piece, option=PLAIN) for piece in pieces], title="Study area") + b"\n"


def _drawn(told: Mapping[str, Any], city: City, *, whole: bool) -> bytes:
    walk_m = city.manifest["method"]["walk_m"]
    further = {
        "banners": banners(city.manifest),
        "curve": [(radius, reach_column("any", radius)) for radius in radii(walk_m)],
        "rows": {row["measure"]: row | {"title": word(row["title"])} for row in measures(told, city)},
        "layers": [layer for layer in LAYERS if layer in city.collections],
    }
    return draw("study_panel.html", **told, **further, whole=whole, walk_m=walk_m).encode()


PLAIN: Final = orjson.OPT_SERIALIZE_NUMPY
WRITERS: Final[dict[str, Callable[[Mapping[str, Any], City], bytes]]] = {
    "json": lambda told, city: orjson.dumps(told, option=PLAIN),
    "html": partial(_drawn, whole=True),
    "panel": partial(_drawn, whole=False),
    "csv": _csv,
    "xlsx": _xlsx,
    "geojson": _geojson,
}


@router.get(
    "/study-area",
    summary="What is known of the inside of an outline: by a link to share",
    openapi_extra=described((), **WORDS, f=TOLD),
)
async def shared(request: Request, service: ServiceDep) -> Response:
    """
    Population, need, people without broadband and left out, with margins; reach; and the sites inside.

    One of `bbox`, `geometry`, or `lon`, `lat` and `radius_m`. Nothing is stored.
    """
    given = asked(request, (*WORDS, FORM))
    outline = {name: value for name, value in given.items() if name != FORM}
    return await _answered(request, service.city, partial(read_query, outline))


@router.post(
    "/study-area",
    summary="What is known of the inside of an outline: GeoJSON that is sent",
    openapi_extra={**described((), f=TOLD), "requestBody": BODY},
)
async def posted(request: Request, service: ServiceDep) -> Response:
    """The same of an outline that was drawn or uploaded. Nothing is stored."""
    asked(request, (FORM,))
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MOST_BYTES:
            words = _("the outline has more than {n} bytes; simplify it (in QGIS: Simplify)")
            return problem(413, words.format(n=count(MOST_BYTES)))
    return await _answered(request, service.city, partial(read_body, bytes(raw)))


async def _answered(request: Request, city: City, read: Callable[[], Drawn]) -> Response:
    wanted = negotiated(request, FORMS)

    def made() -> Body:
        with spoken(speech() if wanted in PAGES else ENGLISH):
            content = WRITERS[wanted](answer(city, read()), city)
        name = f"study-area.{wanted}" if wanted in FILES else None
        return Body(content, FORMS[wanted], filename=name, vary="Accept", once=True)

    found = (await anyio.to_thread.run_sync(made, limiter=MAKERS)).answer(request)
    if request.method == "POST":
        found.headers["Cache-Control"] = "no-store"
    return found
