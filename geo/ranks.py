"""
No bare ranks: where each area could stand, given sampling error, other weights and other normalisations.

Every draw takes one set of survey estimates within their margins, one set of weights around the declared ones, and one
of three normalisations, and ranks all areas by the gap that follows. What is published of an area is the spread of its
ranks. Rows are drawn in the order of their keys, so that the order of the input changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.draws import SEED
from geo.need import Basis
from geo.simulation import (
    Choices,
    declared_choices,
    declared_scores,
    drawn_choices,
    drawn_indicators,
    every_normalisation,
    gaps,
    published_indicators,
)
from geo.tables import first_reason

DRAWS: Final = 2000
INTERVAL: Final = (5, 95)
"""Percentiles of a 90 % interval, the confidence of the survey's own margins."""

FACTORS: Final = ("sampling", "weights", "normalisation")
TOP: Final = {"p_top10": 0.10, "p_top20": 0.20}
TIERS: Final = (
    (0.95, "clear top"),
    (0.70, "likely top"),
    (0.30, "cannot be told apart"),
    (0.05, "likely not top"),
    (0.0, "clearly not top"),
)
"""The least probability of being among the widest fifth, for each tier."""

COLUMNS: Final = (
    *("need_low", "need_high", "gap_low", "gap_high", "gap_rank_low", "gap_rank_high"),
    *(*TOP, *(f"{name}_mc_error" for name in TOP), "tier"),
    *(f"variance_{factor}_share" for factor in FACTORS),
)
MOST_MOE_SHARE: Final = 0.30
"""Beyond this margin a share is hardly known, and draws around it would only speak of the way they are drawn."""

NO_MARGIN: Final = "no intervals: a margin of error is missing"
TOO_WIDE: Final = "no intervals: a margin of error is more than 30 points, too few households were asked"
NOT_SCORED: Final = "not ranked: it has no score"


@dataclass(frozen=True)
class Ranks:
    """
    The ranks of all areas of one geography.

    Attributes
    ----------
    areas
        Indexed by key. `need_low`, `need_high`, `gap_low`, `gap_high`: 90 % intervals of the scores under sampling
        error alone. `gap_rank`, 1 for the widest; `gap_rank_low`, `gap_rank_high`, its 90 % interval; `p_top10`,
        `p_top20`, probability of being among the widest tenth and fifth; `p_top10_mc_error`, `p_top20_mc_error`, their
        standard errors of simulation; `tier`; `variance_<factor>_share`, the variance of the rank when only that factor
        varies, the others as declared, over the variance when all of `vary` do (no parts of a whole: they may add up to
        less than 1 or to more); `rank_note`, why any of it is missing.
    factors
        The same shares of variance over all areas; empty without intervals.
    needs
        Array (draws, areas of `areas` in order of key) of need under sampling error alone, None without intervals.
    """

    areas: pd.DataFrame
    factors: dict[str, float]
    needs: pd.DataFrame | None


def rank_intervals(
    areas: pd.DataFrame, basis: Basis, *, draws: int = DRAWS, seed: int = SEED, vary: Sequence[str] = FACTORS
) -> Ranks:
    """
    Rank scored areas by gap.

    Parameters
    ----------
    areas
        A unique index: `gap`, `beyond_reach`, and the shares and margins of the indicators of `basis`.
    vary
        The factors that differ from draw to draw; the others stay as declared.
    """
    scored = areas[areas["gap"].notna()].sort_index()
    margins = scored[[f"{code}_moe_share" for code in basis.ratios]]
    drawable = (margins <= MOST_MOE_SHARE).all(axis=1)
    found = pd.DataFrame(index=scored.index, columns=COLUMNS, dtype=float).assign(tier=None)
    factors: dict[str, float] = {}
    needs = None
    if drawable.any():
        found, factors, needs = _simulated(scored, drawable.to_numpy(), basis, draws, seed, vary)
    known = found[drawable].reindex(areas.index)
    note = first_reason(
        areas.index,
        (areas["gap"].isna(), NOT_SCORED),
        (margins.isna().any(axis=1).reindex(areas.index, fill_value=False), NO_MARGIN),
        (~drawable.reindex(areas.index, fill_value=False), TOO_WIDE),
    )
    order = scored["gap"].rank(ascending=False, method="min").reindex(areas.index)
    tier = known["tier"].astype(object).where(known["tier"].notna(), None)
    return Ranks(known.assign(tier=tier, gap_rank=order, rank_note=note), factors, needs)


def _simulated(
    scored: pd.DataFrame, drawable: np.ndarray, basis: Basis, draws: int, seed: int, vary: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, float], pd.DataFrame]:
    random = np.random.default_rng(seed)
    published, declared = published_indicators(scored, basis), declared_choices(draws, basis)
    drawn, chosen = drawn_indicators(scored, basis, draws, random), drawn_choices(draws, basis, random)
    needs, sampled = declared_scores(scored, basis, drawn)
    together = Choices(
        chosen.variant if "normalisation" in vary else declared.variant,
        chosen.weights if "weights" in vary else declared.weights,
    )
    ranks = ranked(gaps(scored, basis, drawn if "sampling" in vary else published, together))
    alone = {
        "sampling": ranked(sampled),
        "weights": ranked(gaps(scored, basis, published, Choices(declared.variant, chosen.weights))),
        "normalisation": ranked(gaps(scored, basis, published, every_normalisation(basis))),
    }
    found = _summary(ranks, scored.index)
    for name, scores in {"need": needs, "gap": sampled}.items():
        found[f"{name}_low"], found[f"{name}_high"] = np.percentile(scores, INTERVAL, axis=0)
    whole = ranks.var(axis=0)
    factors = {}
    for factor in FACTORS:
        own = alone[factor].var(axis=0) if factor in vary else np.zeros_like(whole)
        found[f"variance_{factor}_share"] = np.divide(own, whole, out=np.zeros_like(whole), where=whole > 0)
        total = whole[drawable].sum()
        factors[factor] = float(own[drawable].sum() / total) if total else 0.0
    return found, factors, pd.DataFrame(needs, columns=scored.index)


def ranked(scores: np.ndarray) -> np.ndarray:
    """The rank of each column within its row, 1 for the largest; equals share the best of their ranks."""
    ranks = np.empty(scores.shape, dtype=np.int32)
    place = np.arange(1, scores.shape[1] + 1, dtype=np.int32)
    for row, of in zip(-scores, ranks, strict=True):
        order = row.argsort()
        ordered = row[order]
        first = place.copy()
        first[1:][ordered[1:] == ordered[:-1]] = 0
        of[order] = np.maximum.accumulate(first)
    return ranks


def _summary(ranks: np.ndarray, index: pd.Index) -> pd.DataFrame:
    low, high = np.percentile(ranks, INTERVAL, axis=0, method="closest_observation").astype(float)
    found = pd.DataFrame({"gap_rank_low": low, "gap_rank_high": high}, index=index)
    for name, share in TOP.items():
        found[name] = (ranks <= np.ceil(share * len(index))).mean(axis=0)
    for name in TOP:  # (k + 1/2) / (n + 1): no draw out of many is not never
        likely = (found[name] * len(ranks) + 0.5) / (len(ranks) + 1)
        found[f"{name}_mc_error"] = np.sqrt(likely * (1 - likely) / len(ranks))
    return found.assign(tier=tiers(found["p_top20"]))


def tiers(p_top20: pd.Series) -> pd.Series:
    """The tier of each probability of being among the widest fifth, None without one."""
    return first_reason(p_top20.index, *((p_top20 >= bound, name) for bound, name in TIERS))
