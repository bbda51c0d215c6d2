import json

import pandas as pd
import pytest

from geo.enrollment import NONE
from geo.errors import BadQuery
from geo.followup import (
    AHEAD,
    AS_PLANNED,
    BEHIND,
    CONTRACTS_END,
    MONTH_DAYS,
    NO_BASELINE,
    NO_REPORT,
    NOT_BEGUN,
    NOT_YET,
    cost_to_date,
    cost_until,
    follow,
    standing,
)
from tests.test_enrollment import reports, weekly

NAN = float("nan")
SUMMED = ["planned", "expected", "connected", "ahead"]


def plan(*rows, **columns):
    """A plan of rows (tds, wave, planned, baseline)."""
    frame = pd.DataFrame(rows, columns=["tds", "wave", "planned", "baseline"])
    return frame.astype({"planned": float, "baseline": float}).assign(provider="Optimum", **columns)


def followed(rows, *reported, **options):
    return follow(rows, reports(*reported), **{"start": "2026-01-01", "wave_months": 1} | options)


def one(reported, subscribers, **options):
    """A development of wave 1, January: 310 households to connect, 100 subscribers at the start."""
    found = followed(plan(("1", 1, 310, 100)), ("1", reported, 1000, subscribers), **options)
    return found.developments.loc["1"]


@pytest.mark.parametrize(
    ("reported", "subscribers", "expected", "connected", "ahead", "words"),
    [
        ("2026-01-11", 200, 100, 100, 0, AS_PLANNED),
        ("2026-01-11", 195, 100, 95, -5, AS_PLANNED),
        ("2026-01-11", 205, 100, 105, 5, AS_PLANNED),
        ("2026-01-11", 194, 100, 94, -6, BEHIND),
        ("2026-01-11", 206, 100, 106, 6, AHEAD),
        ("2026-01-11", 90, 100, -10, -110, BEHIND),
        ("2026-01-01", 101, 0, 1, 1, AS_PLANNED),
        ("2026-02-01", 410, 310, 310, 0, AS_PLANNED),
        ("2026-06-01", 390, 310, 290, -20, BEHIND),
    ],
)
def test_one_development_by_hand(reported, subscribers, expected, connected, ahead, words):
    found = one(reported, subscribers)
    assert found[SUMMED].tolist() == pytest.approx([310, expected, connected, ahead])
    assert (found["reported"], found["standing"], found["left"], found["note"]) == (reported, words, None, None)


def test_standing_by_hand():
    assert [standing(-1, 0), standing(-1.5, 10), standing(1.5, 10), standing(-5, 100)] == [
        *(AS_PLANNED, BEHIND, AHEAD, AS_PLANNED)
    ]


def test_before_its_wave_begins_nothing_is_expected_and_what_moved_is_told():
    found = followed(plan(("1", 2, 100, 50)), ("1", "2026-01-19", 500, 62)).developments.loc["1"]
    assert found[SUMMED].tolist() == pytest.approx([100, 0, 12, NAN], nan_ok=True)
    assert found["standing"] == NOT_BEGUN


def test_not_known_is_not_behind():
    rows = plan(("1", 1, 100, 50), ("2", 1, 100, 50), ("3", 1, 100, NAN), ("4", 2, 100, 50), ("5", 3, 100, 50))
    told = followed(
        rows,
        *[("1", "2025-12-29", 500, 60), ("3", "2026-02-09", 500, 60), ("4", "2026-01-26", 500, 60)],
    ).developments
    assert told["standing"].tolist() == [NO_REPORT, NO_REPORT, NO_BASELINE, NOT_YET, NOT_BEGUN]
    assert told["reported"].tolist() == [None, None, "2026-02-09", "2026-01-26", None]
    assert told["expected"].tolist() == pytest.approx([NAN, NAN, NAN, NAN, 0], nan_ok=True)
    assert told["connected"].tolist() == pytest.approx([NAN] * 5, nan_ok=True)
    assert told["ahead"].isna().all()


