import pandas as pd
import pytest

from app.classes import MOST, bounds, class_bounds
from geo.method import MEASURES
from loaders import store


def test_quantiles_in_round_steps():
    assert bounds(pd.Series(range(1, 61), dtype=float), 5.0) == [10.0, 20.0, 30.0, 40.0, 50.0]


@pytest.mark.parametrize("values", [[], [float("nan")], [3.0], [3.0, 3.0, 3.0]])
def test_nothing_to_divide(values):
    assert bounds(pd.Series(values, dtype=float), 1.0) == []


def test_few_values_give_few_classes():
    assert bounds(pd.Series([10.0] * 50 + [20.0] * 50), 1.0) == [15.0]
    assert len(bounds(pd.Series([10.0] * 20 + [20.0] * 20 + [30.0] * 20), 1.0)) < 3


def test_bounds_that_round_together_are_one():
    assert bounds(pd.Series([0.101, 0.102, 0.103, 0.104, 0.105]), 0.1) == []


def test_bounds_rise_and_are_few(sample_var):
    for name, by_geography in store.current(sample_var).manifest["classes"].items():
        for geography, found in by_geography.items():
            assert found == sorted(set(found)) and len(found) < MOST, (name, geography)


def test_shares_and_scores_mean_the_same_in_every_geography(small_var):
    snapshot = store.current(small_var)
    classes = class_bounds({name: snapshot.table(f"scores/{name}") for name in ("ntas", "tracts", "boroughs")})
    assert {*classes} == {*MEASURES}
    for name, by_geography in classes.items():
        if MEASURES[name] != "people":
            assert by_geography["ntas"] == by_geography["tracts"] == by_geography["boroughs"]
