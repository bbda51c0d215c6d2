"""
The equity ledger: how unequally a share (coverage, adoption) falls on people, on boroughs, on poor and rich areas.

Areas stand for the people or households in them, who count as equal within an area: the Gini and Theil indexes are
lower bounds of the inequality between persons. Functions work along the last axis of their arrays (n areas); the axes
before it are draws, and broadcast.

Intervals are 90 %. Where the share has margins, each area is drawn within its own, on its own; weights and ranks are
taken as known. Else areas are resampled with their weights. An interval is turned around the value (the basic
bootstrap: Davison & Hinkley 1997, "Bootstrap Methods and their Application", 5.2): noise makes areas look more unequal
than they are, and a draw carries it twice, so that the draws as they fall lie on the wrong side of the value.
"""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import xlogy

from geo.acs import Estimate
from geo.draws import SEED, drawn_shares
from geo.errors import TableError

DRAWS: Final = 1000
TAILS: Final = (0.05, 0.95)
TOP, BOTTOM = 0.10, 0.40
ROUNDING: Final = 1e-9

INDEXES: Final = {  # plain words, in the order of the ledger
    "gini": "Gini: 0 if all have the same share, towards 1 if few have all of it",
    "theil": "Theil T: 0 if all have the same share",
    "theil_within": "Theil T within boroughs",
    "theil_between": "Theil T between boroughs",
    "concentration": "Concentration: below 0 if poor areas have more, above 0 if rich areas have more",
    "erreygers": "Concentration, corrected for a share that ends at 1 (Erreygers)",
    "palma": "Palma: what the best-served 10 % of people have over what the worst-served 40 % have",
    "fgt_0": "People in areas below the threshold, as a share",
    "fgt_1": "Mean shortfall below the threshold, as a share of it",
    "fgt_2": "Mean squared shortfall: weighs the deepest shortfalls most",
}
RANKED: Final = ("concentration", "erreygers")
"""The indexes that need an order of areas, the only ones that can be negative."""


NOTHING: Final = 1e-12
"""A share of all that is no more than the rounding of sums."""

BOUNDED: Final = ("gini", "concentration", "erreygers", "fgt_0", "fgt_1", "fgt_2")
"""The indexes that cannot be above 1."""


class Lorenz(NamedTuple):
    """Cumulative shares of people, and of what they have, worst-served first: (…, n + 1) each, from 0 to 1."""

    people: np.ndarray
    held: np.ndarray


def mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted means; NaN where nothing weighs."""
    return np.asarray(np.vecdot(values, weights) / weights.sum(axis=-1))


def lorenz(values: np.ndarray, weights: np.ndarray) -> Lorenz:
    """The Lorenz curve of `values` ≥ 0; straight within an area."""
    order, values, weights = np.broadcast_arrays(np.argsort(values, axis=-1), values, weights)
    people = np.take_along_axis(weights, order, axis=-1)
    return Lorenz(_running_share(people), _running_share(people * np.take_along_axis(values, order, axis=-1)))


def _running_share(parts: np.ndarray) -> np.ndarray:
    sums = np.zeros((*parts.shape[:-1], parts.shape[-1] + 1))
    np.cumsum(parts, axis=-1, out=sums[..., 1:])
    return np.asarray(sums / sums[..., -1:])


def gini(curve: Lorenz) -> np.ndarray:
    """Twice the area between curve and diagonal, under weights (Lerman & Yitzhaki 1989, J. Econometrics 42:43)."""
    return np.asarray(1 - np.vecdot(np.diff(curve.people), curve.held[..., 1:] + curve.held[..., :-1]))


def palma(curve: Lorenz) -> np.ndarray:
    """What the top 10 % have over what the bottom 40 % have (Cobham & Sumner 2013, CGD Working Paper 343)."""
    bottom = held_below(curve, BOTTOM)
    nothing = bottom < NOTHING  # where the cut falls between two areas, rounding must not make something of nothing
    return np.asarray((1 - held_below(curve, 1 - TOP)) / np.where(nothing, 0.0, bottom))


def held_below(curve: Lorenz, people: float) -> np.ndarray:
    """What the worst-served `people` (a share above 0) have, as a share of all; an area at the cut-off is split."""
    after = np.expand_dims((curve.people < people).sum(axis=-1), -1)
    x0, x1 = (np.take_along_axis(curve.people, at, axis=-1)[..., 0] for at in (after - 1, after))
    y0, y1 = (np.take_along_axis(curve.held, at, axis=-1)[..., 0] for at in (after - 1, after))
    return np.asarray(y0 + (y1 - y0) * (people - x0) / (x1 - x0))


def theil(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Theil's T: the mean of r ln r, r = value / mean, 0 ln 0 = 0 (Theil 1967, "Economics and Information Theory")."""
    ratio = values / mean(values, weights)[..., None]
    return mean(xlogy(ratio, ratio), weights)