def test_who_converts_counts_until_then_and_is_named():
    """Left on 12 January: the report of the 11th counts, when 100 were expected; that of the 18th does not."""
    rows = plan(
        ("1", 1, 310, 0), ("2", 1, 310, 0), name=["Invented Houses", None], pact_date=["2026-01-12", "2027-01-01"]
    )
    told = [
        *[("1", "2026-01-11", 900, 100), ("1", "2026-01-18", 900, 0)],
        *[("2", "2026-01-11", 900, 99), ("2", "2026-02-01", 900, 310)],
    ]
    found = followed(rows, *told)
    assert found.developments[["expected", "connected"]].to_numpy().tolist() == [[100, 100], [310, 310]]
    assert found.developments["left"].tolist() == ["2026-01-12", None]
    assert found.developments["note"].tolist() == ["left on 2026-01-12", None]
    assert found.plan["left"] == found.waves.loc[1, "left"] == "Invented Houses (2026-01-12)"
    before = followed(rows, *told, as_of="2026-01-11")
    assert before.developments["left"].tolist() == [None, None]
    assert before.plan["left"] is None


def test_who_converts_before_its_wave_begins_has_not_begun():
    rows = plan(("1", 3, 100, 0), pact_date="2026-01-20")
    found = followed(rows, ("1", "2026-01-12", 900, 4), ("2", "2026-04-06", 900, 4))
    assert found.developments.loc["1", ["standing", "left"]].tolist() == [NOT_BEGUN, "2026-01-20"]
    assert found.plan["left"] == "1 (2026-01-20)"


def test_a_development_that_fell_silent_is_judged_by_its_last_report():
    found = followed(plan(("1", 1, 310, 100)), ("1", "2026-01-11", 900, 200), ("2", "2026-03-02", 9, 9))
    row = found.developments.loc["1"]
    assert row[["reported", "expected", "standing", "note"]].tolist() == [
        *("2026-01-11", 100, AS_PLANNED, "its reports ended on 2026-01-11")
    ]


def test_waves_and_the_plan_are_the_sums_of_their_rows():
    rows = plan(("1", 1, 100, 10), ("2", 1, 50, 10), ("3", 2, 280, 0), ("4", 3, 70, 5), ("5", 2, 40, 5))
    found = followed(
        rows,
        *[("1", "2026-02-11", 500, 70), ("2", "2026-02-11", 500, 70)],
        *[("3", "2026-02-11", 500, 100), ("4", "2026-02-11", 500, 5)],
    )
    waves = found.waves
    assert waves[["begins", "ends"]].to_numpy().tolist() == [
        *(["2026-01-01", "2026-02-01"], ["2026-02-01", "2026-03-01"], ["2026-03-01", "2026-04-01"])
    ]
    assert waves["planned"].tolist() == [150, 320, 70]
    assert waves["expected"].tolist() == pytest.approx([150, 100, 0])
    assert waves["connected"].tolist() == [120, 100, 0]
    assert waves["ahead"].tolist() == pytest.approx([-30, 0, NAN], nan_ok=True)
    assert waves["standing"].tolist() == [BEHIND, AS_PLANNED, NOT_BEGUN]
    assert waves["not_known"].tolist() == [0, 1, 0]
    assert waves["developments"].tolist() == [2, 2, 1]
    for name in SUMMED:
        assert waves[name].sum() == pytest.approx(found.developments[name].sum()) == pytest.approx(found.plan[name])
    assert found.plan["standing"] == BEHIND
    assert found.plan["as_of"] == "2026-02-11"


def test_what_was_gained_early_hides_no_delay():
    """Wave 1 should have 310 and has 60, wave 2 has 250 before it begins: 250 behind, not as planned."""
    rows = plan(("1", 1, 310, 0), ("2", 2, 400, 100), ("3", 2, 90, 0))
    found = followed(rows, ("1", "2026-01-31", 900, 60), ("2", "2026-01-31", 900, 350))
    due = 310 * 30 / 31
    assert [found.plan[name] for name in SUMMED] == pytest.approx([800, due, 60, 60 - due])
    assert (found.plan["standing"], found.plan["connected_early"]) == (BEHIND, 250)
    assert found.waves["connected"].tolist() == [60, 250]
    assert found.waves["standing"].tolist() == [BEHIND, NOT_BEGUN]
    for name in ("planned", "expected", "ahead"):
        assert found.plan[name] == pytest.approx(found.waves[name].sum()) == found.developments[name].sum()
    later = followed(rows, ("1", "2026-01-31", 900, 60), ("2", "2026-03-01", 900, 500)).plan
    assert (later["connected"], later["connected_early"], later["expected"]) == (460, None, pytest.approx(due + 400))


