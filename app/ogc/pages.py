"""Pages of features as GeoJSON: the features, how many there are, and the links around them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final
from urllib.parse import quote

import numpy as np
import orjson

from app.bodies import Body, Stamped, digest
from app.features import Collection
from app.ogc.crs import CRS84
from app.ogc.documents import told
from app.ogc.forms import FEATURE, GEOJSON, ITEMS, JSON, SCHEMA, TITLES
from app.ogc.links import Link, encoded, link
from app.ogc.query import PAGING, Look, Page, Query
from app.ogc.writing import bounds, known, written
from app.pieces import collect

ELSEWHERE: Final = ("f", *(name for name in PAGING if name != "limit"))
"""The parameters that links set themselves."""


@dataclass(frozen=True)
class Asked:
    """
    A question as its links repeat it.

    Attributes
    ----------
    url
        The address of the features, absolute and without parameters.
    given
        The parameters.
    """

    url: str
    given: Mapping[str, str]

    def page(self, form: str, **place: str) -> str:
        """The address of another page or form of the same question."""
        further = [f"{name}={value}" for name, value in place.items()]
        query = "&".join([*self._kept, *further, *([f"f={form}"] if form else [])])
        return f"{self.url}?{query}" if query else self.url

    @cached_property
    def _kept(self) -> list[str]:
        kept = encoded((name, value) for name, value in self.given.items() if name not in ELSEWHERE)
        return [kept] if kept else []

    def form(self, form: str) -> str:
        """What an address needs to give the same `form` again: nothing for the one that is given without asking."""
        return "" if form == "json" and "f" not in self.given else form

    def here(self, form: str) -> str:
        """The address of this page, in another form if one is named."""
        return self.page(form, **{name: self.given[name] for name in ("offset", "cursor") if name in self.given})


def geojson(collection: Collection, query: Query, found: Page, asked: Asked, now: datetime) -> Body:
    """A page of features."""
    look = query.look
    box = bounds(collection, found.rows) if look.geometry and look.crs == CRS84 else None
    around = {
        "numberMatched": found.matched,
        "numberReturned": len(found.rows),
        "links": page_links(collection, found, asked, "json"),
        **({"bbox": box} if box else {}),
    }
    shown = written(collection, found.rows, look)
    said = digest(orjson.dumps(around) + b"".join(known(collection, found.rows, look, shown)))
    at = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    content = collect(shown, **around)[:-1] + b',"timeStamp":"%b"}' % at.encode()
    return Stamped(content, GEOJSON, headers=look.crs.header, vary="Accept", once=True, said=said, at=at)


def whole(collection: Collection, asked: Asked) -> Body:
    """
    All features as one page, to be kept: without a time, since it is not made for the one who asks.

    `timeStamp` may be left out, and would be untrue in an answer that was made earlier (17-069r4, requirement 30).
    """
    count = len(collection.frame)
    box = bounds(collection, np.arange(count))
    content = collect(
        collection.pieces,
        numberMatched=count,
        numberReturned=count,
        links=page_links(collection, Page(np.arange(0), count, None, None), asked, "json"),
        **({"bbox": box} if box else {}),
    )
    return Body(content, GEOJSON, headers=CRS84.header, vary="Accept")


def page_links(collection: Collection, found: Page, asked: Asked, form: str) -> list[Link]:
    """Links of a page: itself, its other forms, the pages around, the collection, and the schema."""
    title, same = collection.table.title, asked.form(form)
    around = (("next", found.next, "Next page"), ("prev", found.prev, "Previous page"))
    others = {other: kind for other, kind in ITEMS.items() if other != form}
    return [
        link(asked.here(same), "self", ITEMS[form], "This page"),
        *(link(asked.here(other), "alternate", kind, told(other, "This page")) for other, kind in others.items()),
        *(link(asked.page(same, cursor=cursor), rel, ITEMS[form], words) for rel, cursor, words in around if cursor),
        link(asked.url.removesuffix("/items"), "collection", JSON, title),
        link(asked.url.removesuffix("items") + "schema", "describedby", SCHEMA, "Every property, with its unit"),
    ]  # fmt: skip


def feature(collection: Collection, row: int, look: Look, asked: Asked) -> Body:
    """One feature."""
    piece = written(collection, [row], look)[0]
    links = feature_links(collection, asked, "json")
    content = piece[:-1] + b',"links":' + orjson.dumps(links) + b"}"
    return Body(content, GEOJSON, headers=look.crs.header, vary="Accept", once=True)


def feature_links(collection: Collection, asked: Asked, form: str) -> list[Link]:
    """Links of a feature: itself, its other forms, its collection, and the schema."""
    base = asked.url.rpartition("/items/")[0]
    others = [other for other in FEATURE if other != form]
    return [
        link(asked.here(asked.form(form)), "self", FEATURE[form], "This feature"),
        *(link(asked.here(other), "alternate", FEATURE[other], TITLES[other]) for other in others),
        link(base, "collection", JSON, collection.table.title),
        link(f"{base}/schema", "describedby", SCHEMA, "Every property, with its unit"),
    ]


def feature_url(base: str, collection: Collection, id: str) -> str:
    """The address of one feature."""
    return f"{base}/collections/{collection.name}/items/{quote(id, safe='')}"
