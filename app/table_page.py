"""The page of the table: cells in words, headers that sort, filters that keep each other; and the table as files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any, Final
from urllib.parse import quote, urlencode

from app.legend import banners, map_config
from app.map import Measure
from app.ogc.html import cell
from app.pages import TEMPLATES
from app.planning import records
from app.provenance import spread
from app.state import City
from app.table import ANY, LEVELS, SURE, TABLES, UNKNOWN, Terms, View, as_query, classes, fitting, shown, value_of
from geo.acs import FAIR_MOE_SHARE, GOOD_MOE_SHARE
from geo.contracts import Column

A_PAGE: Final = 50
ROWS: Final = "#rows"
"""Where the rows are on the page: whoever sorts or turns the page need not look for them again."""

PLACES: Final = {"ntas": "/nta/{}", "tracts": "/tracts/{}", "developments": "/developments/{}"}
"""The page of a row; others have the page of their feature."""

HEADINGS: Final = {
    "name": "Name",
    "reliability": "Reliability",
    "gap_rank": "Rank of its gap",
    "tier": "Tier",
    "people_left_out": "People left out",
    "residents": "Residents",
    "borough": "Borough",
    "need": "Need of its place",
    "supply": "Supply",
    "priority": "Priority",
    "eligibility": "Big Apple Connect",
    "reasons": "Why",
    "nearest_kiosk_m": "To the nearest working kiosk",
    "nearest_centre_m": "To the nearest computer centre",
    "no_broadband_share": "Households around without broadband",
    "kind": "Kind",
    "working": "Working",
    "activated": "Activated",
    "access": "Who may use it",
    "open_to_all_ages": "Open to all ages",
    "workstations": "Computers",
}
"""Headings that are shorter than the titles of the contract."""

UNITS: Final = {"points": "0–100", "m": "metres", "tier": "in the widest fifth?"}
"""What a heading must say besides, by unit or column; a share has its unit in every cell."""

NOTES: Final = {"gap_rank": "rank_note", "priority": "note", "economic_need_share": "economic_need_note"}
"""The column that says why another one is empty."""

DIRECTIONS: Final = {
    "reliability": ("least sure first", "surest first"),
    "tier": ("clearly not top first", "clear top first"),
    "rank": ("first place first", "last place first"),
    "number": ("lowest first", "highest first"),
    "text": ("A to Z", "Z to A"),
    "flag": ("no first", "yes first"),
    "date": ("oldest first", "newest first"),
}
"""What rising and falling order mean, by column, unit or kind."""

LEAST: Final = {ANY: "Any", "fair": "At least fair", "good": "Good"}
FILES: Final = {"csv": "CSV", "xlsx": "Excel", "json": "JSON"}


def measures(city: City) -> tuple[Measure, ...]:
    """What areas can be measured by: as the map has it."""
    return map_config(city.collections, city.manifest, city.snapshot.id, None).measures


def draw_table(city: City, found: View) -> str:
    """The HTML of the page."""
    terms, columns, query = found.terms, shown(found.columns), as_query(found.terms)
    start = A_PAGE * (terms.page - 1)
    rows = records(found.rows.iloc[start : start + A_PAGE].set_index(found.columns[0].name))
    return TEMPLATES.get_template("table.html").render(
        terms=terms,
        rows_are=TABLES[terms.of],
        count=len(found.rows),
        all=len(found.whole),
        headers=[_header(found, column) for column in columns],
        rows=[_row(found, row, columns) for row in rows],
        pages=_pages(found),
        tables=[(TABLES[of], _other(city, terms, of), of == terms.of) for of in TABLES if of in city.collections],
        filters=_filters(city, found),
        kept={name: query[name] for name in ("of", "sort") if name in query},
        asked=_asked(terms),
        everything=_address({name: query[name] for name in ("of", "measure", "sort") if name in query}),
        files=[(title, _address({**query, "page": "", "f": form})) for form, title in FILES.items()],
        map_address=_map(terms),
        constants=found.collection.constants,
        banners=banners(city.manifest),
        **(_measured(found, terms.measure) if terms.measure else {"sure": None, "nothing": None}),
    )


def _measured(found: View, measure: Measure) -> dict[str, Any]:
    """What the page says of a measure as a whole: how its reliability is told, and why nothing of it is known."""
    values = found.whole[value_of(measure)].astype(float)
    why = found.whole["note"].mode()
    bounds = [f"{bound:,.0f}" for bound in classes(values, found.terms.of, measure)]
    counted = not spread(value_of(measure), found.collection.columns)
    return {
        "sure": "counted" if counted else "margin" if measure.unit == "share" else "classes",
        "most_moe_share": {"good": GOOD_MOE_SHARE, "fair": FAIR_MOE_SHARE},
        "bounds": bounds,
        "nothing": None if values.notna().any() else why[0] if len(why) else "the source gives no value here",
    }


def _header(found: View, column: Column) -> dict[str, Any]:
    """A heading, and the link that sorts by it: the other way round where it is sorted by it already."""
    terms = found.terms
    order = next(name for name in (column.name, column.unit, column.kind) if name in DIRECTIONS)
    by_it = column.name == terms.sort
    falling = not terms.falling if by_it else order not in ("text", "rank")
    beside = len(spread(column.name, [each.name for each in found.columns]))
    ranked = found.whole["gap_rank"].count() if column.name == "gap_rank" else 0
    told = [
        UNITS.get(column.unit or column.name, ""),
        f"of {ranked:,}" if ranked else "",
        ("", "± 90 % margin", "90 % interval")[beside],
    ]
    return {
        "title": _heading(column, terms.measure),
        "unit": ", ".join(filter(None, told)),
        "kind": column.kind,
        "sorted": ("descending" if terms.falling else "ascending") if by_it else None,
        "now": DIRECTIONS[order][terms.falling],
        "next": DIRECTIONS[order][falling],
        "address": _address(as_query(replace(terms, sort=column.name, falling=falling, page=1))) + ROWS,
    }


def _heading(column: Column, measure: Measure | None) -> str:
    if measure and column.name == value_of(measure):
        return measure.label
    return HEADINGS.get(column.name, column.title)


def _row(found: View, row: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """A row in words."""
    of, key = found.terms.of, quote(str(row[found.columns[0].name]), safe="")
    return {
        "name": row[columns[0].name] or row[found.columns[0].name],
        "about": row.get("nta_name"),
        "address": PLACES.get(of, f"/collections/{of}/items/{{}}?f=html").format(key),
        "cells": [_cell(found, row, column) for column in columns[1:]],
    }


def _cell(found: View, row: Mapping[str, Any], column: Column) -> dict[str, Any]:
    """A value in words, with its spread beside it, or that it is not known, with the reason."""
    measure, value = found.terms.measure, row[column.name]
    measured = measure is not None and column.name == value_of(measure)
    note = row.get("note" if measured and value is None else NOTES.get(column.name, ""))
    sides = [] if value is None else [row[name] for name in spread(column.name, [*row])]
    return {
        "words": UNKNOWN if value is None else cell(value, column),
        "beside": _beside(sides, column) or note,
        "kind": column.kind,
        "known": value is not None,
        "weak": column is SURE and value == LEVELS[SURE.name][0],
    }


def _beside(sides: Sequence[Any], column: Column) -> str:
    """A margin or an interval in words."""
    if not sides:
        return ""
    if None in sides:
        return f"{'interval' if len(sides) == 2 else 'margin'} {UNKNOWN}"
    if len(sides) == 2:
        return f"{cell(sides[0], column)} to {cell(sides[1], column)}"
    if column.unit == "share":
        return f"± {100 * sides[0]:.1f} points"
    return f"± {cell(sides[0], column)}" if sides[0] else "± under 1"


def _pages(found: View) -> dict[str, Any]:
    """The page, how many there are, and the addresses of those around."""
    at, last = found.terms.page, max(1, ceil(len(found.rows) / A_PAGE))
    before = {"First page": 1, "Previous page": at - 1} if 1 < at <= last else {}
    after = {"Next page": at + 1, "Last page": last} if at < last else {}
    around = {words: replace(found.terms, page=to) for words, to in (before | after).items()}
    links = [(words, _address(as_query(terms)) + ROWS) for words, terms in around.items()]
    return {"at": at, "last": last, "links": links}


def _filters(city: City, found: View) -> list[dict[str, Any]]:
    """The filters that fit the table: name, label and choices, each with its words and whether it is chosen."""
    terms, tiers = found.terms, [*reversed(LEVELS["tier"]), UNKNOWN]
    every: dict[str, tuple[str, dict[str, str], str]] = {}
    if terms.measure:
        every["measure"] = "Measure", {each.code: each.label for each in measures(city)}, terms.measure.code
    if terms.of != "boroughs":
        boroughs = sorted({*found.whole["borough"].fillna(UNKNOWN)})
        every["borough"] = "Borough", {"": "All", **{name: name for name in boroughs}}, terms.borough
    if "tier" in (fit := fitting(terms.of)):
        every["tier"] = "Tier", {"": "All", **{words: words for words in tiers}}, terms.tier
    if "reliability" in fit:
        every["reliability"] = "Reliability", LEAST, terms.reliability
    return [
        {"name": name, "label": label, "choices": [(value, words, value == chosen) for value, words in choices.items()]}
        for name, (label, choices, chosen) in every.items()
    ]


def _asked(terms: Terms) -> list[tuple[str, str]]:
    """Each filter that is set, in words, and the address without it."""
    told = {
        "borough": f"borough: {terms.borough}",
        "tier": f"tier: {terms.tier}",
        "reliability": f"reliability: {LEAST[terms.reliability].lower()}",
        "q": f"name contains “{terms.q}”",
    }
    query = as_query(replace(terms, page=1))
    return [
        (words, _address({other: value for other, value in query.items() if other != name}))
        for name, words in told.items()
        if name in query
    ]


def _other(city: City, terms: Terms, of: str) -> str:
    """The address of another table, with what fits it of the filters."""
    there = {*city.collections[of].frame["borough"]}
    fit = [*fitting(of), "q", *(["borough"] if terms.borough in there else [])]
    kept = {name: value for name, value in as_query(terms).items() if name in fit}
    return _address({**({} if of == "ntas" else {"of": of}), **kept})


def _map(terms: Terms) -> str:
    """The map as it shows the same."""
    if terms.measure is None:
        return f"/map?{urlencode({'sites': terms.of})}"
    areas = terms.of if terms.of == "tracts" else "ntas"
    return f"/map?{urlencode({'measure': terms.measure.code, 'areas': areas})}"


def _address(query: Mapping[str, str]) -> str:
    query = {name: value for name, value in query.items() if value}
    return f"/table?{urlencode(query)}" if query else "/table"