def test_of_a_begun_wave_only_who_has_an_answer_is_netted():
    """2 left before wave 2 began, 3 was heard last before it: what they gained is set against nobody's delay."""
    rows = plan(("1", 2, 280, 0), ("2", 2, 100, 0), ("3", 2, 100, 0), pact_date=[None, "2026-01-20", None])
    found = followed(rows, ("1", "2026-02-11", 900, 40), ("2", "2026-01-12", 900, 60), ("3", "2026-01-26", 900, 60))
    assert found.developments["standing"].tolist() == [BEHIND, NOT_BEGUN, NOT_YET]
    assert found.developments["connected"].tolist() == pytest.approx([40, NAN, NAN], nan_ok=True)
    assert [found.plan[name] for name in SUMMED] == pytest.approx([480, 100, 40, -60])
    assert found.plan["connected_early"] is None


def test_waves_begin_at_the_end_of_a_month():
    rows = plan(("1", 1, 1, 0), ("2", 2, 1, 0), ("3", 3, 1, 0))
    found = followed(rows, start="2025-12-31", wave_months=2)
    assert found.waves["begins"].tolist() == ["2025-12-31", "2026-02-28", "2026-04-30"]


def test_a_plan_without_reports_is_not_known():
    found = follow(plan(("1", 1, 100, 10)), NONE, start="2026-01-01", wave_months=3)
    assert found.developments["standing"].tolist() == [NO_REPORT]
    assert found.waves["standing"].tolist() == [NO_REPORT]
    assert json.loads(json.dumps(found.plan)) == {
        "as_of": None,
        "developments": 1,
        "planned": 100,
        "expected": None,
        "connected": None,
        "connected_early": None,
        "ahead": None,
        "not_known": 1,
        "standing": NO_REPORT,
        "left": None,
    }
    early = follow(plan(("1", 1, 9, 9)), NONE, start="2026-01-01", wave_months=3, as_of="2025-12-01")
    assert early.plan["standing"] == NOT_BEGUN


def test_an_empty_plan():
    found = followed(plan(), ("1", "2026-01-11", 9, 9))
    assert found.developments.empty and found.waves.empty
    assert found.plan["developments"] == 0


def test_cost_to_date_by_hand():
    """1: 100 to 200 over 20 days, then 200 over 20 days; 2: 50 to 40 over 40 days."""
    rows = reports(
        *[("1", "2026-01-01", 500, 100), ("1", "2026-01-21", 500, 200), ("1", "2026-02-10", 500, 200)],
        *[("2", "2026-01-01", 500, 50), ("2", "2026-02-10", 500, 40)],
    )
    found = cost_to_date(rows, 30)
    days = 150 * 20 + 200 * 20 + 45 * 40
    assert found["household_months"] == pytest.approx(days / MONTH_DAYS)
    assert found["cost_usd"] == pytest.approx(30 * days / MONTH_DAYS)
    assert found["low_usd"] == pytest.approx(30 * (100 * 20 + 200 * 20 + 40 * 40) / MONTH_DAYS)
    assert found["high_usd"] == pytest.approx(30 * (200 * 20 + 200 * 20 + 50 * 40) / MONTH_DAYS)
    assert (found["from"], found["to"]) == ("2026-01-01", "2026-02-10")
    assert found["words"].endswith("what was spent before 2026-01-01 is not known from the reports")
    assert cost_to_date(rows, 30, "2026-01-21")["household_months"] == pytest.approx(
        (150 * 20 + 50 * 20) / MONTH_DAYS  # the other one is carried at 50
    )


