"""The collections as an API consumer meets them, on the sample."""

import json
import re

import numpy as np
import pytest
import shapely

from loaders import store

LAYERS = ("tracts", "ntas", "boroughs", "developments", "kiosks", "schools", "facilities")
COLLECTIONS = (*LAYERS, "cdtas", "enrollment")
COUNTS = {
    "tracts": 2325,
    "ntas": 262,
    "boroughs": 5,
    "developments": 91,
    "kiosks": 2250,
    "schools": 1843,
    "facilities": 508,
    "cdtas": 71,
    "enrollment": 2270,
}
OTHER_HOST = re.compile(r"https?://(?!service\.example)[^\s\"'<>)]+")


def ids(document):
    return [feature["id"] for feature in document["features"]]


def links(document):
    return {link["rel"]: link["href"] for link in document["links"]}


def test_every_route_of_the_issue_answers(client):
    kinds = {
        "/": "application/json",
        "/?f=html": "text/html",
        "/conformance": "application/json",
        "/api": "application/vnd.oai.openapi+json",
        "/map": "text/html",
        "/collections": "application/json",
        "/sources": "application/json",
        "/health": "application/json",
        "/ready": "application/json",
        "/docs": "text/html",
        "/openapi.json": "application/json",
        "/exports/big-apple-connect.csv": "text/csv",
        "/exports/big-apple-connect.geojson": "application/geo+json",
        **{f"/collections/{name}": "application/json" for name in COLLECTIONS},
        **{f"/collections/{name}/items": "application/geo+json" for name in COLLECTIONS},
        **{f"/layers/{name}.geojson": "application/geo+json" for name in LAYERS},
    }
    for path, kind in kinds.items():
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, kind), path


def test_operators(client, sample_var):
    assert client.json("/health") == {"status": "ok"}
    assert client.json("/ready") == {"status": "ready", "snapshot": store.current(sample_var).id}


def test_api_page_asks_no_other_host(client):
    page = client.get("/docs").text
    assert OTHER_HOST.findall(page) == []
    for path in re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page):
        assert client.get(path).status_code == 200, path


def test_description_names_every_route(client):
    described = client.json("/openapi.json")
    assert {*described["paths"]} >= {
        "/collections",
        "/collections/{collection_id}",
        "/collections/{collection_id}/items",
        "/collections/{collection_id}/items/{feature_id}",
        "/layers/{name}.geojson",
        "/exports/{file}",
        "/sources",
        "/health",
        "/ready",
    }
    assert {method for path in described["paths"].values() for method in path} == {"get", "post"}
    assert [path for path, methods in described["paths"].items() if "post" in methods] == ["/study-area"]


def test_the_list_of_collections(client):
    listed = {entry["id"]: entry for entry in client.json("/collections")["collections"]}
    assert {*COLLECTIONS} <= {*listed}
    for entry in map(listed.get, COLLECTIONS):
        assert entry["crs"][0] == entry["storageCrs"] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
        west, south, east, north = entry["extent"]["spatial"]["bbox"][0]
        assert -74.3 < west < east < -73.6 and 40.4 < south < north < 41.0
        assert client.json(links(entry)["self"]) == entry
        assert client.json(f"/collections/{entry['id']}/items")["numberMatched"] == COUNTS[entry["id"]]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_describes_what_its_features_carry(client, everything, name):
    described = {*client.json(f"/collections/{name}/queryables")["properties"]} - {"geometry"}
    carried = {*everything[name]["features"][0]["properties"]}
    assert described <= carried
    assert carried - described <= {"source", "vintage", "not_real", "method_version", "snapshot", "not_in_score"}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_is_geojson(everything, name):
    document = everything[name]
    assert (document["type"], document["numberMatched"], document["numberReturned"]) == (
        "FeatureCollection",
        COUNTS[name],
        COUNTS[name],
    )
    assert "crs" not in document
    assert len({*ids(document)}) == COUNTS[name] == len(document["features"])
    for feature in document["features"]:
        flat = {"bbox"} if feature["geometry"] and feature["geometry"]["type"] != "Point" else {*()}
        assert {*feature} == {"type", "id", "geometry", "properties"} | flat
        assert (
            feature["properties"]["snapshot"] and feature["properties"]["vintage"] and feature["properties"]["source"]
        )


