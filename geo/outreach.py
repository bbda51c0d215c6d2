"""
Whom to call on first: developments that enrolled fewer households than similar ones, and how far they are behind.

Each development is held against its peers, itself left out, by an interval: what one of its size would show in nine
cases out of ten if it were one more of its peers. So about one in twenty is below by chance alone, and a small one has
to be far behind before it counts as below. What is below is a reason to ask why, not a fault of anybody.

Notes
-----
Peers differ by more than chance, so the share of peer i, with n_i households and w_i for its weight, varies about the
common p by p(1 − p)/n_i + τ²(1 − 1/n_i), where τ² = ρp(1 − p). With a_i = w_i(1 − w_i/Σw) and S = Σw_i(p_i − p)²,

    τ² = (S − p(1 − p) Σ a_i/n_i) / Σ a_i(1 − 1/n_i), never below 0,

first weighted by size, then once by the inverse of the variance so found (Kleinman, "Proportions with extraneous
variance: single and independent samples", JASA 68, 1973). The interval has the quantiles of the beta-binomial with
mean p whose share varies by (τ² + SE²(p)) (t/z)², t with k − 2 degrees of freedom, since p and τ² are known from k
peers only (Higgins, Thompson & Spiegelhalter, "A re-evaluation of random-effects meta-analysis", JRSS A 172, 2009).
Households gained are treated in the same way as counts: the rate of peer i with exposure e_i varies by μ/e_i + τ², and
the interval has the quantiles of the negative binomial.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from geo.enrollment import TREND_WEEKS
from geo.tables import first_reason

FEWEST: Final = 8
"""With fewer peers the circle is widened, and at last nothing is said."""

SIMILAR: Final = 2.0
"""A similar size: between half and twice the households."""

PER: Final = 100
"""Households gained are told for each 100 unconnected households and 12 weeks."""

LOW, HIGH = 0.05, 0.95
BELOW, WITHIN, ABOVE = (f"{side} similar developments" for side in ("below", "within the range of", "above"))
NOT_KNOWN, NOT_ELIGIBLE = "not known: ", "not eligible, or not confirmed to be"
COLUMNS: Final = (
    *("expected_low_share", "expected_high_share", "expected_subscribers", "peers", "peers_are", "outreach"),
    *("shortfall_households", "gained_per_100", "gained_low_per_100", "gained_high_per_100", "pace"),
    "outreach_reason",
)


class Pooled(NamedTuple):
    """The mean rate of peers, and the variance of the rate of one more of them."""

    mean: float
    variance: float


class Expected(NamedTuple):
    """Households expected of a development: its 90 % interval and the middle, which is never shown alone."""

    low: float
    middle: float
    high: float


def pooled(
    counts: np.ndarray, sizes: np.ndarray, own: Callable[[float], float], inner: np.ndarray, most: float
) -> Pooled:
    """
    The mean of the rates of k ≥ 3 peers and the variance of the rate of one more (see the notes of this module).

    Parameters
    ----------
    counts, sizes
        Households that do, and those that could (or the exposure, above 0).
    own
        The variance of a rate that one unit of size gives: p(1 − p) or μ.
    inner
        For each peer the share of τ² that shows in its rate: 1 − 1/n, or 1.
    most
        The largest rate there can be. A mean at an end is moved inside by half a household: none seen is not none.
    """
    from scipy.stats import norm, t  # the service does without it until somebody asks for this

    rates, weights, edge = counts / sizes, sizes.astype(float), 0.5 / sizes.sum()
    mean = between = squared_error = 0.0
    for _ in range(2):
        mean = float(np.clip(np.average(rates, weights=weights), edge, most - edge))
        part = weights * (1 - weights / weights.sum())
        beyond = (weights * (rates - mean) ** 2).sum() - own(mean) * (part / sizes).sum()
        shown = (part * inner).sum()
        between = max(float(beyond / shown), 0.0) if shown > 0 else 0.0
        each = own(mean) / sizes + between * inner
        squared_error = float((weights**2 * each).sum() / weights.sum() ** 2)
        weights = 1 / each
    few = t.ppf(HIGH, len(counts) - 2) / norm.ppf(HIGH)
    return Pooled(mean, (between + squared_error) * float(few) ** 2)


def expected_subscribers(subscribers: np.ndarray, households: np.ndarray, of: int) -> Expected:
    """The subscribers of one more development, of `of` households, given those of its peers."""
    from scipy.stats import betabinom  # the service does without it until somebody asks for this

    mean, variance = pooled(subscribers, households, lambda p: p * (1 - p), 1 - 1 / households, 1.0)
    alike = min(variance / (mean * (1 - mean)), 0.99)
    both = 1 / alike - 1
    reached = betabinom.pmf(np.arange(of + 1), of, mean * both, (1 - mean) * both).cumsum()
    low, high = np.searchsorted(reached, (LOW, HIGH))
    return Expected(float(low), of * mean, float(min(high, of)))


def expected_gain(gained: np.ndarray, exposure: np.ndarray, of: float) -> Expected:
    """The households gained by one more development at the exposure `of`, given its peers; a fall counts as no gain."""
    from scipy.stats import nbinom  # the service does without it until somebody asks for this

    mean, variance = pooled(gained.clip(min=0), exposure, lambda rate: rate, np.ones(len(gained)), np.inf)
    shape = mean**2 / variance
    low, high = nbinom.ppf((LOW, HIGH), shape, shape / (shape + mean * of))
    return Expected(float(low), of * mean, float(high))


def outreach(developments: pd.DataFrame) -> pd.DataFrame:
    """
    Each development against similar ones.

    Parameters
    ----------
    developments
        Indexed by `tds`: `eligible` (only where it is true a development is compared or is a peer), and the columns of
        `geo.enrollment.latest` and `trend` of the same day, NaN where nothing was reported.

    Returns
    -------
    compared
        Index as `developments`, `COLUMNS`. `outreach`: `BELOW`, `WITHIN`, `ABOVE` or "not known: …", by the interval
        `expected_low_share`–`expected_high_share` (0–1) of its `peers`, who are told in `peers_are`;
        `expected_subscribers`: its middle, in households. `shortfall_households`: how many more would bring it to the
        lower end, 0 where it is there. `gained_per_100`: households gained for each 100 unconnected in 12 weeks, with
        the interval of its peers, and `pace` in the same words. `outreach_reason`: one sentence for whoever calls.

    Notes
    -----
    Peers have the same provider and a similar size; were that fewer than `FEWEST`, the same provider; were that fewer,
    all. Developments that are reported together with it are no peers, being the same report split.
    """
    unknown = first_reason(
        developments.index,
        (~developments["eligible"].eq(True), NOT_ELIGIBLE),
        (developments["reported"].isna(), "it has no enrollment report"),
        (developments["enrollment_note"].notna(), developments["enrollment_note"]),
        (developments["enrolled_share"].isna(), "no households were reported"),
    )
    pool = developments[unknown.isna()]
    found = [
        _not_known(why) if why else _compared(tds, row, pool)
        for (tds, row), why in zip(developments.to_dict("index").items(), unknown, strict=True)
    ]
    return pd.DataFrame(found, index=developments.index, columns=[*COLUMNS])


def outreach_list(compared: pd.DataFrame) -> pd.DataFrame:
    """
    The rows of eligible developments: those below first, by shortfall, then by unconnected households.

    Needs the index `tds` and the columns `outreach`, `shortfall_households` and `unconnected`; keeps all.
    """
    rows = compared[compared["outreach"] != f"{NOT_KNOWN}{NOT_ELIGIBLE}"].rename_axis("tds")
    order = pd.DataFrame(
        {
            "rest": rows["outreach"] != BELOW,
            "shortfall": -rows["shortfall_households"].fillna(0),
            "unconnected": -rows["unconnected"],
        }
    ).sort_values(["rest", "shortfall", "unconnected", "tds"])
    return rows.loc[order.index]


def peers_of(tds: Hashable, row: Mapping[Hashable, Any], pool: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The peers of one development among those of `pool`, itself left out, and who they are in words."""
    others = pool.drop([tds, *re.findall(r"\w+", str(row["reported_with"]))], errors="ignore")
    low, high = row["households"] / SIMILAR, row["households"] * SIMILAR
    same = others[others["provider"] == row["provider"]]
    near = same[same["households"].between(low, high)]
    if len(near) >= FEWEST:
        return near, f"served by {row['provider']}, of {low:,.0f} to {high:,.0f} households"
    if len(same) >= FEWEST:
        return same, f"served by {row['provider']}, of any size"
    return others, "of any provider and any size"


