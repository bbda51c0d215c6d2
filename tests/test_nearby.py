"""What is near a place: distances known by hand, in metres from the outline."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import STRtree

from geo.crs import WGS84
from geo.nearby import in_metres, nearby
from tests.city import boxes, points

SQUARE = shapely.box(0, 0, 1000, 1000)


def sites(*places):
    """A tree of points in metres; None has no place."""
    return STRtree(np.array([place and shapely.Point(place) for place in places], dtype=object))


def test_nearest_first_from_the_outline():
    found = nearby(SQUARE, sites((1300, 500), (1000, 1200), (5000, 500), (1300, 1400)))
    assert found.rows == [1, 0, 3]
    assert found.metres == pytest.approx([200, 300, 500])  # 500: 300 east and 400 north of a corner
    assert found.inside == 0


def test_inside_is_no_distance_and_the_middle_comes_first():
    found = nearby(SQUARE, sites((10, 10), (500, 600), (500, 499), (1000, 500), (1001, 500)))
    assert (found.rows, found.metres, found.inside) == ([2, 1, 3], [0, 0, 0], 4)


def test_outside_follows_inside():
    found = nearby(SQUARE, sites((1100, 500), (500, 500)))
    assert (found.rows, found.metres, found.inside) == ([1, 0], [0, 100], 1)


def test_far_away_is_found_and_nowhere_is_not():
    found = nearby(SQUARE, sites(None, (41_000, 500), None))
    assert (found.rows, found.metres) == ([1], [40_000])
    assert nearby(SQUARE, sites(None)).rows == []
    assert nearby(SQUARE, sites()).rows == []


def test_polygons_across_the_outline_are_inside():
    across, beyond = shapely.box(900, 400, 1100, 500), shapely.box(1050, 0, 1100, 100)
    found = nearby(SQUARE, STRtree([beyond, across]))
    assert (found.rows, found.metres, found.inside) == ([1, 0], [0, 50], 1)


def test_equally_far_by_row():
    assert nearby(SQUARE, sites((500, 1100), (500, -100), (1100, 500), (-100, 500))).rows == [0, 1, 2]


def test_degrees_are_measured_in_metres():
    """A square kilometre of the made-up city, and a point 250 m east of it."""
    square = in_metres(boxes([(0, 0, 1000, 1000)]))[0]
    tree = STRtree(in_metres(points([(1250, 500)])))
    assert nearby(square, tree).metres == pytest.approx([250], abs=0.1)


def test_what_is_nowhere_stays_nowhere():
    assert in_metres(gpd.GeoSeries([None, shapely.Point(-74, 40.7)], crs=WGS84))[0] is None
