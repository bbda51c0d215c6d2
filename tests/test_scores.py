"""The whole method on the made-up city, with numbers worked out by hand."""

from math import hypot, isnan, sqrt

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from geo import scores
from geo.errors import TableError
from geo.scores import score_city
from tests import city

NAN = float("nan")
PEOPLE = ["people_without_broadband", "people_left_out"]


def scored(**changes):
    return score_city(city.tables(**changes)).tables


@pytest.fixture(scope="module")
def by_tract():
    return scored()


@pytest.fixture(scope="module")
def by_nta():
    return scored(adoption=city.adoption_by_nta())


def column(table, name):
    return table[name].tolist()


def test_tracts_by_hand(by_tract):
    found = by_tract["tracts"]
    assert column(found, "geoid") == [*city.TRACTS]
    assert column(found, "need") == pytest.approx([140 / 3, 25, 100, NAN, 65, NAN], nan_ok=True)
    assert column(found, "supply") == pytest.approx([60, 0, 0, 0, 100, NAN], nan_ok=True)
    assert column(found, "gap") == pytest.approx([45, 43.75, 100, NAN, 48.75, NAN], nan_ok=True)
    assert column(found, "people_beyond_reach") == pytest.approx([100, 400, 100, 40, 0, NAN], nan_ok=True)
    assert column(found, "people_without_broadband") == pytest.approx([25, 0, 40, NAN, 60, NAN], nan_ok=True)
    assert column(found, "people_left_out") == pytest.approx([10, 0, 40, NAN, 0, NAN], nan_ok=True)
    assert column(found, "residents") == [250, 400, 100, 40, 300, 0]
    assert column(found, "note") == [
        None,
        None,
        None,
        "fewer than 30 households: too few to score",
        None,
        "no households: shares are not defined here; no residential lots here",
    ]


def test_an_nta_by_hand(by_tract):
    found = by_tract["ntas"].set_index("nta").loc["BK0101"]
    connection, devices = (10 / 300 / 0.2 + 0.2 / 0.4) * 50, 5 / 300 / 0.1 * 100
    circumstances = (50 / 650 / 0.5 + 125 / 650 / 0.25) * 50
    assert found["need"] == pytest.approx((connection + devices + circumstances) / 3)
    assert found["supply"] == pytest.approx(100 * 150 / 650)
    assert found["gap"] == pytest.approx((connection + devices + circumstances + 100 * 500 / 650) / 4)
    part, whole, p = hypot(10, 10), hypot(10, 10), 290 / 300
    assert found["no_broadband_moe_share"] == pytest.approx(sqrt(part**2 - p**2 * whole**2) / 300)


@pytest.mark.parametrize("survey", ["by_tract", "by_nta"])
def test_people_add_up_from_the_survey_to_the_city(survey, request):
    tables = request.getfixturevalue(survey)
    for people in PEOPLE:
        sums = [tables[name][people].sum() for name in ("ntas", "boroughs", "city")]
        assert sums == pytest.approx([sums[0]] * 3)
        if survey == "by_tract":
            assert tables["tracts"][people].sum() == pytest.approx(sums[0])


def test_people_by_borough_by_hand(by_tract):
    assert column(by_tract["boroughs"], "people_without_broadband") == pytest.approx([65, 60])
    assert column(by_tract["boroughs"], "people_left_out") == pytest.approx([50, 0])
    assert column(by_tract["city"], "people_without_broadband") == pytest.approx([125])


def test_need_of_the_city_by_hand(by_tract):
    connection = (50 / 470 / 0.2 + 125 / 470 / 0.4) * 50
    circumstances = (185 / 1090 / 0.5 + 195 / 1090 / 0.25) * 50
    assert column(by_tract["city"], "need") == pytest.approx([(connection + 20 / 470 / 0.1 * 100 + circumstances) / 3])


def test_margins_of_people_add_in_quadrature(by_tract):
    tracts = by_tract["tracts"].set_index("geoid")["people_without_broadband_moe"]
    zeros = tracts[[city.A2, city.B2]]
    by_hand = sqrt(tracts[city.A1] ** 2 + tracts[city.B1] ** 2 + zeros.max() ** 2)
    assert by_tract["boroughs"]["people_without_broadband_moe"][0] == pytest.approx(by_hand)


def test_by_nta_the_tracts_have_reach_and_say_why_they_have_no_need(by_nta):
    found = by_nta["tracts"]
    assert column(found, "supply") == pytest.approx([60, 0, 0, 0, 100, NAN], nan_ok=True)
    assert found[["need", "gap", *PEOPLE, "population"]].isna().all(axis=None)
    assert found["note"].str.startswith("the survey file of this snapshot is by NTA, not by tract").all()


def test_by_nta_need_by_hand(by_nta):
    found = by_nta["ntas"].set_index("nta")
    connection, devices = 10 / 300 / 0.2 * 100, 5 / 300 / 0.1 * 100
    circumstances = (30 / 650 / 0.5 + 125 / 650 / 0.25) * 50
    assert found["need"]["BK0101"] == pytest.approx((connection + devices + circumstances) / 3)
    assert found["no_fixed_broadband_share"].isna().all()


