"""Known answers worked by hand, properties, and agreement with the `inequality` package where nothing is weighted."""

from math import log

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.acs import Estimate
from geo.equity import (
    INDEXES,
    RANKED,
    concentration,
    erreygers,
    fractional_ranks,
    gini,
    held_below,
    indexes,
    ledger,
    lorenz,
    palma,
    shortfall,
    theil,
    theil_parts,
)
from geo.errors import TableError

NAN = float("nan")
quick = settings(deadline=None, max_examples=30)


@st.composite
def cities(draw):
    """Shares (some 0), weights, groups and incomes (with ties) of 2–12 areas, somebody having something."""
    n = draw(st.integers(2, 12))

    def column(elements, dtype=float):
        return draw(arrays.arrays(dtype, n, elements=elements))

    shares = column(st.just(0.0) | st.floats(0.01, 1))
    assume(shares.any())
    return shares, column(st.floats(1, 1000)), column(st.integers(0, 2), int), column(st.integers(1, 5).map(float))


def all_of(city, threshold=0.5):
    """Every index of a city; the Palma ratio is left out where it is infinite."""
    with np.errstate(divide="ignore"):
        found = {name: float(value) for name, value in indexes(*city, threshold).items()}
    return found if np.isfinite(found["palma"]) else {name: found[name] for name in found if name != "palma"}


def array(*values):
    return np.array(values, dtype=float)


def test_gini_by_hand():
    # 3 people have 0.2 each, 1 has 1.0: the curve goes (0, 0), (3/4, 0.6/1.6), (1, 1); twice the area under it is
    # 3/4 · 3/8 + 1/4 · (3/8 + 1) = 5/8
    assert gini(lorenz(array(0.2, 1.0), array(3, 1))) == pytest.approx(3 / 8)


def test_palma_splits_the_areas_at_the_cut_offs():
    # tenths of people: 2 with 0, 6 with 0.5, 2 with 1.0: 5 in all; the bottom 4 have 2 · 0.5, the top one has 1.0
    curve = lorenz(array(1.0, 0.0, 0.5), array(2, 2, 6))
    assert held_below(curve, 0.4) == pytest.approx(1 / 5)
    assert palma(curve) == pytest.approx(1)


def test_palma_of_equal_shares_is_a_quarter():
    assert palma(lorenz(array(0.7, 0.7, 0.7), array(1, 2, 3))) == pytest.approx(0.1 / 0.4)


def test_theil_by_hand():
    # a: 1 person with 0 and 1 with 0.8 (mean 0.4); b: 2 with 0.4 (mean 0.4); c: 4 with 0.2. Mean of all 8: 0.3.
    # within: a has 0.8 of all 2.4, and T = mean of (0, 2 ln 2) = ln 2; b and c have none
    # between: 4 of 8 people at 4/3 of the mean, 4 at 2/3
    values, weights, groups = array(0, 0.8, 0.4, 0.2), array(1, 1, 2, 4), np.array(["a", "a", "b", "c"])
    within, between = theil_parts(values, weights, groups)
    assert within == pytest.approx(log(2) / 3)
    assert between == pytest.approx((4 / 3 * log(4 / 3) + 2 / 3 * log(2 / 3)) / 2)
    assert theil(values, weights) == pytest.approx(within + between, abs=1e-12)


def test_fractional_ranks_under_weights_and_ties():
    # of 10 people: 2 at 30, then 1 + 3 level at 50 (2 below, 4 level: 0.2 + 0.2), then 4 at 90
    assert fractional_ranks(array(50, 90, 30, 50), array(1, 4, 2, 3)) == pytest.approx([0.4, 0.8, 0.1, 0.4])


def test_concentration_by_hand():
    # ranks 1/4 and 3/4, mean 0.6: cov = mean of 0.4 · −1/4 and 0.8 · 1/4 = 0.05
    values, weights, ranks = array(0.4, 0.8), array(5, 5), array(0.25, 0.75)
    assert concentration(values, weights, ranks) == pytest.approx(2 * 0.05 / 0.6)
    assert erreygers(values, weights, ranks) == pytest.approx(8 * 0.05)


def test_concentration_of_a_published_example():
    """O'Donnell et al., "Analyzing Health Equity Using Household Survey Data" (World Bank 2008), table 8.1: India."""
    births = array(29_939, 28_776, 26_528, 24_689, 19_739)
    deaths = array(154.7, 152.9, 119.5, 86.9, 54.3) / 1000
    ranks = fractional_ranks(np.arange(5), births)
    assert round(float(concentration(deaths, births, ranks)), 4) == -0.1694


