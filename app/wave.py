"""The brief of one wave of a plan, which prints on one page."""

from collections import Counter
from typing import Any, Final

from app.amounts import count
from app.imprint import imprint
from app.language import _, ngettext
from app.pages import draw
from app.plan_page import address, assumptions, facts
from app.planning import Planned, records
from app.said import apart, first
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
    return draw("wave.html", **brief(city, found, wave), **imprint(city))


def brief(city: City, found: Planned, wave: int) -> dict[str, Any]:
    """Everything that the brief says."""
    best = found.plan
    if wave not in best.waves.index:
        raise NotFound(f"found wave {wave}, expected one from 1 to {len(best.waves)}, which the plan has")
    rows = [row for row in facts(city, best) if row["wave"] == wave]
    return {
        "wave": next(row for row in records(best.waves) if row["wave"] == wave),
        "of": len(best.waves),
        "terms": first(in_words(best.terms)),
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
        value = row[name] or _("not known")
        households[value] += row["households"]
        developments[value] += 1
    return [(value, developments[value], number) for value, number in households.most_common()]


def in_words(terms: Terms) -> str:
    """The terms of a plan in one line."""
    told = [
        ngettext("{n} wave", "{n} waves", terms.waves).format(n=terms.waves),
        _("any budget")
        if terms.budget_usd == float("inf")
        else _("${amount} a wave").format(amount=count(terms.budget_usd)),
        _("${cost} a household a month for {months} months").format(
            cost=f"{terms.cost_usd:g}", months=f"{terms.months:g}"
        ),
    ]
    if terms.crews is not None:
        told.append(ngettext("{n} development a wave", "{n} developments a wave", terms.crews).format(n=terms.crews))
    told += [
        _("{places} a wave of {provider}").format(places=places, provider=provider)
        for provider, places in sorted(terms.capacity.items())
    ]
    told += [
        _("{borough} by {provider} unless known otherwise").format(borough=borough, provider=provider)
        for borough, provider in sorted(terms.providers.items())
    ]
    told += [
        _("at least {share} % of households in {borough}").format(share=f"{100 * share:g}", borough=borough)
        for borough, share in sorted(terms.minimum.items())
    ]
    told += [_("with {numbers}").format(numbers=", ".join(sorted(terms.include)))] if terms.include else []
    told += [_("without {numbers}").format(numbers=", ".join(sorted(terms.exclude)))] if terms.exclude else []
    return apart(told)
