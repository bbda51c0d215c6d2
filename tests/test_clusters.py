import itertools
import warnings
from math import comb

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.clusters import clusters, contiguity, local_moran
from geo.errors import TableError
from tests import city

NAN = float("nan")
SIDE = 5
FEW = {"seed": 7, "permutations": 999}
HOT = {"01", "10", "11"}
"""Areas of the hot corner whose neighbours are hot more often than chance can tell."""


def grid(side=SIDE, across=None):
    """Square areas, row by row from the south-west: `00`, `01` …"""
    cells = [(east, north) for north in range(side) for east in range(across or side)]
    outlines = city.boxes(
        [(1000 * east, 1000 * north, 1000 * east + 1000, 1000 * north + 1000) for east, north in cells]
    )
    return outlines.set_axis(pd.Index([f"{north}{east}" for east, north in cells]))


def hot_corner():
    """Need of 90 in the nine areas of the south-western corner, of about 10 elsewhere."""
    outlines = grid()
    return pd.Series([90.0 if max(key) <= "2" else 10.0 + int(key) % 4 for key in outlines.index], outlines.index)


def neighbours_of(weights, index):
    return {key: {index[other] for other in weights[[row]].indices} for row, key in enumerate(index)}


def test_areas_touch_at_edges_and_corners():
    outlines = grid()
    weights = contiguity(outlines)
    found = neighbours_of(weights, outlines.index)
    assert found["00"] == {"01", "10", "11"}
    assert found["12"] == {"01", "02", "03", "11", "13", "21", "22", "23"}
    assert weights.sum(axis=1) == pytest.approx(np.ones(25))
    assert weights[[0]].data == pytest.approx([1 / 3] * 3)


def test_an_area_of_several_parts_touches_with_each():
    apart = city.boxes([(0, 0, 1, 1), (1, 1, 2, 2), (5, 0, 6, 1), (9, 9, 10, 10)])
    outlines = gpd.GeoSeries([shapely.union_all([apart[0], apart[2]]), *city.boxes([(6, 0, 7, 1)]), *apart[[1, 3]]])
    assert neighbours_of(contiguity(outlines), outlines.index) == {0: {1, 2}, 1: {0}, 2: {0}, 3: set()}


def test_a_hot_corner_is_high_among_high():
    """
    Of the 24 others 8 are hot. Three neighbours are all hot by chance in 1 of 36 draws, too often among 25 areas; five
    in 1 of 759; eight in 1 of 735,471.
    """
    found = clusters(hot_corner(), grid(), seed=7)
    assert found.loc["00", "p_value"] == pytest.approx(comb(8, 3) / comb(24, 3), abs=0.006)
    assert found.loc["01", "p_value"] == pytest.approx(comb(8, 5) / comb(24, 5), abs=0.0015)
    assert found.loc["11", "p_value"] == 1 / 10_000
    assert {*found.index[found["label"] == "high among high"]} == HOT
    assert {*found["label"]} == {"high among high", "not significant"}
    assert found["label_survival_share"].isna().all()
    assert found["note"].isna().all()
    assert list(found) == ["local_moran", "p_value", "label", "label_survival_share", "note"]


def test_local_moran_by_hand():
    """Values 1, 2, 6 in a row lie -2, -1, 3 from their mean, squares sum to 14; lags are -1, 1/2, -1; n - 1 is 2."""
    outlines = grid(1, 3)
    found = clusters(pd.Series([1.0, 2.0, 6.0], outlines.index), outlines, **FEW)
    assert found["local_moran"].tolist() == pytest.approx([2 * 2 / 14, -0.5 * 2 / 14, -3 * 2 / 14])


def test_every_label_has_its_place():
    """A high western half and a low eastern one, with one odd area deep inside each."""
    outlines, east = grid(12).reset_index(drop=True), np.indices((12, 12))[1]
    values = np.where(east < 6, 50.0, 10.0) + np.random.default_rng(3).normal(0, 1, (12, 12))
    values[6, 2], values[6, 9] = 12.0, 48.0
    label = clusters(pd.Series(values.ravel()), outlines, seed=7)["label"].to_numpy().reshape(12, 12)
    assert label[1, 1] == "high among high"
    assert label[1, 10] == "low among low"
    assert label[6, 2] == "low among high"
    assert label[6, 9] == "high among low"