def test_erreygers_runs_from_minus_1_to_1():
    ranks = fractional_ranks(array(1, 2), array(1, 1))
    assert erreygers(array(1, 0), array(1, 1), ranks) == -1
    assert erreygers(array(0, 1), array(1, 1), ranks) == 1


def test_shortfall_by_hand():
    # threshold 0.8: 1 of 4 people at 0.2 lacks 3/4 of it, 1 at 0.6 lacks 1/4, and who is at it lacks nothing
    values, weights = array(0.2, 0.6, 0.8), array(1, 1, 2)
    found = [shortfall(values, weights, 0.8, alpha) for alpha in (0, 1, 2)]
    assert found == pytest.approx([1 / 2, (3 / 4 + 1 / 4) / 4, (9 / 16 + 1 / 16) / 4])


@quick
@given(cities())
def test_theil_adds_up(city):
    values, weights, groups, _ = city
    assert sum(theil_parts(values, weights, groups)) == pytest.approx(theil(values, weights), abs=1e-12)


@quick
@given(cities(), st.data())
def test_an_area_split_in_two_changes_nothing(city, data):
    row = data.draw(st.integers(0, len(city[0]) - 1))
    values, weights, groups, income = (np.append(column, column[row]) for column in city)
    weights[[row, -1]] /= 2
    assert all_of((values, weights, groups, income)) == pytest.approx(all_of(city), abs=1e-9)


def test_palma_of_those_who_have_nothing_is_not_a_matter_of_rounding():
    """The worst-served 40 % have nothing, wherever the areas are cut."""
    values, crowd = np.array([1.0, 1.0, 1.0, 0.0, 0.0]), 146.50714084
    for parts in (1, 2, 3, 7):
        weights = np.array([crowd / parts] * parts + [crowd] * 4)
        split = np.array([1.0] * parts + [*values[1:]])
        with np.errstate(divide="ignore"):
            assert np.isinf(palma(lorenz(split, weights)))


@quick
@given(cities(), st.randoms(use_true_random=False))
def test_the_order_of_areas_changes_nothing(city, random):
    order = random.sample(range(len(city[0])), len(city[0]))
    assert all_of([column[order] for column in city]) == pytest.approx(all_of(city), abs=1e-9)


@quick
@given(cities(), st.floats(0.1, 1), st.floats(0.1, 10))
def test_scale_changes_only_what_is_measured_against_1(city, smaller, crowd):
    values, weights, groups, income = city
    found, scaled = all_of(city), all_of((values * smaller, weights * crowd, groups, income), 0.5 * smaller)
    assert scaled.pop("erreygers") == pytest.approx(found.pop("erreygers") * smaller, abs=1e-9)
    for alpha in (0, 1, 2):
        scaled.pop(f"fgt_{alpha}"), found.pop(f"fgt_{alpha}")
    assert scaled == pytest.approx(found, abs=1e-9)


@quick
@given(cities(), st.data())
def test_a_transfer_to_those_who_have_less_lowers_gini_and_theil(city, data):
    values, weights, *_ = city
    low, high = data.draw(st.permutations(range(len(values))))[:2]
    assume(values[high] - values[low] > 1e-3)
    heads = 1 / weights[low] + 1 / weights[high]
    amount = data.draw(st.floats(0.05, 0.95)) * (values[high] - values[low]) / heads
    after = values.copy()
    after[low] += amount / weights[low]
    after[high] -= amount / weights[high]
    assert gini(lorenz(after, weights)) < gini(lorenz(values, weights))
    assert theil(after, weights) < theil(values, weights)


@quick
@given(cities(), st.floats(0.01, 1))
def test_equal_shares_are_equal(city, share):
    found = all_of((np.full(len(city[0]), share), *city[1:]))
    assert found.pop("palma") == pytest.approx(1 / 4)
    assert [found[name] for name in INDEXES if name in found and "fgt" not in name] == pytest.approx([0] * 6, abs=1e-12)