def test_a_park_without_margins_does_not_take_its_boroughs_margin_away(by_nta):
    ntas, boroughs = by_nta["ntas"].set_index("nta"), by_nta["boroughs"].set_index("borough")
    assert isnan(ntas["households_moe"]["QN8101"])
    assert boroughs["households_moe"]["Queens"] == city.MOE
    assert boroughs["no_broadband_moe_share"]["Queens"] == ntas["no_broadband_moe_share"]["QN0101"]


def test_by_nta_developments_take_the_need_of_the_nta(by_nta):
    found = by_nta["developments"].set_index("tds")
    assert found["need"]["002"] == pytest.approx(by_nta["ntas"].set_index("nta")["need"]["BK0101"])
    assert found["need_from"]["002"] == "NTAs"


def test_without_kiosks_supply_is_the_centres():
    assert column(scored(without=("kiosks",))["tracts"], "supply") == pytest.approx([0, 0, 0, 0, 100, NAN], nan_ok=True)


def test_without_any_site_there_is_need_and_no_gap():
    found = scored(without=("kiosks", "facilities"))
    assert column(found["tracts"], "need") == pytest.approx([140 / 3, 25, 100, NAN, 65, NAN], nan_ok=True)
    assert found["tracts"][["supply", "gap", "people_left_out"]].isna().all(axis=None)
    assert found["tracts"]["note"][0] == "no working public access is known"
    assert found["developments"]["supply"].isna().all()
    assert found["developments"]["supply"].isna().all()


def test_without_developments_there_is_no_such_table():
    assert "developments" not in scored(without=("developments",))


def test_a_value_that_one_tract_lacks_is_not_left_out_of_the_city():
    survey = city.adoption()
    survey.loc[0, "B28001_011E"] = NAN
    found = scored(adoption=survey)
    assert found["tracts"]["need"].notna().tolist() == [False, True, True, False, True, False]
    assert found["ntas"].set_index("nta")["need"].notna().to_dict() == {
        "BK0101": False,
        "BK0102": True,
        "QN0101": True,
        "QN8101": False,
    }
    assert isnan(found["city"]["need"][0])


def test_lots_without_residents_get_the_people_of_their_tract():
    found = score_city(city.tables(lots=city.lots(residents=False)))
    assert column(found.tables["tracts"], "residents") == [250, 400, 100, 40, 300, 0]
    assert found.tables["tracts"]["supply"][0] == 60
    assert found.notes == ()


def test_people_of_a_tract_without_lots_are_named():
    bare = city.lots(residents=False)
    found = score_city(city.tables(lots=bare[bare["bbl"] != "3000020001"]))
    assert found.notes[0].startswith("400 people live where no residential lot is known")
    assert found.tables["tracts"]["note"][1] == "no residential lots here"


def test_a_survey_of_a_part_of_the_city_is_refused():
    survey = city.adoption()
    with pytest.raises(TableError, match=f"1 of 6 tracts have no row, first {city.A2}; expected the whole city"):
        scored(adoption=survey[survey["place"] != city.A2])


def test_a_sum_of_people_is_unknown_where_a_tract_has_no_survey_row(monkeypatch):
    monkeypatch.setattr(scores, "MOST_UNSURVEYED", 0.5)
    survey = city.adoption()
    found = scored(adoption=survey[survey["place"] != city.A2])
    assert found["city"]["people_without_broadband"].isna().all()
    assert found["boroughs"]["people_left_out"].isna().sum() == 1


def test_lots_of_a_tract_that_the_survey_lacks_hold_an_unknown_number_of_people(monkeypatch):
    monkeypatch.setattr(scores, "MOST_UNSURVEYED", 0.5)
    survey = city.adoption()
    found = scored(lots=city.lots(residents=False), adoption=survey[survey["place"] != city.A2])["tracts"]
    assert isnan(found["residents"][1])
    assert isnan(found["people_beyond_reach"][1])
    assert found["note"][1] == (
        "the survey file has no row for this place; it is not known how many people live at the residential lots here"
    )


def test_lots_where_nobody_lives_say_so():
    lots = city.lots()
    lots.loc[2, "residents"] = 0.0
    found = scored(lots=lots)["tracts"]
    assert (found["residents"][1], found["note"][1]) == (0, "nobody lives at the residential lots here")


def test_the_order_of_rows_changes_nothing(by_tract):
    tables = city.tables()
    backwards = {name: table.iloc[::-1].reset_index(drop=True) for name, table in tables.items()}
    found = score_city(backwards).tables
    for name, table in by_tract.items():
        key = table.columns[0]
        pd.testing.assert_frame_equal(
            found[name].sort_values(key, ignore_index=True).drop(columns="geometry"), table.drop(columns="geometry")
        )


def test_what_is_given_is_not_changed():
    tables, copies = city.tables(), city.tables()
    score_city(tables)
    for name, copy in copies.items():
        assert_geodataframe_equal(tables[name], copy) if "geometry" in copy else pd.testing.assert_frame_equal(
            tables[name], copy
        )
