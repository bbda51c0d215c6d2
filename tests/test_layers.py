import json

import shapely

from app.layers import COLUMNS, layer
from app.state import load_city
from loaders import store

STANDING = {
    "need_low",
    "need_high",
    "gap_low",
    "gap_high",
    "gap_rank",
    "gap_rank_low",
    "gap_rank_high",
    "tier",
    "rank_note",
}
CLUSTERS = {"cluster", "cluster_survival_share"}
NOT_EVERYWHERE = {"tracts": CLUSTERS, "ntas": {"nta_name"}, "boroughs": {"nta_name"} | STANDING | CLUSTERS}


def drawn(city, name):
    return json.loads(layer(city.collections[name], city.outlines.get(name)))["features"]


def test_a_layer_says_what_a_popup_needs(small_var):
    city = load_city(store.current(small_var))
    for name in city.collections.keys() & COLUMNS.keys():
        declared = {column.name for column in city.collections[name].table.columns}
        for feature in drawn(city, name):
            assert {*feature["properties"]} == {"id", "name"} | ({*COLUMNS[name]} & declared)
            assert feature["properties"]["id"] == feature["id"]


def test_every_declared_column_exists_somewhere(small_var):
    city = load_city(store.current(small_var))
    for name in city.collections.keys() & COLUMNS.keys():
        declared = {column.name for column in city.collections[name].table.columns}
        expected = {*COLUMNS[name]} - NOT_EVERYWHERE.get(name, set())
        assert expected <= declared, name


def test_places_without_an_outline_are_not_drawn(small_var):
    city = load_city(store.current(small_var))
    assert [feature["id"] for feature in drawn(city, "developments")] == ["001", "002", "003", "005"]


def test_simplified_outlines_still_share_their_edges(client):
    for name in ("tracts", "ntas"):
        features = client.json(f"/layers/{name}.geojson")["features"]
        outlines = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
        assert shapely.coverage_is_valid(outlines), name


def test_layers_are_lighter_than_collections(client):
    for name in ("tracts", "ntas", "boroughs"):
        whole = client.get(f"/collections/{name}/items", limit=10_000).content
        assert len(client.get(f"/layers/{name}.geojson").content) < len(whole) / 2
