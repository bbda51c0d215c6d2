"""The waves of a plan on the published developments, and the facts of a plan, fit for the manifest."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from app.language import _
from app.terms import as_query
from geo.rollout import Plan


def candidates(developments: pd.DataFrame) -> pd.DataFrame:
    """The rated developments as `geo.rollout` takes them, indexed by TDS."""
    rows = developments.set_index("tds")
    return pd.DataFrame(rows[["name", "borough", "need", "provider", "eligible"]]).assign(
        households=rows["unconnected"]
    )


def with_waves(developments: gpd.GeoDataFrame, found: Plan, kept: pd.DataFrame | None) -> gpd.GeoDataFrame:
    """
    `developments` with the wave of each, how often it stays there (`geo.stability`), or why it is in none.

    A provider that the terms give where none is reported is filled in, and noted.
    """
    tds, reported = developments["tds"], developments["provider"]
    given = tds.map(found.rows["provider"]).where(reported.isna())
    assumed = ("provider " + given.astype(str) + " by the terms: none is reported").where(given.notna())
    note = tds.map(found.left_out["reason"]).astype(object)
    return developments.assign(
        wave=tds.map(found.rows["wave"]).astype(float),
        **{
            name: float("nan") if kept is None else tds.map(kept[source]).astype(float)
            for name, source in (("wave_kept_share", "kept_share"), ("wave_kept_mc_error", "kept_mc_error"))
        },
        weighted_households=tds.map(found.rows["weighted"]).astype(float),
        plan_cost_usd=tds.map(found.rows["cost_usd"]).astype(float),
        provider=reported.where(reported.notna(), given).astype(object).where(lambda known: known.notna(), None),
        plan_note=note.where(note.notna(), assumed).where(lambda known: known.notna(), None),
    )


def verdict(found: Plan) -> str:
    """How sure a plan is, in a sentence."""
    if found.proven:
        return _("Proved: no plan under these terms reaches more.")
    if found.gap == 0:
        return _("Proved: no plan reaches more; not proved: that each wave takes the most it can.")
    return _("Not proved: it reaches at least {share} of the most that is possible.").format(
        share=f"{1 - found.gap:.2%}"
    )


def facts(found: Plan) -> dict[str, Any]:
    """What a plan was made under and what it reaches."""
    return {
        "terms": {name: told(value) for name, value in vars(found.terms).items()},
        "query": as_query(found.terms),
        "totals": found.totals,
        "bound_weighted": found.bound,
        "gap_share": found.gap,
        "proven": found.proven,
        "notes": [*found.notes],
    }


def told(value: Any) -> Any:
    """A term as JSON."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return None if value == float("inf") else value
