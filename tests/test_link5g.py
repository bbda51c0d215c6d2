import math

import geopandas as gpd
import pytest
from pyproj import Transformer

from geo.crs import METRES, WGS84
from geo.link5g import (
    AMSTERDAM_AVENUE_M,
    FIRST_AVENUE_M,
    PROMISED_SHARE,
    TOLERANCE_M,
    above_96th_m,
    built,
    by_borough,
    share_that_counts,
)
from loaders import kiosks as kiosks_loader

KNOWN = {  # longitude, latitude of corners in Manhattan, and whether they are above 96th Street
    "Broadway and West 97th": (-73.9716, 40.7950, True),
    "Broadway and West 94th": (-73.9730, 40.7928, False),
    "Columbus Avenue and West 97th": (-73.9670, 40.7934, True),
    "Columbus Avenue and West 94th": (-73.9689, 40.7912, False),
    "Third Avenue and East 97th": (-73.9490, 40.7858, True),
    "Third Avenue and East 95th": (-73.9501, 40.7845, False),
    "York Avenue and East 92nd": (-73.9453, 40.7796, False),
    "First Avenue and East 111th": (-73.9377, 40.7925, True),
    "Marble Hill": (-73.9105, 40.8760, True),
    "Randalls Island": (-73.9223, 40.7932, True),
    "City Hall": (-74.0059, 40.7128, False),
    "Roosevelt Island": (-73.9510, 40.7610, False),
}


def sites(*rows):
    """Kiosks of rows (kind, borough, working, longitude, latitude)."""
    kinds, boroughs, working, x, y = zip(*rows, strict=True)
    named = {"site_id": [f"s{n}" for n in range(len(rows))], "kind": kinds, "borough": boroughs, "working": working}
    return gpd.GeoDataFrame(named, geometry=gpd.points_from_xy(x, y, crs=WGS84))


@pytest.mark.parametrize("corner", KNOWN)
def test_known_corners(corner):
    longitude, latitude, above = KNOWN[corner]
    assert (above_96th_m(gpd.GeoSeries(gpd.points_from_xy([longitude], [latitude], crs=WGS84)))[0] > 0) == above


def test_metres_are_at_right_angles_to_the_street():
    """Up the avenue by a block of 80 m, and along the street by any way."""
    (x0, y0), (x1, y1) = AMSTERDAM_AVENUE_M, FIRST_AVENUE_M
    length = math.hypot(x1 - x0, y1 - y0)
    up = (y0 - y1) / length, (x1 - x0) / length
    places = gpd.GeoSeries.from_xy(
        [x0, x1, x0 + 80 * up[0], x1 - 80 * up[0], 2 * x1 - x0], [y0, y1, y0 + 80 * up[1], y1 - 80 * up[1], 2 * y1 - y0]
    ).set_crs(METRES)
    assert above_96th_m(places.to_crs(WGS84)).tolist() == pytest.approx([0, 0, 80, -80, 0], abs=0.02)


def test_the_line_is_as_the_docstring_places_it():
    """Amsterdam Avenue and West 96th Street, by the degrees of a street map, within the tolerance."""
    x, y = Transformer.from_crs(WGS84, METRES, always_xy=True).transform(-73.97036, 40.79407)
    assert math.dist((x, y), AMSTERDAM_AVENUE_M) < TOLERANCE_M


def test_what_counts_by_hand():
    rows = built(
        sites(
            ("Link5G", "Queens", True, -73.80, 40.70),
            ("Link5G", "Staten Island", False, -74.10, 40.60),
            ("Link5G", "Manhattan", True, -73.9510, 40.8082),
            ("Link5G", "Manhattan", True, -74.0059, 40.7128),
            ("Link1.0", "Bronx", True, -73.90, 40.84),
            ("payphone", "Bronx", True, -73.90, 40.84),
        )
    )
    assert rows["counts"].tolist() == [True, True, True, False]
    assert rows["above_m"].isna().tolist() == [True, True, False, False]
    assert not rows["on_street"].any()
    assert by_borough(rows).to_dict("index") == {
        "Bronx": {"built": 0, "working": 0, "counts": 0},
        "Brooklyn": {"built": 0, "working": 0, "counts": 0},
        "Manhattan": {"built": 2, "working": 2, "counts": 1},
        "Queens": {"built": 1, "working": 1, "counts": 1},
        "Staten Island": {"built": 1, "working": 0, "counts": 1},
    }
    assert share_that_counts(rows) == 0.75


def test_on_the_street_the_side_decides_and_it_is_told():
    (x0, y0), step = AMSTERDAM_AVENUE_M, TOLERANCE_M - 1
    places = gpd.GeoSeries.from_xy([x0, x0], [y0 + step, y0 - step]).set_crs(METRES).to_crs(WGS84)
    rows = built(sites(*[("Link5G", "Manhattan", True, place.x, place.y) for place in places]))
    assert rows["counts"].tolist() == [True, False]
    assert rows["on_street"].all()


def test_nothing_built():
    rows = built(sites(("Link1.0", "Bronx", True, -73.90, 40.84)))
    assert rows.empty
    assert by_borough(rows)["built"].tolist() == [0] * 5
    assert math.isnan(share_that_counts(rows))


def test_the_real_file(real):
    """205 kiosks, 20 of them in Manhattan, of which three stand above 96th Street; none is near the line."""
    file = real / "links" / "linknyc_kiosk_locations_20251008.csv"
    rows = built(kiosks_loader.parse({"kiosks": file.read_bytes()}).table)
    assert by_borough(rows)["built"].to_dict() == {
        "Bronx": 30,
        "Brooklyn": 57,
        "Manhattan": 20,
        "Queens": 90,
        "Staten Island": 8,
    }
    assert (len(rows), int(rows["counts"].sum()), int(rows["on_street"].sum())) == (205, 188, 0)
    assert share_that_counts(rows) == pytest.approx(0.917, abs=5e-4)
    assert share_that_counts(rows) > PROMISED_SHARE
