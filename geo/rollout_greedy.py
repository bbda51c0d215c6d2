"""
The rollout by a simple rule, to hold the best one against.

First whoever must be in the plan and, of each borough with a least share, those in most need until the share of the
money is reached; then everyone; always by need, falling, each into the first wave that has room. If a borough still has
too little, those in least need elsewhere give way, one after the other.
"""

import numpy as np

from geo.rollout_model import SLACK
from geo.rollout_problem import Problem


def greedy(problem: Problem) -> tuple[np.ndarray, list[str]]:
    """The wave of each candidate, 0 for none, and in words which of the terms the rule does not meet."""
    need = np.nan_to_num(problem.candidates["need"].to_numpy())
    order = np.lexsort((-problem.households, -need))
    first = problem.included | _reserved(problem, order)
    wave = np.zeros(len(order), dtype=int)
    for at in (*order[first[order]], *order[~first[order]]):
        _place(problem, wave, at)
    for at in order[::-1]:
        if not _short(problem, wave):
            break
        if wave[at] and not problem.included[at]:
            _give_way(problem, wave, at)
    for at in [] if _short(problem, wave) else order[wave[order] == 0]:
        _place(problem, wave, at)
        if _short(problem, wave):
            wave[at] = 0
    return wave, _unmet(problem, wave)


def _reserved(problem: Problem, order: np.ndarray) -> np.ndarray:
    """Flags of those in most need in each borough with a least share, as many as its share of the money pays for."""
    households = problem.households
    paid = min(problem.money[-1], households.sum())
    reserved = np.zeros(len(order), dtype=bool)
    for _, of, share in problem.minima:
        own = order[of[order]]
        before = households[own].cumsum() - households[own]
        reserved[own[before < share * paid]] = True
    return reserved


def _place(problem: Problem, wave: np.ndarray, at: int) -> None:
    """Put a candidate into the first wave that has room, if any has."""
    if wave[at]:
        return
    waves = np.arange(1, problem.waves + 1)
    spent = np.bincount(wave, problem.households, problem.waves + 1)[1:].cumsum()
    paid = spent + problem.households[at] <= problem.money
    room = np.logical_and.accumulate(paid[::-1])[::-1]
    for of, places in problem.teams:
        if of[at]:
            room &= np.bincount(wave[of], minlength=problem.waves + 1)[1:] < places
    wave[at] = waves[room][0] if room.any() else 0


def _give_way(problem: Problem, wave: np.ndarray, at: int) -> None:
    """Take a candidate out, unless its own borough then has too little."""
    was, wave[at] = wave[at], 0
    if any(of[at] for _, of in _short(problem, wave)):
        wave[at] = was


def _short(problem: Problem, wave: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The boroughs with less than their least share of the households, and their candidates (flags)."""
    planned = np.where(wave > 0, problem.households, 0.0)
    return [(name, of) for name, of, share in problem.minima if planned[of].sum() < share * planned.sum() - SLACK]


def _unmet(problem: Problem, wave: np.ndarray) -> list[str]:
    if not wave.any():
        return ["no development found room"]
    planned = np.where(wave > 0, problem.households, 0.0)
    without = problem.candidates.index[problem.included & (wave == 0)]
    unmet = [f"{tds} must be in the plan and found no room" for tds in without]
    for name, of in _short(problem, wave):
        has, least = 100 * planned[of].sum() / planned.sum(), 100 * problem.terms.minimum[name]
        unmet.append(f"{name} has {has:.1f} % of the households, expected {least:g} % or more")
    return unmet
