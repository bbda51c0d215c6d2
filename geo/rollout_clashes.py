"""
Why terms cannot be met: a smallest set of them that already clash.

One constraint after the other is dropped, and stays dropped if what is left still cannot be met (the deletion filter
of Chinneck & Dravnieks 1991 over whole constraints). What remains cannot be met together, and would be if any one of
them were dropped. A plan without any development does not count as one that meets the terms.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from geo.errors import BadQuery
from geo.rollout_order import greatest
from geo.rollout_problem import Problem, problem, reasons
from geo.rollout_terms import Constraint, Terms


class Infeasible(BadQuery):
    """No plan meets the terms; `clash` cannot be met together, and is empty if nobody can be planned at all."""

    def __init__(self, message: str, clash: tuple[Constraint, ...]) -> None:
        super().__init__(message)
        self.clash = clash


def infeasible(developments: pd.DataFrame, terms: Terms) -> Infeasible:
    """The error that says which of the `terms`, known to be infeasible, clash."""
    kept = [each for each in terms.constraints() if each.kind != "include"]
    kept += [Constraint("include", tds) for tds in sorted(terms.include)]
    admitted = terms.include
    every = terms
    for each in kept:
        every = every.without(each)
    if _impossible(problem(developments, every, admitted)):
        why = reasons(developments, every, admitted).value_counts()
        told = ", ".join(f"{reason}: {count}" for reason, count in why.items()) or "no developments were given"
        return Infeasible(f"no development can be planned ({told})", ())
    current = terms
    for each in [*kept]:
        fewer = current.without(each)
        if _impossible(problem(developments, fewer, admitted)):
            current = fewer
            kept.remove(each)
    told = "; ".join(_words(kept, current, problem(developments, current.without(Constraint("budget")), admitted)))
    return Infeasible(f"these terms clash: {told}. Change any of them, or drop it", tuple(kept))


def _impossible(of: Problem) -> bool:
    """Whether it is proved that nothing meets the terms; a search that was ended proves nothing."""
    answer = greatest(of)
    return answer.chosen is None and answer.proven


def _words(clash: list[Constraint], terms: Terms, among: Problem) -> Iterator[str]:
    """The clash in words; `among` are the candidates that there would be if money were no matter."""
    everyone = among.candidates.assign(cost_usd=among.candidates["households"] * terms.household_usd)
    must = everyone.loc[[str(each.of) for each in clash if each.kind == "include"]]
    if len(must):
        together = f", ${must['cost_usd'].sum():,.0f} together" if len(must) > 1 else ""
        yield f"must include {', '.join(map(_who, must.itertuples()))}{together}"
    for each in clash:
        if each.kind == "budget":
            yield f"a budget of ${terms.budget_usd:,.0f} a wave, ${terms.money_usd:,.0f} in all {terms.waves} waves"
            if must.empty:
                cheapest = everyone.sort_values("households", kind="stable").head(1)
                yield f"the cheapest candidate is {_who(next(cheapest.itertuples()))}"
        elif each.kind == "crews":
            yield f"crews for {terms.crews} developments a wave, {terms.waves * (terms.crews or 0)} in all"
        elif each.kind == "capacity":
            places = terms.capacity[str(each.of)]
            yield f"a capacity of {each.of} for {places} developments a wave, {terms.waves * places} in all"
        elif each.kind == "minimum":
            there = everyone.loc[everyone["borough"] == each.of, "households"]
            share = f"{100 * terms.minimum[str(each.of)]:g} % of the households in {each.of}"
            yield f"at least {share} ({len(there)} candidates with {there.sum():,} households)"
        elif each.kind == "exclude":
            yield f"must exclude {', '.join(sorted(terms.exclude))}"


def _who(row: Any) -> str:
    told = ", ".join([*filter(None, (row.borough, row.provider)), f"${row.cost_usd:,.0f}"])
    return f"{row.Index} {row.name} ({told})"