@pytest.mark.parametrize("value", [0.0, 0.1, 7.0])
def test_a_constant_surface_has_no_label(value):
    outlines = grid()
    found = clusters(pd.Series(value, outlines.index), outlines, np.full((3, 25), value), **FEW)
    assert found["label"].tolist() == [None] * 25
    assert found[["local_moran", "p_value", "label_survival_share"]].isna().all(axis=None)
    assert {*found["note"]} == {"every place has the same value"}


def test_equal_values_are_no_evidence():
    """All but one area are equal: nearly every permutation ties with what is seen."""
    outlines = grid()
    values = pd.Series(0.1, outlines.index)
    values["22"] = 0.7
    found = clusters(values, outlines, **FEW)
    assert {*found["label"]} == {"not significant"}
    assert found.loc["22", "p_value"] == 1
    assert (found["p_value"] > 0.3).sum() == 25


def test_places_without_a_value_or_a_neighbour_say_so():
    outlines, values = grid(), hot_corner()
    values[["01", "10", "11"]] = NAN
    found = clusters(values, outlines, np.tile(values, (4, 1)), **FEW)
    assert found.loc["01", "note"] == "this place has no value to compare"
    assert found.loc["00", "note"] == "no neighbour of this place has a value"
    assert found.loc[["00", "01"], "label"].tolist() == [None, None]
    assert found.loc[["00", "01"], ["local_moran", "p_value", "label_survival_share"]].isna().all(axis=None)
    assert found.loc["44", "note"] is None
    assert found.loc["44", "label_survival_share"] == 1


def test_a_park_is_left_out_before_neighbours_are_looked_for():
    outlines, values = grid(), hot_corner()
    values["44"] = NAN
    pd.testing.assert_frame_equal(
        clusters(values, outlines, **FEW).drop("44"), clusters(values.drop("44"), outlines.drop("44"), **FEW)
    )


@settings(deadline=None, max_examples=15)
@given(st.permutations(range(25)))
def test_the_order_of_rows_changes_nothing(order):
    outlines, values = grid(), hot_corner()
    values["44"] = NAN
    draws = values.to_numpy() + np.random.default_rng(5).normal(0, 20, (10, 25))
    expected = clusters(values, outlines, draws, seed=7, permutations=199)
    found = clusters(values.iloc[order], outlines.iloc[order], draws[:, order], seed=7, permutations=199)
    pd.testing.assert_frame_equal(found, expected.iloc[order], check_exact=True)


