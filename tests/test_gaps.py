import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.gaps import WEIGHTS, score, weighted_mean

PARTS = [*WEIGHTS]
quick = settings(deadline=None, max_examples=40)
points = st.floats(0, 100)
weights = st.fixed_dictionaries(dict.fromkeys(PARTS, st.floats(0, 10)))
cities = arrays.arrays(float, st.tuples(st.integers(1, 12), st.just(len(PARTS))), elements=points).map(
    lambda values: pd.DataFrame(values, columns=PARTS)
)


def test_by_hand():
    found = score(pd.DataFrame([(50, 50, 40, 40)], columns=PARTS, dtype=float)).iloc[0]
    assert (found["need"], found["supply"], found["gap"]) == pytest.approx((140 / 3, 60, 45))


def test_weights_by_hand():
    weights = {"connection": 2, "devices": 1, "circumstances": 0, "beyond_reach": 1}
    found = score(pd.DataFrame([(100, 40, 7, 20)], columns=PARTS, dtype=float), weights).iloc[0]
    assert (found["need"], found["gap"]) == pytest.approx((80, 65))


@quick
@given(cities, weights, st.sampled_from(PARTS[:-1]), points)
def test_more_need_never_lowers_the_gap(parts, weights, dimension, more):
    before, after = (
        score(parts, weights),
        score(parts.assign(**{dimension: (parts[dimension] + more).clip(upper=100)}), weights),
    )
    assert not (after["gap"] < before["gap"] - 1e-9).any()
    assert not (after["need"] < before["need"] - 1e-9).any()
    assert after["supply"].equals(before["supply"])


@quick
@given(cities, weights, points)
def test_more_supply_never_raises_the_gap_and_leaves_need_alone(parts, weights, more):
    nearer = parts.assign(beyond_reach=(parts["beyond_reach"] - more).clip(lower=0))
    before, after = score(parts, weights), score(nearer, weights)
    assert not (after["gap"] > before["gap"] + 1e-9).any()
    assert after["need"].equals(before["need"])


@quick
@given(cities, weights)
def test_a_copy_of_an_area_scores_the_same_and_changes_nobody(parts, weights):
    twice = score(pd.concat([parts, parts.iloc[:1]], ignore_index=True), weights)
    pd.testing.assert_frame_equal(twice.iloc[:-1], score(parts, weights))
    assert twice.iloc[-1].equals(twice.iloc[0].rename(twice.index[-1]))


@quick
@given(cities, weights, st.randoms(use_true_random=False))
def test_the_order_of_areas_changes_nothing(parts, weights, random):
    order = random.sample(range(len(parts)), len(parts))
    pd.testing.assert_frame_equal(score(parts.iloc[order], weights), score(parts, weights).iloc[order])


@quick
@given(cities, weights)
def test_scores_stay_between_0_and_100(parts, weights):
    found = score(parts, weights).stack().dropna()
    assert found.between(-1e-9, 100 + 1e-9).all()


def test_where_nothing_weighs_there_is_no_gap():
    found = score(pd.DataFrame([(50, 50, 40, 40)], columns=PARTS, dtype=float), dict.fromkeys(PARTS, 0.0)).iloc[0]
    assert np.isnan(found["need"])
    assert np.isnan(found["gap"])
    assert found["supply"] == 60


def test_a_part_of_no_weight_may_be_missing():
    assert weighted_mean(pd.DataFrame({"a": [10.0], "b": [np.nan]}), {"a": 1, "b": 0}).tolist() == [10]


@pytest.mark.parametrize("lacking", PARTS)
def test_a_dimension_that_the_snapshot_lacks_is_left_out(lacking):
    parts = pd.DataFrame([(100, 50, 60, 30)], columns=PARTS, dtype=float).drop(columns=lacking)
    found = score(parts).iloc[0]
    assert found["need"] == pytest.approx(parts.drop(columns="beyond_reach", errors="ignore").iloc[0].mean())
    if lacking == "beyond_reach":
        assert found[["supply", "gap"]].isna().all()
    else:
        assert found["gap"] == pytest.approx(parts.iloc[0].mean())


def test_without_any_need_there_is_supply_and_no_gap():
    found = score(pd.DataFrame({"beyond_reach": [30.0]})).iloc[0]
    assert found["supply"] == 70
    assert found[["need", "gap"]].isna().all()


@pytest.mark.parametrize("lacking", PARTS)
def test_a_dimension_that_one_area_lacks_leaves_only_that_area_without_a_gap(lacking):
    parts = pd.DataFrame([(100, 50, 60, 30), (10, 20, 30, 40)], columns=PARTS, dtype=float, index=["a", "b"])
    parts.loc["a", lacking] = np.nan
    found = score(parts)
    assert np.isnan(found.loc["a", "gap"])
    assert np.isnan(found.loc["a", "need"]) == (lacking != "beyond_reach")
    assert found.loc["b"].tolist() == pytest.approx([20, 60, 25])
