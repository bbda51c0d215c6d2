from math import sqrt

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.gaps import WEIGHTS, weighted_mean
from geo.indicators import INDICATORS
from geo.need import scale
from geo.variants import dimension_means, geometric, goalposts, percentile, principal, weighted, z_score

NAN = float("nan")
quick = settings(deadline=None, max_examples=60)
eighths = arrays.arrays(float, st.integers(1, 12), elements=st.integers(0, 8).map(lambda value: value / 8))


def test_percentile_by_hand_with_ties_at_their_middle():
    found = percentile(np.array([4.0, 2.0, NAN, 1.0, 2.0]))(np.array([0, 1, 2, 3, 4, 9, NAN]))
    assert found.tolist() == pytest.approx([0, 12.5, 50, 75, 87.5, 100, NAN], nan_ok=True)


@quick
@given(eighths, eighths)
def test_percentile_is_that_of_scipy(published, values):
    by_scipy = scipy.stats.percentileofscore(published, values, kind="mean")
    assert percentile(published)(values) == pytest.approx(by_scipy, abs=1e-3)


def test_z_score_by_hand():
    found = z_score(np.array([1.0, 3.0, NAN]))(np.array([[1.0, 2.0, 5.0], [3.0, NAN, 0.0]]))
    assert found.tolist() == [[-1, 0, 3], [1, pytest.approx(NAN, nan_ok=True), -2]]


def test_z_score_of_what_does_not_differ_does_not_blow_up_rounding():
    """The standard deviation of three times 0.1 is 1e-17, not 0."""
    assert z_score(np.full(3, 0.1))(np.full(3, 0.1, dtype=np.float32)) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.code)
def test_goalposts_are_those_of_the_published_score(indicator):
    shares = np.linspace(0, 1, 21)
    published = scale(pd.Series(shares), indicator.goalposts)
    assert goalposts(indicator)(shares) == pytest.approx(published.to_numpy())


@quick
@given(eighths, eighths, st.floats(0, 1))
def test_more_of_an_indicator_is_never_less_in_any_normalisation(published, shares, more):
    for normaliser in (percentile(published), z_score(published), *map(goalposts, INDICATORS)):
        assert (normaliser(shares + more) >= normaliser(shares) - 1e-6).all()


@pytest.mark.parametrize("make", [percentile, z_score, lambda published: goalposts(INDICATORS[0])])
def test_single_precision_stays_single(make):
    assert make(np.array([0.1, 0.2, 0.4]))(np.ones((2, 3), dtype=np.float32)).dtype == np.float32


def test_dimensions_are_means_of_their_indicators():
    values = {"a": np.array([[10.0, 20.0]]), "b": np.array([[30.0, 0.0]]), "c": np.array([[5.0, 5.0]])}
    found = dimension_means(values, {"both": ["a", "b"], "one": ["c"]})
    assert {name: row.tolist() for name, row in found.items()} == {"both": [[20, 10]], "one": [[5, 5]]}


def test_a_weight_is_a_number_or_one_for_each_draw():
    dimensions = {"a": np.array([[0.0, 8.0]]), "b": np.array([[4.0, 4.0]])}
    assert weighted(dimensions, {"a": 1, "b": 3}).tolist() == [[3, 5]]
    each = {"a": np.array([[1.0], [3.0]]), "b": np.array([[1.0], [1.0]])}
    assert weighted(dimensions, each).tolist() == [[2, 6], [1, 7]]


def test_the_weighted_mean_is_that_of_the_published_score():
    values = np.random.default_rng(1).uniform(0, 100, (5, len(WEIGHTS)))
    frame = pd.DataFrame(values, columns=[*WEIGHTS])
    weights = {name: float(at + 1) for at, name in enumerate(WEIGHTS)}
    found = weighted({name: frame[name].to_numpy() for name in WEIGHTS}, weights)
    assert found == pytest.approx(weighted_mean(frame, weights).to_numpy())


def test_geometric_mean_by_hand_with_its_floor():
    found = geometric({"a": np.array([4.0, 0.0, 100.0]), "b": np.array([9.0, 100.0, 100.0])})
    assert found == pytest.approx([6, 10, 100])


def test_first_principal_component_by_hand():
    found = principal({"a": np.array([0.0, 10.0]), "b": np.array([0.0, 100.0]), "still": np.array([0.1, 0.1])})
    assert found == pytest.approx([-sqrt(2), sqrt(2)])


def test_a_dimension_that_does_not_vary_has_no_part_in_the_principal_component():
    a, b = np.array([1.0, 4.0, 2.0, 8.0]), np.array([2.0, 3.0, 5.0, 9.0])
    assert principal({"a": a, "b": b, "still": np.full(4, 0.1)}) == pytest.approx(principal({"a": a, "b": b}))


def test_the_principal_component_is_the_widest_and_leaves_the_unknown_unknown():
    random = np.random.default_rng(1)
    common = random.normal(size=200)
    columns = {name: common + random.normal(0, 0.5, 200) for name in "abc"}
    found = principal(columns)
    standard = scipy.stats.zscore(np.column_stack(list(columns.values())))
    largest = np.linalg.eigvalsh(np.cov(standard.T, bias=True))[-1]
    assert found.var() == pytest.approx(largest)
    assert np.corrcoef(found, common)[0, 1] > 0.9
    partly = principal(columns | {"c": np.where(np.arange(200) == 7, NAN, columns["c"])})
    assert np.isnan(partly).nonzero()[0].tolist() == [7]
