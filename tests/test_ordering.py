"""The order of features, and cursors that hold a place in it when features come and go."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.features import Collection, served
from app.ogc.query import Query, page, read_query
from geo.crs import WGS84
from geo.errors import BadQuery
from geo.tables import Table, date, flag, number, text

TABLE = Table(
    name="places",
    title="Places",
    key="id",
    shape="point",
    columns=(text("id", "Id"), number("size", "Size", ""), text("kind", "Kind"), flag("works", "Works", nullable=True),
             date("built", "Built")),
)  # fmt: skip
VALUES = st.tuples(
    st.one_of(st.none(), st.integers(0, 3).map(float)),
    st.one_of(st.none(), st.sampled_from(["a", "b", "é", ""])),
    st.one_of(st.none(), st.booleans()),
    st.one_of(st.none(), st.sampled_from(["2024-01-01", "2025-01-01"])),
)
ORDERS = ("", "size", "-size", "kind,-size", "-works,kind", "-built,size", "id", "-id", "+kind")


def collection(rows):
    """Places by id and values."""
    frame = gpd.GeoDataFrame(
        [(id, np.nan if size is None else size, *rest) for id, (size, *rest) in rows.items()],
        columns=["id", "size", "kind", "works", "built"],
        geometry=[shapely.Point(0, 0)] * len(rows),
        crs=WGS84,
    )
    return Collection(TABLE, served(frame, "id"), {})


def by_hand(rows, order):
    """The ids as Python's stable sort has them, from the last key to the first; nothing comes last either way."""
    ids = sorted(rows)
    for key in reversed([key for key in order.split(",") if key]):
        name, falling = key.lstrip("+-"), key.startswith("-")
        place = ["size", "kind", "works", "built"].index(name) if name != "id" else None

        def value(id, place=place):
            return id if place is None else rows[id][place]

        known = [id for id in ids if value(id) is not None]
        ids = sorted(known, key=value, reverse=falling) + [id for id in ids if value(id) is None]
        if falling:  # reverse keeps equals in their order in Python, as it must be
            assert ids
    return ids


def ids(collection, rows):
    return [collection.ids[row] for row in rows]


def walk(collection, order, limit, follow="next", cursor=None):
    """All ids, page by page, and the last page that was seen."""
    seen, told = [], {"sortby": order, "limit": str(limit)}
    while True:
        asked = read_query(told | ({"cursor": cursor} if cursor else {}), collection)
        found = page(collection, asked)
        assert found.matched == len(collection.frame) and len(found.rows) <= limit
        seen = seen + ids(collection, found.rows) if follow == "next" else ids(collection, found.rows) + seen
        cursor = getattr(found, follow)
        if cursor is None:
            return seen, found


@given(st.dictionaries(st.sampled_from("abcdefgh"), VALUES, min_size=1), st.sampled_from(ORDERS), st.integers(1, 4))
def test_paging_gives_each_feature_once_in_order(rows, order, limit):
    places = collection(rows)
    expected = by_hand(rows, order)
    assert ids(places, page(places, read_query({"sortby": order}, places)).rows) == expected[:10]
    forwards, last = walk(places, order, limit)
    assert forwards == expected
    if last.prev:
        backwards, _ = walk(places, order, limit, "prev", last.prev)
        assert backwards + ids(places, last.rows) == expected


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), VALUES, min_size=3),
    st.dictionaries(st.sampled_from("ABCDEFGHIabcdefgh"), VALUES),
    st.sampled_from(ORDERS),
    st.data(),
)
def test_a_cursor_holds_when_features_come_and_go(rows, others, order, data):
    """After a change of the snapshot the next page goes on behind the values and id that were seen last."""
    first = page(collection(rows), read_query({"sortby": order, "limit": "2"}, collection(rows)))
    seen = by_hand(rows, order)[:2]
    gone = data.draw(st.sets(st.sampled_from(sorted(rows))))
    changed = {id: values for id, values in rows.items() if id not in gone} | {
        id: values for id, values in others.items() if id not in rows
    }
    if first.next is None or not changed:
        return
    places = collection(changed)
    asked = read_query({"sortby": order, "limit": "100", "cursor": first.next}, places)
    marked = by_hand(changed | {seen[-1]: rows[seen[-1]]}, order)
    assert ids(places, page(places, asked).rows) == [id for id in marked[marked.index(seen[-1]) + 1 :] if id in changed]


@pytest.fixture
def places():
    return collection({id: (float(n), "a", True, None) for n, id in enumerate("abc")})


@pytest.mark.parametrize(
    "cursor", ["", "x", "W10", "bnVsbA", "WzEsMl0", "é", "W2ZhbHNlLCIiLDFd", "W2ZhbHNlLCJzaXplIiwiYSIsImEiXQ"]
)
def test_what_is_no_cursor(places, cursor):
    with pytest.raises(BadQuery, match="expected one from a next or prev link"):
        read_query({"cursor": cursor}, places)


def test_a_cursor_of_another_order(places):
    found = page(places, read_query({"limit": "1", "sortby": "-size"}, places))
    for order in ("size", "", "-size,kind"):
        with pytest.raises(BadQuery, match="of the same question"):
            read_query({"cursor": found.next, "sortby": order}, places)


@pytest.mark.parametrize("order", ["heaviness", "size,,kind", "size,size", "size,-size", "--size", "-", "geometry"])
def test_what_cannot_be_sorted_by(places, order):
    with pytest.raises(BadQuery):
        read_query({"sortby": order}, places)


def test_offset_and_cursor_are_not_given_together(places):
    with pytest.raises(BadQuery, match="found both"):
        read_query({"cursor": "x", "offset": "1"}, places)


def test_a_question_without_terms_selects_nothing_out():
    assert not Query().selects
