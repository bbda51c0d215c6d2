from math import sqrt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.access import coordinates_m
from geo.crs import METRES, WGS84
from geo.developments import (
    NO_OUTLINE,
    grid_m,
    lots_of,
    nearest_from_outline,
    place_means,
    shares_of_places,
)
from geo.scores import score_city
from geo.supply import sites
from tests import city

NAN = float("nan")


@pytest.fixture(scope="module")
def outlines():
    return city.developments().set_index("tds").geometry


@pytest.fixture(scope="module")
def scored():
    return score_city(city.tables()).tables["developments"].set_index("tds")


def test_lots_inside_and_otherwise_the_nearest(outlines):
    found = lots_of(outlines, coordinates_m(city.lots().geometry)).sort_values(["development", "lot"])
    assert found.to_dict("list") == {
        "development": ["001", "002", "002", "003", "005"],
        "lot": [0, 1, 2, 3, 5],
        "inside": [True, True, True, False, True],
    }


def test_no_outline_at_all_is_no_lot():
    nowhere = gpd.GeoSeries([None, None], index=["a", "b"], crs=city.lots().crs)
    assert lots_of(nowhere, coordinates_m(city.lots().geometry)).empty
    assert nearest_from_outline(nowhere, city.kiosks(), "site_id", "kiosk").isna().all(axis=None)


def test_nearest_site_is_measured_from_the_outline(outlines):
    found = nearest_from_outline(outlines, sites(city.tables())["kiosk"], "site_id", "kiosk")
    assert found["nearest_kiosk"].drop("004").tolist() == ["k-live"] * 4
    assert found["nearest_kiosk_m"]["001"] == pytest.approx(50, abs=0.1)
    assert found.loc["004"].isna().all()
    assert nearest_from_outline(outlines, None, "site_id", "kiosk").isna().all(axis=None)


AREAS = pd.DataFrame({"x_share": [0.1, 0.4, NAN], "x_moe_share": [0.03, 0.08, 0.5]}, index=["a", "b", "c"])


def means_of(*lots):
    """The mean of one development over lots given as (area, residents)."""
    area, residents = zip(*lots, strict=True)
    pairs = pd.DataFrame({"development": "d", "lot": range(len(lots))})
    return (
        place_means(shares_of_places(pairs, pd.Series(area), pd.Series(residents, dtype=float)), AREAS)
        .loc["d"]
        .tolist()
    )


def test_place_means_by_hand():
    between = [(300 * 0.1 + 100 * 0.4) / 400, sqrt((300 * 0.03) ** 2 + (100 * 0.08) ** 2) / 400]
    assert means_of(("a", 300), ("b", 100)) == pytest.approx(between)


def test_lots_of_one_area_share_its_error():
    assert means_of(*[("a", 10)] * 25) == pytest.approx([0.1, 0.03])
    assert means_of(("a", 100), ("a", 200), ("b", 50), ("b", 50)) == pytest.approx(means_of(("a", 300), ("b", 100)))


def test_an_area_without_a_value_counts_for_nothing():
    assert means_of(("a", 10), ("c", 1000)) == pytest.approx([0.1, 0.03])
    assert np.isnan(means_of(("c", 10))).all()


def test_an_unknown_margin_of_one_area_leaves_the_mean_without():
    pairs = pd.DataFrame({"development": "d", "lot": [0, 1]})
    people = shares_of_places(pairs, pd.Series(["a", "b"]), pd.Series([1.0, 1.0]))
    found = place_means(people, AREAS.assign(x_moe_share=[0.03, NAN, NAN]))
    assert found["x_share"]["d"] == pytest.approx(0.25)
    assert np.isnan(found["x_moe_share"]["d"])


def test_scores_by_hand(scored):
    assert scored["need"].tolist() == pytest.approx(
        [140 / 3, (100 * 140 / 3 + 400 * 25) / 500, 100, NAN, 65], nan_ok=True
    )
    assert scored["supply"].tolist() == pytest.approx([100, 0, 0, NAN, 100], nan_ok=True)
    assert scored["need_from"].tolist() == ["tracts", "tracts", "tracts", None, "tracts"]
    assert scored["note"].tolist() == [None, None, None, NO_OUTLINE, None]


def test_the_grounds_stand_for_the_people():
    """A strip of 1,000 m whose west end is at a kiosk: four tenths of it are within 400 m, whatever the lot's point."""
    west, south = coordinates_m(gpd.GeoSeries(gpd.points_from_xy([-73.95], [40.7]), crs=WGS84))[0]
    strip = gpd.GeoSeries([shapely.box(west, south, west + 1000, south + 40)], index=["s"], crs=METRES).to_crs(WGS84)
    places, labels = grid_m(strip)
    assert set(labels) == {"s"}
    assert (np.hypot(*(places - [west, south + 20]).T) <= 400).mean() == pytest.approx(0.4, abs=0.03)


def test_an_outline_smaller_than_the_grid_has_one_point():
    small = gpd.GeoSeries(gpd.points_from_xy([-73.95], [40.7]), crs=WGS84).to_crs(METRES).buffer(2).to_crs(WGS84)
    assert grid_m(small)[0].shape == (1, 2)
