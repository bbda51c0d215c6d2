import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.areas import CITY, locate, members, nested, outlined
from geo.crs import METRES
from tests import city


@pytest.fixture(scope="module")
def tracts():
    return nested(city.tracts())


def test_lots_get_every_key_of_their_tract(tracts):
    found = locate(city.lots(), tracts)
    assert found["geoid"].tolist() == [city.A1, city.A1, city.A2, city.B1, city.B2, city.C1, city.C1]
    assert found["nta"].tolist() == ["BK0101"] * 3 + ["BK0102"] * 2 + ["QN0101"] * 2
    assert found["borough"].tolist() == ["Brooklyn"] * 5 + ["Queens"] * 2
    assert {*found["city"]} == {CITY}


def test_an_offshore_lot_belongs_to_the_nearest_tract(tracts):
    lots = gpd.GeoDataFrame(
        index=[5, 6, 7], geometry=city.points([(500, -30), (3020, 1500), (1500, 2400)]).to_numpy(), crs=tracts.crs
    )
    found = locate(lots, tracts)
    assert found["geoid"].to_dict() == {5: city.A1, 6: city.C2, 7: city.B2}


def test_a_lot_on_a_shared_edge_is_in_one_tract(tracts):
    lots = gpd.GeoDataFrame(geometry=[shapely.Point(tracts.geometry[0].exterior.coords[0])], crs=tracts.crs)
    assert len(locate(lots, tracts)) == 1


def test_members(tracts):
    assert members(tracts, "tracts", "ntas")[city.B2] == "BK0102"
    assert members(tracts, "ntas", "boroughs").to_dict() == {
        "BK0101": "Brooklyn",
        "BK0102": "Brooklyn",
        "QN0101": "Queens",
        "QN8101": "Queens",
    }
    assert members(tracts, "boroughs", "city").to_dict() == {"Brooklyn": CITY, "Queens": CITY}


@pytest.mark.parametrize(
    ("geography", "key", "keys", "km2"),
    [
        ("tracts", "geoid", sorted(city.TRACTS), [1] * 6),
        ("ntas", "nta", ["BK0101", "BK0102", "QN0101", "QN8101"], [2, 2, 1, 1]),
        ("boroughs", "borough", ["Brooklyn", "Queens"], [4, 2]),
        ("city", "city", [CITY], [6]),
    ],
)
def test_outlines_are_dissolved_and_named(tracts, geography, key, keys, km2):
    found = outlined(pd.DataFrame({"score": range(len(keys))}, index=keys), geography, tracts)
    assert found[key].tolist() == keys
    assert found["score"].tolist() == [*range(len(keys))]
    assert (found.geometry.to_crs(METRES).area / 1e6).tolist() == pytest.approx(km2, rel=1e-4)
    assert found.crs == tracts.crs
    assert {*found.geom_type} <= {"Polygon", "MultiPolygon"}


def test_an_nta_has_its_own_name(tracts):
    found = outlined(pd.DataFrame(index=["BK0101"]), "ntas", tracts)
    assert found[["name", "cdta_name", "borough"]].iloc[0].tolist() == [
        "Neighborhood BK0101",
        "District BK01",
        "Brooklyn",
    ]
    assert "nta_name" not in found
