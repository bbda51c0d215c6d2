import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.gaps import score
from geo.indicators import REACH
from geo.need import dimensions
from geo.ranks import COLUMNS, FACTORS, MOST_MOE_SHARE, NO_MARGIN, NOT_SCORED, TOO_WIDE, rank_intervals, ranked, tiers
from tests import survey

NAN = float("nan")
TRACTS, DRAWS = 120, 600
quick = settings(deadline=None, max_examples=60)


def made(**options):
    areas, basis = survey.scored(survey.adoption(TRACTS, **options))
    return areas[areas["gap"].notna()], basis


@pytest.fixture(scope="module")
def city():
    return made()


@pytest.fixture(scope="module")
def found(city):
    return rank_intervals(*city, draws=DRAWS)


def without_error(areas, basis):
    return areas.assign(**{f"{code}_moe_share": 0.0 for code in basis.ratios})


def inner(basis, moe_factor):
    """Areas that lie well between the goalposts, so that no draw is held there; margins a twentieth of the way."""
    random = np.random.default_rng(4)
    columns = {}
    for indicator in basis.indicators:
        high = indicator.goalposts[1]
        columns[f"{indicator.code}_share"] = random.uniform(0.4, 0.6, 80) * high
        columns[f"{indicator.code}_moe_share"] = np.full(80, moe_factor * 0.05 * high)
    areas = pd.DataFrame(columns, index=[f"area {at:02d}" for at in range(80)])
    parts = dimensions(areas, basis).assign(**{REACH.code: random.uniform(0, 100, 80)})
    return areas.join(parts).join(score(parts))


def width(frame, name):
    return frame[f"{name}_high"] - frame[f"{name}_low"]


def test_ranks_by_hand_and_equals_share_the_best_of_theirs():
    assert ranked(np.array([[3.0, 9.0, 9.0, 1.0], [5.0, 5.0, 5.0, 6.0]])).tolist() == [[3, 1, 1, 4], [2, 2, 2, 1]]


@quick
@given(arrays.arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 20)), elements=st.integers(-3, 3)))
def test_ranks_are_those_of_scipy(scores):
    assert (ranked(scores) == scipy.stats.rankdata(-scores, method="min", axis=1)).all()


def test_tiers_at_their_bounds():
    bounds = [1.0, 0.95, 0.9499, 0.70, 0.6999, 0.30, 0.2999, 0.05, 0.0499, 0.0, NAN]
    assert tiers(pd.Series(bounds)).tolist() == [
        *("clear top", "clear top", "likely top", "likely top"),
        *("cannot be told apart", "cannot be told apart", "likely not top", "likely not top"),
        *("clearly not top", "clearly not top", None),
    ]


def test_what_is_found_of_each_area(city, found):
    areas, of = city[0], found.areas
    assert [*of.index] == [*areas.index]
    assert {*of} == {*COLUMNS, "gap_rank", "rank_note"}
    assert of.notna().drop(columns="rank_note").all(axis=None)
    assert of["rank_note"].isna().all()
    assert of["gap_rank"].tolist() == scipy.stats.rankdata(-areas["gap"], method="min").tolist()
    for name in ("need", "gap", "gap_rank"):
        assert (width(of, name) >= 0).all()
    assert of[["gap_rank_low", "gap_rank_high"]].stack().between(1, len(areas)).all()
    assert found.needs.shape == (DRAWS, len(areas))
    low, high = np.percentile(found.needs, [5, 95], axis=0)
    assert of["need_low"].to_numpy() == pytest.approx(low, abs=1e-4)
    assert of["need_high"].to_numpy() == pytest.approx(high, abs=1e-4)


def test_probabilities(city, found):
    of = found.areas
    assert of[["p_top10", "p_top20"]].stack().between(0, 1).all()
    assert (of["p_top10"] <= of["p_top20"]).all()
    assert of["p_top10"].sum() == pytest.approx(np.ceil(0.10 * len(of)))
    assert of["p_top20"].sum() == pytest.approx(np.ceil(0.20 * len(of)))
    assert (of["tier"] == tiers(of["p_top20"])).all()
    for name in ("p_top10", "p_top20"):
        error = np.sqrt(of[name] * (1 - of[name]) / DRAWS)
        assert of[f"{name}_mc_error"].to_numpy() == pytest.approx(error.to_numpy(), abs=1.5 / DRAWS)
        assert (of[f"{name}_mc_error"] > 0).all()  # never in some draws is not never


