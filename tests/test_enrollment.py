import numpy as np
import pandas as pd
import pytest

from geo.enrollment import CARRIED_WEEKS, CONTRADICTS, NONE, latest, totals, trend, until
from geo.tables import ENROLLMENT

NAN = float("nan")


def reports(*rows):
    """ENROLLMENT of rows (tds, reported, households, subscribers)."""
    frame = pd.DataFrame(rows, columns=["tds", "reported", "households", "subscribers"])
    frame = frame.astype({"households": float, "subscribers": float})
    return frame.assign(
        record=frame["tds"] + " " + frame["reported"],
        reported_name="Invented " + frame["tds"],
        provider="Optimum",
        enrolled_share=frame["subscribers"] / frame["households"].where(frame["households"] > 0),
        reported_with=None,
    )[ENROLLMENT.names]


def weekly(tds, first, subscribers, households=100):
    """One report a week from `first` on."""
    days = pd.date_range(first, periods=len(subscribers), freq="7D").strftime("%Y-%m-%d")
    return [(tds, day, households, each) for day, each in zip(days, subscribers, strict=True)]


def test_the_last_report_of_each_by_hand():
    found = latest(reports(("2", "2026-01-12", 50, 50), ("1", "2026-01-12", 80, 20), ("1", "2026-01-05", 100, 10)))
    assert found.index.tolist() == ["1", "2"]
    one = found.loc["1"]
    assert one[["reported", "households", "subscribers", "unconnected"]].tolist() == ["2026-01-12", 80, 20, 60]
    assert one["enrolled_share"] == 0.25
    assert found.loc["2", ["unconnected", "enrolled_share"]].tolist() == [0, 1]
    assert found["enrollment_note"].tolist() == [None, None]


def test_later_reports_are_not_known_before():
    rows = reports(("1", "2026-01-05", 100, 10), ("1", "2026-01-12", 80, 20), ("2", "2026-02-01", 10, 1))
    found = latest(rows, "2026-01-11")
    assert found[["reported", "subscribers"]].to_numpy().tolist() == [["2026-01-05", 10]]
    assert len(until(rows, "2026-01-12")) == 2
    assert latest(rows, "2026-01-12").loc["1", "subscribers"] == 20


def test_reports_that_ended_stay_visible_and_say_nothing_of_today():
    kept = reports(("1", "2026-01-05", 100, 10), ("2", "2026-02-02", 100, 10))
    assert latest(kept)["current"].all()
    found = latest(reports(("1", "2026-01-04", 100, 10), ("2", "2026-02-02", 100, 10))).loc["1"]
    assert not found["current"]
    assert found[["households", "subscribers", "enrolled_share"]].tolist() == [100, 10, 0.1]
    assert np.isnan(found["unconnected"])
    assert found["enrollment_note"] == "its reports ended on 2026-01-04"
    assert CARRIED_WEEKS == 4


def test_more_subscribers_than_households_is_no_share_and_no_rest():
    found = latest(reports(("1", "2026-01-05", 100, 110), ("2", "2026-01-05", 0, 0)))
    assert found[["enrolled_share", "unconnected"]].to_numpy().tolist() == pytest.approx(
        [pytest.approx([NAN, NAN], nan_ok=True), pytest.approx([NAN, 0], nan_ok=True)]
    )
    assert found["enrollment_note"].tolist() == [CONTRADICTS, None]


def test_gain_of_twelve_weeks_by_hand():
    found = trend(reports(*weekly("1", "2026-01-05", range(10, 26)))).loc["1"]
    assert found[["first_reported", "reports", "gained_12_weeks", "trend_weeks", "pace_per_week"]].tolist() == [
        *("2026-01-05", 16, 12, 12, 1)
    ]
    assert found["unconnected_before"] == 100 - 13
    assert (found["stalled"], found["stalled_since"], found["trend_note"]) == (False, None, None)


def test_the_report_nearest_to_twelve_weeks_before_and_the_earlier_of_two():
    """16, 14, 10 and 8 weeks before: 14 and 10 are as near, and the earlier one counts, over its own 14 weeks."""
    days = ("2026-01-05", "2026-01-19", "2026-02-16", "2026-03-02", "2026-04-27")
    rows = reports(*zip("1" * 5, days, [100] * 5, (10, 20, 30, 40, 48), strict=True))
    found = trend(rows).loc["1"]
    assert found[["gained_12_weeks", "trend_weeks", "pace_per_week"]].tolist() == [28, 14, 2]


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        (weekly("1", "2026-01-05", [10]), "no trend: 0 weeks of reports, at least 8 needed"),
        (weekly("1", "2026-01-05", range(8)), "no trend: 7 weeks of reports, at least 8 needed"),
        (
            [("1", "2025-01-06", 100, 10), *weekly("1", "2026-01-05", range(10, 17))],
            "no trend: no report 8 to 16 weeks before the last",
        ),
        ([*weekly("1", "2025-01-06", [5] * 20), ("2", "2026-01-05", 9, 9)], "its reports ended on 2025-05-19"),
    ],
)
def test_why_there_is_no_trend(rows, note):
    found = trend(reports(*rows)).loc["1"]
    assert found["trend_note"] == note
    assert found[["gained_12_weeks", "trend_weeks", "pace_per_week"]].isna().all()
    assert (found["stalled"], found["stalled_since"]) == (None, None)


