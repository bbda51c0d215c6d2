"""From checked tables to a published snapshot: score, assess, rate the developments, plan, check, publish."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from app.classes import class_bounds, uncertain_shares
from app.quiet import quiet
from app.service import check
from app.waves import candidates, facts, with_waves
from geo.assessment import Assessed, assess
from geo.backtest import AVAILABLE, CAVEAT
from geo.errors import BadQuery
from geo.indicators import BASE_VINTAGE, INDICATORS
from geo.method import METHOD_VERSION
from geo.outlines import for_map
from geo.priority import drawn_needs
from geo.programme import hindsight, programme
from geo.rollout import Terms, plan
from geo.scores import Scored, score_city
from geo.stability import resampled, summary
from loaders import store

Progress = Callable[[str], None]
KEPT_DRAWS: Final = 200
"""Draws of need that a snapshot keeps, for the stability of plans."""

RESAMPLES: Final = 100
"""Plans that are solved again for the stability of the standing one: a share is known to about 0.05."""

WAVE_COLUMNS: Final = ("wave", "wave_kept_share", "wave_kept_mc_error", "weighted_households", "plan_cost_usd")


def score_and_publish(
    draft: store.Draft,
    manifest: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    walk_m: float,
    progress: Progress,
    now: datetime,
) -> store.Snapshot:
    """
    The draft with everything that follows from its `tables`, published if all of it can be served.

    Parameters
    ----------
    manifest
        What is known so far; facts of the scoring are added.
    now
        The time of the snapshot; eligibility is judged on its day.
    """
    progress("scoring tracts, NTAs, boroughs and developments")
    scored = score_city(tables, walk_m=walk_m)
    progress("drawing ranks within the margins of the survey")
    assessed = assess(scored.tables, scored.basis, scored.tracts, scored.surveyed, yardstick=scored.yardstick)
    made, findings, standing = dict(assessed.tables), dict(assessed.findings), None
    if scored.places is not None:
        progress("rating developments")
        rated, needs = _rated(scored, assessed, tables, walk_m, f"{now:%Y-%m-%d}")
        with quiet():
            made["developments"], standing = _planned(rated, needs, progress)
        draft.write_table("scores/needs", needs)
        if {"phases", "kiosks"} <= tables.keys():
            findings["backtest"] = _backtest(made["developments"], tables, walk_m)
    for name, table in made.items():
        draft.write_table(f"scores/{name}", table)
    draft.write_table("scores/equity", assessed.equity)
    for name, outlines in for_map(scored.tables).items():
        key = scored.tables[name].columns[0]
        draft.write_table(f"map/{name}", gpd.GeoDataFrame(scored.tables[name][[key]], geometry=outlines).dropna())
    classes = class_bounds(made)
    facts = {
        "method": _method(scored, walk_m),
        "classes": classes,
        "uncertain_shares": uncertain_shares(made, classes),
        "findings": findings,
        "plan": standing,
    }
    progress("checking that the snapshot can be served")
    return store.publish(draft, {**manifest, **facts}, now, check=check)


def _rated(
    scored: Scored, assessed: Assessed, tables: Mapping[str, pd.DataFrame], walk_m: float, as_of: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    assert scored.places is not None
    needs = drawn_needs(scored.places, assessed.needs, assessed.uncertain)
    rated = programme(
        assessed.tables["developments"],
        tables.get("enrollment"),
        needs,
        city_need=float(assessed.tables["city"]["need"].iloc[0]),
        walk_m=walk_m,
        as_of=as_of,
    )
    return rated, needs.iloc[:KEPT_DRAWS].astype("float32")


def _planned(
    developments: gpd.GeoDataFrame, needs: pd.DataFrame, progress: Progress
) -> tuple[gpd.GeoDataFrame, dict[str, Any] | None]:
    """The developments in the waves of the plan under the declared terms, and its facts; None if nothing fits."""
    progress("planning the rollout")
    rows = candidates(developments)
    try:
        found = plan(rows, Terms())
    except BadQuery as exc:
        empty = dict.fromkeys(WAVE_COLUMNS, float("nan"))
        return developments.assign(**empty, plan_note=f"there is no plan: {exc}"), None
    redrawn = []
    for waves in resampled(found, rows, needs, resamples=RESAMPLES):
        redrawn.append(waves)
        progress(f"redrawing need: {len(redrawn)} of {RESAMPLES} plans")
    return with_waves(developments, found, summary(found, redrawn)), facts(found)


def _backtest(developments: gpd.GeoDataFrame, tables: Mapping[str, pd.DataFrame], walk_m: float) -> dict[str, Any]:
    """The backtest, fit for JSON."""
    rows = hindsight(developments, tables, walk_m).astype(object)
    return {
        "phases": rows.where(rows.notna(), None).to_dict("records"),
        "available": [{"input": input, "then": then} for input, then in AVAILABLE],
        "caveat": CAVEAT,
    }


def _method(scored: Scored, walk_m: float) -> dict[str, Any]:
    return {
        "version": METHOD_VERSION,
        "walk_m": walk_m,
        "indicators": [indicator.code for indicator in scored.basis.indicators],
        "missing_indicators": scored.basis.missing,
        "dimensions": [*scored.basis.dimensions, "beyond_reach"],
        "goalposts": {indicator.code: indicator.goalposts for indicator in INDICATORS},
        "goalposts_from": BASE_VINTAGE,
        "notes": list(scored.notes),
    }
