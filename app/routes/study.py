"""Study areas: what is known of the inside of any outline, as a document, an article, a page or a file."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

import anyio.to_thread
import numpy as np
import orjson
import pandas as pd
import shapely
from fastapi import APIRouter, Request, Response

from app.asked import FORM, asked, described, negotiated
from app.bodies import Body
from app.dependencies import ServiceDep
from app.errors import problem
from app.legend import banners
from app.listing import Listing
from app.ogc.forms import FILES, GEOJSON, HTML, JSON
from app.pages import TEMPLATES
from app.pieces import collect
from app.provenance import reliability
from app.routes.items import MAKERS
from app.sheets import dictionary, sources
from app.state import READS, City
from app.study import PLACE, Drawn, read_body, read_query, study_of
from app.workbook import Sheet, workbook
from geo.areas import KEYS
from geo.contracts import Column, flag, number, text
from geo.crs import COORDINATE_DECIMALS
from geo.method import radii, reach_column
from geo.published import DECIMALS, areas
from geo.ranks import DRAWS
from loaders.store import inert

router = APIRouter(tags=["score"])
MOST_BYTES: Final = 2**20
FEATURE: Final = ("id", "geometry", "properties")
FORMS: Final = {"json": JSON, "html": HTML, "panel": HTML} | {name: FILES[name] for name in ("csv", "xlsx", "geojson")}
TOLD: Final = f"the form of the answer: {', '.join(FORMS)}; panel is the article of html alone"
SENT: Final = 'GeoJSON polygons, or `{"circle": {"center": [lon, lat], "radius_m": 500}}`; at most 1 MB'
CONTENT: Final = {media_type: {"schema": {"type": "object"}} for media_type in (GEOJSON, JSON)}
BODY: Final = {"required": True, "description": SENT, "content": CONTENT}
LAYERS: Final = {
    "kiosks": (("address", "site_id"), ("kind", "status"), "working"),
    "facilities": (("name",), ("access",), "open_to_all_ages"),
    "schools": (("name",), ("category",), None),
    "developments": (("name",), ("program", "eligibility"), None),
}
"""Of each layer of sites: its name, what it is, and the flag of those that count as public access."""

WORDS: Final = {
    "bbox": "west,south,east,north in degrees",
    "geometry": "a polygon as WKT or GeoJSON, longitude and latitude",
    **dict(zip(PLACE, ("longitude of the center of a circle", "its latitude", "its radius in metres"), strict=True)),
}
UNTOLD: Final = ("borough", "median_income_usd", "median_income_moe_usd", "computers_per_1000_residents", "reached")
SURVEYED: Final = {"ntas": "neighborhood", "tracts": "census tract"}
MEASURES: Final = (
    text("measure", "Its name, as in every other list"),
    text("title", "What it is"),
    number("value", "Its value", ""),
    number("margin_of_error", "Margin of error at 90 %", ""),
    number("low", "Lower end of its 90 % interval", ""),
    number("high", "Upper end of its 90 % interval", ""),
    text("reliability", "Good, fair, weak or unknown, by the margin"),
    number("city", "The same of the whole city", ""),
    text("unit", "Its unit; a share is from 0 to 1"),
)
PARTS: Final = (
    text("id", "The surveyed area: its code"),
    text("name", "Its name"),
    number("share", "The share of its residents that live inside", "share"),
    number("residents", "Residents at tax lots inside", "people"),
    flag("by_ground", "Nobody lives at a lot there: the share is that of its ground"),
)
SITES: Final = (
    text("layer", "The collection"),
    text("id", "Its id there"),
    text("name", "Its name"),
    text("kind", "What it is"),
    flag("public_access", "Whether it counts as public access; empty for schools and developments"),
    number("longitude", "Longitude (WGS 84); of a development a point on its grounds", "degrees"),
    number("latitude", "Latitude (WGS 84)", "degrees"),
)
SAID: Final = (text("what", "Note, approximation, or what was asked for"), text("said", "In words"))


def answer(city: City, drawn: Drawn) -> dict[str, Any]:
    """Everything that is said of a study area, fit for JSON; numbers as they are published, null for what is not."""
    study = study_of(city)
    found, surveyed = study.found(drawn), study.ground.surveyed
    told = found.row
    names = city.collections[surveyed].frame.set_index(KEYS[surveyed])["name"]
    parts = found.parts.assign(name=names.reindex(found.parts.index), id=found.parts.index)
    columns = _columns(city)
    return {
        "study_area": {
            "words": drawn.words,
            "km2": round(drawn.m2 / 1e6, 3),
            "link": drawn.link,
            "bbox": [float(edge) for edge in drawn.shape.bounds],
            "geometry": orjson.loads(shapely.to_geojson(shapely.orient_polygons(drawn.shape))),
        },
        "properties": {column.name: _cell(told[column.name], column) for column in columns},
        "city": {column.name: _cell(city.whole.get(column.name), column) for column in columns},
        "surveyed": surveyed,
        "areas": [{column.name: _cell(row[column.name], column) for column in PARTS} for _, row in parts.iterrows()],
        "sites": _sites(city, drawn.shape),
        "notes": [*drawn.notes, *(told[name] for name in ("note", "margin_note", "interval_note") if told[name])],
        "approximations": _approximations(found.parts, surveyed),
        **city.collections["ntas"].constants,
        "not_real": _not_real(city),
    }


def _not_real(city: City) -> str | None:
    """What is made up or only a part, among numbers and sites."""
    every = (city.collections[name].constants["not_real"] for name in ("ntas", *LAYERS) if name in city.collections)
    return ", ".join(dict.fromkeys(part for told in every if told for part in told.split(", "))) or None


def _columns(city: City) -> tuple[Column, ...]:
    """The contract of scored areas as far as it holds for any outline."""
    contract = areas("boroughs", city.manifest["method"]["walk_m"]).columns
    return tuple(column for column in contract if column.name not in (*UNTOLD, "note", "margin_note"))


def _cell(value: Any, column: Column) -> Any:
    if value is None or value != value or column.kind != "number":
        return None if value != value else value
    decimals = DECIMALS.get(column.unit, COORDINATE_DECIMALS)
    return float(np.round(value, decimals)) if decimals else int(np.round(value))


def _sites(city: City, shape: Any) -> list[dict[str, Any]]:
    """The sites inside (`SITES`); developments that lie partly inside too."""
    listed = []
    for layer, (names, kinds, counts) in LAYERS.items():
        if layer not in city.collections:
            continue
        collection = city.collections[layer]
        inside = np.flatnonzero(collection.within([shape]) & ~np.isnan(collection.bounds[:, 0]))
        places = shapely.get_coordinates(shapely.point_on_surface(collection.geometry[inside])).round(6).tolist()
        for row, place in zip(collection.frame.iloc[inside].to_dict("records"), places, strict=True):
            called = [row[name] for name in names if isinstance(row.get(name), str)]
            words = ", ".join(row[kind] for kind in kinds if isinstance(row.get(kind), str)) or None
            counted = bool(row[counts]) if counts else None
            listed.append((layer, row[collection.table.key], next(iter(called), None), words, counted, *place))
    return [{column.name: cell for column, cell in zip(SITES, cells, strict=True)} for cells in listed]


def _approximations(parts: pd.DataFrame, surveyed: str) -> list[str]:
    """What is approximated, and how much hangs on it here."""
    word, cut, people = SURVEYED[surveyed], parts[parts["share"] < 1], parts["residents"].sum()
    alike = f"The outline cuts no {word}: what the survey says is said of whole ones."
    if len(cut):
        inside = f", where {100 * cut['residents'].sum() / people:.0f} % of the people inside live" if people else ""
        alike = f"The survey is by {word}; people of one are taken as alike. The outline cuts {len(cut):,}{inside}."
    return [
        "Homes stand at one point per tax lot: all people of a lot are inside or none.",
        alike,
        "Margins are those of the survey, with the share of residents inside taken as known: the true error is larger.",
        f"Intervals of need and gap are of {DRAWS:,} seeded draws within the margins.",
        *(["Where nobody lives at a lot, ground stands for residents."] if parts["by_ground"].any() else []),
        "Nothing outside of the five boroughs is counted.",
    ]


def measures(told: Mapping[str, Any], city: City) -> list[dict[str, Any]]:
    """The numbers of an answer, each with its margin or interval beside it."""
    columns, found = {column.name: column for column in _columns(city)}, told["properties"]
    sure = {name: reliability(name, columns) for name in columns}
    beside = {one for kinds in sure.values() for names in kinds.values() for one in names}
    rows = []
    for name in (name for name in columns if name not in beside):
        ends = [found.get(end) for end in sure[name].get("interval", (None, None))]
        moe, good = (found.get(sure[name].get(kind, [None])[0]) for kind in ("margin_of_error", "class"))
        cells = (name, columns[name].title, found[name], moe, *ends, good, told["city"].get(name), columns[name].unit)
        rows.append({column.name: cell for column, cell in zip(MEASURES, cells, strict=True)})
    return rows


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
        "rows": {row["measure"]: row for row in measures(told, city)},
        "layers": [layer for layer in LAYERS if layer in city.collections],
    }
    return TEMPLATES.get_template("study_panel.html").render(**told, **further, whole=whole, walk_m=walk_m).encode()


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
            return problem(413, f"the outline has more than {MOST_BYTES:,} bytes; simplify it (in QGIS: Simplify)")
    return await _answered(request, service.city, partial(read_body, bytes(raw)))


async def _answered(request: Request, city: City, read: Callable[[], Drawn]) -> Response:
    wanted = negotiated(request, FORMS)

    def made() -> Body:
        content = WRITERS[wanted](answer(city, read()), city)
        name = f"study-area.{wanted}" if wanted in FILES else None
        return Body(content, FORMS[wanted], filename=name, vary="Accept", once=True)

    found = (await anyio.to_thread.run_sync(made, limiter=MAKERS)).answer(request)
    if request.method == "POST":
        found.headers["Cache-Control"] = "no-store"
    return found
