"""The API as pages: what is around the data can be translated, and what the data say is marked as English."""

import re

import pytest

from app.language import Speech, spoken
from app.ogc import documents, tilesets
from app.ogc.html import (
    draw_collection,
    draw_collections,
    draw_conformance,
    draw_document,
    draw_feature,
    draw_items,
    draw_properties,
    draw_tilesets,
)
from app.ogc.pages import Asked
from app.ogc.query import page, read_query
from app.ogc.schema import queryables, schema, sortables
from app.state import load_city
from loaders import store
from tests.pseudo import bare, pseudo

BASE = "http://service.example"
CODES = re.compile(
    r"https?://\S+|[a-z]+/[\w.+-]+|[a-z][a-z0-9]*(_[a-z0-9]+)*|-?[a-z_]+(,name)?|WebMercatorQuad"
    r"|gap > 50 AND borough = 'Bronx'|borough = 'Bronx'|record IS NOT NULL|\d{1,2} [a-z]{3,4} \d{4}"
)
"""Addresses, media types, names of properties, examples of filters, and days."""


@pytest.fixture(scope="module")
def city(sample_var):
    return load_city(store.current(sample_var))


def draw_all(city, name):
    """Every page of a collection."""
    collection = city.collections[name]
    yield draw_collection(collection, documents.collection(collection, BASE))
    for kind, make in (("schema", schema), ("queryables", queryables), ("sortables", sortables)):
        yield draw_properties(collection, kind, make(collection, BASE))
    for given in ({}, {"filter": "1=2"}, {"limit": "2", "borough": "Bronx"}, {"offset": "100000"}):
        query, asked = read_query(given, collection), Asked(f"{BASE}/collections/{name}/items", given)
        yield draw_items(collection, query, page(collection, query), asked)
    yield draw_feature(collection, 0, Asked(f"{BASE}/collections/{name}/items/x", {}))
    yield draw_tilesets(collection, tilesets.tileset(BASE, collection))
    yield draw_tilesets(collection, tilesets.tilesets(BASE, collection))


@pytest.mark.parametrize("name", ["tracts", "ntas", "cdtas", "boroughs", "developments", "kiosks", "schools"])
def test_what_is_around_the_data_can_be_translated(city, monkeypatch, name):
    pseudo(monkeypatch)
    frame = city.collections[name].frame
    names = {str(row) for column in ("name", "borough", frame.columns[0]) if column in frame for row in frame[column]}
    with spoken(Speech("es", carried=True)):
        for html in draw_all(city, name):
            left = [text for text in bare(html) if text not in names and not CODES.fullmatch(text)]
            assert left == []
            assert html.count("⟦") == html.count("⟧") > 10


def test_the_lists_can_be_translated(city, monkeypatch):
    pseudo(monkeypatch)
    with spoken(Speech("es", carried=True)):
        for html in (
            draw_collections(documents.collections(city, BASE)),
            draw_conformance(documents.conformance(BASE)),
            draw_document("Grids of the vector tiles", tilesets.matrix_sets(BASE)),
            draw_document("WebMercatorQuad", tilesets.matrix_set(BASE)),
        ):
            assert [text for text in bare(html) if not CODES.fullmatch(text)] == []


def test_what_the_contracts_say_is_marked_as_english_elsewhere_alone(city):
    collection = city.collections["ntas"]
    with spoken(Speech("es")):
        assert '<span lang="en">Why a value is missing</span>' in draw_properties(
            collection, "schema", schema(collection, BASE)
        )
    assert 'lang="en">' not in draw_properties(collection, "schema", schema(collection, BASE)).partition("<main")[2]


def test_a_day_is_written_as_people_write_it_and_json_has_it_as_iso(client):
    told = client.json("/collections/kiosks/items", limit=1)["features"][0]["properties"]["activated"]
    html = client.get("/collections/kiosks/items?limit=1&f=html").text
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", told) and told not in html
    assert re.search(r'<td class="date">[A-Z][a-z]{2} \d{1,2}, 20\d\d</td>', html)


def test_the_same_address_is_a_page_in_each_language_and_one_document(client):
    spanish = client.get("/collections?f=html&lang=es")
    assert spanish.headers["content-language"] == "es" and '<html lang="es"' in spanish.text
    assert 'href="/collections/ntas?f=html&amp;lang=es"' in spanish.text
    assert client.get("/collections?f=json&lang=es").json() == client.json("/collections")
