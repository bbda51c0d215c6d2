"""
A rollout as a mixed-integer program, solved by HiGHS.

Each candidate is chosen or not, and each chosen one is started in one of the first `split` waves or else in one of the
later ones, which are in one heap: they have their crews, capacities and money together.

Nothing is lost by the heap: whatever keeps its limits fits into its waves one by one. Let it cost T and have m waves.
How many the last wave can take, so that the others can still take the rest, has a most and a least, in all and for each
provider; these sets are nested, so that the corners of the region are whole choices. The point that takes 1/m of each
development lies in it, hence some corner costs T/m or more. Put that choice into the last wave: what is left costs at
most T (m - 1)/m and keeps the limits of m - 1 waves, and so on. The first w waves then cost at most T w/m, which money
that grows evenly, or has something left over to begin with, pays for.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.rollout_problem import DECIMALS, Problem

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SLACK = 1e-6

NODES = 10_000
"""Where a search ends that nothing else ends: a hundred times what a usual one takes, and the same on any machine."""


@dataclass(frozen=True)
class Answer:
    """
    What the solver came to.

    Attributes
    ----------
    chosen
        Flags (split + 1, n): chosen at all; started in wave 1, 2, …; None if nothing was found.
    reached
        The value of the objective, 0 if nothing was found.
    bound
        No answer reaches more than this.
    proven
        Whether the search was finished: nothing is better, or, without an answer, none exists.
    """

    chosen: np.ndarray | None
    reached: float
    bound: float
    proven: bool


@dataclass(frozen=True)
class Limits:
    """Rows `low` ≤ `matrix` @ x ≤ `high` over 0–1 columns x, n for each of split + 1 blocks; x between the bounds."""

    matrix: "csr_matrix"
    low: np.ndarray
    high: np.ndarray
    least: np.ndarray
    most: np.ndarray


def limits(problem: Problem, split: int, least: np.ndarray, most: np.ndarray) -> Limits:
    """
    The limits of `problem` with the first `split` waves told apart.

    Parameters
    ----------
    least, most
        Bounds of the first split + 1 blocks: arrays (split + 1, n) of 0 and 1.
    """
    from scipy.sparse import csr_matrix, eye, hstack, vstack

    n, households, later = len(problem.value), problem.households, problem.waves - split
    blocks = np.arange(split + 1)[:, None]
    rest = np.where(blocks == 0, 1.0, -1.0)
    rows: list[tuple[np.ndarray, float, float]] = [((blocks == 0) * np.ones(n), 1.0, np.inf)]
    for wave in range(1, split + 1):
        past = (blocks >= 1) & (blocks <= wave)
        rows.append((past * households, -np.inf, problem.money[wave - 1]))
        rows += [((blocks == wave) * of, -np.inf, places) for of, places in problem.teams]
    rows.append(((blocks == 0) * households, -np.inf, problem.money[-1]))
    rows += [(rest * of, -np.inf, places * later) for of, places in problem.teams]
    rows += [((blocks == 0) * households * (of - share), -SLACK, np.inf) for _, of, share in problem.minima]
    for first, second in _twins(problem):
        for until in range(split + 1):
            row = np.zeros((split + 1, n))
            among = slice(0, 1) if until == 0 else slice(1, until + 1)
            row[among, first], row[among, second] = 1.0, -1.0
            rows.append((row, 0.0, np.inf))
    matrix = csr_matrix(np.array([row.ravel() for row, _, _ in rows]))
    low, high = (np.array([row[side] for row in rows]) for side in (1, 2))
    if split:
        matrix = vstack([matrix, hstack([eye(n)] + [-eye(n)] * split)], format="csr")
        low, high = np.append(low, np.zeros(n)), np.append(high, np.full(n, np.inf))
    return Limits(matrix, low, high, least, most)


def best(objective: np.ndarray, within: Limits, *, seconds: float | None = None, gap: float = 0.0) -> Answer:
    """
    The most that `objective` (split + 1, n) can reach.

    Parameters
    ----------
    seconds
        Of search; None for as long as it takes, up to `NODES`.
    gap
        What may be missing, as a share of the best.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # only a plan needs it, not the start of the service

    options: dict[str, Any] = {"mip_rel_gap": gap}
    options |= {"node_limit": NODES} if seconds is None else {"time_limit": seconds}
    found = milp(
        -objective.ravel(),
        constraints=LinearConstraint(within.matrix.tocsc(), within.low, within.high),
        integrality=np.ones(objective.size),
        bounds=Bounds(within.least.ravel(), within.most.ravel()),
        options=options,
    )
    most = float((objective * within.most).clip(0).sum())
    known = found.mip_dual_bound
    bound = most if known is None or not np.isfinite(known) else min(most, -float(known))
    if found.x is None:
        return Answer(None, 0.0, bound, found.status != 1)
    chosen = found.x.reshape(objective.shape) > 0.5
    reached = round(float((objective * chosen).sum()), DECIMALS)
    proven = found.status == 0 and gap == 0
    return Answer(chosen, reached, reached if proven else max(bound, reached), proven)


def _twins(problem: Problem) -> list[tuple[int, int]]:
    """Neighbours among candidates that are alike in all that counts: the one with the lower TDS goes first."""
    alike: dict[tuple[object, ...], int] = {}
    pairs = []
    owners, boroughs = problem.candidates["provider"], problem.candidates["borough"]
    keys = zip(problem.value, problem.households, owners, boroughs, problem.included, strict=True)
    for at, key in enumerate(keys):
        if key in alike:
            pairs.append((alike[key], at))
        alike[key] = at
    return pairs
