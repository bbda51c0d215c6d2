"""
The waves of a rollout for one draw of need after the other: quick, and as good as proved to a tolerance.

Each step is that of `geo.rollout_order`. Its linear relaxation says of most developments whether they belong in; of the
`CORE` about which it is least sure (those of the smallest reduced cost) every combination is tried, after the core
concept for knapsack problems of Balas & Zemel (1980). Where the best of these is further from the relaxation than the
tolerance, the step is solved as a mixed-integer program after all.
"""

from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np

from geo.rollout_model import SLACK, Limits, best, limits
from geo.rollout_problem import Problem

CORE: Final = 12
"""With 4,096 combinations; more of them take longer to try than they save."""


def nearly(problem: Problem, before: np.ndarray, tolerance: float) -> np.ndarray | None:
    """
    The wave of each candidate, 0 for none; None if there is no rollout.

    Parameters
    ----------
    before
        Waves under other values, which keep the limits. Where they are as good as what is found they stay.
    tolerance
        What each step may fall short of its best, as a share of what `before` reaches.
    """
    short = tolerance * problem.value[before > 0].sum()
    wave = np.zeros(len(problem.value), dtype=int)
    chosen = _step(problem, 0, problem.included, before > 0, short)
    if chosen is None:
        return None
    same, left, spent = bool((chosen == (before > 0)).all()), np.flatnonzero(chosen), 0.0
    for at in range(1, problem.waves):
        rest = _rest(problem, left, at, spent)
        now = _step(rest, 1, np.zeros(len(left), dtype=bool), (before[left] == at) & same, short)
        if now is None:
            return None
        same = same and bool((now == (before[left] == at)).all())
        wave[left[now]] = at
        spent += rest.households[now].sum()
        left = left[~now]
    wave[left] = problem.waves
    return wave


def _rest(problem: Problem, left: np.ndarray, started: int, spent: float) -> Problem:
    """What is left to do after the first `started` - 1 waves: all of `left` must be started."""
    return replace(
        problem,
        candidates=problem.candidates.iloc[left],
        value=problem.value[left],
        included=np.ones(len(left), dtype=bool),
        money=problem.money[started - 1 :] - spent,
        terms=replace(problem.terms, waves=problem.waves - started + 1, minimum={}),
    )


def _step(problem: Problem, block: int, least: np.ndarray, before: np.ndarray, short: float) -> np.ndarray | None:
    """
    Whom a step chooses, as flags: of all (block 0), or for wave 1 of those who must all be started (block 1).

    Parameters
    ----------
    least
        Flags of those whom it must choose.
    before
        A choice that stays if it keeps the limits and nothing better is found.
    short
        Need-weighted households that the choice may fall short of the best.
    """
    if not len(least):
        return least
    bounds = np.vstack([problem.included, least]) if block else least[None, :]
    within = limits(problem, block, bounds.astype(float), np.ones(bounds.shape))
    matrix, low, high = _felt(within, len(least))
    value = problem.value
    found, bound = _core(value, matrix, low, high, least)
    if found is None or value[found].sum() < bound - short:
        objective = np.zeros(bounds.shape)
        objective[block] = value
        answer = best(objective, within, gap=short / bound if bound else 0.0)
        if answer.chosen is None:
            return None
        found = answer.chosen[block]
    kept = matrix @ before
    fits = (kept >= low - SLACK).all() and (kept <= high + SLACK).all() and before[least].all()
    return before if fits and value[before].sum() >= value[found].sum() - SLACK else found


def _felt(within: Limits, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The limits of the last block, all before it taken as chosen, without those that no choice can break."""
    matrix = within.matrix[:, -n:].toarray()
    before = np.asarray(within.matrix[:, :-n].sum(axis=1)).ravel()
    low, high = within.low - before, within.high - before
    felt = (np.minimum(matrix, 0).sum(axis=1) < low - SLACK) | (np.maximum(matrix, 0).sum(axis=1) > high + SLACK)
    return matrix[felt], low[felt], high[felt]


def _core(
    value: np.ndarray, matrix: np.ndarray, low: np.ndarray, high: np.ndarray, least: np.ndarray
) -> tuple[np.ndarray | None, float]:
    """The best combination of the core, everybody else settled (None if none fits), and a bound of all choices."""
    from scipy.optimize import linprog  # only resampling needs it, not the start of the service

    above, below = np.isfinite(high), np.isfinite(low)
    relaxed = linprog(
        -value,
        A_ub=np.vstack([matrix[above], -matrix[below]]),
        b_ub=np.concatenate([high[above], -low[below]]),
        bounds=np.column_stack([least, np.ones(len(least))]),
    )
    if relaxed.x is None:
        return None, 0.0
    cost = np.abs(relaxed.lower.marginals + relaxed.upper.marginals)
    cost[(relaxed.x > SLACK) & (relaxed.x < 1 - SLACK)] = -1.0
    core = np.argsort(cost, kind="stable")[:CORE]
    core = core[~least[core]]
    chosen = relaxed.x > 0.5
    chosen[core] = False
    ways = _ways(len(core))
    sums = ways @ matrix[:, core].T + matrix @ chosen
    fit = np.flatnonzero(((sums >= low - SLACK) & (sums <= high + SLACK)).all(axis=1))
    if not len(fit):
        return None, -relaxed.fun
    chosen[core] = ways[fit[(ways @ value[core])[fit].argmax()]] > 0
    return chosen, -relaxed.fun


@cache
def _ways(count: int) -> np.ndarray:
    """Every combination of `count` flags: array (2 ** count, count) of 0 and 1."""
    return ((np.arange(2**count)[:, None] >> np.arange(count)) & 1).astype(float)
