import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import betabinom, nbinom, norm, t

from geo.enrollment import NONE, latest, trend
from geo.outreach import (
    ABOVE,
    BELOW,
    COLUMNS,
    FEWEST,
    WITHIN,
    expected_gain,
    expected_subscribers,
    outreach,
    outreach_list,
    peers_of,
    pooled,
    standing,
)
from tests.test_enrollment import reports

NAN = float("nan")


def shares(counts, sizes):
    sizes = np.array(sizes, dtype=float)
    return pooled(np.array(counts, dtype=float), sizes, lambda p: p * (1 - p), 1 - 1 / sizes, 1.0)


def few(peers):
    return (t.ppf(0.95, peers - 2) / norm.ppf(0.95)) ** 2


def test_peers_that_differ_by_hand():
    """
    Shares .4, .6, .8 of 100: S = 100 × .08 = 8, a_i = 66.7, so τ² = (8 − .24 × 2)/(200 × .99) = 7.52/198.

    Each share then varies by .24/100 + τ² × .99 = .04, and the mean of three by .04/3.
    """
    found = shares([40, 60, 80], [100, 100, 100])
    assert found.mean == pytest.approx(0.6)
    assert found.variance == pytest.approx((7.52 / 198 + 0.04 / 3) * few(3))


def test_peers_that_differ_by_less_than_chance_by_hand():
    """Shares .5, .6, .7 of 10: S = .2 < .24 × 2, so τ² = 0, and the mean of three varies by .24/30."""
    assert shares([5, 6, 7], [10, 10, 10]).variance == pytest.approx(0.008 * few(3))


def test_large_peers_do_not_decide_where_peers_differ():
    """By size the mean would be .499; with the spread between peers each counts nearly alike."""
    found = shares([50, 90, 90, 5000], [100, 100, 100, 10_000])
    assert 0.69 < found.mean < 0.71


def test_none_seen_is_not_none():
    found = shares([0] * 8, [50] * 8)
    assert found.mean == pytest.approx(0.5 / 400)
    assert shares([50] * 8, [50] * 8).mean == pytest.approx(1 - 0.5 / 400)
    expected = expected_subscribers(np.full(8, 50.0), np.full(8, 50.0), 1000)
    assert expected.low < 1000 == expected.high


def test_households_gained_by_hand():
    """Rates 2, 4, 6 of exposure 10: S = 10 × 8 = 80, τ² = (80 − 4 × 2)/20 = 3.6; each varies by .4 + 3.6 = 4."""
    found = pooled(np.array([20.0, 40, 60]), np.full(3, 10.0), lambda rate: rate, np.ones(3), np.inf)
    assert found.mean == pytest.approx(4)
    assert found.variance == pytest.approx((3.6 + 4 / 3) * few(3))


def test_the_ends_leave_a_twentieth_on_each_side():
    random = np.random.default_rng(2)
    households = random.integers(100, 900, 12).astype(float)
    subscribers = np.round(households * random.uniform(0.6, 0.9, 12))
    found = expected_subscribers(subscribers, households, 400)
    mean, variance = shares(subscribers, households)
    both = mean * (1 - mean) / variance - 1
    fits = betabinom(400, mean * both, (1 - mean) * both)
    assert found.middle == pytest.approx(400 * mean)
    assert fits.cdf(found.low - 1) < 0.05 <= fits.cdf(found.low)
    assert fits.cdf(found.high - 1) < 0.95 <= fits.cdf(found.high)
    gained, exposure = random.integers(0, 9, 12).astype(float), random.uniform(0.5, 3, 12)
    gain = expected_gain(gained, exposure, 2.0)
    mean, variance = pooled(gained, exposure, lambda rate: rate, np.ones(12), np.inf)
    fits = nbinom(mean**2 / variance, mean / (mean + 2 * variance))
    assert fits.mean() == pytest.approx(gain.middle) == pytest.approx(2 * mean)
    assert fits.var() == pytest.approx(2 * mean + 4 * variance)
    assert (gain.low, gain.high) == (fits.ppf(0.05), fits.ppf(0.95))


