"""
What a rollout is planned under: waves, money, crews, providers, boroughs, and who must or must not be in it.

Money that a wave does not spend carries over to the next ones: waves 1 to w together cost at most w budgets. Crews and
the capacity of a provider do not carry over. The least share of a borough is of the households of the whole plan.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from geo.errors import BadQuery

WAVES: Final = 4
MOST_WAVES: Final = 12

BUDGET_USD: Final = 1_000_000.0
"""A wave. The City spoke of about $38 million a year growing to near $42 million: $4 million more, a quarter each."""

COST_USD: Final = 30.0
"""A household a month, as estimated when the programme began."""

MONTHS: Final = 12.0
"""Of service that the money of a wave pays for: the budget is an increase of a yearly sum."""

SOURCES: Final = {
    "budget_usd": "https://citymeetings.nyc/city-council/2025-03-10-0300-pm-committee-on-technology/chapter/"
    "funding-plans-for-big-apple-connect-program",
    "cost_usd": "https://motthavenherald.com/2022/09/27/mott-haven-residents-first-to-connect-free-city-wifi",
}
"""Where the default of a term is from: a council hearing of March 2025, and a report of September 2022."""

Kind = Literal["budget", "crews", "capacity", "minimum", "include", "exclude"]


@dataclass(frozen=True)
class Constraint:
    """One thing that terms ask for; `of` is the provider, the borough or the TDS where there can be several."""

    kind: Kind
    of: str | None = None

    def __str__(self) -> str:
        return self.kind if self.of is None else f"{self.kind}:{self.of}"


@dataclass(frozen=True)
class Terms:
    """
    The terms of a rollout.

    Attributes
    ----------
    waves
        1–12.
    budget_usd
        Of each wave; infinite for none.
    cost_usd, months
        Dollars a household a month, and months of service that the money of a wave pays for.
    crews
        Developments that can be started in a wave, all together; None for any number.
    capacity
        Developments that a provider can start in a wave, by provider; one that is not named has no limit.
    providers
        The provider of a borough, for developments whose provider is not known.
    minimum
        The least share of the plan's households, 0–1, by borough.
    include, exclude
        TDS of developments that must, or must not, be in the plan.

    Raises
    ------
    BadQuery
        A term makes no sense; the message lists every one that does not.
    """

    waves: int = WAVES
    budget_usd: float = BUDGET_USD
    cost_usd: float = COST_USD
    months: float = MONTHS
    crews: int | None = None
    capacity: Mapping[str, int] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    minimum: Mapping[str, float] = field(default_factory=dict)
    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if found := [*self._problems()]:
            raise BadQuery("; ".join(found))

    def _problems(self) -> list[str]:
        found = []
        if not _whole(self.waves, 1) or self.waves > MOST_WAVES:
            found.append(f"waves is {self.waves}, expected a whole number from 1 to {MOST_WAVES}")
        if not self.budget_usd > 0:
            found.append(f"budget_usd is {self.budget_usd}, expected dollars a wave above 0")
        for name, unit in (("cost_usd", "dollars a household a month"), ("months", "months of service")):
            if not 0 < (value := getattr(self, name)) < math.inf:
                found.append(f"{name} is {value}, expected {unit} above 0")
        if self.crews is not None and not _whole(self.crews, 1):
            found.append(f"crews is {self.crews}, expected a whole number of developments a wave, 1 or more")
        for provider, places in self.capacity.items():
            if not _whole(places, 0):
                found.append(f"capacity of {provider} is {places}, expected a whole number of developments a wave")
        for borough, share in self.minimum.items():
            if not 0 <= share <= 1:
                found.append(f"minimum of {borough} is {share}, expected a share from 0 to 1")
        if not found and (together := sum(self.minimum.values())) > 1 + 1e-9:
            found.append(f"the minimum shares of the boroughs add up to {together:.2f}, expected at most 1")
        if both := sorted(self.include & self.exclude):
            found.append(f"{', '.join(both)} must be both included and excluded; leave out one of the two")
        return found

    @property
    def household_usd(self) -> float:
        """Dollars that one household costs a wave."""
        return self.cost_usd * self.months

    @property
    def money_usd(self) -> float:
        """Dollars of all waves together."""
        return self.waves * self.budget_usd

    def constraints(self) -> list[Constraint]:
        """Whatever limits the choice, must-includes as one."""
        found = [Constraint("budget")] if self.budget_usd < math.inf else []
        found += [Constraint("crews")] if self.crews is not None else []
        found += [Constraint("capacity", provider) for provider in sorted(self.capacity)]
        found += [Constraint("minimum", borough) for borough, share in sorted(self.minimum.items()) if share > 0]
        found += [Constraint("include")] if self.include else []
        return found + ([Constraint("exclude")] if self.exclude else [])

    def without(self, constraint: Constraint) -> "Terms":
        """These terms, this one constraint dropped."""
        match constraint.kind:
            case "budget":
                return replace(self, budget_usd=math.inf)
            case "crews":
                return replace(self, crews=None)
            case "capacity":
                return replace(self, capacity={key: n for key, n in self.capacity.items() if key != constraint.of})
            case "minimum":
                return replace(self, minimum={key: m for key, m in self.minimum.items() if key != constraint.of})
            case "include":
                gone = self.include if constraint.of is None else {constraint.of}
                return replace(self, include=self.include - gone)
            case "exclude":
                return replace(self, exclude=frozenset())


def _whole(value: float, least: int) -> bool:
    return math.isfinite(value) and value == int(value) and value >= least
