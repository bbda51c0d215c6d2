"""Coordinate systems: what is given, what is taken, and boxes that are bent; against numbers from outside."""

import numpy as np
import pytest
import shapely

from app.ogc.crs import CRS84, PREFIX, SERVED, areas, named
from geo.errors import BadQuery

CITY_HALL = shapely.Point(-74.006, 40.7128)
BY_EPSG = {crs.uri.rpartition("/")[2]: crs for crs in SERVED.values()}
EXPECTED = {  # PROJ's own cs2cs, to a metre or a foot
    "CRS84": (-74.006, 40.7128, 1e-9),
    "4326": (40.7128, -74.006, 1e-9),
    "3857": (-8_238_310, 4_970_072, 1),
    "32118": (299_493, 60_646, 1),
    "2263": (982_587, 198_969, 1),
}


@pytest.mark.parametrize("code", EXPECTED)
def test_city_hall(code):
    x, y, near = EXPECTED[code]
    given = shapely.get_coordinates(BY_EPSG[code].given(np.array([CITY_HALL])))[0]
    assert given == pytest.approx((x, y), abs=near)


def test_feet_are_us_survey_feet():
    metres, feet = (
        shapely.get_coordinates(BY_EPSG[code].given(np.array([CITY_HALL])))[0] for code in ("32118", "2263")
    )
    assert feet / metres == pytest.approx([3937 / 1200] * 2, abs=1e-6)


@pytest.mark.parametrize("crs", SERVED.values(), ids=lambda crs: crs.title)
def test_what_is_given_can_be_taken_back(crs):
    places = np.array([CITY_HALL, shapely.box(-74.1, 40.6, -73.9, 40.8), None])
    there = crs.given(places)
    coordinates = shapely.get_coordinates(there)
    assert (coordinates == coordinates.round(crs.decimals)).all()
    for place, given in zip(places[:2], there[:2], strict=True):
        corners = shapely.points(shapely.get_coordinates(place))
        assert shapely.distance(corners, shapely.extract_unique_points(crs.taken(given))).max() < 3e-6
    assert there[2] is None


@pytest.mark.parametrize("code", ["2263", "3857", "32118"])
def test_a_line_without_length_is_taken_as_it_is(code):
    line = shapely.LineString([(300_000, 60_000), (300_000, 60_000)])
    assert shapely.get_num_coordinates(BY_EPSG[code].taken(line)) == 2


@pytest.mark.parametrize("name", ["EPSG:2263", "[EPSG:2263]", "epsg:2263", f"{PREFIX}EPSG/0/2263"])
def test_names(name):
    assert named(name, "crs").epsg == "EPSG:2263"


@pytest.mark.parametrize("name", ["", "2263", "EPSG:4269", f"{PREFIX}EPSG/0/1", "http://example.org", "[", "OGC:"])
def test_unknown_names(name):
    with pytest.raises(BadQuery, match=r"^crs: found .*, expected one of: http"):
        named(name, "crs")


def test_boxes_in_degrees():
    assert areas([1, 2, 3, 4], CRS84, "")[0].bounds == (1, 2, 3, 4)
    assert areas([1, 2, 0, 3, 4, 9], CRS84, "")[0].bounds == (1, 2, 3, 4)
    assert areas([2, 1, 4, 3], BY_EPSG["4326"], "")[0].bounds == (1, 2, 3, 4), "latitude comes first"
    assert [box.bounds for box in areas([170, 0, -170, 5], CRS84, "")] == [(170, 0, 180, 5), (-180, 0, -170, 5)]


def test_boxes_in_feet_are_bent():
    """A point just inside a side of the box is inside what it becomes, one just outside is not."""
    feet = BY_EPSG["2263"]
    west, south, east, north = 970_000, 180_000, 1_010_000, 260_000
    [bent] = areas([west, south, east, north], feet, "")
    for x, y, inside in ((990_000, south + 3, True), (990_000, south - 3, False), (east - 3, 220_000, True),
                         (east + 3, 220_000, False)):  # fmt: skip
        assert bent.contains(feet.taken(shapely.Point(x, y))) is inside, (x, y)


@pytest.mark.parametrize(
    ("numbers", "code", "said"),
    [
        ([1, 2, 3], "CRS84", "four finite numbers"),
        ([1, 2, 3, float("inf")], "CRS84", "four finite numbers"),
        ([1, 2, 9, 3, 4, 0], "CRS84", "least height"),
        ([0, 91, 1, 92], "CRS84", "outside longitude"),
        ([0, 2, 1, 1], "CRS84", "south is north"),
        ([-181, 0, 1, 1], "CRS84", "outside longitude"),
        ([5, 0, 1, 1], "2263", "least coordinate above"),
    ],
)
def test_boxes_that_are_none(numbers, code, said):
    with pytest.raises(BadQuery, match=said):
        areas(numbers, BY_EPSG[code], "the box")


@pytest.mark.parametrize("code", ["2263", "3857", "32118"])
def test_the_largest_box_holds_the_city_and_a_far_one_nothing(code):
    [everywhere] = areas([-1e12, -1e12, 1e12, 1e12], BY_EPSG[code], "")
    assert everywhere.contains(shapely.box(-74.3, 40.4, -73.6, 41))
    assert areas([1e29, 1e29, 1e30, 1e30], BY_EPSG[code], "")[0].is_empty


@pytest.mark.parametrize("code", ["2263", "3857", "32118"])
def test_a_box_without_width_is_a_line_or_a_point(code):
    crs = BY_EPSG[code]
    x, y = shapely.get_coordinates(crs.given(np.array([CITY_HALL])))[0]
    [point] = areas([x, y, x, y], crs, "")
    assert point.distance(CITY_HALL) < 1e-6
    [line] = areas([x - 100, y, x + 100, y], crs, "")
    assert line.distance(CITY_HALL) < 1e-6 and line.length > 0
