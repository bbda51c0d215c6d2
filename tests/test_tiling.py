import math

import numpy as np
import pytest
import shapely

from geo import tiling
from loaders.tracts import parse
from tests.conftest import DATA

TIMES_SQUARE = (-73.9855, 40.758)
OVERLAP = 8.0
"""Square units by which all neighbours together may overlap at a zoom; a pixel has 64."""


@pytest.fixture(scope="module")
def tracts():
    """The city's tracts as shares of the world's side: a valid coverage."""
    frame = parse({"tracts": (DATA / "tracts.parquet").read_bytes()}).table
    return tiling.world(frame.geometry.to_numpy())


@pytest.fixture(scope="module")
def extent(tracts):
    west, north, east, south = shapely.total_bounds(tracts)
    return west, north, east, south


def tiles(extent, zoom):
    """The numbers of the tiles of a zoom over shares of the world's side."""
    left, top, right, bottom = (math.floor(edge * 2**zoom) for edge in extent)
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def on_grid(shapes):
    return (shapely.get_coordinates(shapes) % 1 == 0).all()


def units(zoom, *coordinates):
    """A polygon whose corners are given in units of a zoom."""
    return shapely.Polygon(np.array(coordinates) / (tiling.EXTENT * 2**zoom))


def test_the_grid_starts_as_the_standard_says():
    assert tiling.cell_m(0) == pytest.approx(156_543.033928041, abs=1e-9)
    assert tiling.scale(0) == pytest.approx(559_082_264.028717, abs=1e-5)
    assert tiling.cell_m(16) == pytest.approx(2.38865713391175, abs=1e-14)
    assert tiling.bounds(0, 0, 0) == pytest.approx((-180, -85.0511287798066, 180, 85.0511287798066))
    assert tiling.bounds(1, 0, 0) == pytest.approx((-180, 0, 0, 85.0511287798066))


def test_a_point_is_in_the_tile_that_a_hand_works_out():
    """(−73.9855 + 180) ÷ 360 × 2^14 = 4,824.8; half of 1 − ln(tan φ + sec φ) ÷ π, times 2^14, is 6,157.4."""
    longitude, latitude = TIMES_SQUARE
    angle = math.radians(latitude)
    across = (longitude + 180) / 360 * 2**14
    down = (1 - math.log(math.tan(angle) + 1 / math.cos(angle)) / math.pi) / 2 * 2**14
    assert (math.floor(down), math.floor(across)) == (6157, 4824)
    assert tiling.covering((*TIMES_SQUARE, *TIMES_SQUARE), 14) == (6157, 6157, 4824, 4824)
    west, south, east, north = tiling.bounds(14, 6157, 4824)
    assert west < longitude < east and south < latitude < north
    corners = tiling.world(np.array([shapely.Point(0, 0), shapely.Point(-180, 89)]))
    assert shapely.get_coordinates(corners) == pytest.approx(np.array([(0.5, 0.5), (0, 0)]))


def test_tiles_that_cover_a_box():
    assert tiling.covering((-180, -90, 180, 90), 2) == (0, 3, 0, 3)
    city = (-74.2556, 40.4961, -73.7, 40.9155)
    spans = tiling.limits(city)
    assert len(spans) == 17 and spans[0] == (0, 0, 0, 0)
    assert tiling.covering(city, 10) == (384, 385, 300, 302)
    assert tiling.bounds(10, 385, 300)[1] < 40.4961 < tiling.bounds(10, 385, 300)[3]
    for closer, farther in zip(spans[1:], spans, strict=False):
        assert farther[0] <= closer[0] // 2 and closer[1] // 2 <= farther[1]
        assert farther[2] <= closer[2] // 2 and closer[3] // 2 <= farther[3]
    west = tiling.bounds(12, 1500, 1200)[0]
    near = (west + 1e-5, 40.0, west + 1e-4, 40.01)
    assert tiling.covering(near, 12).min_column == 1200
    assert tiling.covering(near, 12, tiling.BUFFER).min_column == 1199


def test_which_tiles_exist():
    assert tiling.exists(0, 0, 0) and tiling.exists(16, 65_535, 65_535)
    assert not any(tiling.exists(*tile) for tile in ((17, 0, 0), (-1, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0)))


@pytest.mark.parametrize("zoom", [10, 11, 12, 13, 14, 15, 16])
def test_neighbours_share_every_edge(tracts, zoom):
    """A valid coverage: each edge between two areas is in both, vertex by vertex, and none overlaps another."""
    level = tiling.level(tracts, zoom, "coverage")
    assert len(level.rows) == len(tracts)
    assert shapely.coverage_is_valid(level.shapes)
    assert shapely.is_valid(level.shapes).all() and on_grid(level.shapes)
    whole = shapely.union_all(level.shapes).area
    assert shapely.area(level.shapes).sum() == pytest.approx(whole, abs=OVERLAP)


