"""
How stable a plan is: how often each development stays in its wave when need is redrawn within its margins.

Each resample solves the whole plan again with one draw of need, to `TOLERANCE` (`geo.rollout_quick`). What is not
redrawn stays as it is: households, money, crews, and the need of developments without an interval. A choice of the plan
that is as good as what a resample finds stays too, so that whatever moves owes it to need and not to the search.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from geo.rollout import Plan
from geo.rollout_problem import problem, values
from geo.rollout_quick import nearly

TOLERANCE: Final = 1e-3
"""What each step of a resample may fall short of its best, as a share of what the whole plan reaches."""

RESAMPLES: Final = 200


def resampled(
    plan: Plan, developments: pd.DataFrame, needs: pd.DataFrame, *, resamples: int = RESAMPLES
) -> Iterator[pd.Series]:
    """
    The waves of one plan after the other, each for one draw of need; whoever has enough of them stops asking.

    Parameters
    ----------
    plan
        The plan whose terms hold.
    developments
        As the plan was made of (`geo.rollout.plan`).
    needs
        Array (draws, developments) of need, 0–100, a column for each TDS that has an interval. The first
        `resamples` are taken, and again from the start if there are fewer.

    Yields
    ------
    waves
        By TDS: the wave, 0 for none; of the candidates.
    """
    of = problem(developments, plan.terms)
    need = of.candidates["need"].to_numpy()
    before = plan.rows["wave"].reindex(of.candidates.index, fill_value=0).to_numpy()
    drawn = of.candidates.index.intersection(needs.columns, sort=False)
    at = of.candidates.index.get_indexer(drawn)
    draws = needs[drawn].to_numpy(dtype=float)
    for turn in range(resamples if len(draws) else 0):
        changed = need.copy()
        changed[at] = draws[turn % len(draws)]
        wave = nearly(replace(of, value=values(changed, of.households)), before, TOLERANCE)
        if wave is not None:
            yield pd.Series(wave, of.candidates.index)


def summary(plan: Plan, waves: Iterable[pd.Series]) -> pd.DataFrame:
    """
    What the resamples say of each development.

    Returns
    -------
    stability
        By TDS, every development of the plan or of a resample: `kept_share`, in how many of them it is in its wave of
        the plan (NaN for one that is not planned); `planned_share`, in how many it is in any wave; `kept_mc_error` and
        `planned_mc_error`, their standard errors of simulation; `resamples`. No rows without a resample.
    """
    table = pd.DataFrame([*waves])
    if table.empty:
        return pd.DataFrame(columns=["kept_share", "planned_share", "kept_mc_error", "planned_mc_error", "resamples"])
    planned = plan.rows["wave"].reindex(table.columns)
    found = pd.DataFrame(
        {
            "kept_share": (table == planned).mean().where(planned.notna()),
            "planned_share": (table > 0).mean(),
        }
    )
    found = found[planned.notna() | (found["planned_share"] > 0)]
    for name in ("kept", "planned"):  # (k + 1/2) / (n + 1): no resample out of many is not never
        likely = (found[f"{name}_share"] * len(table) + 0.5) / (len(table) + 1)
        found[f"{name}_mc_error"] = np.sqrt(likely * (1 - likely) / len(table))
    return found.assign(resamples=len(table)).rename_axis("tds")