@pytest.mark.parametrize("peers", [FEWEST, 25])
@pytest.mark.parametrize(("mean", "alike"), [(0.78, 0.04), (0.6, 0.005), (0.9, 0.02)])
def test_nine_of_ten_lie_inside(peers, mean, alike):
    random = np.random.default_rng(7)
    both, inside, below = 1 / alike - 1, 0, 0
    for _ in range(600):
        households = np.exp(random.normal(6, 0.4, peers + 1)).astype(int) + 5
        subscribers = random.binomial(households, random.beta(mean * both, (1 - mean) * both, peers + 1))
        found = expected_subscribers(subscribers[1:].astype(float), households[1:].astype(float), households[0])
        inside += found.low <= subscribers[0] <= found.high
        below += subscribers[0] < found.low
    assert 0.86 <= inside / 600 <= 0.94
    assert 0.02 <= below / 600 <= 0.08


def test_nine_of_ten_gains_lie_inside():
    random = np.random.default_rng(6)
    inside = 0
    for _ in range(400):
        exposure = np.exp(random.normal(0, 0.6, 16))
        gained = random.poisson(random.gamma(4, 1.5, 16) * exposure).astype(float)
        found = expected_gain(gained[1:], exposure[1:], exposure[0])
        inside += found.low <= gained[0] <= found.high
    assert 0.86 <= inside / 400 <= 0.97


def test_a_fall_among_peers_counts_as_no_gain():
    exposure = np.ones(9)
    assert expected_gain(np.full(9, -5.0), exposure, 1.0) == expected_gain(np.zeros(9), exposure, 1.0)


def test_standing_by_hand():
    assert [standing(value, 10, 20) for value in (9, 10, 20, 21)] == [BELOW, WITHIN, WITHIN, ABOVE]


def made(rows, **columns):
    """Developments as `outreach` takes them, of rows (tds, households, subscribers 12 weeks before, subscribers)."""
    told = reports(
        *[(tds, "2026-01-05", households, before) for tds, households, before, _ in rows],
        *[(tds, "2026-03-30", households, now) for tds, households, _, now in rows],
    )
    return latest(told).join(trend(told)).assign(eligible=True, **columns)


@pytest.fixture
def developments():
    """Nine of 200 households with three quarters enrolled, one of them with a third."""
    usual = [(f"{number:03d}", 200, 140, 148 + number) for number in range(1, 9)]
    return made([*usual, ("009", 200, 65, 66)])


def test_the_low_one_is_below_and_the_sentence_says_by_how_much(developments):
    found = outreach(developments)
    assert found.columns.tolist() == [*COLUMNS]
    assert found["outreach"].tolist() == [*[WITHIN] * 8, BELOW]
    low = found.loc["009"]
    assert low["peers"] == 8
    assert low["expected_subscribers"] == pytest.approx(152.5, abs=0.5)
    ends = low[["expected_low_share", "expected_high_share"]] * 200
    assert low["shortfall_households"] == pytest.approx(ends.iloc[0] - 66)
    assert 135 < ends.iloc[0] < 152.5 < ends.iloc[1] < 170
    assert low["gained_per_100"] == pytest.approx(100 / 135)
    assert low["pace"] == BELOW
    assert re.fullmatch(
        r"66 of 200 households subscribe \(33%\), where 8 similar developments \(served by Optimum, of 100 to 400 "
        r"households\) lead to expect \d+ to \d+, so \d+ more would be usual at the least; 134 are not connected; "
        r"1 joined in 12 weeks, \d+ to \d+ expected",
        low["outreach_reason"],
    )
    assert (found["shortfall_households"].iloc[:8] == 0).all()
    assert "usual at the least" not in found.loc["001", "outreach_reason"]


def test_it_does_not_look_at_itself(developments):
    changed = developments.copy()
    changed.loc["009", ["subscribers", "enrolled_share", "gained_12_weeks"]] = [199, 0.995, 100]
    columns = ["expected_low_share", "expected_high_share", "gained_low_per_100", "gained_high_per_100"]
    assert outreach(changed).loc["009", columns].tolist() == outreach(developments).loc["009", columns].tolist()
    assert outreach(changed).loc["009", ["outreach", "pace"]].tolist() == [ABOVE, ABOVE]