def test_a_margin_that_says_nothing_gives_no_interval(city):
    areas = city[0].copy()
    code = next(iter(city[1].ratios))
    areas.loc[areas.index[3], f"{code}_moe_share"] = MOST_MOE_SHARE + 0.01
    of = rank_intervals(areas, city[1], draws=30).areas
    assert np.isnan(of["gap_rank_low"].iloc[3]) and of["tier"].iloc[3] is None
    assert of["rank_note"].iloc[3] == TOO_WIDE
    assert of["gap_rank_low"].drop(of.index[3]).notna().all()


def test_without_error_and_choices_the_interval_is_the_rank(city):
    areas = pd.concat([city[0], city[0].iloc[[5]].rename(lambda place: f"{place}, a copy")])
    of = rank_intervals(without_error(areas, city[1]), city[1], draws=30, vary=())
    for bound in ("gap_rank_low", "gap_rank_high"):
        assert (of.areas[bound] == of.areas["gap_rank"]).all()
    assert of.areas["p_top20"].isin([0, 1]).all()
    assert (width(of.areas, "gap") == 0).all()
    assert of.factors == dict.fromkeys(FACTORS, 0.0)


def test_nothing_varies_however_wide_the_margins_if_nothing_is_to_vary(city):
    of = rank_intervals(*city, draws=30, vary=()).areas
    assert (of["gap_rank_low"] == of["gap_rank"]).all()
    assert (of["gap_rank_high"] == of["gap_rank"]).all()


def test_a_copy_of_an_area_has_the_same_intervals_where_nothing_is_sampled(city):
    one = city[0].index[5]
    areas = pd.concat([city[0], city[0].loc[[one]].rename(lambda place: "copy")])
    of = rank_intervals(without_error(areas, city[1]), city[1], draws=60).areas
    assert of.loc["copy"].equals(of.loc[one].rename("copy"))


def test_twice_the_margins_widen_every_interval_of_the_scores_and_those_of_ranks_on_the_whole(city):
    """Not every rank interval: an area at either end of the list has nowhere to go."""
    once, twice = (rank_intervals(inner(city[1], factor), city[1], draws=DRAWS).areas for factor in (1, 2))
    assert (width(twice, "need") > 1.5 * width(once, "need")).all()
    assert (width(twice, "gap") > 1.5 * width(once, "gap")).all()
    assert width(twice, "gap_rank").mean() > width(once, "gap_rank").mean()


def test_twice_the_margins_of_a_whole_survey_widen_its_intervals_on_the_whole(found):
    twice = rank_intervals(*made(moe_factor=2), draws=DRAWS)
    for name in ("need", "gap", "gap_rank"):
        assert width(twice.areas, name).mean() > width(found.areas, name).mean()
    assert twice.factors["sampling"] > found.factors["sampling"]


def test_the_order_of_rows_changes_nothing(city, found):
    areas, basis = city
    shuffled = rank_intervals(areas.sample(frac=1, random_state=1), basis, draws=DRAWS)
    pd.testing.assert_frame_equal(shuffled.areas.reindex(areas.index), found.areas)
    pd.testing.assert_frame_equal(shuffled.needs, found.needs)
    assert shuffled.factors == found.factors


def test_the_same_seed_gives_the_same_answer_and_another_nearly_the_same(city, found):
    again, other = (rank_intervals(*city, draws=DRAWS, **options) for options in ({}, {"seed": 5}))
    pd.testing.assert_frame_equal(again.areas, found.areas)
    apart = (other.areas["p_top20"] - found.areas["p_top20"]).abs()
    error = np.hypot(other.areas["p_top20_mc_error"], found.areas["p_top20_mc_error"])
    assert (apart > 0).any()
    assert (apart <= 4 * error + 0.01).all()
    assert other.factors == pytest.approx(found.factors, abs=0.1)


