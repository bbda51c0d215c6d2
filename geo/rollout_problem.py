"""
Who can be in a rollout at all, and the rollout as numbers.

Everything is counted in whole units, so that a limit is either kept or not: households are whole, money is in the
households that it pays for, and need-weighted households (need ÷ 100 × households) are taken to the thousandth.
"""

import math
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import numpy as np
import pandas as pd

from geo.contracts import first_reason
from geo.errors import BadQuery, TableError
from geo.rollout_terms import Terms

COLUMNS: Final = ("name", "borough", "households", "need", "provider", "eligible")
DECIMALS: Final = 3
"""Of need-weighted households."""

EXCLUDED: Final = "excluded by the terms"
NOT_ELIGIBLE: Final = "not eligible"
NOT_CONFIRMED: Final = "its eligibility is not confirmed"
HOUSEHOLDS_NOT_KNOWN: Final = "the number of households to connect is not known"
NOBODY_LEFT: Final = "nobody is left to connect"
NEED_NOT_KNOWN: Final = "its need is not known"
TOO_DEAR: Final = "it costs more than all waves together have"


@dataclass(frozen=True)
class Problem:
    """
    A rollout as arrays over n candidates in the order of their TDS.

    Attributes
    ----------
    candidates
        n rows indexed by TDS: `name`, `borough`, `households` (whole), `need` (0–100, NaN if not known), `provider`.
    value
        Need-weighted households, thousandths.
    included
        Whether it must be in the plan.
    money
        Households that the money of waves 1 to w pays for, for each w; infinite without a budget.
    """

    candidates: pd.DataFrame
    value: np.ndarray
    included: np.ndarray
    money: np.ndarray
    terms: Terms

    @property
    def waves(self) -> int:
        """How many waves there are."""
        return self.terms.waves

    @property
    def households(self) -> np.ndarray:
        """Households to connect of each candidate."""
        return self.candidates["households"].to_numpy(dtype=float)

    @property
    def teams(self) -> list[tuple[np.ndarray, int]]:
        """Each limit on how many can be started in a wave: of whom (flags over the candidates), and how many."""
        provider = self.candidates["provider"].to_numpy(dtype=object)
        crews = [] if self.terms.crews is None else [(np.ones(len(provider), dtype=bool), self.terms.crews)]
        return crews + [(provider == name, places) for name, places in sorted(self.terms.capacity.items())]

    @property
    def minima(self) -> list[tuple[str, np.ndarray, float]]:
        """Each borough with a least share: its name, its candidates (flags), the share."""
        borough = self.candidates["borough"].to_numpy(dtype=object)
        return [(name, borough == name, share) for name, share in sorted(self.terms.minimum.items()) if share > 0]


def problem(developments: pd.DataFrame, terms: Terms, admitted: frozenset[str] | None = None) -> Problem:
    """
    The candidates among `developments` (see `reasons`) and what each is worth.

    Parameters
    ----------
    admitted
        TDS of developments that may be planned although their need is not known, then counted as 0: those that must
        be in the plan, unless told otherwise.
    """
    known = developments.sort_index()
    fit = known[reasons(known, terms, terms.include if admitted is None else admitted).isna()]
    households = fit["households"].round()
    provider = _text(fit["provider"])
    provider = provider.where(provider.notna(), fit["borough"].map(dict(terms.providers)).astype(object))
    candidates = pd.DataFrame(
        {
            "name": fit["name"],
            "borough": _text(fit["borough"]),
            "households": households.astype(int),
            "need": fit["need"].astype(float),
            "provider": provider.where(provider.notna(), None),
        }
    )
    budget = terms.budget_usd / terms.household_usd
    money = np.array([paid if math.isinf(paid := wave * budget) else math.floor(paid + 1e-9) for wave in _all(terms)])
    included = candidates.index.isin([*terms.include])
    return Problem(candidates, values(candidates["need"], households), included, money, terms)