def theil_parts(values: np.ndarray, weights: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Theil's T within `groups` (n labels) and between their means, which add up to `theil` (Theil 1967)."""
    labels, group = np.unique(groups, return_inverse=True)
    member = np.eye(len(labels))[group]
    people, held = np.broadcast_arrays(weights @ member, (values * weights) @ member)
    means = np.divide(held, people, out=np.zeros(held.shape), where=people > 0)
    own = np.vecdot(xlogy(values, values), weights) - xlogy(held, means).sum(axis=-1)
    return np.asarray(own / held.sum(axis=-1)), theil(means, people)


def fractional_ranks(order_by: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """
    The share of people below each area plus half of those level with it, lowest `order_by` (n values) first.

    Under weights and ties their mean is one half (Kakwani, Wagstaff & van Doorslaer 1997, J. Econometrics 77:87; ties
    after Chen & Roy 2009, J. Health Econ. 28:169).
    """
    _, level, sizes = np.unique(order_by, return_inverse=True, return_counts=True)
    below = _running_share(weights[..., np.argsort(order_by, kind="stable")])[..., np.r_[0, np.cumsum(sizes)]]
    return np.asarray((below[..., :-1] + below[..., 1:])[..., level] / 2)


def covariance(values: np.ndarray, weights: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """The weighted covariance of `values` with `fractional_ranks` under the same weights."""
    return np.asarray(np.vecdot(values, weights * (ranks - 0.5)) / weights.sum(axis=-1))


def concentration(values: np.ndarray, weights: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """The concentration index, 2 cov(value, rank) / mean (Kakwani, Wagstaff & van Doorslaer 1997)."""
    return np.asarray(2 * covariance(values, weights, ranks) / mean(values, weights))


def erreygers(values: np.ndarray, weights: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """
    The concentration index corrected for a share, 8 cov(value, rank) (Erreygers 2009, J. Health Econ. 28:504).

    The plain index judges "has broadband" and "has none" by two scales, since it divides by the mean. This one has the
    mirror property: the index of 1 − x is minus that of x.
    """
    return 8 * covariance(values, weights, ranks)


def shortfall(values: np.ndarray, weights: np.ndarray, threshold: float, alpha: int) -> np.ndarray:
    """
    The mean of ((threshold − x) / threshold) ** alpha, of those with x < threshold; of others 0.

    Alpha 0 counts them, 1 adds how far below they are, 2 weighs the deepest most (Foster, Greer & Thorbecke 1984,
    Econometrica 52:761).
    """
    return mean(np.where(values < threshold, (1 - values / threshold) ** alpha, 0.0), weights)


def indexes(
    values: np.ndarray, weights: np.ndarray, groups: np.ndarray, income: np.ndarray, threshold: float
) -> dict[str, np.ndarray]:
    """All of `INDEXES`; areas whose `income` (n values) is NaN do not count in those of `RANKED`."""
    curve = lorenz(values, weights)
    within, between = theil_parts(values, weights, groups)
    known = np.where(np.isnan(income), 0.0, weights)
    ranks = fractional_ranks(income, known)
    return {
        "gini": gini(curve),
        "theil": theil(values, weights),
        "theil_within": within,
        "theil_between": between,
        "concentration": concentration(values, known, ranks),
        "erreygers": erreygers(values, known, ranks),
        "palma": palma(curve),
        **{f"fgt_{alpha}": shortfall(values, weights, threshold, alpha) for alpha in (0, 1, 2)},
    }


def ledger(
    measure: Estimate,
    weights: pd.Series,
    boroughs: pd.Series,
    income: pd.Series,
    *,
    threshold: float,
    draws: int = DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """
    Every index of a share with its interval.

    Parameters
    ----------
    measure
        The share (0–1) of n areas and its 90 % margin.
    weights, boroughs, income
        People or households; the group of the Theil index; whatever orders areas from poor to rich. Index as `measure`,
        in any order. Areas without a value, a weight above 0 or a borough are left out.
    threshold
        The share, above 0, below which an area falls short.

    Returns
    -------
    ledger
        Indexed by `INDEXES`: `value`; `low` and `high`; `method` (`draws` if all areas have margins, else `bootstrap`);
        `note`: what is left out or not defined, and why, else None. Same seed, same answer.

    Raises
    ------
    TableError
        The measure or the threshold is not a share, or every area is left out.
    """
    areas = pd.DataFrame(
        {"value": measure.value, "moe": measure.moe, "weight": weights, "borough": boroughs, "income": income}
    ).sort_index()
    if not areas["value"].dropna().between(0, 1).all() or not 0 < threshold <= 1:
        found = f"values from {areas['value'].min():g} to {areas['value'].max():g}, a threshold of {threshold:g}"
        raise TableError(f"equity ledger: found {found}; expected shares from 0 to 1, so divide per cent by 100")
    used = areas[areas["value"].notna() & (areas["weight"] > 0) & areas["borough"].notna()]
    if used.empty:
        raise TableError(f"equity ledger: none of {len(areas)} areas has a value, people and a borough; check the keys")
    values, people, order = (used[name].to_numpy(dtype=float) for name in ("value", "weight", "income"))
    groups = pd.factorize(used["borough"])[0]
    random = np.random.default_rng(seed)
    if drawn := bool(used["moe"].notna().all()):
        many = np.where(used["moe"] > 0, drawn_shares(used["value"], used["moe"], draws, random), values), people
    else:
        many = values, people * _times_drawn(len(used), draws, random)
    with np.errstate(divide="ignore", invalid="ignore"):
        frame = pd.DataFrame({"value": indexes(values, people, groups, order, threshold)}, dtype=float)
        spread = pd.DataFrame(indexes(*many, groups, order, threshold))
        frame["low"], frame["high"] = (2 * frame["value"] - spread.quantile(tail) for tail in reversed(TAILS))
    floor = pd.Series({name: -np.inf if name in RANKED else 0.0 for name in INDEXES})
    ceiling = pd.Series({name: 1.0 if name in BOUNDED else np.inf for name in INDEXES})
    frame = frame.where(np.isfinite(frame)).clip(lower=floor, upper=ceiling, axis=0)
    frame["method"] = "draws" if drawn else "bootstrap"
    frame["note"] = pd.Series(_notes(frame, areas, used, spread.mean()), frame.index, dtype=object)
    return frame.rename_axis("index")


def _times_drawn(n: int, draws: int, random: np.random.Generator) -> np.ndarray:
    """How often each of n areas is among n drawn with replacement: (draws, n)."""
    cell = random.integers(n, size=(draws, n)) + n * np.arange(draws)[:, None]
    return np.bincount(cell.ravel(), minlength=draws * n).reshape(draws, n)


def _notes(frame: pd.DataFrame, areas: pd.DataFrame, used: pd.DataFrame, middle: pd.Series) -> list[str | None]:
    """For each row of `frame` what a reader must know, given all areas, those used, and the means of the draws."""
    left_out, no_margin, no_income = len(areas) - len(used), used["moe"].isna().sum(), used["income"].isna().sum()
    no_order, notes = no_income == len(used), []
    for name, value, low, high in frame[["value", "low", "high"]].itertuples():
        ranked, noise, apart = name in RANKED, middle[name] - value, max(low - value, value - high)
        why = "the worst-served 40 % have none of it" if name == "palma" else "nobody has any of it"
        why = "no area has an income to rank it by" if ranked and no_order else why
        checks = {
            f"{left_out} areas left out: no value, no people or no borough": left_out,
            f"{no_margin} areas have no margin, so areas were resampled": no_margin,
            f"{no_income} areas have no income and are not ranked": ranked and no_income and not no_order,
            f"not defined: {why}": np.isnan(value),
            "no interval: some draws leave it undefined": not np.isnan(value) and np.isnan(high - low),
            f"sampling error moves it by about {noise:+.2g}: the interval allows for that, the value does not": apart
            > ROUNDING,
        }
        notes.append("; ".join(text for text, holds in checks.items() if holds) or None)
    return notes
