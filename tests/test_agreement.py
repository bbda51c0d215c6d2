import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scipy.stats

from app import build, freshness
from geo import agreement as module
from geo.agreement import COVERED, FEWEST, RESAMPLES, across, agreement, spearman
from geo.crs import WGS84
from geo.scores import score_city
from geo.tables import MASTER_PLAN_VINTAGE
from tests import city, survey
from tests.snapshots import NOW, small

NAN = float("nan")
WEST, EAST = (0, 0, 1200, 2000), (1200, 0, 3000, 2000)


def plan(west=0.8, east=0.6):
    """Two NTAs of 2010, side by side: the western one holds A1 and B1 with a strip of A2 and B2 without lots."""
    rows = pd.DataFrame(
        {
            "code": ["BK01", "QN01"],
            "name": ["West", "East"],
            "home_adoption_share": [west, east],
            "mobile_adoption_share": [NAN, NAN],
            "households": [100.0, 100.0],
        }
    )
    return gpd.GeoDataFrame(rows, geometry=city.boxes([WEST, EAST]).to_numpy(), crs=WGS84)


def yardstick(table):
    return score_city(city.tables(master_plan=table)).yardstick


def test_residents_carry_the_old_areas_over():
    """BK0101: 250 people in the west, 400 in the east; BK0102: 100 and 40; QN0101 all in the east; a park has none."""
    assert yardstick(plan()).to_dict() == pytest.approx(
        {"BK0101": (250 * 0.2 + 400 * 0.4) / 650, "BK0102": (100 * 0.2 + 40 * 0.4) / 140, "QN0101": 0.4}
    )


def test_what_is_known_of_too_few_residents_is_not_known():
    assert yardstick(plan(west=NAN)).to_dict() == pytest.approx(
        {"BK0101": NAN, "BK0102": NAN, "QN0101": 0.4}, nan_ok=True
    )


def test_without_a_plan_there_is_no_yardstick():
    assert score_city(city.tables()).yardstick is None


@pytest.mark.parametrize(("people", "value"), [((80, 20), 0.3), ((79, 21), NAN), ((NAN, 20), NAN), ((0, 0), NAN)])
def test_four_fifths_are_enough(people, value):
    assert COVERED == 0.8
    found = across(pd.Series([0.3, NAN]), np.array([0, 1]), pd.Series(["a", "a"]), pd.Series(people, dtype=float))
    assert found.to_dict() == pytest.approx({"a": value}, nan_ok=True)


def test_spearman_against_scipy_with_ties():
    random = np.random.default_rng(1)
    one, other = random.integers(6, size=(20, 30)), random.integers(6, size=(20, 30))
    theirs = [scipy.stats.spearmanr(a, b).statistic for a, b in zip(one, other, strict=True)]
    assert spearman(one, other) == pytest.approx(theirs)


def test_spearman_by_hand():
    assert spearman(np.array([[1, 2, 3, 4, 5]]), np.array([[2, 1, 4, 3, 5]])) == pytest.approx([1 - 6 * 4 / 120])
    assert spearman(np.array([[1, 1, 1]]), np.array([[1, 2, 3]])).tolist() == [0]


@pytest.fixture(scope="module")
def scored():
    return survey.scored(survey.adoption(80))


def test_the_same_order_is_1_and_the_reverse_is_minus_1(scored):
    areas, basis = scored
    same = agreement(areas, basis, areas["need"] / 100, seed=1)
    assert same["need"] == pytest.approx({"rho": 1, "low": 1, "high": 1})
    reverse = agreement(areas, basis, -areas["need"], seed=1)
    assert reverse["need"] == pytest.approx({"rho": -1, "low": -1, "high": -1})
    assert same["vintage"] == MASTER_PLAN_VINTAGE
    assert [*same] == ["with", "vintage", "n", "need", "no_broadband", "no_fixed_broadband"]
    assert same["n"] == areas["need"].notna().sum()


def test_noise_agrees_with_nothing_and_the_interval_says_so(scored):
    areas, basis = scored
    noise = pd.Series(np.random.default_rng(3).random(len(areas)), index=areas.index)
    found = agreement(areas, basis, noise, seed=1)["need"]
    assert found["low"] < 0 < found["high"]
    assert found["low"] < found["rho"] < found["high"]
    width = 2 * 1.645 / np.sqrt(areas["need"].notna().sum())
    assert found["high"] - found["low"] == pytest.approx(width, rel=0.25)
    assert RESAMPLES >= 1000


def test_the_seed_decides_and_the_order_of_rows_does_not_move_rho(scored):
    areas, basis = scored
    noise = pd.Series(np.random.default_rng(3).random(len(areas)), index=areas.index)
    assert agreement(areas, basis, noise, seed=1) == agreement(areas, basis, noise, seed=1)
    shuffled = agreement(areas.sample(frac=1, random_state=2), basis, noise, seed=1)
    assert shuffled["need"]["rho"] == agreement(areas, basis, noise, seed=2)["need"]["rho"]


def test_few_areas_are_not_compared(scored):
    areas, basis = scored
    known = areas.index[areas["need"].notna()][: FEWEST - 1]
    assert agreement(areas, basis, areas["need"].loc[known], seed=1) is None


def test_a_snapshot_tells_of_the_agreement_and_a_new_scoring_keeps_it(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FEWEST", 3)
    first = small(tmp_path, master_plan=plan())
    found = first.manifest["findings"]["agreement"]
    assert (found["n"], found["vintage"]) == (3, MASTER_PLAN_VINTAGE)
    again = build.rescore(first, tmp_path, 400.0, lambda step: None, NOW)
    assert again.manifest["findings"]["agreement"] == found
    assert not [line for line in freshness.remarks(again.manifest) if "yardstick" in line]


def test_without_it_the_snapshot_says_so_in_a_line(own):
    assert "agreement" not in own.manifest["findings"]
    assert len([line for line in freshness.remarks(own.manifest) if line.startswith("no yardstick: need is not")]) == 1
