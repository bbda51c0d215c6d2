import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.gaps import WEIGHTS
from geo.indicators import REACH
from geo.simulation import (
    CONCENTRATION,
    VARIANTS,
    declared_choices,
    declared_scores,
    drawn_choices,
    drawn_indicators,
    every_normalisation,
    gaps,
    published_indicators,
)
from tests import survey

quick = settings(deadline=None, max_examples=25)
TRACTS = 60


@pytest.fixture(scope="module")
def city():
    areas, basis = survey.scored(survey.adoption(TRACTS))
    return areas[areas["gap"].notna()], basis


def choices(basis, draws=30):
    return drawn_choices(draws, basis, np.random.default_rng(3))


def test_the_declared_choices_give_the_published_scores(city):
    areas, basis = city
    published = published_indicators(areas, basis)
    need, gap = declared_scores(areas, basis, published)
    assert need[0] == pytest.approx(areas["need"].to_numpy(), abs=1e-3)
    assert gap[0] == pytest.approx(areas["gap"].to_numpy(), abs=1e-3)
    for row in gaps(areas, basis, published, declared_choices(4, basis)):
        assert row == pytest.approx(areas["gap"].to_numpy(), abs=1e-3)


def test_drawn_weights_lie_around_the_declared_ones(city):
    found = drawn_choices(20_000, city[1], np.random.default_rng(1)).weights
    assert [*found] == [*WEIGHTS]
    assert sum(found.values()) == pytest.approx(1)
    for weight in found.values():
        assert weight.mean() == pytest.approx(0.25, abs=0.003)
        assert weight.std() == pytest.approx(np.sqrt(0.25 * 0.75 / (CONCENTRATION + 1)), rel=0.03)


def test_each_normalisation_has_a_third_of_the_draws(city):
    assert np.bincount(choices(city[1]).variant).tolist() == [10, 10, 10]
    assert every_normalisation(city[1]).variant.tolist() == list(range(len(VARIANTS)))


def test_a_dimension_that_the_snapshot_lacks_has_no_weight():
    counts = survey.adoption(TRACTS).drop(columns=["B28001_011E", "B28001_011M"])
    _, basis = survey.scored(counts)
    assert [*choices(basis).weights] == ["connection", "circumstances", REACH.code]


def test_draws_are_of_every_indicator_and_independent(city):
    areas, basis = city
    found = drawn_indicators(areas, basis, 2000, np.random.default_rng(1))
    assert [*found] == [*basis.ratios]
    of_one = np.corrcoef([draws[:, 0] for draws in found.values()])
    assert np.abs(of_one - np.eye(len(found))).max() < 0.1


@quick
@given(st.integers(0, TRACTS - 1), st.floats(0, 0.5), st.data())
def test_more_need_never_lowers_a_gap_whatever_the_choices(city, at, more, data):
    areas, basis = city
    code = data.draw(st.sampled_from([*basis.ratios]))
    published = published_indicators(areas, basis)
    raised = published[code].copy()
    raised[0, at % len(areas)] += more
    before = gaps(areas, basis, published, choices(basis))
    after = gaps(areas, basis, published | {code: raised}, choices(basis))
    assert (after >= before - 1e-4).all()
    others = np.arange(len(areas)) != at % len(areas)
    assert (after[:, others] == before[:, others]).all()


@pytest.mark.parametrize("at", [0, 17, 42])
def test_a_copy_of_an_area_has_the_same_gap_in_every_draw(city, at):
    areas, basis = city
    twice = pd.concat([areas, areas.iloc[[at]].rename(lambda place: "copy")])
    found = gaps(twice, basis, published_indicators(twice, basis), choices(basis))
    assert (found[:, at] == found[:, -1]).all()


def test_what_does_not_vary_is_broadcast(city):
    areas, basis = city
    published = published_indicators(areas, basis)
    repeated = {code: np.repeat(shares, 30, axis=0) for code, shares in published.items()}
    once, each = (gaps(areas, basis, indicators, choices(basis)) for indicators in (published, repeated))
    assert once == pytest.approx(each, abs=1e-4)
