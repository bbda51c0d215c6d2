"""The parts that the operations of the OpenAPI document share: parameters, answers, and the forms of documents."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.errors import PROBLEM
from app.features import Collection
from app.ogc.crs import CRS84, SERVED
from app.ogc.forms import ALSO, DOCUMENT, FEATURE, FILES, ITEMS
from app.ogc.ordering import MOST_KEYS
from app.ogc.query import DEFAULT_ITEMS, FARTHEST, MOST_ITEMS
from app.ogc.schema import value
from geo.contracts import Column
from geo.tiling import DEEPEST

Member = dict[str, Any]

TEXT: Final[Member] = {"type": "string"}
ADDRESS: Final[Member] = {"type": "string", "format": "uri"}
CRS: Final[Member] = {"type": "string", "format": "uri", "enum": [*SERVED], "default": CRS84.uri}
NAMED: Final = ("sortby", "properties")
"""The parameters that name properties, and so differ from collection to collection."""

PROBLEMS: Final = {
    400: ("BadRequest", "A parameter is unknown, or its value is not what it must be; `detail` says which and why"),
    404: ("NotFound", "There is no such thing in this snapshot"),
    413: ("BodyTooLarge", "The request carries a body, which the service does not read"),
    414: ("AddressTooLong", "The address is longer than is read"),
    429: ("TooManyRequests", "More requests than one address may make in a minute; Retry-After says how long to wait"),
    500: ("ServerError", "An error of the service; it has been logged"),
}


FARTHEST_TILE: Final = 2**DEEPEST - 1


def components(collections: Iterable[Collection]) -> Member:
    """Everything that is referred to."""
    return {
        "parameters": {**PARAMETERS, **_properties(collections)},
        "responses": {
            "NotModified": {"description": "What If-None-Match names is what it would be", "headers": {"ETag": ETAG}},
            **{
                name: answer(told, {PROBLEM: ref("schemas", "problem")}, *(["Retry-After"] if status == 429 else []))
                for status, (name, told) in PROBLEMS.items()
            },
        },
        "headers": HEADERS,
        "schemas": SCHEMAS,
    }


def ref(kind: str, name: str) -> Member:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def answer(told: str, contents: Mapping[str, Member], *headers: str) -> Member:
    """An answer: the schema of each media type that it can have, and its headers."""
    bodies = {_bare(media_type): {"schema": schema} for media_type, schema in contents.items()}
    found: Member = {"description": told, "content": bodies}
    return found | ({"headers": {header: ref("headers", header) for header in headers}} if headers else {})


def property_name(collection: Collection, column: Column) -> str:
    """The name of the component that is the parameter of a property."""
    return f"{collection.name}.{column.name}"


def _properties(collections: Iterable[Collection]) -> Member:
    found: Member = {}
    for collection in collections:
        sorts, shows = _naming(collection)
        found |= {f"sortby.{collection.name}": sorts, f"properties.{collection.name}": shows}
        for column in collection.table.columns:
            told = f"{column.title}: equal to this"
            found[property_name(collection, column)] = _query(column.name, told, value(column))
    return found


def _naming(collection: Collection) -> tuple[Member, Member]:
    """`sortby` and `properties`."""
    columns = [column.name for column in collection.table.columns]
    sorts = _query(
        "sortby",
        "Properties to sort by, such as `-gap,name`; a minus sorts from the greatest; no value comes last",
        _list(
            {"type": "string", "pattern": f"^[+-]?({'|'.join(columns)})$"},
            minItems=1,
            maxItems=MOST_KEYS,
            uniqueItems=True,
        ),
    )
    named: Member = {"type": "string", "enum": [*columns, *collection.constants]}
    return sorts, _query("properties", "The properties that are wanted, in this order", _list(named))


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0] if "charset" in media_type else media_type


def _query(name: str, told: str, schema: Member) -> Member:
    """A parameter, its values apart by commas where they are several."""
    plain = {"name": name, "in": "query", "description": told, "required": False, "schema": schema}
    return {**plain, "style": "form", "explode": False}


def _path(name: str, told: str, schema: Member) -> Member:
    return {"name": name, "in": "path", "description": told, "required": True, "schema": schema}


def _form(told: str, names: Iterable[str]) -> Member:
    return _query("f", f"{told}; without it the Accept header decides", {"type": "string", "enum": [*names]})


def _list(item: Member, **bounds: int) -> Member:
    return {"type": "array", "items": item, **bounds}


def _object(required: Iterable[str] = (), **properties: Member) -> Member:
    found: Member = {"type": "object", "properties": properties}
    return found | ({"required": [*required]} if required else {})


PARAMETERS: Final[Member] = {
    "bbox": _query(
        "bbox",
        "Features that meet this box: its least coordinates, then its greatest, or six numbers with heights; "
        "in degrees it may cross the antimeridian, west greater than east",
        _list({"type": "number"}, minItems=4, maxItems=6),
    ),
    "bboxCrs": _query("bbox-crs", "The system of the coordinates of `bbox`", CRS),
    "datetime": _query(
        "datetime",
        "Features whose day meets an instant or an interval (RFC 3339, open sides as `..`), and those without a day",
        TEXT,
    ),
    "limit": _query(
        "limit",
        f"Most features on a page; more than {MOST_ITEMS:,} are taken as {MOST_ITEMS:,}",
        {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": DEFAULT_ITEMS},
    ),
    "offset": _query(
        "offset", "Features to pass over", {"type": "integer", "minimum": 0, "maximum": FARTHEST, "default": 0}
    ),
    "cursor": _query("cursor", "Where the page begins or ends; from the links `next` and `prev`", TEXT),
    "crs": _query("crs", "The system of the coordinates in the answer", CRS),
    "filter": _query("filter", "Features for which this CQL2 expression is true", TEXT),
    "filterLang": _query(
        "filter-lang",
        "The form of `filter`",
        {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
    ),
    "filterCrs": _query("filter-crs", "The system of the coordinates in `filter`", CRS),
    "skipGeometry": _query("skipGeometry", "Leave out where it is", {"type": "boolean", "default": False}),
    "fDocument": _form("The form of the document", DOCUMENT),
    "fTileSet": _form("The form of the document", (*DOCUMENT, "tilejson")),
    "fItems": _form("The form of the features", (*ITEMS, *ALSO)),
    "fFeature": _form("The form of the feature", (*FEATURE, *ALSO)),
    "format": _path("format", "The form of the file, by its ending", {"type": "string", "enum": [*FILES]}),
    "featureId": _path("featureId", "The id of a feature: the value of its key", TEXT),
    "tileMatrix": {
        **_path("tileMatrix", f"The zoom, 0 to {DEEPEST}", {"type": "string", "pattern": r"^\d{1,2}$"}),
        "example": "11",
    },
    "tileRow": _path(
        "tileRow", "The row, counted from the north", {"type": "integer", "minimum": 0, "maximum": FARTHEST_TILE}
    ),
    "tileCol": _path(
        "tileCol", "The column, counted from the west", {"type": "integer", "minimum": 0, "maximum": FARTHEST_TILE}
    ),
}
ETAG: Final = ref("headers", "ETag")
HEADERS: Final[Member] = {
    "ETag": {"description": "Names this answer; to be sent back as If-None-Match", "schema": TEXT},
    "Content-Crs": {"description": "The system of the coordinates, in angle brackets", "schema": TEXT},
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}},
}
LINKS: Final = _list(ref("schemas", "link"))
SCHEMAS: Final[Member] = {
    "link": _object(["href", "rel", "type"], href=TEXT, rel=TEXT, type=TEXT, title=TEXT),
    "problem": _object(
        ["type", "title", "status", "detail"], type=TEXT, title=TEXT, status={"type": "integer"}, detail=TEXT
    ),
    "landingPage": _object(["links"], title=TEXT, description=TEXT, links=LINKS),
    "confClasses": _object(["conformsTo"], conformsTo=_list(ADDRESS), links=LINKS),
    "extent": _object(
        spatial=_object(bbox=_list(_list({"type": "number"}, minItems=4, maxItems=6), minItems=1), crs=ADDRESS),
        temporal=_object(
            interval=_list(
                _list({"type": "string", "format": "date-time", "nullable": True}, minItems=2, maxItems=2), minItems=1
            ),
            trs=ADDRESS,
        ),
    ),
    "collection": _object(
        ["id", "links"],
        id=TEXT,
        title=TEXT,
        description=TEXT,
        itemType=TEXT,
        extent=ref("schemas", "extent"),
        crs=_list(ADDRESS),
        storageCrs=ADDRESS,
        links=LINKS,
    ),
    "collections": _object(
        ["links", "collections"],
        title=TEXT,
        crs=_list(ADDRESS),
        collections=_list(ref("schemas", "collection")),
        links=LINKS,
    ),
    "geometry": {**_object(["type"], type=TEXT, coordinates=_list({})), "nullable": True},
    "feature": _object(
        ["type", "id", "geometry", "properties"],
        type={"type": "string", "enum": ["Feature"]},
        id=TEXT,
        bbox=_list({"type": "number"}, minItems=4, maxItems=4),
        geometry=ref("schemas", "geometry"),
        properties={"type": "object"},
        links=LINKS,
    ),
    "featureCollection": _object(
        ["type", "features", "links"],
        type={"type": "string", "enum": ["FeatureCollection"]},
        features=_list(ref("schemas", "feature")),
        bbox=_list({"type": "number"}, minItems=4, maxItems=4),
        numberMatched={"type": "integer", "minimum": 0},
        numberReturned={"type": "integer", "minimum": 0},
        timeStamp={"type": "string", "format": "date-time"},
        links=LINKS,
    ),
    "featureFile": _object(
        ["type", "features"],
        type={"type": "string", "enum": ["FeatureCollection"]},
        title=TEXT,
        features=_list(ref("schemas", "feature")),
    ),
    "jsonSchema": _object(
        ["$schema", "$id", "type", "properties"], type=TEXT, title=TEXT, properties={"type": "object"}
    ),
    "tileSets": _object(["tilesets"], tilesets=_list(ref("schemas", "tileSet")), links=LINKS),
    "tileSet": _object(
        ["dataType", "crs", "links"], title=TEXT, dataType=TEXT, crs=TEXT, tileMatrixSetURI=ADDRESS, links=LINKS
    ),
    "tileMatrixSets": _object(["tileMatrixSets"], tileMatrixSets=_list(_object(["links"], id=TEXT, links=LINKS))),
    "tileMatrixSet": _object(["crs", "tileMatrices"], id=TEXT, crs=TEXT, tileMatrices=_list({"type": "object"})),
}
