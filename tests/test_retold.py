"""What geo says is known by its form: every text of the made-up city, of plans and of follow-ups has one."""

import geopandas as gpd
import pandas as pd
import pytest
from markupsafe import Markup

from app.language import Speech, spoken
from app.retold import FORMS, capital, dated, find, sentence, told
from geo import eligibility, enrollment, followup, outreach, priority, programme, rollout_problem
from geo.developments import NO_OUTLINE
from geo.rollout import Terms, costs_of, plan
from tests.pseudo import pseudo
from tests.test_enrollment import reports

DECLARED = (
    *(eligibility.PUBLIC, eligibility.PLANNED, eligibility.UNCONFIRMED, eligibility.ELIGIBLE),
    *(enrollment.CONTRADICTS, NO_OUTLINE, priority.NOT_RANKED, priority.NOT_DRAWN, programme.NO_REPORTS),
    *(rollout_problem.EXCLUDED, rollout_problem.NOT_ELIGIBLE, rollout_problem.NOT_CONFIRMED),
    *(rollout_problem.HOUSEHOLDS_NOT_KNOWN, rollout_problem.NOBODY_LEFT, rollout_problem.NEED_NOT_KNOWN),
    *(rollout_problem.TOO_DEAR, f"not compared: {outreach.NOT_ELIGIBLE}"),
    *(followup.AS_PLANNED, followup.NOT_BEGUN, followup.NO_REPORT, followup.NOT_YET, followup.NO_BASELINE),
)


def unknown(texts):
    return sorted({text for text in texts if isinstance(text, str) and find(text) is None})


def test_what_is_declared_has_a_form():
    assert unknown(DECLARED) == []
    assert len({*FORMS}) == len(FORMS)


def test_eligibility_and_history_have_forms():
    rows = gpd.GeoDataFrame(
        {
            "name": [f"Houses {number}" for number in range(7)],
            "pact_date": [None, "2024-12-12", "2030-01-01", None, None, None, None],
            "pact_text": [None, None, None, "soon", None, None, None],
            "pact_listed": [None, None, None, None, "planned", "converted", "converted"],
            "consolidated_tds": ["002", None, None, None, None, None, None],
        },
        geometry=[*gpd.points_from_xy([0] * 6, [0] * 6), None],
        index=[f"00{number}" for number in range(7)],
        crs="EPSG:4326",
    )
    assert unknown(eligibility.eligibility(rows, "2026-01-01")) == []
    assert unknown(eligibility.timelines(rows)) == []


def test_notes_of_enrollment_have_forms():
    told = reports(
        ("001", "2025-06-02", 200, 100),
        ("001", "2025-12-15", 210, 100),
        ("001", "2026-03-02", 210, 100),
        ("002", "2026-02-02", 200, 100),
        ("002", "2026-03-02", 200, 101),
        ("003", "2025-06-02", 200, 100),
        ("004", "2025-12-15", 220, 150),
        ("004", "2026-03-02", 220, 140),
        ("005", "2026-03-02", 100, 120),
        ("006", "2025-06-02", 200, 100),
        ("006", "2026-03-02", 200, 100),
    )
    trend = enrollment.trend(told)
    assert trend["trend_note"].notna().sum() >= 5
    assert unknown(trend["trend_note"]) == []
    assert unknown(enrollment.totals(told)["totals_note"]) == []
    compared = programme.served(
        pd.DataFrame({"eligible": True, "apartments": 100.0}, index=[f"00{number}" for number in range(1, 9)]),
        told,
        "2026-03-03",
    )
    assert unknown(compared["counted_from"]) == []
    assert unknown(compared["outreach_reason"]) == []


def candidates():
    rows = {
        "name": ["One", "Two", "Three", "Four", "Five", "Six"],
        "borough": ["Bronx", "Queens", "Queens", None, "Bronx", "Queens"],
        "households": [10.0, 20.0, 300.0, 10.0, 0.0, 5.0],
        "need": [90.0, 50.0, 40.0, None, 10.0, 0.0],
        "provider": ["Spectrum", None, "Optimum", None, "Optimum", "Optimum"],
        "eligible": [True, True, True, True, True, False],
    }
    return pd.DataFrame(rows, index=[f"00{number}" for number in range(1, 7)])


