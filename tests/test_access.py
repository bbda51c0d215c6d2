import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.access import coordinates_m, nearest_m, reach, residents_by
from geo.crs import WGS84
from geo.errors import TableError

NAN = float("nan")


def at(*degrees):
    return coordinates_m(gpd.GeoSeries(gpd.points_from_xy(*zip(*degrees, strict=True), crs=WGS84)))


def test_a_hundredth_of_a_degree_of_latitude_is_1110_m():
    assert nearest_m(at((-73.95, 40.70)), at((-73.95, 40.71))) == pytest.approx([1110.5], abs=1)


def test_a_hundredth_of_a_degree_of_longitude_is_845_m_here():
    assert nearest_m(at((-73.95, 40.70)), at((-73.96, 40.70))) == pytest.approx([845], abs=1)


def test_agrees_with_every_pair_measured():
    rng = np.random.default_rng(1)
    origins, targets = rng.uniform(0, 10_000, (200, 2)), rng.uniform(0, 10_000, (50, 2))
    every = np.hypot(*(origins[:, None, :] - targets[None, :, :]).transpose(2, 0, 1))
    assert nearest_m(origins, targets) == pytest.approx(every.min(axis=1))


def test_no_target_is_the_callers_case():
    with pytest.raises(TableError, match="no targets to measure to"):
        nearest_m(np.zeros((3, 2)), np.empty((0, 2)))


def test_reach_by_hand_and_the_boundary_is_within():
    distance, residents = pd.Series([0.0, 100.0, 100.1, 400.0, 50.0]), pd.Series([10.0, 20.0, 30.0, 40.0, 5.0])
    found = reach(distance, residents, pd.Series(["a", "a", "a", "a", "b"]), (100.0, 400.0))
    assert found.loc["a"].to_dict() == {100.0: 0.3, 400.0: 1.0}
    assert found.loc["b"].to_dict() == {100.0: 1.0, 400.0: 1.0}


def test_reach_never_falls_with_the_radius():
    rng = np.random.default_rng(2)
    n = 500
    distance, residents = pd.Series(rng.exponential(300, n)), pd.Series(rng.integers(0, 50, n).astype(float))
    found = reach(
        distance, residents, pd.Series(rng.choice(list("abcd"), n)), (45.0, 100.0, 150.0, 300.0, 400.0, 800.0)
    )
    assert (found.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert found.to_numpy().min() >= 0
    assert found.to_numpy().max() <= 1


def test_a_group_without_residents_has_no_share_and_a_lot_without_a_group_no_say():
    distance, residents = pd.Series([10.0, 10.0, 10.0, 900.0]), pd.Series([0.0, NAN, 7.0, 7.0])
    found = reach(distance, residents, pd.Series(["a", "a", "b", None]), (100.0,))
    assert found.index.tolist() == ["a", "b"]
    assert np.isnan(found.loc["a", 100.0])
    assert found.loc["b", 100.0] == 1


def test_residents_that_are_not_known_are_not_0():
    found = residents_by(pd.Series([1.0, 2.0, NAN, NAN]), pd.Series(["a", "a", "a", "b"]))
    assert found["a"] == 3
    assert np.isnan(found["b"])