@quick
@given(cities())
def test_bounds(city):
    _, weights, *_ = city
    found, tiny = all_of(city), 1e-12
    assert -tiny <= found["gini"] < 1
    assert -tiny <= found["theil"] <= log(weights.sum() / weights.min()) + tiny
    assert abs(found["concentration"]) <= found["gini"] + tiny
    assert abs(found["erreygers"]) <= 1 + tiny
    assert 0 <= found["fgt_2"] <= found["fgt_1"] <= found["fgt_0"] <= 1 + tiny
    assert found.get("palma", 1) >= 1 / 4 - 1e-9


@quick
@given(cities())
def test_the_corrected_index_of_having_none_mirrors_that_of_having(city):
    values, weights, _, income = city
    ranks = fractional_ranks(income, weights)
    assert erreygers(1 - values, weights, ranks) == pytest.approx(-erreygers(values, weights, ranks), abs=1e-12)


@quick
@given(cities())
def test_concentration_by_the_share_itself_is_gini(city):
    values, weights, *_ = city
    own = concentration(values, weights, fractional_ranks(values, weights))
    assert own == pytest.approx(gini(lorenz(values, weights)), abs=1e-12)


@quick
@given(cities())
def test_rows_are_draws_that_do_not_touch_each_other(city):
    """Values that differ from row to row, or weights that do: a group may be lost from a draw."""
    values, weights, groups, income = city
    fewer = np.where(groups == groups[values.argmax()], weights, 0.0)
    for many, weighed in [((values, values[::-1]), (weights, weights)), ((values, values), (weights, fewer))]:
        with np.errstate(divide="ignore"):
            together = indexes(np.stack(many), np.stack(weighed), groups, income, 0.5)
            apart = [indexes(*row, groups, income, 0.5) for row in zip(many, weighed, strict=True)]
        for name in INDEXES:
            assert together[name] == pytest.approx(np.stack([found[name] for found in apart]), abs=1e-12)


def test_agreement_with_the_inequality_package():
    reference = pytest.importorskip("inequality")
    random = np.random.default_rng(7)
    values, groups, ones = random.beta(5, 2, 200), random.integers(0, 5, 200), np.ones(200)
    assert gini(lorenz(values, ones)) == pytest.approx(reference.gini.Gini(values).g, abs=1e-12)
    assert theil(values, ones) == pytest.approx(reference.theil.Theil(values).T, abs=1e-12)
    parts = reference.theil.TheilD(values, groups)
    assert theil_parts(values, ones, groups) == pytest.approx((parts.wg.item(), parts.bg.item()), abs=1e-12)


def town(n=40, margin=0.05):
    """A made-up measure of n areas with everything known."""
    random = np.random.default_rng(1)
    names = pd.Index([f"area {row:03}" for row in range(n)])
    value, weight, income = random.beta(8, 2, n), random.uniform(500, 5000, n), random.uniform(2e4, 2e5, n)
    boroughs = pd.Series(random.choice(["Bronx", "Queens"], n), names)
    measure = Estimate(pd.Series(value, names), pd.Series(margin, names))
    return {
        "measure": measure,
        "weights": pd.Series(weight, names),
        "boroughs": boroughs,
        "income": pd.Series(income, names),
    }


def booked(town, **other):
    return ledger(**{"threshold": 0.8, "draws": 200, **town, **other})


def test_the_ledger_has_every_index_with_an_interval():
    found = booked(town())
    assert [*found.index] == [*INDEXES]
    assert [*found.columns] == ["value", "low", "high", "method", "note"]
    assert set(found["method"]) == {"draws"}
    assert (found["low"] <= found["high"]).all()
    assert found[["value", "low", "high"]].notna().all(axis=None)
    assert (found.drop([*RANKED])["low"] >= 0).all()


def test_the_same_seed_gives_the_same_answer_in_any_order_of_areas():
    here = town()
    turned = {name: series.iloc[::-1] for name, series in here.items() if name != "measure"}
    assert booked(here).equals(booked(here))
    pd.testing.assert_frame_equal(booked(here), booked(here | turned))
    assert not booked(here).equals(booked(here, seed=2))


def test_without_margins_the_interval_is_the_value():
    found = booked(town(margin=0.0))
    assert found["low"].to_numpy() == pytest.approx(found["value"].to_numpy(), abs=1e-12)
    assert found["high"].to_numpy() == pytest.approx(found["value"].to_numpy(), abs=1e-12)
    assert found["note"].isna().all()


def test_wider_margins_widen_every_interval():
    narrow, wide = (booked(town(margin=margin)) for margin in (0.01, 0.02))
    assert (wide["high"] - wide["low"] > narrow["high"] - narrow["low"]).all()


