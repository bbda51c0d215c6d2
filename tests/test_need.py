from math import sqrt

import numpy as np
import pandas as pd
import pytest

from geo.indicators import INDICATORS, MIN_HOUSEHOLDS
from geo.need import basis, counts_by, dimensions, first_known, needs, scale, shares
from tests import city

DIMENSIONS = ["connection", "devices", "circumstances"]


@pytest.fixture
def adoption():
    return city.adoption().set_index("place").drop(columns="geography")


def scored(adoption):
    return needs(counts_by(adoption, pd.Series(adoption.index, index=adoption.index)), basis(adoption))


def test_basis_takes_the_first_complete_ratio(adoption):
    by_tract = basis(adoption)
    assert by_tract.missing == {}
    assert by_tract.ratios["no_broadband"].part == ("B28002_004",)
    assert by_tract.dimensions == DIMENSIONS
    by_nta = basis(city.adoption_by_nta().set_index("place"))
    assert by_nta.ratios["no_broadband"].part == ("DP02_0154",)
    assert by_nta.ratios["aged_65"].whole == "B01001_001"


def test_basis_names_what_is_missing_and_where_it_would_be():
    found = basis(city.adoption_by_nta().set_index("place"))
    assert found.missing == {
        "no_fixed_broadband": "Households without cable, fibre or DSL: the survey file has no ACS B28002"
    }


def test_a_variable_that_is_empty_throughout_is_not_there(adoption):
    empty = adoption.assign(C17002_004E=np.nan)
    assert [*basis(empty).missing] == ["below_150_poverty"]


def test_first_known_passes_over_an_empty_column():
    counts = pd.DataFrame({"B01003_001E": [np.nan, np.nan], "DP05_0001E": [np.nan, 7.0]})
    assert first_known(counts, ("B01003_001", "B01001_001", "DP05_0001")).value.tolist()[1] == 7
    assert first_known(counts, ("B01001_001",)).value.isna().all()


def test_goalposts_hold_values_between_0_and_100():
    found = scale(pd.Series([-0.1, 0.1, 0.2, 0.3, 0.9, np.nan]), (0.1, 0.3))
    assert found.tolist() == pytest.approx([0, 0, 50, 100, 100, np.nan], nan_ok=True)


def test_shares_by_hand(adoption):
    found = shares(adoption, basis(adoption)).loc[city.A1]
    by_hand = {
        "no_broadband": (0.10, sqrt(10**2 - 0.9**2 * 10**2) / 100),
        "no_fixed_broadband": (0.20, sqrt(10**2 - 0.8**2 * 10**2) / 100),
        "no_computer": (0.05, sqrt(10**2 - 0.05**2 * 10**2) / 100),
        "below_150_poverty": (0.20, sqrt(4 * 10**2 - 0.2**2 * 10**2) / 250),
        "aged_65": (0.10, sqrt(10**2 - 0.1**2 * 10**2) / 250),
    }
    for code, (value, moe) in by_hand.items():
        assert (found[f"{code}_share"], found[f"{code}_moe_share"]) == pytest.approx((value, moe))
    assert found["no_broadband_reliability"] == "good"
    assert found["no_fixed_broadband_reliability"] == "fair"


@pytest.mark.parametrize(
    ("tract", "by_hand"),
    [(city.A1, (50, 50, 40)), (city.A2, (25, 0, 50)), (city.B1, (100, 100, 100)), (city.C1, (100, 50, 45))],
)
def test_dimensions_by_hand(adoption, tract, by_hand):
    found = basis(adoption)
    assert tuple(dimensions(shares(adoption, found), found).loc[tract]) == pytest.approx(by_hand)


def test_a_place_without_or_with_few_households_is_not_scored_and_says_why(adoption):
    found = scored(adoption.drop(city.A2).reindex(adoption.index))
    assert found.loc[[city.A2, city.B2, city.C2], DIMENSIONS].isna().all(axis=None)
    assert found.loc[[city.A1, city.B1, city.C1], DIMENSIONS].notna().all(axis=None)
    assert found["survey_note"].to_dict() == {
        city.A1: None,
        city.A2: "the survey file has no row for this place",
        city.B1: None,
        city.B2: f"fewer than {MIN_HOUSEHOLDS} households: too few to score",
        city.C1: None,
        city.C2: "no households: shares are not defined here",
    }


def test_people_without_broadband_by_hand(adoption):
    found = scored(adoption)
    assert found["people_without_broadband"].tolist() == pytest.approx([25, 0, 40, np.nan, 60, np.nan], nan_ok=True)
    share_moe = sqrt(10**2 - 0.9**2 * 10**2) / 100
    assert found["people_without_broadband_moe"][city.A1] == pytest.approx(
        sqrt((250 * share_moe) ** 2 + (0.1 * 10) ** 2)
    )


def test_an_indicator_that_the_city_lacks_leaves_the_score_to_the_rest(adoption):
    found = scored(adoption.drop(columns="B28002_007E"))
    assert found.loc[city.A1, DIMENSIONS].tolist() == pytest.approx([50, 50, 40])
    assert found.loc[city.A2, "connection"] == 0
    assert found["no_fixed_broadband_share"].isna().all()
    assert (found["no_fixed_broadband_reliability"] == "unknown").all()


def test_a_dimension_that_the_city_lacks_is_missing_and_no_reason_to_complain(adoption):
    found = scored(adoption.drop(columns=["B28001_011E"]))
    assert found["devices"].isna().all()
    assert found["survey_note"][city.A1] is None


def test_an_indicator_that_one_place_lacks_takes_only_its_score_away(adoption):
    adoption.loc[city.A1, "B28001_011E"] = np.nan
    found = scored(adoption)
    assert np.isnan(found["devices"][city.A1])
    assert found["survey_note"][city.A1] == "an indicator of need is not known here"
    assert found.loc[[city.A2, city.B1, city.C1], DIMENSIONS].notna().all(axis=None)


def test_without_margins_shares_stand_without(adoption):
    bare = adoption.filter(regex="E$")
    found = scored(bare)
    pd.testing.assert_frame_equal(
        found.filter(regex="[a-z]_share$").filter(regex="^(?!.*(moe|cv))"),
        scored(adoption).filter(regex="[a-z]_share$").filter(regex="^(?!.*(moe|cv))"),
    )
    assert found.filter(like="moe").isna().all(axis=None)


def test_counts_add_up_by_group_and_a_median_does_not(adoption):
    groups = pd.Series({city.A1: "a", city.A2: "a", city.C1: "c", "36000000000": "c"})
    found = counts_by(adoption.assign(B19013_001E=80_000.0), groups)
    assert found.loc["a", ["B28002_001E", "B28002_001M"]].tolist() == pytest.approx([300, sqrt(200)])
    assert found.loc["c"].isna().all()
    assert "B19013_001E" not in found


def test_every_indicator_has_its_three_columns(adoption):
    columns = {*scored(adoption)}
    for indicator in INDICATORS:
        assert {f"{indicator.code}_{part}" for part in ("share", "moe_share", "reliability")} <= columns


def test_a_margin_that_is_missing_says_why(adoption):
    assert scored(adoption)["margin_note"].isna().all()
    bare = scored(adoption.filter(regex="E$"))
    assert bare["margin_note"][city.A1] == "margins of error are not known: upstream gave none"
    assert bare["margin_note"][city.C2] is None  # no households: nothing to have a margin
    part = scored(adoption.drop(columns="B28001_011M"))
    assert part["margin_note"][city.A1].startswith("some margins of error are not known")
