import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.crs import METRES, WGS84
from geo.outlines import dissolve, on_grid, simplify_coverage, simplify_each
from tests import city


@pytest.fixture(scope="module")
def jagged():
    """Two neighbours whose shared edge runs in steps of 5 m, each a kilometre wide."""
    x, y = city.CORNER_M
    edge = [(x + 1000 + 5 * (step % 2), y + 10 * step) for step in range(101)]
    west = shapely.Polygon([(x, y), *edge, (x, y + 1000)])
    east = shapely.Polygon([(x + 2000, y), *edge, (x + 2000, y + 1000)])
    shapes = gpd.GeoSeries([west, east], index=["west", "east"], crs=METRES).to_crs(WGS84)
    return gpd.GeoSeries(on_grid(shapes.to_numpy()), index=shapes.index, crs=WGS84)


def is_counter_clockwise(shape):
    return all(part.exterior.is_ccw for part in getattr(shape, "geoms", [shape]))


def test_a_simplified_coverage_stays_one_and_keeps_the_shared_edge(jagged):
    simple = simplify_coverage(jagged, 12)
    assert simple.index.tolist() == ["west", "east"]
    assert shapely.coverage_is_valid(simple.to_numpy())
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(jagged).sum() / 5
    assert shapely.intersection(*simple).length == pytest.approx(shapely.intersection(*jagged).length, rel=0.2)
    assert simple.map(is_counter_clockwise).all()
    assert simple.crs == WGS84


def test_degrees_keep_six_decimals(jagged):
    coordinates = shapely.get_coordinates(simplify_coverage(jagged, 12))
    assert (coordinates == coordinates.round(6)).all()


def test_dissolve_leaves_no_seam():
    tracts = city.tracts()
    found = dissolve(tracts, tracts["nta"])
    assert found.index.tolist() == ["BK0101", "BK0102", "QN0101", "QN8101"]
    assert found["BK0101"].geom_type == "Polygon"
    assert len(found["BK0101"].interiors) == 0
    assert found.map(is_counter_clockwise).all()
    assert shapely.coverage_is_valid(found.to_numpy())


def test_a_single_outline_keeps_within_the_tolerance(jagged):
    simple = simplify_each(jagged, 6)
    assert simple.is_valid.all()
    apart = shapely.hausdorff_distance(simple.to_crs(METRES).to_numpy(), jagged.to_crs(METRES).to_numpy())
    assert np.max(apart) <= 6.2
