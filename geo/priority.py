"""
The priority of each NYCHA development: what it is made of, how sure it is, and what would change it.

A priority is the declared mean of five parts, each 0–100: the need of the place, households not yet subscribed, grounds
beyond reach of public access, homes for older adults, and families with children around. A part that the whole
snapshot lacks is left out; a development that lacks one gets none.
"""

from collections.abc import Hashable, Mapping
from math import ceil
from typing import Final

import numpy as np
import pandas as pd

from geo.draws import SEED
from geo.gaps import weighted_mean
from geo.indicators import CHILDREN, INDICATORS
from geo.method import PRIORITY_WEIGHTS, UNCONNECTED_GOALPOSTS
from geo.need import scale
from geo.ranks import INTERVAL, TOP, ranked, tiers
from geo.simulation import CONCENTRATION
from geo.tables import first_reason

SENIOR: Final = {"exclusively": 100.0, "partially": 50.0}
"""What a development for older adults scores by the first word of the data book's; others score 0."""

PARTS: Final = {
    "need": "need of the place",
    "unconnected": "households not yet subscribed",
    "beyond_reach": "grounds beyond reach of working public access",
    "older_adults": "homes for older adults",
    "children": "households with somebody under 18, around it",
}
STANDING: Final = ("need_low", "need_high", "priority_low", "priority_high", "p_top20", "p_top20_mc_error", "tier")
NOT_RANKED: Final = "not ranked: it has no priority"
NOT_DRAWN: Final = "no interval and no tier: margins of error of its place are missing or too wide"
FIRST: Final = TOP["p_top20"]


def parts(developments: pd.DataFrame) -> pd.DataFrame:
    """
    The five parts of each development's priority, 0–100; those that the whole snapshot lacks are not in it.

    Needs the columns `need`, `unconnected`, `supply`, `senior` and `children_share`.
    """
    word = developments["senior"].astype(object).map(lambda said: said.split()[0] if isinstance(said, str) else None)
    senior = word.map(SENIOR).astype(float).fillna(0.0)
    found = pd.DataFrame(
        {
            "need": developments["need"],
            "unconnected": scale(developments["unconnected"], UNCONNECTED_GOALPOSTS),
            "beyond_reach": 100 - developments["supply"],
            "older_adults": senior,
            "children": scale(developments["children_share"], CHILDREN.goalposts),
        }
    )
    return found.dropna(axis=1, how="all")


def priorities(developments: pd.DataFrame) -> pd.Series:
    """0–100 for each development that may be served (`eligible` is true), NaN for the others."""
    return weighted_mean(parts(developments), PRIORITY_WEIGHTS).where(_may(developments))


def drawn_needs(shares: pd.Series, needs: pd.DataFrame | None, uncertain: pd.Index) -> pd.DataFrame:
    """
    What the need of each development could be within the margins of its places.

    Parameters
    ----------
    shares
        The share of each place in each development, by development and place (`geo.developments.shares_of_places`).
    needs
        Array (draws, places) of the need of the places, None where nothing could be drawn.
    uncertain
        Places whose need has no interval: a development with a share of one has none either.

    Returns
    -------
    drawn
        Array (draws, developments that have an interval).
    """
    if needs is None or shares.empty:
        return pd.DataFrame(index=range(0))
    known = shares[shares.index.get_level_values(1).isin(needs.columns)]
    table = known.unstack(fill_value=0)
    unsure = table.loc[:, table.columns.isin(uncertain)].sum(axis=1) > 0
    table = table[~unsure].div(table[~unsure].sum(axis=1), axis=0)
    return pd.DataFrame(needs[table.columns].to_numpy() @ table.to_numpy().T, columns=table.index)


def standing(developments: pd.DataFrame, needs: pd.DataFrame, seed: int = SEED) -> pd.DataFrame:
    """
    How sure each priority is, under sampling error of need and other weights around the declared ones.

    Parameters
    ----------
    developments
        Indexed by development, with `priority` and what `parts` needs.
    needs
        Draws of need (`drawn_needs`).

    Returns
    -------
    standing
        Index as `developments`. `need_low`, `need_high`, `priority_low`, `priority_high`: 90 % intervals under sampling
        error alone; `p_top20`: probability of being among the first fifth of the ranked under both, with its standard
        error of simulation; `tier`, in words; `tier_note`, why it is missing. A development whose need could not be
        drawn keeps its need in every draw and gets no interval itself.
    """
    found = pd.DataFrame(np.nan, index=developments.index, columns=list(STANDING)).astype({"tier": object})
    rows = developments[developments["priority"].notna()].sort_index()
    sure = rows.index.intersection(needs.columns)
    note = first_reason(
        developments.index,
        (developments["priority"].isna(), NOT_RANKED),
        (~developments.index.to_series().isin(needs.columns), NOT_DRAWN),
    )
    if not len(sure):
        return found.assign(tier=None, tier_note=note)
    draws = len(needs)
    parted = parts(rows)
    weights = np.array([PRIORITY_WEIGHTS[str(name)] for name in parted])
    drawn = np.repeat(parted["need"].to_numpy(dtype=float)[None, :], draws, axis=0)
    drawn[:, rows.index.get_indexer(sure)] = needs[sure].to_numpy()
    rest = parted.drop(columns="need").to_numpy()
    at = [*parted].index("need")
    sampled = (weights[at] * drawn + rest @ np.delete(weights, at)) / weights.sum()
    chosen = np.random.default_rng(seed).dirichlet(CONCENTRATION * weights / weights.sum(), draws)
    scores = chosen[:, [at]] * drawn + np.delete(chosen, at, axis=1) @ rest.T
    p_top20 = (ranked(scores) <= ceil(FIRST * len(rows))).mean(axis=0)
    likely = (p_top20 * draws + 0.5) / (draws + 1)
    summary = pd.DataFrame({"p_top20": p_top20, "p_top20_mc_error": np.sqrt(likely * (1 - likely) / draws)}, rows.index)
    for name, values in {"need": drawn, "priority": sampled}.items():
        summary[f"{name}_low"], summary[f"{name}_high"] = np.percentile(values, INTERVAL, axis=0)
    summary["tier"] = tiers(summary["p_top20"])
    found.loc[sure, summary.columns] = summary.loc[sure]
    return found.assign(tier=found["tier"].where(found["tier"].notna(), None), tier_note=note)


