"""The page of the table: cells in words, headers that sort, filters that keep each other; and the table as files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any, Final
from urllib.parse import quote, urlencode

from app.amounts import count
from app.language import _
from app.legend import banners, map_config
from app.map import Measure
from app.ogc.html import cell
from app.pages import draw
from app.planning import records
from app.provenance import spread
from app.retold import told
from app.said import english, first, inside, listed, unreal, word
from app.state import City
from app.table import LEVELS, SURE, TABLES, UNKNOWN, Terms, View, as_query, classes, fitting, shown, value_of
from app.table_words import DIRECTIONS, HEADINGS, LEAST, ROWS, SURELY, UNITS
from geo.acs import FAIR_MOE_SHARE, GOOD_MOE_SHARE
from geo.contracts import Column

A_PAGE: Final = 50
AT_ROWS: Final = "#rows"
"""Where the rows are on the page: whoever sorts or turns the page need not look for them again."""

PLACES: Final = {"ntas": "/nta/{}", "tracts": "/tracts/{}", "developments": "/developments/{}"}
"""The page of a row; others have the page of their feature."""

NOTES: Final = {"gap_rank": "rank_note", "priority": "note", "economic_need_share": "economic_need_note"}
"""The column that says why another one is empty."""

WORDED: Final = {"eligibility": told, "reasons": told, "status": told, "access": told}
"""How a column of sentences in English is told; other text is names, or a word of a fixed set."""

LONG: Final = 80
"""Characters of a text that a row folds up."""

FILES: Final = {"csv": "CSV", "xlsx": "Excel", "json": "JSON"}


def measures(city: City) -> tuple[Measure, ...]:
    """What areas can be measured by: as the map has it."""
    return map_config(city.collections, city.manifest, city.snapshot.id, None).measures


def draw_table(city: City, found: View) -> str:
    """The HTML of the page."""
    terms, columns, query = found.terms, shown(found.columns), as_query(found.terms)
    start = A_PAGE * (terms.page - 1)
    rows = records(found.rows.iloc[start : start + A_PAGE].set_index(found.columns[0].name))
    return draw(
        "table.html",
        terms=terms,
        matched=len(found.rows),
        rows_are=ROWS[terms.of].counted(len(found.rows), len(found.whole)),
        label=terms.measure.label if terms.measure else None,
        headers=[_header(found, column) for column in columns],
        rows=[_row(found, row, columns) for row in rows],
        pages=_pages(found),
        tables=[(_(ROWS[of].name), _other(city, terms, of), of == terms.of) for of in TABLES if of in city.collections],
        filters=_filters(city, found),
        kept={name: query[name] for name in ("of", "sort") if name in query},
        asked=_asked(terms),
        everything=_address({name: query[name] for name in ("of", "measure", "sort") if name in query}),
        files=[(title, _address({**query, "page": "", "f": form})) for form, title in FILES.items()],
        map_address=_map(terms),
        constants=found.collection.constants,
        banners=banners(city.manifest),
        english=english,
        unreal=unreal,
        inside=inside,
        first=first,
        **(_measured(found, terms.measure) if terms.measure else {"sure": None, "nothing": None}),
    )


def _measured(found: View, measure: Measure) -> dict[str, Any]:
    """What the page says of a measure as a whole: how its reliability is told, and why nothing of it is known."""
    values = found.whole[value_of(measure)].astype(float)
    why = found.whole["note"].mode()
    bounds = listed(count(bound) for bound in classes(values, found.terms.of, measure))
    counted = not spread(value_of(measure), found.collection.columns)
    return {
        "sure": "counted" if counted else "margin" if measure.unit == "share" else "classes",
        "most_moe_share": {"good": GOOD_MOE_SHARE, "fair": FAIR_MOE_SHARE},
        "bounds": bounds,
        "nothing": None if values.notna().any() else _why_nothing(found.terms.of, [*why]),
    }


def _why_nothing(of: str, notes: Sequence[str]) -> str:
    return _note(of, notes[0]) if notes else _("the source gives no value here")


def _header(found: View, column: Column) -> dict[str, Any]:
    """A heading, and the link that sorts by it: the other way round where it is sorted by it already."""
    terms = found.terms
    order = next(name for name in (column.name, column.unit, column.kind) if name in DIRECTIONS)
    by_it = column.name == terms.sort
    falling = not terms.falling if by_it else order not in ("text", "rank")
    beside = len(spread(column.name, [each.name for each in found.columns]))
    ranked = found.whole["gap_rank"].count() if column.name == "gap_rank" else 0
    beneath = [
        _(UNITS.get(column.unit or column.name, "")),
        _("of {number}").format(number=count(ranked)) if ranked else "",
        ("", _("± 90 % margin"), _("90 % interval"))[beside],
    ]
    return {
        "title": _heading(column, terms.measure),
        "unit": listed(filter(None, beneath)),
        "kind": column.kind,
        "sorted": ("descending" if terms.falling else "ascending") if by_it else None,
        "now": _(DIRECTIONS[order][terms.falling]),
        "next": _(DIRECTIONS[order][falling]),
        "address": _address(as_query(replace(terms, sort=column.name, falling=falling, page=1))) + AT_ROWS,
    }


def _heading(column: Column, measure: Measure | None) -> str:
    if measure and column.name == value_of(measure):
        return measure.label
    return _(HEADINGS.get(column.name, column.title))


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
        "words": _(UNKNOWN) if value is None else _words(value, column),
        "beside": _beside(sides, column) or _note(found.terms.of, note),
        "kind": column.kind,
        "known": value is not None,
        "weak": column is SURE and value == LEVELS[SURE.name][0],
        "long": column.kind == "text" and value is not None and len(value) > LONG,
    }


def _words(value: Any, column: Column) -> str:
    """A value that is known, in words; text of the data that is not in the language of the page is marked."""
    if column.kind != "text":
        return cell(value, column)
    return WORDED.get(column.name, word)(value)


def _note(of: str, note: str | None) -> str:
    """Why a value of a table is missing, in words."""
    return told(note)


def _beside(sides: Sequence[Any], column: Column) -> str:
    """A margin or an interval in words."""
    if not sides:
        return ""
    if None in sides:
        return _("interval not known") if len(sides) == 2 else _("margin not known")
    if len(sides) == 2:
        return _("{low} to {high}").format(low=cell(sides[0], column), high=cell(sides[1], column))
    if column.unit == "share":
        return _("± {margin} points").format(margin=count(100 * sides[0], 1))
    return f"± {cell(sides[0], column)}" if sides[0] else _("± under 1")


def _pages(found: View) -> dict[str, Any]:
    """The page, how many there are, and the addresses of those around."""
    at, last = found.terms.page, max(1, ceil(len(found.rows) / A_PAGE))
    before = {_("First page"): 1, _("Previous page"): at - 1} if 1 < at <= last else {}
    after = {_("Next page"): at + 1, _("Last page"): last} if at < last else {}

    def links(around: Mapping[str, int]) -> list[tuple[str, str]]:
        return [(words, _address(as_query(replace(found.terms, page=to))) + AT_ROWS) for words, to in around.items()]

    return {"at": at, "last": last, "before": links(before), "after": links(after)}


def _filters(city: City, found: View) -> list[dict[str, Any]]:
    """The filters that fit the table: name, label and choices, each with its words and whether it is chosen."""
    terms, tiers = found.terms, [*reversed(LEVELS["tier"]), UNKNOWN]
    every: dict[str, tuple[str, dict[str, str], str]] = {}
    if terms.measure:
        every["measure"] = _("Measure"), {each.code: each.label for each in measures(city)}, terms.measure.code
    if terms.of != "boroughs":
        boroughs = sorted({*found.whole["borough"].fillna(UNKNOWN)})
        every["borough"] = _("Borough"), {"": _("All"), **{name: word(name) for name in boroughs}}, terms.borough
    if "tier" in (fit := fitting(terms.of)):
        every["tier"] = _("Tier"), {"": _("All"), **{words: _(words) for words in tiers}}, terms.tier
    if "reliability" in fit:
        every["reliability"] = _("Reliability"), {least: _(words) for least, words in LEAST.items()}, terms.reliability
    return [
        {"name": name, "label": label, "choices": [(value, words, value == chosen) for value, words in choices.items()]}
        for name, (label, choices, chosen) in every.items()
    ]


def _asked(terms: Terms) -> list[tuple[str, str]]:
    """Each filter that is set, in words, and the address without it."""
    every = {
        "borough": _("borough: {borough}").format(borough=word(terms.borough)),
        "tier": _("tier: {tier}").format(tier=_(terms.tier)),
        "reliability": _(SURELY.get(terms.reliability, "")),
        "q": _("name contains “{text}”").format(text=terms.q),
    }
    query = as_query(replace(terms, page=1))
    return [
        (words, _address({other: value for other, value in query.items() if other != name}))
        for name, words in every.items()
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
