"""Study areas on the made-up city, by hand; and whole areas, which give what is published of them."""

from math import hypot, isnan, sqrt

import numpy as np
import pandas as pd
import pytest
import shapely

from geo import studyarea
from geo.method import WALK_M
from geo.ranks import NO_MARGIN
from geo.scores import score_city
from loaders import store
from tests import city

A1, A2, B1, B2, C1, C2 = city.TRACTS
NONE = {"need_low", "need_high", "gap_low", "gap_high", "interval_note"}
KEYS = {"tracts": "geoid", "ntas": "nta", "cdtas": "cdta", "boroughs": "borough", "city": "city"}


def outline(*bounds):
    """Rectangles of the made-up city, metres west, south, east and north, as one shape."""
    return shapely.union_all(city.boxes([*bounds]).to_numpy())


@pytest.fixture(scope="module")
def by_tract():
    return studyarea.ground(city.tables(), WALK_M)


@pytest.fixture(scope="module")
def by_nta():
    return studyarea.ground(city.tables(adoption=city.adoption_by_nta()), WALK_M)


def same(published, row, names=None):
    """Whether every number of `row` is what is published, intervals apart: those are drawn."""
    for name in names or {*row} & {*published.index} - NONE:
        here, there = row[name], published[name]
        if isinstance(here, float | np.floating):
            assert here == pytest.approx(there, rel=1e-9, nan_ok=True), name
        else:
            assert here == there or (here is None and not isinstance(there, str)), name


def test_a_part_of_a_tract_by_hand(by_tract):
    found = studyarea.study(by_tract, outline((0, 0, 500, 1000)))  # one of two lots: 150 of 250 residents
    assert found.parts.to_dict("index") == {A1: {"share": 0.6, "residents": 150.0, "by_ground": False}}
    row = found.row
    assert (row["residents"], row["population"], row["households"]) == pytest.approx((150, 150, 60))
    assert (row["population_moe"], row["households_moe"]) == pytest.approx((6, 6))
    assert row["no_broadband_share"] == pytest.approx(0.1)
    assert row["no_broadband_moe_share"] == pytest.approx(sqrt(6**2 - 0.9**2 * 6**2) / 60)
    assert row["people_without_broadband"] == pytest.approx(0.6 * 25)
    assert [row[f"reach_{radius}m_share"] for radius in (45, 150, 400)] == [0, 1, 1]
    assert (row["supply"], row["people_beyond_reach"], row["people_left_out"]) == (100, 0, 0)
    assert row["need"] == pytest.approx(140 / 3)  # people of a tract are alike


def test_margins_of_several_parts_by_hand(by_tract):
    row = studyarea.study(by_tract, outline((500, 0, 1600, 1000))).row  # 100 of 250 residents of A1, all of A2
    assert (row["population"], row["population_moe"]) == pytest.approx((0.4 * 250 + 400, hypot(4, 10)))
    assert row["no_computer_share"] == pytest.approx(2 / 240)
    part, whole, p = hypot(4, 5), hypot(4, 10), 2 / 240  # no computer: 0.4 of 5 ± 10, and 0 ± 5
    assert row["no_computer_moe_share"] == pytest.approx(sqrt(part**2 - p**2 * whole**2) / 240)
    assert row["people_left_out"] == pytest.approx(0.4 * 25)  # those inside A1 are all beyond reach; A2 has none
    assert row["residents"] == row["people_beyond_reach"] == 500


def test_only_the_largest_margin_of_zeros_counts(by_tract):
    inside = outline((1000, 0, 2000, 1000), (2000, 1000, 3000, 2000))  # A2 and the park: nobody without a computer
    row = studyarea.study(by_tract, inside).row
    assert row["no_computer_moe_share"] == pytest.approx(5 / 200)
    assert row["households_moe"] == pytest.approx(hypot(10, 5))


def test_ground_stands_for_people_where_nobody_lives(by_tract):
    found = studyarea.study(by_tract, outline((1000, 0, 2000, 1000), (2000, 1000, 2500, 2000)))
    assert found.parts.loc[C2, ["share", "by_ground"]].tolist() == [pytest.approx(0.5, abs=1e-4), True]
    assert found.row["households_moe"] == pytest.approx(hypot(10, 2.5), rel=1e-4)


