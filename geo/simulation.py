"""
The score in many possible worlds: survey estimates drawn within their margins, other weights, other normalisations.

Arrays are (draws, areas). What does not vary has one row and is broadcast.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.draws import drawn_shares
from geo.gaps import WEIGHTS
from geo.indicators import REACH
from geo.need import Basis
from geo.variants import Normaliser, dimension_means, goalposts, percentile, weighted, z_score

CONCENTRATION: Final = 40.0
"""Of the Dirichlet distribution of weights: each of four equal weights has a standard deviation of 0.068."""

VARIANTS: Final = ("goalposts", "percentile", "z_score")
"""Normalisations, the declared one first; each has a third of the draws."""


@dataclass(frozen=True)
class Choices:
    """For each draw the number of its normalisation, and the weight of each dimension as a column."""

    variant: np.ndarray
    weights: Mapping[str, np.ndarray]


def drawn_indicators(
    scored: pd.DataFrame, basis: Basis, draws: int, random: np.random.Generator
) -> dict[str, np.ndarray]:
    """Indicator → its drawn shares in every area of `scored`."""
    return {
        code: drawn_shares(scored[f"{code}_share"], scored[f"{code}_moe_share"], draws, random) for code in basis.ratios
    }


def published_indicators(scored: pd.DataFrame, basis: Basis) -> dict[str, np.ndarray]:
    """Indicator → its published shares, one row."""
    return {code: scored[f"{code}_share"].to_numpy(dtype=np.float32)[None, :] for code in basis.ratios}


def drawn_choices(draws: int, basis: Basis, random: np.random.Generator) -> Choices:
    """Weights from a Dirichlet distribution around the declared ones, and every normalisation in turn."""
    names = [*basis.dimensions, REACH.code]
    declared = np.array([WEIGHTS[name] for name in names])
    weights = random.dirichlet(CONCENTRATION * declared / declared.sum(), draws).astype(np.float32)
    return Choices(np.arange(draws) % len(VARIANTS), {name: weights[:, [at]] for at, name in enumerate(names)})


def declared_choices(draws: int, basis: Basis) -> Choices:
    """The declared weights and normalisation in every draw."""
    column = np.ones((draws, 1), dtype=np.float32)
    weights = {name: column * WEIGHTS[name] for name in (*basis.dimensions, REACH.code)}
    return Choices(np.zeros(draws, dtype=int), weights)


def every_normalisation(basis: Basis) -> Choices:
    """Each normalisation once, under the declared weights."""
    return Choices(np.arange(len(VARIANTS)), declared_choices(len(VARIANTS), basis).weights)


def declared_scores(
    scored: pd.DataFrame, basis: Basis, indicators: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Need and gap by the declared method for each row of `indicators`."""
    of = normalisers("goalposts", scored, basis)
    needs = dimension_means({code: of[code](shares) for code, shares in indicators.items()}, basis.members)
    reach = scored[REACH.code].to_numpy(dtype=np.float32)
    return weighted(needs, WEIGHTS), weighted({**needs, REACH.code: reach}, WEIGHTS)


def gaps(scored: pd.DataFrame, basis: Basis, indicators: Mapping[str, np.ndarray], choices: Choices) -> np.ndarray:
    """The gap in each draw, on the scale of its normalisation: comparable between areas, not between draws."""
    drawn = np.empty((len(choices.variant), len(scored)), dtype=np.float32)
    reach = scored[REACH.code].to_numpy(dtype=np.float32)
    for number, variant in enumerate(VARIANTS):
        rows = choices.variant == number
        if rows.any():
            of = normalisers(variant, scored, basis)
            there = {code: shares if len(shares) == 1 else shares[rows] for code, shares in indicators.items()}
            means = dimension_means({code: of[code](shares) for code, shares in there.items()}, basis.members)
            weights = {name: weight[rows] for name, weight in choices.weights.items()}
            drawn[rows] = weighted({**means, REACH.code: of[REACH.code](reach)}, weights)
    return drawn


def normalisers(variant: str, scored: pd.DataFrame, basis: Basis) -> dict[str, Normaliser]:
    """How each indicator of `basis`, and reach, becomes comparable under one of `VARIANTS`."""
    if variant == "goalposts":
        posts = {indicator.code: goalposts(indicator) for indicator in basis.indicators}
        return {**posts, REACH.code: lambda reach: reach}
    make = {"percentile": percentile, "z_score": z_score}[variant]
    columns = {code: f"{code}_share" for code in basis.ratios} | {REACH.code: REACH.code}
    return {code: make(scored[column].to_numpy()) for code, column in columns.items()}
