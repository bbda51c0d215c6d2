import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from app.cql.evaluation import evaluate
from app.cql.reading import read_filter
from app.ogc.crs import CRS84, SERVED, Crs, named
from geo.contracts import Table, text
from geo.crs import METRES, WGS84
from geo.errors import BadQuery
from tests.cql2_rows import FRAME, PLACES, ROWS, SHAPES, SQUARE, Made, found, refused

LITERALS = [
    SQUARE,
    shapely.box(0.5, 0.5, 1.5, 1.5),
    shapely.LineString([(2, -1), (2, 5)]),
    shapely.Point(2, 2),
    shapely.MultiPoint([(0, 0), (1, 1)]),
    shapely.MultiLineString([[(-1, 0.5), (5, 0.5)], [(0, 0), (0, 2)]]),
    shapely.MultiPolygon([shapely.box(8, 8, 9, 9), shapely.box(0.5, 0.5, 1, 1)]),
    shapely.Polygon([(-5, -5), (9, -5), (9, 9), (-5, 9)], [[(0, 0), (1, 0), (1, 1), (0, 1)]]),
    shapely.GeometryCollection([shapely.Point(1, 1), shapely.LineString([(2, 0), (2, 2)])]),
    shapely.LineString([(0, 0), (2, 2), (2, 0), (0, 2)]),
    shapely.Point(50, 50),
]
OPERATORS = ["intersects", "equals", "disjoint", "touches", "within", "overlaps", "crosses", "contains"]


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("literal", LITERALS, ids=lambda literal: literal.geom_type)
def test_a_spatial_operator_says_what_shapely_says_of_each_row(name, literal):
    relation = getattr(shapely, name)
    there = [
        id for id, shape in zip(FRAME["id"], SHAPES, strict=True) if shape is not None and relation(shape, literal)
    ]
    back = [id for id, shape in zip(FRAME["id"], SHAPES, strict=True) if shape is not None and relation(literal, shape)]
    assert found(f"S_{name.upper()}(geometry,{literal.wkt})") == "".join(there)
    assert found(f"S_{name.upper()}({literal.wkt},geometry)") == "".join(back)
    assert (
        found(f"NOT S_{name.upper()}(geometry,{literal.wkt})") == "".join(set("abdefgh") - {*there}).join(["", ""])
        or True
    )
    others = sorted(set("abdefgh") - {*there})
    assert found(f"NOT S_{name.upper()}(geometry,{literal.wkt})") == "".join(others)
    as_json = {"op": f"s_{name}", "args": [{"property": "geometry"}, json.loads(shapely.to_geojson(literal))]}
    assert found(json.dumps(as_json), "cql2-json") == "".join(there)


@pytest.mark.parametrize("name", OPERATORS)
def test_rows_are_compared_with_themselves_and_literals_with_literals(name):
    relation = getattr(shapely, name)
    same = [id for id, shape in zip(FRAME["id"], SHAPES, strict=True) if shape is not None and relation(shape, shape)]
    assert found(f"S_{name.upper()}(geometry,geometry)") == "".join(same)
    expected = "abcdefgh" if relation(SQUARE, LITERALS[1]) else ""
    assert found(f"S_{name.upper()}({SQUARE.wkt},{LITERALS[1].wkt})") == expected


@pytest.mark.parametrize(
    ("filter", "ids"),
    [
        ("S_INTERSECTS(geometry,BBOX(2.5,2.5,4,4))", "b"),
        ("S_INTERSECTS(geometry,BBOX(2.5,2.5,-9,4,4,9))", "b"),
        ("S_WITHIN(geometry,BBOX(0,0,2,2))", "aeg"),
        ("S_INTERSECTS(geometry,BBOX(8.5,-10,-179,10))", "h"),  # across the antimeridian
        ("S_INTERSECTS(geometry,BBOX(3,1,3,1))", "bdf"),  # a point
        ("S_INTERSECTS(geometry,BBOX(-1,-1,-1,5))", "f"),  # a line
        ("S_INTERSECTS(geometry,POINT Z(1 1 7))", "abefgh"),
    ],
)
def test_boxes_and_heights(filter, ids):
    assert found(filter) == ids


@pytest.mark.parametrize("crs", SERVED.values(), ids=lambda crs: crs.epsg)
def test_a_literal_is_in_the_system_of_the_filter(crs: Crs):
    city = Made(PLACES, FRAME, shapely.transform(ROWS.geometry, lambda xy: xy / 100 + [-74, 40.6]))
    area = crs.given(np.array([shapely.Polygon([(-73.985, 40.612), (-73.96, 40.615), (-73.96, 40.625)])]))[0]
    assert found(f"S_INTERSECTS(geometry,{area.wkt})", rows=city, crs=crs) == "abde"
    box = ",".join(map(str, area.bounds))
    assert found(f"S_INTERSECTS(geometry,BBOX({box}))", rows=city, crs=crs) == "abde"


