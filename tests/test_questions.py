"""What an API consumer can ask of a collection: pages, boxes, equality, one feature; on the sample."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.crs import WGS84
from tests.test_routes import COLLECTIONS, COUNTS, ids, links

WORLD = "-180,-90,180,90"
SEA = "-70.5,39.5,-70,40"


@pytest.mark.parametrize("name", COLLECTIONS)
def test_next_and_previous_pages_give_each_feature_once(client, everything, name):
    size = max(COUNTS[name] // 7, 1)
    found, url, last = [], f"/collections/{name}/items?limit={size}", None
    while url:
        page = client.json(url)
        assert page["numberReturned"] == len(page["features"]) <= size
        assert page["numberMatched"] == COUNTS[name]
        found += ids(page)
        last, url = page, links(page).get("next")
    assert found == ids(everything[name])
    backwards, page = ids(last), last
    while "prev" in links(page):
        page = client.json(links(page)["prev"])
        backwards = ids(page) + backwards
    assert backwards == found
    assert "prev" not in links(client.json(links(page)["self"]))


def test_links_keep_the_question(client):
    page = client.json("/collections/schools/items?borough=Staten%20Island&limit=5&bbox=-74.3,40.4,-73.6,41&offset=5")
    for rel in ("self", "next", "prev"):
        again = client.json(links(page)[rel])
        assert {f["properties"]["borough"] for f in again["features"]} == {"Staten Island"}
        assert again["numberMatched"] == page["numberMatched"]
    assert client.json(links(page)["self"]) | {"timeStamp": None} == page | {"timeStamp": None}


def test_limit_and_offset(client):
    assert client.json("/collections/tracts/items")["numberReturned"] == 10
    assert client.json("/collections/tracts/items", limit=10_001)["numberReturned"] == 2325
    assert client.json("/collections/tracts/items", limit=10**20)["numberReturned"] == 2325
    beyond = client.json("/collections/tracts/items", offset=5000)
    assert (beyond["numberReturned"], beyond["features"], beyond["numberMatched"]) == (0, [], 2325)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_boxes_of_everything_and_of_nothing(client, name):
    asked = f"/collections/{name}/items"
    assert client.json(asked, bbox=WORLD)["numberMatched"] == COUNTS[name]
    assert client.json(asked, bbox=SEA)["numberMatched"] == 0
    assert client.json(asked, bbox="170,-50,-170,-30")["numberMatched"] == 0
    assert client.json(asked, bbox="170,-50,-73,50")["numberMatched"] == COUNTS[name], "across the antimeridian"
    extent = client.json(f"/collections/{name}")["extent"]["spatial"]["bbox"][0]
    assert client.json(asked, bbox=",".join(map(str, extent)))["numberMatched"] == COUNTS[name]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_boxes_are_tested_on_the_geometry(client, everything, name):
    frame = gpd.GeoDataFrame.from_features(everything[name]["features"], crs=WGS84)
    keys = np.array(ids(everything[name]))
    chance = np.random.default_rng(7)
    for _ in range(8):
        west, south = chance.uniform((-74.25, 40.5), (-73.75, 40.9))
        width, height = chance.uniform(0.001, 0.1, 2)
        box = shapely.box(west, south, west + width, south + height)
        asked = ",".join(map(str, box.bounds))
        found = client.json(f"/collections/{name}/items", bbox=asked, limit=10_000)
        assert ids(found) == keys[frame.intersects(box)].tolist()
        with_heights = f"{west},{south},-10,{west + width},{south + height},500"
        assert (
            client.json(f"/collections/{name}/items", bbox=with_heights, limit=10_000)["features"] == found["features"]
        )


def test_a_box_beside_an_outline_finds_no_area(client, everything):
    """The south-eastern corner of Manhattan's envelope is Brooklyn: envelopes alone would answer wrongly."""
    frame = gpd.GeoDataFrame.from_features(everything["boroughs"]["features"], crs=WGS84).set_index("borough")
    _, south, east, _ = frame.bounds.loc["Manhattan"]
    corner = f"{east - 0.01},{south},{east},{south + 0.01}"
    assert ids(client.json("/collections/boroughs/items", bbox=corner)) == ["Brooklyn"]


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("schools", {"borough": "Queens"}),
        ("kiosks", {"kind": "Link5G"}),
        ("kiosks", {"working": "true"}),
        ("kiosks", {"working": "FALSE"}),
        ("kiosks", {"kind": "Link5G", "borough": "Bronx"}),
        ("developments", {"pact_date": "2021-12-01"}),
        ("facilities", {"workstations": "10"}),
        ("facilities", {"workstations": "1e1"}),
        ("ntas", {"cdta": "BK01"}),
        ("tracts", {"borough": "bronx"}),
    ],
)
def test_properties_select_by_equality(client, everything, name, question):
    def equal(value, asked):
        if isinstance(value, bool):
            return value == (asked.lower() == "true")
        return value == (float(asked) if isinstance(value, int | float) else asked)

    expected = [
        feature["id"]
        for feature in everything[name]["features"]
        if all(equal(feature["properties"][key], asked) for key, asked in question.items())
    ]
    found = client.json(f"/collections/{name}/items", limit=10_000, **question)
    assert ids(found) == expected
    assert found["numberMatched"] == len(expected)


def test_a_number_is_found_as_it_is_served(client, everything):
    """`need` is served to a tenth: what a reader sees is what selects."""
    for feature in everything["ntas"]["features"][:20]:
        for name in ("need", "no_broadband_share", "people_without_broadband"):
            if (value := feature["properties"][name]) is not None:
                assert feature["id"] in ids(client.json("/collections/ntas/items", limit=300, **{name: value}))


@pytest.mark.parametrize("name", COLLECTIONS)
def test_each_feature_has_an_address(client, everything, name):
    features = everything[name]["features"]
    for feature in (features[0], features[-1]):
        alone = client.json(f"/collections/{name}/items/{feature['id']}")
        assert client.json(links(alone)["self"]) == alone
        assert {key: value for key, value in alone.items() if key != "links"} == feature


def test_ids_may_be_percent_encoded(client):
    for path in ("Staten%20Island", "Staten Island", "%53taten%20Island"):
        assert client.json(f"/collections/boroughs/items/{path}")["id"] == "Staten Island"
