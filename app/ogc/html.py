"""The API as pages: everything that a document holds, with its links to follow."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
from markupsafe import Markup, escape

from app.amounts import count, day, share
from app.features import Collection
from app.language import N_, _
from app.layers import COLUMNS
from app.ogc.forms import FEATURE, ITEMS, TITLES
from app.ogc.links import Link
from app.ogc.pages import Asked, feature_links, page_links
from app.ogc.query import Page, Query
from app.pages import draw
from app.retold import told
from app.said import KNOWN, english, first, unreal, word
from geo.contracts import Column
from geo.published import DECIMALS

Document = Mapping[str, Any]
KINDS: Final = {
    "schema": (N_("Properties"), N_("{collection}: properties")),
    "queryables": (N_("What filters understand"), N_("{collection}: what filters understand")),
    "sortables": (N_("What features are sorted by"), N_("{collection}: what features are sorted by")),
}
"""The heading of each schema, and the title of its page."""

REPEATED: Final = {
    "source": N_("Source"),
    "vintage": N_("Vintage"),
    "not_real": N_("Not real"),
    "method_version": N_("Method version"),
    "snapshot": N_("Snapshot"),
    "not_in_score": N_("Not in score"),
}
"""What every feature repeats, as the page of a feature calls it."""

SURE: Final = {
    "interval": N_("interval"),
    "margin_of_error": N_("margin of error"),
    "standard_error": N_("standard error"),
    "coefficient_of_variation": N_("coefficient of variation"),
    "class": N_("class"),
}
"""What says how sure a property is (`app.provenance`)."""

HIDDEN: Final = ("self", "alternate")
"""Relations of links that a page itself stands for."""


def draw_conformance(document: Document) -> str:
    """The standards that are met, as a page."""
    return draw("data/conformance.html", document=document, **WORDS)


def draw_collections(document: Document) -> str:
    """The list of collections, as a page."""
    return draw("data/collections.html", document=document, **WORDS)


def draw_collection(collection: Collection, document: Document) -> str:
    """One collection, as a page."""
    links = [_followed(each) for each in document["links"] if each["rel"] not in HIDDEN and not _is_part(each)]
    return draw(
        "data/collection.html",
        document=document,
        links=_without_repeats(links),
        **WORDS,
    )


def _is_part(link: Link) -> bool:
    """Whether a link is to one page of a file: the whole is beside it."""
    return link["rel"] == "items" and link["type"] not in (FEATURE["json"], "text/html")


def _followed(link: Link) -> Link:
    """A link as a browser may follow it, which without a word is given pages."""
    bare = link["rel"] == "items" and link["type"] == FEATURE["json"]
    return {**link, "href": f"{link['href']}?f=json"} if bare else link


def draw_properties(collection: Collection, kind: str, document: Document) -> str:
    """A schema of a collection, as a page: a row for each property."""
    heading, title = KINDS[kind]
    return draw(
        "data/properties.html",
        heading=_(heading),
        title=_(title).format(collection=word(collection.table.title)),
        kind=kind,
        collection=collection,
        document=document,
        sure={name: _(words) for name, words in SURE.items()},
        **WORDS,
    )


def draw_items(collection: Collection, query: Query, found: Page, asked: Asked) -> str:
    """A page of features, as a table."""
    columns = shown(collection, query.look.names)
    links = page_links(collection, found, asked, "html")
    return draw(
        "data/items.html",
        collection=collection,
        columns=columns,
        rows=[{"id": collection.ids[row], "cells": cells(collection, row, columns)} for row in found.rows],
        found=found,
        query=query,
        given=asked.given,
        around={each["rel"]: each["href"] for each in links if each["rel"] in ("next", "prev")},
        forms=_forms(links),
        **WORDS,
    )


def draw_feature(collection: Collection, row: int, asked: Asked) -> str:
    """One feature, as a page."""
    columns = [*collection.columns.values()]
    return draw(
        "data/feature.html",
        collection=collection,
        id=collection.ids[row],
        name=collection.frame["name"].iloc[row] if "name" in collection.columns else None,
        cells=zip(columns, cells(collection, row, columns), strict=True),
        place=_place(collection, row),
        forms=_forms(feature_links(collection, asked, "html")),
        repeated={name: _(words) for name, words in REPEATED.items()},
        **WORDS,
    )


def draw_tilesets(collection: Collection, document: Document) -> str:
    """What there is of tiles of a collection, as a page."""
    return draw("data/tiles.html", collection=collection, document=document, **WORDS)


def draw_document(title: str, document: Document) -> str:
    """A document that is mostly numbers, as a page: its title, and its links to follow."""
    return draw("data/document.html", title=word(title), document=document, **WORDS)


def shown(collection: Collection, names: Sequence[str] | None) -> list[Column]:
    """The columns of the table of a page: those that were asked for, else what the map tells of a feature."""
    wanted = names if names is not None else COLUMNS.get(collection.name, (*collection.columns,))
    chosen = dict.fromkeys((collection.table.key, *(("name",) if "name" in collection.columns else ()), *wanted))
    return [collection.columns[name] for name in chosen if name in collection.columns]


def cells(collection: Collection, row: int, columns: Sequence[Column]) -> list[str]:
    """The values of a feature in words, empty where they are not known."""
    return [cell(collection.values(column.name).iloc[row], column) for column in columns]


def cell(value: Any, column: Column) -> str:
    """A value in words, with its unit where that is not in the heading."""
    if pd.isna(value):
        return ""
    if column.kind == "flag":
        return _("yes") if value else _("no")
    if column.kind == "date":
        return day(value)
    if column.kind != "number":
        return str(value)
    if column.unit == "share":
        return share(value)
    decimals = DECIMALS.get(column.unit)
    return f"{value:,g}" if decimals is None else count(value, decimals)


def _place(collection: Collection, row: int) -> str:
    box = collection.bounds[row]
    if pd.isna(box[0]):
        return _("not known")
    west, south, east, north = (f"{edge:.5f}" for edge in box)
    corners = f"{west}, {south}", f"{east}, {north}"
    return corners[0] if corners[0] == corners[1] else _("{low} to {high}").format(low=corners[0], high=corners[1])


def _forms(links: Sequence[Link]) -> list[tuple[str, str]]:
    """The other forms of a page: name and address."""
    forms = {kind.partition(";")[0]: form for form, kind in ITEMS.items()}
    return [(word(TITLES[forms[each["type"]]].partition(",")[0]), each["href"]) for each in links
            if each["rel"] == "alternate" and each["type"] in forms]  # fmt: skip


def titled(text: str) -> Markup:
    """The title of a link or of a collection for a page, `Kiosks: GeoJSON`, say; marked as English if not known."""
    parts = text.split(": ", 1)
    if text in KNOWN or len(parts) == 1 or not KNOWN.issuperset(parts):
        return told(text)
    return escape(_("{subject}: {form}").format(subject=_(parts[0]), form=_(parts[1])))


WORDS: Final = {"say": _, "word": word, "english": english, "titled": titled, "unreal": unreal, "first": first}
"""What templates call to say what documents hold."""


def _without_repeats(links: Sequence[Link]) -> list[Link]:
    return [*{each["href"]: each for each in reversed(links)}.values()][::-1]
