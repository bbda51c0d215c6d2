"""
The JSON Schemas of a collection: what its features say, may be asked by and sorted by (OGC API – Features Part 5).

They come from the contract, so that they cannot say otherwise than what is served. A schema describes the property, not
its GeoJSON: types are single words, since QGIS takes a list of types (`["number", "null"]`) for text. A property that
is not among `required` may be without a value, which GeoJSON writes as null. Part 5 wants every further keyword to
start with `x-ogc-`, our own too.
"""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, Final

from app.features import Collection
from app.listing import CONSTANTS
from app.provenance import origin, reliability
from app.state import READS
from geo.contracts import Column
from geo.published import DECIMALS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TYPES: Final = {"text": "string", "date": "string", "flag": "boolean", "number": "number"}
PLACES: Final = {"point": "geometry-point", "polygon": "geometry-polygon-or-multipolygon"}
LIMITS: Final[dict[str, tuple[float, float | None]]] = {"share": (0, 1), "points": (0, 100), "rank": (1, None)}
BEYOND: Final = ("_moe_", "_cv_", "variance_")
"""How the shares are named that can exceed 1: margins, coefficients of variation, and parts of a variance."""

UCUM: Final = {"share": "1", "m": "m", "Mbit/s": "Mbit/s", "households a week": "{households}/wk"}
"""The units that are more to UCUM than a note in braces."""

WORDS: Final = {
    "m": "In metres",
    "USD": "In US dollars",
    "index": "An index, without a unit",
    "points": "Points from 0 to 100",
    "rank": "A place in an order, 1 for the first",
}
KINDS: Final = {"text": "Text", "date": "A day (YYYY-MM-DD)", "flag": "True or false", "number": "A number"}


def schema(collection: Collection, url: str) -> dict[str, Any]:
    """What each feature of `collection` says; `url` is where the schema is."""
    columns, constants = collection.table.columns, collection.constants
    required = [column.name for column in columns if not column.nullable]
    required += ["geometry"] if collection.table.shape and collection.table.everywhere else []
    required += [name for name, value in constants.items() if value is not None]
    properties = {**_columns(collection), **_place(collection), **_constants(constants)}
    return {**_document(collection, url, "what a feature says", properties), "required": required}


def feature_schema(collection: Collection, url: str) -> dict[str, Any]:
    """What each feature of `collection` is as GeoJSON: where GDAL learns types, which it else guesses by a page."""
    properties = {**_columns(collection), **_constants(collection.constants)}
    members = {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"type": "string"},
        "geometry": {"type": "object"},
        "properties": {"type": "object", "properties": properties},
    }
    title = collection.table.title
    return {"$schema": DIALECT, "$id": url, "title": title, "type": "object", "properties": members}


def queryables(collection: Collection, url: str) -> dict[str, Any]:
    """What the features of `collection` can be selected by, in a filter or as a parameter."""
    properties = {**_columns(collection), **_place(collection)}
    return _document(collection, url, "what features can be selected by", properties)


def sortables(collection: Collection, url: str) -> dict[str, Any]:
    """What the features of `collection` can be sorted by."""
    return _document(collection, url, "what features can be sorted by", _columns(collection))


def value(column: Column) -> dict[str, Any]:
    """The type of a value of `column` and its bounds, in words that OpenAPI 3.0 knows too."""
    if column.kind == "date":
        return {"type": "string", "format": "date"}
    if column.kind != "number":
        return {"type": TYPES[column.kind]}
    least, most = LIMITS.get(column.unit, (0 if isfinite(column.most) else None, None))
    most = None if _beyond(column) else most if most is not None or not isfinite(column.most) else column.most
    bounds = {"minimum": least, "maximum": most}
    whole = DECIMALS.get(column.unit) == 0
    kind = "integer" if whole else "number"
    return {"type": kind, **{word: bound for word, bound in bounds.items() if bound is not None}}


def ucum(unit: str) -> str:
    """`unit` in the Unified Code for Units of Measure; what it does not know is a note in braces."""
    return UCUM.get(unit) or f"{{{unit.replace(' ', '_')}}}"


def _document(
    collection: Collection, url: str, told: str, properties: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "$id": url,
        "title": collection.table.title,
        "description": f"{collection.table.title}: {told}.",
        "type": "object",
        "properties": {
            name: {**member, "x-ogc-propertySeq": place} for place, (name, member) in enumerate(properties.items(), 1)
        },
        "additionalProperties": False,
    }


def _columns(collection: Collection) -> dict[str, dict[str, Any]]:
    names = {column.name for column in collection.table.columns}
    roles = {collection.table.key: "id", collection.time: "primary-instant"}
    datasets = READS.get(collection.name, (collection.name,))
    found = {}
    for column in collection.table.columns:
        sure, source = reliability(column.name, names), origin(column.name, collection.name, datasets)
        member = {"title": column.title, "description": _told(column, sure, source), **value(column)}
        if column.name in roles:
            member["x-ogc-role"] = roles[column.name]
        if column.unit:
            member |= {"x-ogc-unit": ucum(column.unit), "x-ogc-unitLang": "UCUM", "x-ogc-unitName": column.unit}
        if sure:
            member["x-ogc-reliability"] = sure
        found[column.name] = {**member, "x-ogc-source": source}
    return found


def _place(collection: Collection) -> dict[str, dict[str, Any]]:
    if collection.table.shape is None:
        return {}
    told = "Where it is." if collection.table.everywhere else "Where it is; null where that is not known."
    member = {"title": "Place", "description": told, "format": PLACES[collection.table.shape]}
    return {"geometry": {**member, "x-ogc-role": "primary-geometry"}}


def _constants(constants: Iterable[str]) -> dict[str, dict[str, Any]]:
    told = "Text, the same for every feature. Source: the snapshot."
    return {
        name: {"title": CONSTANTS[name], "description": told, "type": "string", "x-ogc-source": "the snapshot"}
        for name in constants
    }


def _told(column: Column, sure: Mapping[str, list[str]], source: str) -> str:
    """What kind of value it is, when it is missing, how sure it is, and where it is from, in sentences."""
    sentences = [_kind(column)]
    if column.nullable:
        sentences.append("Null where it is not known")
    if sure:
        ways = (f"{measure.replace('_', ' ')} {' to '.join(names)}" for measure, names in sure.items())
        sentences.append(f"How sure it is: {', '.join(ways)}")
    return ". ".join([*sentences, f"Source: {source}."])


def _kind(column: Column) -> str:
    if column.unit == "share":
        return "A share, which can exceed 1" if _beyond(column) else "A share from 0 to 1"
    return WORDS.get(column.unit) or (f"In {column.unit}" if column.unit else KINDS[column.kind])


def _beyond(column: Column) -> bool:
    return column.unit == "share" and any(mark in column.name for mark in BEYOND)
