"""The brief of one wave of a plan, which prints on one page."""

from collections import Counter
from typing import Any, Final

from app.imprint import imprint
from app.pages import TEMPLATES
from app.plan_page import address, assumptions, facts
from app.planning import Planned, records
from app.state import City
from app.waves import verdict
from geo.errors import NotFound
from geo.rollout import Terms

MOST_ROWS: Final = 36
"""Developments that fit on the page; a larger wave says how many more there are, and where."""


def draw_wave(city: City, found: Planned, wave: int) -> str:
    """
    The HTML of the brief.

    Raises
    ------
    NotFound
        The plan has no such wave.
    """
    return TEMPLATES.get_template("wave.html").render(**brief(city, found, wave), **imprint(city))


def brief(city: City, found: Planned, wave: int) -> dict[str, Any]:
    """Everything that the brief says."""
    best = found.plan
    if wave not in best.waves.index:
        raise NotFound(f"found wave {wave}, expected one from 1 to {len(best.waves)}, which the plan has")
    rows = [row for row in facts(city, best) if row["wave"] == wave]
    return {
        "wave": next(row for row in records(best.waves) if row["wave"] == wave),
        "of": len(best.waves),
        "terms": in_words(best.terms),
        "budget_usd": best.terms.budget_usd,
        "carried_usd": best.waves["left_usd"].get(wave - 1, 0.0),
        "verdict": verdict(best),
        "rows": rows[:MOST_ROWS],
        "more": rows[MOST_ROWS:],
        "providers": counted(rows, "provider"),
        "boroughs": counted(rows, "borough"),
        "assumptions": assumptions(city, best.terms),
        "address": address(best.terms),
        "others": [(n, address(best.terms, f"/plan/waves/{n}")) for n in best.waves.index],
    }


def counted(rows: list[dict[str, Any]], name: str) -> list[tuple[str, int, float]]:
    """How many developments and households there are for each value of `name`, the most households first."""
    households: Counter[str] = Counter()
    developments: Counter[str] = Counter()
    for row in rows:
        households[row[name] or "not known"] += row["households"]
        developments[row[name] or "not known"] += 1
    return [(value, developments[value], number) for value, number in households.most_common()]


def in_words(terms: Terms) -> str:
    """The terms of a plan in one line."""
    money = "any budget" if terms.budget_usd == float("inf") else f"${terms.budget_usd:,.0f} a wave"
    count = "1 wave" if terms.waves == 1 else f"{terms.waves} waves"
    told = [count, money, f"${terms.cost_usd:g} a household a month for {terms.months:g} months"]
    if terms.crews is not None:
        told.append(f"{terms.crews} developments a wave")
    told += [f"{places} a wave of {name}" for name, places in sorted(terms.capacity.items())]
    told += [f"{name} by {provider} unless known otherwise" for name, provider in sorted(terms.providers.items())]
    told += [f"at least {100 * share:g} % of households in {name}" for name, share in sorted(terms.minimum.items())]
    told += [f"with {', '.join(sorted(terms.include))}"] if terms.include else []
    told += [f"without {', '.join(sorted(terms.exclude))}"] if terms.exclude else []
    return "; ".join(told)