def test_latitude_comes_first_where_the_system_says_so():
    assert found("S_INTERSECTS(geometry,POINT(0.5 3.5))", crs=named("EPSG:4326", "filter-crs")) == "d"
    assert found("S_INTERSECTS(geometry,POINT(0.5 3.5))") == ""


def test_a_position_outside_says_how_positions_are_written():
    latitude_first = named("EPSG:4326", "filter-crs")
    told = refused("S_INTERSECTS(geometry,POINT(-173.9 40.7))", crs=latitude_first)
    assert "whose position [-173.9, 40.7] is outside of longitude -180 to 180" in told
    assert told.endswith("the filter is in latitude, longitude (WGS 84)")


SCRIBBLE = "LINESTRING({})".format(
    ",".join(f"{row * 37 % 101 / 20:.2f} {row * 53 % 97 / 20:.2f}" for row in range(250))
)


def test_what_would_take_too_long_is_refused_before_it_runs():
    told = refused("works AND S_CROSSES(geometry,BBOX(0,0,5,5))", seconds=1e-6)
    assert "found 'S_CROSSES' at character 11, with which the filter would take about 0.00 seconds, expected at" in told
    assert "simplify its geometry, ask for a smaller area, or use fewer spatial operators" in told
    both = f"S_TOUCHES(geometry,{SCRIBBLE}) OR S_CROSSES({SCRIBBLE},{SCRIBBLE})"
    assert "would take about" in refused(both, seconds=0.01)
    assert found(f"S_INTERSECTS(geometry,{SCRIBBLE})") == "abdefh"


TRACTS = Table("tracts", "Tracts", "geoid", (text("geoid", "Id"), text("boroname", "Borough")), shape="polygon")


@pytest.fixture(scope="module")
def tracts():
    """The census tracts of the sample, without the service around them."""
    raw = pd.read_parquet(Path(__file__).parents[1] / "data" / "tracts.parquet")
    return Made(TRACTS, raw, shapely.from_wkb(raw["geometry"].to_numpy()))


HALF = "POLYGON((-74.0 40.6,-73.85 40.62,-73.9 40.8,-74.0 40.6))"


@pytest.mark.parametrize("name", OPERATORS)
def test_real_tracts_are_related_as_shapely_says(tracts, name):
    expected = getattr(shapely, name)(tracts.geometry, shapely.from_wkt(HALF))
    assert (evaluate(read_filter(f"S_{name.upper()}(geometry,{HALF})", "cql2-text"), tracts, CRS84) == expected).all()


@pytest.mark.parametrize(
    ("distance", "metres"),
    [
        ("800,'m'", 800),
        ("0.8,kilometers", 800),
        ("2640,'feet'", 804.672),
        ("1,'MILES'", 1609.344),
        ("0,meters", 0),
        ("90,'km'", 90e3),
    ],
)
def test_real_tracts_are_as_near_as_geopandas_says(tracts, distance, metres):
    place = gpd.GeoSeries.from_wkt(["LINESTRING(-73.99 40.7,-73.95 40.72)"], crs=WGS84)
    away = gpd.GeoSeries(tracts.geometry, crs=WGS84).to_crs(METRES).distance(place.to_crs(METRES).iloc[0])
    for sides in (f"geometry,{place.iloc[0].wkt}", f"{place.iloc[0].wkt},geometry"):
        near = evaluate(read_filter(f"S_DWITHIN({sides},{distance})", "cql2-text"), tracts, CRS84)
        assert (near == (away <= metres)).all()


def test_two_literals_are_as_near_as_they_are():
    near = "S_DWITHIN(POINT(-73.9 40.7),POINT(-73.9 40.71),{},'m')"  # 0.01° of latitude is 1,110 m
    assert (found(near.format(1100)), found(near.format(1120))) == ("", "abcdefgh")


def test_a_scribble_over_all_tracts_is_refused(tracts):
    corners = ",".join(f"{-74.2 + row * 37 % 101 / 200:.2f} {40.5 + row * 53 % 97 / 250:.2f}" for row in range(500))
    scribble = read_filter(f"S_CROSSES(geometry,LINESTRING({corners}))", "cql2-text")
    with pytest.raises(BadQuery, match="would take about"):
        evaluate(scribble, tracts, CRS84)


def test_a_table_without_places_has_no_geometry():
    plain = Made(Table("plain", "Plain", "id", PLACES.columns), FRAME, np.full(len(FRAME), None, dtype=object))
    with pytest.raises(BadQuery, match="found 'geometry' at character 14, which is no property of plain"):
        evaluate(read_filter("S_INTERSECTS(geometry,POINT(1 1))", "cql2-text"), plain, CRS84)
