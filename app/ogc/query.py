"""A question about a collection: which features, in which order, how many, and what of each."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.cql.evaluation import evaluate
from app.cql.reading import LANGUAGES, Filter, language, read_filter
from app.features import Collection
from app.ogc.crs import CRS84, Crs, areas, named
from app.ogc.moments import Period, is_day, read_period
from app.ogc.ordering import Cursor, Key, first_after, ordered, read_cursor, read_order, write_cursor
from app.ogc.schema import value
from geo.contracts import Column
from geo.errors import BadQuery

NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
MOST_ITEMS: Final = 10_000
DEFAULT_ITEMS: Final = 10
FARTHEST: Final = 10**9

ALSO: Final = {"cql-text": "cql2-text"}
"""What GDAL calls the text form, by its name in a draft of the standard."""

LOOK: Final = ("crs", "properties", "skipGeometry", "f")
"""What is shown of a feature, and how."""

SELECTING: Final = ("bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs", "sortby")
"""Which features, in which order; besides these, any property by its value."""

PAGING: Final = ("limit", "offset", "cursor")
PARAMETERS: Final = (*SELECTING, *PAGING, *LOOK)


@dataclass(frozen=True)
class Look:
    """
    What is shown of each feature.

    Attributes
    ----------
    names
        The properties in the order that was asked for, None for all.
    geometry
        Whether the geometry is shown.
    """

    crs: Crs = CRS84
    names: tuple[str, ...] | None = None
    geometry: bool = True


@dataclass(frozen=True)
class Query:
    """
    A question about a collection, its parameters checked.

    Attributes
    ----------
    areas
        Polygons (longitude, latitude) of which a feature must meet one, None for everywhere.
    equal
        Properties and the values that they must have.
    limit
        Most features on a page, None for all.
    """

    areas: tuple[Any, ...] | None = None
    period: Period | None = None
    equal: tuple[tuple[str, str], ...] = ()
    filter: Filter | None = None
    filter_crs: Crs = CRS84
    keys: tuple[Key, ...] = ()
    limit: int | None = DEFAULT_ITEMS
    offset: int = 0
    cursor: Cursor | None = None
    look: Look = Look()

    @property
    def selects(self) -> bool:
        """Whether features are picked out, rather than all in their own order."""
        return any(part is not None for part in (self.areas, self.period, self.filter)) or bool(self.equal or self.keys)


@dataclass(frozen=True)
class Page:
    """
    A part of the features that a question selects.

    Attributes
    ----------
    rows
        Those of this page, in order.
    matched
        How many the question selects on all pages.
    next, prev
        The cursors of the pages around, None where there is none.
    """

    rows: np.ndarray
    matched: int
    next: str | None
    prev: str | None


def read_query(given: Mapping[str, str], collection: Collection, *, paged: bool = True) -> Query:
    """
    The question that parameters ask.

    Raises
    ------
    BadQuery
        A parameter is not what it must be, or is neither a parameter nor a property.
    """
    known = PARAMETERS if paged else (*SELECTING, *LOOK)
    if aside := [name for name in PAGING if not paged and name in given]:
        raise BadQuery(f"{', '.join(aside)}: a file holds all that is selected; leave it out, or ask /items for pages")
    keys = read_order(given.get("sortby", ""), collection)
    if "offset" in given and "cursor" in given:
        raise BadQuery("offset and cursor: found both, expected one; cursors come from next and prev links")
    box_crs = named(given["bbox-crs"], "bbox-crs") if "bbox-crs" in given else CRS84
    filter_crs = named(given["filter-crs"], "filter-crs") if "filter-crs" in given else CRS84
    asked_lang = given.get("filter-lang", LANGUAGES[0])
    lang = language(ALSO.get(asked_lang, asked_lang))
    return Query(
        areas=covered(given["bbox"], box_crs) if "bbox" in given else None,
        period=read_period(given["datetime"]) if "datetime" in given else None,
        equal=tuple((name, _valid(collection.column(name), text)) for name, text in given.items() if name not in known),
        filter=read_filter(given["filter"], lang) if given.get("filter") else None,
        filter_crs=filter_crs,
        keys=keys,
        limit=min(_whole(given, "limit", 1, DEFAULT_ITEMS), MOST_ITEMS) if paged else None,
        offset=_whole(given, "offset", 0, 0, FARTHEST),
        cursor=read_cursor(given["cursor"], collection, keys) if "cursor" in given else None,
        look=read_look(given, collection),
    )


def read_look(given: Mapping[str, str], collection: Collection) -> Look:
    """
    What parameters want to see of each feature.

    Raises
    ------
    BadQuery
        An unknown system or property, or `skipGeometry` is neither true nor false.
    """
    skip = given.get("skipGeometry", "false").lower()
    if skip not in ("true", "false"):
        raise BadQuery(f"skipGeometry: found {given['skipGeometry']!r}, expected true or false")
    return Look(
        crs=named(given["crs"], "crs") if "crs" in given else CRS84,
        names=_names(given["properties"], collection) if "properties" in given else None,
        geometry=skip == "false",
    )


def select(collection: Collection, query: Query) -> np.ndarray:
    """The rows that `query` selects, in its order."""
    if not query.selects:
        return np.arange(len(collection.frame))
    chosen = np.ones(len(collection.frame), dtype=bool)
    for name, wanted in query.equal:
        chosen &= collection.equal(name, wanted)
    if query.period is not None and collection.time:
        chosen &= query.period.meets(collection.frame[collection.time])
    if query.areas is not None:
        chosen &= collection.within(query.areas)
    if query.filter is not None:
        chosen &= evaluate(query.filter, collection, query.filter_crs)
    return ordered(collection, np.flatnonzero(chosen), query.keys)


def page(collection: Collection, query: Query) -> Page:
    """The page of `query`."""
    rows = select(collection, query)
    limit = len(rows) if query.limit is None else query.limit
    start, stop = query.offset, query.offset + limit
    if query.cursor is not None:
        before, after = first_after(collection, rows, query.keys, query.cursor)
        start, stop = (max(before - limit, 0), before) if query.cursor.before else (after, after + limit)
    shown = rows[start:stop]
    if not len(shown):
        return Page(shown, len(rows), None, None)
    following = _cursor(collection, shown[-1], query, before=False) if stop < len(rows) else None
    return Page(shown, len(rows), following, _cursor(collection, shown[0], query, before=True) if start else None)


def _cursor(collection: Collection, row: int, query: Query, *, before: bool) -> str:
    return write_cursor(collection, int(row), query.keys, before=before)


def covered(text: str, crs: Crs) -> tuple[Any, ...]:
    """
    What a `bbox` of an address covers (`app.ogc.crs.areas`).

    Raises
    ------
    BadQuery
        `text` is no box.
    """
    try:
        numbers = [float(part) for part in text.replace("_", "?").split(",")]  # Python's own 1_000 is no number here
    except ValueError:
        raise BadQuery(f"bbox: found {text!r}, expected four numbers, or six with heights") from None
    return tuple(areas(numbers, crs, text))


def _whole(given: Mapping[str, str], name: str, least: int, default: int, most: int | None = None) -> int:
    text = given.get(name)
    if text is None:
        return default
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or (value := int(digits[:12])) < least or (most and value > most):
        highest = f" to {most:,}" if most else " or more"
        raise BadQuery(f"{name}: found {text!r}, expected a whole number, {least}{highest}")
    return value


def _valid(column: Column, text: str) -> str:
    """The value of a property, if it is one that the property can have (17-069r4, requirement 9)."""
    told = value(column)
    if column.kind == "date" and not is_day(text):
        raise BadQuery(f"{column.name} is a day such as 2025-03-01, found {text!r}")
    if column.kind == "number":
        least, most = told.get("minimum", -math.inf), told.get("maximum", math.inf)
        number = float(text) if NUMBER.fullmatch(text) else math.nan
        if not least <= number <= most or (told["type"] == "integer" and number != round(number)):
            kind = "a whole number" if told["type"] == "integer" else "a number"
            bounds = f", from {least:g}{f' to {most:g}' if most < math.inf else ''}" if least > -math.inf else ""
            raise BadQuery(f"{column.name} is {kind}{bounds}, found {text!r}")
    return text


def _names(text: str, collection: Collection) -> tuple[str, ...]:
    names = tuple(text.split(",")) if text else ()
    known: Sequence[str] = (*collection.columns, *collection.constants)
    if unknown := [name for name in names if name not in known]:
        raise BadQuery(f"properties: found {', '.join(map(repr, unknown))}, properties are: {', '.join(known)}")
    return tuple(dict.fromkeys(names))
