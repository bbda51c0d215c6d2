import json
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from mapbox_vector_tile import decode
from shapely.geometry import shape

from app.features import Collection, served
from app.layers import AREA_COLUMNS
from app.ogc import tiles
from app.ogc.tiles import MOST_BYTES, TileSet, attributes, latest
from geo import tiling
from geo.crs import WGS84
from geo.method import MEASURES
from geo.published import areas
from geo.roster import developments
from geo.tables import ENROLLMENT, KIOSKS, Table, date, flag, number, text
from tests.gdal import ogr

CONSTANTS = MappingProxyType(
    {
        "source": "A file",
        "vintage": "2025",
        "not_real": None,
        "method_version": "1.1",
        "snapshot": "20260301T120000Z-ab",
    }
)
WEST, SOUTH = -74.0, 40.7
MIXED = Table(
    name="mixed",
    title="Of every kind",
    key="id",
    shape="point",
    columns=(
        text("id", "Id", nullable=False),
        text("name", "Name"),
        number("people", "People", "people"),
        number("part_share", "Part", "share"),
        number("speed", "Speed", "Mbit/s"),
        flag("open", "Open", nullable=True),
        date("since", "Since"),
    ),
)


def cells(many):
    """`many` × `many` jagged areas that share their edges, about a hundredth of a degree wide."""
    wide = 0.01
    across, down = WEST + wide * np.arange(many + 1), SOUTH + wide * np.arange(many + 1)
    places = [(i, j) for i in range(many) for j in range(many)]
    squares = [shapely.box(across[i], down[j], across[i + 1], down[j + 1]) for i, j in places]
    return shapely.transform(shapely.segmentize(squares, wide / 20), _shaken)


def _shaken(places):
    """Places moved by what depends on the place alone, so that shared edges stay shared."""
    same = places.round(9)
    return (same + 0.0001 * np.sin(same[:, ::-1] * 9_000)).round(6)


def filled(table, geometry):
    """A collection of this contract with made-up values in every column, every seventh missing where it may be."""
    many = len(geometry)
    random = np.random.default_rng(7)
    columns = {}
    for place, column in enumerate(table.columns):
        if column.kind == "number":
            values = pd.Series(random.random(many) * (1 if column.unit == "share" else 100))
        elif column.kind == "flag":
            values = pd.Series(np.arange(many) % 2 == 0, dtype=object)
        else:
            values = pd.Series(
                ["2025-11-03" if column.kind == "date" else f"{column.name} {row % 9}" for row in range(many)]
            )
        if column.nullable:
            values = values.mask(pd.Series((np.arange(many) + place) % 7 == 0))
        columns[column.name] = values
    columns[table.key] = [f"{row:06}" for row in range(many)]
    return collection(table, pd.DataFrame(columns), geometry)


def collection(table, rows, geometry):
    frame = gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries([*geometry], crs=WGS84))
    return Collection(table, served(frame, table.key), CONSTANTS)


def points(many, *, west=WEST, wide=0.4):
    random = np.random.default_rng(11)
    return shapely.points(west + wide * random.random(many), SOUTH + wide * 0.75 * random.random(many))


def read(body, name):
    """The layer of a tile, coordinates as they are in it."""
    layers = decode(body, default_options={"y_coord_down": True})
    assert [*layers] == [name]
    layer = layers[name]
    assert layer["version"] == 2 and layer["extent"] == 4096 and layer["features"]
    return layer["features"]


def around(zoom, place=(WEST + 0.02, SOUTH + 0.02)):
    """The tile of a zoom that a place is in: zoom, row, column."""
    span = tiling.covering((*place, *place), zoom)
    return zoom, span.min_row, span.min_column


def every(tileset, zoom):
    """Every tile of a zoom that has anything, by its row and column."""
    span = tiling.covering(tuple(tileset.collection.frame.total_bounds), zoom, tiling.BUFFER)
    found = {
        (row, column): tileset.tile(zoom, row, column)
        for row in range(span.min_row - 1, span.max_row + 2)
        for column in range(span.min_column - 1, span.max_column + 2)
    }
    outside = [tile for tile in found if not (span[0] <= tile[0] <= span[1] and span[2] <= tile[1] <= span[3])]
    assert [tile for tile in outside if found[tile]] == []
    return {tile: body for tile, body in found.items() if body}


@pytest.fixture(scope="module")
def ntas():
    return TileSet(filled(areas("ntas"), cells(6)))


@pytest.mark.parametrize("zoom", [9, 11, 13, 15])
def test_areas_are_valid_wound_rightly_and_share_their_edges(ntas, zoom):
    seen = set()
    for body in every(ntas, zoom).values():
        features = read(body, "ntas")
        shapes = np.array([shape(feature["geometry"]) for feature in features])
        assert shapely.is_valid(shapes).all() and not shapely.is_empty(shapes).any()
        assert (shapely.get_coordinates(shapes) % 1 == 0).all()
        assert shapely.coverage_is_valid(shapes)
        assert all(part.exterior.is_ccw for part in shapely.get_parts(shapes))  # y runs down: clockwise to the eye
        seen |= {feature["id"] for feature in features}
    assert seen == {*range(1, 37)}