@pytest.mark.parametrize("zoom", [10, 12, 13])
def test_neighbours_share_every_edge_in_a_tile(tracts, extent, zoom):
    level = tiling.level(tracts, zoom, "coverage")
    seen = set()
    for tile in tiles(extent, zoom):
        rows, shapes = level.cut(*tile)
        seen |= {*rows.tolist()}
        assert shapely.coverage_is_valid(shapes) and shapely.is_valid(shapes).all() and on_grid(shapes)
        if len(shapes):
            assert shapely.total_bounds(shapes).min() >= -tiling.BUFFER
            assert shapely.total_bounds(shapes).max() <= tiling.EXTENT + tiling.BUFFER
    assert len(seen) == len(tracts)


@pytest.mark.parametrize("zoom", [3, 6, 9])
def test_where_areas_are_smaller_than_a_pixel_neighbours_hardly_overlap(tracts, zoom):
    shapes = tiling.level(tracts, zoom, "coverage").shapes
    assert shapely.is_valid(shapes).all() and on_grid(shapes)
    whole = shapely.union_all(shapes).area
    assert shapely.area(shapes).sum() - whole == pytest.approx(0, abs=OVERLAP)
    true = shapely.area(tracts).sum() * (tiling.EXTENT * 2**zoom) ** 2
    assert whole == pytest.approx(true, rel={3: 0.6, 6: 0.05, 9: 0.01}[zoom])


def test_an_outline_strays_by_about_a_pixel_and_not_at_all_at_the_closest_zoom(tracts):
    for zoom, most in ((12, 16.0), (16, 0.75)):
        some, side = tracts[::20], tiling.EXTENT * 2**zoom
        true = shapely.transform(some, lambda shares, side=side: shares * side)
        strays = shapely.hausdorff_distance(true, tiling.level(tracts, zoom, "coverage").shapes[::20])
        assert np.quantile(strays, 0.95) <= most
    counts = [shapely.get_num_coordinates(tiling.level(tracts, zoom, "coverage").shapes).sum() for zoom in (8, 12, 16)]
    assert counts[0] < counts[1] / 2 < counts[2] / 4


def test_what_collapses_is_left_out_and_rows_keep_their_numbers():
    speck, big = units(5, (0, 0), (0.3, 0), (0.3, 0.3)), units(5, (10, 10), (60, 10), (60, 60), (10, 60))
    line = units(5, (100, 100), (900, 100), (900, 100.2))
    both = shapely.MultiPolygon([speck, shapely.transform(big, lambda shares: shares + 0.1)])
    level = tiling.level(np.array([None, speck, big, shapely.Polygon(), line, both]), 5, "apart")
    assert level.rows.tolist() == [2, 5]
    assert shapely.get_num_geometries(level.shapes).tolist() == [1, 1]
    assert level.shapes[0].area == 2500


def test_what_rounding_breaks_is_made_valid_on_the_grid():
    """Two squares joined by a neck that is narrower than a unit, and a wedge that it folds over itself."""
    neck = units(
        16, (0, 0), (8, 0), (8, 4), (20, 4.2), (20, 0), (28, 0), (28, 9), (20, 9), (20, 4.4), (8, 4.4), (8, 9), (0, 9)
    )
    wedge = units(16, (0, 0), (9, 3.4), (20, 7.6), (20, 9), (9.4, 3.6), (0, 5))
    level = tiling.level(np.array([neck, wedge]), 16, "apart")
    assert shapely.is_valid(level.shapes).all() and on_grid(level.shapes)
    assert shapely.get_num_geometries(level.shapes[0]) == 2
    assert level.shapes[0].area == 2 * 8 * 9


def test_points_are_only_rounded():
    places = tiling.world(np.array([shapely.Point(TIMES_SQUARE), None, shapely.Point(TIMES_SQUARE)]))
    level = tiling.level(places, 14, "points")
    rows, shapes = level.cut(6157, 4824)
    assert rows.tolist() == [0, 2] and shapes[0] == shapes[1]
    west, south, east, north = tiling.bounds(14, 6157, 4824)
    assert shapes[0].x == round((TIMES_SQUARE[0] - west) / (east - west) * 4096)
    assert shapes[0].y == pytest.approx((north - TIMES_SQUARE[1]) / (north - south) * 4096, abs=2)


def test_a_tile_has_a_buffer_and_y_runs_south():
    inside, outside = (units(4, (left, 0), (left + 9, 0), (left + 9, 9)) for left in (4096 + 50, 4096 + 70))
    level = tiling.level(np.array([inside, outside]), 4, "apart")
    rows, shapes = level.cut(0, 0)
    assert rows.tolist() == [0] and shapes[0].bounds == (4146, 0, 4155, 9)
    assert shapes[0].exterior.is_ccw  # with y down this is clockwise on the screen
    assert len(level.cut(3, 3)[0]) == 0


def test_nothing_makes_an_empty_level():
    for form in ("coverage", "apart", "points"):
        assert len(tiling.level(np.array([None], dtype=object), 3, form).cut(0, 0)[0]) == 0