def test_slivers_of_empty_ground_are_not_inside(by_tract):
    assert C2 not in studyarea.study(by_tract, outline((0, 0, 3000, 1000.5))).parts.index
    assert studyarea.study(by_tract, outline((2000, 1000.5, 3000, 2000))).parts["share"].to_dict() == {C2: 1.0}


def test_a_park_has_nobody(by_tract):
    row = studyarea.study(by_tract, outline((2000, 1000, 3000, 2000))).row
    assert (row["population"], row["residents"]) == (0, 0)
    assert isnan(row["need"]) and isnan(row["people_left_out"])
    assert row["note"] == "no households: shares are not defined here; no residential lots here"


def test_people_of_areas_too_small_to_score_are_told(by_tract):
    row = studyarea.study(by_tract, outline((0, 1000, 2000, 2000))).row
    assert (row["people_without_broadband"], row["people_left_out"]) == pytest.approx((40, 40))
    assert row["note"] == "40 people live in areas too small to score and are not in the counts"
    assert row["need"] > 0
    alone = studyarea.study(by_tract, outline((1000, 1000, 2000, 2000))).row
    assert isnan(alone["need"]) and isnan(alone["people_without_broadband"])
    assert alone["note"] == "fewer than 30 households: too few to score"


def test_somewhere_else_there_is_nothing(by_tract):
    found = studyarea.study(by_tract, outline((5000, 5000, 6000, 6000)))
    assert found.parts.empty
    assert (found.row["population"], found.row["residents"]) == (0, 0)


def test_a_lot_on_the_edge_is_inside(by_tract):
    places = by_tract.places[by_tract.area == by_tract.homes.index.get_loc(A1)]
    west, east = places[:, 0].min(), places[:, 0].max()
    level = places[:, 1].mean()
    inside = studyarea.lots_inside(by_tract, shapely.box(west, level - 0.001, east, level + 0.001))
    assert by_tract.people[inside].tolist() == [150, 100]


@pytest.mark.parametrize("survey", ["by_tract", "by_nta"])
def test_parts_add_up_to_the_whole(survey, request):
    ground = request.getfixturevalue(survey)
    whole = studyarea.study(ground, outline((0, 0, 3000, 2000))).row
    for east in (300, 1000, 1700, 2600):
        parts = [studyarea.study(ground, outline(box)).row for box in ((0, 0, east, 2000), (east, 0, 3000, 2000))]
        for name in ("population", "households", "residents"):
            assert sum(part[name] for part in parts) == pytest.approx(whole[name]), (name, east)


@pytest.mark.parametrize(
    ("survey", "geography"),
    [(survey, name) for survey in ("by_tract", "by_nta") for name in KEYS if (survey, name) != ("by_nta", "tracts")],
)
def test_whole_areas_of_the_made_up_city_give_what_is_published(survey, geography, request):
    changes = {"adoption": city.adoption_by_nta()} if survey == "by_nta" else {}
    scored = score_city(city.tables(**changes)).tables[geography]
    for _, published in scored.iterrows():
        row = studyarea.study(request.getfixturevalue(survey), published.geometry).row
        same(published, row, {*row} & {*scored} - NONE - ({"note"} if published["households"] < 30 else set()))


def test_without_margins_there_is_need_and_no_interval():
    survey = city.adoption()
    survey[[name for name in survey if name.endswith("M")]] = float("nan")
    row = studyarea.study(studyarea.ground(city.tables(adoption=survey), WALK_M), outline((0, 0, 1000, 1000))).row
    assert row["need"] == pytest.approx(140 / 3)
    assert isnan(row["need_low"]) and isnan(row["people_left_out_moe"])
    assert row["interval_note"] == NO_MARGIN


def test_without_sites_reach_is_not_known():
    ground = studyarea.ground(city.tables(without=("kiosks", "facilities")), WALK_M)
    row = studyarea.study(ground, outline((0, 0, 1000, 1000))).row
    assert isnan(row["reach_share"]) and isnan(row["gap"]) and isnan(row["people_left_out"])
    assert row["people_without_broadband"] == pytest.approx(25)
    assert row["note"] == "no working public access is known"


def test_lots_without_residents_have_those_of_the_survey():
    row = studyarea.study(
        studyarea.ground(city.tables(lots=city.lots(residents=False)), WALK_M), outline((0, 0, 500, 1000))
    )
    assert row.row["residents"] == pytest.approx(150)


