"""
Which developments to connect in which wave: the plan that reaches the most need under declared terms.

What is maximised is need-weighted households: need (0–100) ÷ 100 × households to connect. First over all waves
together; then, of those chosen, wave by wave, so that those in greatest need come first (`geo.rollout_order`, which
proves each step). A plan is an aid to a decision: it knows no more than its terms do.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.contracts import first_reason
from geo.errors import BadQuery
from geo.rollout_clashes import Infeasible, infeasible
from geo.rollout_costs import costs_of
from geo.rollout_greedy import greedy
from geo.rollout_model import SLACK
from geo.rollout_order import arranged
from geo.rollout_problem import DECIMALS, Problem, check, problem, reasons
from geo.rollout_terms import Terms

__all__ = ["Infeasible", "Plan", "Schedule", "Terms", "costs_of", "plan"]


@dataclass(frozen=True)
class Schedule:
    """
    Developments in waves.

    Attributes
    ----------
    rows
        A row for each planned development, indexed by TDS, in the order of waves and then of falling need: `wave` (from
        1), `name`, `borough`, `provider`, `households` (to connect), `need` (0–100, NaN if not known), `weighted`
        (need-weighted households), `cost_usd`.
    waves
        A row for each wave, indexed from 1: `developments`, `households`, `weighted`, `cost_usd`, and `left_usd`, what
        it leaves to the next ones (infinite without a budget).
    totals
        `developments`, `households`, `weighted`, `cost_usd` of all waves together: the sums of `rows`.
    """

    rows: pd.DataFrame
    waves: pd.DataFrame
    totals: dict[str, float]


@dataclass(frozen=True)
class Plan(Schedule):
    """
    The best schedule that was found, and what is known of it.

    Attributes
    ----------
    terms
        What it was planned under.
    bound
        Need-weighted households that no plan exceeds.
    gap
        How far the bound is above this plan, as a share of the bound: 0 for a proved optimum.
    proven
        Whether the total and the order of the waves are both proved to be the best.
    greedy
        The schedule by a simple rule (`geo.rollout_greedy`), and `greedy_short`, which terms it does not meet.
    left_out
        A row for each development that is not planned, by TDS: `name`, `borough`, `candidate`, whether it could have
        been, and the `reason`.
    notes
        What a reader has to know, in sentences.
    """

    terms: Terms
    bound: float
    gap: float
    proven: bool
    greedy: Schedule
    greedy_short: tuple[str, ...]
    left_out: pd.DataFrame
    notes: tuple[str, ...]


def plan(developments: pd.DataFrame, terms: Terms, *, seconds: float | None = None) -> Plan:
    """
    The plan that reaches the most need-weighted households.

    Parameters
    ----------
    developments
        n rows with a unique index of TDS, in any order: `name`; `borough`, `provider` (None if not known);
        `households` to connect (0 or more, taken to whole ones); `need` (0–100, NaN if not known); `eligible` (True,
        False, None if not confirmed).
    seconds
        About how long the solver may search; the answer then depends on the machine. None for until it is proved.

    Returns
    -------
    plan
        Exact to a thousandth of a need-weighted household if `proven`. The same input gives the same plan; of
        developments that are alike in all that counts, the lower TDS comes first.

    Raises
    ------
    TableError
        `developments` lacks columns, repeats a TDS or holds numbers out of range.
    BadQuery
        The terms name what is not there, or must include what cannot be planned; or `seconds` were too few.
    Infeasible
        No plan meets the terms; it says which of them clash.
    """
    check(developments, terms)
    of = problem(developments, terms)
    if not len(of.value):
        raise infeasible(developments, terms)
    simple, short = greedy(of)
    found = arranged(of, seconds=seconds)
    wave = found.wave
    if wave is None and found.proven:
        raise infeasible(developments, terms)
    if wave is None and short:
        raise BadQuery("the search ended before it found a plan; allow more seconds, or drop some of the terms")
    best = schedule(of, simple if wave is None else wave)
    reached = best.totals["weighted"]
    return Plan(
        **vars(best),
        terms=terms,
        bound=round(found.bound, DECIMALS),
        gap=max(1 - reached / found.bound, 0.0) if found.bound else 0.0,
        proven=found.proven and found.ordered,
        greedy=schedule(of, simple),
        greedy_short=tuple(short),
        left_out=_left_out(developments.sort_index(), of, best),
        notes=tuple(_notes(of, found.proven, found.ordered)),
    )


def schedule(of: Problem, wave: np.ndarray) -> Schedule:
    """The candidates in their waves (0 for none) with what they add up to."""
    terms = of.terms
    rows = of.candidates.assign(
        wave=wave, weighted=of.value, cost_usd=of.candidates["households"] * terms.household_usd
    )[["wave", "name", "borough", "provider", "households", "need", "weighted", "cost_usd"]]
    rows = rows[rows["wave"] > 0].sort_index().sort_values(["wave", "need"], ascending=[True, False], kind="stable")
    sums = ["households", "weighted", "cost_usd"]
    waves = rows.groupby("wave")[sums].sum().reindex(range(1, of.waves + 1), fill_value=0)
    waves.insert(0, "developments", rows.groupby("wave").size().reindex(waves.index, fill_value=0))
    waves["weighted"] = waves["weighted"].round(DECIMALS)
    waves["left_usd"] = terms.budget_usd * waves.index - waves["cost_usd"].cumsum()
    totals = {"developments": len(rows), **{name: round(float(rows[name].sum()), DECIMALS) for name in sums}}
    return Schedule(rows, waves, totals)


def _left_out(developments: pd.DataFrame, of: Problem, best: Schedule) -> pd.DataFrame:
    """Whoever is not in the plan, and why."""
    rest = of.candidates[~of.candidates.index.isin(best.rows.index)]
    terms, planned = of.terms, best.rows
    cost = rest["households"] * terms.household_usd
    left = terms.money_usd - best.totals["cost_usd"]
    dear = cost.map(lambda usd: f"costs ${usd:,.0f}, ${left:,.0f} are left: the money reaches more need elsewhere")
    checks: list[tuple[pd.Series, str | pd.Series]] = [(cost > left + SLACK, dear)]
    if terms.crews is not None:
        busy = len(planned) >= of.waves * terms.crews
        checks.append((pd.Series(busy, index=rest.index), "no crew is left: they reach more need elsewhere"))
    for provider, places in terms.capacity.items():
        full = (planned["provider"] == provider).sum() >= of.waves * places
        checks.append(
            ((rest["provider"] == provider) & full, f"{provider} can start no more: it reaches more need elsewhere")
        )
    for borough, share in terms.minimum.items():
        there = planned.loc[planned["borough"] == borough, "households"].sum()
        falls = there < share * (best.totals["households"] + rest["households"]) - SLACK
        checks.append((falls & (rest["borough"] != borough), f"with it {borough} would have less than its least share"))
    checks.append((pd.Series(of.value[of.candidates.index.isin(rest.index)] == 0, index=rest.index), "its need is 0"))
    checks.append((pd.Series(True, index=rest.index), "no wave has room for it beside those that reach more need"))
    reason = reasons(developments, terms, terms.include)
    reason = reason.where(reason.notna(), first_reason(rest.index, *checks).reindex(reason.index))
    out = developments[["name", "borough"]].assign(
        candidate=developments.index.isin(of.candidates.index), reason=reason
    )
    return out[~out.index.isin(planned.index)]


def _notes(of: Problem, proven: bool, ordered: bool) -> list[str]:
    notes = []
    if not proven:
        notes.append("the search was ended before it was proved that no plan reaches more")
    if not ordered:
        notes.append("it is not proved that each wave is the most it can be")
    unknown = of.candidates.index[of.candidates["need"].isna()]
    if len(unknown):
        notes.append(f"the need of {', '.join(unknown)} is not known and counts as 0: must be in the plan")
    if of.terms.capacity and (free := int(of.candidates["provider"].isna().sum())):
        notes.append(f"the provider of {free} candidates is not known: no capacity limits them")
    if of.minima and (free := int(of.candidates["borough"].isna().sum())):
        notes.append(f"the borough of {free} candidates is not known: they count for no least share")
    return notes
