"""The table twin of the map: the same areas and sites as rows, with how sure each value is, in any order."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from app.features import Collection
from app.layers import COLUMNS
from app.listing import served
from app.map import Measure
from app.provenance import spread
from app.state import AREAS, City
from app.weakness import rated
from geo.contracts import Column, text
from geo.method import RANKED
from geo.ranks import TIERS

TABLES: Final = {
    "ntas": "neighborhoods",
    "tracts": "census tracts",
    "cdtas": "community districts",
    "boroughs": "boroughs",
    "developments": "NYCHA developments",
    "kiosks": "kiosks",
    "schools": "schools",
    "facilities": "computer centres",
}
"""Each table, in the order in which they are offered, and what its rows are."""

UNKNOWN: Final = "not known"
ANY: Final = "any"
MEASURE: Final = "measure"
"""The chosen measure, whichever it is, as something to sort by."""

COUNTED: Final = "counted"
"""What has no sampling error, since it was not surveyed."""

LEVELS: Final = {
    "reliability": ("weak", "fair", "good", COUNTED),
    "tier": tuple(words for _, words in reversed(TIERS)),
}
"""Words that have an order of their own, the least first."""

SURE: Final = text("reliability", f"How sure the measure is: good, fair, weak, or {COUNTED}, which is not surveyed")
SITES: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(dict.fromkeys((*columns[:2], "borough", *columns[2:])))
    for name, columns in COLUMNS.items()
    if name not in AREAS
}
"""What the table says of sites: what the map says, and the borough."""

FIRST: Final = {"developments": ("priority", True), "kiosks": ("site_id", False)}
"""What sites are sorted by at first, and whether falling; by name where nothing is said."""


@dataclass(frozen=True)
class Terms:
    """
    What is asked of the table, checked.

    Attributes
    ----------
    of
        Which table: a key of `TABLES`.
    measure
        What areas are measured by, None for sites.
    sort, falling
        The column that rows are sorted by.
    borough, tier
        The value that a row must have, `not known` for none; empty for any.
    q
        Text that the name must contain, whatever its case and accents; empty for any.
    reliability
        The least that is in view: any, fair or good.
    """

    of: str
    measure: Measure | None
    sort: str
    falling: bool
    borough: str = ""
    tier: str = ""
    q: str = ""
    reliability: str = ANY
    page: int = 1


@dataclass(frozen=True)
class View:
    """
    What is in view of one table.

    Attributes
    ----------
    columns
        Every column, as files have them.
    whole
        All rows of the table, numbers as they are published, missing where they are not known.
    rows
        Those in view, in order.
    """

    terms: Terms
    collection: Collection
    columns: tuple[Column, ...]
    whole: pd.DataFrame
    rows: pd.DataFrame


def value_of(measure: Measure) -> str:
    """The property that holds a measure."""
    return f"{measure.code}_share" if measure.unit == "share" else measure.code


def first_sort(of: str, measure: Measure | None) -> tuple[str, bool]:
    """The column that a table is sorted by at first, and whether falling."""
    return (value_of(measure), True) if measure else FIRST.get(of, ("name", False))


def as_query(terms: Terms) -> dict[str, str]:
    """`terms` as the parameters of an address: those that are not as they are at first."""
    measure, of_measure = ("gap", "") if terms.measure is None else (terms.measure.code, value_of(terms.measure))
    sort = f"{'-' if terms.falling else ''}{MEASURE if terms.sort == of_measure else terms.sort}"
    told = {
        "of": (terms.of, "ntas"),
        "measure": (measure, "gap"),
        "borough": (terms.borough, ""),
        "tier": (terms.tier, ""),
        "reliability": (terms.reliability, ANY),
        "q": (terms.q, ""),
        "sort": (sort, sort if (terms.sort, terms.falling) == first_sort(terms.of, terms.measure) else ""),
        "page": (str(terms.page), "1"),
    }
    return {name: value for name, (value, first) in told.items() if value != first}


def fitting(of: str) -> list[str]:
    """The filters that fit a table, besides those that fit every one: only areas are measured, only some are ranked."""
    return [*(["measure", "reliability"] if of in AREAS else []), *(["tier"] if of in RANKED else [])]


def columns_of(collection: Collection, measure: Measure | None) -> tuple[Column, ...]:
    """Every column of a table, as files have them: the key, the name, then what is said, each before its margin."""
    names = SITES[collection.name] if measure is None else _area_names(collection, measure)
    declared = {**collection.columns, SURE.name: SURE}
    return tuple(declared[name] for name in names if name in declared)


def shown(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns of the page, by which rows are sorted; margins and notes stand beside what they belong to."""
    names = [column.name for column in columns]
    aside = {part for name in names for part in spread(name, names)} | {"nta_name"}
    aside |= {names[0]} if "name" in names else set()
    return tuple(column for column in columns if column.name not in aside and not column.name.endswith("note"))