def standing(value: float, low: float, high: float) -> str:
    """Where a value stands against an interval, in words."""
    return BELOW if value < low else ABOVE if value > high else WITHIN


def _compared(tds: Hashable, row: Mapping[Hashable, Any], pool: pd.DataFrame) -> dict[str, Any]:
    peers, words = peers_of(tds, row, pool)
    if len(peers) < FEWEST:
        return _not_known(f"{len(peers)} developments to compare with, at least {FEWEST} needed")
    counts = peers[["subscribers", "households"]].to_numpy(dtype=float)
    homes, joined = int(row["households"]), int(row["subscribers"])
    found = expected_subscribers(counts[:, 0], counts[:, 1], homes)
    short = max(found.low - joined, 0.0)
    pace, said = _paced(row, peers)
    reason = (
        f"{joined:,} of {homes:,} households subscribe ({joined / homes:.0%}), where {len(peers)} similar developments "
        f"({words}) lead to expect {found.low:,.0f} to {found.high:,.0f}"
        + (f", so {short:,.0f} more would be usual at the least" if short else "")
        + f"; {row['unconnected']:,.0f} are not connected; {said}"
    )
    return {
        "expected_low_share": found.low / homes,
        "expected_high_share": found.high / homes,
        "expected_subscribers": found.middle,
        "peers": len(peers),
        "peers_are": words,
        "outreach": standing(joined, found.low, found.high),
        "shortfall_households": short,
        **pace,
        "outreach_reason": reason,
    }