def test_areas_without_a_score_are_not_ranked_and_change_nothing(city, found):
    areas = pd.concat([city[0], city[0].iloc[[3]].assign(gap=NAN).rename(lambda place: "a park")])
    of = rank_intervals(areas, city[1], draws=DRAWS).areas
    assert of.loc["a park", "rank_note"] == NOT_SCORED
    assert of.loc["a park"].drop("rank_note").isna().all()
    pd.testing.assert_frame_equal(of.drop("a park"), found.areas)


def test_an_area_without_a_margin_has_a_rank_but_no_interval_and_leaves_the_others_theirs(city):
    areas, basis = city
    one = areas.index[3]
    areas = areas.assign(aged_65_moe_share=areas["aged_65_moe_share"].where(areas.index != one))
    of = rank_intervals(areas, basis, draws=30)
    assert of.areas.loc[one, "rank_note"] == NO_MARGIN
    assert of.areas.loc[one, [*COLUMNS]].isna().all()
    assert of.areas.loc[one, "gap_rank"] > 0
    assert of.areas.drop(index=one)[[*COLUMNS]].notna().all(axis=None)
    assert of.areas.drop(index=one)["rank_note"].isna().all()


def test_a_survey_without_margins_gives_ranks_alone():
    areas, basis = survey.scored(survey.adoption(TRACTS).filter(regex="E$|place|geography"))
    of = rank_intervals(areas, basis)
    assert (of.areas["rank_note"] == NO_MARGIN).all()
    assert of.areas["gap_rank"].notna().all()
    assert of.areas[[*COLUMNS]].isna().all(axis=None)
    assert (of.factors, of.needs) == ({}, None)


def test_a_city_without_any_score_has_no_ranks(city):
    of = rank_intervals(city[0].assign(gap=NAN), city[1])
    assert (of.areas["rank_note"] == NOT_SCORED).all()
    assert of.areas.drop(columns="rank_note").isna().all(axis=None)


def test_variance_shares(city, found):
    names = [f"variance_{factor}_share" for factor in FACTORS]
    assert (found.areas[names] >= 0).all(axis=None)
    assert all(share > 0 for share in found.factors.values())
    certain = rank_intervals(without_error(*city), city[1], draws=60)
    assert (certain.areas["variance_sampling_share"] == 0).all()
    assert certain.factors["sampling"] == 0
    assert certain.factors["weights"] > 0


@pytest.mark.parametrize("factor", ["sampling", "weights"])
def test_a_factor_that_varies_alone_has_all_the_variance(city, factor):
    of = rank_intervals(*city, draws=60, vary=(factor,))
    assert of.factors == pytest.approx({name: float(name == factor) for name in FACTORS}, abs=1e-3)


def test_normalisation_alone_has_all_the_variance(city):
    of = rank_intervals(*city, draws=60, vary=("normalisation",))
    assert of.factors == pytest.approx({"sampling": 0, "weights": 0, "normalisation": 1}, abs=0.02)


def test_need_and_reach_above_all_others_is_the_top_in_every_draw(city):
    areas, basis = city
    one = areas.index[7]
    areas = without_error(areas, basis)
    areas.loc[one, [f"{code}_share" for code in basis.ratios]] = 0.99
    areas.loc[one, [REACH.code, "gap"]] = 100.0
    of = rank_intervals(areas, basis, draws=60).areas.loc[one]
    assert of[["gap_rank", "gap_rank_low", "gap_rank_high", "p_top10"]].tolist() == [1, 1, 1, 1]
    assert of["tier"] == "clear top"


def test_at_full_size():
    areas, basis = survey.scored(survey.adoption())
    of = rank_intervals(areas, basis, draws=90)
    assert len(of.areas) == survey.TRACTS
    assert of.areas["rank_note"].isna().all()
    inside = of.areas["gap_rank"].between(of.areas["gap_rank_low"], of.areas["gap_rank_high"])
    assert inside.mean() > 0.95