def test_a_feature_is_known_by_its_row_and_by_its_key(ntas):
    for feature in read(ntas.tile(*around(13)), "ntas"):
        assert feature["properties"]["nta"] == ntas.collection.frame["nta"][feature["id"] - 1]


def test_a_hole_is_wound_against_its_area():
    ring = shapely.box(WEST, SOUTH, WEST + 0.05, SOUTH + 0.05) - shapely.Point(WEST + 0.02, SOUTH + 0.02).buffer(0.01)
    (feature,) = read(TileSet(filled(areas("ntas"), [ring])).tile(*around(10)), "ntas")
    found = shape(feature["geometry"])
    assert found.is_valid and len(found.interiors) == 1
    assert found.exterior.is_ccw and not found.interiors[0].is_ccw


def test_closer_up_a_feature_says_more(ntas):
    table = ntas.collection.table
    said = {
        zoom: set().union(
            *(feature["properties"] for body in every(ntas, zoom).values() for feature in read(body, "ntas"))
        )
        for zoom in (8, 9, 12, 13, 16)
    }
    measures = {name for name in MEASURES if name in table.names}
    assert said[8] == {"nta", "name", *measures}
    assert said[9] == said[12] == said[8] | {name for name in AREA_COLUMNS if name in table.names}
    assert {"need_low", "gap_rank_high", "tier", "no_broadband_moe_share", "no_broadband_reliability"} <= said[9]
    assert said[13] == said[16] == {*table.names, *CONSTANTS} - {"geometry", "not_real"}


def test_every_collection_says_its_key_at_every_zoom():
    for table in (areas("tracts"), areas("boroughs"), developments(), KIOSKS, ENROLLMENT, MIXED):
        for step in range(3):
            assert table.key in [column.name for column in attributes(table, step)]
        assert attributes(table, 2) == table.columns


def test_values_are_as_served_and_what_is_missing_is_left_out():
    rows = pd.DataFrame(
        {
            "id": ["a", "b"],
            "name": ["Zwölf", None],
            "people": [1234.4, math.nan],
            "part_share": [0.123456, math.inf],
            "speed": [12.0, -math.inf],
            "open": pd.array([True, None], dtype="boolean"),
            "since": pd.array(["2025-11-03", None], dtype="str"),
        }
    )
    body = TileSet(collection(MIXED, rows, points(2, wide=0.001))).tile(*around(13, (WEST, SOUTH)))
    first, second = (feature["properties"] for feature in read(body, "mixed"))
    constants = {name: value for name, value in CONSTANTS.items() if value is not None}
    assert second == {"id": "b", **constants}
    assert first == {
        "id": "a", "name": "Zwölf", "people": 1234, "part_share": 0.1235, "speed": 12.0, "open": True,
        "since": "2025-11-03", **constants,
    }  # fmt: skip
    assert isinstance(first["people"], int) and first["open"] is True


@pytest.mark.parametrize("zoom", [5, 10, 14])
def test_no_number_is_missing_or_infinite(ntas, zoom):
    for body in every(ntas, zoom).values():
        values = [value for feature in read(body, "ntas") for value in feature["properties"].values()]
        assert values and all(math.isfinite(value) for value in values if not isinstance(value, str))


def test_where_there_is_nothing_there_is_no_tile(ntas):
    assert ntas.tile(*around(12, (10.0, 50.0))) is None
    assert ntas.tile(17, 0, 0) is None and ntas.tile(3, 8, 0) is None and ntas.tile(-1, 0, 0) is None
    nowhere = TileSet(filled(KIOSKS, [None, None]))
    assert nowhere.tile(0, 0, 0) is None


def test_a_full_tile_says_less_before_it_leaves_anything_out():
    crowd = TileSet(filled(developments(), shapely.buffer(points(2_500, wide=0.02), 0.0001)))
    tile = around(13, (WEST + 0.01, SOUTH + 0.005))
    features = read(crowd.tile(*tile), "developments")
    assert {*features[0]["properties"]} <= {column.name for column in attributes(crowd.collection.table, 1)}
    assert len(features) == len(crowd.level(13).cut(*tile[1:])[0]) > 2_000


