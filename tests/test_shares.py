"""What is split adds up, and nothing is counted twice."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.tables import ENROLLMENT
from loaders.shares import Report, apportion, by_development, joined

ONE = Report(("005",), "2026-08-17", "Queensbridge South", "a", ("Optimum",), 1000, 800)
BOTH = replace(ONE, tds=("005", "505"), name="Queensbridge")
HOMES = pd.Series({"005": 1600.0, "505": 800.0, "004": 0.0})


def test_largest_remainder():
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(100, [1600, 1536]) == [51, 49]
    assert apportion(0, [3, 5]) == [0, 0]
    assert apportion(7, [1]) == [7]
    assert apportion(5, [0, 3]) == [0, 5]


@given(st.integers(0, 20_000), st.lists(st.integers(0, 3000), min_size=1, max_size=6).filter(any))
def test_parts_add_up_and_lie_within_one_of_their_quota(total, weights):
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1


@settings(deadline=None)
@given(st.integers(0, 9000), st.integers(0, 9000), st.lists(st.integers(1, 3000), min_size=2, max_size=5))
def test_a_split_report_adds_up_and_no_share_exceeds_one(subscribers, others, homes):
    tds = tuple(f"{number:03d}" for number in range(len(homes)))
    report = replace(ONE, tds=tds, households=subscribers + others, subscribers=subscribers)
    rows = by_development([report], pd.Series(homes, index=[*tds], dtype=float))
    assert rows[["households", "subscribers"]].sum().tolist() == [subscribers + others, subscribers]
    assert (rows["subscribers"] <= rows["households"]).all()


def test_a_name_of_two_developments_is_split_by_their_apartments():
    rows = by_development([BOTH], HOMES).set_index("tds")
    assert rows["households"].to_dict() == {"005": 666, "505": 334}
    assert rows["subscribers"].to_dict() == {"005": 533, "505": 267}
    assert rows["reported_with"].to_dict() == {"005": "505", "505": "005"}
    assert rows["record"].tolist() == ["005 2026-08-17", "505 2026-08-17"]


def test_rows_fit_the_contract_and_are_ordered():
    rows = by_development([replace(ONE, reported="2026-08-24"), ONE, replace(BOTH, reported="2026-08-10")], HOMES)
    assert ENROLLMENT.problems(rows, whole=False) == []
    assert rows["record"].tolist() == ["005 2026-08-10", "005 2026-08-17", "005 2026-08-24", "505 2026-08-10"]
    assert rows.loc[1, ["enrolled_share", "provider"]].tolist() == [0.8, "Optimum"]
    assert [*by_development([], HOMES)] == ENROLLMENT.names


def test_no_households_have_no_share():
    row = by_development([replace(ONE, households=0, subscribers=0, providers=())], HOMES).iloc[0]
    assert pd.isna(row["enrolled_share"]) and pd.isna(row["provider"])


def test_two_providers_of_one_development_are_joined():
    """500 and 300 of the same 1,000 or 1,010 households."""
    second = replace(ONE, providers=("Spectrum",), households=1010, subscribers=150)
    kept, reasons = joined([ONE, second])
    assert reasons == [None, None]
    assert kept == [replace(ONE, providers=("Optimum", "Spectrum"), households=1010, subscribers=950)]
    assert by_development(kept, HOMES)["provider"].tolist() == ["Optimum; Spectrum"]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (replace(ONE, subscribers=801), "repeats the development and date of an earlier row"),
        (replace(ONE, providers=()), "repeats the development and date of an earlier row"),
        (replace(ONE, providers=("Spectrum",), file="b"), "a later file has this development and date"),
        (
            replace(ONE, providers=("Spectrum",), subscribers=201),
            "with the other provider of this date there are more subscribers than households",
        ),
        (
            replace(BOTH, providers=("Spectrum",)),
            "covers a development that Queensbridge South covers on the same date: would count it twice",
        ),
        (replace(ONE, reported="2026-08-10"), None),
        (replace(ONE, tds=("505",)), None),
    ],
)
def test_what_cannot_be_joined_is_set_aside(second, reason):
    kept, reasons = joined([ONE, second])
    assert reasons == [None, reason]
    assert kept == ([ONE] if reason else [ONE, second])


def test_a_report_of_a_part_after_the_whole_is_set_aside():
    kept, reasons = joined([BOTH, replace(ONE, tds=("505",), providers=("Spectrum",))])
    assert kept == [BOTH]
    assert reasons[1] == "covers a development that Queensbridge covers on the same date: would count it twice"