@pytest.mark.parametrize(
    "terms",
    [
        Terms(),
        Terms(waves=1, budget_usd=10_000),
        Terms(waves=1, crews=1, include=frozenset({"004"})),
        Terms(waves=1, capacity={"Optimum": 0, "Spectrum": 1}, minimum={"Bronx": 0.2}, exclude=frozenset({"002"})),
        Terms(waves=2, minimum={"Bronx": 0.3}, providers={"Queens": "Optimum"}, capacity={"Optimum": 1}),
    ],
)
def test_plans_are_told_in_forms(terms):
    found = plan(candidates(), terms)
    assert unknown(found.left_out["reason"]) == []
    assert unknown(found.notes) == []
    assert unknown(found.greedy_short) == []
    assert unknown(costs_of(candidates(), terms)["change"]) == []


def test_follow_ups_are_told_in_forms():
    told = reports(("1", "2025-12-01", 900, 100), ("1", "2026-03-02", 900, 120), ("2", "2026-03-02", 300, 10))
    cost = followup.cost_until(told, 30.0)
    assert unknown([followup.cost_to_date(told, 30.0)["words"], cost["words"]]) == []
    assert unknown([followup.cost_to_date(told[:1], 30.0)["words"]]) == []
    for nothing in (told, told[:0]):
        with pytest.raises(Exception, match="expected a report before") as refused:
            followup.cost_until(nothing, 30.0, end="2026-01-01")
        assert unknown([str(refused.value)]) == []


def test_days_in_them_are_written_as_people_write_them():
    assert told("not eligible: converted to PACT on 2025-06-01") == "not eligible: converted to PACT on Jun 1, 2025"
    assert sentence("public housing until 2025-06-01; PACT converted since 2025-06-01") == (
        "Public housing until Jun 1, 2025; PACT converted since Jun 1, 2025."
    )
    assert dated("Houses (2026-01-12), Homes (2026-02-30)") == "Houses (Jan 12, 2026), Homes (2026-02-30)"
    assert told(None) == capital("") == sentence(None) == ""


def test_what_has_no_form_is_marked_as_english_and_escaped(monkeypatch):
    pseudo(monkeypatch)
    with spoken(Speech("es")):
        assert told("<b> of 2026-01-12") == Markup('<span lang="en">&lt;b&gt; of Jan 12, 2026</span>')
        assert sentence("so it is") == Markup('⟦<span lang="en">So it is</span>.⟧')
        assert told("left on 2026-01-12") == "⟦left on 12 ene 2026⟧"
        assert told("eligible; nobody knows") == Markup('⟦eligible⟧⟦; ⟧<span lang="en">nobody knows</span>')
        assert told("eligible; an unofficial list says converted") == (
            "⟦eligible⟧⟦; ⟧⟦an unofficial list says converted⟧"
        )
        assert told("consolidated: managed with 005 <i>") == "⟦consolidated: managed with 005 &lt;i&gt;⟧"


def test_each_part_of_a_list_is_told_by_itself(monkeypatch):
    pseudo(monkeypatch)
    with spoken(Speech("es")):
        assert told("adoption: ACS 2020–2024; lots: PLUTO; residents of the 2020 census; facilities: file of 2021") == (
            "⟦⟦adoption⟧: ⟦ACS 2020–2024⟧⟧⟦; ⟧⟦⟦lots⟧: ⟦PLUTO⟧⟧⟦; ⟧⟦residents of the 2020 census⟧⟦; ⟧"
            "⟦⟦facilities⟧: ⟦file of 2021⟧⟧"
        )
        assert told("People: the survey file has no A (or B); People: the survey file has no C").count("⟦") == 3
    noise = "sampling error moves it by about +0.0015: the interval allows for that, the value does not"
    assert unknown([noise, "ACS 2013–2017 and FCC Form 477 of December 2017"]) == []