def _not_known(why: str) -> dict[str, Any]:
    said = f"{NOT_KNOWN}{why}"
    return {"outreach": said, "pace": said, "outreach_reason": f"not compared: {why}"}


def _paced(row: Mapping[Hashable, Any], peers: pd.DataFrame) -> tuple[dict[str, Any], str]:
    """The columns on the pace of one development against its peers, and the words for its reason."""
    exposure = peers["unconnected_before"] * peers["trend_weeks"] / (PER * TREND_WEEKS)
    known = peers.assign(exposure=exposure)[exposure > 0]
    own = row["unconnected_before"] * row["trend_weeks"] / (PER * TREND_WEEKS)
    why = None
    if np.isnan(own):
        why = str(row["trend_note"] or "no trend")
    elif own == 0:
        why = "no household was unconnected before"
    elif len(known) < FEWEST:
        why = f"{len(known)} similar developments have a trend, at least {FEWEST} needed"
    if why:
        return {"pace": f"{NOT_KNOWN}{why}"}, f"pace not known: {why}"
    gained = row["gained_12_weeks"]
    found = expected_gain(known["gained_12_weeks"].to_numpy(dtype=float), known["exposure"].to_numpy(), own)
    moved = f"{gained:,.0f} joined" if gained >= 0 else f"{-gained:,.0f} left"
    return {
        "gained_per_100": gained / own,
        "gained_low_per_100": found.low / own,
        "gained_high_per_100": found.high / own,
        "pace": standing(gained, found.low, found.high),
    }, f"{moved} in {row['trend_weeks']:.0f} weeks, {found.low:,.0f} to {found.high:,.0f} expected"
