"""One area worked from raw counts to its score, step by step, with the functions that score the city."""

from dataclasses import dataclass

import pandas as pd

from geo.indicators import Indicator
from geo.need import Basis, dimensions, estimate, scale


@dataclass(frozen=True)
class Step:
    """
    One indicator of one area.

    Attributes
    ----------
    counts
        Each variable of the survey that it is made of: code, estimate, margin (NaN if not known).
    formula
        How the share follows from the counts, in words and codes.
    """

    indicator: Indicator
    counts: tuple[tuple[str, float, float], ...]
    formula: str
    share: float
    moe_share: float
    points: float


def worked(counts: pd.DataFrame, area: pd.Series, basis: Basis) -> tuple[list[Step], dict[str, float]]:
    """
    The steps from the counts of one area to its dimensions of need.

    Parameters
    ----------
    counts
        One row: the survey's variables summed over the area (`geo.need.counts_by`).
    area
        The scored area.

    Returns
    -------
    steps, dimensions
        A step for each indicator in the score, and each dimension of need, 0–100.
    """
    steps = []
    for indicator in basis.indicators:
        ratio = basis.ratios[indicator.code]
        found = [(variable, estimate(counts, variable)) for variable in ratio.variables]
        part = ratio.part[0] if len(ratio.part) == 1 else f"({' + '.join(ratio.part)})"
        share = float(area[f"{indicator.code}_share"])
        steps.append(
            Step(
                indicator,
                tuple((variable, float(one.value.iloc[0]), float(one.moe.iloc[0])) for variable, one in found),
                f"1 − {part} / {ratio.whole}" if ratio.rest else f"{part} / {ratio.whole}",
                share,
                float(area[f"{indicator.code}_moe_share"]),
                float(scale(pd.Series([share]), indicator.goalposts).iloc[0]),
            )
        )
    shares = pd.DataFrame([area])
    found_dimensions = dimensions(shares.astype({f"{code}_share": float for code in basis.ratios}), basis).iloc[0]
    return steps, {str(name): float(value) for name, value in found_dimensions.items()}
