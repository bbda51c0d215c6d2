import pandas as pd
import pytest

from geo.access import coordinates_m
from geo.method import radii, reach_column
from geo.supply import sites, supply, to_sites_m
from tests import city


def to_lots(tables):
    return to_sites_m(coordinates_m(city.lots().geometry), sites(tables))


@pytest.fixture(scope="module")
def metres():
    return to_lots(city.tables())


def tract_of_lots():
    return pd.Series([city.A1, city.A1, city.A2, city.B1, city.B2, city.C1, city.C1])


def test_only_what_works_and_is_open_to_all_counts():
    found = sites(city.tables())
    assert found["kiosk"]["site_id"].tolist() == ["k-live"]
    assert found["centre"]["facility_id"].tolist() == ["c-open"]
    assert [*sites(city.tables(without=("kiosks",)))] == ["centre"]


def test_distances_by_hand(metres):
    assert metres["kiosk"][0] == pytest.approx(100, abs=0.1)
    assert metres["centre"][5] == metres["any"][5] == pytest.approx(200, abs=0.1)
    assert (metres["any"] == metres[["kiosk", "centre"]].min(axis=1)).all()


def test_a_kind_that_is_absent_has_no_distance():
    assert [*to_lots(city.tables(without=("kiosks",)))] == ["centre", "any"]
    none = to_lots(city.tables(without=("kiosks", "facilities")))
    assert none.shape == (7, 0)


def test_the_walk_is_on_the_curve():
    assert radii(400.0) == (45, 100, 150, 300, 400, 800)
    assert radii(500.0) == (45, 100, 150, 300, 400, 500, 800)


def test_column_names():
    assert reach_column("any", 400.0) == "reach_400m_share"
    assert reach_column("kiosk", 45) == "kiosk_reach_45m_share"


def test_supply_by_hand(metres):
    found = supply(metres, city.lots()["residents"], tract_of_lots(), 400.0)
    assert found["residents"].to_dict() == {city.A1: 250, city.A2: 400, city.B1: 100, city.B2: 40, city.C1: 300}
    assert found["reach_share"].to_dict() == {city.A1: 0.6, city.A2: 0, city.B1: 0, city.B2: 0, city.C1: 1}
    assert found.loc[
        city.C1, ["kiosk_reach_400m_share", "centre_reach_400m_share", "centre_reach_150m_share"]
    ].tolist() == [0, 1, 0]


def test_a_wider_walk_reaches_more(metres):
    assert supply(metres, city.lots()["residents"], tract_of_lots(), 1000.0)["reach_share"][city.B1] == 1


def test_without_sites_reach_is_not_known():
    metres = to_lots({})
    found = supply(metres, city.lots()["residents"], tract_of_lots(), 400.0)
    assert found["residents"].notna().all()
    assert found.drop(columns="residents").isna().all(axis=None)
