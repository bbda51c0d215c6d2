import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom, mannwhitneyu, norm

from geo.acs import Z90
from geo.backtest import AVAILABLE, CAVEAT, COLUMNS, FEW, among_first, as_known, backtest, outranks
from geo.crs import WGS84
from geo.errors import TableError

NAN = float("nan")


def phases(*rows):
    """PHASES of rows (tds, phase, announced)."""
    frame = pd.DataFrame(rows, columns=["tds", "phase", "announced"])
    return frame.assign(name="Invented " + frame["tds"].astype(str), source_url=None)


def priority(**values):
    return pd.Series(values, dtype=float)


TEN = priority(a=100, b=90, c=80, d=70, e=60, f=50, g=40, h=30, i=20, j=10)


def test_one_phase_by_hand():
    """a, c and h are known: two of them in the first three; they are before 7, 6 and 2 of the 7 others."""
    found = backtest({"2022-09-19": TEN}, phases(*[(tds, "pilot", "2022-09-19") for tds in "ach"]))
    assert found.columns.tolist() == [*COLUMNS]
    row = found.iloc[0]
    assert row[["phase", "announced", "known", "eligible", "first"]].tolist() == ["pilot", "2022-09-19", 3, 10, 2]
    assert row["chance_first"] == pytest.approx(0.9)
    assert row[["chance_low", "chance_high"]].tolist() == [0, 2]
    assert row["outranks"] == pytest.approx(15 / 21)
    assert row["outranks_low"] < 0.5 < 15 / 21 < row["outranks_high"]
    assert row["percentile"] == pytest.approx((95 + 75 + 25) / 3)
    assert row["missing"] is None
    assert row["words"] == (
        "Of 3 known developments 2 are among the first 3 of 10; chance would give 0.90 (0 to 2). A known one is before "
        f"another in 71% of pairs ({row['outranks_low']:.0%} to {row['outranks_high']:.0%}), where chance gives 50%: "
        "too few to conclude anything."
    )


def test_what_was_chosen_before_leaves_the_later_comparison():
    told = phases(
        ("a", "pilot", "2022-09-19"), ("z", "early", None), ("b", "third", "2023-08-01"), ("j", "early", None)
    )
    found = backtest({"2022-09-19": TEN, "2023-08-01": TEN}, told)
    assert found["phase"].tolist() == ["pilot", "third"]
    assert found["eligible"].tolist() == [9, 8]
    assert found["outranks"].tolist() == [1, 1]
    assert found["first"].tolist() == [1, 1]


def test_who_could_not_be_chosen_is_named():
    told = phases(*[(tds, "third", "2023-08-01") for tds in ("a", "b", "c", "x")])
    row = backtest({"2023-08-01": TEN.mask(TEN == 80)}, told).iloc[0]
    assert (row["known"], row["eligible"], row["missing"]) == (2, 9, "Invented c, Invented x")
    assert row["words"].endswith("too few to conclude anything. Without a priority then: Invented c, Invented x.")


@pytest.mark.parametrize(
    ("known", "words"),
    [("abcde", "more than chance."), ("fghij", "less than chance."), ("acegi", "cannot be told from chance.")],
)
def test_five_are_enough_to_say_something(known, words):
    assert len(known) == FEW
    row = backtest({"2023-08-01": TEN}, phases(*[(tds, "third", "2023-08-01") for tds in known])).iloc[0]
    assert row["words"].endswith(words)


@pytest.mark.parametrize("values", [priority(), priority(x=1, y=2), priority(a=5), priority(a=NAN, b=NAN)])
def test_nothing_to_compare(values):
    row = backtest({"2023-08-01": values}, phases(("a", "third", "2023-08-01"))).iloc[0]
    assert row[["first", "chance_first", "outranks", "outranks_low", "percentile"]].isna().all()
    assert row["words"].startswith("Nothing to compare: ")


def test_no_phases_and_no_priority():
    assert backtest({}, phases()).columns.tolist() == [*COLUMNS]
    assert backtest({}, phases(("a", "early", None))).empty
    with pytest.raises(TableError, match="announced on 2023-08-01, no priority as of then"):
        backtest({"2022-09-19": TEN}, phases(("a", "pilot", "2022-09-19"), ("b", "third", "2023-08-01")))


def test_equals_share_the_last_places():
    """Of two places one is taken by 9; three have 5 for the other, two of them known."""
    known = np.array([False, True, True, False])
    assert among_first(np.array([9.0, 5, 5, 5]), known) == pytest.approx(2 / 3)
    assert among_first(np.array([5.0, 5, 5, 5]), known) == pytest.approx(1)
    assert among_first(np.array([1.0, 9, 8, 2]), known) == 2


