"""
How much the order depends on how the score is built: other normalisations, other means, other geographies.

Bands, not scores, are compared: the widest tenth, the next tenth, the rest. An area that keeps its band in every
variant owes it to the data, one that does not owes it to a choice.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from geo.gaps import WEIGHTS
from geo.indicators import REACH
from geo.need import Basis
from geo.variants import dimension_means, geometric, goalposts, percentile, principal, weighted, z_score

VARIANTS: Final = {
    "percentile": "percentiles instead of goalposts",
    "z_score": "standard deviations instead of goalposts",
    "geometric": "geometric instead of arithmetic mean",
    "principal": "weights by the first principal component",
}
BANDS: Final = (0.10, 0.20)


def variant_scores(areas: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """
    The gap of each scored area under each of `VARIANTS`, on scales of their own.

    Parameters
    ----------
    areas
        Scored areas: `gap`, `beyond_reach` and the shares of the indicators of `basis`; without a gap, none here.
    """
    scored = areas[areas["gap"].notna()]
    if scored.empty:
        return pd.DataFrame(np.nan, index=areas.index, columns=[*VARIANTS])
    columns = {indicator.code: f"{indicator.code}_share" for indicator in basis.indicators} | {REACH.code: REACH.code}
    values = {code: scored[column].to_numpy(dtype=float) for code, column in columns.items()}
    parts = basis.members | {REACH.code: [REACH.code]}

    def dimensions(normalised: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return dimension_means(normalised, parts)

    declared = dimensions(
        {indicator.code: goalposts(indicator)(values[indicator.code]) for indicator in basis.indicators}
        | {REACH.code: values[REACH.code]}
    )
    made = {
        "percentile": weighted(dimensions({code: percentile(of)(of) for code, of in values.items()}), WEIGHTS),
        "z_score": weighted(dimensions({code: z_score(of)(of) for code, of in values.items()}), WEIGHTS),
        "geometric": geometric(declared),
        "principal": principal(declared),
    }
    return pd.DataFrame(made, index=scored.index).reindex(areas.index)


def bands(scores: pd.Series) -> pd.Series:
    """0 for the widest tenth, 1 for the next, 2 for the rest; NaN where there is no score."""
    rank = scores.rank(ascending=False, method="min")
    limits = [np.ceil(share * scores.notna().sum()) for share in BANDS]
    below = sum(((rank > limit).astype(float) for limit in limits), pd.Series(0.0, index=scores.index))
    return below.where(scores.notna())


def kept_band_share(areas: pd.DataFrame, variants: pd.DataFrame) -> pd.Series:
    """The share of the variants in which each area has the band of its published gap; NaN without a gap."""
    published = bands(areas["gap"])
    same = pd.DataFrame({name: bands(scores) == published for name, scores in variants.items()})
    return same.mean(axis=1).where(published.notna())


def variant_correlations(areas: pd.DataFrame, variants: pd.DataFrame) -> pd.Series:
    """Spearman's rank correlation of the published gap with that of each variant."""
    return variants.corrwith(areas["gap"], method="spearman")


def geography_correlation(small: pd.DataFrame, large: pd.DataFrame, holds: pd.Series) -> float:
    """
    How far small areas stand where the large areas that hold them stand: Spearman's correlation, weighted by nothing.

    Parameters
    ----------
    small, large
        Scored areas with `gap`, indexed by key.
    holds
        Key of each small area → key of the large one.
    """
    pairs = pd.DataFrame({"small": small["gap"], "large": large["gap"].reindex(holds.reindex(small.index)).to_numpy()})
    known = pairs.dropna()
    return float(known["small"].corr(known["large"], method="spearman")) if len(known) > 2 else float("nan")