def test_households_that_left_are_told(developments):
    developments.loc["001", "gained_12_weeks"] = -4.0
    found = outreach(developments).loc["001"]
    assert found["pace"] == BELOW
    assert "; 4 left in 12 weeks, " in found["outreach_reason"]


def peers(developments, tds):
    found, words = peers_of(tds, developments.loc[tds].to_dict(), developments)
    return found.index.tolist(), words


def test_the_circle_of_peers_widens():
    near = [f"{number:03d}" for number in range(8)]
    rows = [(tds, 100, 50, 50) for tds in near] + [("large", 1000, 500, 500), ("me", 50, 20, 20)]
    developments = made(rows)
    assert peers(developments, "me") == (near, "served by Optimum, of 25 to 100 households")
    developments.loc["000", "households"] = 101
    assert peers(developments, "me") == ([*near, "large"], "served by Optimum, of any size")
    developments.loc[["000", "large"], "provider"] = "Spectrum"
    assert peers(developments, "me") == ([*near, "large"], "of any provider and any size")
    developments.loc["me", "provider"] = None
    assert peers(developments, "me") == ([*near, "large"], "of any provider and any size")


def test_what_is_reported_together_is_no_peer(developments):
    developments.loc["009", "reported_with"] = "001, 002"
    assert peers(developments, "009")[0] == [f"{number:03d}" for number in range(3, 9)]
    assert outreach(developments).loc["009", "outreach"] == (
        "not known: 6 developments to compare with, at least 8 needed"
    )


def test_why_it_is_not_known(developments):
    silent = developments.reindex([*developments.index, "010"])
    silent["eligible"] = [False, None, *[True] * 8]
    silent.loc["003", "enrollment_note"] = "its reports ended on 2026-01-01"
    silent.loc["004", "enrolled_share"] = NAN
    found = outreach(silent)
    assert found["outreach"].tolist()[:4] == [
        *["not known: not eligible, or not confirmed to be"] * 2,
        "not known: its reports ended on 2026-01-01",
        "not known: no households were reported",
    ]
    assert found.loc["010", "outreach"] == "not known: it has no enrollment report"
    assert found.loc["010", "outreach_reason"] == "not compared: it has no enrollment report"
    assert found.loc["005", "outreach"] == "not known: 4 developments to compare with, at least 8 needed"
    assert found.drop(columns=["outreach", "pace", "outreach_reason"]).isna().all(axis=None)


def test_why_the_pace_is_not_known(developments):
    one = developments.copy()
    one.loc["001", ["trend_weeks", "trend_note"]] = [NAN, "no trend: 3 weeks"]
    one.loc["002", "unconnected_before"] = 0
    found = outreach(one)
    assert found["pace"].tolist()[:3] == [
        "not known: no trend: 3 weeks",
        "not known: no household was unconnected before",
        "not known: 6 similar developments have a trend, at least 8 needed",
    ]
    assert found["outreach"].tolist() == [*[WITHIN] * 8, BELOW]
    assert found["gained_per_100"].isna().all()


def test_the_list_puts_the_largest_shortfall_first():
    rows = pd.DataFrame(
        {
            "outreach": [
                WITHIN,
                BELOW,
                BELOW,
                "not known: not eligible, or not confirmed to be",
                BELOW,
                "not known: x",
            ],
            "shortfall_households": [0, 5, 9, NAN, 5, NAN],
            "unconnected": [500, 20, 10, 900, 30, NAN],
        },
        index=list("abcdef"),
    )
    assert outreach_list(rows).index.tolist() == ["c", "e", "b", "a", "f"]


def test_without_reports_nothing_is_known():
    empty = latest(NONE).join(trend(NONE))
    assert outreach(empty.assign(eligible=True)).empty
    found = outreach(empty.reindex(["001"]).assign(eligible=True))
    assert found["outreach"].tolist() == ["not known: it has no enrollment report"]
    assert outreach_list(found.assign(unconnected=NAN)).index.tolist() == ["001"]