def values(need: pd.Series | np.ndarray, households: pd.Series | np.ndarray) -> np.ndarray:
    """Need-weighted households: `need` (0–100, not known counts as 0) ÷ 100 × `households`, to the thousandth."""
    share = np.nan_to_num(np.asarray(need, dtype=float)) / 100
    weighted: np.ndarray = np.round(share * np.asarray(households, dtype=float), DECIMALS)
    return weighted


def reasons(developments: pd.DataFrame, terms: Terms, admitted: frozenset[str]) -> pd.Series:
    """For each development why it cannot be planned, None if it can; one that is included is never too dear."""
    households = developments["households"].round()
    eligible = developments["eligible"]
    included = pd.Series(developments.index.isin([*terms.include]), index=developments.index)
    cost = households * terms.household_usd
    return first_reason(
        developments.index,
        (pd.Series(developments.index.isin([*terms.exclude]), index=developments.index), EXCLUDED),
        (eligible.map(lambda value: pd.notna(value) and not value), NOT_ELIGIBLE),
        (eligible.isna(), NOT_CONFIRMED),
        (households.isna(), HOUSEHOLDS_NOT_KNOWN),
        (households == 0, NOBODY_LEFT),
        (developments["need"].isna() & ~developments.index.isin([*admitted]), NEED_NOT_KNOWN),
        (~included & (cost > terms.money_usd + 1e-6), TOO_DEAR),
    )


def check(developments: pd.DataFrame, terms: Terms) -> None:
    """
    Refuse what cannot be planned from.

    Raises
    ------
    TableError
        Columns are missing, a TDS repeats, or households or need are out of their range.
    BadQuery
        The terms name a development, a borough or a provider that is not there, or must include one that cannot be
        planned.
    """
    if missing := sorted({*COLUMNS} - {*developments}):
        raise TableError(f"developments to plan: columns {missing} are missing")
    found = []
    if twice := sorted({*developments.index[developments.index.duplicated()]}):
        found.append(f"TDS {twice[0]} is there twice")
    for column, most in (("households", math.inf), ("need", 100.0)):
        odd = developments[column].dropna()
        if len(odd := odd[~odd.between(0, most)]):
            span = "0 or more" if most == math.inf else f"0–{most:g}"
            found.append(f"{column} of {odd.index[0]} is {odd.iloc[0]:g}, expected {span}")
    if found:
        raise TableError("developments to plan: " + "; ".join(found))
    boroughs, providers = {*developments["borough"].dropna()}, {*developments["provider"].dropna()}
    _known("TDS", terms.include | terms.exclude, {*developments.index})
    _known("borough", {*terms.minimum, *terms.providers}, boroughs)
    _known("provider", {*terms.capacity}, providers | {*terms.providers.values()})
    wanted = developments.loc[sorted(terms.include)]
    why = reasons(wanted, terms, terms.include).dropna()
    if len(why):
        told = "; ".join(
            f"{tds} {wanted['name'].loc[tds]}: {reason}" for tds, reason in zip(why.index, why, strict=True)
        )
        raise BadQuery(f"must include what cannot be planned ({told}); take it off the list")


def _known(what: str, asked: set[str] | frozenset[str], known: set[str]) -> None:
    if not (unknown := sorted(asked - known)):
        return
    listed = sorted(known)
    if len(listed) > 12:
        near = [match for name in unknown for match in get_close_matches(str(name), listed, n=3, cutoff=0)]
        there = f"{len(listed)} are known, among them {', '.join(dict.fromkeys(near))}"
    else:
        there = f"known: {', '.join(listed) or 'none'}"
    raise BadQuery(f"unknown {what} {', '.join(map(str, unknown))}; {there}")


def _text(values: pd.Series) -> pd.Series:
    kept = values.astype(object)
    return kept.where(kept.notna(), None)


def _all(terms: Terms) -> range:
    return range(1, terms.waves + 1)