def test_whose_reports_ended_costs_nothing_after_them():
    rows = reports(
        ("1", "2026-01-01", 99, 9), ("1", "2026-03-12", 99, 9), ("2", "2026-01-01", 99, 7), ("2", "2026-01-11", 99, 7)
    )
    assert cost_to_date(rows, 1)["household_months"] == pytest.approx((9 * 70 + 7 * 10) / MONTH_DAYS)


def test_one_date_has_no_cost():
    for rows in (NONE, reports(("1", "2026-01-01", 9, 9), ("2", "2026-01-01", 9, 9))):
        found = cost_to_date(rows, 30)
        assert found["cost_usd"] is None
        assert found["words"] == "not known: it takes reports of two dates"


def test_cost_until_by_hand():
    """
    Ten weeks of 7 days to go. 1 gains 1 a day: 100 → 120 of 120 in 20 days. 2 has no trend. 3 loses 1 a week.

    4 is at all of its households.
    """
    rows = reports(
        *[("1", "2026-01-05", 120, 16), ("1", "2026-03-30", 120, 100)],
        ("2", "2026-03-30", 60, 50),
        *[("3", "2026-01-05", 90, 42), ("3", "2026-03-30", 90, 30)],
        *[("4", "2026-01-05", 20, 20), ("4", "2026-03-30", 20, 20)],
    )
    found = cost_until(rows, MONTH_DAYS, end="2026-06-08")
    assert found["pace_usd"] == pytest.approx(110 * 20 + 120 * 50 + 50 * 70 + 25 * 70 + 20 * 70)
    assert found["subscribers_then"] == pytest.approx(120 + 50 + 20 + 20)
    assert found["nobody_joins_usd"] == pytest.approx(200 * 70)
    assert found["everybody_joins_usd"] == pytest.approx(290 * 70)
    assert found["without_pace"] == 1
    assert (found["from"], found["to"], found["months"]) == ("2026-03-30", "2026-06-08", pytest.approx(70 / MONTH_DAYS))
    assert found["words"].endswith("; 1 without a trend stay as they are")
    gone = pd.Series({"1": "2026-04-19", "4": "2026-01-01", "2": None, "3": "2027-01-01"})
    less = cost_until(rows, MONTH_DAYS, end="2026-06-08", leaves=gone)
    assert less["pace_usd"] == pytest.approx(110 * 20 + 50 * 70 + 25 * 70)
    assert less["subscribers_then"] == pytest.approx(50 + 20)
    assert less["everybody_joins_usd"] == pytest.approx(120 * 20 + 60 * 70 + 90 * 70)


def test_nobody_falls_below_none_or_rises_above_all():
    falls = reports(("1", "2026-01-05", 90, 94), ("1", "2026-03-30", 90, 10))
    found = cost_until(falls, MONTH_DAYS, end="2026-06-08")
    assert found["pace_usd"] == pytest.approx(5 * 10)
    assert found["subscribers_then"] == 0
    rises = reports(*weekly("1", "2026-01-05", range(0, 130, 10), 125))
    found = cost_until(rises, MONTH_DAYS, end=CONTRACTS_END)
    assert found["nobody_joins_usd"] < found["pace_usd"] < found["everybody_joins_usd"]
    assert found["subscribers_then"] == 125


def test_the_two_costs_meet_at_the_newest_report():
    """Who missed the newest report is carried to it in the one, and goes on from it in the other."""
    rows = reports(*weekly("1", "2026-01-05", [10] * 12), *weekly("2", "2026-01-05", [5] * 10))
    past, ahead = cost_to_date(rows, 1), cost_until(rows, 1, end="2026-12-31")
    assert past["to"] == ahead["from"] == "2026-03-23"
    assert past["household_months"] == pytest.approx(15 * 77 / MONTH_DAYS)
    assert ahead["pace_usd"] == pytest.approx(15 * 283 / MONTH_DAYS)


@pytest.mark.parametrize(
    ("rows", "said"), [([("1", "2028-06-30", 9, 9)], "is of 2028-06-30"), ([], "nothing was reported")]
)
def test_an_end_that_has_passed_is_refused(rows, said):
    with pytest.raises(BadQuery, match=f"{said}.*choose a later end"):
        cost_until(reports(*rows), 30)
