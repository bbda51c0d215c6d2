from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest

from app.language import Speech, spoken
from app.waves import candidates, facts, verdict, with_waves
from geo.rollout import Terms, plan
from tests.pseudo import pseudo


def published():
    rows = {
        "tds": ["001", "002", "003"],
        "name": ["One", "Two", "Three"],
        "borough": ["Bronx", "Queens", "Queens"],
        "need": [90.0, 50.0, 10.0],
        "provider": ["Spectrum", None, None],
        "eligible": [True, True, False],
        "unconnected": [10.0, 10.0, 10.0],
    }
    return gpd.GeoDataFrame(rows, geometry=[None] * 3, crs="EPSG:4326")


TERMS = Terms(waves=1, budget_usd=20 * 360, providers={"Queens": "Optimum"})


def test_candidates_are_what_the_planner_takes():
    found = candidates(published())
    assert found.columns.tolist() == ["name", "borough", "need", "provider", "eligible", "households"]
    assert found.loc["001", ["provider", "households"]].tolist() == ["Spectrum", 10]


def test_waves_notes_and_providers_of_the_terms():
    found = plan(candidates(published()), TERMS)
    rows = with_waves(
        published(), found, pd.DataFrame({"kept_share": {"001": 0.9}, "kept_mc_error": {"001": 0.02}})
    ).set_index("tds")
    assert rows["wave"].tolist()[:2] == [1, 1]
    assert rows["provider"].tolist() == ["Spectrum", "Optimum", None]
    assert rows["plan_note"].tolist() == [None, "provider Optimum by the terms: none is reported", "not eligible"]
    assert rows["wave_kept_share"]["001"] == 0.9


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Proved: no plan under these terms reaches more."),
        ({"proven": False}, "Proved: no plan reaches more; not proved: that each wave takes the most it can."),
        ({"proven": False, "gap": 0.0125}, "Not proved: it reaches at least 98.75% of the most that is possible."),
    ],
)
def test_how_sure_a_plan_is(changed, said):
    assert verdict(replace(plan(candidates(published()), TERMS), **changed)) == said


def test_how_sure_a_plan_is_in_another_language(monkeypatch):
    pseudo(monkeypatch)
    with spoken(Speech("es")):
        assert verdict(plan(candidates(published()), TERMS)) == "⟦Proved: no plan under these terms reaches more.⟧"


def test_facts_are_fit_for_json():
    told = facts(plan(candidates(published()), TERMS))
    assert told["terms"]["providers"] == {"Queens": "Optimum"}
    assert told["query"] == {"waves": "1", "budget": "7200", "provider": "Queens:Optimum"}
    assert told["totals"]["cost_usd"] == 7200
    assert told["proven"]