def test_the_same_seed_gives_the_same_answer_and_another_nearly_so():
    values, outlines = hot_corner(), grid()
    one, same, other = (clusters(values, outlines, seed=seed) for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(one, same, check_exact=True)
    assert not one["p_value"].equals(other["p_value"])
    assert one["p_value"].to_numpy() == pytest.approx(other["p_value"].to_numpy(), abs=0.03)


def test_labels_survive_draws_that_change_little_and_not_those_that_change_all():
    values, outlines = hot_corner(), grid()
    rng = np.random.default_rng(6)
    steady = clusters(values, outlines, values.to_numpy() + rng.normal(0, 0.1, (20, 25)), **FEW)
    adrift = clusters(values, outlines, values.to_numpy() + rng.normal(0, 1000, (20, 25)), **FEW)
    hot = steady["label"] == "high among high"
    assert {*hot.index[hot]} == HOT
    assert steady.loc[hot, "label_survival_share"].min() >= 0.9
    assert adrift.loc[hot, "label_survival_share"].max() <= 0.2
    assert adrift["label"].equals(steady["label"])


def test_a_draw_is_labelled_as_if_it_were_the_estimate():
    values, outlines = hot_corner(), grid()
    draws = values.to_numpy() + np.random.default_rng(8).normal(0, 25, (6, 25))
    alone = [clusters(pd.Series(draw, outlines.index), outlines, **FEW)["label"] for draw in draws]
    found = clusters(values, outlines, draws, **FEW)
    expected = pd.concat(alone, axis=1).eq(found["label"], axis=0).mean(axis=1)
    assert found["label_survival_share"].tolist() == expected.tolist()
    assert found["label_survival_share"].between(0.01, 0.99).any()


def test_where_the_error_is_not_known_survival_is_not_either():
    values, outlines = hot_corner(), grid()
    draws = np.tile(values, (5, 1))
    draws[:, 1] = NAN
    found = clusters(values, outlines, draws, **FEW)
    assert np.isnan(found.loc["01", "label_survival_share"])
    assert found.loc["01", "note"] == "the error of the value is not known here"
    assert found.loc["01", "label"] == "high among high"
    assert (found["label_survival_share"].drop("01") == 1).all()


def test_p_values_agree_with_every_possible_neighbourhood():
    """14 areas in two rows: all choices of up to 5 neighbours among 13 can be counted."""
    outlines = grid(2, 7)
    values = np.random.default_rng(9).normal(0, 1, 14)
    weights = contiguity(outlines)
    _, p_value, _ = local_moran(values[:, None], weights, seed=7)
    for area in range(14):
        around = values[weights[[area]].indices]
        others = np.delete(values, area)
        means = np.array([np.mean(chosen) for chosen in itertools.combinations(others, len(around))])
        exact = min((means >= around.mean() - 1e-9).mean(), (means <= around.mean() + 1e-9).mean())
        assert p_value[area, 0] == pytest.approx(exact, abs=4.5 * np.sqrt(exact / 9_999) + 1e-4)


def test_agrees_with_esda():
    """Two clusters of need on a 10 × 10 grid with a hole, all values different, in a made-up order."""
    moran = pytest.importorskip("esda.moran", reason="the package esda is not installed")
    spatial = pytest.importorskip("libpysal.weights")
    outlines = grid(10).drop(["44", "45", "99"])
    random = np.random.default_rng(10)
    values = pd.Series(random.normal(0, 1, 97) + [3.0 * (max(key) <= "3") for key in outlines.index], outlines.index)
    weights = contiguity(outlines)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The alternative hypothesis for conditional", DeprecationWarning)
        theirs = moran.Moran_Local(
            values.to_numpy(), spatial.WSP(weights.tocsr()).to_W(silence_warnings=True), permutations=9_999, seed=1
        )
    ours = clusters(values, outlines, seed=7)
    assert ours["local_moran"].to_numpy() == pytest.approx(theirs.Is, abs=1e-9)
    error = np.sqrt(theirs.p_sim * (1 - theirs.p_sim) * 2 / 9_999)
    assert (np.abs(ours["p_value"] - theirs.p_sim) <= 4.5 * error + 2e-4).all()
    quadrants = {1: "high among high", 2: "low among high", 3: "low among low", 4: "high among low"}
    labelled = (ours["label"] != "not significant").to_numpy()
    assert labelled.sum() >= 9
    assert ours["label"][labelled].tolist() == [quadrants[number] for number in theirs.q[labelled]]


def test_queen_contiguity_agrees_with_libpysal():
    spatial = pytest.importorskip("libpysal.weights", reason="the package libpysal is not installed")
    outlines = grid(6).drop(["22", "23", "50"])
    theirs = spatial.Queen.from_dataframe(outlines.to_frame("geometry").set_geometry("geometry"), use_index=True)
    found = neighbours_of(contiguity(outlines), outlines.index)
    assert found == {key: {*around} for key, around in theirs.neighbors.items()}


@pytest.mark.parametrize("broken", ["other keys", "a key twice", "too few columns"])
def test_inputs_that_do_not_fit_are_refused(broken):
    values, outlines, draws = hot_corner(), grid(), np.zeros((3, 25))
    if broken == "other keys":
        outlines = outlines.rename({"00": "zz"})
    elif broken == "a key twice":
        values, outlines = values.rename({"00": "01"}), outlines.rename({"00": "01"})
    else:
        draws = draws[:, :24]
    with pytest.raises(TableError, match="other keys or repeat one" if "key" in broken else "a column for each of 25"):
        clusters(values, outlines, draws, **FEW)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_handful_of_places_has_no_clusters(count):
    outlines = grid().iloc[:count]
    found = clusters(pd.Series(np.arange(count, dtype=float), outlines.index), outlines, **FEW)
    assert len(found) == count
    assert {*found["label"]} <= {None, "not significant"}
