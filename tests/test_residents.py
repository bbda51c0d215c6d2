import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.residents import STEPS, spread

quick = settings(deadline=None, max_examples=40)
lots = st.lists(st.tuples(st.integers(1, 5000), st.sampled_from(["a", "b", "c"])), min_size=1, max_size=60)
people = st.fixed_dictionaries({"a": st.integers(0, 30_000), "b": st.integers(0, 30_000), "c": st.integers(0, 150_000)})


def given_as(lots):
    units, tract = zip(*lots, strict=True)
    return pd.Series(units), pd.Series(tract)


def test_by_hand():
    found = spread(pd.Series([75, 50]), pd.Series(["a", "a"]), pd.Series({"a": 250}))
    assert found.tolist() == [150, 100]


def test_thirds_go_by_largest_remainder_and_ties_in_order():
    found = spread(pd.Series([1, 1, 1]), pd.Series(["a"] * 3), pd.Series({"a": 1}))
    assert (found * STEPS).tolist() == [342, 341, 341]


@quick
@given(lots, people, st.randoms(use_true_random=False))
def test_each_tract_adds_up_exactly_in_any_order(lots, people, random):
    units, tract = given_as(lots)
    found = spread(units, tract, pd.Series(people))
    assert (found >= 0).all()
    for name, rows in found.groupby(tract):
        shuffled = rows.tolist()
        random.shuffle(shuffled)
        assert sum(shuffled) == rows.sum() == people[name]


@quick
@given(lots, people)
def test_a_lot_is_within_a_step_of_its_share(lots, people):
    units, tract = given_as(lots)
    found = spread(units, tract, pd.Series(people))
    exact = units / units.groupby(tract).transform("sum") * tract.map(people)
    assert (found - exact).abs().max() <= 1 / STEPS


@quick
@given(lots, people, st.randoms(use_true_random=False))
def test_the_order_of_lots_changes_nothing_but_ties(lots, people, random):
    units, tract = given_as(lots)
    order = random.sample(range(len(lots)), len(lots))
    found, shuffled = (
        spread(units.iloc[rows], tract.iloc[rows], pd.Series(people)) for rows in (range(len(lots)), order)
    )
    dealt = [pd.DataFrame({"tract": tract, "units": units, "people": rows}) for rows in (found, shuffled.sort_index())]
    of_a_kind = [frame.sort_values([*frame]).reset_index(drop=True) for frame in dealt]
    pd.testing.assert_frame_equal(*of_a_kind)


def test_lots_of_a_tract_whose_people_are_not_known_are_not_known():
    tract = pd.Series(["a", "b", "c", None], index=[7, 8, 9, 10])
    found = spread(pd.Series([1, 1, 1, 1], index=tract.index), tract, pd.Series({"a": 5.0, "b": np.nan}))
    assert found.index.tolist() == [7, 8, 9, 10]
    assert found[7] == 5
    assert found.drop(7).isna().all()
