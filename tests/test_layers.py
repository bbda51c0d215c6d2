import json

import pytest
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
    return json.loads(layer(city.collections[name], city.outlines.get(name)).whole)["features"]


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


def test_a_box_gives_the_features_that_touch_it_whole(client):
    whole = {feature["id"]: feature for feature in client.json("/layers/tracts.geojson")["features"]}
    west, south, east, north = next(iter(whole.values()))["bbox"]
    box = f"{west},{south},{east},{north}"
    found = client.json("/layers/tracts.geojson", bbox=box)["features"]
    area = shapely.box(west, south, east, north)
    touched = [id for id, one in whole.items() if shapely.from_geojson(json.dumps(one["geometry"])).intersects(area)]
    assert [feature["id"] for feature in found] == touched
    assert all(feature == whole[feature["id"]] for feature in found)
    assert client.json("/layers/tracts.geojson", bbox="0,0,1,1")["features"] == []


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "-74,41,-73,40", "nan,0,1,1"])
def test_what_is_no_box_is_refused(client, bbox):
    answer = client.get("/layers/tracts.geojson", bbox=bbox)
    assert answer.status_code == 400
    assert "bbox" in answer.json()["detail"]


def test_a_layer_that_is_not_there_is_named(client):
    assert "tracts.geojson" in client.get("/layers/rivers.geojson", bbox="0,0,1,1").json()["detail"]
