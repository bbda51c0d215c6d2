"""
What the survey could have said instead: seeded draws of every indicator within its sampling error.

A share is drawn on the logit scale, which keeps it between 0 and 1 without clipping. The delta method alone would not
do there: where the standard error nears the share itself, as in most tracts for rare things, the draws would spread
several times as far as the margin says and lie too high. So centre and spread are such that the draws have the estimate
as their mean and its standard error as their standard deviation (exactly so for log-normal odds, to which small shares
come close). An estimate nearer to 0 or 1 than half its standard error is first moved that far inside, since the logit
has no place for 0 and 1; the 95th percentile of what is drawn for an estimate of 0 then lies about one margin above it.
"""

from typing import Final

import numpy as np
import pandas as pd

from geo.acs import Z90

SEED: Final = 20260101


def drawn_shares(share: pd.Series, moe_share: pd.Series, draws: int, random: np.random.Generator) -> np.ndarray:
    """
    Draws of one share.

    Parameters
    ----------
    share, moe_share
        Of n areas, 0–1. An area whose margin is not known, or whose margin is 0, keeps its estimate in every draw;
        one whose estimate is not known is NaN in every draw.

    Returns
    -------
    drawn
        Array (draws, n), single precision.
    """
    error = (moe_share / Z90).fillna(0.0).to_numpy()
    edge = np.minimum(error / 2, 0.5)
    inside = np.clip(share.to_numpy(dtype=float), edge, 1 - edge)
    certain = error == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(certain, 0.0, np.log1p((error / (inside * (1 - inside))) ** 2))
        centre = np.where(certain, 0.0, np.log(inside) - np.log1p(-inside) - variance * (0.5 - inside))
    drawn = random.standard_normal((draws, len(share)), dtype=np.float32)
    drawn *= np.sqrt(variance).astype(np.float32)
    drawn += centre.astype(np.float32)
    np.negative(drawn, out=drawn)
    np.exp(drawn, out=drawn)
    drawn += 1
    np.reciprocal(drawn, out=drawn)
    drawn[:, certain] = share.to_numpy()[certain]
    return drawn
