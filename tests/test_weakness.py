"""How sure a value is, by the classes that its interval reaches."""

import numpy as np
import pandas as pd
import pytest

from app.weakness import rated


def rate(value, low, high, bounds=(10, 20, 30)):
    return rated(*(pd.Series([end], dtype=float) for end in (value, low, high)), bounds)[0]


@pytest.mark.parametrize(
    ("value", "low", "high", "word"),
    [
        (15, 11, 19.9, "good"),
        (15, 11, 20, "fair"),  # a bound belongs to the class above it
        (15, 9.9, 25, "fair"),
        (15, 11, 30, "weak"),
        (35, 19, 36, "weak"),
        (5, 1, 9, "good"),
        (None, 1, 9, None),
        (5, None, 9, None),
        (5, 1, None, None),
    ],
)
def test_weak_by_hand(value, low, high, word):
    assert rate(value, low, high) == word


def test_without_classes_nothing_is_rated_and_with_two_nothing_is_weak():
    assert rate(5, 1, 9, ()) is None
    assert rate(5, 1, 9, (2,)) == "fair"


def test_a_wider_interval_is_never_surer():
    rng = np.random.default_rng(7)
    value, one, more = (pd.Series(rng.uniform(0, size, 500)) for size in (100, 40, 20))
    bounds = (20, 40, 60, 80)
    level = {"weak": 0, "fair": 1, "good": 2}
    narrow = rated(value, value - one, value + one, bounds).map(level)
    wide = rated(value, value - one - more, value + one + more, bounds).map(level)
    assert (wide <= narrow).all() and {*narrow} == {0, 1, 2}