def test_chance_is_what_random_choices_give():
    random = np.random.default_rng(3)
    found = [among_first(random.random(40), np.arange(40) < 12) for _ in range(3000)]
    row = backtest(
        {"2023-08-01": pd.Series(range(40), dtype=float)}, phases(*[(n, "t", "2023-08-01") for n in range(12)])
    )
    assert np.mean(found) == pytest.approx(row["chance_first"].iloc[0], abs=0.1)
    low, high = row[["chance_low", "chance_high"]].iloc[0]
    assert np.mean([low <= each <= high for each in found]) >= 0.9
    assert hypergeom.cdf(low - 1, 40, 12, 12) < 0.05 <= hypergeom.cdf(low, 40, 12, 12)


def test_outranks_by_hand_with_a_tie():
    """10 is before 7, 5 and 1; 5 is before 1 and level with 5: 4½ of 6."""
    assert outranks(np.array([10.0, 5]), np.array([7.0, 5, 1]))[0] == 0.75


def test_outranks_is_the_mann_whitney_statistic_and_has_a_mirror():
    random = np.random.default_rng(4)
    known, others = random.integers(0, 9, 11).astype(float), random.integers(0, 9, 30).astype(float)
    found, low, high = outranks(known, others)
    assert found == pytest.approx(mannwhitneyu(known, others).statistic / 330)
    assert outranks(others, known) == pytest.approx((1 - found, 1 - high, 1 - low))


def test_the_interval_at_one_half_has_the_variance_of_chance():
    """Were the truth ½ and the bound just there, U/mn would vary by (m + n + 1)/(12mn)."""
    known, others = 6, 40
    spread = 1 + ((known + others) / 2 - 1) * 2 / 3
    assert 0.25 * spread / (known * others) == pytest.approx((known + others + 1) / (12 * known * others))
    assert pytest.approx(norm.ppf(0.95), abs=2e-4) == Z90


def test_certainty_is_not_claimed_of_few():
    found, low, high = outranks(np.array([9.0, 8, 7, 6]), np.arange(5.0))
    assert (found, high) == (1, 1)
    assert 0.5 < low < 0.95
    assert outranks(np.arange(4.0), np.array([9.0])) == pytest.approx(
        (0, 0, 1 - outranks(np.array([9.0]), np.arange(4.0))[1])
    )


@pytest.mark.parametrize(("known", "apart"), [(4, 0), (4, 1), (17, 0.5)])
def test_the_interval_holds_the_truth_nine_times_of_ten(known, apart):
    random = np.random.default_rng(8)
    truth, inside = norm.cdf(apart / np.sqrt(2)), 0
    for _ in range(400):
        _, low, high = outranks(random.normal(apart, 1, known), random.normal(0, 1, 150))
        inside += low <= truth <= high
    assert 0.86 <= inside / 400 <= 0.96


def test_as_known_on_a_date():
    points = gpd.points_from_xy([-74] * 4, [40.7] * 4)
    developments = gpd.GeoDataFrame(
        {
            "tds": list("1234"),
            "pact_date": ["2023-08-01", "2023-08-02", None, "2020-01-01"],
            "pact_listed": ["converted", "converted", "planned", None],
        },
        geometry=points,
        crs=WGS84,
    )
    kiosks = gpd.GeoDataFrame(
        {"site_id": list("abcd"), "activated": ["2016-01-01", "2023-08-01", "2023-08-02", None]},
        geometry=points,
        crs=WGS84,
    )
    before = developments.copy()
    known = as_known(developments, kiosks, "2023-08-01")
    assert known.kiosks["site_id"].tolist() == ["a", "b"]
    assert known.developments["pact_date"].fillna("").tolist() == ["2023-08-01", "", "", "2020-01-01"]
    assert known.developments["pact_listed"].isna().all()
    assert known.developments.crs == known.kiosks.crs == WGS84
    pd.testing.assert_frame_equal(developments, before)
    none = as_known(developments.assign(pact_date=None), kiosks.assign(activated=None), "2023-08-01")
    assert none.kiosks.empty
    assert len(none.developments) == 4


def test_what_was_available_is_told_without_a_gap():
    assert all(words.startswith(("as then", "of today")) for _, words in AVAILABLE)
    assert len({name for name, _ in AVAILABLE}) == len(AVAILABLE)
    assert "absence from it means nothing" in CAVEAT