def view(city: City, terms: Terms) -> View:
    """The table that `terms` ask for."""
    collection = city.collections[terms.of]
    columns = columns_of(collection, terms.measure)
    frame = pd.DataFrame(collection.frame.drop(columns="geometry"))
    whole = served(frame, [column for column in columns if column is not SURE])
    if terms.measure:
        whole[SURE.name] = reliability(whole, terms.of, terms.measure)
    whole = whole[[column.name for column in columns]]
    by = next(column for column in columns if column.name == terms.sort)
    return View(terms, collection, columns, whole, _ordered(whole[_chosen(whole, terms)], by, falling=terms.falling))


def classes(values: pd.Series, of: str, measure: Measure) -> Sequence[float]:
    """
    The inner bounds of the classes that `values` fall into.

    The map has the same bounds for scores everywhere. Counts of people depend on the size of an area; where the map
    does not draw a geography, its counts have six classes of equally many areas.
    """
    if of in measure.breaks or measure.unit != "people":
        return measure.breaks.get(of, measure.breaks["ntas"])
    known = values.dropna()
    return [float(bound) for bound in np.unique(np.quantile(known, np.arange(1, 6) / 6))] if len(known) else []


def plain(words: str) -> str:
    """`words` without case and accents."""
    parts = unicodedata.normalize("NFKD", words)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def _area_names(collection: Collection, measure: Measure) -> tuple[str, ...]:
    value = value_of(measure)
    measured = (value, *spread(value, collection.columns), SURE.name)
    ranks = ("gap_rank", "gap_rank_low", "gap_rank_high", "tier")
    people = ("people_left_out", "people_left_out_moe", "residents")
    names = (collection.table.key, "name", "nta_name", "borough", *measured, *ranks, *people, "note", "rank_note")
    return tuple(dict.fromkeys(names))


def reliability(frame: pd.DataFrame, of: str, measure: Measure) -> pd.Series:
    """The word for each value, as served: of a share as the survey's margin has it, else by the classes of the map."""
    value = frame[value_of(measure)].astype(float)
    if measure.unit == "share":
        words = frame[f"{measure.code}_reliability"].astype(object)
        return words.where(value.notna() & words.isin(LEVELS[SURE.name]), None)
    ends = [frame[name].astype(float) for name in spread(measure.code, [str(name) for name in frame])]
    if not ends:
        return pd.Series(COUNTED, value.index, dtype=object).where(value.notna(), None)
    low, high = ends if len(ends) == 2 else (value - ends[0], value + ends[0])
    return rated(value, low, high, classes(value, of, measure))


def _chosen(frame: pd.DataFrame, terms: Terms) -> pd.Series:
    """Which rows are in view."""
    chosen = pd.Series(True, frame.index)
    for name, wanted in (("borough", terms.borough), ("tier", terms.tier)):
        if wanted:
            chosen &= frame[name].fillna(UNKNOWN) == wanted
    if terms.q:
        sought = plain(terms.q)
        chosen &= pd.Series([sought in words for words in _searched(frame)], frame.index)
    if terms.reliability != ANY:
        levels = LEVELS[SURE.name]
        chosen &= frame[SURE.name].isin(levels[levels.index(terms.reliability) :])
    return chosen


def _searched(frame: pd.DataFrame) -> list[str]:
    """What each row is found by: its name and neighborhood, or else its key and address."""
    places = ("name", "nta_name") if "name" in frame else (str(frame.columns[0]), "address")
    names = [name for name in places if name in frame]
    return ["\n".join(plain(word) for word in row if isinstance(word, str)) for row in frame[names].to_numpy(object)]


def _ordered(frame: pd.DataFrame, column: Column, *, falling: bool) -> pd.DataFrame:
    """The rows by `column`, those not known last, equals as they were."""
    places = frame[column.name]
    if column.name in LEVELS:
        places = places.map({words: at for at, words in enumerate(LEVELS[column.name])})
    elif column.kind == "text":
        places = places.map(_placed, na_action="ignore")
    return frame.loc[places.sort_values(ascending=not falling, na_position="last", kind="stable").index]


def _placed(words: str) -> str:
    """Where text stands in an order in which tract 2 comes before tract 10."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(9), plain(words))
