import pandas as pd
import pytest

from geo.backtest import COLUMNS
from geo.priority import drawn_needs
from geo.programme import NO_REPORTS, hindsight, programme, served
from geo.scores import score_city
from tests import city

NAN = float("nan")


def report(tds, date, subscribers, households=100.0, provider="Optimum"):
    return {
        "record": f"{tds} {date}",
        "tds": tds,
        "reported": date,
        "reported_name": tds,
        "provider": provider,
        "households": households,
        "subscribers": float(subscribers),
        "enrolled_share": subscribers / households,
        "reported_with": None,
    }


REPORTS = pd.DataFrame(
    [
        report("001", "2025-09-01", 1000, 1480.0),
        report("001", "2025-12-01", 1180, 1480.0),
        report("003", "2025-05-01", 60),
        report("002", "2025-06-02", 100, 290.0),
    ]
)


@pytest.fixture(scope="module")
def scored():
    return score_city(city.tables())


def rated(scored, reports, needs=None):
    uncertain = pd.Index([])
    drawn = drawn_needs(scored.places, needs, uncertain)
    found = programme(scored.tables["developments"], reports, drawn, city_need=51.7, walk_m=400.0, as_of="2026-01-01")
    return found.set_index("tds")


def test_households_left_to_connect_come_from_the_reports(scored):
    found = rated(scored, REPORTS)
    assert found.loc["001", ["households", "subscribers", "unconnected"]].tolist() == [1480, 1180, 300]
    assert found["counted_from"]["001"] == "enrollment reported on 2025-12-01"
    assert "300 of 1,480 households not yet subscribed on 2025-12-01" in found["reasons"]["001"]
    assert found.loc["005", ["households", "unconnected"]].tolist() == [3000, 3000]
    assert (found["counted_from"]["005"], found["counted_from"]["004"]) == (NO_REPORTS, None)
    assert pd.isna(found["unconnected"]["004"])


def test_a_report_that_ended_still_counts_and_says_so(scored):
    found = rated(scored, REPORTS)
    assert found["unconnected"]["002"] == 190
    assert "its reports ended on 2025-06-02" in found["counted_from"]["002"]


def test_a_converted_development_keeps_its_enrollment_and_loses_its_priority(scored):
    found = rated(scored, REPORTS)
    assert found["subscribers"]["003"] == 60
    assert pd.isna(found["priority"]["003"])
    assert found["eligible"].tolist() == [True, True, False, None, True]


def test_priority_by_hand(scored):
    found = rated(scored, REPORTS)
    need = found["need"]["001"]
    assert need == pytest.approx(140 / 3)
    assert found["priority"]["001"] == pytest.approx((0.4 * need + 0.25 * 30) / 0.9)


def test_without_any_report_apartments_stand_for_households(scored):
    found = served(
        pd.DataFrame({"eligible": [True, True], "apartments": [10.0, NAN]}, index=["a", "b"]), None, "2026-01-01"
    )
    assert found["unconnected"].tolist() == pytest.approx([10, NAN], nan_ok=True)
    assert found["counted_from"].tolist() == [NO_REPORTS, None]
    assert found["outreach"].str.startswith("not known").all()


def test_where_only_others_are_reported_apartments_stand_for_households():
    """A report of 0 households that was set aside leaves none."""
    known = pd.DataFrame({"eligible": [True, True], "apartments": [1150.0, 90.0]}, index=["001", "002"])
    found = served(known, pd.DataFrame([report("002", "2025-12-01", 60)]), "2026-01-01")
    assert found[["households", "unconnected"]].to_numpy().tolist() == [[1150, 1150], [100, 40]]
    assert found["counted_from"].tolist() == [NO_REPORTS, "enrollment reported on 2025-12-01"]


def test_intervals_come_from_the_draws(scored):
    needs = pd.DataFrame({area: [40.0, 50.0] * 50 for area in scored.tables["tracts"]["geoid"]})
    found = rated(scored, REPORTS, needs)
    assert found.loc["001", ["need_low", "need_high"]].tolist() == [40, 50]
    assert found["tier"].notna().tolist() == [True, True, False, False, True]


def test_hindsight_takes_what_was_known_then(scored):
    phases = pd.DataFrame(
        {
            "tds": ["003", "001"],
            "name": ["Three", "One"],
            "phase": "pilot",
            "announced": "2022-09-19",
            "source_url": None,
        }
    )
    found = hindsight(rated(scored, REPORTS).reset_index(), {**city.tables(), "phases": phases}, 400.0)
    assert found.columns.tolist() == [*COLUMNS]
    assert found["known"].tolist() == [2], "003 was public housing then"
    assert found["eligible"].tolist() == [4]
