from itertools import product

import numpy as np
import pandas as pd
import pytest

from geo.indicators import CHILDREN, INDICATORS
from geo.priority import changes, drawn_needs, parts, priorities, reasons, standing

NAN = float("nan")
ROWS = pd.DataFrame(
    {
        "eligible": [True, True, False, None, True],
        "need": [80.0, 40.0, 80.0, 80.0, NAN],
        "supply": [20.0, 100.0, 20.0, 20.0, 20.0],
        "unconnected": [500.0, 3000.0, 500.0, 500.0, 500.0],
        "senior": [None, "partially (1 stairhall)", "exclusively", None, None],
        "children_share": [0.2, 0.5, 0.2, 0.2, 0.2],
    },
    index=list("abcde"),
)


def test_parts_by_hand():
    found = parts(ROWS)
    assert found.loc["a"].tolist() == [80, 50, 80, 0, 50]
    assert found.loc["b"].tolist() == [40, 100, 0, 50, 100]
    assert found.loc["c", "older_adults"] == 100


def test_priority_by_hand():
    by_hand = [
        0.4 * 80 + 0.25 * 50 + 0.15 * 80 + 0.1 * 50,
        0.4 * 40 + 0.25 * 100 + 0.1 * 50 + 0.1 * 100,
        NAN,
        NAN,
        NAN,
    ]
    assert priorities(ROWS).tolist() == pytest.approx(by_hand, nan_ok=True)


def test_a_part_that_the_snapshot_lacks_is_left_out():
    without = priorities(ROWS.assign(supply=NAN, children_share=NAN))
    assert without["a"] == pytest.approx((0.4 * 80 + 0.25 * 50) / 0.75)


def test_drawn_needs_by_hand():
    shares = pd.Series(
        [3.0, 1.0, 2.0, 1.0, 5.0],
        pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "y"), ("c", "z"), ("c", "x")]),
    )
    needs = pd.DataFrame({"x": [40.0, 60.0], "y": [20.0, 20.0], "z": [10.0, 10.0]})
    found = drawn_needs(shares, needs, pd.Index(["z"]))
    assert found.to_dict("list") == {"a": [35.0, 50.0], "b": [20.0, 20.0]}
    assert len(drawn_needs(shares, None, pd.Index([])).columns) == 0


def many(needs):
    rows = pd.DataFrame(
        {"eligible": True, "need": needs, "supply": 50.0, "unconnected": 100.0, "senior": None, "children_share": NAN},
        index=[f"{n:03}" for n in range(len(needs))],
    )
    return rows.assign(priority=priorities(rows))


def test_standing_tells_the_sure_from_the_unsure():
    rows = many([90.0, 50.0, 49.0, 48.0, 10.0])
    spread = np.random.default_rng(0).normal(0, 1, (1000, 5)) * [0.1, 8, 8, 8, 0.1]
    drawn = pd.DataFrame(rows["need"].to_numpy() + spread, columns=rows.index)
    found = standing(rows, drawn)
    assert found["tier"].tolist()[0::4] == ["clear top", "clearly not top"]
    assert found["p_top20"]["000"] == 1
    assert found["need_low"]["001"] == pytest.approx(50 - 1.645 * 8, abs=1)
    assert found["priority_high"]["001"] - found["priority_low"]["001"] == pytest.approx(
        0.4 / 0.9 * (found["need_high"]["001"] - found["need_low"]["001"])
    )
    assert found["tier_note"].isna().all()
    pd.testing.assert_frame_equal(found, standing(rows.iloc[::-1], drawn).reindex(rows.index))


def test_without_draws_there_is_no_tier_and_a_reason():
    rows = many([90.0, 50.0, 20.0])
    found = standing(rows, pd.DataFrame(index=range(0)))
    assert found[["need_low", "tier", "p_top20"]].isna().all(axis=None)
    assert found["tier_note"].str.startswith("no interval and no tier").all()
    partly = standing(rows, pd.DataFrame({"000": [88.0, 92.0] * 50}))
    assert partly["tier"].tolist()[1:] == [None, None]
    assert partly["need_low"]["000"] == 88
    rows.loc["002", "priority"] = NAN
    assert standing(rows, pd.DataFrame())["tier_note"]["002"] == "not ranked: it has no priority"