def changes(developments: pd.DataFrame) -> pd.Series:
    """
    What would move each development into or out of the first fifth of the priorities, all else equal, in words.

    Needs what `parts` needs, `priority`, `need_low` and `need_high`.
    """
    rows = developments[developments["priority"].notna()]
    said = pd.Series("not ranked; it would be if its place in public housing were confirmed", developments.index)
    said = said.mask(developments["eligible"].eq(False), "not ranked: it left public housing")
    said = said.mask(_may(developments), "not ranked: a part of its priority is not known")
    if len(rows) < 2:
        return said.mask(developments["priority"].notna(), "the only one that is ranked")
    parted = parts(rows)
    weights = pd.Series({name: PRIORITY_WEIGHTS[str(name)] for name in parted})
    weights /= weights.sum()
    order = rows["priority"].sort_values(ascending=False)
    first = min(ceil(FIRST * len(order)), len(order) - 1)
    last_in, next_out = order.iloc[first - 1], order.iloc[first]
    moved = {}
    for tds, row in rows.iterrows():
        inside = row["priority"] >= last_in
        lacking = (next_out if inside else last_in) - row["priority"]
        need = parted.at[tds, "need"] + lacking / weights["need"]
        left = (parted.at[tds, "unconnected"] + lacking / weights["unconnected"]) / 100 * UNCONNECTED_GOALPOSTS[1]
        moved[tds] = _leaves(need, left, row) if inside else _enters(need, row)
    return pd.Series(moved, dtype=object).reindex(said.index).fillna(said)


def _leaves(need: float, left: float, row: pd.Series) -> str:
    ways = []
    if need >= 0:
        ways.append(f"if the need of its place were below {need:.1f}{_interval(row)}")
    if left >= 1:
        ways.append(f"when fewer than {left:,.0f} of its {row['unconnected']:,.0f} unconnected households are left")
    ways.append("on conversion to PACT")
    return "in the first fifth; leaves it " + ", or ".join(ways)


def _enters(need: float, row: pd.Series) -> str:
    if need > 100:
        return "not in the first fifth; no need of its place would bring it there"
    return f"not in the first fifth; would enter it if the need of its place were {need:.1f} or more{_interval(row)}"


def _interval(row: pd.Series) -> str:
    if pd.isna(row["need_low"]):
        return " (its interval is not known)"
    return f" (its interval: {row['need_low']:.1f}–{row['need_high']:.1f})"


def reasons(developments: pd.DataFrame, city_need: float, walk_m: float) -> pd.Series:
    """The priority of each development in one sentence of plain words, with what is not known said."""
    return pd.Series(
        [_sentence(row, city_need, walk_m) for row in developments.to_dict("records")],
        index=developments.index,
        dtype=object,
    )


def _sentence(row: Mapping[Hashable, object], city_need: float, walk_m: float) -> str:
    said = [str(row["eligibility"]), _households(row)]
    above = "above" if _number(row["need"]) > city_need else "not above"
    compared = _known(city_need, f", {above} the city's {{:.1f}}", "")
    spread = _known(row["need_low"], f" ({{:.1f}}–{_number(row['need_high']):.1f})", "")
    said.append(_known(row["need"], f"need of its place {{:.1f}}{spread} of 100{compared}", "need not known"))
    said += [
        f"around it {100 * _number(row[f'{indicator.code}_share']):.0f} % {indicator.finding}"
        for indicator in (*INDICATORS, CHILDREN)
        if _number(row[f"{indicator.code}_share"]) >= indicator.goalposts[1]
    ]
    reached = f"{{:.0f}} % of its grounds within {walk_m:g} m of working public access"
    said.append(_known(row["supply"], reached, "reach of public access not known"))
    said.append(_known(row["nearest_kiosk_m"], "nearest working kiosk {:,.0f} m", "no distance to a kiosk"))
    said.append(_known(row["nearest_centre_m"], "nearest computer centre {:,.0f} m", "no distance to a centre"))
    if isinstance(row["senior"], str):
        said.append(f"for older adults {row['senior']}")
    return "; ".join(said)


def _households(row: Mapping[Hashable, object]) -> str:
    if not np.isnan(_number(row["subscribers"])):
        unconnected, households = _number(row["unconnected"]), _number(row["households"])
        return f"{unconnected:,.0f} of {households:,.0f} households not yet subscribed on {row['reported']}"
    counted = "{:,.0f} apartments, subscribers not known: all are counted"
    return _known(row["apartments"], counted, "number of apartments not known")


def _may(developments: pd.DataFrame) -> pd.Series:
    return developments["eligible"].eq(True)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _known(value: object, text: str, otherwise: str) -> str:
    return otherwise if np.isnan(_number(value)) else text.format(value)
