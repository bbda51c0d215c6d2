"""
How places changed between two releases of the survey, and whether that is more than their margins.

Five-year estimates whose periods overlap share answers, so that they go together and their difference is surer than
that of two independent estimates. The Census Bureau's instructions ("Instructions for Applying Statistical Testing to
the 2008–2012 ACS 5-Year Data") take the standard error of such a difference as √(1 − C) · √(SE₁² + SE₂²), C being the
fraction of the years that the two periods share. Its handbook ("Understanding and Using American Community Survey Data:
What All Data Users Need to Know", 2020, chapter 3) asks for caution all the same: what is compared are then the years
that the two do not share. Counted things have no margin, and a difference of theirs is a difference.
"""

import re
from typing import Final

import pandas as pd

from geo.acs import Estimate, significant
from geo.comparison import compare

BY_CHANCE: Final = 0.1
"""The share of places without any change that a test at 90 % calls changed all the same."""

Period = tuple[int, int]
"""The first and the last year of a survey's answers."""


def period(vintage: str | None) -> Period | None:
    """The years of a survey by its vintage, such as `ACS 2019–2023, by NTA`; None where it names no two years."""
    found = re.search(r"\b(\d{4})\s*[-–]\s*(\d{4})\b", vintage or "")
    years = (int(found[1]), int(found[2])) if found else None
    return years if years and years[0] <= years[1] else None


def length(of: Period) -> int:
    """How many years a period has."""
    return of[1] - of[0] + 1


def shared_share(before: Period, after: Period) -> float:
    """The fraction (0–1) of the years of two periods of one length that both have."""
    shared = min(before[1], after[1]) - max(before[0], after[0]) + 1
    return max(shared, 0) / length(after)


def changes(before: pd.DataFrame, after: pd.DataFrame, shared: float) -> pd.DataFrame:
    """
    The changes of places.

    Parameters
    ----------
    before, after
        Spreads (`geo.comparison`) of the same places.
    shared
        The fraction of the years of the survey that the two share, 0–1.

    Returns
    -------
    changes
        Indexed as `after`: `change`, after minus before; `moe`, its margin at 90 %; `significant`, None where a value
        or a margin is not known.
    """
    apart = compare(after, before)
    moe = apart["moe"] * (1 - shared) ** 0.5
    known = significant(Estimate(apart["difference"], moe))
    return pd.DataFrame({"change": apart["difference"], "moe": moe, "significant": known})