def test_changes_are_exact():
    rows = many([90.0, 50.0, 49.0, 48.0, 10.0]).assign(need_low=NAN, need_high=NAN)
    rows.loc["001", ["need_low", "need_high"]] = [40.0, 60.0]
    said = changes(rows)
    assert said["000"] == (
        "in the first fifth; leaves it if the need of its place were below 50.0 (its interval is not known), "
        "or on conversion to PACT"
    )
    assert said["001"] == (
        "not in the first fifth; would enter it if the need of its place were 90.0 or more (its interval: 40.0–60.0)"
    )
    moved = rows.assign(need=rows["need"].mask(rows.index == "001", 90.01))
    assert changes(moved.assign(priority=priorities(moved)))["001"].startswith("in the first fifth")


def test_changes_count_households():
    rows = many([52.0, 50.0, 49.0, 48.0, 10.0]).assign(need_low=NAN, need_high=NAN)
    rows["unconnected"] = [500.0, 100.0, 100.0, 100.0, 100.0]
    rows["priority"] = priorities(rows)
    left = 500 - (rows["priority"]["000"] - rows["priority"]["001"]) * 0.9 / 0.25 * 10
    assert f"when fewer than {left:,.0f} of its 500 unconnected households are left" in changes(rows)["000"]
    fewer = rows.assign(unconnected=rows["unconnected"].mask(rows.index == "000", left - 1))
    assert not changes(fewer.assign(priority=priorities(fewer)))["000"].startswith("in the first fifth")


def test_changes_of_those_that_are_not_ranked():
    rows = ROWS.assign(priority=priorities(ROWS), need_low=NAN, need_high=NAN)
    said = changes(rows)
    assert said["c"] == "not ranked: it left public housing"
    assert said["d"] == "not ranked; it would be if its place in public housing were confirmed"
    assert said["e"] == "not ranked: a part of its priority is not known"


def test_reasons_never_say_nan():
    known = {
        "apartments": 1234.0,
        "households": 1200.0,
        "subscribers": 900.0,
        "unconnected": 300.0,
        "need": 61.2,
        "need_low": 55.0,
        "need_high": 66.0,
        "supply": 40.0,
        "nearest_kiosk_m": 1500.0,
        "nearest_centre_m": 900.0,
        "senior": "partially",
    }
    shares = {f"{indicator.code}_share": indicator.goalposts[1] for indicator in (*INDICATORS, CHILDREN)}
    together = {"need_low": "need_high", "households": "subscribers", "unconnected": "subscribers"}
    free = [name for name in known if name not in (*together, "need_high")]
    for city_need, share, *kept in product((NAN, 50.0), (NAN, 1.0), *[(True, False)] * len(free)):
        keep = dict(zip(free, kept, strict=True))
        keep |= {"households": keep["subscribers"], "unconnected": keep["subscribers"]}
        keep |= {"need_low": keep["need"], "need_high": keep["need"]}
        values = {name: value if keep[name] else NAN for name, value in known.items()}
        told = {"eligibility": "eligible", "reported": "2026-08-17"}
        row = pd.DataFrame([told | values | {name: share * value for name, value in shares.items()}])
        for rows in (row, row.astype(object).where(row.notna(), None)):
            said = reasons(rows, city_need, 400.0)[0]
            assert "nan" not in said.lower(), said
            assert "none" not in said.lower(), said
            assert "; ;" not in said


def test_reasons_read_as_a_sentence():
    shares = {f"{indicator.code}_share": 0.0 for indicator in (*INDICATORS, CHILDREN)}
    row = {
        "eligibility": "eligible",
        "apartments": 1500.0,
        "households": 1480.0,
        "subscribers": 1100.0,
        "unconnected": 380.0,
        "reported": "2026-08-17",
        "need": 46.7,
        "need_low": 40.0,
        "need_high": 53.0,
        "supply": 100.0,
        "nearest_kiosk_m": 50.0,
        "nearest_centre_m": 2355.0,
        "senior": "exclusively",
        **shares,
        "below_150_poverty_share": 0.6,
    }
    assert reasons(pd.DataFrame([row]), 51.7, 400.0)[0] == (
        "eligible; 380 of 1,480 households not yet subscribed on 2026-08-17; need of its place 46.7 "
        "(40.0–53.0) of 100, not above the city's 51.7; around it 60 % of people are below 150 % of the poverty level; "
        "100 % of its grounds within 400 m of working public access; nearest working kiosk 50 m; "
        "nearest computer centre 2,355 m; for older adults exclusively"
    )
