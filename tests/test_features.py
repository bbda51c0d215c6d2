import json
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely

from app.features import Collection, served
from app.pieces import collect, pieces
from geo.crs import WGS84
from geo.errors import BadQuery, NotFound
from geo.tables import Table, date, flag, number, text
from tests.conftest import ROOT

PLACES = Table(
    name="places",
    title="Places",
    key="id",
    shape="polygon",
    everywhere=False,
    columns=(
        text("id", "Id"),
        number("share", "Share", "share"),
        number("speed", "Speed", "Mbit/s"),
        flag("works", "Works", nullable=True),
        date("built", "Built"),
    ),
)
CORNER = shapely.Polygon([(0, 0), (0, 2), (1, 2), (1, 1), (2, 1), (2, 0)])  # clockwise, and its envelope is larger


@pytest.fixture
def places():
    frame = gpd.GeoDataFrame(
        {
            "id": ["b", "a", "a/ 1", "d"],
            "share": [0.123456, np.nan, np.inf, 0.5],
            "speed": [1.23456789, 5.0, np.nan, -0.0],
            "works": [True, None, False, True],
            "built": ["2025-01-01", None, "", "2025-01-01"],
        },
        geometry=[CORNER, shapely.box(10, 10, 11, 11), None, shapely.box(-179.9, 0, -179, 1)],
        crs=WGS84,
    )
    return Collection(PLACES, served(frame, "id"), {"vintage": "2026"})


def found(places, boxes=None, **equal):
    chosen = np.ones(len(places.frame), dtype=bool)
    if boxes is not None:
        chosen &= places.within([shapely.box(*box) for box in boxes])
    for name, value in equal.items():
        chosen &= places.equal(name, value)
    return places.frame["id"][chosen].tolist()


def piece(places, id):
    return json.loads(places.pieces[places.row(id)])


def test_features_are_in_the_order_of_their_key(places):
    assert [json.loads(piece)["id"] for piece in places.pieces] == ["a", "a/ 1", "b", "d"]


def test_a_feature_says_what_its_contract_says(places):
    feature = piece(places, "b")
    assert feature["properties"] == {
        "id": "b",
        "share": 0.1235,
        "speed": 1.23456789,
        "works": True,
        "built": "2025-01-01",
        "vintage": "2026",
    }
    assert shapely.is_ccw(shapely.from_geojson(json.dumps(feature["geometry"])).exterior)


def test_what_is_not_known_is_null(places):
    nothing = piece(places, "a/ 1")
    assert (nothing["geometry"], nothing["properties"]["share"], nothing["properties"]["speed"]) == (None, None, None)
    assert piece(places, "a")["properties"]["works"] is None


def test_boxes_meet_geometries_and_not_envelopes(places):
    """A feature without a place is in every box (17-069r4, 7.15.3)."""
    assert found(places, [(0.5, 0.5, 0.6, 0.6)]) == ["a/ 1", "b"]
    assert found(places, [(1.5, 1.5, 1.9, 1.9)]) == ["a/ 1"]
    assert found(places, [(1.0, 1.5, 1.5, 1.9)]) == ["a/ 1", "b"], "touching is meeting"
    assert found(places, [(170, -5, 180, 5), (-180, -5, -170, 5)]) == ["a/ 1", "d"]
    assert found(places, [(-180, -90, 180, 90)]) == ["a", "a/ 1", "b", "d"]


def test_properties_and_boxes_together(places):
    assert found(places, works="true") == ["b", "d"]
    assert found(places, [(0, 0, 2, 2)], works="true") == ["b"]
    assert found(places, built="2025-01-01", works="True") == ["b", "d"]
    assert found(places, works="false") == ["a/ 1"]


def test_numbers_are_compared_as_they_are_served(places):
    assert found(places, share="0.1235") == ["b"]
    assert found(places, share="0.123456") == []
    assert found(places, speed="0") == ["d"]
    assert found(places, share="nan") == []


@pytest.mark.parametrize(
    ("equal", "said"),
    [
        ({"size": "1"}, "'size' is neither a parameter nor a property; properties are: id, share, speed, works, built"),
        ({"geometry": "1"}, "'geometry' is neither"),
        ({"share": "much"}, "share is a number, found 'much'"),
        ({"works": "2"}, "works is true or false, found '2'"),
    ],
)
def test_bad_questions(places, equal, said):
    with pytest.raises(BadQuery, match=said):
        found(places, **equal)


def test_an_id_that_is_not_there(places):
    with pytest.raises(NotFound, match="Places has no feature 'z'; ids are values of 'id'"):
        places.row("z")


def test_a_collection_without_rows_or_without_places():
    empty = gpd.GeoDataFrame({column.name: [] for column in PLACES.columns}, geometry=[], crs=WGS84)
    nothing = Collection(PLACES, served(empty, "id"), {})
    assert found(nothing, [(-180, -90, 180, 90)]) == []
    assert nothing.interval == (None, None)


def test_long_coordinates_are_cut():
    """GEOS writes -73.987012 as -73.98701199999999."""
    point = gpd.GeoDataFrame({"id": ["p"]}, geometry=[shapely.Point(-73.987012, 40.5)], crs=WGS84)
    table = Table(name="p", title="P", key="id", columns=(text("id", "Id"),))
    assert b"[-73.987012,40.5]" in pieces(point, table, {})[0]


def test_collect():
    assert json.loads(collect([b'{"a":1}', b'{"a":2}'], title="T")) == {
        "type": "FeatureCollection",
        "title": "T",
        "features": [{"a": 1}, {"a": 2}],
    }
    assert json.loads(collect([]))["features"] == []


MANY = """
import threading, numpy as np, geopandas as gpd, shapely
from app.features import Collection
from geo.tables import Table, text

x, y = np.random.default_rng(1).uniform(0, 1, (2, 2000))
frame = gpd.GeoDataFrame({"id": [f"{n:04}" for n in range(2000)]}, geometry=shapely.points(x, y), crs="EPSG:4326")
places = Collection(Table(name="p", title="P", key="id", columns=(text("id", "Id"),), shape="point"), frame, {})

def ask(seed):
    for west, south in np.random.default_rng(seed).uniform(0, 0.8, (4000, 2)):
        found = places.near((west, south, west + 0.2, south + 0.2))
        inside = (x >= west) & (x <= west + 0.2) & (y >= south) & (y <= south + 0.2)
        assert sorted(found) == np.flatnonzero(inside).tolist()

threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("alive")
"""


def test_many_threads_ask_one_index():
    """In a process of its own: libspatialindex brings down the whole process when two threads ask at once."""
    done = subprocess.run([sys.executable, "-c", MANY], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert (done.stdout, done.stderr, done.returncode) == ("alive\n", "", 0)
