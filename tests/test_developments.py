from itertools import product
from math import sqrt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.access import coordinates_m
from geo.crs import METRES, WGS84
from geo.developments import (
    ELIGIBLE,
    NO_OUTLINE,
    eligibility,
    grid_m,
    lots_of,
    nearest_from_outline,
    place_means,
    priorities,
    reasons,
)
from geo.indicators import INDICATORS
from geo.scores import score_city
from geo.supply import sites
from tests import city

NAN = float("nan")


@pytest.fixture(scope="module")
def outlines():
    return city.developments().set_index("tds").geometry


@pytest.fixture(scope="module")
def scored():
    return score_city(city.tables(), as_of="2026-01-01").tables["developments"].set_index("tds")


@pytest.mark.parametrize(
    ("pact_date", "on_the_map", "as_of", "said"),
    [
        (None, True, "2026-01-01", "eligible"),
        ("2025-06-01", True, "2026-01-01", "not eligible: converted to PACT on 2025-06-01"),
        ("2025-06-01", False, "2026-01-01", "not eligible: converted to PACT on 2025-06-01"),
        ("2025-06-01", True, "2025-06-01", "not eligible: converted to PACT on 2025-06-01"),
        ("2025-06-01", True, "2025-05-31", "eligible until conversion to PACT on 2025-06-01"),
        (None, False, "2026-01-01", "not confirmed: no longer on the map of public housing"),
    ],
)
def test_eligibility(outlines, pact_date, on_the_map, as_of, said):
    outline = outlines.loc[["001"] if on_the_map else ["004"]]
    for empty in (None, NAN):
        dates = pd.Series([empty if pact_date is None else pact_date], index=outline.index, dtype=object)
        row = gpd.GeoDataFrame({"pact_date": dates, "pact_text": None}, geometry=outline)
        assert eligibility(row, as_of).tolist() == [said]


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
    return place_means(pairs, AREAS, pd.Series(area), pd.Series(residents, dtype=float)).loc["d"].tolist()


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
    found = place_means(pairs, AREAS.assign(x_moe_share=[0.03, NAN, NAN]), pd.Series(["a", "b"]), pd.Series([1.0, 1.0]))
    assert found["x_share"]["d"] == pytest.approx(0.25)
    assert np.isnan(found["x_moe_share"]["d"])


def test_priority_by_hand():
    rows = pd.DataFrame(
        {
            "eligibility": [ELIGIBLE, f"{ELIGIBLE} until conversion", "not eligible: x", "not confirmed: x", ELIGIBLE],
            "need": [80.0, 40.0, 80.0, 80.0, NAN],
            "supply": [20.0, 100.0, 20.0, 20.0, 20.0],
            "apartments": [750.0, 3000.0, 750.0, 750.0, 750.0],
        }
    )
    by_hand = [0.5 * 80 + 0.25 * 80 + 0.25 * 50, 0.5 * 40 + 0.25 * 100, NAN, NAN, NAN]
    assert priorities(rows).tolist() == pytest.approx(by_hand, nan_ok=True)
    without = priorities(rows.assign(supply=NAN))
    assert without[0] == pytest.approx((0.5 * 80 + 0.25 * 50) / 0.75)


def test_reasons_read_as_a_sentence(scored):
    assert scored["reasons"]["001"] == (
        "eligible; 1,500 apartments; need of its place 46.7 of 100, not above the city's 51.7; "
        "100 % of its grounds within 400 m of working public access; nearest working kiosk 50 m; "
        "nearest computer centre 2,355 m"
    )
    assert scored["reasons"]["004"] == (
        "not confirmed: no longer on the map of public housing; number of apartments not known; need not known; "
        "reach of public access not known; no distance to a kiosk; no distance to a centre"
    )
    assert scored["reasons"]["005"].endswith("; for older adults exclusively")
    assert "60 % of people are below 150 % of the poverty level" in scored["reasons"]["003"]


def test_reasons_never_say_nan():
    known = {
        "apartments": 1234.0,
        "need": 61.2,
        "supply": 40.0,
        "nearest_kiosk_m": 1500.0,
        "nearest_centre_m": 900.0,
        "senior": "partially",
    }
    shares = {f"{indicator.code}_share": indicator.goalposts[1] for indicator in INDICATORS}
    for city_need, share, *kept in product((NAN, 50.0), (NAN, 1.0), *[(True, False)] * len(known)):
        values = {name: value if keep else NAN for (name, value), keep in zip(known.items(), kept, strict=True)}
        row = pd.DataFrame(
            [{"eligibility": ELIGIBLE, **values, **{name: share * value for name, value in shares.items()}}]
        )
        for rows in (row, row.astype(object).where(row.notna(), None)):
            said = reasons(rows, city_need, 400.0)[0]
            assert "nan" not in said.lower(), said
            assert "none" not in said.lower(), said
            assert "; ;" not in said


def test_scores_by_hand(scored):
    assert scored["need"].tolist() == pytest.approx(
        [140 / 3, (100 * 140 / 3 + 400 * 25) / 500, 100, NAN, 65], nan_ok=True
    )
    assert scored["supply"].tolist() == pytest.approx([100, 0, 0, NAN, 100], nan_ok=True)
    priority = [0.5 * 140 / 3 + 25, 0.5 * scored["need"]["002"] + 25 + 0.25 * 20, NAN, NAN, 0.5 * 65 + 25]
    assert scored["priority"].tolist() == pytest.approx(priority, nan_ok=True)
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