def test_noise_that_inflates_an_index_is_taken_out_of_its_interval():
    """Estimates that differ by their sampling error alone: the truth is perfect equality, the value is not."""
    n, error = 400, 0.03
    here = town(n, margin=1.645 * error)
    noisy = pd.Series(0.7 + error * np.random.default_rng(3).standard_normal(n), here["weights"].index)
    found = booked(here, measure=Estimate(noisy, here["measure"].moe)).loc["gini"]
    assert found["low"] < found["high"] < found["value"]
    assert found["note"].startswith("sampling error moves it by about +0.0")


def test_areas_are_resampled_where_a_margin_is_missing():
    here = town()
    here["measure"].moe.iloc[:3] = NAN
    found = booked(here)
    assert set(found["method"]) == {"bootstrap"}
    assert set(found["note"]) == {"3 areas have no margin, so areas were resampled"}
    assert ((found["low"] <= found["value"]) & (found["value"] <= found["high"])).all()
    assert booked(here).equals(found)


def test_a_bootstrap_of_equal_areas_has_no_width():
    here = town(margin=NAN)
    found = booked(here, measure=Estimate(here["measure"].value * 0 + 0.5, here["measure"].moe))
    assert (found["high"] - found["low"]).to_numpy() == pytest.approx(np.zeros(len(INDEXES)), abs=1e-12)


def test_areas_with_something_missing_are_left_out_and_counted():
    here, whole = town(), town()
    here["measure"].value.iloc[0] = NAN
    here["weights"].iloc[1] = 0
    here["boroughs"] = here["boroughs"].where(here["boroughs"].index != "area 002")
    rest = {name: series.iloc[3:] for name, series in whole.items() if name != "measure"}
    rest["measure"] = Estimate(whole["measure"].value.iloc[3:], whole["measure"].moe.iloc[3:])
    found = booked(here)
    pd.testing.assert_frame_equal(found.drop(columns="note"), booked(rest).drop(columns="note"))
    assert found["note"].str.startswith("3 areas left out: no value, no people or no borough").all()


def test_an_area_without_income_is_missing_from_the_concentration_indexes_alone():
    here, whole = town(), town()
    here["income"].iloc[:4] = NAN
    found, full = booked(here), booked(whole)
    assert (found.loc[[*RANKED], "note"] == "4 areas have no income and are not ranked").all()
    pd.testing.assert_frame_equal(found.drop([*RANKED]), full.drop([*RANKED]))
    known = whole["income"].iloc[4:], whole["weights"].iloc[4:]
    ranks = fractional_ranks(*(series.to_numpy() for series in known))
    values = whole["measure"].value.iloc[4:].to_numpy()
    assert found.loc["erreygers", "value"] == pytest.approx(erreygers(values, known[1].to_numpy(), ranks))


def test_without_any_income_the_concentration_indexes_are_missing_with_the_reason():
    here = town()
    found = booked(here, income=here["income"] * NAN)
    assert found.loc[[*RANKED], ["value", "low", "high"]].isna().all(axis=None)
    assert set(found.loc[[*RANKED], "note"]) == {"not defined: no area has an income to rank it by"}
    assert found.drop([*RANKED])["value"].notna().all()


def test_what_nobody_has_cannot_be_unequal():
    here = town(margin=0.0)
    found = booked(here, measure=Estimate(here["measure"].value * 0, here["measure"].moe))
    assert found.loc[["gini", "theil", "concentration"], "value"].isna().all()
    assert set(found.loc[["gini", "theil"], "note"]) == {"not defined: nobody has any of it"}
    assert found.loc["palma", "note"] == "not defined: the worst-served 40 % have none of it"
    assert found.loc[["erreygers", "fgt_0", "fgt_2"], "value"].to_list() == [0, 1, 1]


@pytest.mark.parametrize(("factor", "threshold"), [(100, 0.8), (-1, 0.8), (1, 0), (1, 80)])
def test_what_is_not_a_share_is_refused(factor, threshold):
    here = town()
    measure = Estimate(here["measure"].value * factor, here["measure"].moe)
    with pytest.raises(TableError, match="expected shares from 0 to 1"):
        booked(here, measure=measure, threshold=threshold)


def test_a_ledger_of_nothing_is_refused():
    here = town()
    with pytest.raises(TableError, match="none of 40 areas has a value, people and a borough"):
        booked(here, weights=here["weights"] * 0)
