"""Rollout plans of the live city: solved when they are asked for, one at a time, and kept while the snapshot serves."""

import threading
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import pandas as pd

from app.state import City
from app.terms import as_query
from app.waves import candidates, facts, with_waves
from geo.errors import Busy, NotFound
from geo.rollout import Plan, Terms, costs_of, plan

KEPT: Final = 32
"""Plans that are kept; the one that was asked for longest ago goes first."""

PATIENCE_S: Final = 30.0
"""How long a question waits for another that is being solved."""

SEARCH_S: Final = 20.0
"""How long the service searches for one plan; the command line searches until it is proved."""


@dataclass(frozen=True)
class Planned:
    """A plan, and what each of its constraints costs (`geo.rollout_costs`)."""

    plan: Plan
    costs: pd.DataFrame


@dataclass
class Planner:
    """Plans for the developments of `city`."""

    city: City
    _kept: dict[tuple[tuple[str, str], ...], Planned] = field(default_factory=dict)
    _solving: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """
        The developments as `geo.rollout` takes them.

        Raises
        ------
        NotFound
            The snapshot has no developments.
        """
        if "developments" not in self.city.collections:
            raise NotFound("this snapshot has no developments, so there is nothing to plan")
        return candidates(self.city.collections["developments"].frame)

    def planned(self, terms: Terms) -> Planned:
        """
        The plan under `terms`.

        Raises
        ------
        BadQuery
            The terms name what is not there, or clash; the message says which.
        Busy
            Other plans are being solved.
        """
        key = tuple(sorted(as_query(terms).items()))
        if (kept := self._kept.get(key)) is not None:
            return kept
        if not self._solving.acquire(timeout=PATIENCE_S):
            raise Busy("other plans are being solved; ask again in a moment")
        try:
            if (kept := self._kept.get(key)) is not None:  # by whoever was before us
                return kept
            found = Planned(plan(self.candidates, terms, seconds=SEARCH_S), costs_of(self.candidates, terms))
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = found
            return found
        finally:
            self._solving.release()


def with_plan(city: City, found: Plan, kept: pd.DataFrame | None = None) -> City:
    """`city` with the waves of `found`, and how stable they are (`geo.stability`), in place of the standing plan's."""
    collection = city.collections["developments"]
    frame = with_waves(collection.frame, found, kept)
    changed = {**city.collections, "developments": replace(collection, frame=frame)}
    return replace(city, collections=changed, plan=facts(found))


def document(city: City, found: Planned) -> dict[str, Any]:
    """A plan as JSON: terms, totals, waves, developments, who is left out and why, and what each constraint costs."""
    best = found.plan
    return {
        **facts(best),
        "waves": records(best.waves),
        "developments": records(best.rows.rename_axis("tds")),
        "left_out": records(best.left_out.rename_axis("tds")),
        "greedy": {
            "totals": best.greedy.totals,
            "terms_not_met": [*best.greedy_short],
            "waves": records(best.greedy.waves),
        },
        "constraints": records(found.costs.rename_axis("constraint")),
        **city.collections["developments"].constants,
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of `frame` with its index, None for what is missing or without end."""
    plain = frame.reset_index().astype(object)
    known = plain.notna() & ~plain.isin([float("inf"), float("-inf")])
    rows = plain.where(known, None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]
