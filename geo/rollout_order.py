"""
The best rollout: first which developments, then which wave.

First the greatest value that all waves together can reach, which also settles who is in it. Then, of these, the most
that wave 1 can take of it while the rest still fits into the later waves; of the rest, the most that wave 2 can take;
and so on. Each step is solved and proved for itself. Where several choices are as good as each other a step takes the
one that the solver meets first, which is the same for the same input, and the later steps start from that one.
"""

from dataclasses import dataclass, replace

import numpy as np

from geo.rollout_model import Answer, best, limits
from geo.rollout_problem import Problem


@dataclass(frozen=True)
class Found:
    """
    A rollout.

    Attributes
    ----------
    wave
        1-based wave of each candidate, 0 if it is in none; None if no rollout was found.
    bound
        No rollout reaches more need-weighted households than this.
    proven
        Whether this total is proved to be the greatest (without a rollout: that there is none).
    ordered
        Whether each wave, too, is proved to be the most that it can be after those before it.
    """

    wave: np.ndarray | None
    bound: float
    proven: bool
    ordered: bool


def arranged(problem: Problem, *, seconds: float | None = None) -> Found:
    """
    The best rollout of `problem`.

    Parameters
    ----------
    seconds
        Of search, half of them for the total; None for as long as it takes.
    """
    total = greatest(problem, seconds=_half(seconds))
    if total.chosen is None:
        return Found(None, total.bound, total.proven, True)
    chosen = np.flatnonzero(total.chosen[0])
    inside = replace(
        problem,
        candidates=problem.candidates.iloc[chosen],
        value=problem.value[chosen],
        included=np.ones(len(chosen), dtype=bool),
    )
    started, ordered = _in_waves(inside, _half(seconds, problem.waves))
    if started is None:
        return Found(None, total.bound, False, False)
    wave = np.zeros(len(problem.value), dtype=int)
    wave[chosen] = started
    return Found(wave, total.bound, total.proven, ordered)


def greatest(problem: Problem, *, seconds: float | None = None) -> Answer:
    """The greatest value of all waves together, without telling them apart; no answer if there is no rollout."""
    if not len(problem.value):
        return Answer(None, 0.0, 0.0, True)
    least = problem.included[None, :].astype(float)
    return best(problem.value[None, :], limits(problem, 0, least, np.ones(least.shape)), seconds=seconds)


def _in_waves(problem: Problem, seconds: float | None) -> tuple[np.ndarray | None, bool]:
    """The wave of each candidate, all of whom are in one; and whether each step is proved."""
    least, most = (np.full((problem.waves, len(problem.value)), bound) for bound in (0.0, 1.0))
    least[0] = 1.0
    wave, ordered = np.full(len(problem.value), problem.waves), True
    for step in range(1, problem.waves):
        objective = np.zeros((step + 1, len(problem.value)))
        objective[step] = problem.value
        within = limits(problem, step, least[: step + 1], most[: step + 1])
        answer = best(objective, within, seconds=seconds)
        if answer.chosen is None:
            return None, False
        ordered = ordered and answer.proven
        wave[answer.chosen[step]] = step
        least[step] = most[step] = answer.chosen[step]
        most[step + 1 :] = np.minimum(most[step + 1 :], 1 - least[step])
    return wave, ordered


def _half(seconds: float | None, steps: int = 1) -> float | None:
    return None if seconds is None else seconds / 2 / steps