@pytest.mark.parametrize("name", COLLECTIONS)
def test_made_up_layers_say_so_on_every_feature(everything, name):
    said = {feature["properties"]["not_real"] for feature in everything[name]["features"]}
    assert len(said) == 1
    assert "synthetic" in said.pop()


@pytest.mark.parametrize(
    "path",
    [f"/collections/{name}/items?limit=10000" for name in COLLECTIONS]
    + ["/sources", "/layers/ntas.geojson", "/layers/developments.geojson", "/exports/big-apple-connect.geojson"],
)
def test_no_answer_holds_what_is_not_json(client, path):
    def never(token):
        raise AssertionError(f"{path} holds {token}")

    json.loads(client.get(path).content, parse_constant=never)


@pytest.mark.parametrize("name", COLLECTIONS)
@pytest.mark.parametrize("place", ["collections/{}/items?limit=10000", "layers/{}.geojson"])
def test_coordinates_have_six_decimals_and_rings_the_right_hand(client, name, place):
    if name not in LAYERS and place.startswith("layers"):
        pytest.skip(f"the map draws no {name}")
    content = client.get("/" + place.format(name)).content
    geometries = shapely.from_geojson([json.dumps(f["geometry"]) for f in json.loads(content)["features"]])
    assert shapely.is_valid(geometries).all()
    places = shapely.get_coordinates(geometries)
    assert np.abs(places - places.round(6)).max() < 1e-9
    assert re.findall(rb"\d\.\d{7,}[],]", content) == []
    if shapely.get_dimensions(geometries[0]) == 2:
        polygons = shapely.get_parts(geometries)
        assert shapely.is_ccw(shapely.get_exterior_ring(polygons)).all()
        holes = [ring for polygon in polygons for ring in polygon.interiors]
        assert not shapely.is_ccw(holes).any()


SURVEYED = ("people_without_broadband", "people_left_out", "households", "population")
LIVING = ("residents", "people_beyond_reach")


def people(document, name, borough=None):
    """Counts of people are served whole: a sum of n areas is right to n/2."""
    return [
        feature["properties"][name] or 0
        for feature in document["features"]
        if borough in (None, feature["properties"]["borough"])
    ]


@pytest.mark.parametrize("name", SURVEYED + LIVING)
def test_people_of_boroughs_and_of_neighborhoods_add_up_to_the_city(client, everything, name):
    whole = client.state["live"].service.city.whole[name]
    assert whole > 100_000
    assert sum(people(everything["boroughs"], name)) == pytest.approx(whole, abs=2.5)
    assert sum(people(everything["ntas"], name)) == pytest.approx(whole, abs=131)


@pytest.mark.parametrize("name", SURVEYED + LIVING)
def test_people_of_a_borough_are_those_of_its_parts(everything, name):
    """The survey is summed by neighborhood, residents by tract: Marble Hill is a tract of Manhattan in a Bronx one."""
    parts = everything["ntas" if name in SURVEYED else "tracts"]
    for borough in everything["boroughs"]["features"]:
        inside = people(parts, name, borough["id"])
        assert sum(inside) == pytest.approx(borough["properties"][name], abs=len(inside) / 2 + 0.5), borough["id"]


def test_layers_of_the_map_draw_every_place(client, everything):
    for name in LAYERS:
        layer = client.json(f"/layers/{name}.geojson")
        assert ids(layer) == ids(everything[name])
        assert {"id", "name"} <= {*layer["features"][0]["properties"]}
