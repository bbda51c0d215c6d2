"""
How far the scores can be relied on: ranks with their spread, other ways to score, clusters, and the equity ledger.

`assess` takes the scored city and adds to each area what is known of its standing. Exploratory findings (clusters) are
named so wherever they are shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.acs import Estimate
from geo.agreement import agreement
from geo.areas import KEYS, members
from geo.clusters import FALSE_DISCOVERY_RATE, PERMUTATIONS, clusters
from geo.draws import SEED
from geo.equity import INDEXES, ledger
from geo.method import CLUSTERED, RANKED
from geo.need import Basis
from geo.ranks import DRAWS, Ranks, rank_intervals
from geo.sensitivity import (
    geography_correlation,
    kept_band_share,
    variant_correlations,
    variant_scores,
)

CLUSTER_DRAWS: Final = 200
CLUSTER_COLUMNS: Final = {
    "local_moran": "cluster_local_moran",
    "p_value": "cluster_p_value",
    "label": "cluster",
    "label_survival_share": "cluster_survival_share",
    "note": "cluster_note",
}
LEDGER: Final = {
    "no_broadband": ("Broadband of any type at home", "households", 0.90),
    "no_fixed_broadband": ("Cable, fibre or DSL at home", "households", 0.75),
    "reach": ("Public access within a walk", "residents", 0.50),
}
"""The measures of the ledger: words, who counts, and the share below which an area falls short."""


COUNTED_NOTE: Final = "counted, not surveyed: the interval says how it would vary over other tracts like these"
INTERVALS: Final = ["need_low", "need_high", "gap_low", "gap_high"]


@dataclass(frozen=True)
class Assessed:
    """
    The assessed city.

    Attributes
    ----------
    tables
        The scored tables with the columns of standing.
    equity
        One row a measure and index: `measure`, `index`, `label`, `value`, `low`, `high`, `method`, `note`.
    findings
        What holds for a geography as a whole, fit for JSON: variance by factor, correlations, the seed and the draws;
        `agreement` with the yardstick where there is one.
    needs
        Array (draws, surveyed areas) of need under sampling error, None where there are no margins to draw from.
    uncertain
        The surveyed areas whose need has no interval.
    """

    tables: dict[str, gpd.GeoDataFrame]
    equity: pd.DataFrame
    findings: dict[str, Any]
    needs: pd.DataFrame | None
    uncertain: pd.Index


def assess(
    tables: Mapping[str, gpd.GeoDataFrame],
    basis: Basis,
    tracts: pd.DataFrame,
    surveyed: str,
    *,
    yardstick: pd.Series | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Assessed:
    """
    Assess the scored `tables` (`geo.scores.score_city`).

    Parameters
    ----------
    tracts
        The tracts with every key of `geo.areas.KEYS`.
    surveyed
        The geography that the survey file is by: its areas make the equity ledger.
    yardstick
        The share without broadband at home by NTA from outside (`geo.scores.Scored`), to compare need with.
    """
    keyed = {name: frame.set_index(KEYS[name], drop=False) for name, frame in tables.items() if name in KEYS}
    ranks = {name: rank_intervals(keyed[name], basis, draws=draws, seed=seed) for name in RANKED}
    variants = {name: variant_scores(keyed[name], basis) for name in RANKED}
    assessed = dict(tables)
    for name in RANKED:
        kept = kept_band_share(keyed[name], variants[name]).rename("kept_band_share")
        standing = ranks[name].areas.join(kept)
        if name == CLUSTERED:
            standing = standing.join(_clusters(keyed[name], ranks[name], seed))
        assessed[name] = tables[name].join(standing, on=KEYS[name])
    boroughs = rank_intervals(keyed["boroughs"], basis, draws=draws, seed=seed).areas[INTERVALS]
    assessed["boroughs"] = tables["boroughs"].join(boroughs, on=KEYS["boroughs"])
    findings = {
        "draws": draws,
        "seed": seed,
        "variance": {name: found.factors for name, found in ranks.items()},
        "variant_correlations": {name: _known(variant_correlations(keyed[name], variants[name])) for name in RANKED},
        "geography_correlations": _geographies(keyed, tracts),
        "clusters": {
            "geography": CLUSTERED,
            "draws": CLUSTER_DRAWS,
            "permutations": PERMUTATIONS,
            "false_discovery_rate": FALSE_DISCOVERY_RATE,
        },
    }
    if yardstick is not None and (found := agreement(keyed["ntas"], basis, yardstick, seed=seed)):
        findings["agreement"] = found
    equity = _equity(keyed[surveyed], keyed["tracts"], surveyed, tracts, seed)
    standing = ranks[surveyed].areas
    return Assessed(assessed, equity, findings, ranks[surveyed].needs, standing.index[standing["need_low"].isna()])


def _clusters(areas: gpd.GeoDataFrame, ranks: Ranks, seed: int) -> pd.DataFrame:
    drawn = None
    if ranks.needs is not None:
        certain = ranks.areas.index[ranks.areas["need_low"].isna()]
        drawn = ranks.needs.iloc[:CLUSTER_DRAWS].drop(columns=certain, errors="ignore").reindex(columns=areas.index)
    values = None if drawn is None else drawn.to_numpy()
    return clusters(areas["need"], areas.geometry, values, seed=seed).rename(columns=CLUSTER_COLUMNS)


def _known(values: pd.Series) -> dict[str, float]:
    return {str(name): round(float(value), 4) for name, value in values.dropna().items()}


def _geographies(areas: Mapping[str, pd.DataFrame], tracts: pd.DataFrame) -> dict[str, float]:
    pairs = [(small, large) for at, small in enumerate(RANKED) for large in RANKED[at + 1 :]]
    found = {
        f"{small} in {large}": geography_correlation(areas[small], areas[large], members(tracts, small, large))
        for small, large in pairs
    }
    return _known(pd.Series(found))


def _equity(
    areas: pd.DataFrame, by_tract: pd.DataFrame, surveyed: str, tracts: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """The ledger of every measure that is known anywhere; reach by tract, whatever the survey's geography."""
    frames = []
    for code, (label, people, threshold) in LEDGER.items():
        frame = by_tract if code == "reach" else areas
        measure = _measure(frame, code)
        if measure.value.isna().all():
            continue
        boroughs = members(tracts, "tracts" if code == "reach" else surveyed, "boroughs").reindex(frame.index)
        found = ledger(measure, frame[people], boroughs, frame["median_income_usd"], threshold=threshold, seed=seed)
        if code == "reach":
            found["note"] = COUNTED_NOTE
        frames.append(found.reset_index().assign(measure=label, threshold_share=threshold))
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["index"])
    whole["label"] = whole["index"].map(INDEXES)
    columns = ["measure", "threshold_share", "index", "label", "value", "low", "high", "method", "note"]
    return whole.reindex(columns=columns)


def _measure(areas: pd.DataFrame, code: str) -> Estimate:
    if code == "reach":
        return Estimate(areas["reach_share"], pd.Series(np.nan, index=areas.index))
    scored = areas["need"].notna()  # a share of a handful of households says nothing of a place
    return Estimate((1 - areas[f"{code}_share"]).where(scored), areas[f"{code}_moe_share"].where(scored))
