import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.acs import Z90
from geo.draws import drawn_shares

NAN = float("nan")
MANY = 100_000
quick = settings(deadline=None, max_examples=40)


def drawn(pairs, draws=1000, seed=1):
    share, moe = zip(*pairs, strict=True)
    return drawn_shares(pd.Series(share, dtype=float), pd.Series(moe, dtype=float), draws, np.random.default_rng(seed))


@quick
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.001, 0.8)), min_size=1, max_size=8))
def test_draws_stay_strictly_between_0_and_1_and_vary(pairs):
    found = drawn(pairs)
    assert found.shape == (1000, len(pairs))
    assert ((found > 0) & (found < 1)).all()
    assert (found.std(axis=0) > 0).all()


@pytest.mark.parametrize(
    ("share", "moe"), [(0.3, 0.05), (0.5, 0.03), (0.9, 0.03), (0.05, 0.02), (0.02, 0.03), (0.005, 0.008), (0.98, 0.03)]
)
def test_mean_and_standard_deviation_are_the_estimate_and_its_error(share, moe):
    """Also where the standard error nears the share: the delta method alone would give (2 % ± 3 %) twice its error."""
    found = drawn([(share, moe)], MANY)[:, 0].astype(float)
    assert found.mean() == pytest.approx(share, abs=0.03 * moe)
    assert found.std() == pytest.approx(moe / Z90, rel=0.06)


def test_for_moderate_margins_the_logit_has_the_error_of_the_delta_method():
    found = drawn([(0.3, 0.03)], MANY)[:, 0].astype(float)
    logits = np.log(found / (1 - found))
    assert logits.std() == pytest.approx(0.03 / Z90 / (0.3 * 0.7), rel=0.01)
    assert logits.mean() == pytest.approx(np.log(0.3 / 0.7), abs=0.005)


def test_an_estimate_of_0_or_1_varies_by_about_its_margin():
    none, every = np.percentile(drawn([(0, 0.03), (1, 0.03)], MANY), [5, 50, 95], axis=0).T
    assert 0 < none[0] < none[1] < 0.03 / Z90
    assert none[2] == pytest.approx(0.03, rel=0.15)
    assert every == pytest.approx(1 - none[::-1], abs=0.0005)


def test_a_share_and_its_complement_are_drawn_alike():
    few, rest = np.percentile(drawn([(0.1, 0.05), (0.9, 0.05)], MANY), [5, 25, 50, 75, 95], axis=0).T
    assert rest == pytest.approx(1 - few[::-1], abs=0.001)


def test_without_a_margin_or_with_none_the_estimate_stays():
    found = drawn([(0.2, NAN), (0.4, 0), (0, 0), (1, NAN)])
    assert (found == np.array([0.2, 0.4, 0, 1], dtype=np.float32)).all()


def test_an_unknown_estimate_stays_unknown():
    assert np.isnan(drawn([(NAN, 0.1), (NAN, NAN), (NAN, 0)])).all()


def test_what_is_unknown_of_one_area_does_not_touch_the_draws_of_the_next():
    whole, partly = drawn([(0.2, 0.1), (0.3, 0.1)]), drawn([(NAN, NAN), (0.3, 0.1)])
    assert (whole[:, 1] == partly[:, 1]).all()


@quick
@given(st.floats(0.02, 0.98), st.floats(0.002, 0.1))
def test_twice_the_margin_spreads_wider(share, moe):
    once, twice = drawn([(share, moe), (share, 2 * moe)]).std(axis=0)
    assert twice > once


def test_the_seed_decides():
    pairs = [(0.2, 0.1), (0.3, 0.1)]
    assert (drawn(pairs) == drawn(pairs)).all()
    assert (drawn(pairs) != drawn(pairs, seed=2)).all()
