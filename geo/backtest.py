"""
Did the priority choose what the City chose? The phases that were announced, against the priority with what was known.

The question is asked of each phase alone, among the developments that could then be chosen. Agreement would not make
the priority right, nor the City: it says whether both looked at the same things.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.acs import Z90
from geo.errors import TableError

FEW: Final = 5
"""With fewer known developments nothing can be concluded."""

EDGE: Final = 1e-9
"""The bounds of an interval around 0 and 1 are looked for from here, since 0 and 1 solve its equation too."""

CAVEAT: Final = (
    "The list of who was served in 2022 and 2023 is partial, and absence from it means nothing: the others with whom "
    "the known developments are compared include developments that were served in the same phase or before. Large "
    "developments are probably named more often, so in which direction this pulls is not known. One name that stands "
    "for several developments counts as several."
)

AVAILABLE: Final = (
    ("kiosks", "as then: those activated by that date; one that worked then and does not today is missing"),
    ("conversions to PACT", "as then: a conversion after that date is undone; the unofficial list of them is left out"),
    ("enrollment", "as then: no report existed"),
    ("outlines of developments", "of today: what was converted since has none, so its need and reach are not known"),
    ("conversions without a date", "of today: a conversion that the data book states without a date cannot be undone"),
    ("apartments, which stand for households, and homes for older adults", "of today"),
    ("survey estimates", "of today: a survey of later years than the phases"),
    ("public computer centres", "of today: the dates on which they opened are not published"),
    ("tax lots and residents at them", "of today"),
)
"""Each input of the priority of a past date, and whether it is as it was then."""

COLUMNS: Final = (
    *("phase", "announced", "known", "eligible", "first", "chance_first", "chance_low", "chance_high"),
    *("outranks", "outranks_low", "outranks_high", "percentile", "missing", "words"),
)


class Known(NamedTuple):
    """What was available on a date, by `AVAILABLE`: developments and kiosks as their tables have them."""

    developments: gpd.GeoDataFrame
    kiosks: gpd.GeoDataFrame


def as_known(developments: gpd.GeoDataFrame, kiosks: gpd.GeoDataFrame, date: str) -> Known:
    """The developments and kiosks as far as they were known on the ISO date `date`; `AVAILABLE` says how far."""
    later = developments["pact_date"].notna() & ~(developments["pact_date"].fillna("") <= date)
    undone = developments.assign(pact_date=developments["pact_date"].mask(later, None), pact_listed=None)
    active = kiosks["activated"].notna() & (kiosks["activated"].fillna("9") <= date)
    return Known(undone, kiosks[active].reset_index(drop=True))


def backtest(priorities: Mapping[str, pd.Series], phases: pd.DataFrame) -> pd.DataFrame:
    """
    Each phase against the priority as of the date on which it was announced.

    Parameters
    ----------
    priorities
        For the ISO date of each phase the priority then, by `tds`, larger for sooner; NaN for a development that could
        not be chosen.
    phases
        As `geo.tables.PHASES`. Those whose date is not known leave every comparison, since they may have been chosen
        before; those of earlier phases leave the comparison of later ones.

    Returns
    -------
    phases
        In order of time: `phase`, `announced`, `known` (how many of the phase are compared), `eligible` (among how
        many); `first`, how many of the known are among as many of highest priority (equals share the last places), with
        `chance_first`, `chance_low` and `chance_high`, what chance alone would give and its 90 % range; `outranks`, the
        probability that a known one is before another (ties half), with `outranks_low` and `outranks_high`, its 90 %
        interval; `percentile` (0–100), the mean place of the known, 50 by chance; `missing`, those without a priority
        then, by name; `words`. NaN where no two developments can be compared.

    Raises
    ------
    TableError
        A phase has no priority of its date.

    Notes
    -----
    Chance: the hypergeometric distribution. `outranks` is the Mann–Whitney statistic U/mn, and its interval that of
    method 5 of Newcombe, "Confidence intervals for an effect size measure based on the Mann–Whitney statistic, part 2",
    Statistics in Medicine 25, 2006, which holds for four known developments too, where that of DeLong is too narrow.
    """
    dated = phases[phases["announced"].notna()]
    if lacking := sorted({*dated["announced"]} - {*priorities}):
        raise TableError(f"phases were announced on {', '.join(lacking)}, no priority as of then: compute one for each")
    gone = {*phases.loc[phases["announced"].isna(), "tds"]}
    rows = []
    for (date, phase), chosen in dated.groupby(["announced", "phase"]):
        earlier = {*dated.loc[dated["announced"] < date, "tds"]} | gone
        priority = priorities[str(date)].dropna()
        rows.append(_phase(str(phase), str(date), chosen, priority[~priority.index.isin(earlier)]))
    return pd.DataFrame(rows, columns=[*COLUMNS])


def _phase(phase: str, date: str, chosen: pd.DataFrame, priority: pd.Series) -> dict[str, Any]:
    from scipy.stats import hypergeom  # the service does without it until somebody asks for this

    known = priority.index.isin(chosen["tds"])
    missing = chosen.loc[~chosen["tds"].isin(priority.index), "name"]
    count, eligible = int(known.sum()), len(priority)
    row: dict[str, Any] = {
        "phase": phase,
        "announced": date,
        "known": count,
        "eligible": eligible,
        "missing": ", ".join(missing) or None,
    }
    if 0 < count < eligible:
        low, high = hypergeom.ppf((0.05, 0.95), eligible, count, count)
        better = outranks(priority[known].to_numpy(dtype=float), priority[~known].to_numpy(dtype=float))
        place = (priority.rank() - 0.5) / eligible * 100
        row |= {
            "first": among_first(priority.to_numpy(dtype=float), known),
            "chance_first": count**2 / eligible,
            "chance_low": float(low),
            "chance_high": float(high),
            "outranks": better[0],
            "outranks_low": better[1],
            "outranks_high": better[2],
            "percentile": float(place[known].mean()),
        }
    return row | {"words": _words(row)}


def among_first(priority: np.ndarray, known: np.ndarray) -> float:
    """How many of the k known are among the k of highest priority; equals at the end share the places that are left."""
    count = int(known.sum())
    last = np.sort(priority)[-count]
    above, equal = priority > last, priority == last
    return float(known[above].sum() + known[equal].sum() * (count - above.sum()) / equal.sum())


def outranks(known: np.ndarray, others: np.ndarray) -> tuple[float, float, float]:
    """The probability that one of `known` is above one of `others`, ties half, and the ends of its 90 % interval."""
    from scipy.optimize import brentq  # the service does without it until somebody asks for this

    both = known[:, None] - others[None, :]
    found = float((both > 0).mean() + (both == 0).mean() / 2)
    middle = (len(known) + len(others)) / 2 - 1

    def beyond(true: float) -> float:
        spread = 1 + middle * ((1 - true) / (2 - true) + true / (1 + true))
        return float((found - true) ** 2 - Z90**2 * true * (1 - true) * spread / both.size)

    low = float(brentq(beyond, 0.0, min(found, 1 - EDGE))) if found > 0 else 0.0
    high = float(brentq(beyond, max(found, EDGE), 1.0)) if found < 1 else 1.0
    return found, low, high


def _words(row: Mapping[str, Any]) -> str:
    absent = f" Without a priority then: {row['missing']}." if row["missing"] else ""
    if "first" not in row:
        return f"Nothing to compare: {row['known']} known among {row['eligible']} eligible.{absent}"
    low, high = row["outranks_low"], row["outranks_high"]
    said = (
        f"Of {row['known']} known developments {row['first']:g} are among the first {row['known']} of "
        f"{row['eligible']}; chance would give {row['chance_first']:.2f} ({row['chance_low']:.0f} to "
        f"{row['chance_high']:.0f}). A known one is before another in {row['outranks']:.0%} of pairs "
        f"({low:.0%} to {high:.0%}), where chance gives 50%"
    )
    if row["known"] < FEW:
        return f"{said}: too few to conclude anything.{absent}"
    told = (
        "cannot be told from chance" if low <= 0.5 <= high else "more than chance" if low > 0.5 else "less than chance"
    )
    return f"{said}: {told}.{absent}"
