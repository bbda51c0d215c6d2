"""The table: the data of the map as rows, as a page and as files."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from app.asked import FORM, asked, described, form
from app.bodies import Body
from app.dependencies import ServiceDep
from app.exports import FORMATS, WRITERS
from app.listing import CONSTANTS, Listing, served
from app.map import Measure
from app.ogc.forms import HTML, JSON
from app.planning import records
from app.state import AREAS, READS, City
from app.table import (
    ANY,
    LEVELS,
    MEASURE,
    TABLES,
    UNKNOWN,
    Terms,
    View,
    as_query,
    columns_of,
    first_sort,
    fitting,
    shown,
    value_of,
    view,
)
from app.table_page import draw_table, measures
from geo.contracts import text
from geo.errors import BadQuery, NotFound

router = APIRouter(tags=["map"])
FORMS: Final = ("html", "csv", "xlsx", "json")
PARAMETERS: Final = {
    "of": f"which table: {', '.join(TABLES)}; default ntas",
    "measure": "what areas are measured by, as on the map; default gap",
    "borough": "one borough, or `not known`",
    "tier": "one tier, or `not known`; of neighborhoods, tracts and community districts",
    "q": "text that the name contains, whatever its case and accents",
    "reliability": "how sure the measure is at least: any, fair or good; default any",
    "sort": "a column that is shown, `-` before it for falling order; default the measure, falling",
    "page": "1 for the first 50 rows; files hold all rows in view",
    FORM: f"the form of the answer: {', '.join(FORMS)}; default html",
}
FARTHEST: Final = 10**6
LONGEST: Final = 200
"""Characters of a text to look for; no name is longer."""


@router.get("/table", summary="The data of the map as a table", openapi_extra=described((), **PARAMETERS))
def table(request: Request, service: ServiceDep) -> Response:
    """Areas or sites, sorted and filtered, each value with its margin or interval and with how sure it is."""
    given = asked(request, PARAMETERS)
    wanted = form(request, FORMS)
    terms = read_terms(given, service.city)

    def made() -> Body:
        found = view(service.city, terms)
        if wanted == "html":
            return Body(draw_table(service.city, found).encode(), HTML, once=True)
        if wanted == "json":
            return Body(orjson.dumps(as_document(found), option=orjson.OPT_SERIALIZE_NUMPY), JSON, once=True)
        return Body(as_file(service.city, found, wanted), FORMATS[wanted], filename=f"{terms.of}-table.{wanted}")

    return service.answers.get(("table", wanted, *as_query(terms).items()), made).answer(request)


def as_file(city: City, found: View, form: str) -> bytes:
    """The rows in view as a file; the same snapshot and terms give the same bytes."""
    of, constants = found.terms.of, found.collection.constants
    columns = (*found.columns, *(text(name, CONSTANTS[name]) for name in constants))
    asked = [f"{name}: {value}" for name, value in as_query(found.terms).items() if name not in ("of", "page")]
    title = "; ".join([f"{len(found.rows):,} of {len(found.whole):,} {TABLES[of]}", *asked])
    frame = served(found.rows.assign(**constants), columns)
    return WRITERS[form](city, Listing(of, title, columns, frame, READS.get(of, (of,))))


def as_document(found: View) -> dict[str, Any]:
    """The rows in view as JSON, None for what is not known."""
    return {
        "of": found.terms.of,
        "measure": found.terms.measure.code if found.terms.measure else None,
        "matched": len(found.rows),
        "all": len(found.whole),
        "columns": [{"name": each.name, "title": each.title, "unit": each.unit or None} for each in found.columns],
        "rows": records(found.rows.set_index(found.columns[0].name)),
        **found.collection.constants,
    }


def read_terms(given: Mapping[str, str], city: City) -> Terms:
    """
    What parameters ask of the table; what is left out, or empty, is as at first.

    Raises
    ------
    BadQuery
        A value that the table does not have, or a parameter that does not fit it; the message says what would.
    NotFound
        The snapshot lacks what the table is of.
    """
    given = {name: value.strip() for name, value in given.items() if value.strip()}
    of = _one("of", given.get("of", "ntas"), TABLES)
    if of not in city.collections:
        reasons = {entry["name"]: f" ({entry['reason']})" for entry in city.manifest["absent"]}
        raise NotFound(f"this snapshot has no {TABLES[of]}{reasons.get(of, '')}")
    if misfits := [name for name in given if name in ("measure", "reliability", "tier") and name not in fitting(of)]:
        raise BadQuery(f"{', '.join(misfits)}: the table of {TABLES[of]} has no such thing, leave it out")
    measure = _measure(given.get("measure", "gap"), city) if of in AREAS else None
    boroughs = sorted({*city.collections[of].frame["borough"].fillna(UNKNOWN)})
    values = {"borough": boroughs, "tier": (*LEVELS["tier"], UNKNOWN)}
    sort, falling = _sort(given.get("sort", ""), city, of, measure)
    return Terms(
        of,
        measure,
        sort,
        falling,
        **{name: _one(name, given[name], known) for name, known in values.items() if name in given},
        q=_text(given.get("q", "")),
        reliability=_one("reliability", given.get("reliability", ANY), (ANY, "fair", "good")),
        page=_page(given.get("page", "1")),
    )


def _one(name: str, value: str, known: Iterable[str]) -> str:
    if value not in (allowed := [*known]):
        raise BadQuery(f"{name}: found {value!r}, expected one of: {', '.join(allowed)}")
    return value


def _measure(code: str, city: City) -> Measure:
    """The measure by its code on the map, or by the property that holds it."""
    known = {each.code: each for each in measures(city)}
    code = code.removesuffix("_share")
    if reason := city.manifest["method"]["missing_indicators"].get(code):
        raise NotFound(f"measure: this snapshot lacks {code} ({reason}), it has: {', '.join(known)}")
    return known[_one("measure", code, known)]


def _sort(text: str, city: City, of: str, measure: Measure | None) -> tuple[str, bool]:
    """The column that is named, `measure` being the chosen one, and whether `-` stands before it."""
    if not text:
        return first_sort(of, measure)
    named = text.removeprefix("-")
    names = [column.name for column in shown(columns_of(city.collections[of], measure))]
    value = value_of(measure) if measure else named
    return _one("sort", value if named == MEASURE else named, names), text.startswith("-")


def _text(text: str) -> str:
    if len(text) > LONGEST or not text.isprintable():
        raise BadQuery(f"q: found {text[:LONGEST]!r}, expected at most {LONGEST} characters, all of them printable")
    return text


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= FARTHEST):
        raise BadQuery(f"page: found {text!r}, expected a whole number from 1 to {FARTHEST:,}")
    return int(text[:9])