def test_stalled_since_when():
    """Three weeks up, then ten at the same height, one of them higher."""
    found = trend(reports(*weekly("1", "2026-01-05", [10, 20, 30, 40, 41, *[40] * 9]))).loc["1"]
    assert found["stalled"] is True
    assert found["stalled_since"] == "2026-01-26"
    assert found["trend_note"] == "no gain since 2026-01-26 (10 weeks); 60 unconnected"
    assert found["gained_12_weeks"] == 40 - 20


def test_seven_weeks_at_the_same_height_are_not_stalled():
    found = trend(reports(*weekly("1", "2026-01-05", [10, 20, 30, *[40] * 8]))).loc["1"]
    assert (found["stalled"], found["stalled_since"], found["trend_note"]) == (False, None, None)


def test_a_fall_is_stalled_in_its_own_words():
    rows = [*weekly("1", "2026-01-05", [50, *([40] * 7)], 90), ("1", "2026-03-02", 80, 44)]
    found = trend(reports(*rows)).loc["1"]
    assert found["stalled"] is True
    assert found["gained_12_weeks"] == -6
    assert found["trend_note"] == (
        "fell by 6 since 2026-01-05 (8 weeks); 36 unconnected; households revised from 90 to 80"
    )


def test_where_everybody_subscribes_nothing_is_stalled():
    found = trend(reports(*weekly("1", "2026-01-05", [100] * 13))).loc["1"]
    assert (found["stalled"], found["trend_note"]) == (False, None)


def test_whether_a_contradiction_is_stalled_is_not_known():
    found = trend(reports(*weekly("1", "2026-01-05", [110] * 13))).loc["1"]
    assert (found["stalled"], found["trend_note"]) == (None, CONTRADICTS)


def test_totals_by_hand_with_a_partial_week():
    rows = reports(
        *[("1", "2026-01-05", 100, 50), ("2", "2026-01-05", 100, 30)],
        ("1", "2026-01-12", 100, 60),
        *[("1", "2026-01-19", 100, 60), ("2", "2026-01-19", 110, 40), ("3", "2026-01-19", 50, 0)],
    )
    found = totals(rows)
    assert found.index.tolist() == ["2026-01-05", "2026-01-12", "2026-01-19"]
    assert found["developments"].tolist() == [2, 1, 3]
    assert found["carried"].tolist() == [0, 1, 0]
    assert found["households"].tolist() == [200, 200, 260]
    assert found["subscribers"].tolist() == [80, 90, 100]
    assert found["enrolled_share"].tolist() == pytest.approx([0.4, 0.45, 100 / 260])
    assert found["partial"].tolist() == [False, True, False]
    assert found["totals_note"].tolist() == [
        None,
        "partial: 1 developments reported, 2 the date before; 1 carried from at most 4 weeks before",
        None,
    ]


def test_nobody_is_carried_for_longer_than_four_weeks():
    rows = reports(*weekly("1", "2026-01-05", [50] * 7), ("2", "2026-01-05", 100, 30))
    found = totals(rows)
    assert found["carried"].tolist() == [0, 1, 1, 1, 1, 0, 0]
    assert found["subscribers"].tolist() == [80, 80, 80, 80, 80, 50, 50]
    assert found["partial"].tolist() == [False, True, *[False] * 5]
    assert found["totals_note"].iloc[5] == "1 no longer counted: no report for more than 4 weeks"
    assert found["totals_note"].iloc[6] is None


def test_totals_are_the_sums_of_the_last_reports():
    random = np.random.default_rng(1)
    rows = [
        row
        for number in range(30)
        for row in weekly(f"{number:03d}", "2026-01-05", random.integers(0, 90, 8))
        if random.random() < 0.8 or row[1] == "2026-01-05"
    ]
    made = reports(*rows)
    for date, row in totals(made).iterrows():
        last = latest(made, date)
        last = last[last["current"]]
        assert (len(last), last["subscribers"].sum()) == (row["developments"] + row["carried"], row["subscribers"])


def test_the_order_of_rows_changes_nothing():
    made = reports(*weekly("1", "2026-01-05", range(20)), *weekly("2", "2026-01-19", [9] * 18))
    mixed = made.sample(frac=1, random_state=3)
    for of in (latest, trend, totals):
        pd.testing.assert_frame_equal(of(mixed), of(made))


def test_no_reports_give_empty_tables():
    assert ENROLLMENT.problems(NONE, whole=False) == []
    for of in (latest, trend, totals):
        assert of(NONE).empty
    assert latest(reports(("1", "2026-01-05", 9, 9)), "2026-01-04").empty
