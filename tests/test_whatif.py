"""Scores under other weights: the declared ones give what is published, and what follows can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from geo.gaps import WEIGHTS, score
from geo.need import basis_of
from geo.ranks import rank_intervals
from geo.whatif import kept_share, trial, tried
from tests import survey


@pytest.fixture(scope="module")
def scored():
    areas, basis = survey.scored(survey.adoption())
    return areas.iloc[:300], basis


@pytest.fixture(scope="module")
def made(scored):
    return trial(*scored)


def published(scored):
    areas, basis = scored
    return rank_intervals(areas, basis).areas["tier"]


def test_the_declared_weights_give_the_published_gaps_and_tiers(scored, made):
    areas, _ = scored
    found = tried(made, WEIGHTS, areas["beyond_reach"])
    known = areas["gap"].dropna().sort_index()
    pd.testing.assert_series_equal(found["gap"], known, check_names=False)
    tiers = published(scored)[found.index]
    assert found["tier"].tolist() == tiers.tolist()
    assert kept_share(tiers, found["tier"]) == 1.0
    assert len(tiers.dropna().unique()) >= 3, "or the test proves little"


def test_only_proportions_count(scored, made):
    areas, _ = scored
    ten = {name: 10 * weight for name, weight in WEIGHTS.items()}
    pd.testing.assert_frame_equal(tried(made, WEIGHTS, areas["beyond_reach"]), tried(made, ten, areas["beyond_reach"]))


def test_other_weights_are_the_weighted_mean(scored, made):
    areas, _ = scored
    weights = {"connection": 3.0, "devices": 0.0, "circumstances": 1.0, "beyond_reach": 2.0}
    found = tried(made, weights, areas["beyond_reach"])
    by_hand = (3 * areas["connection"] + areas["circumstances"] + 2 * areas["beyond_reach"]) / 6
    np.testing.assert_allclose(found["gap"], by_hand[found.index])
    need = (3 * areas["connection"] + areas["circumstances"]) / 4
    np.testing.assert_allclose(found["need"], need[found.index])
    assert kept_share(published(scored)[found.index], found["tier"]) < 1


def test_another_reach(scored, made):
    areas, _ = scored
    found = tried(made, WEIGHTS, areas["beyond_reach"] * 0)
    assert (found["supply"] == 100).all()
    by_hand = score(areas[["connection", "devices", "circumstances"]].assign(beyond_reach=0.0))["gap"]
    np.testing.assert_allclose(found["gap"], by_hand[found.index])


def test_a_weight_alone_orders_by_its_dimension(scored, made):
    """Where one dimension alone weighs and is known exactly, its widest fifth is the top, surely."""
    areas, _ = scored
    weights = {"connection": 1e-9, "devices": 0.0, "circumstances": 0.0, "beyond_reach": 1.0}
    places = pd.Series(np.linspace(0, 100, len(areas)), index=areas.index)
    found = tried(made, weights, places)
    known = made.areas.index[made.drawable]
    top = places[found.index].nlargest(int(np.ceil(0.2 * len(found)))).index
    assert set(found.loc[known.intersection(top), "tier"]) == {"clear top"}
    assert set(found.loc[known.difference(top), "tier"]) == {"clearly not top"}


def test_without_margins_there_are_no_tiers(scored):
    areas, basis = scored
    bare = areas.assign(**{f"{code}_moe_share": np.nan for code in basis.ratios})
    made = trial(bare, basis)
    found = tried(made, WEIGHTS, bare["beyond_reach"])
    assert found["gap"].notna().all() and found["tier"].isna().all()
    assert np.isnan(kept_share(found["tier"], found["tier"]))


def test_the_basis_of_a_snapshot():
    assert basis_of(["no_broadband", "aged_65"], {}).dimensions == ["connection", "circumstances"]