def test_an_area_that_was_not_surveyed_makes_counts_unknown():
    survey = city.adoption()
    survey.loc[survey["place"] == A1, survey.columns[2:]] = float("nan")
    ground = studyarea.ground(city.tables(adoption=survey), WALK_M)
    row = studyarea.study(ground, outline((0, 0, 2000, 1000))).row
    assert isnan(row["population"]) and isnan(row["need"]) and isnan(row["people_without_broadband"])
    assert row["residents"] == 650
    assert row["note"] == "the survey file has no row for this place"


@pytest.fixture(scope="module")
def sample(sample_var):
    snapshot = store.current(sample_var)
    tables = {name: snapshot.table(name) for name in ("tracts", "adoption", "lots", "kiosks", "facilities")}
    return snapshot, studyarea.ground(tables, snapshot.manifest["method"]["walk_m"])


def published(snapshot, geography):
    """The scored areas, outlines as they are served: rounded to 11 cm."""
    frame = snapshot.table(f"scores/{geography}").set_index(KEYS[geography])
    return frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), lambda degrees: degrees.round(6)))


def test_whole_neighborhoods_of_the_sample_give_what_is_published(sample):
    snapshot, ground = sample
    for _, area in published(snapshot, "ntas").iloc[::9].iterrows():
        row = studyarea.study(ground, shapely.make_valid(area.geometry)).row
        same(area, row)
        assert isnan(row["need_low"]) == isnan(area["need_low"])
        if area["need_low"] > 0:  # both are drawn: 90 % intervals of 2,000 draws
            width = area["need_high"] - area["need_low"]
            assert [row["need_low"], row["need_high"]] == pytest.approx(
                [area["need_low"], area["need_high"]], abs=width / 8
            )


@pytest.mark.parametrize("geography", ["boroughs", "city"])
def test_boroughs_and_the_city_give_what_is_published(sample, geography):
    snapshot, ground = sample
    for name, area in published(snapshot, geography).iterrows():
        if name not in ("Bronx", "Manhattan"):
            same(area, studyarea.study(ground, shapely.make_valid(area.geometry)).row)


def test_marble_hill_is_of_a_neighborhood_in_the_bronx_and_on_the_ground_in_manhattan(sample):
    """Published counts of a borough are those of its NTAs; an outline has what is in it."""
    snapshot, ground = sample
    boroughs = published(snapshot, "boroughs")
    rows = {name: studyarea.study(ground, boroughs.geometry[name]).row for name in ("Bronx", "Manhattan")}
    for name in ("population", "households", "people_without_broadband", "people_left_out"):
        assert sum(row[name] for row in rows.values()) == pytest.approx(boroughs.loc[[*rows], name].sum())
        assert rows["Bronx"][name] < boroughs.at["Bronx", name]
    for name, row in rows.items():
        same(boroughs.loc[name], row, ["residents", "reach_share", "people_beyond_reach"])
    ntas = published(snapshot, "ntas")
    for name in rows:
        together = shapely.coverage_union_all(ntas.geometry[ntas["borough"] == name].to_numpy())
        same(boroughs.loc[name], studyarea.study(ground, together).row, ["population", "need", "people_left_out_moe"])


def test_lots_inside_are_those_that_geometry_finds(sample):
    _, ground = sample
    middle = np.array([-73.95, 40.7])
    for turn, (wide, high) in enumerate(((0.02, 0.01), (0.08, 0.002), (0.3, 0.25))):
        angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
        star = (
            middle
            + np.column_stack([wide * np.cos(angles + turn), high * np.sin(angles)])
            * (1 + 0.3 * np.cos(7 * angles))[:, None]
        )
        shape = shapely.make_valid(shapely.Polygon(star))
        shapely.prepare(shape)
        expected = np.flatnonzero(shapely.intersects_xy(shape, ground.places))
        assert np.array_equal(np.sort(studyarea.lots_inside(ground, shape)), expected)


def test_what_is_prepared_is_small(sample):
    _, ground = sample
    arrays = (ground.places, ground.people, ground.area, ground.first, *ground.rings.values())
    assert sum(array.nbytes for array in arrays) < 40 * 2**20
    assert isinstance(ground.survey, pd.DataFrame)
