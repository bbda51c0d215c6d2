"""
What if the dimensions weighed otherwise, or reach were another: gaps and tiers under weights that somebody tries.

Tiers follow from the same draws as the published ones (`geo.ranks`): the same survey errors and normalisations, and
weights that vary as much around those that are tried. So the declared weights and radius give the published tiers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.draws import SEED
from geo.gaps import score
from geo.indicators import REACH
from geo.need import Basis
from geo.ranks import DRAWS, MOST_MOE_SHARE, TOP, tiers
from geo.simulation import CONCENTRATION, VARIANTS, drawn_indicators, normalisers
from geo.variants import dimension_means, weighted


@dataclass(frozen=True)
class Trial:
    """
    The areas of one geography, drawn once, to be scored under any weights.

    Attributes
    ----------
    areas
        The scored areas in the order of their keys: the dimensions of need, and published `gap` and `tier`.
    drawable
        Which of them have margins that can be drawn within.
    needs
        For each normalisation the drawn dimensions of need: arrays (its draws, areas).
    random
        The state of the generator after the draws, from which weights are drawn.
    """

    areas: pd.DataFrame
    basis: Basis
    drawable: np.ndarray
    needs: tuple[Mapping[str, np.ndarray], ...]
    draws: int
    random: Mapping[str, object]


def trial(areas: pd.DataFrame, basis: Basis, *, draws: int = DRAWS, seed: int = SEED) -> Trial:
    """
    Draw the `areas` (a unique index; the columns that `geo.ranks.rank_intervals` reads, and the dimensions).

    Areas without a gap have no place in the order and are left out; without any margins nothing is drawn.
    """
    scored = areas[areas["gap"].notna()].sort_index()
    margins = scored[[f"{code}_moe_share" for code in basis.ratios]]
    drawable = (margins <= MOST_MOE_SHARE).all(axis=1).to_numpy()
    random = np.random.default_rng(seed)
    needs: list[Mapping[str, np.ndarray]] = []
    if drawable.any():
        drawn = drawn_indicators(scored, basis, draws, random)
        for number, variant in enumerate(VARIANTS):
            of = normalisers(variant, scored, basis)
            rows = slice(number, None, len(VARIANTS))
            needs.append(
                dimension_means({code: of[code](shares[rows]) for code, shares in drawn.items()}, basis.members)
            )
    return Trial(scored, basis, drawable, tuple(needs), draws, random.bit_generator.state)


def tried(trial: Trial, weights: Mapping[str, float], beyond_reach: pd.Series) -> pd.DataFrame:
    """
    The areas under other weights and another reach.

    Parameters
    ----------
    weights
        Dimension → weight ≥ 0, not all 0; only their proportions count.
    beyond_reach
        100 minus supply of each area of `trial.areas`, 0–100, by key.

    Returns
    -------
    tried
        `need`, `supply`, `gap` (0–100) and `tier` by key; the tier is None where there are no margins.
    """
    reach = beyond_reach.reindex(trial.areas.index)
    parts = trial.areas[[*trial.basis.dimensions]].assign(**{REACH.code: reach})
    scores = score(parts, weights)
    tier = pd.Series(None, index=trial.areas.index, dtype=object)
    if trial.needs:
        likely = pd.Series(_p_top(trial, weights, reach), index=trial.areas.index)
        tier = tiers(likely.where(trial.drawable))
    return scores.assign(tier=tier.where(tier.notna(), None))


def kept_share(published: pd.Series, tier: pd.Series) -> float:
    """The share of the areas with a published tier whose tier is the same; NaN where none has one."""
    known = published.notna()
    return float((tier[known] == published[known]).mean()) if known.any() else float("nan")


def _p_top(trial: Trial, weights: Mapping[str, float], reach: pd.Series) -> np.ndarray:
    """For each area the share of draws in which it is among the widest fifth."""
    names = [*trial.basis.dimensions, REACH.code]
    given = np.array([weights[name] for name in names], dtype=float)
    random = np.random.default_rng()
    random.bit_generator.state = trial.random
    weighing = given > 0
    drawn = np.zeros((trial.draws, len(names)), dtype=np.float32)
    drawn[:, weighing] = random.dirichlet(CONCENTRATION * given[weighing] / given.sum(), trial.draws)
    among = int(np.ceil(TOP["p_top20"] * len(trial.areas)))
    inside = np.zeros(len(trial.areas))
    scored = trial.areas.assign(**{REACH.code: reach})
    for number, (variant, needs) in enumerate(zip(VARIANTS, trial.needs, strict=True)):
        at_reach = normalisers(variant, scored, trial.basis)[REACH.code](reach.to_numpy(dtype=np.float32))
        columns = {name: drawn[number :: len(VARIANTS), [at]] for at, name in enumerate(names)}
        gaps = weighted({**needs, REACH.code: at_reach}, columns).astype(np.float32)
        least = np.partition(gaps, -among, axis=1)[:, [-among]]
        inside += (gaps >= least).sum(axis=0)
    return inside / trial.draws