def test_no_tile_is_larger_than_is_allowed_and_what_is_left_out_is_always_the_same():
    crowd = filled(KIOSKS, points(35_000, wide=0.004))
    tile = around(14, (WEST + 0.002, SOUTH + 0.0015))
    body = TileSet(crowd).tile(*tile)
    assert MOST_BYTES / 4 < len(body) <= MOST_BYTES
    assert TileSet(crowd).tile(*tile) == body
    features = read(body, "kiosks")
    steps = np.diff([feature["id"] for feature in features])
    assert len({*steps}) == 1 and steps[0] > 1
    assert {*features[0]["properties"]} <= {"site_id", "kind", "working"}
    assert all(len(body) <= MOST_BYTES for zoom in (0, 12) for body in every(TileSet(crowd), zoom).values())


def reports(places, weeks):
    """A report of each place a week, as the collection of enrollment reports will be."""
    grounds = points(places, wide=0.3)
    rows = [(f"{place:03}", str(day.date())) for place in range(places)
            for day in pd.date_range("2023-01-02", periods=weeks, freq="7D")]  # fmt: skip
    table = replace(ENROLLMENT, shape="point")
    frame = pd.DataFrame(rows, columns=["tds", "reported"])
    frame = frame.assign(record=frame["tds"] + " " + frame["reported"], reported_name="Houses", provider="Optimum")
    frame = frame.assign(households=1000.0, subscribers=np.arange(len(frame)) % 900, reported_with=None)
    frame = frame.assign(enrolled_share=frame["subscribers"] / frame["households"])
    return collection(table, frame, np.repeat(grounds, weeks))


def test_farther_out_only_the_latest_report_of_each_development_is_there():
    tileset = TileSet(reports(220, 160))
    features = read(tileset.tile(*around(8)), "enrollment")
    assert len(features) == 220
    assert {feature["properties"]["reported"] for feature in features} == {tileset.collection.frame["reported"].max()}
    close = [feature for body in every(tileset, 13).values() for feature in read(body, "enrollment")]
    assert {feature["id"] for feature in close} == {*range(1, 220 * 160 + 1)}
    assert all(len(body) <= MOST_BYTES for zoom in (12, 13) for body in every(tileset, zoom).values())


def test_the_latest_report_is_the_last_by_its_day():
    frame = pd.DataFrame(
        {"tds": ["1", "2", "1", "2"], "reported": ["2025-02-03", "2025-01-06", "2025-01-06", "2025-03-03"]}
    )
    assert latest(frame, "tds", "reported").tolist() == [True, False, False, True]


def test_two_threads_do_not_make_a_level_twice(ntas, monkeypatch):
    made, make = [], tiling.level

    def slowly(*asked):
        made.append(asked[1])
        time.sleep(0.05)
        return make(*asked)

    monkeypatch.setattr(tiles.tiling, "level", slowly)
    tileset, start = TileSet(ntas.collection), threading.Barrier(8)

    def ask(zoom):
        start.wait()
        return tileset.tile(*around(zoom))

    with ThreadPoolExecutor(8) as pool:
        bodies = [*pool.map(ask, [11, 12] * 4)]
    assert sorted(made) == [11, 12]
    assert {*bodies} == {ntas.tile(*around(11)), ntas.tile(*around(12))}


def test_what_is_warm_is_not_made_again(ntas, monkeypatch):
    tileset = TileSet(ntas.collection)
    tileset.warm(range(10, 14))
    monkeypatch.setattr(tiles.tiling, "level", lambda *asked: pytest.fail("made again"))
    monkeypatch.setattr(tiles, "records", lambda *asked: pytest.fail("told again"))
    assert all(tileset.tile(*around(zoom)) for zoom in range(10, 14))


@pytest.mark.parametrize("zoom", [10, 14])
def test_gdal_reads_the_tiles_and_puts_them_where_they_are(ntas, tmp_path, zoom):
    tile = around(zoom)
    path = tmp_path / "tile.mvt"
    path.write_bytes(ntas.tile(*tile))
    place = [word for name, value in zip("ZYX", tile, strict=True) for word in ("-oo", f"{name}={value}")]
    told = ogr("ogr2ogr", "-f", "GeoJSON", "-t_srs", "EPSG:4326", "/vsistdout/", path, *place, "-oo", "CLIP=NO")
    back = gpd.GeoDataFrame.from_features(json.loads(told)["features"], crs=WGS84).set_index("nta")
    ours = ntas.collection.frame.set_index("nta")
    features = read(path.read_bytes(), "ntas")
    assert {*back.index} == {feature["properties"]["nta"] for feature in features}
    unit = 360 / 2**zoom / tiling.EXTENT
    west, south, east, north = tiling.bounds(*tile)
    inside = shapely.box(west, south, east, north)
    for key, found in back.iterrows():
        true = ours.geometry[key].intersection(inside)
        assert found.geometry.intersection(inside).symmetric_difference(true).area <= 12 * unit * true.length + unit**2
        assert found["gap"] == round(ours["gap"][key], 1) or math.isnan(ours["gap"][key])
    assert "Polygon" in ogr("ogrinfo", "-ro", "-al", "-so", path, *place)
