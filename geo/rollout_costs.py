"""Shadow costs: what a plan would reach if one of its constraints were dropped, each alone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pandas as pd

from geo.rollout_clashes import infeasible
from geo.rollout_order import greatest
from geo.rollout_problem import DECIMALS, Problem, check, problem
from geo.rollout_terms import Constraint, Terms

MORE_MONEY: Final = 1.1
COLUMNS: Final = ("change", "households", "weighted", "households_gained", "weighted_gained")


def costs_of(developments: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    """
    What each constraint in force costs.

    Parameters
    ----------
    developments
        As for `geo.rollout.plan`.

    Returns
    -------
    costs
        A row for each constraint, indexed by its name (`budget`, `minimum:Bronx`), and one for a budget of 10 % more
        (`budget +10 %`). `change` in words; `households` and `weighted` (need-weighted households) that the best plan
        would then reach; `households_gained` and `weighted_gained`, how much more that is than under all terms. The
        latter is never below 0; the former can be, where fewer households are in greater need.

    Raises
    ------
    BadQuery
        As for `geo.rollout.plan`.

    Notes
    -----
    Each row is solved exactly. Where several choices reach the same weighted households, the households are those of
    the one that the solver finds.
    """
    check(developments, terms)
    now = _reached(problem(developments, terms))
    if now is None:
        raise infeasible(developments, terms)
    rows = {}
    for name, change, other in _changes(developments, terms):
        households, weighted, proven = _reached(other) or (*now[:2], False)
        told = change if proven and now[2] else f"{change} (not proved: the search was ended)"
        rows[name] = (told, households, weighted, households - now[0], max(weighted - now[1], 0.0))
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS))


def _changes(developments: pd.DataFrame, terms: Terms) -> Iterator[tuple[str, str, Problem]]:
    for constraint in terms.constraints():
        yield str(constraint), _words(constraint), problem(developments, terms.without(constraint), terms.include)
    more = replace(terms, budget_usd=MORE_MONEY * terms.budget_usd)
    if Constraint("budget") in terms.constraints():
        yield "budget +10 %", "a tenth more money in each wave", problem(developments, more)


def _words(constraint: Constraint) -> str:
    words = {
        "budget": "money without end",
        "crews": "any number of crews",
        "capacity": f"any number of developments of {constraint.of}",
        "minimum": f"no least share of {constraint.of}",
        "include": "nobody must be in it",
        "exclude": "nobody is excluded",
    }
    return words[constraint.kind]


def _reached(of: Problem) -> tuple[int, float, bool] | None:
    """Households and need-weighted households of the best choice, and whether it is proved; None if there is none."""
    answer = greatest(of)
    if answer.chosen is None:
        return None
    chosen = answer.chosen[0]
    return int(of.households[chosen].sum()), round(float(of.value[chosen].sum()), DECIMALS), answer.proven
